"""The list of templates with its filters and rows."""
