ALTER TABLE contacts ADD COLUMN language TEXT NOT NULL DEFAULT '';

CREATE TABLE report_events (
    kind TEXT NOT NULL,
    -- When the message was sent, or when the window closes, which may be still to come.
    at_us INTEGER NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (kind, at_us, conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_events_by_conversation ON report_events (conversation_id, at_us);

-- Up to which entries of a customer with many of them the events are complete; no row where they are few.
CREATE TABLE reported_customers (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    entry_count INTEGER NOT NULL,
    newest_arrival INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Customers since whose event no reply reached them.
CREATE TABLE unreached_customers (
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (customer_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX unreached_customers_by_time ON unreached_customers (at_us);

-- Events that the agent says are dealt with.
CREATE TABLE done_reports (
    kind TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (kind, conversation_id, entry_id)
) STRICT, WITHOUT ROWID;
