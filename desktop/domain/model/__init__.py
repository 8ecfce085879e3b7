"""The facts and values that decisions start from."""
