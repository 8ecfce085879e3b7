"""The sheet that starts a conversation."""
