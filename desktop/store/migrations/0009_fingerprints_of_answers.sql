-- An answer that is stored already is not stored again, and of one that differs, only what differs.

-- The conversation's `updated_at_us` says how old the answer is that its entries are from. The old values are times,
-- which are no fingerprint of anything, so that each conversation is read whole once.
ALTER TABLE entries RENAME COLUMN as_of_us TO fingerprint;
ALTER TABLE conversations RENAME COLUMN first_read_at_us TO fingerprint;

-- When the answer was read that the addresses of all its files are from; they expire.
ALTER TABLE conversations RENAME COLUMN read_at_us TO files_read_at_us;

-- What is read first: 0 what a sync round is to read, 1 older conversations of the agent's own, 2 other older ones.
ALTER TABLE sync_queue ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
DROP INDEX sync_queue_to_read;
CREATE INDEX sync_queue_to_read ON sync_queue (rank, updated_at_us) WHERE is_read = 0;

-- 1 when a conversation of the contact changed after it was looked up, or it never was.
ALTER TABLE contacts ADD COLUMN has_news INTEGER NOT NULL DEFAULT 0 CHECK (has_news IN (0, 1));
UPDATE contacts SET has_news = 1 WHERE id NOT LIKE 'conversation:%' AND EXISTS (
    SELECT 1 FROM conversations
    WHERE owner_id = contacts.id AND updated_at_us > coalesce(contacts.looked_up_at_us, -1)
);
CREATE INDEX contacts_with_news ON contacts (coalesce(looked_up_at_us, 0)) WHERE has_news = 1;

CREATE TRIGGER conversation_begins_with_news AFTER INSERT ON conversations
BEGIN
    UPDATE contacts SET has_news = 1
    WHERE id = NEW.owner_id AND has_news = 0 AND NEW.updated_at_us > coalesce(looked_up_at_us, -1)
        AND id NOT LIKE 'conversation:%';
END;

CREATE TRIGGER conversation_has_news AFTER UPDATE OF updated_at_us, owner_id ON conversations
BEGIN
    UPDATE contacts SET has_news = 1
    WHERE id = NEW.owner_id AND has_news = 0 AND NEW.updated_at_us > coalesce(looked_up_at_us, -1)
        AND id NOT LIKE 'conversation:%';
END;
