-- Actions on conversations, and the lists that show what they did: by state, team and mention, and in each who is unread.

DROP TABLE IF EXISTS new_customer_lists;

-- In which lists each customer is, in the order of the lists. list: 'all', 'state:open', 'state:snoozed',
-- 'state:closed', 'messenger_only', or 'assignee:', 'team:' or 'mention:' and an id; 'assignee:' alone for nobody.
CREATE TABLE new_customer_lists (
    list TEXT NOT NULL,
    last_at_us INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    is_unread INTEGER NOT NULL CHECK (is_unread IN (0, 1)),
    PRIMARY KEY (list, last_at_us, customer_id)
) STRICT, WITHOUT ROWID;

-- move customer_rows by customer_id
-- `details` as `store.customer_rows.save` writes them; conversations as `CustomerRow.conversation_ids` says.
UPDATE customer_rows SET details = json_patch(details, (
    WITH now AS (
        SELECT conversations.* FROM contacts CROSS JOIN conversations ON owner_id = contacts.id
        WHERE contacts.customer_id = customer_rows.customer_id AND CASE customer_rows.state
            WHEN 'closed' THEN conversations.id = (
                SELECT newest.id FROM contacts CROSS JOIN conversations AS newest ON newest.owner_id = contacts.id
                WHERE contacts.customer_id = customer_rows.customer_id ORDER BY newest.updated_at_us DESC LIMIT 1
            )
            ELSE conversations.state = customer_rows.state
        END
        ORDER BY updated_at_us DESC, conversations.id DESC
    )
    SELECT json_object(
        'team_ids', json(CASE customer_rows.state WHEN 'open' THEN (
            SELECT nullif(json_group_array(DISTINCT coalesce(details ->> '$.team_id', '')), '[]') FROM now
        ) END),
        'conversation_ids', json((SELECT nullif(json_group_array(id), '[]') FROM now)),
        'tags', json((
            SELECT nullif(json_group_array(DISTINCT tag.value ->> '$.name'), '[]')
            FROM now CROSS JOIN json_each(details, '$.tags') AS tag
        )),
        'snoozed_until', (SELECT min(details ->> '$.snoozed_until') FROM now)
    )
))
WHERE {batch};
UPDATE customer_rows SET details = json_set(details, '$.lists', (
    SELECT json_group_array(list) FROM (
        SELECT 'all' AS list UNION ALL SELECT 'state:' || state
        UNION ALL SELECT 'messenger_only' WHERE messenger_only
        UNION ALL SELECT * FROM (
            SELECT 'assignee:' || value FROM json_each(details, '$.assignee_ids') ORDER BY value
        )
        UNION ALL SELECT * FROM (
            SELECT 'team:' || value FROM json_each(details, '$.team_ids') WHERE value <> '' ORDER BY value
        )
    )
))
WHERE {batch};
INSERT INTO new_customer_lists
SELECT value, last_at_us, moved.customer_id, unread
    AND coalesce(newest_customer_message_at_us > upto_us, upto_us IS NULL)
FROM (SELECT * FROM customer_rows WHERE {batch}) AS moved
LEFT JOIN seen ON seen.customer_id = moved.customer_id
CROSS JOIN json_each(details, '$.lists');

-- once
-- What changed is not to be taken for what was read: the priority was not.
UPDATE conversations SET fingerprint = NULL WHERE state <> 'closed';

-- 1 for a customer whom the agent wants to see as unread, until they are opened.
ALTER TABLE seen ADD COLUMN unread_mark INTEGER NOT NULL DEFAULT 0 CHECK (unread_mark IN (0, 1));

-- What the agent did and the provider's facts do not show yet. `domain.history.unconfirmed` says what `value` is.
CREATE TABLE conversation_changes (
    change_id INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    fact TEXT NOT NULL,
    value TEXT NOT NULL,
    until_us INTEGER,
    -- 1 once the provider took it, until its answer is stored.
    is_accepted INTEGER NOT NULL DEFAULT 0 CHECK (is_accepted IN (0, 1))
) STRICT;
CREATE INDEX conversation_changes_by_conversation ON conversation_changes (conversation_id);

CREATE INDEX notes_with_mentions ON entries (conversation_id) WHERE kind = 'note' AND instr(text, '@') > 0;

DROP TRIGGER customer_row_is_listed;
DROP TRIGGER customer_row_is_taken_off_the_lists;
DROP TRIGGER customer_row_moves_in_its_lists;
DROP TRIGGER customer_row_is_listed_elsewhere;
DROP TABLE customer_lists;
DROP TABLE customer_list_sizes;
ALTER TABLE new_customer_lists RENAME TO customer_lists;
CREATE INDEX customer_lists_unread ON customer_lists (list, last_at_us, customer_id) WHERE is_unread = 1;

