-- Messages that begin a conversation. Each is in the outbox too, under the conversation `new:` and its draft's id until
-- Intercom's conversation is known.
CREATE TABLE new_conversations (
    draft_id TEXT PRIMARY KEY,
    -- Of the person it goes to: Intercom's, or one that stands in here until the bridge has made Intercom's.
    contact_id TEXT NOT NULL,
    -- What the person was looked for by, as a key (`begun_contacts`); '' where Intercom's contact was chosen.
    address TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- What follows in the conversation once it is begun, as in `outbox`: on which route, and with which template.
    then_route TEXT,
    then_template TEXT,
    begun_at_us INTEGER NOT NULL,
    -- Intercom's; '' while it is not known.
    conversation_id TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX new_conversations_unknown ON new_conversations (draft_id) WHERE conversation_id = '';

-- Contacts that Intercom was asked to make, or the bridge with a message. Its search has them minutes later, so this
-- alone keeps a second try from making another.
CREATE TABLE begun_contacts (
    -- A number's or an email's key.
    address TEXT PRIMARY KEY,
    asked_at_us INTEGER NOT NULL,
    -- Intercom's; '' while nobody knows whether it was made.
    contact_id TEXT NOT NULL DEFAULT ''
) STRICT;

-- 1 for the first message of a conversation that was begun with it, which is the conversation's first entry as well.
ALTER TABLE direct_messages ADD COLUMN is_first INTEGER NOT NULL DEFAULT 0 CHECK (is_first IN (0, 1));
