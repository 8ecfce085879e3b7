"""Facts from the providers into the store: poll, read, decide, learn."""
