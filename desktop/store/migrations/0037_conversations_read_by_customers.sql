-- When a customer last read a conversation in the Messenger, as the hub was told. Where there is no row, nobody knows.
CREATE TABLE customer_reads (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
