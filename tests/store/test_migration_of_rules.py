"""A database of version 2 with data in it becomes one that decides by the reach rules, without losing anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import apsw
import pytest

from desktop.domain.model.facts import ChannelKind, Client, ConversationState, Role, Tag
from desktop.domain.model.workspace import Pin
from desktop.store import contacts, conversations, customer_rows, entries, settings
from desktop.store.core.columns import to_us
from desktop.store.core.migrate import migrate, steps
from desktop.store.evidence import provider_messages
from desktop.store.outgoing import direct_messages

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)

VERSION_2 = """
INSERT INTO customers VALUES ('c', NULL);
INSERT INTO contacts VALUES
    ('p', 'c', 'user', 'Ann', 'ann@example.com', '+353871234567', 1, '{}', '{}', NULL, NULL, NULL, NULL, '', NULL,
     NULL);
INSERT INTO conversations VALUES
    ('v1', 'p', :at, :at, 'open', 'Order', 'sms', 'sms', NULL, '["whatsapp","Über"]', '["p"]', NULL, NULL, NULL, 1,
     NULL, 1),
    ('v2', 'p', :at, :at, 'closed', '', 'conversation', NULL, NULL, '[]', '["p"]', NULL, NULL, NULL, 1, NULL, 1);
INSERT INTO entries VALUES
    ('v1', '9', :at + 2, 9, 'customer', 'message', 'comment', 'p', 'Ann', 'second', '[]', 'bridge', 1, 0, '["sms"]', 0,
     0, 'ios', '+35315550100', :at, 1, 0),
    ('v1', '7', :at + 1, 7, 'teammate', 'note', 'note', '7001', 'Sam', 'a note', '[]', NULL, 1, 0, '[]', 0, 0,
     'unknown', '', :at, 1, 0),
    ('v2', 'source:v2', :at, -1, 'customer', 'message', 'source', 'p', 'Ann', '', '[]', NULL, 0, 0, '[]', 1, 0,
     'unknown', '', :at, 1, 1),
    ('v2', '8', :at + 3, 8, 'bot', 'event', 'close', '', '', '', '[]', NULL, 1, 0, '[]', 0, 0, 'unknown', '', :at, 2,
     0);
INSERT INTO origins VALUES ('v1', '9', 'whatsapp', 'unknown', 'bridge', 95, 'The tag says so.', 2);
INSERT INTO summaries VALUES
    ('c', 'Ann', 'second', :at, 'whatsapp', 0, :at, 0, 1, 0, 'open', '[]', 'whatsapp', '', '+353871234567', '9', :at,
     :at + 86280000000, 3600000000, :at, 'A sentence.', NULL);
INSERT INTO settings VALUES ('bridge_codes_learnt', '["bridge"]'), ('decided_by', '"old"'), ('margin_s', '120');
INSERT INTO pins VALUES ('v1', 'whatsapp');
INSERT INTO direct_messages VALUES
    ('d1', 'v1', 'SM1', 'twilio', 'whatsapp', '+35315550100', '+353871234567', '+35315550100', 0, '', 'Hello', '[]', '',
     '', '7001', 'Sam', :at, 1, 0, NULL, '', '');
INSERT INTO channel_rows VALUES
    ('twilio', 'whatsapp', '+35315550100', 'SM2', 1, '+35315550100', '+353871234567', '353871234567', :at, '', 0, NULL,
     NULL, '');
"""


@pytest.fixture
def migrated(tmp_path):
    db = apsw.Connection(str(tmp_path / "reachline.db"))
    db.pragma("foreign_keys", True)
    migrate(db, [s for s in steps() if s.version <= 2])
    db.execute("BEGIN")
    db.execute(VERSION_2, {"at": to_us(AT)})
    db.execute("COMMIT")
    migrate(db, steps())
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    return db


def test_messages_keep_all_they_had_and_are_numbered_in_the_order_of_their_times(migrated):
    [note, message] = entries.of_conversation(migrated, "v1")
    assert (note.text, note.arrival) == ("a note", 0)
    assert (message.text, message.app_code, message.tags, message.sent_at) == (
        "second", "bridge", ("sms",), AT + timedelta(microseconds=2)
    )  # fmt: skip
    assert (message.client_hint, message.line_hint) == (Client.IOS, "+35315550100")
    assert (message.customer_hint, message.attribute_hint, message.channel_hint) == ("", ChannelKind.UNKNOWN, "sms")
    [first, event] = entries.of_conversation(migrated, "v2")
    assert (first.arrival, first.wiped, event.arrival, message.arrival) == (1, True, 0, 2)
    assert entries.known_upto(migrated, "v2") == 2


def test_the_next_message_is_numbered_after_them(migrated):
    held = conversations.load(migrated, "v1")
    assert held is not None
    new = entries.of_conversation(migrated, "v2")[0]
    entries.save(migrated, "v1", [type(new)("10", "v1", AT, Role.CUSTOMER, new.kind, text="third")], True)
    assert {e.id: e.arrival for e in entries.of_conversation(migrated, "v1")}["10"] == 3


def test_of_old_tags_nobody_knows_when_they_were_put_on(migrated):
    held = conversations.load(migrated, "v1")
    assert held is not None
    assert held.tags == (Tag("whatsapp"), Tag("Über"))
    assert (held.removed_tags, held.delivered_as, held.initial_channel) == ((), "", None)


def test_an_answer_that_says_the_same_is_no_news(migrated):
    held = conversations.load(migrated, "v1")
    assert held is not None
    assert not conversations.save(migrated, held, AT + timedelta(days=1))


def test_an_unknown_author_and_kind_can_be_kept(migrated):
    migrated.execute("UPDATE entry_rows SET role = 3, kind = 3 WHERE entry_key = 9")
    assert entries.of_conversation(migrated, "v1")[1].may_be_customer_message


def test_people_rows_and_what_was_sent_directly_are_still_there(migrated):
    contact = contacts.load(migrated, "p")
    assert contact is not None
    assert (contact.email, contact.email_fails) == ("ann@example.com", False)
    sent = direct_messages.load(migrated, "d1")
    assert sent is not None
    assert (sent.text, sent.failure) == ("Hello", None)
    assert [(r.remote_id, r.failure) for r in provider_messages.of_people(migrated, [contact])] == [("SM2", None)]


def test_the_list_is_there_at_once_and_everything_is_to_be_decided_again(migrated):
    [listed] = customer_rows.load(migrated, ["c"]).values()
    assert (listed.name, listed.last_text, listed.state, listed.window) == (
        "Ann", "second", ConversationState.OPEN, None
    )  # fmt: skip
    assert settings.decided_fingerprint(migrated) != settings.decision_fingerprint(migrated)


def test_settings_and_pins_stay(migrated):
    workspace = settings.load(migrated)
    assert (workspace.bridge_codes, workspace.margin) == ({"bridge"}, timedelta(minutes=2))
    assert workspace.pins == {"v1": Pin(ChannelKind.WHATSAPP)}
