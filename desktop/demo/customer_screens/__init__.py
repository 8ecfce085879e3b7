"""What the customer sees: their phone and the Messenger."""
