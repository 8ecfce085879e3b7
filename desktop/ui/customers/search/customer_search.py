"""The search of the customer pane: connects field, engine and results."""

from __future__ import annotations

import re
from collections.abc import Collection

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.search.query import SearchQuery
from desktop.engine.protocols import Engine
from desktop.engine.views import SearchResults, SearchValues
from desktop.text.screens import search as texts
from desktop.text.screens.writing import new_conversation as new_conversation_texts
from desktop.ui.customers.search.elsewhere import Elsewhere
from desktop.ui.customers.search.field import SearchBar
from desktop.ui.customers.search.results_model import ResultAction, ResultRow, RowKind, rows_of
from desktop.ui.customers.search.results_view import ResultsView
from desktop.ui.customers.search.searching import Searching
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.screen_reader.announce import announce

_ADDRESS = re.compile(r"\+?[\d\s()./-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER_DIGITS = range(7, 16)


class CustomerSearch(QObject):
    """Shows results while the field holds anything.

    Signals:
        toggled: the results are to be shown, or the list again. arg: whether results are.
        place_chosen: a customer or a message was chosen. arg: its `Place`.
        list_requested: the keyboard should go to the list.
        failed: what was chosen could not be loaded from Intercom. arg: why, as a sentence.
        shown: results are on the screen.
        write_requested: start a conversation. args: Intercom's id of a contact, or "" and the number or email that was
            searched, as typed.
    """

    toggled = Signal(bool)
    place_chosen = Signal(object)
    list_requested = Signal()
    failed = Signal(str)
    shown = Signal()
    write_requested = Signal(str, str)

    def __init__(self, engine: Engine, theme: Theme, ticker: Ticker, pane: QWidget, stack: QWidget) -> None:
        """pane: gets the field. stack: gets the results."""
        super().__init__(pane)
        self._engine = engine
        self._results: SearchResults | None = None
        self._is_choice_due = self._shows_all_customers = self._keeps_place = self._loads_values = False
        self._is_outdated = False
        self.bar = SearchBar(theme, pane)
        self.view = ResultsView(theme, ticker, stack)
        self._searching = Searching(engine, self)
        self._searching.found.connect(self._on_found)
        self._elsewhere = Elsewhere(engine, self)
        self._elsewhere.changed.connect(lambda: self._show(keeps_place=True))
        self._elsewhere.loaded.connect(self.place_chosen)
        self._elsewhere.write_requested.connect(lambda contact_id: self.write_requested.emit(contact_id, ""))
        self._elsewhere.failed.connect(self.failed)
        ticker.ticked.connect(self._on_tick)
        field = self.bar.field
        field.textChanged.connect(self._on_text_changed)
        field.accepted.connect(self._on_accepted)
        field.results_requested.connect(self._on_results_requested)
        field.left.connect(self.list_requested)
        field.values_wanted.connect(self._load_values)
        self.view.chosen.connect(self._on_chosen)
        self.view.field_requested.connect(self.focus_field)
        self.view.left.connect(self._on_left)

    @property
    def is_open(self) -> bool:
        """Whether results are shown instead of the list."""
        return bool(self.bar.field.text().strip())

    def focus_field(self) -> None:
        self.bar.field.setFocus()
        self.bar.field.selectAll()

    def close(self) -> None:
        """Give the list back."""
        self.bar.field.clear()

    def update_customers(self, customer_ids: Collection[str]) -> None:
        """Search again soon if any of these customers are among the results."""
        shown = {row.place.customer_id for row in self.view.results.rows}
        self._is_outdated |= self.is_open and not shown.isdisjoint(customer_ids)

    def forget_values(self) -> None:
        """Teammates or tags may have changed."""
        self.bar.field.values = None

    def read(self, text: str) -> SearchQuery:
        """What a text asks for today."""
        return self._searching.read(text)

    def choose_neighbour(self, customer_id: str, step: int) -> bool:
        """Choose the next result of another customer; see `ResultsView`."""
        return self.view.choose_neighbour(customer_id, step)

    # --- searching -------------------------------------------------------------------------------------------------

    def _on_text_changed(self, text: str) -> None:
        query = self._searching.read(text)
        self.bar.show_problem(texts.problem(query.problem) if query.problem is not None else "")
        if not text.strip():
            self._searching.stop()
            self._elsewhere.reset(query)
            self._results = None
            self._is_choice_due = False
            self.view.show_rows((), keeps_place=False)
            self.toggled.emit(False)
            return
        self._shows_all_customers = self._keeps_place = False
        self._searching.search(query)

    def _on_tick(self) -> None:
        outdated, self._is_outdated = self._is_outdated, False
        if outdated and self.is_open:
            self._keeps_place = True
            self._searching.search(self._searching.read(self.bar.field.text()))

    def _on_found(self, results: SearchResults) -> None:
        is_first = self._results is None
        self._results = results
        self._elsewhere.reset(results.query)
        self._show(keeps_place=self._keeps_place)
        if is_first:
            self.toggled.emit(True)
        self.shown.emit()
        if self._is_choice_due:
            self._is_choice_due = False
            self.view.choose_first()

    def _show(self, *, keeps_place: bool) -> None:
        if self._results is None:
            return
        text = self.bar.field.text()
        found = rows_of(self._results, text, shows_all_customers=self._shows_all_customers)
        rows = (*found, *self._write_row(text), *self._elsewhere.rows())
        self.view.show_rows(rows, keeps_place=keeps_place)
        counted = {row.title: row.count for row in rows if row.kind is RowKind.HEADING}
        announce(self.view, texts.counts(counted.get(texts.CUSTOMERS(), "0"), counted.get(texts.MESSAGES(), "0")))

    def _write_row(self, text: str) -> tuple[ResultRow, ...]:
        """Offer to write to a number or an email that nobody here has."""
        typed = text.strip()
        is_address = _ADDRESS.fullmatch(typed) is not None and sum(c.isdigit() for c in typed) in _NUMBER_DIGITS
        is_address = is_address or _EMAIL.fullmatch(typed) is not None
        if not is_address or self._results is None or self._results.customers:
            return ()
        title = new_conversation_texts.WRITE_TO(address=typed)
        return (ResultRow(RowKind.ACTION, title, action=ResultAction.WRITE),)

    def _load_values(self) -> None:
        if not self._loads_values:
            self._loads_values = True
            self._engine.tasks.start(self._engine.queries.search_values(), "search values", self._on_values)

    def _on_values(self, values: SearchValues) -> None:
        self._loads_values = False
        self.bar.field.values = values
        self.bar.field.update_completions()

    # --- choosing --------------------------------------------------------------------------------------------------

    def _on_accepted(self) -> None:
        """Choose the first result of what is typed, once it is found."""
        if not self.is_open:
            self.list_requested.emit()
        elif self._results is not None and self._results.query == self._searching.query:
            self.view.choose_first()
        else:
            self._is_choice_due = True

    def _on_results_requested(self) -> None:
        if self.is_open:
            self.view.enter()
        else:
            self.list_requested.emit()

    def _on_left(self) -> None:
        self.close()
        self.list_requested.emit()

    def _on_chosen(self, row: ResultRow) -> None:
        if row.action is ResultAction.WRITE:
            self.write_requested.emit("", self.bar.field.text().strip())
        elif row.action is ResultAction.ALL_CUSTOMERS:
            self._shows_all_customers = True
            self._show(keeps_place=True)
        elif row.action is ResultAction.ALL_MESSAGES:
            self._keeps_place = True
            self._searching.search(self._searching.query, is_thorough=True)
        elif row.action is not ResultAction.NONE:
            self._elsewhere.act(row.action)
        elif row.place.remote_id:
            self._elsewhere.load(row.place)
        else:
            self.place_chosen.emit(row.place)
