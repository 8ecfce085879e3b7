"""Spell check while writing."""
