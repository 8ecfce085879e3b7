"""Telegram: a bot that writes to the people who started it, and receives only where nobody else does."""
