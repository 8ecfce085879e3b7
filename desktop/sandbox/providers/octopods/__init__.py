"""Octopods' own REST API, which sends templates and SMS past Intercom (docs.octopods.io, read November 2026)."""
