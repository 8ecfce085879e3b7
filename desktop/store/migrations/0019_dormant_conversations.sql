-- Which conversations of a customer with many no decision rests on (`domain.history.dormant`). A customer without a row
-- here is decided by all conversations.

CREATE TABLE dormancies (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    -- Fingerprint of the settings and the contacts.
    chosen_by TEXT NOT NULL,
    -- No dormant conversation has anything later; those that were not updated later are in `old_conversations`.
    active_upto_us INTEGER NOT NULL,
    -- How many conversations are not dormant, and how many are, with how many entries.
    awake_count INTEGER NOT NULL,
    dormant_count INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    -- `Dormancy.bridged` and `shows_bridge` as JSON.
    premises TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The dormant conversations, those that stand for them or are compared with them, and others that were not updated
-- later.
CREATE TABLE old_conversations (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL REFERENCES dormancies (customer_id) ON DELETE CASCADE,
    is_dormant INTEGER NOT NULL CHECK (is_dormant IN (0, 1)),
    -- `Dormancy.compared`
    is_compared INTEGER NOT NULL CHECK (is_compared IN (0, 1)),
    first_sent_at_us INTEGER NOT NULL,
    newest_sent_at_us INTEGER NOT NULL,
    entry_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX old_conversations_by_customer ON old_conversations (customer_id, is_dormant, newest_sent_at_us);

-- The newest entries of a conversation are read without all others.
CREATE INDEX entries_by_time ON entries (conversation_id, sent_at_us);

-- Those of an owner that were updated after an instant.
DROP INDEX conversations_by_owner;
CREATE INDEX conversations_by_owner ON conversations (owner_id, updated_at_us);

-- Nothing dormant may change, nor what dormant conversations were compared with. Of the others, new entries add to what
-- is decided; anything else may take from it what a dormant one would show.
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

CREATE TRIGGER deleted_conversation_ends_dormancy AFTER DELETE ON old_conversations
BEGIN
    DELETE FROM dormancies WHERE customer_id = OLD.customer_id;
END;

CREATE TRIGGER new_entry_ends_dormancy AFTER INSERT ON entries
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM old_conversations
        WHERE conversation_id = NEW.conversation_id AND (is_dormant OR is_compared)
    );
END;

CREATE TRIGGER changed_entry_ends_dormancy AFTER UPDATE ON entries
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
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id);
END;

CREATE TRIGGER deleted_entry_ends_dormancy AFTER DELETE ON entries
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = OLD.conversation_id);
END;

CREATE TRIGGER new_fact_ends_dormancy AFTER INSERT ON contrary_facts
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id AND is_dormant
    );
END;

CREATE TRIGGER direct_message_ends_dormancy AFTER INSERT ON direct_messages
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id AND is_dormant
    );
END;

CREATE TRIGGER message_channel_ends_dormancy AFTER INSERT ON message_channels
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id);
END;

CREATE TRIGGER changed_message_channel_ends_dormancy AFTER UPDATE ON message_channels
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id);
END;

CREATE TRIGGER removed_message_channel_ends_dormancy AFTER DELETE ON message_channels
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = OLD.conversation_id);
END;

-- A pin is replaced by deleting and inserting it.
CREATE TRIGGER pin_ends_dormancy AFTER INSERT ON pins
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id);
END;

CREATE TRIGGER removed_pin_ends_dormancy AFTER DELETE ON pins
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = OLD.conversation_id);
END;
