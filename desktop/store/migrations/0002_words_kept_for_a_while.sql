-- 1 where an entry's words and files were here and are kept no longer.
ALTER TABLE entries ADD COLUMN wiped INTEGER NOT NULL DEFAULT 0 CHECK (wiped IN (0, 1));

CREATE INDEX entries_to_wipe ON entries (sent_at_us) WHERE wiped = 0;
