"""The adapter for Meta's WhatsApp Cloud API, and for 360dialog, which passes it on under its own credential."""
