"""Shows one message in its thread, however old it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.engine.protocols import Engine
from desktop.engine.views import ThreadView
from desktop.text.screens import inbox as texts
from desktop.ui.customers.search.results_model import Place
from desktop.ui.thread.pane import ThreadPane
from desktop.ui.widgets.toast import Toast

_OLDER_THAN_IT = 30
"""Messages that are loaded with it, so that it does not stand at the very top."""
_MOST_LOADED = 20_000


class MessageJump(QObject):
    """Finds out how much of the thread has to be loaded, and goes to the message when it is there.

    message_limit, conversations: what the next view of the thread has to hold for it (see `Queries.thread`).
    """

    def __init__(
        self, engine: Engine, pane: ThreadPane, toast: Toast, load: Callable[[str], None], parent: QObject
    ) -> None:
        """load: loads the thread of a customer and shows it."""
        super().__init__(parent)
        self._engine, self._pane, self._toast, self._load = engine, pane, toast, load
        self._place: Place | None = None
        self._on_shown: Callable[[], None] | None = None
        self.message_limit = 0

    @property
    def conversations(self) -> frozenset[str]:
        return frozenset({self._place.conversation_id} if self._place is not None else ())

    def start(self, place: Place, on_shown: Callable[[], None] | None = None) -> None:
        """Show this message soon. on_shown: called then; None gives the keyboard to the messages."""
        self.stop()
        self._place, self._on_shown = place, on_shown
        if on_shown is not None and self._pane.go_to_message(place.conversation_id, place.entry_id, takes_focus=False):
            self._arrive()
            return
        work = self._engine.queries.message_depth(place.conversation_id, place.entry_id)
        self._engine.tasks.start(work, "find a message", lambda depth: self._on_depth(place, depth))

    def stop(self) -> None:
        """Something else is to be shown."""
        self._place = self._on_shown = None
        self.message_limit = 0

    def _on_depth(self, place: Place, depth: int | None) -> None:
        if place is not self._place:
            return
        if depth is None:
            self._give_up(texts.MESSAGE_GONE())
        elif depth > _MOST_LOADED:
            self._give_up(texts.MESSAGE_TOO_OLD())
            self._load(place.customer_id)
        else:
            self.message_limit = depth + _OLDER_THAN_IT
            self._load(place.customer_id)

    def show_thread(self, view: ThreadView) -> None:
        """Go to the message if this view of the thread holds it."""
        place = self._place
        if place is None or not self.message_limit:
            return
        if self._pane.go_to_message(place.conversation_id, place.entry_id, takes_focus=self._on_shown is None):
            self._arrive()
        elif view.customer_id == place.customer_id and len(view.thread.messages) >= self.message_limit:
            self._give_up(texts.MESSAGE_GONE())

    def _arrive(self) -> None:
        on_shown = self._on_shown
        self.stop()
        if on_shown is not None:
            on_shown()

    def _give_up(self, reason: str) -> None:
        self.stop()
        self._toast.show_message(reason)
