"""The blanks of a template and the fields that fill them."""
