-- Messages take a sixth less room: a conversation has a number, by which its entries and their indexes name it; an id
-- that is a number is kept as one, and so are roles and kinds. The view `entries` shows them as before. What is stored
-- newest first is kept in this order: added at the end, it fills its pages.

DROP TABLE IF EXISTS numbered_conversations;
CREATE TABLE numbered_conversations (
    -- Known here only, and shorter than the id.
    conversation_number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
    created_at_us INTEGER NOT NULL,
    updated_at_us INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'snoozed')),
    title TEXT NOT NULL,
    is_read INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
    fingerprint INTEGER,
    files_read_at_us INTEGER,
    details TEXT NOT NULL
) STRICT;

DROP TABLE IF EXISTS entry_rows;
CREATE TABLE entry_rows (
    conversation_number INTEGER NOT NULL REFERENCES conversations (conversation_number) ON DELETE CASCADE,
    -- The provider's id; as an integer where it is one, written as the database writes it.
    entry_key ANY NOT NULL,
    sent_at_us INTEGER NOT NULL,
    -- Orders entries of the same time; NULL for what the id is as a number.
    number INTEGER,
    -- Numbers that the view `entries` names.
    role INTEGER NOT NULL CHECK (role BETWEEN 0 AND 3),
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
    -- '' for 'comment'.
    event TEXT NOT NULL,
    -- NULL for the conversation's owner.
    author_id TEXT,
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
    assigned_to TEXT NOT NULL DEFAULT '',
    formatting TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (conversation_number, entry_key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entry_rows_by_search_id ON entry_rows (search_id DESC) WHERE search_id IS NOT NULL;
CREATE INDEX entry_rows_by_time ON entry_rows (conversation_number, sent_at_us);
CREATE INDEX entry_rows_with_files ON entry_rows (arrival) WHERE attachments <> '[]' AND arrival > 0;
CREATE INDEX notes_that_may_mention ON entry_rows (conversation_number) WHERE kind = 2 AND instr(text, '@') > 0;

DROP TABLE IF EXISTS newest_first_lists;
CREATE TABLE newest_first_lists (
    list TEXT NOT NULL,
    last_at_us INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    is_unread INTEGER NOT NULL CHECK (is_unread IN (0, 1)),
    PRIMARY KEY (list, last_at_us DESC, customer_id DESC)
) STRICT, WITHOUT ROWID;

-- move customer_lists by list, last_at_us, customer_id
INSERT INTO newest_first_lists
SELECT * FROM customer_lists WHERE {batch} ORDER BY list, last_at_us DESC, customer_id DESC;

-- move conversations by id
INSERT INTO numbered_conversations
SELECT
    NULL, id, owner_id, created_at_us, updated_at_us, state, title, is_read, is_whole, fingerprint, files_read_at_us,
    details
FROM conversations WHERE {batch} ORDER BY id;

-- move entries by conversation_id, entry_id
INSERT INTO entry_rows
SELECT
    numbered.conversation_number,
    iif(CAST(CAST(entry_id AS INTEGER) AS TEXT) = entry_id, CAST(entry_id AS INTEGER), entry_id),
    sent_at_us,
    number,
    CASE role WHEN 'customer' THEN 0 WHEN 'teammate' THEN 1 WHEN 'bot' THEN 2 ELSE 3 END,
    CASE kind WHEN 'message' THEN 0 WHEN 'event' THEN 1 WHEN 'note' THEN 2 ELSE 3 END,
    event,
    nullif(author_id, owner_id),
    author_name,
    text,
    attachments,
    app_code,
    app_code_reported,
    by_email,
    tags,
    is_first,
    redacted,
    client_hint,
    line_hint,
    customer_hint,
    attribute_hint,
    channel_hint,
    arrival,
    entries.fingerprint,
    answer_number,
    wiped,
    search_id,
    assigned_to,
    formatting
FROM entries CROSS JOIN numbered_conversations AS numbered ON numbered.id = conversation_id WHERE {batch};

-- once
DROP TRIGGER entry_gets_search_id;
DROP TRIGGER changed_entry_gets_search_id;
DROP TRIGGER entry_words_change;
DROP TRIGGER entry_words_go;
DROP TRIGGER new_entry_is_key;
DROP TRIGGER changed_entry_ends_choice;
DROP TRIGGER deleted_entry_ends_choice;
DROP TRIGGER new_entry_ends_dormancy;
DROP TRIGGER changed_entry_ends_dormancy;
DROP TRIGGER deleted_entry_ends_dormancy;
DROP TRIGGER translation_of_other_text;
DROP TRIGGER translation_of_deleted_entry;
DROP TRIGGER sent_reaction_to_deleted_entry;
DROP TRIGGER conversation_deletion_empties_direct_messages;
DROP TRIGGER conversation_begins_with_news;
DROP TRIGGER conversation_has_news;
DROP TRIGGER earlier_conversation_ends_dormancy;
DROP TRIGGER moved_conversation_ends_dormancy;
DROP TRIGGER changed_conversation_ends_dormancy;
DROP INDEX conversations_by_owner;
DROP INDEX conversations_by_creation;
DROP INDEX conversations_with_title;
DROP TRIGGER listed_customer_is_counted;
DROP TRIGGER unlisted_customer_is_taken_off;
DROP TRIGGER unread_customer_is_counted;
DROP INDEX customer_lists_unread;
DROP VIEW free_search_ids;
DROP VIEW pending_replies;
ALTER TABLE customer_lists RENAME TO old_customer_lists;
ALTER TABLE newest_first_lists RENAME TO customer_lists;
ALTER TABLE entries RENAME TO old_entries;
ALTER TABLE conversations RENAME TO unnumbered_conversations;
ALTER TABLE numbered_conversations RENAME TO conversations;

CREATE INDEX conversations_by_owner ON conversations (owner_id, updated_at_us);
CREATE INDEX conversations_by_creation ON conversations (created_at_us DESC);
CREATE INDEX conversations_with_title ON conversations (updated_at_us DESC) WHERE title <> '';

-- Whoever looks for one entry gives its `entry_key`: by `entry_id`, all entries of the conversation are compared.
CREATE VIEW entries AS
SELECT
    conversations.id AS conversation_id,
    CAST(entry_key AS TEXT) AS entry_id,
    sent_at_us,
    number,
    CASE role WHEN 0 THEN 'customer' WHEN 1 THEN 'teammate' WHEN 2 THEN 'bot' ELSE 'unknown' END AS role,
    CASE kind WHEN 0 THEN 'message' WHEN 1 THEN 'event' WHEN 2 THEN 'note' ELSE 'unknown' END AS kind,
    event,
    coalesce(author_id, owner_id) AS author_id,
    author_name,
    text,
    attachments,
    app_code,
    app_code_reported,
    by_email,
    tags,
    is_first,
    redacted,
    client_hint,
    line_hint,
    customer_hint,
    attribute_hint,
    channel_hint,
    arrival,
    entry_rows.fingerprint AS fingerprint,
    answer_number,
    wiped,
    search_id,
    assigned_to,
    formatting,
    entry_rows.conversation_number,
    entry_key
FROM conversations JOIN entry_rows ON entry_rows.conversation_number = conversations.conversation_number;

-- The next free number for an entry: of its 64 seconds; where these are full, of the hours that follow; then below all.
CREATE VIEW free_search_ids AS
SELECT conversation_number, entry_key, CASE
    WHEN NOT EXISTS (SELECT 1 FROM entry_rows WHERE search_id = first_id + 126)
    THEN coalesce(
        (SELECT max(search_id) + 2 FROM entry_rows WHERE search_id BETWEEN first_id AND first_id + 124), first_id
    )
    WHEN NOT EXISTS (SELECT 1 FROM entry_rows WHERE search_id = first_id + 32766)
    THEN (SELECT max(search_id) + 2 FROM entry_rows WHERE search_id BETWEEN first_id AND first_id + 32764)
    ELSE (SELECT min(search_id) - 2 FROM entry_rows WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT conversation_number, entry_key, max(sent_at_us, 0) / 64000000 * 128 AS first_id FROM entry_rows);

CREATE VIEW pending_replies AS
SELECT
    outbox.*,
    coalesce(contacts.customer_id, customers.merged_into, outbox.customer_id) AS shown_customer_id
FROM outbox
LEFT JOIN conversations ON conversations.id = outbox.conversation_id
LEFT JOIN contacts ON contacts.id = conversations.owner_id
LEFT JOIN customers ON customers.id = outbox.customer_id
WHERE outbox.is_done = 0
  AND outbox.state <> 'cancelled'
  AND NOT (
      outbox.state = 'accepted' AND EXISTS (
          SELECT 1 FROM entry_rows
          WHERE entry_rows.conversation_number = conversations.conversation_number AND entry_key = iif(
              CAST(CAST(entry_id AS INTEGER) AS TEXT) = entry_id, CAST(entry_id AS INTEGER), entry_id
          )
      )
  );

-- They go first, while triggers can tell whose they are.
CREATE TRIGGER entries_go_before_their_conversation BEFORE DELETE ON conversations
BEGIN
    DELETE FROM entry_rows WHERE conversation_number = OLD.conversation_number;
END;

CREATE TRIGGER entries_keep_their_author BEFORE UPDATE OF owner_id ON conversations WHEN OLD.owner_id <> NEW.owner_id
BEGIN
    UPDATE entry_rows SET author_id = OLD.owner_id
    WHERE conversation_number = OLD.conversation_number AND author_id IS NULL;
END;

CREATE TRIGGER conversation_deletion_empties_direct_messages AFTER DELETE ON conversations
BEGIN
    UPDATE direct_messages SET text = '', file_names = '[]' WHERE conversation_id = OLD.id;
END;

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

CREATE TRIGGER earlier_conversation_ends_dormancy AFTER INSERT ON conversations
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM contacts WHERE id = NEW.owner_id)
        AND active_upto_us >= NEW.updated_at_us;
END;

CREATE TRIGGER moved_conversation_ends_dormancy AFTER UPDATE OF owner_id ON conversations
WHEN OLD.owner_id <> NEW.owner_id
BEGIN
    DELETE FROM dormancies
    WHERE customer_id IN (SELECT customer_id FROM contacts WHERE id IN (OLD.owner_id, NEW.owner_id));
END;

CREATE TRIGGER changed_conversation_ends_dormancy AFTER UPDATE ON conversations
WHEN (OLD.created_at_us, OLD.updated_at_us, OLD.state, OLD.is_read, OLD.is_whole, OLD.details)
    IS NOT (NEW.created_at_us, NEW.updated_at_us, NEW.state, NEW.is_read, NEW.is_whole, NEW.details)
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.id
        AND (
            is_dormant OR is_compared
            OR (OLD.created_at_us, OLD.is_read, OLD.details) IS NOT (NEW.created_at_us, NEW.is_read, NEW.details)
        )
    );
