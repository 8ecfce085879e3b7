"""The sample workspace on the embedded sandbox, its tour, and the window with what the customer sees."""
