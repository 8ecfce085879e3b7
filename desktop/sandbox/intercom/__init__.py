"""Intercom 2.16 as its public description and reports of its behaviour have it."""
