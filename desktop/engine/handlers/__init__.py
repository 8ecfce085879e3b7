"""Carry out commands: one handler, and behind it one for each kind of command."""
