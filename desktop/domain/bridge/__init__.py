"""The marks of the channel bridge: its tags and its own messages about failures."""