CREATE TABLE customer_list_sizes (
    list TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    unread INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO customer_list_sizes SELECT list, count(*), sum(is_unread) FROM customer_lists GROUP BY list;

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

-- Whom the agent sees as unread: what the provider says, and what only this computer knows.
CREATE VIEW unread_here AS
SELECT
    customer_rows.customer_id,
    coalesce(unread_mark, 0)
        OR (unread AND coalesce(newest_customer_message_at_us > upto_us, upto_us IS NULL)) AS is_unread
FROM customer_rows LEFT JOIN seen ON seen.customer_id = customer_rows.customer_id;

CREATE TRIGGER customer_row_is_listed AFTER INSERT ON customer_rows
BEGIN
    INSERT INTO customer_lists
    SELECT value, NEW.last_at_us, NEW.customer_id, is_unread
    FROM unread_here CROSS JOIN json_each(NEW.details, '$.lists') WHERE customer_id = NEW.customer_id;
END;

CREATE TRIGGER customer_row_is_taken_off_the_lists AFTER DELETE ON customer_rows
BEGIN
    DELETE FROM customer_lists
    WHERE last_at_us = OLD.last_at_us AND customer_id = OLD.customer_id
        AND list IN (SELECT value FROM json_each(OLD.details, '$.lists'));
END;

CREATE TRIGGER customer_row_changes_its_lists AFTER UPDATE ON customer_rows
WHEN (OLD.last_at_us, OLD.unread, OLD.newest_customer_message_at_us, OLD.details -> '$.lists')
    IS NOT (NEW.last_at_us, NEW.unread, NEW.newest_customer_message_at_us, NEW.details -> '$.lists')
BEGIN
    DELETE FROM customer_lists
    WHERE last_at_us = OLD.last_at_us AND customer_id = OLD.customer_id AND list IN (
        SELECT value FROM json_each(OLD.details, '$.lists')
        EXCEPT SELECT value FROM json_each(NEW.details, '$.lists')
    );
    UPDATE customer_lists SET last_at_us = NEW.last_at_us, is_unread = now.is_unread
    FROM unread_here AS now
    WHERE now.customer_id = NEW.customer_id AND customer_lists.last_at_us = OLD.last_at_us
        AND customer_lists.customer_id = OLD.customer_id
        AND list IN (SELECT value FROM json_each(OLD.details, '$.lists'))
        AND (OLD.last_at_us, customer_lists.is_unread) IS NOT (NEW.last_at_us, now.is_unread);
    INSERT INTO customer_lists
    SELECT value, NEW.last_at_us, NEW.customer_id, is_unread
    FROM unread_here CROSS JOIN json_each(NEW.details, '$.lists')
    WHERE customer_id = NEW.customer_id AND value NOT IN (SELECT value FROM json_each(OLD.details, '$.lists'));
END;

CREATE TRIGGER customer_is_seen AFTER INSERT ON seen
BEGIN
    UPDATE customer_lists SET is_unread = now.is_unread
    FROM unread_here AS now JOIN customer_rows AS shown ON shown.customer_id = now.customer_id
    WHERE now.customer_id = NEW.customer_id AND customer_lists.last_at_us = shown.last_at_us
        AND customer_lists.customer_id = NEW.customer_id
        AND list IN (SELECT value FROM json_each(shown.details, '$.lists'))
        AND customer_lists.is_unread <> now.is_unread;
END;

CREATE TRIGGER customer_is_seen_again AFTER UPDATE ON seen
BEGIN
    UPDATE customer_lists SET is_unread = now.is_unread
    FROM unread_here AS now JOIN customer_rows AS shown ON shown.customer_id = now.customer_id
    WHERE now.customer_id = NEW.customer_id AND customer_lists.last_at_us = shown.last_at_us
        AND customer_lists.customer_id = NEW.customer_id
        AND list IN (SELECT value FROM json_each(shown.details, '$.lists'))
        AND customer_lists.is_unread <> now.is_unread;
END;

DROP VIEW customer_list;
CREATE VIEW customer_list AS
SELECT
    customer_rows.customer_id,
    coalesce(newest.queued_at_us, customer_rows.last_at_us) AS last_at_us,
    coalesce(newest.text, customer_rows.last_text) AS last_text,
    newest.position IS NOT NULL OR customer_rows.last_from_us AS last_from_us,
    customer_rows.newest_customer_message_at_us,
    unread_here.is_unread AS unread,
    customer_rows.waits,
    customer_rows.messenger_only,
    customer_rows.state,
    customer_rows.closes_at_us,
    customer_rows.details
FROM customer_rows
JOIN unread_here ON unread_here.customer_id = customer_rows.customer_id
LEFT JOIN newest_replies AS newest
    ON newest.customer_id = customer_rows.customer_id AND newest.queued_at_us >= customer_rows.last_at_us;
