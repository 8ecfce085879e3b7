"""The sample workspace on an embedded sandbox, its tour, and the window that shows the customer's screens."""
