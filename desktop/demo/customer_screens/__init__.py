"""The customer's phone and Messenger as widgets."""
