"""The lists of customers: counted and read in pages through indexes, so that the cost does not follow their size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.model.frozen import frozen
from desktop.domain.model.list_view import AnyView, ListView, TeamListView
from desktop.domain.search.folding import fold
from desktop.store import customer_rows, settings
from desktop.store.core.columns import MICROSECOND, fetch_all, fetch_one, from_us_or_none, to_json, to_us
from desktop.store.core.database import Database

_MAX_FOUND = 100
_NOBODYS = "none"
"""A list that is always empty: of a teammate who is not known yet."""


@frozen
class CustomerQuery:
    """Which customers a list shows.

    closing_within: maximum time left of a window that counts as closing soon.
    unread_only: of the view, those that are shown as unread.
    """

    view: AnyView = ListView.ALL
    closing_within: timedelta = timedelta(hours=2)
    unread_only: bool = False


class PageRequest(msgspec.Struct, frozen=True):
    """first: position in the list; None for a page around the located customer.
    locate: a customer whose position is wanted; "" for none.
    anchor: a customer and their position as the asker knows it: the page moves with them; ("", 0) for none.
    held: customers whose rows the asker has, and needs no more.
    kept: a customer of the view who is listed among the unread though they are read; "" for nobody.
    """

    first: int | None
    count: int
    locate: str = ""
    anchor: tuple[str, int] = ("", 0)
    held: frozenset[str] = frozenset()
    kept: str = ""


class CustomerPage(msgspec.Struct, frozen=True):
    """A part of a list, and what there is to know of all of it.

    first: position of the first of `ids` in the list.
    rows: of those of `ids` that were not held.
    size: how many customers the list has.
    located: position of the customer to locate; None where the list does not show them.
    moved: by how many positions the anchor, and the page with it, is further down than the asker knew.
    counts: how many customers each view has: every `ListView`, and every team that has any.
    unread: of these, how many are shown as unread.
    next_change: when the views change by time alone; None if never.
    """

    first: int
    ids: tuple[str, ...]
    rows: Mapping[str, CustomerRow]
    size: int
    located: int | None = None
    moved: int = 0
    counts: Mapping[AnyView, int] = msgspec.field(default_factory=dict)
    next_change: datetime | None = None
    unread: Mapping[AnyView, int] = msgspec.field(default_factory=dict)


def load_page(db: Database, query: CustomerQuery, request: PageRequest, now: datetime) -> CustomerPage:
    """One page, with the size of the list and of every view."""
    account = settings.account(db)
    me_id = account.teammate.id if account else ""
    kept = request.kept if query.unread_only else ""
    closing = _ClosingSoon(db, query, now, kept)
    counts, unread = _counts(db, me_id, closing)
    listing = closing if query.view is ListView.CLOSING_SOON else _NewestFirst(db, query, me_id, kept)
    size = (unread if query.unread_only else counts).get(query.view, 0) + listing.kept_count()
    located = listing.position(request.locate) if request.locate else None
    anchor, known_at = request.anchor
    anchor_at = listing.position(anchor) if anchor else None
    moved = anchor_at - known_at if anchor_at is not None else 0
    first = request.first + moved if request.first is not None else (located or 0) - request.count // 2
    first = max(min(first, size - request.count), 0)
    ids = listing.ids(first, request.count)
    rows = customer_rows.load(db, [i for i in ids if i not in request.held])
    return CustomerPage(first, tuple(ids), rows, size, located, moved, counts, closing.next_change(), unread)


def find(db: Database, letters: str) -> tuple[CustomerRow, ...]:
    """Customers whose names have these letters in this order, newest activity first, 100 at most."""
    escaped = ("\\" + c if c in "\\%_" else c for c in fold(letters) if not c.isspace())
    rows = fetch_all(
        db,
        "SELECT customer_id FROM customer_rows INDEXED BY customer_rows_by_time "
        "WHERE folded_name LIKE ? ESCAPE '\\' "
        "ORDER BY last_at_us DESC, customer_id DESC LIMIT ?",
        (f"%{'%'.join(escaped)}%", _MAX_FOUND),
    )
    return _in_order(db, rows)


def wrote_since(db: Database, since: datetime) -> tuple[CustomerRow, ...]:
    """Customers whose message is the newest and came since then, newest first, 100 at most."""
    rows = fetch_all(
        db,
        "SELECT customer_id FROM customer_rows WHERE last_at_us >= ?1 AND last_from_us = 0 "
        "ORDER BY last_at_us DESC, customer_id DESC LIMIT ?2",
        (to_us(since), _MAX_FOUND),
    )
    return _in_order(db, rows)


def _in_order(db: Database, rows: list[Any]) -> tuple[CustomerRow, ...]:
    loaded = customer_rows.load(db, [row.customer_id for row in rows])
    return tuple(loaded[row.customer_id] for row in rows)


def _counts(db: Database, me_id: str, closing: _ClosingSoon) -> tuple[dict[AnyView, int], dict[AnyView, int]]:
    """The size of each view, and how many in it are unread."""
    names: dict[AnyView, str] = {v: _list_name(v, me_id) for v in ListView if v is not ListView.CLOSING_SOON}
    rows = fetch_all(
        db,
        "SELECT * FROM customer_list_sizes WHERE list IN (SELECT value FROM json_each(?1)) "
        "UNION ALL SELECT * FROM customer_list_sizes WHERE list > ?2 AND list < ?2 || char(0x10ffff)",
        (to_json([*names.values()]), customer_rows.TEAM),
    )
    sizes = {row.list: row.size for row in rows}
    unread = {row.list: row.unread for row in rows}
    teams = (name.removeprefix(customer_rows.TEAM) for name in sizes if name.startswith(customer_rows.TEAM))
    names |= {TeamListView(team_id): f"{customer_rows.TEAM}{team_id}" for team_id in teams}
    return (
        {view: sizes.get(name, 0) for view, name in names.items()} | {ListView.CLOSING_SOON: closing.size()},
        {view: unread.get(name, 0) for view, name in names.items()} | {ListView.CLOSING_SOON: closing.unread()},
    )


def _list_name(view: AnyView, me_id: str) -> str:
    """The name of a view's list in `customer_lists`."""
    match view:
        case TeamListView(team_id):
            return f"{customer_rows.TEAM}{team_id}"
        case ListView.MINE:
            return f"{customer_rows.ASSIGNEE}{me_id}" if me_id else _NOBODYS
        case ListView.MENTIONS:
            return f"{customer_rows.MENTION}{me_id}" if me_id else _NOBODYS
        case ListView.UNASSIGNED:
            return customer_rows.ASSIGNEE
        case ListView.MESSENGER_ONLY:
            return customer_rows.MESSENGER_ONLY
        case ListView.OPEN | ListView.SNOOZED | ListView.CLOSED:
            return f"{customer_rows.STATE}{view}"
    return customer_rows.ALL


