"""The lists of customers computed from all rows: what the store's pages and counts must equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from msgspec import structs

from desktop.domain.model.list_view import AnyView, ListView, TeamListView
from desktop.domain.search.excerpt import excerpt
from desktop.domain.search.folding import find_ranges, fold
from desktop.domain.search.query import SearchQuery
from desktop.domain.window.window import WindowState
from desktop.engine.views import (
    CustomerPage,
    CustomerQuery,
    CustomerRow,
    FoundCustomer,
    FoundMessage,
    FoundText,
    PageRequest,
    ThreadView,
)
from desktop.store import customer_lists, customer_rows, settings
from desktop.store.core.database import Database

_NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


class CustomerFilter:
    """Selects and sorts rows by a query. me_id: the teammate whose conversations the view *Mine* lists."""

    def __init__(self, rows: Iterable[CustomerRow], me_id: str, query: CustomerQuery) -> None:
        self._rows = tuple(rows)
        teams = {i for r in self._rows for i in r.team_ids if i}
        self._views: list[AnyView] = [*ListView, *map(TeamListView, teams)]
        self._me_id = me_id
        self._query = query

    def visible(self, now: datetime, kept: str = "") -> list[CustomerRow]:
        """Return the rows to show: those closing first in the closing-soon view, else by newest message. kept: is shown
        among the unread though read.
        """
        rows = [r for r in self._rows if self._belongs(r, self._query.view, now)]
        rows = [r for r in rows if r.unread or r.customer_id == kept or not self._query.unread_only]
        if self._query.view is ListView.CLOSING_SOON:
            return sorted(rows, key=lambda r: (_closes_at(r), r.customer_id))
        return sorted(rows, key=lambda r: (r.last_at, r.customer_id), reverse=True)

    def counts(self, now: datetime) -> dict[AnyView, int]:
        """Return the number of customers in each view."""
        return {view: sum(self._belongs(r, view, now) for r in self._rows) for view in self._views}

    def unread(self, now: datetime) -> dict[AnyView, int]:
        """Return how many of these are unread."""
        unread = [r for r in self._rows if r.unread]
        return {view: sum(self._belongs(r, view, now) for r in unread) for view in self._views}

    def next_change(self, now: datetime) -> datetime | None:
        """Return when somebody joins or leaves those whose window closes soon, if nothing else happens."""
        changes: list[datetime] = []
        for window in (r.window for r in self._rows if r.waits and r.window is not None):
            if window.closes_at is None:
                continue
            joins_at = window.closes_at - self._query.closing_within
            joins_at = max(joins_at, window.known_from or joins_at)
            # One that closes before it is known to be open never joins.
            changes += [joins_at, window.closes_at] if joins_at < window.closes_at else []
        return min((c for c in changes if c > now), default=None)

    def page(self, request: PageRequest, now: datetime) -> CustomerPage:
        """Return the page that the store should."""
        ids = [r.customer_id for r in self.visible(now, request.kept)]
        places = {i: at for at, i in enumerate(ids)}
        located = places.get(request.locate)
        anchor, known_at = request.anchor
        moved = places.get(anchor, known_at) - known_at
        first = request.first + moved if request.first is not None else (located or 0) - request.count // 2
        first = max(min(first, len(ids) - request.count), 0)
        shown = ids[first : first + request.count]
        rows = {r.customer_id: r for r in self._rows if r.customer_id in shown and r.customer_id not in request.held}
        return CustomerPage(
            first,
            tuple(shown),
            rows,
            len(ids),
            located,
            moved,
            self.counts(now),
            self.next_change(now),
            self.unread(now),
        )

    def _belongs(self, row: CustomerRow, view: AnyView, now: datetime) -> bool:
        if isinstance(view, TeamListView):
            return view.team_id in row.team_ids
        if view in (ListView.OPEN, ListView.SNOOZED, ListView.CLOSED):
            return row.state == view.value
        if view is ListView.MENTIONS:
            return self._me_id != "" and self._me_id in row.mentioned_ids
        if view is ListView.CLOSING_SOON:
            window, open_states = row.window, (WindowState.OPEN, WindowState.CLOSING)
            if not row.waits or window is None or window.state(now) not in open_states:
                return False
            return _closes_at(row) - now <= self._query.closing_within
        if view is ListView.MINE:
            return self._me_id != "" and self._me_id in row.assignee_ids
        if view is ListView.UNASSIGNED:
            return "" in row.assignee_ids
        if view is ListView.MESSENGER_ONLY:
            return row.messenger_only
        return True


def find_by_name(rows: Iterable[CustomerRow], letters: str) -> tuple[FoundCustomer, ...]:
    """Customers whose names have these letters in this order, newest activity first."""
    wanted = [c for c in fold(letters) if not c.isspace()]

    def matches(row: CustomerRow) -> bool:
        name = iter(fold(row.name))
        return all(letter in name for letter in wanted)

    found = sorted(filter(matches, rows), key=lambda r: (r.last_at, r.customer_id), reverse=True)
    return tuple(FoundCustomer(row, find_ranges(row.name, [letters])) for row in found)


def found_texts(threads: Iterable[ThreadView], query: SearchQuery) -> Iterator[FoundText]:
    """Messages that have every word and phrase of the query, newest first."""
    messages = [(view, m.entry) for view in threads for m in view.thread.loaded]
    for view, entry in sorted(messages, key=lambda found: found[1].order, reverse=True):
        if entry.text and all(fold(part) in fold(entry.text) for part in (*query.words, *query.phrases)):
            found = FoundMessage(
                view.customer_id,
                entry.conversation_id,
                entry.id,
                entry.text,
                entry.sent_at,
                entry.role,
                entry.kind,
                entry.author_id,
                entry.author_name,
            )
            yield FoundText(found, view.name, excerpt(entry.text, query.words, query.phrases))


def wrote_since(rows: Iterable[CustomerRow], since: datetime) -> tuple[CustomerRow, ...]:
    """Customers whose message is the newest and came since then, newest first."""
    wrote = [r for r in rows if not r.last_from_us and r.last_at >= since]
    return tuple(sorted(wrote, key=lambda r: (r.last_at, r.customer_id), reverse=True))


def _closes_at(row: CustomerRow) -> datetime:
    return row.window.closes_at if row.window is not None and row.window.closes_at is not None else _NO_DEADLINE


def check_lists(db: Database, now: datetime) -> None:
    """Assert that every list, read from the store in pages, is what its rows make of it."""
    account = settings.account(db)
    me_id = account.teammate.id if account else ""
    everybody = [i for (i,) in db.execute("SELECT customer_id FROM customer_rows").fetchall()]
    rows = customer_rows.load(db, everybody)
    known = [*everybody[:5], "nobody"]
    requests = [PageRequest(0, 100)]
    requests += [PageRequest(1, 2, i, (known[at // 2], at), frozenset(known[::2])) for at, i in enumerate(known)]
    requests += [PageRequest(None, 3, known[0])]
    keeping = [PageRequest(0, 100, i, kept=i) for i in known[:2]]
    short, long, both = timedelta(hours=2), timedelta(hours=24), (False, True)
    teams = {i for r in rows.values() for i in r.team_ids if i}
    views: list[AnyView] = [*ListView, *(TeamListView(i) for i in sorted(teams)[:2])]
    asked = [
        *product([CustomerQuery(ListView.ALL, short)], requests),
        *product([CustomerQuery(ListView.MINE, short, unread_only=True)], requests[:3]),
        *((CustomerQuery(v, short, unread_only=only), requests[0]) for v in views for only in both),
        *((CustomerQuery(v, short), requests[-1]) for v in views),
        *product((CustomerQuery(v, short, unread_only=True) for v in views), keeping[:1]),
        *((CustomerQuery(ListView.ALL, short, unread_only=True), request) for request in keeping),
        *product([CustomerQuery(ListView.CLOSING_SOON, long)], requests[:3]),
    ]
    for query, request in asked:
        expected = CustomerFilter(rows.values(), me_id, query)
        page = customer_lists.load_page(db, query, request, now)
        assert page == structs.replace(expected.page(request, now), next_change=page.next_change)
        due = expected.next_change(now)
        assert due is None or (page.next_change is not None and now < page.next_change <= due)
