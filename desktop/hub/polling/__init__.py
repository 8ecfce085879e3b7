"""What one elected copy of the hub asks the providers for, beside or instead of their webhooks."""
