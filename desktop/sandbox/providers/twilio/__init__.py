"""Twilio's Messages and Content APIs: WhatsApp and SMS over the lines that live there, both directions listed."""
