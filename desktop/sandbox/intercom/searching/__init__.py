"""The two search endpoints and their fields."""
