"""WhatsApp: Meta's Cloud API, and 360dialog, which passes it on under its own credential."""
