"""What helps to write in the composer: saved replies and emoji."""
