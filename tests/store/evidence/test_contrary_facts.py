"""Contrary facts: kept once, found by conversation, address and account, and dropped with what they were read from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.provider_messages import ProviderMessage
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, Role
from desktop.store import conversations, customers, forget
from desktop.store.evidence import contrary_facts, provider_messages
from desktop.store.outgoing import direct_messages

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100")
JEN = Contact("c1", phone="+353 87 123 4567")
TOM = Contact("c2", phone="+353 87 765 4321")
REFUSAL = ContraryFact(
    ContraryKind.UNREACHABLE,
    ChannelKind.WHATSAPP,
    NOW,
    ContrarySource.REFUSAL,
    "d1",
    "v1",
    "+35315550100",
    "+353871234567",
    KEY,
)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def people(db):
    for number, contact in ((1, JEN), (2, TOM)):
        customers.save(db, contact)
        conversations.save(db, Conversation(f"v{number}", NOW, NOW, contact_ids=(contact.id,)))


def of_jen(db, now=NOW):
    return contrary_facts.of_customer(db, "c1", [JEN], now)[0]


def test_a_fact_comes_back_as_it_was_and_is_news_once(db):
    assert contrary_facts.save(db, REFUSAL)
    assert not contrary_facts.save(db, REFUSAL)
    assert of_jen(db) == (REFUSAL,)
    assert contrary_facts.save(db, replace(REFUSAL, kind=ContraryKind.UNKNOWN))
    assert [f.kind for f in of_jen(db)] == [ContraryKind.UNKNOWN]


def test_it_is_found_by_the_number_whatever_its_spelling(db):
    elsewhere = replace(REFUSAL, conversation_id="", customer_address="00353 87 123 4567")
    contrary_facts.save(db, elsewhere)
    assert [f.customer_address for f in of_jen(db)] == ["+353871234567"]
    assert contrary_facts.of_customer(db, "c2", [TOM], NOW)[0] == ()


@pytest.mark.parametrize(
    ("kind", "age", "is_found"),
    [
        (ContraryKind.ACCOUNT, timedelta(hours=23), True),
        (ContraryKind.TEMPORARY, timedelta(minutes=5), True),
        (ContraryKind.ACCOUNT, timedelta(hours=25), False),
        (ContraryKind.UNREACHABLE, timedelta(minutes=5), False),
        (ContraryKind.EXPIRED, timedelta(minutes=5), False),
        (ContraryKind.UNKNOWN, timedelta(minutes=5), False),
    ],
)
def test_what_befell_another_customer_counts_where_it_speaks_of_the_account(db, kind, age, is_found):
    contrary_facts.save(
        db, replace(REFUSAL, kind=kind, at=NOW - age, conversation_id="v2", customer_address="+353877654321")
    )
    assert bool(of_jen(db)) == is_found


def test_what_a_note_says_stands_only_while_the_note_does_not_say_it_itself(db):
    """While the note is here it is read again; once its words are wiped, what it said stays known."""
    note = Entry("n1", "v1", NOW, Role.TEAMMATE, EntryKind.NOTE, text="Not delivered", app_code="bridge")
    conversations.save(db, Conversation("v1", NOW, NOW, contact_ids=("c1",), entries=(note,)))
    contrary_facts.save(db, replace(REFUSAL, source=ContrarySource.BRIDGE_NOTICE, about="n1", account=None))
    assert of_jen(db) == ()
    db.execute("UPDATE entry_rows SET wiped = 1, text = ''")
    assert [f.about for f in of_jen(db)] == ["n1"]


def test_what_a_list_said_stands_once_the_listed_message_is_gone(db):
    row = ProviderMessage(
        KEY, "SM1", False, KEY.sender, JEN.phone, NOW, delivery=Delivery.FAILED, failure=ContraryKind.UNREACHABLE
    )
    provider_messages.save(db, [row])
    assert provider_messages.of_people(db, [JEN]) == (row,)
    contrary_facts.save(db, replace(REFUSAL, source=ContrarySource.LISTED, about=row.id, conversation_id=""))
    assert of_jen(db) == ()
    provider_messages.prune(db, NOW + HOUR)
    assert [f.about for f in of_jen(db)] == ["row:twilio:SM1"]


@pytest.mark.parametrize(("delivery", "is_found"), [(Delivery.FAILED, True), (Delivery.DELIVERED, False)])
def test_a_late_failure_is_taken_back_by_a_delivery(db, delivery, is_found):
    route = Route(KEY, JEN.phone, KEY.sender)
    direct_messages.save(db, DirectSent("d1", "SM1", "v1", route, "Hi", NOW, delivery=delivery))
    contrary_facts.save(db, replace(REFUSAL, source=ContrarySource.LATE_FAILURE))
    assert bool(of_jen(db)) == is_found


def test_a_persons_word_that_it_is_solved_is_kept_with_who_and_when_and_can_be_taken_back(db):
    contrary_facts.save(db, REFUSAL)
    assert contrary_facts.mark_solved(db, REFUSAL.id, True, "7001", NOW)
    assert not contrary_facts.mark_solved(db, REFUSAL.id, True, "7002", NOW)
    assert contrary_facts.of_customer(db, "c1", [JEN], NOW)[1] == {REFUSAL.id}
    who = "SELECT solved_by, solved_at_us IS NOT NULL FROM contrary_facts"
    assert db.execute(who).fetchall() == [("7001", 1)]
    # The same word of the provider, heard once more, is still solved.
    contrary_facts.save(db, REFUSAL)
    assert contrary_facts.of_customer(db, "c1", [JEN], NOW)[1] == {REFUSAL.id}
    assert contrary_facts.mark_solved(db, REFUSAL.id, False, "7001", NOW)
    assert contrary_facts.of_customer(db, "c1", [JEN], NOW)[1] == frozenset()
    assert db.execute(who).fetchall() == [("", 0)]


def test_forgetting_a_customer_forgets_theirs_and_nobody_elses(db):
    contrary_facts.save(db, REFUSAL)
    contrary_facts.save(db, replace(REFUSAL, about="d2", conversation_id=""))
    contrary_facts.save(db, replace(REFUSAL, about="d3", conversation_id="v2", customer_address="+353877654321"))
    forget.forget_customer(db, "c1")
    assert db.execute("SELECT about FROM contrary_facts").fetchall() == [("d3",)]
