"""Finds messages and customers by what they say, through indexes that the database holds."""
