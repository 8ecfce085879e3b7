-- Messages are found by their words, newest first, without reading them all.

DROP VIEW searchable_messages;

-- One row per message with text. Its number grows with the time of the message: the second it was sent in, times 65,536,
-- plus a counter; so the index itself lists the newest first. What is more than fits a second is not found.
CREATE TABLE message_docs (
    doc INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    -- 'direct:' and the draft's id for a message on a direct route.
    entry_id TEXT NOT NULL,
    UNIQUE (conversation_id, entry_id)
) STRICT;

-- Holds the words without the texts, which are kept once, in their own tables.
CREATE VIRTUAL TABLE message_words USING fts5(
    text, content = '', tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
);
-- A deleted message leaves no words behind.
INSERT INTO message_words (message_words, rank) VALUES ('secure-delete', 1);
-- Parts of the index are merged little by little (`store.message_search.tidy`), never all at once in front of a message.
INSERT INTO message_words (message_words, rank) VALUES ('automerge', 0);
INSERT INTO message_words (message_words, rank) VALUES ('crisismerge', 256);

CREATE TRIGGER entry_text_is_indexed AFTER INSERT ON entries WHEN NEW.text <> ''
BEGIN
    INSERT OR IGNORE INTO message_docs
    SELECT coalesce(
        (
            SELECT doc + 1 FROM message_docs
            WHERE doc BETWEEN NEW.sent_at_us / 1000000 * 65536 AND NEW.sent_at_us / 1000000 * 65536 + 65534
            ORDER BY doc DESC LIMIT 1
        ),
        NEW.sent_at_us / 1000000 * 65536
    ), NEW.conversation_id, NEW.entry_id;
    INSERT INTO message_words (rowid, text)
    SELECT doc, NEW.text FROM message_docs
    WHERE conversation_id = NEW.conversation_id AND entry_id = NEW.entry_id;
END;

CREATE TRIGGER entry_text_is_taken_off AFTER DELETE ON entries WHEN OLD.text <> ''
BEGIN
    INSERT INTO message_words (message_words, rowid, text)
    SELECT 'delete', doc, OLD.text FROM message_docs
    WHERE conversation_id = OLD.conversation_id AND entry_id = OLD.entry_id;
    DELETE FROM message_docs WHERE conversation_id = OLD.conversation_id AND entry_id = OLD.entry_id;
END;

CREATE TRIGGER entry_text_changed AFTER UPDATE OF text ON entries WHEN OLD.text <> NEW.text
BEGIN
    INSERT INTO message_words (message_words, rowid, text)
    SELECT 'delete', doc, OLD.text FROM message_docs
    WHERE OLD.text <> '' AND conversation_id = OLD.conversation_id AND entry_id = OLD.entry_id;
    DELETE FROM message_docs WHERE conversation_id = OLD.conversation_id AND entry_id = OLD.entry_id;
    INSERT OR IGNORE INTO message_docs
    SELECT coalesce(
        (
            SELECT doc + 1 FROM message_docs
            WHERE doc BETWEEN NEW.sent_at_us / 1000000 * 65536 AND NEW.sent_at_us / 1000000 * 65536 + 65534
            ORDER BY doc DESC LIMIT 1
        ),
        NEW.sent_at_us / 1000000 * 65536
    ), NEW.conversation_id, NEW.entry_id
    WHERE NEW.text <> '';
    INSERT INTO message_words (rowid, text)
    SELECT doc, NEW.text FROM message_docs
    WHERE NEW.text <> '' AND conversation_id = NEW.conversation_id AND entry_id = NEW.entry_id;
END;

CREATE TRIGGER direct_text_is_indexed AFTER INSERT ON direct_messages WHEN NEW.text <> ''
BEGIN
    INSERT OR IGNORE INTO message_docs
    SELECT coalesce(
        (
            SELECT doc + 1 FROM message_docs
            WHERE doc BETWEEN NEW.sent_at_us / 1000000 * 65536 AND NEW.sent_at_us / 1000000 * 65536 + 65534
            ORDER BY doc DESC LIMIT 1
        ),
        NEW.sent_at_us / 1000000 * 65536
    ), NEW.conversation_id, 'direct:' || NEW.draft_id;
    INSERT INTO message_words (rowid, text)
    SELECT doc, NEW.text FROM message_docs
    WHERE conversation_id = NEW.conversation_id AND entry_id = 'direct:' || NEW.draft_id;
END;

CREATE TRIGGER direct_text_is_taken_off AFTER DELETE ON direct_messages WHEN OLD.text <> ''
BEGIN
    INSERT INTO message_words (message_words, rowid, text)
    SELECT 'delete', doc, OLD.text FROM message_docs
    WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
    DELETE FROM message_docs WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
END;

-- A direct message is written once; later only its text may be emptied.
CREATE TRIGGER direct_text_is_emptied AFTER UPDATE OF text ON direct_messages WHEN OLD.text <> '' AND NEW.text = ''
BEGIN
    INSERT INTO message_words (message_words, rowid, text)
    SELECT 'delete', doc, OLD.text FROM message_docs
    WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
    DELETE FROM message_docs WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
END;

-- What is here already gets into the index that follows this one.
