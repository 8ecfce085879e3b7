"""The filled template as the customer's phone will show it."""
