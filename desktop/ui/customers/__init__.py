"""The left pane: views with counts, search, and the list of customers."""
