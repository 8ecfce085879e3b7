"""Convert Python values to column values and back, and read and write rows by the names of their columns."""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import apsw
import msgspec

from desktop.domain.model.formatting import Span, SpanKind, Spans
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.domain.search.customer_text import customer_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST_INTEGER = 2**63 - 1


# --- values ----------------------------------------------------------------------------------------------------------


def to_us(at: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (at - EPOCH) // MICROSECOND


def to_us_or_none(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def from_us(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def from_us_or_none(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


def entry_key(entry_id: str) -> int | str:
    """What the database finds an entry of a conversation by: its id, as an integer where it is one. As `ENTRY_KEY`."""
    try:
        key = int(entry_id)
    except ValueError:
        return entry_id
    return key if str(key) == entry_id and -LARGEST_INTEGER - 1 <= key <= LARGEST_INTEGER else entry_id


ENTRY_KEY = "iif(CAST(CAST({0} AS INTEGER) AS TEXT) = {0}, CAST({0} AS INTEGER), {0})"
"""The same in SQL, of a column or an alias."""


def to_json(value: Any) -> str:
    """Equal text for equal values. ASCII only, so that half a surrogate pair can be stored."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Any:
    return json.loads(text)


def valid_utf8(text: str) -> str:
    """Replace half surrogate pairs, which no UTF-8 database can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def stored_customer_text(*fields: Any) -> str:
    """`customer_text` of a row of the view `customer_fields`: its name, contacts and titles."""
    name, contacts, titles = fields
    names, others = [str(name or "")], []
    for contact_name, email, phone, *attributes in from_json(contacts):
        names.append(contact_name)
        others += [email, phone, *(str(value) for named in attributes for value in named.values())]
    return valid_utf8(customer_text(names, [*others, *from_json(titles)]))


def to_details(value: DataclassInstance, columns: Collection[str], **more: Any) -> str:
    """The fields of a data class as JSON, without those in `columns` and those that have their defaults. Equal text for
    equal values; half surrogate pairs are replaced. more: further values, for SQL alone; they come last."""
    builtins = msgspec.to_builtins(_set_fields(value, columns), order="deterministic") | more
    return valid_utf8(json.dumps(builtins, ensure_ascii=False, separators=(",", ":")))


def _set_fields(value: DataclassInstance, but: Collection[str] = ()) -> dict[str, Any]:
    """The fields that differ from their defaults, also of a data class in a field."""
    kept = {}
    for name, default in _defaults(type(value)):
        if name not in but and (held := getattr(value, name)) != default:
            kept[name] = _set_fields(held) if is_dataclass(held) and not isinstance(held, type) else held
    return kept


@lru_cache
def _defaults(kind: type[DataclassInstance]) -> tuple[tuple[str, Any], ...]:
    """Each field with its default, or with `MISSING`."""
    return tuple((f.name, f.default if f.default_factory is MISSING else f.default_factory()) for f in fields(kind))


def from_details(kind: type[T], details: str, **columns: Any) -> T:
    """Build a data class from `to_details` and the fields that have columns; a field that is in neither gets its
    default, so that a new field needs no migration."""
    return msgspec.convert(json.loads(details) | columns, kind)


def reason_to_json(reason: Reason) -> str:
    """A reason with its parameters as JSON, "" for `NO_REASON`. Equal text for equal reasons."""
    if not reason:
        return ""
    return valid_utf8(json.dumps(msgspec.to_builtins(reason), ensure_ascii=False, separators=(",", ":")))


def reason_from_json(text: str) -> Reason:
    """The inverse of `reason_to_json`."""
    return msgspec.convert(from_json(text), Reason) if text else NO_REASON


def spans_to_json(spans: Spans) -> str:
    """The formatting of a text as JSON, "" for none. Equal text for equal formatting."""
    if not spans:
        return ""
    return to_json([[s.kind, s.start, s.end, *([s.value] if s.value else [])] for s in spans])


def spans_from_json(text: str) -> Spans:
    """The inverse of `spans_to_json`."""
    return tuple(Span(SpanKind(kind), *rest) for kind, *rest in from_json(text)) if text else ()


# --- rows ------------------------------------------------------------------------------------------------------------


def fetch_all(db: apsw.Connection, sql: str, bindings: tuple[Any, ...] | dict[str, Any] = ()) -> list[Any]:
    """Return all rows as named tuples. All at once: a query that is not read to its end keeps its lock.

    Named tuples cost a third more than plain ones; the data classes of `apsw.ext` cost six times as much.
    """
    cursor = db.execute(sql, bindings)
    try:
        description = cursor.get_description()
    except apsw.ExecutionCompleteError:
        # No rows: the statement has ended already.
        return []
    make_row = _row_maker(tuple(column[0] for column in description))
    return [make_row(row) for row in cursor.fetchall()]


def fetch_one(db: apsw.Connection, sql: str, bindings: tuple[Any, ...] | dict[str, Any] = ()) -> Any:
    """Return the first row as a named tuple, None if there is none."""
    rows = fetch_all(db, sql, bindings)
    return rows[0] if rows else None


@lru_cache
def _row_maker(columns: tuple[str, ...]) -> Callable[[tuple[Any, ...]], Any]:
    # Expressions without an alias are no identifiers: such columns are found by position.
    row_type: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
    make_row: Callable[[tuple[Any, ...]], Any] = row_type._make
    return make_row


def insert_row(db: apsw.Connection, table: str, row: Mapping[str, Any], on_conflict: str = "") -> bool:
    """Insert a row, given by column. Returns False where `on_conflict` left everything as it was."""
    places = ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places}) {on_conflict}", tuple(row.values()))
    return db.changes() > 0


def insert_rows(db: apsw.Connection, table: str, rows: Sequence[Mapping[str, Any]], on_conflict: str = "") -> None:
    """`insert_row` for rows with the same columns."""
    if rows:
        places = ", ".join("?" * len(rows[0]))
        db.executemany(
            f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({places}) {on_conflict}",
            [tuple(row.values()) for row in rows],
        )


def upsert_row(
    db: apsw.Connection, table: str, row: Mapping[str, Any], key: Collection[str], keep_existing: Collection[str] = ()
) -> bool:
    """Insert a row or update the one with the same `key` columns. Returns True if that changed anything.

    keep: columns that are set when the row is inserted and stay as they are afterwards.
    """
    return insert_row(db, table, row, _update_on_conflict(table, tuple(row), tuple(key), tuple(keep_existing)))


def upsert_rows(
    db: apsw.Connection,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    key: Collection[str],
    keep_existing: Collection[str] = (),
) -> None:
    """`upsert_row` for rows with the same columns."""
    if rows:
        insert_rows(db, table, rows, _update_on_conflict(table, tuple(rows[0]), tuple(key), tuple(keep_existing)))


@lru_cache
def _update_on_conflict(
    table: str, columns: tuple[str, ...], key: tuple[str, ...], keep_existing: tuple[str, ...]
) -> str:
    updated = [name for name in columns if name not in key and name not in keep_existing]
    updates = ", ".join(f"{name} = excluded.{name}" for name in updated)
    differs = " OR ".join(f"{table}.{name} IS NOT excluded.{name}" for name in updated)
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates} WHERE {differs}"
