"""A world that was stored quickly is the one that the engine would have stored."""

from __future__ import annotations

from typing import Any

import apsw
import pytest
from database import open_in_memory

from desktop.store.search import messages
from tests.bench.worlds import bulk, people
from tests.bench.worlds.kept import World, fill

CUSTOMERS, BUSY = people.KINDS + 40, 30
NOT_COMPARED = {
    # The longest of a week counts, which the first customers show.
    "bridge_delays",
    # Numbers follow the order in which messages were stored.
    "counters",
    "reported_customers",
}
NUMBERS = {"arrival", "search_id", "conversation_number"}
"""Columns that follow the order of storing, too. The view `entries` has the conversation's id."""


@pytest.fixture(scope="module")
def quick() -> apsw.Connection:
    db = open_in_memory()
    fill(db, World(CUSTOMERS, BUSY, long_threads=()))
    return db


@pytest.fixture(scope="module")
def slow() -> apsw.Connection:
    db = open_in_memory()
    bulk.prepare(db)
    bulk.store_slowly(db, range(CUSTOMERS), CUSTOMERS, BUSY)
    bulk.decide(db)
    return db


def rows_of(db: apsw.Connection, table: str) -> set[tuple[Any, ...]]:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in NUMBERS]
    # Which conversation proved last that the bridge forwards: the first customers show another.
    return {row for row in db.execute(f"SELECT {', '.join(columns)} FROM {table}") if row[0] != "relay"}


@pytest.mark.slow
@pytest.mark.xdist_group("worlds of the bench")
def test_both_ways_store_the_same(quick: apsw.Connection, slow: apsw.Connection) -> None:
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    tables = {name for (name,) in slow.execute(names)} - NOT_COMPARED - {"entry_rows"} | {"entries"}
    filled = set()
    for table in sorted(name for name in tables if not name.startswith(("message_index", "customer_index"))):
        expected, found = rows_of(slow, table), rows_of(quick, table)
        assert sorted(map(str, expected - found))[:3] == sorted(map(str, found - expected))[:3] == [], table
        filled |= {table} if expected else set()
    assert {"entries", "customer_rows", "conversation_signs", "contacts", "contact_traits"} <= filled
    solved = set(quick.execute("SELECT kind, is_solved FROM contrary_facts"))
    assert solved == {("unreachable", 1), ("expired", 0)}
    merged = quick.execute("SELECT count(*) FROM customers WHERE merged_into IS NOT NULL").get
    assert merged == sum(index % people.KINDS % 40 == 8 for index in range(CUSTOMERS))


@pytest.mark.slow
@pytest.mark.xdist_group("worlds of the bench")
def test_messages_are_found_and_numbered_as_the_engine_would(quick: apsw.Connection, slow: apsw.Connection) -> None:
    for text in (f"#{people.number_of(CUSTOMERS - 3)}", "order", "ba", "parcel went"):
        found, expected = (
            {found.key for found in messages.find(db, messages.MessageSearch(text), 10_000).messages}
            for db in (quick, slow)
        )
        assert found == expected != set()
    for db in (quick, slow):
        arrivals = [row[0] for row in db.execute("SELECT arrival FROM entries WHERE kind = 'message'")]
        assert len(set(arrivals)) == len(arrivals)
        assert db.execute("SELECT value FROM counters WHERE name = 'arrival'").get == max(arrivals)


def test_a_world_has_as_many_messages_as_it_says() -> None:
    assert sum(people.message_counts()) == people.KINDS * people.MESSAGES_PER_CUSTOMER
    contact, conversations = people.long_customer(people.number_of(0), 1_200, people.NOW)
    assert [len([e for e in c.entries if e.kind == "message"]) for c in conversations] == [500, 500, 200]
    assert {c.contact_ids for c in conversations} == {(contact.id,)}
