"""Stores a world: slowly by the engine's own functions, or quickly by copying the rows of stored customers.

The quick way stores one customer of each kind by the engine and derives all others from their rows: in every table, a
customer's number in a text becomes the other's, and every time moves. Triggers fill what they fill. A test compares
the two ways, table by table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import apsw

from desktop.domain.contrary import ContraryKind
from desktop.engine.sync.ingest import Facts, refresh_customers, store_facts
from desktop.engine.sync.learning import learn_workspace
from desktop.store import settings
from desktop.store.core.columns import MICROSECOND, from_us, to_us
from desktop.store.evidence import contrary_facts
from desktop.store.search.message_index import SPAN_IDS, SPAN_S
from tests.bench.worlds.people import (
    FIRST_NUMBER,
    KINDS,
    NOW,
    OWN_CODE,
    TEAMMATES,
    answers,
    last_activity,
    long_customer,
    number_of,
)

BATCH = 200
_NUMBER = re.compile(r"1000[01]\d\d")
"""Of the first `KINDS` customers, in any text."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_FILLED = re.compile(r"INSERT (?:OR \w+ )?INTO (\w+)")
"""The tables that a trigger adds rows to."""
_NOW_US = to_us(NOW)
_FIRST_TIME_US = to_us(datetime(2020, 1, 1, tzinfo=UTC))

Cell = Any
Make = Callable[[str, int], Cell]
"""Make a cell from the customer's number and from how many microseconds later everything is."""


def prepare(db: apsw.Connection) -> None:
    """Settings of a workspace whose first sync has ended."""
    teammates = [{"id": i, "name": name, "email": f"{i}@example.com"} for i, name in TEAMMATES]
    account = {"workspace_id": "bench", "workspace_name": "Bench", "teammate": teammates[0], "region": "US"}
    settings.save(db, "account", account | {"inbox_url": "https://inbox.example/{conversation_id}"})
    settings.save(db, "teammates", teammates)
    settings.add_own_codes(db, frozenset({OWN_CODE}))
    settings.raise_high_water(db, NOW)
    settings.mark_first_sync_done(db)


def store_slowly(db: apsw.Connection, indices: Iterable[int], customers: int, busy: int) -> None:
    """Store these customers as the sync does."""
    for index in indices:
        for contact, conversations in answers(number_of(index), last_activity(index, customers, busy)):
            store_facts(db, Facts(conversations, (contact,)), NOW)


def decide(db: apsw.Connection) -> None:
    """Learn from what is stored, and decide again by what was learnt."""
    learn_workspace(db, NOW)
    refresh_customers(db, [row[0] for row in db.execute("SELECT id FROM customers WHERE merged_into IS NULL")], NOW)
    facts = "SELECT fact_id, at_us, customer_id FROM contrary_facts JOIN conversation_customers USING (conversation_id)"
    for fact_id, at_us, customer_id in db.execute(f"{facts} WHERE kind = ?", (ContraryKind.UNREACHABLE,)).fetchall():
        contrary_facts.mark_solved(db, fact_id, True, TEAMMATES[0][0], from_us(at_us) + timedelta(hours=1))
        refresh_customers(db, [customer_id], NOW)
    settings.save(db, "decided_by", settings.decision_fingerprint(db))


def store_long(db: apsw.Connection, lengths: Sequence[int], customers: int) -> None:
    """Store customers with many messages, numbered after the others."""
    for place, messages in enumerate(lengths):
        last_at = NOW - timedelta(minutes=2 + place)
        contact, conversations = long_customer(number_of(customers + place), messages, last_at)
        store_facts(db, Facts(conversations, (contact,)), NOW)


def store_quickly(db: apsw.Connection, customers: int, busy: int) -> None:
    """Store `customers` customers by copying the rows of the first `KINDS`, which are stored and decided."""
    triggers = dict(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
    search = {name for name, sql in triggers.items() if "_index" in sql or "search_id" in sql}
    filled = {table for name in triggers.keys() - search for table in _FILLED.findall(triggers[name])}
    given = {
        "arrival": int(db.execute("SELECT value FROM counters WHERE name = 'arrival'").get),
        "conversation_number": int(db.execute("SELECT max(conversation_number) FROM conversations").get),
    }
    for name in search:
        db.execute(f"DROP TRIGGER {name}")
    for table in _tables(db):
        if table not in filled:
            _copy_rows(db, table, customers, busy, given)
        if table == "entry_rows":
            # Before other tables: they take the room that this leaves.
            _index_messages(db)
    db.execute("INSERT INTO customer_index (customer_index) VALUES ('rebuild')")
    newest = "SELECT coalesce(max(arrival), 0) FROM entry_rows"
    db.execute(f"UPDATE counters SET value = ({newest}) WHERE name = 'arrival'")
    for name in search:
        db.execute(triggers[name])


def _tables(db: apsw.Connection) -> list[str]:
    """Without the workspace's settings and what the search index consists of."""
    rows = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'settings' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'message_%' AND name NOT LIKE 'customer_index%'"
    )
    # Messages first: there are tables whose triggers count what is stored of them.
    return sorted((name for (name,) in rows), key=lambda name: (name != "entry_rows", name))


