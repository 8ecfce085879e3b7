"""The adapter for Telegram bots, which write to the people who started them."""
