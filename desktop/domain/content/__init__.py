"""What a message consists of: files, templates, parts of an SMS."""