END;

CREATE TRIGGER entry_gets_search_id AFTER INSERT ON entry_rows
WHEN NEW.search_id IS NULL AND (NEW.text <> '' OR NEW.attachments <> '[]')
BEGIN
    UPDATE entry_rows SET search_id = (
        SELECT search_id FROM free_search_ids
        WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key)
    )
    WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key);
END;

CREATE TRIGGER changed_entry_gets_search_id AFTER UPDATE OF text, attachments, sent_at_us ON entry_rows
WHEN (NEW.text <> '' OR NEW.attachments <> '[]') <> (OLD.search_id IS NOT NULL)
    OR OLD.search_id IS NOT NULL AND OLD.sent_at_us / 64000000 <> NEW.sent_at_us / 64000000
BEGIN
    UPDATE entry_rows SET search_id = (
        SELECT search_id FROM free_search_ids
        WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key)
            AND (NEW.text <> '' OR NEW.attachments <> '[]')
    )
    WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key);
END;

CREATE TRIGGER entry_words_change AFTER UPDATE OF text, search_id ON entry_rows
WHEN (OLD.search_id, OLD.text) IS NOT (NEW.search_id, NEW.text)
BEGIN
    INSERT INTO message_index (message_index, rowid, text)
    SELECT 'delete', OLD.search_id, OLD.text WHERE OLD.search_id IS NOT NULL AND OLD.text <> '';
    INSERT INTO message_index (rowid, text)
    SELECT NEW.search_id, NEW.text WHERE NEW.search_id IS NOT NULL AND NEW.text <> '';
