"""The settings sheet, with one module for each page."""
