"""Actions of the main window, one module for each kind."""
