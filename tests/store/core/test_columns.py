"""Data classes whose fields are partly in columns of their own and partly in one JSON column."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import pytest

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.model.facts import ChannelKind, Conversation, Tag
from desktop.store import conversations, customer_rows
from desktop.store.core.columns import from_details, to_details

AT = datetime(2026, 11, 20, 14, 0, 0, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Thing:
    id: str
    at: datetime
    channel: ChannelKind = ChannelKind.SMS
    tags: tuple[Tag, ...] = ()
    names: frozenset[str] = frozenset()
    until: datetime | None = None


FULL = Thing("7", AT, ChannelKind.LINE, (Tag("Über", AT),), frozenset({"b", "a", ""}), AT)


def test_every_field_comes_back() -> None:
    details = to_details(FULL, {"id", "at"})
    assert json.loads(details).keys() == {"channel", "tags", "names", "until"}
    assert from_details(Thing, details, id="7", at=AT) == FULL


def test_a_field_that_was_not_stored_gets_its_default_and_one_that_is_gone_costs_nothing() -> None:
    assert from_details(Thing, '{"forgotten":1}', id="7", at=AT) == Thing("7", AT)


def test_equal_values_are_equal_text() -> None:
    again = Thing("7", AT, ChannelKind.LINE, (Tag("Über", AT),), frozenset({"", "a", "b"}), AT)
    assert to_details(again, ()) == to_details(FULL, ())


def test_half_a_surrogate_pair_can_be_stored_at_any_depth() -> None:
    details = to_details(Thing("7", AT, tags=(Tag("Thanks \ud83d"),), names=frozenset({"\udc00"})), {"id", "at"})
    details.encode()
    found = from_details(Thing, details, id="7", at=AT)
    assert (found.tags, found.names) == ((Tag("Thanks ?"),), {"?"})


@pytest.mark.parametrize(
    ("columns", "kind"), [(conversations.COLUMNS, Conversation), (customer_rows.COLUMNS, CustomerRow)]
)
def test_what_has_a_column_is_a_field(columns: frozenset[str], kind: type) -> None:
    assert columns <= {f.name for f in fields(kind)}
