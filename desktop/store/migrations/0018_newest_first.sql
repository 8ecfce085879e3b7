-- A first sync reads the newest first: in this order these indexes are filled from their beginning, so that their pages
-- are full.
DROP INDEX customer_rows_by_time;
CREATE INDEX customer_rows_by_time ON customer_rows (last_at_us DESC, customer_id DESC, search_text);
DROP INDEX customer_rows_with_text;
CREATE INDEX customer_rows_with_text ON customer_rows (last_at_us DESC) WHERE last_text <> '';
DROP INDEX conversations_by_creation;
CREATE INDEX conversations_by_creation ON conversations (created_at_us DESC);
DROP INDEX conversations_with_title;
CREATE INDEX conversations_with_title ON conversations (updated_at_us DESC) WHERE title <> '';
