-- What decisions by the reach rules need beside the messages. Origins follow from stored facts and are not kept.

-- Rewritten below; SQLite does not let a table be changed under a view that reads it.
DROP VIEW customer_list;
DROP TABLE origins;

-- Counts that only rise: `arrival` is that of the newest message, also of one that is gone.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries_before AS SELECT * FROM entries;
DROP TABLE entries;
CREATE TABLE entries (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    sent_at_us INTEGER NOT NULL,
    number INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('customer', 'teammate', 'bot', 'unknown')),
    kind TEXT NOT NULL CHECK (kind IN ('message', 'note', 'event', 'unknown')),
    event TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    attachments TEXT NOT NULL,
    app_code TEXT,
    app_code_reported INTEGER NOT NULL CHECK (app_code_reported IN (0, 1)),
    by_email INTEGER NOT NULL CHECK (by_email IN (0, 1)),
    tags TEXT NOT NULL,
    is_first INTEGER NOT NULL CHECK (is_first IN (0, 1)),
    redacted INTEGER NOT NULL CHECK (redacted IN (0, 1)),
    -- Hints: seen when the message was first read; they cannot be seen later.
    client_hint TEXT NOT NULL,
    line_hint TEXT NOT NULL,
    customer_hint TEXT NOT NULL,
    attribute_hint TEXT NOT NULL,
    channel_hint TEXT NOT NULL,
    -- The order in which messages, and what may be one, became known here, over all conversations; else 0.
    arrival INTEGER NOT NULL,
    -- `updated_at` of the answer these facts are from: an older answer does not overwrite them.
    as_of_us INTEGER NOT NULL,
    -- Counts, within the conversation, the answers that brought something new; this entry came with that one.
    came_with INTEGER NOT NULL,
    wiped INTEGER NOT NULL CHECK (wiped IN (0, 1)),
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;
INSERT INTO entries
SELECT
    conversation_id, entry_id, sent_at_us, number, role, kind, event, author_id, author_name, text, attachments,
    app_code, app_code_reported, by_email, tags, is_first, redacted, client_hint, line_hint, '', 'unknown',
    coalesce((SELECT current_channel FROM conversations WHERE id = conversation_id), ''),
    CASE kind WHEN 'message' THEN
        row_number() OVER (PARTITION BY kind ORDER BY sent_at_us, conversation_id, number, entry_id)
    ELSE 0 END,
    as_of_us, came_with, wiped
FROM entries_before;
DROP TABLE entries_before;
INSERT INTO counters SELECT 'arrival', coalesce(max(arrival), 0) FROM entries;
CREATE INDEX entries_in_order ON entries (conversation_id, sent_at_us, number, entry_id);
CREATE UNIQUE INDEX entries_by_arrival ON entries (arrival) WHERE arrival > 0;
CREATE INDEX entries_to_wipe ON entries (sent_at_us) WHERE wiped = 0;

-- Each tag: {applied_at_us, applied_by, name, sighting}. Removed ones by name.
UPDATE conversations SET tags = (
    SELECT json_group_array(
        json_object('applied_at_us', NULL, 'applied_by', '', 'name', value, 'sighting', 'unknown')
    )
    FROM json_each(conversations.tags)
) WHERE tags <> '[]';
ALTER TABLE conversations ADD COLUMN removed_tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE conversations ADD COLUMN delivered_as TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN initial_channel TEXT;
-- When it was first and last read whole, by the providers' time; NULL where that was not kept.
ALTER TABLE conversations ADD COLUMN first_read_at_us INTEGER;
ALTER TABLE conversations ADD COLUMN read_at_us INTEGER;
CREATE INDEX conversations_by_creation ON conversations (created_at_us);

ALTER TABLE contacts ADD COLUMN email_fails INTEGER NOT NULL DEFAULT 0 CHECK (email_fails IN (0, 1));

