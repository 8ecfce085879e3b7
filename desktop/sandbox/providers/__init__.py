"""The channel providers' own APIs."""