END;

CREATE TRIGGER entry_words_go AFTER DELETE ON entry_rows
WHEN OLD.search_id IS NOT NULL AND OLD.text <> ''
BEGIN
    INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
END;

CREATE TRIGGER new_entry_is_key AFTER INSERT ON entry_rows
WHEN EXISTS (
    SELECT 1 FROM conversations JOIN key_entry_choices ON conversation_id = id
    WHERE conversation_number = NEW.conversation_number
)
BEGIN
    INSERT INTO key_entries
    SELECT id, CAST(NEW.entry_key AS TEXT), 1 FROM conversations WHERE conversation_number = NEW.conversation_number;
END;

CREATE TRIGGER changed_entry_ends_choice AFTER UPDATE ON entry_rows
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
    DELETE FROM key_entry_choices
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = NEW.conversation_number);
END;

CREATE TRIGGER deleted_entry_ends_choice AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM key_entry_choices
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number);
END;

CREATE TRIGGER new_entry_ends_dormancy AFTER INSERT ON entry_rows
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM conversations JOIN old_conversations ON conversation_id = id
        WHERE conversation_number = NEW.conversation_number AND (is_dormant OR is_compared)
    );
END;

CREATE TRIGGER changed_entry_ends_dormancy AFTER UPDATE ON entry_rows
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
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM conversations JOIN old_conversations ON conversation_id = id
        WHERE conversation_number = NEW.conversation_number
    );
