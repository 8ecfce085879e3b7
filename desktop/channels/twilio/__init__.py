"""Twilio: WhatsApp and SMS senders, the one provider that lists what was said in both directions."""
