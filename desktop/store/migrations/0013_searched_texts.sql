-- What the search field of the list looks in: the name and the newest text, without case and accents, each on a line of
-- its own.
ALTER TABLE customer_rows ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
-- Before that instant the window's state is unknown: the message that opened it seems to be from the future.
ALTER TABLE customer_rows ADD COLUMN window_known_from_us INTEGER;
