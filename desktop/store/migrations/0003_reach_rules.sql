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