-- A `domain.contrary.ContraryKind`; NULL where a failure says nothing of the chat.
ALTER TABLE channel_rows ADD COLUMN failure TEXT;
ALTER TABLE direct_messages ADD COLUMN failure TEXT;

-- A person's word on where one message came from.
CREATE TABLE message_channels (
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

-- What a provider or the bridge said against a chat or route. Kept beside what it was read from, which may go.
CREATE TABLE contrary_facts (
    fact_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    source TEXT NOT NULL,
    -- Id of the entry, draft or listed message.
    about TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    business_address TEXT NOT NULL,
    customer_address TEXT NOT NULL,
    -- Of the direct route; NULL where the bridge or Intercom said it.
    provider TEXT,
    account_channel TEXT,
    sender TEXT,
    is_solved INTEGER NOT NULL DEFAULT 0 CHECK (is_solved IN (0, 1)),
    solved_by TEXT NOT NULL DEFAULT '',
    solved_at_us INTEGER
) STRICT;
CREATE INDEX contrary_facts_by_conversation ON contrary_facts (conversation_id) WHERE conversation_id <> '';
CREATE INDEX contrary_facts_by_customer ON contrary_facts (customer_address) WHERE customer_address <> '';
CREATE INDEX contrary_facts_of_accounts ON contrary_facts (kind, at_us);

-- Learning: what each conversation tells of the bridge, and totals of that, so that no poll counts the archive.

CREATE TABLE conversation_signs (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL,
    has_page INTEGER NOT NULL CHECK (has_page IN (0, 1)),
    is_tagged INTEGER NOT NULL CHECK (is_tagged IN (0, 1)),
    lost_tag INTEGER NOT NULL CHECK (lost_tag IN (0, 1)),
    has_attributes INTEGER NOT NULL CHECK (has_attributes IN (0, 1)),
    -- Whether the customer's messages here carry the bridge's code.
    is_bridged INTEGER NOT NULL CHECK (is_bridged IN (0, 1)),
    -- [package code, number of the customer's messages], each code once.
    codes TEXT NOT NULL,
    -- Ids of admins who put a channel's tag on it in time although it surely mirrors nothing.
    taggers TEXT NOT NULL
) STRICT;
CREATE INDEX conversation_signs_of_a_bridge ON conversation_signs (conversation_id)
WHERE (is_tagged AND NOT has_page) OR has_attributes;

CREATE TABLE code_totals (
    code TEXT PRIMARY KEY,
    parts INTEGER NOT NULL,
    tagged_parts INTEGER NOT NULL,
    web_conversations INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- In how many tagged conversations of each customer a code stands.
CREATE TABLE code_customers (
    code TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    conversations INTEGER NOT NULL,
    PRIMARY KEY (code, customer_id)
) STRICT, WITHOUT ROWID;

INSERT INTO counters VALUES ('bridged', 0), ('untagged', 0);

-- Signs are replaced, never changed in place; a conversation that goes takes its own along.
CREATE TRIGGER signs_are_counted AFTER INSERT ON conversation_signs
BEGIN
    INSERT INTO code_totals
    SELECT value ->> 0, value ->> 1, NEW.is_tagged * (value ->> 1), NEW.has_page FROM json_each(NEW.codes) WHERE true
    ON CONFLICT (code) DO UPDATE SET
        parts = parts + excluded.parts,
        tagged_parts = tagged_parts + excluded.tagged_parts,
        web_conversations = web_conversations + excluded.web_conversations;
    INSERT INTO code_customers
    SELECT value ->> 0, NEW.customer_id, 1 FROM json_each(NEW.codes) WHERE NEW.is_tagged
    ON CONFLICT (code, customer_id) DO UPDATE SET conversations = conversations + 1;
    UPDATE counters SET value = value + NEW.is_bridged WHERE name = 'bridged';
    UPDATE counters SET value = value + (NEW.is_bridged AND NOT NEW.is_tagged AND NOT NEW.lost_tag)
    WHERE name = 'untagged';
END;

CREATE TRIGGER signs_are_taken_off AFTER DELETE ON conversation_signs
BEGIN
    UPDATE code_totals SET
        parts = parts - (gone.value ->> 1),
        tagged_parts = tagged_parts - OLD.is_tagged * (gone.value ->> 1),
        web_conversations = web_conversations - OLD.has_page
    FROM json_each(OLD.codes) AS gone WHERE code_totals.code = gone.value ->> 0;
    DELETE FROM code_totals WHERE parts = 0 AND code IN (SELECT value ->> 0 FROM json_each(OLD.codes));
    UPDATE code_customers SET conversations = conversations - 1
    WHERE OLD.is_tagged AND customer_id = OLD.customer_id AND code IN (SELECT value ->> 0 FROM json_each(OLD.codes));
    DELETE FROM code_customers
    WHERE conversations = 0 AND customer_id = OLD.customer_id
        AND code IN (SELECT value ->> 0 FROM json_each(OLD.codes));
    UPDATE counters SET value = value - OLD.is_bridged WHERE name = 'bridged';
    UPDATE counters SET value = value - (OLD.is_bridged AND NOT OLD.is_tagged AND NOT OLD.lost_tag)
    WHERE name = 'untagged';
END;

-- How long the bridge took, as the last seven days showed.
CREATE TABLE bridge_delays (
    at_us INTEGER NOT NULL,
    delay_us INTEGER NOT NULL,
    PRIMARY KEY (at_us, delay_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX bridge_delays_longest ON bridge_delays (delay_us);

-- Shapes (`domain.notice.shape`) of notes that the bridge also wrote where no reply preceded them.
CREATE TABLE idle_notes (shape TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Channels on which a customer's chats show that the bridge has more than one number.
CREATE TABLE several_numbers (
    channel TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (channel, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX several_numbers_by_customer ON several_numbers (customer_id);

-- The line of each customer: its window in one piece; decided again at the first start with this version.
ALTER TABLE summaries DROP COLUMN window_channel;
ALTER TABLE summaries DROP COLUMN window_business_address;
ALTER TABLE summaries DROP COLUMN window_customer_address;
ALTER TABLE summaries DROP COLUMN window_opened_by;
ALTER TABLE summaries DROP COLUMN window_opened_at_us;
ALTER TABLE summaries DROP COLUMN window_closes_at_us;
ALTER TABLE summaries DROP COLUMN window_closing_threshold_us;
ALTER TABLE summaries DROP COLUMN doubt_until_us;
ALTER TABLE summaries DROP COLUMN doubt_reason;
ALTER TABLE summaries DROP COLUMN doubt_message_id;
-- A `domain.window.Window` as JSON; NULL for none.
ALTER TABLE summaries ADD COLUMN window TEXT;

CREATE VIEW customer_list AS
SELECT
    summaries.customer_id,
    summaries.name,
    coalesce(newest.text, summaries.last_text) AS last_text,
    coalesce(newest.queued_at_us, summaries.last_at_us) AS last_at_us,
    summaries.last_channel,
    newest.position IS NOT NULL OR summaries.last_from_us AS last_from_us,
    summaries.team_unread
        AND summaries.newest_from_her_us IS NOT NULL
        AND (seen.upto_us IS NULL OR summaries.newest_from_her_us > seen.upto_us) AS unread,
    summaries.waits,
    summaries.messenger_only,
    summaries.state,
    summaries.assignee_ids,
    summaries.window
FROM summaries
LEFT JOIN seen ON seen.customer_id = summaries.customer_id
LEFT JOIN (
    SELECT shown_customer_id, text, queued_at_us, max(position) AS position
    FROM echoes
    -- What is held, refused or unconfirmed must not look like an answer that arrived.
    WHERE internal = 0 AND state IN ('queued', 'sending', 'accepted')
    GROUP BY shown_customer_id
) AS newest
    ON newest.shown_customer_id = summaries.customer_id AND newest.queued_at_us >= summaries.last_at_us;
