"""The machine: clock, folders, secrets, notices."""
