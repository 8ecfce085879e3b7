"""The team's translation account, and what is translated with it."""
