"""What the agent does in the main window, one module for each kind of action."""
