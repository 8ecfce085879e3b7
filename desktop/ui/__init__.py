"""The screen: widgets, delegates, theme and commands. Its sentences are in `desktop.text`."""
