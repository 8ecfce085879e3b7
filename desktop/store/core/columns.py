"""Rows: how instants, lists and text become columns and come back unchanged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import apsw

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST_INTEGER = 2**63 - 1


def to_us(at: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (at - EPOCH) // MICROSECOND


def maybe_us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def from_us(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def maybe_from_us(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


def pack(value: Any) -> str:
    """JSON that is equal for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def unpack(text: str) -> Any:
    return json.loads(text)


def every(db: apsw.Connection, sql: str, bindings: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows at once: a query that is not read to its end keeps its lock."""
    return db.execute(sql, bindings).fetchall()


def clean(text: str) -> str:
    """`text` without half surrogates, which no UTF-8 database can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
