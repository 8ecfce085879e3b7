"""Customers are found by their fields through the index, and nothing of a field that is gone stays there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.model.facts import Contact, Conversation
from desktop.domain.search.customer_text import customer_terms
from desktop.store import contacts, conversations, customer_rows, forget, retention
from desktop.store.core.migrate import migrate, steps
from desktop.store.search import customers
from tests.helpers.database import open_in_memory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def add(db, customer_id, name, age_h=0, title="", **fields):
    contacts.save(db, Contact(customer_id, name=name, **fields))
    at = NOW - timedelta(hours=age_h)
    conversations.save(db, Conversation(f"v-{customer_id}", at, at, title=title, contact_ids=(customer_id,)))
    customer_rows.save(db, CustomerRow(customer_id=customer_id, name=name, last_at=at))


def found(db, text, at_most=50):
    return [*customers.find(db, customer_terms(text, "IE"), at_most).ids]


def letters_left(db):
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.left_letters USING fts5vocab(main, customer_index, row)")
    return {term for (term,) in db.execute("SELECT term FROM left_letters")}


@pytest.fixture
def shop(db):
    add(db, "jen", "Jennifer Okafor", 3, "Order 4711", email="jen@example.com", phone="+353 87 123 4567")
    add(db, "tom", "Tom Bäcker", 2, email="tom.jennings@example.org", attributes={"plan": "Plus", "order": "#4712"})
    add(db, "amal", "Amal", 1, phone="086 765 4321", bridge_attributes={"octopods_channel": "whatsapp"})
    return db


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("jen", ["jen", "tom"]),
        ("JENN okaf", ["jen"]),
        ("backer", ["tom"]),
        ("to", ["tom"]),
        ("example", ["tom", "jen"]),
        ("0871234567", ["jen"]),
        ("+353 86 765 4321", ["amal"]),
        ("4321", ["amal"]),
        ("#4711", ["jen"]),
        ("471", ["tom", "jen"]),
        ("plus", ["tom"]),
        ("octopods", []),
        ("nobody", []),
        ("", []),
    ],
)
def test_each_field_finds_and_names_come_first(shop, text, ids):
    assert found(shop, text) == ids


def test_what_changes_is_found_as_it_is_now(shop):
    add(shop, "jen", "Jenny Murphy", 3, "Order 5000", email="jen@example.net")
    assert found(shop, "okafor") == found(shop, "4711") == found(shop, "1234567") == []
    assert found(shop, "murphy") == found(shop, "example.net") == found(shop, "5000") == ["jen"]


def test_nothing_stays_of_a_customer_who_is_forgotten(shop):
    for customer_id in ("jen", "tom", "amal"):
        forget.forget_customer(shop, customer_id)
    assert letters_left(shop) == set()
    assert shop.execute("SELECT count(*) FROM customer_texts").get == 0


def test_a_title_is_found_no_longer_than_it_is_kept(shop):
    while retention.wipe_batch(shop, NOW + timedelta(days=91)):
        pass
    assert found(shop, "4711") == []
    assert "711" not in letters_left(shop)
    assert found(shop, "okafor") == ["jen"], "what is known of a customer stays"


def test_many_are_counted_no_further_and_the_newest_are_shown(db, monkeypatch):
    monkeypatch.setattr(customers, "MANY", 20)
    for number in range(30):
        add(db, f"c{number:02}", f"Customer {number}", number)
    result = customers.find(db, customer_terms("customer"), 5)
    assert (result.ids, result.count) == (("c00", "c01", "c02", "c03", "c04"), 20)
    assert customers.find(db, customer_terms("c 2"), 50).count == 11


def test_names_are_found_by_the_beginnings_of_their_words(shop):
    assert customers.named(shop, "jen OKA") == {"jen"}
    assert customers.named(shop, "jen") == {"jen"}, "not by the email"
    assert customers.named(shop, "kafor") == customers.named(shop, " ") == frozenset()


def test_a_profile_of_an_earlier_version_is_indexed():
    db = apsw.Connection(":memory:")
    migrate(db, steps()[:20])
    db.execute("INSERT INTO customers (id) VALUES ('c1')")
    db.execute(
        "INSERT INTO contacts (id, customer_id, role, name, email, phone, takes_email, bridge_attributes, attributes, "
        "location) VALUES ('c1', 'c1', 'user', 'Zoë', 'z@example.com', '+353 87 1', 0, '{}', '{\"plan\": \"Pro\"}', '')"
    )
    db.execute(
        "INSERT INTO customer_rows (customer_id, last_at_us, last_text, last_from_us, unread, waits, messenger_only, "
        "state, details) VALUES ('c1', 1, '', 0, 0, 0, 0, 'open', '{\"name\": \"Zoë\"}')"
    )
    migrate(db, steps())
    for text in ("zoe", "example", "pro"):
        assert found(db, text) == ["c1"]
    assert db.execute("SELECT text FROM customer_texts").get == " zoe\nz@example.com\n+353 87 1\npro"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=3), st.text(max_size=6))
def test_no_text_raises_and_what_is_stored_is_found(name, values, text):
    db = open_in_memory()
    add(db, "c1", name, attributes={str(n): value for n, value in enumerate(values)})
    found(db, text)
    customers.named(db, text)
    for value in (name, *values):
        terms = customer_terms(value)
        if all(len(part) >= 3 for term in terms for alternative in term for part in alternative):
            assert not terms or found(db, value) == ["c1"]
