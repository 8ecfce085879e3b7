-- What can be searched and wiped of a message has a number that grows with time: the second it was sent in, times
-- 128, plus twice a counter. The index of words lists messages by it, newest first; retention finds by it what is old. NULL where there
-- is neither text nor a file.
ALTER TABLE entries ADD COLUMN search_id INTEGER;
CREATE UNIQUE INDEX entries_by_search_id ON entries (search_id) WHERE search_id IS NOT NULL;

-- Odd, while those of entries are even: both are in one index.
ALTER TABLE direct_messages ADD COLUMN search_id INTEGER;
CREATE UNIQUE INDEX direct_messages_by_search_id ON direct_messages (search_id) WHERE search_id IS NOT NULL;
