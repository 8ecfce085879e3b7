-- A reply can wait for its time, or for the customer to write again.
DROP TABLE IF EXISTS new_outbox;
CREATE TABLE new_outbox (
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
) STRICT;

INSERT INTO new_outbox (
    position, draft_id, customer_id, conversation_id, author_id, text, file_names, internal, queued_at_us,
    claimed_at_us, known_upto, lost_after, not_before_us, tries, state, reason, warned, acknowledged, entry_id, is_done,
    kept_until_us, route, template, lost_at_us, note_of, seen_upto
)
SELECT
    position, draft_id, customer_id, conversation_id, author_id, text, file_names, internal, queued_at_us,
    claimed_at_us, known_upto, lost_after, not_before_us, tries, state, reason, warned, acknowledged, entry_id, is_done,
    kept_until_us, route, template, lost_at_us, note_of, seen_upto
FROM outbox;

DROP TABLE outbox;
ALTER TABLE new_outbox RENAME TO outbox;

CREATE INDEX outbox_by_conversation ON outbox (conversation_id, position);
CREATE INDEX outbox_by_state ON outbox (state);
CREATE INDEX outbox_shown ON outbox (conversation_id) WHERE is_done = 0;
CREATE INDEX outbox_done ON outbox (queued_at_us) WHERE is_done = 1 AND kept_until_us IS NULL;

CREATE TRIGGER accepted_stays_accepted BEFORE UPDATE OF state ON outbox
WHEN OLD.state = 'accepted' AND NEW.state <> 'accepted'
BEGIN
    SELECT RAISE(ABORT, 'an accepted reply cannot become anything else');
END;
