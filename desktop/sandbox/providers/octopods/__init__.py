"""Octopods' REST API, which sends templates and SMS outside Intercom (docs.octopods.io, read November 2026)."""
