"""Where every word and picture of a row stands."""
