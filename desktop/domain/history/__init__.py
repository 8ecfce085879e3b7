"""What follows from everything in a thread: windows, contrary facts, matches with provider messages."""
