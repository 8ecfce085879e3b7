"""The contacts API: request bodies, merging, notes."""
