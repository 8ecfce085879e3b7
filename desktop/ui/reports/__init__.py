"""The reports of the last 30 days."""
