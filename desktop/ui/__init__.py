"""Widgets, delegates, theme, and every sentence the agent reads."""
