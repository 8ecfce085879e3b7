"""Octopods' own API: WhatsApp templates and SMS from the bridge's numbers."""
