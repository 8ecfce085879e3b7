-- How parts of a text look (bold, links and the like), as JSON; '' for a plain one. Of entries read before this, nobody
-- knows: they stay plain.
ALTER TABLE drafts ADD COLUMN formatting TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN formatting TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN formatting TEXT NOT NULL DEFAULT '';
ALTER TABLE direct_messages ADD COLUMN formatting TEXT NOT NULL DEFAULT '';
