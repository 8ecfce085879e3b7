-- Which entries of a long conversation its decisions rest on (`domain.history.key_entries`). A conversation without a
-- row here is read whole. What is chosen holds as long as nothing but new entries come, and these are added.
CREATE TABLE key_entry_choices (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    -- `key_entries.choice_fingerprint` by which they were chosen.
    chosen_by TEXT NOT NULL,
    -- Of all entries at that time; `codes`: how many customers' messages have each package code, as JSON.
    entry_count INTEGER NOT NULL,
    codes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE key_entries (
    conversation_id TEXT NOT NULL REFERENCES key_entry_choices (conversation_id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    -- Stored after the choice was made.
    is_new INTEGER NOT NULL CHECK (is_new IN (0, 1)),
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

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

-- A person's word for a message makes it a kind of its own.
CREATE TRIGGER message_channel_ends_choice AFTER INSERT ON message_channels
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = NEW.conversation_id;
END;

CREATE TRIGGER changed_message_channel_ends_choice AFTER UPDATE ON message_channels
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = NEW.conversation_id;
END;

CREATE TRIGGER removed_message_channel_ends_choice AFTER DELETE ON message_channels
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = OLD.conversation_id;
END;
