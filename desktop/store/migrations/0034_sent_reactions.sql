-- How we reacted to a customer's message on a direct route. emoji: that its provider accepted last, '' for none.
-- unconfirmed: of a request whose answer is missing, '' for one that removes; it may have been carried out.
CREATE TABLE sent_reactions (
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    emoji TEXT NOT NULL DEFAULT '',
    unconfirmed TEXT,
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sent_reaction_to_deleted_entry AFTER DELETE ON entries
BEGIN
    DELETE FROM sent_reactions WHERE conversation_id = OLD.conversation_id AND entry_id = OLD.entry_id;
END;
