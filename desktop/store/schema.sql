-- What the migrations build; `python -m tests.helpers.write_schema` writes it, the tests compare it.

CREATE TABLE customers (
    id TEXT PRIMARY KEY,
    -- Set when this customer turned out to be an older one; then no contact points here any more.
    merged_into TEXT REFERENCES customers (id)
) STRICT;

CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    takes_email INTEGER NOT NULL CHECK (takes_email IN (0, 1)),
    bridge_attributes TEXT NOT NULL,
    attributes TEXT NOT NULL,
    messenger_seen_at_us INTEGER,
    ios_seen_at_us INTEGER,
    android_seen_at_us INTEGER,
    web_seen_at_us INTEGER,
    location TEXT NOT NULL,
    updated_at_us INTEGER,
    -- When the provider was last asked for it with all that belongs to it; NULL if never.
    looked_up_at_us INTEGER
, email_fails INTEGER NOT NULL DEFAULT 0 CHECK (email_fails IN (0, 1)), has_news INTEGER NOT NULL DEFAULT 0 CHECK (has_news IN (0, 1)), language TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX contacts_by_customer ON contacts (customer_id);

CREATE TABLE contact_traits (
    contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (contact_id, kind, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_traits_shared ON contact_traits (kind, value);

CREATE TABLE "identity_decisions" (
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    same INTEGER NOT NULL CHECK (same IN (0, 1)),
    PRIMARY KEY (one, other),
    CHECK (one < other)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_aliases (
    old_id TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL
) STRICT;

CREATE INDEX contact_aliases_by_contact ON contact_aliases (contact_id);

CREATE TABLE "sync_queue" (
    conversation_id TEXT PRIMARY KEY,
    updated_at_us INTEGER NOT NULL,
    entry_count INTEGER,
    state TEXT NOT NULL,
    tags TEXT NOT NULL,
    is_read INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    tries INTEGER NOT NULL DEFAULT 0,
    due_at_us INTEGER NOT NULL DEFAULT 0
, rank INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE pins (
    conversation_id TEXT PRIMARY KEY,
    channel TEXT
) STRICT;

CREATE TABLE forgotten (
    id TEXT PRIMARY KEY,
    upto_us INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
    customer_id TEXT PRIMARY KEY,
    upto_us INTEGER NOT NULL
, unread_mark INTEGER NOT NULL DEFAULT 0 CHECK (unread_mark IN (0, 1))) STRICT;

CREATE TABLE drafts (
    draft_id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    text TEXT NOT NULL,
    internal INTEGER NOT NULL CHECK (internal IN (0, 1)),
    seen_upto INTEGER, formatting TEXT NOT NULL DEFAULT '', due_at_us INTEGER, awaits TEXT,
    UNIQUE (conversation_id, internal)
) STRICT;

CREATE TABLE files (
    draft_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (draft_id, position)
) STRICT;

CREATE TABLE direct_messages (
    draft_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    -- The provider's name of the message; '' where it never told.
    remote_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    -- Of the route: its address, ours as she sees it, and whether the bridge uses this sender.
    to_address TEXT NOT NULL,
    our_address TEXT NOT NULL,
    carries_bridge INTEGER NOT NULL CHECK (carries_bridge IN (0, 1)),
    -- Her address as the provider wrote it in its answer; '' where it did not.
    provider_address TEXT NOT NULL,
    text TEXT NOT NULL,
    file_names TEXT NOT NULL,
    template_id TEXT NOT NULL,
    template_name TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    sent_at_us INTEGER NOT NULL,
    -- A number of `domain.delivery.Delivery`.
    delivery INTEGER NOT NULL,
    is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
    reported_at_us INTEGER,
    reason TEXT NOT NULL,
    remark TEXT NOT NULL
, failure TEXT, search_id INTEGER, is_first INTEGER NOT NULL DEFAULT 0 CHECK (is_first IN (0, 1)), formatting TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX direct_messages_by_conversation ON direct_messages (conversation_id);

CREATE INDEX direct_messages_by_sender ON direct_messages (provider, channel, sender);

CREATE TABLE "provider_messages" (
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    from_customer INTEGER NOT NULL CHECK (from_customer IN (0, 1)),
    business_address TEXT NOT NULL,
    customer_address TEXT NOT NULL,
    -- `domain.identity.number_key` of it, to be found by; '' for what is no number.
    customer_key TEXT NOT NULL,
    sent_at_us INTEGER NOT NULL,
    -- A digest of what is left of the words when providers have been through them; '' for none.
    text_digest TEXT NOT NULL,
    made_by_api INTEGER NOT NULL CHECK (made_by_api IN (0, 1)),
    -- A number of `domain.delivery.Delivery`; NULL for the customer's, and where the provider's word is not known.
    delivery INTEGER,
    reported_at_us INTEGER,
    reason TEXT NOT NULL, failure TEXT,
    PRIMARY KEY (provider, channel, sender, remote_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE "provider_lists" (
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    complete_at_us INTEGER NOT NULL,
    PRIMARY KEY (provider, channel, sender)
) STRICT, WITHOUT ROWID;

CREATE TABLE template_lists (
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    known_at_us INTEGER NOT NULL,
    templates TEXT NOT NULL,
    PRIMARY KEY (provider, channel, sender)
) STRICT, WITHOUT ROWID;

CREATE VIEW conversation_customers AS
SELECT conversations.id AS conversation_id, contacts.customer_id AS customer_id
FROM conversations JOIN contacts ON contacts.id = conversations.owner_id;

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message_channels (
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contrary_facts (
    fact_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    source TEXT NOT NULL,
    -- Id of the entry, draft or listed message.
    about TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    business_address TEXT NOT NULL,
    customer_address TEXT NOT NULL,
    -- Of the direct route; NULL where the bridge or Intercom said it.
    provider TEXT,
    account_channel TEXT,
    sender TEXT,
    is_solved INTEGER NOT NULL DEFAULT 0 CHECK (is_solved IN (0, 1)),
    solved_by TEXT NOT NULL DEFAULT '',
    solved_at_us INTEGER
) STRICT;

CREATE INDEX contrary_facts_by_conversation ON contrary_facts (conversation_id) WHERE conversation_id <> '';

CREATE INDEX contrary_facts_by_customer ON contrary_facts (customer_address) WHERE customer_address <> '';

CREATE INDEX contrary_facts_of_accounts ON contrary_facts (kind, at_us);

CREATE TABLE conversation_signs (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL,
    has_page INTEGER NOT NULL CHECK (has_page IN (0, 1)),
    is_tagged INTEGER NOT NULL CHECK (is_tagged IN (0, 1)),
    lost_tag INTEGER NOT NULL CHECK (lost_tag IN (0, 1)),
    has_attributes INTEGER NOT NULL CHECK (has_attributes IN (0, 1)),
    -- Whether the customer's messages here carry the bridge's code.
    is_bridged INTEGER NOT NULL CHECK (is_bridged IN (0, 1)),
    -- [package code, number of the customer's messages], each code once.
    codes TEXT NOT NULL,
    -- Ids of admins who put a channel's tag on it in time although it surely mirrors nothing.
    taggers TEXT NOT NULL
) STRICT;

CREATE INDEX conversation_signs_of_a_bridge ON conversation_signs (conversation_id)
WHERE (is_tagged AND NOT has_page) OR has_attributes;

CREATE TABLE code_totals (
    code TEXT PRIMARY KEY,
    parts INTEGER NOT NULL,
    tagged_parts INTEGER NOT NULL,
    web_conversations INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE code_customers (
    code TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    conversations INTEGER NOT NULL,
    PRIMARY KEY (code, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER signs_are_counted AFTER INSERT ON conversation_signs
BEGIN
    INSERT INTO code_totals
    SELECT value ->> 0, value ->> 1, NEW.is_tagged * (value ->> 1), NEW.has_page FROM json_each(NEW.codes) WHERE true
    ON CONFLICT (code) DO UPDATE SET
        parts = parts + excluded.parts,
        tagged_parts = tagged_parts + excluded.tagged_parts,
        web_conversations = web_conversations + excluded.web_conversations;
    INSERT INTO code_customers
    SELECT value ->> 0, NEW.customer_id, 1 FROM json_each(NEW.codes) WHERE NEW.is_tagged
    ON CONFLICT (code, customer_id) DO UPDATE SET conversations = conversations + 1;
    UPDATE counters SET value = value + NEW.is_bridged WHERE name = 'bridged';
    UPDATE counters SET value = value + (NEW.is_bridged AND NOT NEW.is_tagged AND NOT NEW.lost_tag)
    WHERE name = 'untagged';
END;

CREATE TRIGGER signs_are_taken_off AFTER DELETE ON conversation_signs
BEGIN
    UPDATE code_totals SET
        parts = parts - (gone.value ->> 1),
        tagged_parts = tagged_parts - OLD.is_tagged * (gone.value ->> 1),
        web_conversations = web_conversations - OLD.has_page
    FROM json_each(OLD.codes) AS gone WHERE code_totals.code = gone.value ->> 0;
    DELETE FROM code_totals WHERE parts = 0 AND code IN (SELECT value ->> 0 FROM json_each(OLD.codes));
    UPDATE code_customers SET conversations = conversations - 1
    WHERE OLD.is_tagged AND customer_id = OLD.customer_id AND code IN (SELECT value ->> 0 FROM json_each(OLD.codes));
    DELETE FROM code_customers
    WHERE conversations = 0 AND customer_id = OLD.customer_id
        AND code IN (SELECT value ->> 0 FROM json_each(OLD.codes));
    UPDATE counters SET value = value - OLD.is_bridged WHERE name = 'bridged';
    UPDATE counters SET value = value - (OLD.is_bridged AND NOT OLD.is_tagged AND NOT OLD.lost_tag)
    WHERE name = 'untagged';
END;

CREATE TABLE bridge_delays (
    at_us INTEGER NOT NULL,
    delay_us INTEGER NOT NULL,
    PRIMARY KEY (at_us, delay_us)
) STRICT, WITHOUT ROWID;

CREATE INDEX bridge_delays_longest ON bridge_delays (delay_us);

CREATE TABLE idle_notes (shape TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE several_numbers (
    channel TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (channel, customer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX several_numbers_by_customer ON several_numbers (customer_id);

CREATE INDEX provider_messages_by_customer ON provider_messages (customer_key) WHERE customer_key <> '';

CREATE INDEX provider_messages_by_age ON provider_messages (sent_at_us);

CREATE INDEX direct_messages_not_final ON direct_messages (sent_at_us) WHERE is_final = 0;

CREATE TABLE customer_rows (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id),
    last_at_us INTEGER NOT NULL,
    last_text TEXT NOT NULL,
    last_from_us INTEGER NOT NULL CHECK (last_from_us IN (0, 1)),
    newest_customer_message_at_us INTEGER,
    -- By the provider, for the team; `seen` knows what this agent has seen here.
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    waits INTEGER NOT NULL CHECK (waits IN (0, 1)),
    messenger_only INTEGER NOT NULL CHECK (messenger_only IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'snoozed')),
    -- Of the window in `details`.
    closes_at_us INTEGER,
    details TEXT NOT NULL
, folded_name TEXT NOT NULL DEFAULT '', window_known_from_us INTEGER) STRICT;

CREATE INDEX sync_queue_to_read ON sync_queue (rank, updated_at_us) WHERE is_read = 0;

CREATE INDEX contacts_with_news ON contacts (coalesce(looked_up_at_us, 0)) WHERE has_news = 1;

CREATE UNIQUE INDEX direct_messages_by_search_id ON direct_messages (search_id) WHERE search_id IS NOT NULL;

CREATE INDEX direct_messages_with_content ON direct_messages (sent_at_us) WHERE text <> '' OR file_names <> '[]';

CREATE TRIGGER direct_message_gets_search_id AFTER INSERT ON direct_messages WHEN NEW.text <> ''
BEGIN
    UPDATE direct_messages
    SET search_id = (SELECT search_id FROM free_direct_search_ids WHERE draft_id = NEW.draft_id)
    WHERE draft_id = NEW.draft_id;
    INSERT INTO message_index (rowid, text)
    SELECT search_id, text FROM direct_messages WHERE draft_id = NEW.draft_id;
END;

CREATE TRIGGER direct_message_is_emptied AFTER UPDATE OF text ON direct_messages WHEN OLD.text <> '' AND NEW.text = ''
BEGIN
    INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
    UPDATE direct_messages SET search_id = NULL WHERE draft_id = NEW.draft_id;
END;

CREATE TRIGGER direct_words_go AFTER DELETE ON direct_messages WHEN OLD.text <> ''
BEGIN
    INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
END;

CREATE TABLE key_entry_choices (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    -- `key_entries.choice_fingerprint` by which they were chosen.
    chosen_by TEXT NOT NULL,
    -- Of all entries at that time; `codes`: how many customers' messages have each package code, as JSON.
    entry_count INTEGER NOT NULL,
    codes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE key_entries (
    conversation_id TEXT NOT NULL REFERENCES key_entry_choices (conversation_id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    -- Stored after the choice was made.
    is_new INTEGER NOT NULL CHECK (is_new IN (0, 1)),
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER message_channel_ends_choice AFTER INSERT ON message_channels
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = NEW.conversation_id;
END;

CREATE TRIGGER changed_message_channel_ends_choice AFTER UPDATE ON message_channels
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = NEW.conversation_id;
END;

CREATE TRIGGER removed_message_channel_ends_choice AFTER DELETE ON message_channels
BEGIN
    DELETE FROM key_entry_choices WHERE conversation_id = OLD.conversation_id;
END;

CREATE INDEX customer_rows_by_closing ON customer_rows (closes_at_us, customer_id, window_known_from_us)
WHERE waits = 1;

CREATE VIEW newest_replies AS
SELECT shown_customer_id AS customer_id, text, queued_at_us, max(position) AS position
FROM pending_replies
-- What is held, refused or unconfirmed must not look like an answer that arrived. (+: of all replies ever accepted, only
-- those that are not done are looked at.)
WHERE internal = 0 AND +state IN ('queued', 'sending', 'accepted')
GROUP BY shown_customer_id;

CREATE VIRTUAL TABLE "message_index" USING fts5(
    text,
    content = '',
    columnsize = 0,
    detail = none,
    prefix = '1 2',
    tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE "message_index_data"(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE "message_index_idx"(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE "message_index_config"(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE VIRTUAL TABLE message_terms USING fts5vocab(message_index, row);

CREATE VIEW free_direct_search_ids AS
SELECT draft_id, CASE
    WHEN NOT EXISTS (SELECT 1 FROM direct_messages WHERE search_id = first_id + 126)
    THEN coalesce(
        (SELECT max(search_id) + 2 FROM direct_messages WHERE search_id BETWEEN first_id AND first_id + 124), first_id
    )
    ELSE (SELECT min(search_id) - 2 FROM direct_messages WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT draft_id, max(sent_at_us, 0) / 64000000 * 128 + 1 AS first_id FROM direct_messages);

CREATE TABLE notified (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL,
    at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_rows_with_text ON customer_rows (last_at_us DESC) WHERE last_text <> '';

CREATE TABLE dormancies (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    -- Fingerprint of the settings and the contacts.
    chosen_by TEXT NOT NULL,
    -- No dormant conversation has anything later; those that were not updated later are in `old_conversations`.
    active_upto_us INTEGER NOT NULL,
    -- How many conversations are not dormant, and how many are, with how many entries.
    awake_count INTEGER NOT NULL,
    dormant_count INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    -- `Dormancy.bridged` and `shows_bridge` as JSON.
    premises TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE old_conversations (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL REFERENCES dormancies (customer_id) ON DELETE CASCADE,
    is_dormant INTEGER NOT NULL CHECK (is_dormant IN (0, 1)),
    -- `Dormancy.compared`
    is_compared INTEGER NOT NULL CHECK (is_compared IN (0, 1)),
    first_sent_at_us INTEGER NOT NULL,
    newest_sent_at_us INTEGER NOT NULL,
    entry_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX old_conversations_by_customer ON old_conversations (customer_id, is_dormant, newest_sent_at_us);

CREATE TRIGGER deleted_conversation_ends_dormancy AFTER DELETE ON old_conversations
BEGIN
    DELETE FROM dormancies WHERE customer_id = OLD.customer_id;
END;

CREATE TRIGGER new_fact_ends_dormancy AFTER INSERT ON contrary_facts
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id AND is_dormant
    );
END;

CREATE TRIGGER direct_message_ends_dormancy AFTER INSERT ON direct_messages
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id AND is_dormant
    );
END;

CREATE TRIGGER message_channel_ends_dormancy AFTER INSERT ON message_channels
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id);
END;

CREATE TRIGGER changed_message_channel_ends_dormancy AFTER UPDATE ON message_channels
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id);
END;

CREATE TRIGGER removed_message_channel_ends_dormancy AFTER DELETE ON message_channels
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = OLD.conversation_id);
END;

CREATE TRIGGER pin_ends_dormancy AFTER INSERT ON pins
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.conversation_id);
END;

CREATE TRIGGER removed_pin_ends_dormancy AFTER DELETE ON pins
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM old_conversations WHERE conversation_id = OLD.conversation_id);
END;

CREATE TABLE conversation_changes (
    change_id INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    fact TEXT NOT NULL,
    value TEXT NOT NULL,
    until_us INTEGER,
    -- 1 once the provider took it, until its answer is stored.
    is_accepted INTEGER NOT NULL DEFAULT 0 CHECK (is_accepted IN (0, 1))
) STRICT;

CREATE INDEX conversation_changes_by_conversation ON conversation_changes (conversation_id);

CREATE TABLE customer_list_sizes (
    list TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    unread INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW unread_here AS
SELECT
    customer_rows.customer_id,
    coalesce(unread_mark, 0)
        OR (unread AND coalesce(newest_customer_message_at_us > upto_us, upto_us IS NULL)) AS is_unread
FROM customer_rows LEFT JOIN seen ON seen.customer_id = customer_rows.customer_id;

CREATE TRIGGER customer_row_is_listed AFTER INSERT ON customer_rows
BEGIN
    INSERT INTO customer_lists
    SELECT value, NEW.last_at_us, NEW.customer_id, is_unread
    FROM unread_here CROSS JOIN json_each(NEW.details, '$.lists') WHERE customer_id = NEW.customer_id;
END;

CREATE TRIGGER customer_row_is_taken_off_the_lists AFTER DELETE ON customer_rows
BEGIN
    DELETE FROM customer_lists
    WHERE last_at_us = OLD.last_at_us AND customer_id = OLD.customer_id
        AND list IN (SELECT value FROM json_each(OLD.details, '$.lists'));
END;

CREATE TRIGGER customer_row_changes_its_lists AFTER UPDATE ON customer_rows
WHEN (OLD.last_at_us, OLD.unread, OLD.newest_customer_message_at_us, OLD.details -> '$.lists')
    IS NOT (NEW.last_at_us, NEW.unread, NEW.newest_customer_message_at_us, NEW.details -> '$.lists')
BEGIN
    DELETE FROM customer_lists
    WHERE last_at_us = OLD.last_at_us AND customer_id = OLD.customer_id AND list IN (
        SELECT value FROM json_each(OLD.details, '$.lists')
        EXCEPT SELECT value FROM json_each(NEW.details, '$.lists')
    );
    UPDATE customer_lists SET last_at_us = NEW.last_at_us, is_unread = now.is_unread
    FROM unread_here AS now
    WHERE now.customer_id = NEW.customer_id AND customer_lists.last_at_us = OLD.last_at_us
        AND customer_lists.customer_id = OLD.customer_id
        AND list IN (SELECT value FROM json_each(OLD.details, '$.lists'))
        AND (OLD.last_at_us, customer_lists.is_unread) IS NOT (NEW.last_at_us, now.is_unread);
    INSERT INTO customer_lists
    SELECT value, NEW.last_at_us, NEW.customer_id, is_unread
    FROM unread_here CROSS JOIN json_each(NEW.details, '$.lists')
    WHERE customer_id = NEW.customer_id AND value NOT IN (SELECT value FROM json_each(OLD.details, '$.lists'));
END;

CREATE TRIGGER customer_is_seen AFTER INSERT ON seen
BEGIN
    UPDATE customer_lists SET is_unread = now.is_unread
    FROM unread_here AS now JOIN customer_rows AS shown ON shown.customer_id = now.customer_id
    WHERE now.customer_id = NEW.customer_id AND customer_lists.last_at_us = shown.last_at_us
        AND customer_lists.customer_id = NEW.customer_id
        AND list IN (SELECT value FROM json_each(shown.details, '$.lists'))
        AND customer_lists.is_unread <> now.is_unread;
END;

CREATE TRIGGER customer_is_seen_again AFTER UPDATE ON seen
BEGIN
    UPDATE customer_lists SET is_unread = now.is_unread
    FROM unread_here AS now JOIN customer_rows AS shown ON shown.customer_id = now.customer_id
    WHERE now.customer_id = NEW.customer_id AND customer_lists.last_at_us = shown.last_at_us
        AND customer_lists.customer_id = NEW.customer_id
        AND list IN (SELECT value FROM json_each(shown.details, '$.lists'))
        AND customer_lists.is_unread <> now.is_unread;
END;

CREATE VIEW customer_list AS
SELECT
    customer_rows.customer_id,
    coalesce(newest.queued_at_us, customer_rows.last_at_us) AS last_at_us,
    coalesce(newest.text, customer_rows.last_text) AS last_text,
    newest.position IS NOT NULL OR customer_rows.last_from_us AS last_from_us,
    customer_rows.newest_customer_message_at_us,
    unread_here.is_unread AS unread,
    customer_rows.waits,
    customer_rows.messenger_only,
    customer_rows.state,
    customer_rows.closes_at_us,
    customer_rows.details
FROM customer_rows
JOIN unread_here ON unread_here.customer_id = customer_rows.customer_id
LEFT JOIN newest_replies AS newest
    ON newest.customer_id = customer_rows.customer_id AND newest.queued_at_us >= customer_rows.last_at_us;

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

CREATE TABLE 'customer_index_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'customer_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE 'customer_index_config'(k PRIMARY KEY, v) WITHOUT ROWID;

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

CREATE INDEX customer_rows_by_time ON customer_rows (last_at_us DESC, customer_id DESC, folded_name);

CREATE TABLE told_deliveries (
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    delivery INTEGER NOT NULL,
    is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
    reported_at_us INTEGER,
    reason TEXT NOT NULL,
    failure TEXT,
    told_at_us INTEGER NOT NULL, conversation_id TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (provider, channel, sender, remote_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX told_deliveries_by_conversation ON told_deliveries (conversation_id, told_at_us);

CREATE TABLE "outbox" (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    draft_id TEXT NOT NULL UNIQUE,
    customer_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    text TEXT NOT NULL,
    file_names TEXT NOT NULL,
    internal INTEGER NOT NULL CHECK (internal IN (0, 1)),
    queued_at_us INTEGER NOT NULL,
    claimed_at_us INTEGER,
    -- `answer_number` of the newest entry that was known at the claim: what the reply became can only come later.
    known_upto INTEGER,
    -- `known_upto` of the first claim whose outcome nobody knows; NULL while there is none.
    lost_after INTEGER,
    not_before_us INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (
        state IN ('scheduled', 'queued', 'sending', 'accepted', 'refused', 'unconfirmed', 'held', 'cancelled')
    ),
    reason TEXT NOT NULL DEFAULT '',
    -- Of a held reply: each new warning with the ids it rests on, as JSON pairs.
    warned TEXT NOT NULL DEFAULT '[]',
    acknowledged TEXT NOT NULL DEFAULT '[]',
    -- The provider's name of the message; '' while it has not told.
    entry_id TEXT NOT NULL DEFAULT '',
    -- 1 when nothing is left to show: its entry is here, the agent said that it arrived, or cancelled it.
    is_done INTEGER NOT NULL DEFAULT 0 CHECK (is_done IN (0, 1)),
    -- Of a cancelled reply: until when its text stays, so that this can be undone.
    kept_until_us INTEGER,
    -- Of a direct route: from which of our senders to which address, as JSON; NULL for what goes through Intercom.
    route TEXT,
    -- The template with its values, as JSON; NULL for free text, and once nothing is left to show.
    template TEXT,
    -- `claimed_at_us` of the first claim whose outcome nobody knows; NULL while there is none.
    lost_at_us INTEGER,
    -- Of a note that tells the team of a direct message: the draft of that message.
    note_of TEXT,
    -- The greatest `entries.arrival` that the agent had seen.
    seen_upto INTEGER NOT NULL DEFAULT 0,
    -- When it is due, and the channel of the customer's message that it waits for ('unknown': any). Both NULL for what
    -- was not scheduled, or was sent by the agent all the same.
    due_at_us INTEGER,
    awaits TEXT,
    -- The greatest `entries.arrival`, and `answer_number` of its conversation, when it was scheduled.
    last_arrival INTEGER NOT NULL DEFAULT 0,
    last_answer INTEGER NOT NULL DEFAULT 0
, formatting TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX outbox_by_conversation ON outbox (conversation_id, position);

CREATE INDEX outbox_by_state ON outbox (state);

CREATE INDEX outbox_shown ON outbox (conversation_id) WHERE is_done = 0;

CREATE INDEX outbox_done ON outbox (queued_at_us) WHERE is_done = 1 AND kept_until_us IS NULL;

CREATE TRIGGER accepted_stays_accepted BEFORE UPDATE OF state ON outbox
WHEN OLD.state = 'accepted' AND NEW.state <> 'accepted'
BEGIN
    SELECT RAISE(ABORT, 'an accepted reply cannot become anything else');
END;

CREATE TABLE snippets (
    id TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    actions TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE after_sending (
    draft_id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    actions TEXT NOT NULL
, tried_at_us INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE report_events (
    kind TEXT NOT NULL,
    -- When the message was sent, or when the window closes, which may be still to come.
    at_us INTEGER NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (kind, at_us, conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_events_by_conversation ON report_events (conversation_id, at_us);

CREATE TABLE reported_customers (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    entry_count INTEGER NOT NULL,
    newest_arrival INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unreached_customers (
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    PRIMARY KEY (customer_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX unreached_customers_by_time ON unreached_customers (at_us);

CREATE TABLE done_reports (
    kind TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (kind, conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE new_conversations (
    draft_id TEXT PRIMARY KEY,
    -- Of the person it goes to: Intercom's, or one that stands in here until the bridge has made Intercom's.
    contact_id TEXT NOT NULL,
    -- What the person was looked for by, as a key (`begun_contacts`); '' where Intercom's contact was chosen.
    address TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- What follows in the conversation once it is begun, as in `outbox`: on which route, and with which template.
    then_route TEXT,
    then_template TEXT,
    begun_at_us INTEGER NOT NULL,
    -- Intercom's; '' while it is not known.
    conversation_id TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX new_conversations_unknown ON new_conversations (draft_id) WHERE conversation_id = '';

CREATE TABLE begun_contacts (
    -- A number's or an email's key.
    address TEXT PRIMARY KEY,
    asked_at_us INTEGER NOT NULL,
    -- Intercom's; '' while nobody knows whether it was made.
    contact_id TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE translations (
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    source_text TEXT NOT NULL,
    translated_text TEXT NOT NULL,
    -- '' where the service did not say.
    source_language TEXT NOT NULL,
    target_language TEXT NOT NULL,
    service TEXT NOT NULL,
    is_ours INTEGER NOT NULL CHECK (is_ours IN (0, 1)),
    is_shown INTEGER NOT NULL DEFAULT 1 CHECK (is_shown IN (0, 1)),
    -- The draft of a reply, until the note that keeps its source text for the team is queued.
    note_due_for TEXT,
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX translations_without_note ON translations (note_due_for) WHERE note_due_for IS NOT NULL;

CREATE TABLE own_texts (
    draft_id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    target_language TEXT NOT NULL,
    service TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_languages (
    customer_id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    is_chosen INTEGER NOT NULL CHECK (is_chosen IN (0, 1)),
    translates INTEGER NOT NULL CHECK (translates IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER translation_of_other_direct_text AFTER UPDATE OF text ON direct_messages WHEN NEW.text <> OLD.text
BEGIN
    DELETE FROM translations WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
END;

CREATE TRIGGER translation_of_deleted_direct_message AFTER DELETE ON direct_messages
BEGIN
    DELETE FROM translations WHERE conversation_id = OLD.conversation_id AND entry_id = 'direct:' || OLD.draft_id;
END;

CREATE TRIGGER own_text_of_deleted_draft AFTER DELETE ON drafts
BEGIN
    DELETE FROM own_texts WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER own_text_of_deleted_reply AFTER DELETE ON outbox
BEGIN
    DELETE FROM own_texts WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER own_text_of_wiped_reply AFTER UPDATE OF text ON outbox WHEN NEW.text = '' AND OLD.text <> ''
BEGIN
    DELETE FROM own_texts WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER language_of_deleted_customer AFTER DELETE ON customers
BEGIN
    DELETE FROM customer_languages WHERE customer_id = OLD.id;
END;

CREATE TABLE reactions (
    draft_id TEXT PRIMARY KEY,
    emoji TEXT NOT NULL,
    at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER reaction_to_deleted_message AFTER DELETE ON direct_messages
BEGIN
    DELETE FROM reactions WHERE draft_id = OLD.draft_id;
END;

CREATE TRIGGER reaction_to_wiped_message AFTER UPDATE OF text, file_names ON direct_messages
WHEN NEW.text = '' AND NEW.file_names = '[]'
BEGIN
    DELETE FROM reactions WHERE draft_id = OLD.draft_id;
END;

CREATE TABLE sent_reactions (
    conversation_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    emoji TEXT NOT NULL DEFAULT '',
    unconfirmed TEXT,
    PRIMARY KEY (conversation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_changes (
    provider TEXT NOT NULL,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    new_text TEXT,
    at_us INTEGER NOT NULL,
    PRIMARY KEY (provider, channel, sender, remote_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER change_of_deleted_message AFTER DELETE ON provider_messages
BEGIN
    DELETE FROM message_changes WHERE provider = OLD.provider AND channel = OLD.channel AND sender = OLD.sender
        AND remote_id = OLD.remote_id;
END;

CREATE TABLE customer_reads (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE "conversations" (
    -- Known here only, and shorter than the id.
    conversation_number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
    created_at_us INTEGER NOT NULL,
    updated_at_us INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'snoozed')),
    title TEXT NOT NULL,
    is_read INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
    fingerprint INTEGER,
    files_read_at_us INTEGER,
    details TEXT NOT NULL
) STRICT;

CREATE TABLE entry_rows (
    conversation_number INTEGER NOT NULL REFERENCES conversations (conversation_number) ON DELETE CASCADE,
    -- The provider's id; as an integer where it is one, written as the database writes it.
    entry_key ANY NOT NULL,
    sent_at_us INTEGER NOT NULL,
    -- Orders entries of the same time; NULL for what the id is as a number.
    number INTEGER,
    -- Numbers that the view `entries` names.
    role INTEGER NOT NULL CHECK (role BETWEEN 0 AND 3),
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
    -- '' for 'comment'.
    event TEXT NOT NULL,
    -- NULL for the conversation's owner.
    author_id TEXT,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    attachments TEXT NOT NULL,
    app_code TEXT,
    app_code_reported INTEGER NOT NULL CHECK (app_code_reported IN (0, 1)),
    by_email INTEGER NOT NULL CHECK (by_email IN (0, 1)),
    -- '' for none.
    tags TEXT NOT NULL,
    is_first INTEGER NOT NULL CHECK (is_first IN (0, 1)),
    redacted INTEGER NOT NULL CHECK (redacted IN (0, 1)),
    -- Hints: seen when the message was first read; they cannot be seen later. '' for what is unknown.
    client_hint TEXT NOT NULL,
    line_hint TEXT NOT NULL,
    customer_hint TEXT NOT NULL,
    attribute_hint TEXT NOT NULL,
    channel_hint TEXT NOT NULL,
    -- The order in which messages, and what may be one, became known here, over all conversations; else 0.
    arrival INTEGER NOT NULL,
    -- Of the provider's own form of it; 0 if unknown.
    fingerprint INTEGER NOT NULL,
    -- Counts, within the conversation, the answers that brought something new; this entry came with that one.
    answer_number INTEGER NOT NULL,
    wiped INTEGER NOT NULL CHECK (wiped IN (0, 1)),
    -- What can be searched and wiped has a number that grows with time: 128 for each 64 seconds, of which entries have
    -- the even ones. The index of words lists messages by it, newest first. NULL where there is neither text nor file.
    search_id INTEGER,
    assigned_to TEXT NOT NULL DEFAULT '',
    formatting TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (conversation_number, entry_key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entry_rows_by_search_id ON entry_rows (search_id DESC) WHERE search_id IS NOT NULL;

CREATE INDEX entry_rows_by_time ON entry_rows (conversation_number, sent_at_us);

CREATE INDEX entry_rows_with_files ON entry_rows (arrival) WHERE attachments <> '[]' AND arrival > 0;

CREATE INDEX notes_that_may_mention ON entry_rows (conversation_number) WHERE kind = 2 AND instr(text, '@') > 0;

CREATE TABLE "customer_lists" (
    list TEXT NOT NULL,
    last_at_us INTEGER NOT NULL,
    customer_id TEXT NOT NULL,
    is_unread INTEGER NOT NULL CHECK (is_unread IN (0, 1)),
    PRIMARY KEY (list, last_at_us DESC, customer_id DESC)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_by_owner ON conversations (owner_id, updated_at_us);

CREATE INDEX conversations_by_creation ON conversations (created_at_us DESC);

CREATE INDEX conversations_with_title ON conversations (updated_at_us DESC) WHERE title <> '';

CREATE VIEW entries AS
SELECT
    conversations.id AS conversation_id,
    CAST(entry_key AS TEXT) AS entry_id,
    sent_at_us,
    number,
    CASE role WHEN 0 THEN 'customer' WHEN 1 THEN 'teammate' WHEN 2 THEN 'bot' ELSE 'unknown' END AS role,
    CASE kind WHEN 0 THEN 'message' WHEN 1 THEN 'event' WHEN 2 THEN 'note' ELSE 'unknown' END AS kind,
    event,
    coalesce(author_id, owner_id) AS author_id,
    author_name,
    text,
    attachments,
    app_code,
    app_code_reported,
    by_email,
    tags,
    is_first,
    redacted,
    client_hint,
    line_hint,
    customer_hint,
    attribute_hint,
    channel_hint,
    arrival,
    entry_rows.fingerprint AS fingerprint,
    answer_number,
    wiped,
    search_id,
    assigned_to,
    formatting,
    entry_rows.conversation_number,
    entry_key
FROM conversations JOIN entry_rows ON entry_rows.conversation_number = conversations.conversation_number;

CREATE VIEW free_search_ids AS
SELECT conversation_number, entry_key, CASE
    WHEN NOT EXISTS (SELECT 1 FROM entry_rows WHERE search_id = first_id + 126)
    THEN coalesce(
        (SELECT max(search_id) + 2 FROM entry_rows WHERE search_id BETWEEN first_id AND first_id + 124), first_id
    )
    WHEN NOT EXISTS (SELECT 1 FROM entry_rows WHERE search_id = first_id + 32766)
    THEN (SELECT max(search_id) + 2 FROM entry_rows WHERE search_id BETWEEN first_id AND first_id + 32764)
    ELSE (SELECT min(search_id) - 2 FROM entry_rows WHERE search_id IS NOT NULL)
END AS search_id
FROM (SELECT conversation_number, entry_key, max(sent_at_us, 0) / 64000000 * 128 AS first_id FROM entry_rows);

CREATE VIEW pending_replies AS
SELECT
    outbox.*,
    coalesce(contacts.customer_id, customers.merged_into, outbox.customer_id) AS shown_customer_id
FROM outbox
LEFT JOIN conversations ON conversations.id = outbox.conversation_id
LEFT JOIN contacts ON contacts.id = conversations.owner_id
LEFT JOIN customers ON customers.id = outbox.customer_id
WHERE outbox.is_done = 0
  AND outbox.state <> 'cancelled'
  AND NOT (
      outbox.state = 'accepted' AND EXISTS (
          SELECT 1 FROM entry_rows
          WHERE entry_rows.conversation_number = conversations.conversation_number AND entry_key = iif(
              CAST(CAST(entry_id AS INTEGER) AS TEXT) = entry_id, CAST(entry_id AS INTEGER), entry_id
          )
      )
  );

CREATE TRIGGER entries_go_before_their_conversation BEFORE DELETE ON conversations
BEGIN
    DELETE FROM entry_rows WHERE conversation_number = OLD.conversation_number;
END;

CREATE TRIGGER entries_keep_their_author BEFORE UPDATE OF owner_id ON conversations WHEN OLD.owner_id <> NEW.owner_id
BEGIN
    UPDATE entry_rows SET author_id = OLD.owner_id
    WHERE conversation_number = OLD.conversation_number AND author_id IS NULL;
END;

CREATE TRIGGER conversation_deletion_empties_direct_messages AFTER DELETE ON conversations
BEGIN
    UPDATE direct_messages SET text = '', file_names = '[]' WHERE conversation_id = OLD.id;
END;

CREATE TRIGGER conversation_begins_with_news AFTER INSERT ON conversations
BEGIN
    UPDATE contacts SET has_news = 1
    WHERE id = NEW.owner_id AND has_news = 0 AND NEW.updated_at_us > coalesce(looked_up_at_us, -1)
        AND id NOT LIKE 'conversation:%';
END;

CREATE TRIGGER conversation_has_news AFTER UPDATE OF updated_at_us, owner_id ON conversations
BEGIN
    UPDATE contacts SET has_news = 1
    WHERE id = NEW.owner_id AND has_news = 0 AND NEW.updated_at_us > coalesce(looked_up_at_us, -1)
        AND id NOT LIKE 'conversation:%';
END;

CREATE TRIGGER earlier_conversation_ends_dormancy AFTER INSERT ON conversations
BEGIN
    DELETE FROM dormancies
    WHERE customer_id = (SELECT customer_id FROM contacts WHERE id = NEW.owner_id)
        AND active_upto_us >= NEW.updated_at_us;
END;

CREATE TRIGGER moved_conversation_ends_dormancy AFTER UPDATE OF owner_id ON conversations
WHEN OLD.owner_id <> NEW.owner_id
BEGIN
    DELETE FROM dormancies
    WHERE customer_id IN (SELECT customer_id FROM contacts WHERE id IN (OLD.owner_id, NEW.owner_id));
END;

CREATE TRIGGER changed_conversation_ends_dormancy AFTER UPDATE ON conversations
WHEN (OLD.created_at_us, OLD.updated_at_us, OLD.state, OLD.is_read, OLD.is_whole, OLD.details)
    IS NOT (NEW.created_at_us, NEW.updated_at_us, NEW.state, NEW.is_read, NEW.is_whole, NEW.details)
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM old_conversations WHERE conversation_id = NEW.id
        AND (
            is_dormant OR is_compared
            OR (OLD.created_at_us, OLD.is_read, OLD.details) IS NOT (NEW.created_at_us, NEW.is_read, NEW.details)
        )
    );
END;

CREATE TRIGGER entry_gets_search_id AFTER INSERT ON entry_rows
WHEN NEW.search_id IS NULL AND (NEW.text <> '' OR NEW.attachments <> '[]')
BEGIN
    UPDATE entry_rows SET search_id = (
        SELECT search_id FROM free_search_ids
        WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key)
    )
    WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key);
END;

CREATE TRIGGER changed_entry_gets_search_id AFTER UPDATE OF text, attachments, sent_at_us ON entry_rows
WHEN (NEW.text <> '' OR NEW.attachments <> '[]') <> (OLD.search_id IS NOT NULL)
    OR OLD.search_id IS NOT NULL AND OLD.sent_at_us / 64000000 <> NEW.sent_at_us / 64000000
BEGIN
    UPDATE entry_rows SET search_id = (
        SELECT search_id FROM free_search_ids
        WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key)
            AND (NEW.text <> '' OR NEW.attachments <> '[]')
    )
    WHERE (conversation_number, entry_key) = (NEW.conversation_number, NEW.entry_key);
END;

CREATE TRIGGER entry_words_change AFTER UPDATE OF text, search_id ON entry_rows
WHEN (OLD.search_id, OLD.text) IS NOT (NEW.search_id, NEW.text)
BEGIN
    INSERT INTO message_index (message_index, rowid, text)
    SELECT 'delete', OLD.search_id, OLD.text WHERE OLD.search_id IS NOT NULL AND OLD.text <> '';
    INSERT INTO message_index (rowid, text)
    SELECT NEW.search_id, NEW.text WHERE NEW.search_id IS NOT NULL AND NEW.text <> '';
END;

CREATE TRIGGER entry_words_go AFTER DELETE ON entry_rows
WHEN OLD.search_id IS NOT NULL AND OLD.text <> ''
BEGIN
    INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', OLD.search_id, OLD.text);
END;

CREATE TRIGGER new_entry_is_key AFTER INSERT ON entry_rows
WHEN EXISTS (
    SELECT 1 FROM conversations JOIN key_entry_choices ON conversation_id = id
    WHERE conversation_number = NEW.conversation_number
)
BEGIN
    INSERT INTO key_entries
    SELECT id, CAST(NEW.entry_key AS TEXT), 1 FROM conversations WHERE conversation_number = NEW.conversation_number;
END;

CREATE TRIGGER changed_entry_ends_choice AFTER UPDATE ON entry_rows
WHEN (
    OLD.sent_at_us, OLD.number, OLD.role, OLD.kind, OLD.event, OLD.author_id, OLD.author_name, OLD.text, OLD.app_code,
    OLD.app_code_reported, OLD.by_email, OLD.tags, OLD.is_first, OLD.client_hint, OLD.line_hint, OLD.customer_hint,
    OLD.attribute_hint, OLD.channel_hint, OLD.arrival
) IS NOT (
    NEW.sent_at_us, NEW.number, NEW.role, NEW.kind, NEW.event, NEW.author_id, NEW.author_name, NEW.text, NEW.app_code,
    NEW.app_code_reported, NEW.by_email, NEW.tags, NEW.is_first, NEW.client_hint, NEW.line_hint, NEW.customer_hint,
    NEW.attribute_hint, NEW.channel_hint, NEW.arrival
)
BEGIN
    DELETE FROM key_entry_choices
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = NEW.conversation_number);
END;

CREATE TRIGGER deleted_entry_ends_choice AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM key_entry_choices
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number);
END;

CREATE TRIGGER new_entry_ends_dormancy AFTER INSERT ON entry_rows
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM conversations JOIN old_conversations ON conversation_id = id
        WHERE conversation_number = NEW.conversation_number AND (is_dormant OR is_compared)
    );
END;

CREATE TRIGGER changed_entry_ends_dormancy AFTER UPDATE ON entry_rows
WHEN (
    OLD.sent_at_us, OLD.number, OLD.role, OLD.kind, OLD.event, OLD.author_id, OLD.author_name, OLD.text, OLD.app_code,
    OLD.app_code_reported, OLD.by_email, OLD.tags, OLD.is_first, OLD.client_hint, OLD.line_hint, OLD.customer_hint,
    OLD.attribute_hint, OLD.channel_hint, OLD.arrival
) IS NOT (
    NEW.sent_at_us, NEW.number, NEW.role, NEW.kind, NEW.event, NEW.author_id, NEW.author_name, NEW.text, NEW.app_code,
    NEW.app_code_reported, NEW.by_email, NEW.tags, NEW.is_first, NEW.client_hint, NEW.line_hint, NEW.customer_hint,
    NEW.attribute_hint, NEW.channel_hint, NEW.arrival
)
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM conversations JOIN old_conversations ON conversation_id = id
        WHERE conversation_number = NEW.conversation_number
    );
END;

CREATE TRIGGER deleted_entry_ends_dormancy AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM dormancies WHERE customer_id = (
        SELECT customer_id FROM conversations JOIN old_conversations ON conversation_id = id
        WHERE conversation_number = OLD.conversation_number
    );
END;

CREATE TRIGGER translation_of_other_text AFTER UPDATE OF text ON entry_rows WHEN NEW.text <> OLD.text
BEGIN
    DELETE FROM translations
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number)
        AND entry_id = CAST(OLD.entry_key AS TEXT);
END;

CREATE TRIGGER translation_of_deleted_entry AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM translations
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number)
        AND entry_id = CAST(OLD.entry_key AS TEXT);
END;

CREATE TRIGGER sent_reaction_to_deleted_entry AFTER DELETE ON entry_rows
BEGIN
    DELETE FROM sent_reactions
    WHERE conversation_id = (SELECT id FROM conversations WHERE conversation_number = OLD.conversation_number)
        AND entry_id = CAST(OLD.entry_key AS TEXT);
END;

CREATE INDEX customer_lists_unread ON customer_lists (list, last_at_us DESC, customer_id DESC) WHERE is_unread = 1;

CREATE TRIGGER listed_customer_is_counted AFTER INSERT ON customer_lists
BEGIN
    INSERT INTO customer_list_sizes VALUES (NEW.list, 1, NEW.is_unread)
    ON CONFLICT (list) DO UPDATE SET size = size + 1, unread = unread + excluded.unread;
END;

CREATE TRIGGER unlisted_customer_is_taken_off AFTER DELETE ON customer_lists
BEGIN
    UPDATE customer_list_sizes SET size = size - 1, unread = unread - OLD.is_unread WHERE list = OLD.list;
    DELETE FROM customer_list_sizes WHERE list = OLD.list AND size = 0;
END;

CREATE TRIGGER unread_customer_is_counted AFTER UPDATE OF is_unread ON customer_lists
WHEN OLD.is_unread <> NEW.is_unread
BEGIN
    UPDATE customer_list_sizes SET unread = unread + NEW.is_unread - OLD.is_unread WHERE list = NEW.list;
END;
