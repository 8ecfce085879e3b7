"""The adapter for Twilio's WhatsApp and SMS senders, and its lists of messages in both directions."""
