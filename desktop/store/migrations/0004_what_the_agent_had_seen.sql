-- What is accepted is a code with what it rests on, as JSON pairs; nobody accepted more than the bare code until now.
UPDATE outbox SET acknowledged = (SELECT json_group_array(json_array(value, '')) FROM json_each(acknowledged));

-- Of a held reply: each new warning with the ids it rests on, as JSON pairs.
ALTER TABLE outbox RENAME COLUMN codes TO warned;
UPDATE outbox SET warned = (SELECT json_group_array(json_array(value, json_array())) FROM json_each(warned));

-- The highest `entries.arrival` that the agent had seen; in drafts NULL for nothing yet. Of what was begun before
-- that was kept, whatever was written since the beginning was not seen.
ALTER TABLE drafts ADD COLUMN seen_upto INTEGER;
ALTER TABLE outbox ADD COLUMN seen_upto INTEGER NOT NULL DEFAULT 0;

UPDATE drafts SET seen_upto = coalesce(
    (
        SELECT min(entries.arrival) - 1
        FROM conversation_customers AS here
        JOIN conversation_customers AS theirs USING (customer_id)
        JOIN entries ON entries.conversation_id = theirs.conversation_id
        WHERE here.conversation_id = drafts.conversation_id
            AND entries.arrival > 0 AND entries.sent_at_us > drafts.begun_at_us
    ),
    (SELECT coalesce(max(arrival), 0) FROM entries)
);
ALTER TABLE drafts DROP COLUMN begun_at_us;

UPDATE outbox SET seen_upto = coalesce(
    (
        SELECT min(entries.arrival) - 1
        FROM conversation_customers AS here
        JOIN conversation_customers AS theirs USING (customer_id)
        JOIN entries ON entries.conversation_id = theirs.conversation_id
        WHERE here.conversation_id = outbox.conversation_id
            AND entries.arrival > 0 AND entries.sent_at_us > outbox.begun_at_us
    ),
    (SELECT coalesce(max(arrival), 0) FROM entries)
);
ALTER TABLE outbox DROP COLUMN begun_at_us;
