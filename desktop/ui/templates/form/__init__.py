"""The fields that fill in a template, and their values."""
