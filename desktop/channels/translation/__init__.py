"""Adapters of services that translate by machine."""
