-- The words of new entries get into the index all at once (`store.entries`). By a trigger, each message made a part of
-- the index of its own, and these had to be merged again.
DROP TRIGGER new_entry_words;
