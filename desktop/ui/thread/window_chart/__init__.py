"""The chart of messages and open window over 48 hours, by channel."""
