"""The channel bridge's traces: its tags and its notices about failures."""