class _Replied(msgspec.Struct, frozen=True):
    """A customer whose newest text is a reply that no provider has confirmed yet: the lists show it in place of the
    row's. Also the kept one, with that of the row: both are listed beside what the index yields."""

    customer_id: str
    at_us: int
    row_at_us: int


def _replied(db: Database, kept: str) -> list[_Replied]:
    rows = fetch_all(
        db,
        "SELECT customer_id, queued_at_us, last_at_us FROM newest_replies "
        "CROSS JOIN customer_rows USING (customer_id) WHERE queued_at_us >= last_at_us",
    )
    replied = [_Replied(r.customer_id, r.queued_at_us, r.last_at_us) for r in rows]
    if kept and all(r.customer_id != kept for r in replied):
        row = fetch_one(db, "SELECT last_at_us FROM customer_rows WHERE customer_id = ?", (kept,))
        replied += [_Replied(kept, row.last_at_us, row.last_at_us)] if row is not None else []
    return replied


class _Listing:
    """The customers of one view, in order.

    _kept: see `PageRequest`.
    _keys: SQL that yields (at_us, customer_id), by which they are ordered: `_order` says which way.
    """

    _order = "DESC"

    def __init__(self, db: Database, kept: str) -> None:
        self._db, self._kept = db, kept
        self._keys = ""
        self._bindings: dict[str, str | int] = {}

    def ids(self, first: int, count: int) -> list[str]:
        rows = fetch_all(
            self._db,
            # Not around a subquery, which would be sorted as a whole.
            f"{self._keys} ORDER BY at_us {self._order}, customer_id {self._order} LIMIT :count OFFSET :first",
            self._bindings | {"first": first, "count": count},
        )
        return [row.customer_id for row in rows]

    def position(self, customer_id: str) -> int | None:
        """How many are before this customer; None for one who is not listed."""
        at_us = self._at_us(customer_id)
        if at_us is None:
            return None
        before = "<" if self._order == "ASC" else ">"
        row = fetch_one(
            self._db,
            f"SELECT count(*) AS size FROM ({self._keys}) WHERE (at_us, customer_id) {before} (:at_us, :customer_id)",
            self._bindings | {"at_us": at_us, "customer_id": customer_id},
        )
        return int(row.size)

    def kept_count(self) -> int:
        """1 if somebody is listed who is not unread; else 0."""
        raise NotImplementedError

    def _at_us(self, customer_id: str) -> int | None:
        raise NotImplementedError


