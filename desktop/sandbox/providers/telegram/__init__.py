"""Telegram's Bot API 10.1 (11 June 2026) for the bot of the business."""
