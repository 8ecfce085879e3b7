"""The part of the search that asks Intercom for what is not on this computer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from enum import Enum

from PySide6.QtCore import QObject, Signal

from desktop.domain.search.query import SearchQuery
from desktop.engine.protocols import Engine
from desktop.engine.views import FoundElsewhere, IntercomResults, LoadedPlace
from desktop.text.names import display_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import search as texts
from desktop.ui.customers.search.results_model import Place, ResultAction, ResultRow, RowKind


class _State(Enum):
    IDLE = "idle"
    SEARCHING = "searching"
    DONE = "done"


class Elsewhere(QObject):
    """Searches page by page, each when the agent asks for it.

    Signals:
        changed: other rows are to be shown.
        loaded: what was chosen is on this computer now. arg: its `Place`.
        write_requested: who was chosen has no conversation yet. arg: Intercom's id of the contact.
        failed: what was chosen could not be loaded. arg: why, as a sentence.
    """

    changed = Signal()
    loaded = Signal(object)
    write_requested = Signal(str)
    failed = Signal(str)

    def __init__(self, engine: Engine, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._running: asyncio.Future[object] | None = None
        self._turn = 0
        self._query = SearchQuery()
        self._state = _State.IDLE
        self._pages: list[IntercomResults] = []
        self._error = ""
        self._loading = ""

    def reset(self, query: SearchQuery) -> None:
        """Something else is searched; what was found is forgotten, unless it was for the same."""
        if query != self._query:
            self.stop()
            self._query, self._pages, self._state = query, [], _State.IDLE

    def stop(self) -> None:
        """End what is under way; what was found before stays."""
        self._turn += 1
        self._error = self._loading = ""
        self._state = _State.DONE if self._pages else _State.IDLE
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def act(self, action: ResultAction) -> None:
        """Search, search on, or cancel."""
        self.stop()
        if action is not ResultAction.CANCEL:
            self._state = _State.SEARCHING
            turn, cursor = self._turn, self._pages[-1].cursor if self._pages else ""
            work = self._engine.intercom_search.find(self._query, cursor)
            self._running = self._engine.tasks.start(work, "search Intercom", lambda page: self._on_found(turn, page))
        self.changed.emit()

    def _on_found(self, turn: int, page: IntercomResults) -> None:
        if turn != self._turn:
            return
        self._running = None
        if page.error:
            self._error = describe(page.error)
            self._state = _State.DONE if self._pages else _State.IDLE
        else:
            self._pages.append(page)
            self._state = _State.DONE
        self.changed.emit()

    def load(self, place: Place) -> None:
        """Load what was chosen, then say where it is."""
        self.stop()
        turn = self._turn
        self._loading = place.remote_id
        search = self._engine.intercom_search
        work = search.load_contact(place.remote_id) if place.is_contact else search.load_conversation(place.remote_id)
        self._running = self._engine.tasks.start(
            work, "load from Intercom", lambda at: self._on_loaded(turn, place, at)
        )
        if self._loading:
            self.changed.emit()

    def _on_loaded(self, turn: int, place: Place, at: LoadedPlace) -> None:
        if turn != self._turn:
            return
        self._running, self._loading = None, ""
        self.changed.emit()
        if at.error:
            self.failed.emit(describe(at.error))
        elif at.unwritten_id:
            self.write_requested.emit(at.unwritten_id)
        elif not at.customer_id:
            self.failed.emit(texts.NO_CONVERSATIONS() if place.is_contact else texts.NOT_IN_INTERCOM())
        else:
            self.loaded.emit(Place(at.customer_id, at.conversation_id, at.entry_id))

    def rows(self) -> Iterator[ResultRow]:
        """Yield the rows below what was found on this computer."""
        if self._query.is_empty:
            return
        if not self._query.can_ask_intercom:
            remark = texts.NOT_AT_INTERCOM if self._query.has_filters_of_ours else texts.NO_TEXT_FOR_INTERCOM
            yield ResultRow(RowKind.REMARK, remark())
            return
        contacts = [found for page in self._pages for found in page.contacts]
        conversations = [found for page in self._pages for found in page.conversations]
        size = len(contacts) + len(conversations)
        if size:
            count = texts.count(size, has_more=bool(self._pages[-1].cursor))
            yield ResultRow(RowKind.HEADING, texts.IN_INTERCOM(), count=count)
        for found in contacts:
            yield self._row(found, is_contact=True)
        for found in conversations:
            yield self._row(found, is_contact=False)
        if self._error:
            yield ResultRow(RowKind.REMARK, self._error)
        yield from self._last_rows(is_empty=not contacts and not conversations)

    def _last_rows(self, *, is_empty: bool) -> Iterator[ResultRow]:
        if self._state is _State.SEARCHING:
            read = sum(len(page.conversations) for page in self._pages)
            total = self._pages[-1].total if self._pages else 0
            yield ResultRow(RowKind.REMARK, texts.searching(read, total))
            yield ResultRow(RowKind.ACTION, texts.CANCEL(), action=ResultAction.CANCEL)
        elif not self._pages:
            yield ResultRow(RowKind.ACTION, texts.SEARCH_INTERCOM(), action=ResultAction.INTERCOM)
            yield ResultRow(RowKind.REMARK, texts.WHAT_INTERCOM_FINDS())
        elif self._pages[-1].cursor:
            yield ResultRow(RowKind.ACTION, texts.MORE_FROM_INTERCOM(), action=ResultAction.INTERCOM)
        elif is_empty:
            yield ResultRow(RowKind.REMARK, texts.NOTHING_ELSEWHERE())
            yield ResultRow(RowKind.REMARK, texts.WHAT_INTERCOM_FINDS())

    def _row(self, found: FoundElsewhere, *, is_contact: bool) -> ResultRow:
        line = texts.LOADING() if found.id == self._loading else found.excerpt.text
        return ResultRow(
            RowKind.CUSTOMER if is_contact else RowKind.MESSAGE,
            display_name(found.name),
            (),
            line,
            found.excerpt.ranges if line == found.excerpt.text else (),
            at=None if is_contact else found.at,
            place=Place(remote_id=found.id, is_contact=is_contact),
        )
