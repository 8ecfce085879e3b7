"""Intercom's API 2.16, after its public description and reports of its behaviour."""
