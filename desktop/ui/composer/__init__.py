"""Where the agent writes: editor, drafts, attachments, forecast line, warning sheet."""
