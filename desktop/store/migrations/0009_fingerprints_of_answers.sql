-- An answer that is stored already is not stored again, and of one that differs, only what differs.

-- The conversation's `updated_at_us` says how old the answer is that its entries are from. The old values are times,
-- which are no fingerprint of anything, so that each conversation is read whole once.
ALTER TABLE entries RENAME COLUMN as_of_us TO fingerprint;
ALTER TABLE conversations RENAME COLUMN first_read_at_us TO fingerprint;

-- When the answer was read that the addresses of all its files are from; they expire.
ALTER TABLE conversations RENAME COLUMN read_at_us TO files_read_at_us;
