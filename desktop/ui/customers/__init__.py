"""The left pane: views with counts, a search field and the list of customers."""
