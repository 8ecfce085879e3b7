"""Search of customers by their fields (`domain.search.customer_text`), through an index of each three letters in them.

The index gives customers in no order. So what many of the newest customers match is looked for by going through the
list, newest first; everything else by the index, or through all texts where a single letter was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from desktop.domain.search.customer_text import SHORTEST_PART, Term
from desktop.domain.search.folding import fold
from desktop.store.core.columns import fetch_all, fetch_one, stored_customer_text, to_json, upsert_row
from desktop.store.core.database import Database

MANY = 2_000
"""Customers that match, from which on they are not counted."""
_PROBED, _WALKED = 200, 4 * MANY
"""If half of the `_PROBED` newest customers match, these many are gone through, in some milliseconds. The index would
need forty for what nearly all match."""
_PARTS_ASKED = 8
"""Of the letters of a long word, enough to leave few customers to compare it with."""


class FoundCustomers(msgspec.Struct, frozen=True):
    """ids: those whose names have the words first, and of these and of the others the newest activity first. count: of
    all that match; `MANY` where there are as many or more."""

    ids: tuple[str, ...] = ()
    count: int = 0


def save_text(db: Database, customer_id: str) -> None:
    """Store what the customer is found by now; the customer has a row in `customer_rows`."""
    row = fetch_one(db, "SELECT name, contacts, titles FROM customer_fields WHERE customer_id = ?", (customer_id,))
    if row is not None:
        text = stored_customer_text(row.name, row.contacts, row.titles)
        upsert_row(db, "customer_texts", {"customer_id": customer_id, "text": text}, key=("customer_id",))


def find(db: Database, terms: Sequence[Term], at_most: int) -> FoundCustomers:
    """Customers in whose text every term is."""
    if not terms:
        return FoundCustomers()
    condition, bindings = _condition(terms, "text")
    if len(_newest_of(_PROBED, db, condition, bindings)) >= _PROBED // 2:
        newest = _newest_of(_WALKED, db, condition, bindings)
        if len(newest) >= MANY:
            return FoundCustomers(newest[:at_most], MANY)
    matching = _matching(db, terms, condition, bindings)
    if len(matching) >= MANY:
        return FoundCustomers(_newest(db, condition, bindings, at_most), MANY)
    named, name_bindings = _condition(terms, "substr(text, 1, instr(text || char(10), char(10)))", begins=True)
    rows = fetch_all(
        db,
        "SELECT customer_id FROM json_each(?) CROSS JOIN customer_texts ON search_id = value "
        "CROSS JOIN customer_rows USING (customer_id) "
        f"ORDER BY {named} DESC, last_at_us DESC, customer_id DESC LIMIT ?",
        (to_json(matching), *name_bindings, at_most),
    )
    return FoundCustomers(tuple(row.customer_id for row in rows), len(matching))


def named(db: Database, name: str) -> frozenset[str]:
    """Customers, `MANY` at most, in whose names each word of `name` begins a word."""
    terms: list[Term] = [((part,),) for part in fold(name).split()]
    if not terms:
        return frozenset()
    condition, bindings = _condition(terms, "substr(text, 1, instr(text || char(10), char(10)))", begins=True)
    matching = _matching(db, terms, condition, bindings)
    rows = fetch_all(
        db,
        "SELECT customer_id FROM customer_texts WHERE search_id IN (SELECT value FROM json_each(?))",
        (to_json(matching),),
    )
    return frozenset(row.customer_id for row in rows)


def _newest_of(walked: int, db: Database, condition: str, bindings: Sequence[str]) -> tuple[str, ...]:
    """Those of so many newest customers who match, newest first, `MANY` at most."""
    rows = fetch_all(
        db,
        "SELECT customer_id FROM (SELECT customer_id, last_at_us FROM customer_rows INDEXED BY customer_rows_by_time "
        "ORDER BY last_at_us DESC, customer_id DESC LIMIT ?) "
        f"CROSS JOIN customer_texts USING (customer_id) WHERE {condition} "
        f"ORDER BY last_at_us DESC, customer_id DESC LIMIT {MANY}",
        (walked, *bindings),
    )
    return tuple(row.customer_id for row in rows)


def _newest(db: Database, condition: str, bindings: Sequence[str], at_most: int) -> tuple[str, ...]:
    rows = fetch_all(
        db,
        "SELECT customer_id FROM customer_rows INDEXED BY customer_rows_by_time "
        f"CROSS JOIN customer_texts USING (customer_id) WHERE {condition} "
        "ORDER BY last_at_us DESC, customer_id DESC LIMIT ?",
        (*bindings, at_most),
    )
    return tuple(row.customer_id for row in rows)


def _matching(db: Database, terms: Sequence[Term], condition: str, bindings: Sequence[str]) -> list[int]:
    """Numbers of the texts that meet the condition, `MANY` at most."""
    asked = " AND ".join(f"({_asked(term)})" for term in terms if _asked(term))
    if asked:
        found = "search_id IN (SELECT rowid FROM customer_index WHERE customer_index MATCH ?)"
        sql = f"SELECT search_id FROM customer_texts WHERE {found} AND {condition} LIMIT {MANY}"
        return [row.search_id for row in fetch_all(db, sql, (asked, *bindings))]
    sql = f"SELECT search_id FROM customer_texts WHERE {condition} LIMIT {MANY}"
    return [row.search_id for row in fetch_all(db, sql, tuple(bindings))]


def _asked(term: Term) -> str:
    """What the index is asked for, so that no text with the term is missed; "" where it can say nothing."""
    alternatives = [" AND ".join(_letters(parts)) for parts in term]
    return " OR ".join(f"({a})" for a in alternatives) if all(alternatives) else ""


def _letters(parts: Iterable[str]) -> list[str]:
    found = [part[at : at + 3] for part in parts for at in range(len(part) - 2)]
    step = max(len(found) // _PARTS_ASKED, 1)
    # Two letters begin a word, as in `_condition`: with what is before it, there are three.
    pairs = [part for part in parts if len(part) == SHORTEST_PART - 1 and part[:1].isascii()]
    begun = [f"({_quoted(' ' + pair)} OR {_quoted(chr(10) + pair)})" for pair in pairs]
    return [*map(_quoted, dict.fromkeys(found[::step])), *begun]


def _quoted(letters: str) -> str:
    return '"{}"'.format(letters.replace('"', '""'))


def _condition(terms: Iterable[Term], within: str, *, begins: bool = False) -> tuple[str, list[str]]:
    """SQL for texts with every term, and what to bind. begins: every part begins a word."""
    bindings: list[str] = []

    def has(part: str) -> str:
        # In scripts without spaces, a word begins anywhere.
        if part[:1].isascii() and (begins or len(part) < SHORTEST_PART):
            bindings.extend((f" {part}", f"\n{part}"))
            return f"(instr({within}, ?) OR instr({within}, ?))"
        bindings.append(part)
        return f"instr({within}, ?)"

    def has_one(term: Term) -> str:
        return " OR ".join(f"({' AND '.join(map(has, parts))})" for parts in term)

    return " AND ".join(f"({has_one(term)})" for term in terms), bindings
