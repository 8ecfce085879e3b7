"""Spell check in a process of its own."""

COMMAND = "spelling"
"""The program starts itself with this command to check spelling; no list of commands shows it."""
