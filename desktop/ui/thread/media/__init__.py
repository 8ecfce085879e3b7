"""Links and attachments: where they lead and whether they are safe to open."""
