"""The manual, and what this installation consists of."""
