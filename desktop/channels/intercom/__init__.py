"""The adapter for Intercom, which holds the conversations and their contacts."""
