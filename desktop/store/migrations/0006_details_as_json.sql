-- Of conversations and of the rows of the customer list, columns hold what SQL selects by, sorts by or lays something
-- over. All other fields are in one JSON column, so that a new one needs no migration.

DROP TABLE IF EXISTS new_conversations;
CREATE TABLE new_conversations (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
    created_at_us INTEGER NOT NULL,
    updated_at_us INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'snoozed')),
    title TEXT NOT NULL,
    is_read INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
    first_read_at_us INTEGER,
    read_at_us INTEGER,
    details TEXT NOT NULL
) STRICT;

DROP TABLE IF EXISTS customer_rows;
CREATE TABLE customer_rows (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id),
    last_at_us INTEGER NOT NULL,
    last_text TEXT NOT NULL,
    last_from_us INTEGER NOT NULL CHECK (last_from_us IN (0, 1)),
    newest_customer_message_at_us INTEGER,
    -- By the provider, for the team; `seen` knows what this agent has seen here.
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    waits INTEGER NOT NULL CHECK (waits IN (0, 1)),
    messenger_only INTEGER NOT NULL CHECK (messenger_only IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'snoozed')),
    -- Of the window in `details`.
    closes_at_us INTEGER,
    details TEXT NOT NULL
) STRICT;

-- move conversations by id
INSERT INTO new_conversations
SELECT id, owner_id, created_at_us, updated_at_us, state, title, is_read, is_whole, first_read_at_us, read_at_us, json_object(
    'born_on', born_on,
    'initial_channel', initial_channel,
    'current_channel', current_channel,
    'delivered_as', delivered_as,
    'page_url', page_url,
    'tags', json((
        SELECT json_group_array(
            json_object(
                'name', value ->> 'name',
                'applied_at', strftime('%Y-%m-%dT%H:%M:%S', (value ->> 'applied_at_us') / 1000000, 'unixepoch')
                    || printf('.%06dZ', (value ->> 'applied_at_us') % 1000000),
                'applied_by', value ->> 'applied_by',
                'sighting', value ->> 'sighting'
            )
        )
        FROM json_each(tags)
    )),
    'removed_tags', json(removed_tags),
    'contact_ids', json(contact_ids),
    'assignee_id', assignee_id,
    'team_id', team_id,
    'snoozed_until', strftime('%Y-%m-%dT%H:%M:%S', snoozed_until_us / 1000000, 'unixepoch')
        || printf('.%06dZ', snoozed_until_us % 1000000),
    'unseen_before', strftime('%Y-%m-%dT%H:%M:%S', unseen_before_us / 1000000, 'unixepoch')
        || printf('.%06dZ', unseen_before_us % 1000000)
)
FROM conversations WHERE {batch};

-- move summaries by customer_id
INSERT INTO customer_rows
SELECT
    customer_id,
    last_at_us,
    last_text,
    last_from_us,
    newest_customer_message_us,
    team_unread,
    waits,
    messenger_only,
    state,
    -- 2026-11-20T14:00:00Z or 2026-11-20T14:00:00.000005Z
    unixepoch(window ->> 'closes_at') * 1000000 + CAST(substr(window ->> 'closes_at', 21) AS INTEGER),
    json_object(
        'name', name, 'last_channel', last_channel, 'window', json(window), 'assignee_ids', json(assignee_ids)
    )
FROM summaries WHERE {batch};

-- once
DROP TRIGGER conversation_deletion_empties_direct_messages;
ALTER TABLE conversations RENAME TO old_conversations;
ALTER TABLE new_conversations RENAME TO conversations;
DROP INDEX conversations_by_owner;
CREATE INDEX conversations_by_owner ON conversations (owner_id);
DROP INDEX conversations_by_creation;
CREATE INDEX conversations_by_creation ON conversations (created_at_us);
CREATE TRIGGER conversation_deletion_empties_direct_messages AFTER DELETE ON conversations
BEGIN
    UPDATE direct_messages SET text = '', file_names = '[]' WHERE conversation_id = OLD.id;
END;

DROP VIEW customer_list;
ALTER TABLE summaries RENAME TO old_summaries;

CREATE INDEX customer_rows_by_time ON customer_rows (last_at_us);
CREATE INDEX customer_rows_by_closing ON customer_rows (closes_at_us) WHERE waits = 1;

CREATE VIEW customer_list AS
SELECT
    customer_rows.customer_id,
    coalesce(newest.queued_at_us, customer_rows.last_at_us) AS last_at_us,
    coalesce(newest.text, customer_rows.last_text) AS last_text,
    newest.position IS NOT NULL OR customer_rows.last_from_us AS last_from_us,
    customer_rows.newest_customer_message_at_us,
    customer_rows.unread
        AND (seen.upto_us IS NULL OR customer_rows.newest_customer_message_at_us > seen.upto_us) AS unread,
    customer_rows.waits,
    customer_rows.messenger_only,
    customer_rows.state,
    customer_rows.closes_at_us,
    customer_rows.details
FROM customer_rows
LEFT JOIN seen ON seen.customer_id = customer_rows.customer_id
LEFT JOIN (
    SELECT shown_customer_id, text, queued_at_us, max(position) AS position
    FROM pending_replies
    -- What is held, refused or unconfirmed must not look like an answer that arrived.
    WHERE internal = 0 AND state IN ('queued', 'sending', 'accepted')
    GROUP BY shown_customer_id
) AS newest
    ON newest.shown_customer_id = customer_rows.customer_id AND newest.queued_at_us >= customer_rows.last_at_us;

-- remove old_conversations by id

-- remove old_summaries by customer_id
