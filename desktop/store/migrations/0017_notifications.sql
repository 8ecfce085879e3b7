-- What has called the agent, so that nothing calls twice. key: 'since', 'looked_at', or a word and an id:
-- 'entries:' and a conversation (value: the highest `answer_number` of its entries), 'window:' and the message that
-- opened it (value: seconds that were left), 'reply:' and a draft with its state, 'failure:' and a contrary fact.
CREATE TABLE notified (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL,
    at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
