"""Contacts through the API: request bodies, merging, notes."""
