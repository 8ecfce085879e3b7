-- What customers did later with messages that a provider lists. new_text: NULL where the message was deleted.
CREATE TABLE message_changes (
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    new_text TEXT,
    at_us INTEGER NOT NULL,
    PRIMARY KEY (provider, channel, sender, remote_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER change_of_deleted_message AFTER DELETE ON provider_messages
BEGIN
    DELETE FROM message_changes WHERE provider = OLD.provider AND channel = OLD.channel AND sender = OLD.sender
        AND remote_id = OLD.remote_id;
END;
