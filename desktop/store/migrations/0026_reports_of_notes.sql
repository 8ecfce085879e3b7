-- A report may be about a message that another computer sent, of which only the note is known here. conversation_id,
-- note: the conversation of that note and how to find it there, "" for none.
ALTER TABLE told_deliveries ADD COLUMN conversation_id TEXT NOT NULL DEFAULT '';
ALTER TABLE told_deliveries ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX told_deliveries_by_conversation ON told_deliveries (conversation_id, told_at_us);
