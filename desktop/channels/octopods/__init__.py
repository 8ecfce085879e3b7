"""Octopods: the bridge's own API, for templates past the window and for SMS."""
