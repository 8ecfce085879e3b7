"""Which template: the list, its filters and its rows."""
