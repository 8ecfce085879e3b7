"""Webhooks of the providers: signed notifications to any number of subscribers on this computer."""