def _copy_rows(db: apsw.Connection, table: str, customers: int, busy: int, given: Mapping[str, int]) -> None:
    """given: how many numbers those who are copied have of each kind, by column."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    models: dict[int, list[list[Cell | Make]]] = defaultdict(list)
    for row in db.execute(f"SELECT * FROM {table}"):
        numbers = {int(n) for cell in row for n in _numbers_in(cell)}
        if numbers:
            (number,) = numbers
            models[number - FIRST_NUMBER].append([_maker(n, c, number) for n, c in zip(columns, row, strict=True)])
    if not models:
        return
    places = ", ".join("?" * len(columns))
    counted = [(columns.index(name), count) for name, count in given.items() if name in columns]

    def made() -> Iterator[tuple[Cell, ...]]:
        for index in range(KINDS, customers):
            kind = index % KINDS
            number = str(number_of(index))
            later = last_activity(index, customers, busy) - last_activity(kind, customers, busy)
            later_us = later // MICROSECOND
            for model in models.get(kind, ()):
                row = [cell(number, later_us) if callable(cell) else cell for cell in model]
                for place, count in counted:
                    if row[place]:
                        row[place] += index // KINDS * count
                yield tuple(row)

    rows = made()
    while batch := tuple(islice(rows, 5_000)):
        db.executemany(f"INSERT INTO {table} VALUES ({places})", batch)


def _numbers_in(cell: Cell) -> list[str]:
    """Those of customers; an integer begins with it where it is an id."""
    if isinstance(cell, int):
        found = _NUMBER.match(str(cell))
        return [found.group()] if found else []
    return _NUMBER.findall(cell) if isinstance(cell, str) else []


def _maker(column: str, cell: Cell, number: int) -> Cell | Make:
    """The cell itself where it is the same for every customer of the kind."""
    if column == "search_id":
        return None
    if isinstance(cell, int):
        if cell > _FIRST_TIME_US and column.endswith("_us") and cell != _NOW_US:
            return lambda _number, later_us: cell + later_us
        rest = str(cell).removeprefix(str(number))
        return cell if rest == str(cell) else lambda other, _later: int(other + rest)
    if not isinstance(cell, str):
        return cell
    pieces = re.split(f"({number}|{_TIME.pattern})", cell)
    if len(pieces) == 1:
        return cell
    if not any(map(_TIME.fullmatch, pieces)):
        before, *after = cell.split(str(number))
        if len(after) == 1:
            (rest,) = after
            return lambda other, _later: before + other + rest
        return lambda other, _later: other.join((before, *after))
    return lambda other, later_us: "".join(_piece(piece, number, other, later_us) for piece in pieces)


def _piece(piece: str, number: int, other: str, later_us: int) -> str:
    if piece == str(number):
        return other
    if not _TIME.fullmatch(piece):
        return piece
    at = datetime.fromisoformat(piece)
    return piece if at == NOW else from_us(to_us(at) + later_us).isoformat().replace("+00:00", "Z")


def _index_messages(db: apsw.Connection) -> None:
    """Fill the search index in the order of time, which is many times faster than in that of the conversations."""
    db.execute("INSERT INTO message_index (message_index) VALUES ('delete-all')")
    # Those that were copied with their rows are in the way of the new ones.
    db.execute("UPDATE entry_rows SET search_id = NULL")
    db.execute(
        "UPDATE entry_rows SET search_id = numbered.search_id FROM (SELECT conversation_number, entry_key, first "
        "+ 2 * row_number() OVER (PARTITION BY first ORDER BY arrival) - 2 AS search_id "
        f"FROM (SELECT sent_at_us / {SPAN_S * 1_000_000} * {SPAN_IDS} AS first, arrival, "
        "conversation_number, entry_key FROM entry_rows WHERE text <> '' OR attachments <> '[]')) AS numbered "
        "WHERE (entry_rows.conversation_number, entry_rows.entry_key) "
        "= (numbered.conversation_number, numbered.entry_key)"
    )
    db.execute(
        "INSERT INTO message_index (rowid, text) SELECT search_id, text FROM entry_rows "
        "WHERE search_id IS NOT NULL AND text <> '' ORDER BY search_id"
    )
    db.execute("INSERT INTO message_index (message_index) VALUES ('optimize')")
