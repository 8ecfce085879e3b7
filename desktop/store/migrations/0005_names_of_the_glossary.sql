-- Tables, columns and views get the names that the code uses. Nothing that they hold changes.

-- SQLite does not let a table be changed under a view that reads it.
DROP VIEW customer_list;
DROP VIEW echoes;
DROP VIEW searchable;

ALTER TABLE heads RENAME TO sync_queue;
ALTER TABLE sync_queue RENAME COLUMN due_us TO due_at_us;
DROP INDEX heads_to_read;
CREATE INDEX sync_queue_to_read ON sync_queue (updated_at_us) WHERE is_read = 0;

ALTER TABLE contact_words RENAME TO identity_decisions;

ALTER TABLE channel_rows RENAME TO provider_messages;
ALTER TABLE provider_messages RENAME COLUMN words TO text_digest;
ALTER TABLE provider_messages RENAME COLUMN told_at_us TO reported_at_us;
DROP INDEX channel_rows_by_customer;
DROP INDEX channel_rows_by_age;
CREATE INDEX provider_messages_by_customer ON provider_messages (customer_key) WHERE customer_key <> '';
CREATE INDEX provider_messages_by_age ON provider_messages (sent_at_us);

ALTER TABLE sweeps RENAME TO provider_lists;

ALTER TABLE direct_messages RENAME COLUMN told_at_us TO reported_at_us;
DROP INDEX direct_messages_to_follow;
CREATE INDEX direct_messages_not_final ON direct_messages (sent_at_us) WHERE is_final = 0;
DROP TRIGGER direct_words_go_with_their_conversation;
CREATE TRIGGER conversation_deletion_empties_direct_messages AFTER DELETE ON conversations
BEGIN
    UPDATE direct_messages SET text = '', file_names = '[]' WHERE conversation_id = OLD.id;
END;

ALTER TABLE entries RENAME COLUMN came_with TO answer_number;

ALTER TABLE summaries RENAME COLUMN newest_from_her_us TO newest_customer_message_us;

-- The text of every message, through Intercom and on direct routes.
CREATE VIEW searchable_messages AS
SELECT conversation_id, entry_id, text, sent_at_us, number FROM entries
UNION ALL
SELECT conversation_id, 'direct:' || draft_id, text, sent_at_us, 0 FROM direct_messages;

-- Replies that are shown as pending: not confirmed by the provider's copy, not cancelled.
CREATE VIEW pending_replies AS
SELECT
    outbox.*,
    coalesce(contacts.customer_id, customers.merged_into, outbox.customer_id) AS shown_customer_id
FROM outbox
LEFT JOIN conversations ON conversations.id = outbox.conversation_id
LEFT JOIN contacts ON contacts.id = conversations.owner_id
LEFT JOIN customers ON customers.id = outbox.customer_id
WHERE outbox.is_done = 0
  AND outbox.state <> 'cancelled'
  AND NOT (
      outbox.state = 'accepted' AND EXISTS (
          SELECT 1 FROM entries
          WHERE entries.conversation_id = outbox.conversation_id AND entries.entry_id = outbox.entry_id
      )
  );

CREATE VIEW customer_list AS
SELECT
    summaries.customer_id,
    summaries.name,
    coalesce(newest.text, summaries.last_text) AS last_text,
    coalesce(newest.queued_at_us, summaries.last_at_us) AS last_at_us,
    summaries.last_channel,
    newest.position IS NOT NULL OR summaries.last_from_us AS last_from_us,
    summaries.team_unread
        AND summaries.newest_customer_message_us IS NOT NULL
        AND (seen.upto_us IS NULL OR summaries.newest_customer_message_us > seen.upto_us) AS unread,
    summaries.waits,
    summaries.messenger_only,
    summaries.state,
    summaries.assignee_ids,
    summaries.window
FROM summaries
LEFT JOIN seen ON seen.customer_id = summaries.customer_id
LEFT JOIN (
    SELECT shown_customer_id, text, queued_at_us, max(position) AS position
    FROM pending_replies
    -- What is held, refused or unconfirmed must not look like an answer that arrived.
    WHERE internal = 0 AND state IN ('queued', 'sending', 'accepted')
    GROUP BY shown_customer_id
) AS newest
    ON newest.shown_customer_id = summaries.customer_id AND newest.queued_at_us >= summaries.last_at_us;
