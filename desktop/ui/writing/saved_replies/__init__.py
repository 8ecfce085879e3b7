"""The list of saved replies that opens while writing, and the sheet where they are managed."""
