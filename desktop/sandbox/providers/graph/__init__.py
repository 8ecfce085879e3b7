"""Meta's Graph API as far as WhatsApp needs it; 360dialog's proxy uses the same engine (`dialog360.py`)."""
