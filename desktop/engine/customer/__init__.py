"""What the engine does with one customer: who they are, what is kept about them, their whole thread."""
