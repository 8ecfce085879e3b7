-- By its letters, a customer is found by name alone; what the newest text says is found in the index of messages.

-- move customer_rows by customer_id
UPDATE customer_rows SET search_text = substr(search_text, 1, instr(search_text, char(10)) - 1)
WHERE {batch} AND instr(search_text, char(10)) > 0;

-- once
DROP INDEX customer_rows_by_time;
ALTER TABLE customer_rows RENAME COLUMN search_text TO folded_name;
CREATE INDEX customer_rows_by_time ON customer_rows (last_at_us DESC, customer_id DESC, folded_name);
