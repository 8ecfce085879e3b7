"""The workspaces and channel accounts of this user: checked, stored, opened and removed."""
