-- The lists of customers are read in pages and counted without reading them: the cost follows what changes.

DROP TABLE IF EXISTS customer_lists;
DROP TABLE IF EXISTS customer_list_sizes;

-- In which lists each customer is, in the order of the lists. list: 'all', 'messenger_only', or 'assignee:' and the id
-- of the teammate whom a conversation is assigned to; none for nobody.
CREATE TABLE customer_lists (
    list TEXT NOT NULL,
    last_at_us INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (list, last_at_us, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_list_sizes (
    list TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER listed_customer_is_counted AFTER INSERT ON customer_lists
BEGIN
    INSERT INTO customer_list_sizes VALUES (NEW.list, 1) ON CONFLICT (list) DO UPDATE SET size = size + 1;
END;

CREATE TRIGGER unlisted_customer_is_taken_off AFTER DELETE ON customer_lists
BEGIN
    UPDATE customer_list_sizes SET size = size - 1 WHERE list = OLD.list;
    DELETE FROM customer_list_sizes WHERE list = OLD.list AND size = 0;
END;

-- move customer_rows by customer_id
UPDATE customer_rows SET
    search_text = fold(details ->> '$.name') || char(10) || substr(fold(last_text), 1, 300),
    window_known_from_us = CASE
        WHEN coalesce(details ->> '$.window.expired_by', '') = ''
        THEN (unixepoch(details ->> '$.window.opened_at') - 120) * 1000000
            -- 2026-11-20T14:00:00Z or 2026-11-20T14:00:00.000005Z
            + CAST(substr(details ->> '$.window.opened_at', 21) AS INTEGER)
    END
WHERE {batch};
INSERT INTO customer_lists
SELECT 'all', last_at_us, customer_id FROM customer_rows WHERE {batch}
UNION ALL SELECT 'messenger_only', last_at_us, customer_id FROM customer_rows WHERE {batch} AND messenger_only
UNION ALL SELECT 'assignee:' || value, last_at_us, customer_id
FROM customer_rows, json_each(details, '$.assignee_ids') WHERE {batch};

-- once
DROP INDEX customer_rows_by_time;
-- Searched from the newest, without the rows themselves.
CREATE INDEX customer_rows_by_time ON customer_rows (last_at_us, customer_id, search_text);
DROP INDEX customer_rows_by_closing;
CREATE INDEX customer_rows_by_closing ON customer_rows (closes_at_us, customer_id, window_known_from_us)
WHERE waits = 1;

CREATE TRIGGER customer_row_is_listed AFTER INSERT ON customer_rows
BEGIN
    INSERT INTO customer_lists
    SELECT 'all', NEW.last_at_us, NEW.customer_id
    UNION ALL SELECT 'messenger_only', NEW.last_at_us, NEW.customer_id WHERE NEW.messenger_only
    UNION ALL SELECT 'assignee:' || value, NEW.last_at_us, NEW.customer_id
    FROM json_each(NEW.details, '$.assignee_ids');
END;

CREATE TRIGGER customer_row_is_taken_off_the_lists AFTER DELETE ON customer_rows
BEGIN
    DELETE FROM customer_lists
    WHERE last_at_us = OLD.last_at_us AND customer_id = OLD.customer_id AND list IN (
        SELECT 'all' UNION ALL SELECT 'messenger_only'
        UNION ALL SELECT 'assignee:' || value FROM json_each(OLD.details, '$.assignee_ids')
    );
END;

CREATE TRIGGER customer_row_moves_in_its_lists AFTER UPDATE ON customer_rows
WHEN OLD.last_at_us <> NEW.last_at_us AND OLD.messenger_only = NEW.messenger_only
    AND OLD.details ->> '$.assignee_ids' IS NEW.details ->> '$.assignee_ids'
BEGIN
    UPDATE customer_lists SET last_at_us = NEW.last_at_us
    WHERE last_at_us = OLD.last_at_us AND customer_id = OLD.customer_id AND list IN (
        SELECT 'all' UNION ALL SELECT 'messenger_only'
        UNION ALL SELECT 'assignee:' || value FROM json_each(OLD.details, '$.assignee_ids')
    );
END;

CREATE TRIGGER customer_row_is_listed_elsewhere AFTER UPDATE ON customer_rows
WHEN OLD.messenger_only <> NEW.messenger_only
    OR OLD.details ->> '$.assignee_ids' IS NOT NEW.details ->> '$.assignee_ids'
BEGIN
    DELETE FROM customer_lists
    WHERE last_at_us = OLD.last_at_us AND customer_id = OLD.customer_id AND list IN (
        SELECT 'all' UNION ALL SELECT 'messenger_only'
        UNION ALL SELECT 'assignee:' || value FROM json_each(OLD.details, '$.assignee_ids')
    );
    INSERT INTO customer_lists
    SELECT 'all', NEW.last_at_us, NEW.customer_id
    UNION ALL SELECT 'messenger_only', NEW.last_at_us, NEW.customer_id WHERE NEW.messenger_only
    UNION ALL SELECT 'assignee:' || value, NEW.last_at_us, NEW.customer_id
    FROM json_each(NEW.details, '$.assignee_ids');
END;

-- Per customer, the newest reply that no provider has confirmed yet.
CREATE VIEW newest_replies AS
SELECT shown_customer_id AS customer_id, text, queued_at_us, max(position) AS position
FROM pending_replies
-- What is held, refused or unconfirmed must not look like an answer that arrived. (+: of all replies ever accepted, only
-- those that are not done are looked at.)
WHERE internal = 0 AND +state IN ('queued', 'sending', 'accepted')
GROUP BY shown_customer_id;

DROP VIEW customer_list;
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
LEFT JOIN newest_replies AS newest
    ON newest.customer_id = customer_rows.customer_id AND newest.queued_at_us >= customer_rows.last_at_us;
