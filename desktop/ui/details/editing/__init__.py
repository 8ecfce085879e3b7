"""Changes of a customer's data in the details pane, in place."""
