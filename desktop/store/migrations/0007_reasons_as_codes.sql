-- A reason is stored as a code with parameters, as JSON; "" for none. Sentences of earlier versions stay readable.

ALTER TABLE direct_messages RENAME COLUMN sentence TO reason;
ALTER TABLE provider_messages RENAME COLUMN sentence TO reason;

UPDATE outbox
SET reason = json_object('code', 'stored_text', 'params', json_array(json_array('text', reason)))
WHERE reason <> '';
UPDATE direct_messages
SET reason = json_object('code', 'stored_text', 'params', json_array(json_array('text', reason)))
WHERE reason <> '';
UPDATE direct_messages
SET remark = json_object('code', 'stored_text', 'params', json_array(json_array('text', remark)))
WHERE remark <> '';
UPDATE provider_messages
SET reason = json_object('code', 'stored_text', 'params', json_array(json_array('text', reason)))
WHERE reason <> '';

-- Why a template cannot be sent, in templates that were filled or listed.
UPDATE outbox
SET template = json_set(
    template, '$.template.unsendable',
    json_object('code', 'stored_text', 'params', json_array(json_array('text', template ->> '$.template.unsendable')))
)
WHERE template ->> '$.template.unsendable' <> '';
UPDATE outbox
SET template = json_remove(template, '$.template.unsendable')
WHERE template ->> '$.template.unsendable' = '';
UPDATE template_lists
SET templates = (
    SELECT json_group_array(json(
        CASE
            WHEN value ->> '$.unsendable' <> '' THEN json_set(
                value, '$.unsendable',
                json_object('code', 'stored_text', 'params', json_array(json_array('text', value ->> '$.unsendable')))
            )
            ELSE json_remove(value, '$.unsendable')
        END
    ))
    FROM json_each(templates)
);

-- The screen says what to call a customer without a name.
UPDATE customer_rows SET details = json_set(details, '$.name', '') WHERE details ->> '$.name' = 'Unnamed customer';
