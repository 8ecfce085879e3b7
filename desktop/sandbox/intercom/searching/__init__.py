"""The search endpoints and their fields."""
