"""Until when free-form replies are allowed, and which conversations share one window."""
