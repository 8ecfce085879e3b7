-- What the agent did and no provider has confirmed.

-- Customers whom the agent wants to see as unread, until they are opened.
CREATE TABLE unread_marks (
    customer_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

DROP VIEW customer_list;
CREATE VIEW customer_list AS
SELECT
    customer_rows.customer_id,
    coalesce(newest.queued_at_us, customer_rows.last_at_us) AS last_at_us,
    coalesce(newest.text, customer_rows.last_text) AS last_text,
    newest.position IS NOT NULL OR customer_rows.last_from_us AS last_from_us,
    customer_rows.newest_customer_message_at_us,
    unread_marks.customer_id IS NOT NULL OR customer_rows.unread
        AND (seen.upto_us IS NULL OR customer_rows.newest_customer_message_at_us > seen.upto_us) AS unread,
    customer_rows.waits,
    customer_rows.messenger_only,
    customer_rows.state,
    customer_rows.closes_at_us,
    customer_rows.details
FROM customer_rows
LEFT JOIN seen ON seen.customer_id = customer_rows.customer_id
LEFT JOIN unread_marks ON unread_marks.customer_id = customer_rows.customer_id
LEFT JOIN newest_replies AS newest
    ON newest.customer_id = customer_rows.customer_id AND newest.queued_at_us >= customer_rows.last_at_us;
