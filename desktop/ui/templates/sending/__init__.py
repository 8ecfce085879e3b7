"""Sends a template or another message from a sheet: the sheet itself, its bar, and the warnings asked about."""
