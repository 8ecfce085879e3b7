"""What screen readers are told beyond what Qt finds out by itself."""
