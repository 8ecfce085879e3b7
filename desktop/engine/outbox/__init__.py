"""Replies from Send to a provider's answer, each sent at most once."""
