"""What the customer list says while it has nobody to show, and what helps then."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.list_view import AnyView, ListView
from desktop.engine.views import ConnectionState, ConnectionView, CustomerQuery, Progress
from desktop.text.formats import span
from desktop.text.screens import customers as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.empty_state import Action, EmptyState

_ICONS: dict[AnyView, str] = {ListView.ALL: "fa6s.inbox", ListView.SNOOZED: "fa6s.clock"}
_EMPTY_ICON = "fa6s.circle-check"


class EmptyList(EmptyState):
    """Signals:
    view_requested: show another view. arg: ListView.
    all_requested: show those without unread messages too.
    try_requested: connect without waiting for the next try.
    """

    view_requested = Signal(object)
    all_requested = Signal()
    try_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._query = CustomerQuery()
        self._connection = ConnectionView(ConnectionState.CONNECTING)
        self._progress: Progress | None = None
        self._unassigned = 0

    def show_query(self, query: CustomerQuery, unassigned: int) -> None:
        """unassigned: how many customers have no assignee."""
        self._query, self._unassigned = query, unassigned
        self._update()

    def show_connection(self, connection: ConnectionView) -> None:
        self._connection = connection
        self._update()

    def show_progress(self, progress: Progress | None) -> None:
        self._progress = progress
        self._update()

    def _update(self) -> None:
        query = self._query
        if self._progress is not None and not self._progress.is_older:
            total = self._progress.total
            loaded = texts.LOADED(done=self._progress.done) if total is None else ""
            text = loaded or texts.LOADED_OF(done=self._progress.done, total=total or 0)
            self.show_state("fa6s.rotate", texts.FIRST_SYNC(), text)
        elif self._connection.state is ConnectionState.CONNECTING:
            # Nobody knows yet whether there are customers.
            self.show_state("fa6s.rotate", texts.FIRST_SYNC(), "")
        elif query.unread_only:
            action = (texts.SHOW_ALL(), self.all_requested.emit)
            self.show_state(_EMPTY_ICON, texts.NO_UNREAD(), texts.NO_UNREAD_ABOUT(), (action,))
        elif query.view is ListView.ALL and self._connection.state is ConnectionState.OFFLINE:
            action = (texts.TRY_NOW(), self.try_requested.emit)
            self.show_state("fa6s.plug-circle-xmark", texts.OFFLINE(), texts.OFFLINE_ABOUT(), (action,))
        else:
            self._show_empty_view(query.view, query.closing_within)

    def _show_empty_view(self, view: AnyView, closing_within: timedelta) -> None:
        title, text = texts.empty_view(view, span(closing_within, after_preposition=True))
        actions: tuple[Action, ...] = ()
        if view is ListView.MINE and self._unassigned:
            text = texts.SOME_UNASSIGNED(self._unassigned)
            actions = ((texts.SHOW_UNASSIGNED(), lambda: self.view_requested.emit(ListView.UNASSIGNED)),)
        self.show_state(_ICONS.get(view, _EMPTY_ICON), title, text, actions)
