"""The right pane: who the customer is, windows, conversations, and how we know."""
