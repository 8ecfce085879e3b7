"""The composer: editor, drafts, attachments, forecast line and warning sheet."""
