"""Which contacts and phone numbers are one customer."""
