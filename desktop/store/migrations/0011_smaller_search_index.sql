-- The index of words becomes a third as large: without the places of words in a message, and by shorter numbers.

DROP TABLE IF EXISTS message_index;
-- Holds the words without the texts, which are kept once, in their own tables.
CREATE VIRTUAL TABLE message_index USING fts5(
    text,
    content = '',
    columnsize = 0,
    detail = none,
    prefix = '1 2',
    tokenize = "unicode61 remove_diacritics 2"
);
-- A deleted message leaves no words behind.
INSERT INTO message_index (message_index, rank) VALUES ('secure-delete', 1);
-- Parts of the index are merged little by little (`store.message_search.tidy`), never all at once in front of a message.
INSERT INTO message_index (message_index, rank) VALUES ('automerge', 0);
INSERT INTO message_index (message_index, rank) VALUES ('crisismerge', 256);
UPDATE entries SET search_id = NULL WHERE search_id IS NOT NULL;
UPDATE direct_messages SET search_id = NULL WHERE search_id IS NOT NULL;

-- The next free number for an entry: of its second; where that is full, of the 17 minutes that follow; then below all.
DROP VIEW IF EXISTS free_search_ids;
CREATE VIEW free_search_ids AS
SELECT conversation_id, entry_id, CASE
    WHEN NOT EXISTS (SELECT 1 FROM entries WHERE search_id = first_id + 126)
    THEN coalesce((SELECT max(search_id) + 2 FROM entries WHERE search_id BETWEEN first_id AND first_id + 124), first_id)
    WHEN NOT EXISTS (SELECT 1 FROM entries WHERE search_id = first_id + 131070)
    THEN (SELECT max(search_id) + 2 FROM entries WHERE search_id BETWEEN first_id AND first_id + 131068)
    ELSE (SELECT min(search_id) - 2 FROM entries WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT conversation_id, entry_id, max(sent_at_us, 0) / 1000000 * 128 AS first_id FROM entries);

DROP VIEW IF EXISTS free_direct_search_ids;
CREATE VIEW free_direct_search_ids AS
SELECT draft_id, CASE
    WHEN NOT EXISTS (SELECT 1 FROM direct_messages WHERE search_id = first_id + 126)
    THEN coalesce(
        (SELECT max(search_id) + 2 FROM direct_messages WHERE search_id BETWEEN first_id AND first_id + 124), first_id
    )
    ELSE (SELECT min(search_id) - 2 FROM direct_messages WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT draft_id, max(sent_at_us, 0) / 1000000 * 128 + 1 AS first_id FROM direct_messages);

-- move entries by conversation_id, entry_id
UPDATE entries SET search_id = (
    SELECT free.search_id FROM free_search_ids AS free
    WHERE free.conversation_id = entries.conversation_id AND free.entry_id = entries.entry_id
)
WHERE {batch} AND (text <> '' OR attachments <> '[]');

-- move entries by search_id
INSERT INTO message_index (rowid, text)
SELECT search_id, text FROM entries WHERE {batch} AND text <> '' ORDER BY search_id;

-- move direct_messages by draft_id
UPDATE direct_messages SET search_id = (
    SELECT free.search_id FROM free_direct_search_ids AS free WHERE free.draft_id = direct_messages.draft_id
)
WHERE {batch} AND text <> '';

-- move direct_messages by search_id
INSERT INTO message_index (rowid, text)
SELECT search_id, text FROM direct_messages WHERE {batch} ORDER BY search_id;

-- once
DROP TRIGGER entry_text_is_indexed;
DROP TRIGGER entry_text_is_taken_off;
DROP TRIGGER entry_text_changed;
DROP TRIGGER direct_text_is_indexed;
DROP TRIGGER direct_text_is_taken_off;
DROP TRIGGER direct_text_is_emptied;
DROP TABLE message_words;
DROP INDEX entries_to_wipe;
DROP INDEX entries_by_arrival;

