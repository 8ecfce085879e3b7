"""The workspaces and channel accounts of this user: tried, kept, opened and forgotten."""
