-- Entries take a quarter less room: values that most of them have are empty, and none is kept twice. The index of words
-- becomes a third smaller by numbers that are nearer to each other.

DROP TABLE IF EXISTS new_entries;
CREATE TABLE new_entries (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    sent_at_us INTEGER NOT NULL,
    -- Orders entries of the same time; NULL for what `entry_id` is as a number.
    number INTEGER,
    -- (OR: of more than two values, SQLite builds a table for IN, and anew for each row.)
    role TEXT NOT NULL CHECK (role = 'customer' OR role = 'teammate' OR role = 'bot' OR role = 'unknown'),
    kind TEXT NOT NULL CHECK (kind = 'message' OR kind = 'note' OR kind = 'event' OR kind = 'unknown'),
    -- '' for 'comment'.
    event TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    attachments TEXT NOT NULL,
    app_code TEXT,
    app_code_reported INTEGER NOT NULL CHECK (app_code_reported IN (0, 1)),
    by_email INTEGER NOT NULL CHECK (by_email IN (0, 1)),
    -- '' for none.
    tags TEXT NOT NULL,
    is_first INTEGER NOT NULL CHECK (is_first IN (0, 1)),
    redacted INTEGER NOT NULL CHECK (redacted IN (0, 1)),
    -- Hints: seen when the message was first read; they cannot be seen later. '' for what is unknown.
    client_hint TEXT NOT NULL,
    line_hint TEXT NOT NULL,
    customer_hint TEXT NOT NULL,
    attribute_hint TEXT NOT NULL,
    channel_hint TEXT NOT NULL,
    -- The order in which messages, and what may be one, became known here, over all conversations; else 0.
    arrival INTEGER NOT NULL,
    -- Of the provider's own form of it; 0 if unknown.
    fingerprint INTEGER NOT NULL,
    -- Counts, within the conversation, the answers that brought something new; this entry came with that one.
    answer_number INTEGER NOT NULL,
    wiped INTEGER NOT NULL CHECK (wiped IN (0, 1)),
    -- What can be searched and wiped has a number that grows with time: 128 for each 64 seconds, of which entries have
    -- the even ones. The index of words lists messages by it, newest first. NULL where there is neither text nor file.
    search_id INTEGER,
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entries_by_number ON new_entries (search_id) WHERE search_id IS NOT NULL;

DROP TABLE IF EXISTS new_message_index;
-- Holds the words without the texts, which are kept once, in their own tables.
CREATE VIRTUAL TABLE new_message_index USING fts5(
    text,
    content = '',
    columnsize = 0,
    detail = none,
    prefix = '1 2',
    tokenize = "unicode61 remove_diacritics 2"
);
-- A deleted message leaves no words behind.
INSERT INTO new_message_index (new_message_index, rank) VALUES ('secure-delete', 1);
-- Parts of the index are merged little by little (`store.message_search.tidy`), never all at once in front of a message.
INSERT INTO new_message_index (new_message_index, rank) VALUES ('automerge', 0);
INSERT INTO new_message_index (new_message_index, rank) VALUES ('crisismerge', 256);

-- The next free number for an entry: of its 64 seconds; where these are full, of the hours that follow; then below all.
DROP VIEW IF EXISTS new_free_search_ids;
CREATE VIEW new_free_search_ids AS
SELECT conversation_id, entry_id, CASE
    WHEN NOT EXISTS (SELECT 1 FROM new_entries WHERE search_id = first_id + 126)
    THEN coalesce(
        (SELECT max(search_id) + 2 FROM new_entries WHERE search_id BETWEEN first_id AND first_id + 124), first_id
    )
    WHEN NOT EXISTS (SELECT 1 FROM new_entries WHERE search_id = first_id + 32766)
    THEN (SELECT max(search_id) + 2 FROM new_entries WHERE search_id BETWEEN first_id AND first_id + 32764)
    ELSE (SELECT min(search_id) - 2 FROM new_entries WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT conversation_id, entry_id, max(sent_at_us, 0) / 64000000 * 128 AS first_id FROM new_entries);

-- move entries by conversation_id, entry_id
INSERT INTO new_entries
SELECT
    conversation_id,
    entry_id,
    sent_at_us,
    nullif(number, CAST(entry_id AS INTEGER)),
    role,
    kind,
    iif(event = 'comment', '', event),
    author_id,
    author_name,
    text,
    attachments,
    app_code,
    app_code_reported,
    by_email,
    iif(tags = '[]', '', tags),
    is_first,
    redacted,
    iif(client_hint = 'unknown', '', client_hint),
    line_hint,
    customer_hint,
    iif(attribute_hint = 'unknown', '', attribute_hint),
    channel_hint,
    arrival,
    fingerprint,
    answer_number,
    wiped,
    NULL
FROM entries WHERE {batch};
UPDATE new_entries SET search_id = (
    SELECT free.search_id FROM new_free_search_ids AS free
    WHERE free.conversation_id = new_entries.conversation_id AND free.entry_id = new_entries.entry_id
)
WHERE {batch} AND (text <> '' OR attachments <> '[]');

-- move new_entries by search_id
INSERT INTO new_message_index (rowid, text)
SELECT search_id, text FROM new_entries WHERE {batch} AND text <> '' ORDER BY search_id;

-- once
DROP TRIGGER entry_gets_search_id;
DROP TRIGGER changed_entry_gets_search_id;
DROP TRIGGER entry_words_change;
DROP TRIGGER entry_words_go;
DROP TRIGGER new_entry_is_key;
DROP TRIGGER changed_entry_ends_choice;
DROP TRIGGER deleted_entry_ends_choice;
DROP INDEX entries_in_order;
DROP INDEX entries_by_search_id;
ALTER TABLE entries RENAME TO old_entries;
ALTER TABLE new_entries RENAME TO entries;

DROP TABLE message_terms;
DROP TABLE message_index;
ALTER TABLE new_message_index RENAME TO message_index;
-- The words themselves; it holds nothing.
CREATE VIRTUAL TABLE message_terms USING fts5vocab(message_index, row);

DROP VIEW new_free_search_ids;
DROP VIEW free_search_ids;
CREATE VIEW free_search_ids AS
SELECT conversation_id, entry_id, CASE
    WHEN NOT EXISTS (SELECT 1 FROM entries WHERE search_id = first_id + 126)
    THEN coalesce((SELECT max(search_id) + 2 FROM entries WHERE search_id BETWEEN first_id AND first_id + 124), first_id)
    WHEN NOT EXISTS (SELECT 1 FROM entries WHERE search_id = first_id + 32766)
    THEN (SELECT max(search_id) + 2 FROM entries WHERE search_id BETWEEN first_id AND first_id + 32764)
    ELSE (SELECT min(search_id) - 2 FROM entries WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT conversation_id, entry_id, max(sent_at_us, 0) / 64000000 * 128 AS first_id FROM entries);

DROP VIEW free_direct_search_ids;
CREATE VIEW free_direct_search_ids AS
SELECT draft_id, CASE
    WHEN NOT EXISTS (SELECT 1 FROM direct_messages WHERE search_id = first_id + 126)
    THEN coalesce(
        (SELECT max(search_id) + 2 FROM direct_messages WHERE search_id BETWEEN first_id AND first_id + 124), first_id
    )
    ELSE (SELECT min(search_id) - 2 FROM direct_messages WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT draft_id, max(sent_at_us, 0) / 64000000 * 128 + 1 AS first_id FROM direct_messages);

UPDATE direct_messages SET search_id = NULL WHERE search_id IS NOT NULL;
UPDATE direct_messages SET search_id = (
    SELECT free.search_id FROM free_direct_search_ids AS free WHERE free.draft_id = direct_messages.draft_id
)
WHERE text <> '';
INSERT INTO message_index (rowid, text) SELECT search_id, text FROM direct_messages WHERE text <> '' ORDER BY search_id;

-- `store.entries` gives a new entry its number at once, and adds its words to the index.
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
    OR OLD.search_id IS NOT NULL AND OLD.sent_at_us / 64000000 <> NEW.sent_at_us / 64000000
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

CREATE TRIGGER new_entry_is_key AFTER INSERT ON entries
WHEN EXISTS (SELECT 1 FROM key_entry_choices WHERE conversation_id = NEW.conversation_id)
BEGIN
    INSERT INTO key_entries VALUES (NEW.conversation_id, NEW.entry_id, 1);
END;

CREATE TRIGGER changed_entry_ends_choice AFTER UPDATE ON entries
WHEN (
    OLD.sent_at_us, OLD.number, OLD.role, OLD.kind, OLD.event, OLD.author_id, OLD.author_name, OLD.text, OLD.app_code,
    OLD.app_code_reported, OLD.by_email, OLD.tags, OLD.is_first, OLD.client_hint, OLD.line_hint, OLD.customer_hint,
    OLD.attribute_hint, OLD.channel_hint, OLD.arrival
) IS NOT (
    NEW.sent_at_us, NEW.number, NEW.role, NEW.kind, NEW.event, NEW.author_id, NEW.author_name, NEW.text, NEW.app_code,
    NEW.app_code_reported, NEW.by_email, NEW.tags, NEW.is_first, NEW.client_hint, NEW.line_hint, NEW.customer_hint,
    NEW.attribute_hint, NEW.channel_hint, NEW.arrival
)
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = NEW.conversation_id;
END;

CREATE TRIGGER deleted_entry_ends_choice AFTER DELETE ON entries
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = OLD.conversation_id;
END;

-- remove old_entries by conversation_id, entry_id
