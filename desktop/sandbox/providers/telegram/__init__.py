"""Telegram's Bot API for the business's bot (Bot API 10.1, 11 June 2026)."""
