-- Of conversations and of the rows of the customer list, columns hold what SQL selects by, sorts by or lays something
-- over. All other fields are in one JSON column, so that a new one needs no migration.

-- In place: to drop the table would delete what refers to it.
ALTER TABLE conversations ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
UPDATE conversations SET details = json_object(
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
);
ALTER TABLE conversations DROP COLUMN born_on;
ALTER TABLE conversations DROP COLUMN initial_channel;
ALTER TABLE conversations DROP COLUMN current_channel;
ALTER TABLE conversations DROP COLUMN delivered_as;
ALTER TABLE conversations DROP COLUMN page_url;
ALTER TABLE conversations DROP COLUMN tags;
ALTER TABLE conversations DROP COLUMN removed_tags;
ALTER TABLE conversations DROP COLUMN contact_ids;
ALTER TABLE conversations DROP COLUMN assignee_id;
ALTER TABLE conversations DROP COLUMN team_id;
ALTER TABLE conversations DROP COLUMN snoozed_until_us;
ALTER TABLE conversations DROP COLUMN unseen_before_us;

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
FROM summaries;

DROP VIEW customer_list;
DROP TABLE summaries;

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
