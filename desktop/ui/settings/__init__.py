"""Settings: one sheet over the window, one small module for each page."""