class _NewestFirst(_Listing):
    """The customers of a list in `customer_lists`."""

    def __init__(self, db: Database, query: CustomerQuery, me_id: str, kept: str) -> None:
        super().__init__(db, kept)
        self._list = _list_name(query.view, me_id)
        self._and_unread = " AND is_unread = 1" if query.unread_only else ""
        self._replied = {r.customer_id: r for r in _replied(db, kept)}
        listed = {c: r.at_us for c, r in self._replied.items() if self._is_listed(c, r.row_at_us)}
        self._bindings |= {"list": self._list, "replied": to_json([*self._replied]), "listed": to_json(listed)}
        elsewhere = " AND customer_id NOT IN (SELECT value FROM json_each(:replied))" if self._replied else ""
        self._keys = (
            f"SELECT last_at_us AS at_us, customer_id FROM customer_lists WHERE list = :list{self._and_unread}"
            f"{elsewhere} UNION ALL SELECT value, key FROM json_each(:listed)"
        )

    def _at_us(self, customer_id: str) -> int | None:
        replied = self._replied.get(customer_id)
        if replied is not None:
            return replied.at_us if self._is_listed(customer_id, replied.row_at_us) else None
        row = fetch_one(self._db, "SELECT last_at_us FROM customer_rows WHERE customer_id = ?", (customer_id,))
        return row.last_at_us if row is not None and self._is_listed(customer_id, row.last_at_us) else None

    def kept_count(self) -> int:
        kept = self._replied.get(self._kept)
        if kept is None or not self._is_listed(self._kept, kept.row_at_us):
            return 0
        return 1 - self._is_member(self._kept, kept.row_at_us, self._and_unread)

    def _is_listed(self, customer_id: str, row_at_us: int) -> bool:
        return self._is_member(customer_id, row_at_us, "" if customer_id == self._kept else self._and_unread)

    def _is_member(self, customer_id: str, row_at_us: int, and_unread: str) -> bool:
        is_member = f"SELECT 1 FROM customer_lists WHERE list = ? AND last_at_us = ? AND customer_id = ?{and_unread}"
        return fetch_one(self._db, is_member, (self._list, row_at_us, customer_id)) is not None


_IS_UNREAD = "(SELECT is_unread FROM unread_here WHERE unread_here.customer_id = customer_rows.customer_id)"


class _ClosingSoon(_Listing):
    """The customers who wait on a window that closes soon; the first to close first."""

    _order = "ASC"
    _WAITING = (
        "FROM customer_rows INDEXED BY customer_rows_by_closing WHERE waits = 1 AND closes_at_us > :now "
        "AND closes_at_us <= :until"
    )

    def __init__(self, db: Database, query: CustomerQuery, now: datetime, kept: str) -> None:
        super().__init__(db, kept)
        self._within_us = query.closing_within // MICROSECOND
        self._now_us = to_us(now)
        self._bindings |= {"now": self._now_us, "until": self._now_us + self._within_us, "kept": kept}
        self._every = f"{self._WAITING} AND coalesce(window_known_from_us, 0) <= :now"
        unread = f"{self._every} AND (customer_id = :kept OR {_IS_UNREAD})"
        self._waiting = unread if query.unread_only else self._every
        self._keys = f"SELECT closes_at_us AS at_us, customer_id {self._waiting}"

    def size(self) -> int:
        """How many wait, read or not."""
        return int(fetch_one(self._db, f"SELECT count(*) AS size {self._every}", self._bindings).size)

    def unread(self) -> int:
        """Of these, how many are shown as unread."""
        return int(fetch_one(self._db, f"SELECT count(*) AS size {self._every} AND {_IS_UNREAD}", self._bindings).size)

    def kept_count(self) -> int:
        if not self._kept:
            return 0
        return int(fetch_one(self._db, f"SELECT count(*) AS size {self._waiting}", self._bindings).size) - self.unread()

    def next_change(self) -> datetime | None:
        """When somebody joins or leaves by time alone; None if never."""
        rows = fetch_all(
            self._db,
            "SELECT min(closes_at_us) AS at_us FROM customer_rows WHERE waits = 1 AND closes_at_us > :now "
            "UNION ALL SELECT min(closes_at_us) - :within FROM customer_rows WHERE waits = 1 AND closes_at_us > :until "
            f"UNION ALL SELECT min(window_known_from_us) {self._WAITING} AND window_known_from_us > :now",
            self._bindings | {"within": self._within_us},
        )
        return from_us_or_none(min((row.at_us for row in rows if row.at_us is not None), default=None))

    def _at_us(self, customer_id: str) -> int | None:
        row = fetch_one(
            self._db,
            f"SELECT closes_at_us {self._waiting} AND customer_id = :customer_id",
            self._bindings | {"customer_id": customer_id},
        )
        return None if row is None else row.closes_at_us
