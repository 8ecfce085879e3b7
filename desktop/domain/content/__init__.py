"""What a message consists of: files, templates, parts of a text message (SMS)."""
