"""Telegram: a bot that writes to the people who started it."""