-- What else retention looks for.
CREATE INDEX conversations_with_title ON conversations (updated_at_us) WHERE title <> '';
CREATE INDEX customer_rows_with_text ON customer_rows (last_at_us) WHERE last_text <> '';
CREATE INDEX direct_messages_with_content ON direct_messages (sent_at_us) WHERE text <> '' OR file_names <> '[]';
CREATE INDEX outbox_done ON outbox (queued_at_us) WHERE is_done = 1 AND kept_until_us IS NULL;

-- The words themselves; it holds nothing.
CREATE VIRTUAL TABLE message_terms USING fts5vocab(message_index, row);

-- `store.entries` gives a new entry its number at once.
CREATE TRIGGER new_entry_words AFTER INSERT ON entries WHEN NEW.search_id IS NOT NULL AND NEW.text <> ''
BEGIN
    INSERT INTO message_index (rowid, text) VALUES (NEW.search_id, NEW.text);
END;

CREATE TRIGGER entry_gets_search_id AFTER INSERT ON entries
WHEN NEW.search_id IS NULL AND (NEW.text <> '' OR NEW.attachments <> '[]')
BEGIN
    UPDATE entries SET search_id = (
        SELECT search_id FROM free_search_ids
        WHERE conversation_id = NEW.conversation_id AND entry_id = NEW.entry_id
    )
    WHERE conversation_id = NEW.conversation_id AND entry_id = NEW.entry_id;
END;

CREATE TRIGGER changed_entry_gets_search_id AFTER UPDATE OF text, attachments, sent_at_us ON entries
WHEN (NEW.text <> '' OR NEW.attachments <> '[]') <> (OLD.search_id IS NOT NULL)
    OR OLD.search_id IS NOT NULL AND OLD.sent_at_us / 1000000 <> NEW.sent_at_us / 1000000
BEGIN
    UPDATE entries SET search_id = (
        SELECT search_id FROM free_search_ids
        WHERE conversation_id = NEW.conversation_id AND entry_id = NEW.entry_id
            AND (NEW.text <> '' OR NEW.attachments <> '[]')
    )
    WHERE conversation_id = NEW.conversation_id AND entry_id = NEW.entry_id;
END;

CREATE TRIGGER entry_words_change AFTER UPDATE OF text, search_id ON entries
WHEN (OLD.search_id, OLD.text) IS NOT (NEW.search_id, NEW.text)
BEGIN
    INSERT INTO message_index (message_index, rowid, text)
    SELECT 'delete', OLD.search_id, OLD.text WHERE OLD.search_id IS NOT NULL AND OLD.text <> '';
    INSERT INTO message_index (rowid, text)
    SELECT NEW.search_id, NEW.text WHERE NEW.search_id IS NOT NULL AND NEW.text <> '';
END;

CREATE TRIGGER entry_words_go AFTER DELETE ON entries
WHEN OLD.search_id IS NOT NULL AND OLD.text <> ''
BEGIN
    INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
END;

-- A direct message is written once; later only its text may be emptied.
CREATE TRIGGER direct_message_gets_search_id AFTER INSERT ON direct_messages WHEN NEW.text <> ''
BEGIN
    UPDATE direct_messages
    SET search_id = (SELECT search_id FROM free_direct_search_ids WHERE draft_id = NEW.draft_id)
    WHERE draft_id = NEW.draft_id;
    INSERT INTO message_index (rowid, text)
    SELECT search_id, text FROM direct_messages WHERE draft_id = NEW.draft_id;
END;

CREATE TRIGGER direct_message_is_emptied AFTER UPDATE OF text ON direct_messages WHEN OLD.text <> '' AND NEW.text = ''
BEGIN
    INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
    UPDATE direct_messages SET search_id = NULL WHERE draft_id = NEW.draft_id;
END;

CREATE TRIGGER direct_words_go AFTER DELETE ON direct_messages WHEN OLD.text <> ''
BEGIN
    INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
END;

-- remove message_docs by doc
