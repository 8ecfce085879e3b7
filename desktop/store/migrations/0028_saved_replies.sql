-- The agent's own saved replies. id: minted when one was saved first. folder: '' for none. actions: JSON, a list of kind
-- and value (`domain.content.snippets.SnippetAction`).
CREATE TABLE snippets (
    id TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    actions TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- What is done with the conversation once a draft, or the reply that it became, is accepted. actions: as above.
CREATE TABLE after_sending (
    draft_id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    actions TEXT NOT NULL
) STRICT, WITHOUT ROWID;
