"""The window in which free-form replies are allowed, and which conversations share one."""
