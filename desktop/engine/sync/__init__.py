"""Facts from the providers into the store: polling, reading, deciding anew, learning."""
