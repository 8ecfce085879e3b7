"""Meta's Graph API for WhatsApp; `dialog360.py` uses the same `Sending`."""
