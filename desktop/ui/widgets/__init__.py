"""Building blocks that several places on the screen use."""
