-- The customer's newest reaction to a message that was sent directly, as its provider told; '' once it was taken back.
CREATE TABLE reactions (
    draft_id TEXT PRIMARY KEY,
    emoji TEXT NOT NULL,
    at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER reaction_to_deleted_message AFTER DELETE ON direct_messages
BEGIN
    DELETE FROM reactions WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER reaction_to_wiped_message AFTER UPDATE OF text, file_names ON direct_messages
WHEN NEW.text = '' AND NEW.file_names = '[]'
BEGIN
    DELETE FROM reactions WHERE draft_id = OLD.draft_id;
END;
