"""Twilio: WhatsApp and SMS senders, and the lists of what was sent in both directions."""
