"""The main window: panes side by side, shortcuts, command palette, questions and banners."""