END;

CREATE TRIGGER deleted_entry_ends_dormancy AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM conversations JOIN old_conversations ON conversation_id = id
        WHERE conversation_number = OLD.conversation_number
    );
END;

CREATE TRIGGER translation_of_other_text AFTER UPDATE OF text ON entry_rows WHEN NEW.text <> OLD.text
BEGIN
    DELETE FROM translations
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number)
        AND entry_id = CAST(OLD.entry_key AS TEXT);
END;

CREATE TRIGGER translation_of_deleted_entry AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM translations
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number)
        AND entry_id = CAST(OLD.entry_key AS TEXT);
END;

CREATE TRIGGER sent_reaction_to_deleted_entry AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM sent_reactions
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number)
        AND entry_id = CAST(OLD.entry_key AS TEXT);
END;

CREATE INDEX customer_lists_unread ON customer_lists (list, last_at_us DESC, customer_id DESC) WHERE is_unread = 1;

CREATE TRIGGER listed_customer_is_counted AFTER INSERT ON customer_lists
BEGIN
    INSERT INTO customer_list_sizes VALUES (NEW.list, 1, NEW.is_unread)
    ON CONFLICT (list) DO UPDATE SET size = size + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER unlisted_customer_is_taken_off AFTER DELETE ON customer_lists
BEGIN
    UPDATE customer_list_sizes SET size = size - 1, unread = unread - OLD.is_unread WHERE list = OLD.list;
    DELETE FROM customer_list_sizes WHERE list = OLD.list AND size = 0;
END;

CREATE TRIGGER unread_customer_is_counted AFTER UPDATE OF is_unread ON customer_lists
WHEN OLD.is_unread <> NEW.is_unread
BEGIN
    UPDATE customer_list_sizes SET unread = unread + NEW.is_unread - OLD.is_unread WHERE list = NEW.list;
END;

-- A page of the index fits into one of an encrypted database.
INSERT INTO message_index (message_index, rank) VALUES ('pgsz', 4000);

-- remove old_entries by conversation_id, entry_id
-- remove unnumbered_conversations by id

-- remove old_customer_lists by list, last_at_us, customer_id
