"""Translating messages and drafts: the bar above the thread, and the box in the composer."""
