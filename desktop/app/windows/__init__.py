"""The windows that stand in for the inbox while it can't be opened."""
