"""A database as an earlier version of the program left it, with something in every table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import apsw

from desktop.store.core.columns import to_us
from desktop.store.core.migrate import migrate, steps

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
VERSION = 4

ROUTE = (
    '{"carries_bridge":false,"key":{"channel":"whatsapp","provider":"twilio","sender":"+35315550100"},'
    '"our_address":"+35315550100","to":"+353871234567"}'
)

WINDOW = (
    '{"closes_at":"2026-11-21T13:58:00.000007Z","closing_threshold":"PT3600S","doubt":null,"expired_by":"","key":'
    '{"business_address":"","channel":"whatsapp","conversation_id":"","customer_address":"+353871234567",'
    '"transport":"octopods"},"opened_at":"2026-11-20T14:00:00Z","opened_by":"7"}'
)

CONTENTS = """
INSERT INTO customers VALUES ('c', NULL), ('former', 'c');
INSERT INTO contacts VALUES
    ('p', 'c', 'user', 'Ann', 'ann@example.com', '+353871234567', 1, '{"whatsapp_phone":"+353871234567"}', '{}', :at,
     NULL, NULL, NULL, 'Cork', :at, :at, 0),
    ('q', 'c', 'lead', 'Ann B.', '', '+353871234567', 1, '{}', '{}', NULL, NULL, NULL, NULL, '', NULL, NULL, 0);
INSERT INTO contact_traits VALUES ('p', 'phone', '353871234567'), ('q', 'phone', '353871234567');
INSERT INTO contact_words VALUES ('p', 'q', 1);
INSERT INTO contact_aliases VALUES ('old-p', 'p');
INSERT INTO conversations VALUES
    ('v1', 'p', :at, :at, 'open', 'Order', 'sms', 'telegram', 'https://shop.example',
     '[{"applied_at_us":null,"applied_by":"","name":"whatsapp","sighting":"at_first"},'
     || '{"applied_at_us":1795183200000005,"applied_by":"7001","name":"Über","sighting":"later"}]',
     '["p"]', '7001', '81', :at + 1, 1, :at - 2000000, 1, '["sms"]', 'delivered', 'whatsapp', :at, :at);
INSERT INTO entries VALUES
    ('v1', '7', :at, 7, 'customer', 'message', 'comment', 'p', 'Ann', 'Where is my parcel?', '[]', 'bridge', 1, 0,
     '[]', 0, 0, 'unknown', '+35315550100', '+353871234567', 'whatsapp', 'sms', 1, :at, 1, 0),
    ('v1', '8', :at + 1, 8, 'teammate', 'message', 'comment', '7001', 'Sam', '', '[]', 'ours', 1, 0, '[]', 0, 0,
     'unknown', '', '', 'unknown', 'sms', 2, :at, 3, 1);
UPDATE counters SET value = 2 WHERE name = 'arrival';
INSERT INTO summaries VALUES
    ('c', 'Ann', 'Where is my parcel?', :at, 'whatsapp', 0, :at, 1, 1, 0, 'open', '["7001"]', :window);
INSERT INTO heads VALUES ('v1', :at, 2, 'open', '["whatsapp"]', 0, 3, :at + 1);
INSERT INTO settings VALUES ('bridge_codes_learnt', '["bridge"]'), ('kept_days', '45'), ('margin_s', '120.0');
INSERT INTO pins VALUES ('v1', 'whatsapp');
INSERT INTO message_channels VALUES ('v1', '7', 'whatsapp');
INSERT INTO forgotten VALUES ('gone', :at);
INSERT INTO seen VALUES ('c', :at - 1);
INSERT INTO drafts VALUES ('d1', 'c', 'v1', 'It sh', 0, 1);
INSERT INTO outbox (
    draft_id, customer_id, conversation_id, author_id, text, file_names, internal, queued_at_us, claimed_at_us,
    known_upto, lost_after, not_before_us, tries, state, reason, warned, acknowledged, lost_at_us, seen_upto
) VALUES
    ('d2', 'c', 'v1', '7001', 'It ships today.', '["a.png"]', 0, :at, :at, 1, 1, 0, 2, 'unconfirmed', 'Lost.',
     '[["window_closed",["7"]]]', '[["window_closed","7"]]', :at, 1);
