-- Machine translations of messages, and of replies what the agent wrote before they were translated. What becomes of a
-- message's text becomes of its translation: wiped by age, deleted with its customer, redacted, or changed, it goes too.
CREATE TABLE translations (
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    source_text TEXT NOT NULL,
    translated_text TEXT NOT NULL,
    -- '' where the service did not say.
    source_language TEXT NOT NULL,
    target_language TEXT NOT NULL,
    service TEXT NOT NULL,
    is_ours INTEGER NOT NULL CHECK (is_ours IN (0, 1)),
    is_shown INTEGER NOT NULL DEFAULT 1 CHECK (is_shown IN (0, 1)),
    -- The draft of a reply, until the note that keeps its source text for the team is queued.
    note_due_for TEXT,
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX translations_without_note ON translations (note_due_for) WHERE note_due_for IS NOT NULL;

-- Beside a draft or a reply whose text is a translation: what the agent wrote.
CREATE TABLE own_texts (
    draft_id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    target_language TEXT NOT NULL,
    service TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_languages (
    customer_id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    is_chosen INTEGER NOT NULL CHECK (is_chosen IN (0, 1)),
    translates INTEGER NOT NULL CHECK (translates IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER translation_of_other_text AFTER UPDATE OF text ON entries WHEN NEW.text <> OLD.text
BEGIN
    DELETE FROM translations WHERE conversation_id = OLD.conversation_id AND entry_id = OLD.entry_id;
END;

CREATE TRIGGER translation_of_deleted_entry AFTER DELETE ON entries
BEGIN
    DELETE FROM translations WHERE conversation_id = OLD.conversation_id AND entry_id = OLD.entry_id;
END;

CREATE TRIGGER translation_of_other_direct_text AFTER UPDATE OF text ON direct_messages WHEN NEW.text <> OLD.text
BEGIN
    DELETE FROM translations WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
END;

CREATE TRIGGER translation_of_deleted_direct_message AFTER DELETE ON direct_messages
BEGIN
    DELETE FROM translations WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
END;

-- A draft that is sent moves to the outbox under the same id: its own text is stored there again.
CREATE TRIGGER own_text_of_deleted_draft AFTER DELETE ON drafts
BEGIN
    DELETE FROM own_texts WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER own_text_of_deleted_reply AFTER DELETE ON outbox
BEGIN
    DELETE FROM own_texts WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER own_text_of_wiped_reply AFTER UPDATE OF text ON outbox WHEN NEW.text = '' AND OLD.text <> ''
BEGIN
    DELETE FROM own_texts WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER language_of_deleted_customer AFTER DELETE ON customers
BEGIN
    DELETE FROM customer_languages WHERE customer_id = OLD.id;
END;
