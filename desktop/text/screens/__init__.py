"""Labels and sentences of the screens, one module for each package in `desktop/ui`."""
