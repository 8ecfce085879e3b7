"""A customer's thread as a file or on paper."""
