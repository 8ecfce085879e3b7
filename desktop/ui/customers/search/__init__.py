"""The search above the customer list: field, filters and results."""
