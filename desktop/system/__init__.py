"""The machine: clock, keyring, folders, files and locks."""
