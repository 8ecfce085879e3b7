"""What helps to write: saved replies and emoji."""
