"""The template picker, which chooses, fills in and sends a WhatsApp template."""
