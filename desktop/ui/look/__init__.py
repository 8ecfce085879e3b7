"""Theme, icons, the window ring, the ticker, and the preferences of the agent about all of these."""
