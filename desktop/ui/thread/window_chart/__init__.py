"""Forty-eight hours of a thread as one bar per channel."""
