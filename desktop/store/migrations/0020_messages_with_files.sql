-- Messages with files in the order in which they became known: new ones are found without a look at the others.
CREATE INDEX messages_with_files ON entries (arrival) WHERE attachments <> '[]' AND arrival > 0;