INSERT INTO outbox (
    draft_id, customer_id, conversation_id, author_id, text, file_names, internal, queued_at_us, route, seen_upto
) VALUES ('d3', 'former', 'elsewhere', '7001', 'On its way.', '[]', 0, :at, :route, 1);
INSERT INTO files VALUES ('d1', 0, 'a.png', 'image/png', x'89504e47');
INSERT INTO direct_messages VALUES
    ('d4', 'v1', 'SM1', 'twilio', 'whatsapp', '+35315550100', '+353871234567', '+35315550100', 0, '', 'Sent directly',
     '[]', '', '', '7001', 'Sam', :at, 3, 0, :at + 5, 'Delivered.', 'A remark.', NULL);
INSERT INTO channel_rows VALUES
    ('twilio', 'whatsapp', '+35315550100', 'SM2', 1, '+35315550100', '+353871234567', '353871234567', :at, 'digest', 0,
     NULL, :at + 6, 'A sentence.', NULL);
INSERT INTO sweeps VALUES ('twilio', 'whatsapp', '+35315550100', :at);
INSERT INTO template_lists VALUES ('twilio', 'whatsapp', '+35315550100', :at, '[]');
INSERT INTO contrary_facts VALUES
    ('notice:9', 'expired', 'whatsapp', :at, 'bridge_notice', '9', 'v1', '', '+353871234567', NULL, NULL, NULL, 1,
     '7001', :at);
INSERT INTO conversation_signs VALUES ('v1', 'c', 0, 1, 0, 1, 1, '[["bridge",1]]', '["7001"]');
INSERT INTO bridge_delays VALUES (:at, 2000000);
INSERT INTO idle_notes VALUES ('a shape');
INSERT INTO several_numbers VALUES ('whatsapp', 'c');
"""


def write_earlier_profile(path: Path, version: int = VERSION) -> apsw.Connection:
    """Make the file by the migrations up to `VERSION`, fill it, and bring it to `version`, as the program that came in
    between did. The caller closes the connection."""
    db = apsw.Connection(str(path))
    db.pragma("foreign_keys", True)
    migrate(db, [step for step in steps() if step.version <= VERSION])
    db.execute("BEGIN")
    db.execute(CONTENTS, {"at": to_us(AT), "route": ROUTE, "window": WINDOW})
    db.execute("COMMIT")
    migrate(db, [step for step in steps() if step.version <= version])
    return db


def write_large_profile(path: Path, version: int, conversations: int) -> None:
    """The earlier profile with so many more conversations, each of a customer with five messages."""
    db = write_earlier_profile(path, 5)
    db.execute("BEGIN")
    for number in range(conversations):
        customer, contact, conversation = f"c{number}", f"p{number}", f"w{number}"
        at_us = to_us(AT) + number * 60_000_000
        db.execute("INSERT INTO customers SELECT ?, NULL", (customer,))
        _copy_row(db, "contacts", "id = 'p'", id=contact, customer_id=customer, name=f"Ann {number}")
        _copy_row(db, "conversations", "id = 'v1'", id=conversation, owner_id=contact, created_at_us=at_us)
        _copy_row(db, "summaries", "customer_id = 'c'", customer_id=customer, name=f"Ann {number}", last_at_us=at_us)
        for part in range(5):
            _copy_row(
                db,
                "entries",
                "conversation_id = 'v1' AND entry_id = '7'",
                conversation_id=conversation,
                entry_id=str(100 * number + part),
                number=100 * number + part,
                sent_at_us=at_us + part * 400_000,
                text=f"Where is parcel {number} of {part}?" if part else "",
                arrival=5 * number + part + 10,
            )
    db.execute("COMMIT")
    migrate(db, [step for step in steps() if step.version <= version])
    db.close()


def _copy_row(db: apsw.Connection, table: str, where: str, **changes: object) -> None:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()]
    values = ", ".join(f":{column}" if column in changes else column for column in columns)
    db.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE {where}", changes)


def contents_of(db: apsw.Connection) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, by column; of the index of words, each word with how many messages have it."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()]
    contents = {}
    for table in tables:
        if table.startswith("message_index"):
            continue
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()]
        rows = sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
        contents[table] = [dict(zip(columns, row, strict=True)) for row in rows]
    if "message_index" in tables:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, message_index, row)")
        words = db.execute("SELECT term, doc FROM temp.words").fetchall()
        contents["message_index"] = [{"word": word, "messages": count} for word, count in words]
        db.execute("DROP TABLE temp.words")
    return contents
