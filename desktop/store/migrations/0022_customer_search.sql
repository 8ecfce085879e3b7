-- What customers are found by (`domain.search.customer_text`), and an index of each three letters in it.

DROP TRIGGER IF EXISTS customer_row_takes_its_text;
DROP VIEW IF EXISTS customer_fields;
DROP TABLE IF EXISTS customer_index;
DROP TABLE IF EXISTS customer_texts;

-- All that is in a customer's text. Titles: of the newest conversations alone, so that a message costs no more where
-- there are many.
CREATE VIEW customer_fields AS
SELECT
    customer_id,
    details ->> '$.name' AS name,
    (
        SELECT json_group_array(
            json_array(name, email, phone, json(attributes), json(bridge_attributes)) ORDER BY id
        ) FROM contacts WHERE contacts.customer_id = customer_rows.customer_id
    ) AS contacts,
    (
        SELECT json_group_array(title ORDER BY updated_at_us DESC) FROM (
            SELECT title, conversations.updated_at_us
            FROM contacts CROSS JOIN conversations ON owner_id = contacts.id
            WHERE contacts.customer_id = customer_rows.customer_id AND title <> ''
            ORDER BY conversations.updated_at_us DESC LIMIT 20
        )
    ) AS titles
FROM customer_rows;

CREATE TABLE customer_texts (
    search_id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE customer_index USING fts5(
    text,
    content = 'customer_texts',
    content_rowid = 'search_id',
    columnsize = 0,
    detail = none,
    tokenize = 'trigram case_sensitive 1'
);
INSERT INTO customer_index (customer_index, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER customer_text_is_indexed AFTER INSERT ON customer_texts
BEGIN
    INSERT INTO customer_index (rowid, text) VALUES (NEW.search_id, NEW.text);
END;

CREATE TRIGGER changed_customer_text_is_indexed AFTER UPDATE OF text ON customer_texts
BEGIN
    INSERT INTO customer_index (customer_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
    INSERT INTO customer_index (rowid, text) VALUES (NEW.search_id, NEW.text);
END;

CREATE TRIGGER customer_text_goes AFTER DELETE ON customer_texts
BEGIN
    INSERT INTO customer_index (customer_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
END;

CREATE TRIGGER customer_row_takes_its_text AFTER DELETE ON customer_rows
BEGIN
    DELETE FROM customer_texts WHERE customer_id = OLD.customer_id;
END;

-- move customer_rows by customer_id
INSERT INTO customer_texts (customer_id, text)
SELECT customer_id, customer_text(name, contacts, titles) FROM customer_fields WHERE {batch};
-- once
