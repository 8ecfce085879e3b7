"""Receives the providers' webhooks: checked, bounded, and answered once the broker has what they say."""
