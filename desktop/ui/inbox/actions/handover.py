"""Hand-over: a reply that the agent sends in Intercom's own inbox; its draft stays until the words are seen there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QGuiApplication

from desktop.domain.model.facts import EntryKind
from desktop.domain.thread import Author, Message
from desktop.engine.commands import SaveDraft
from desktop.engine.views import Draft, ThreadView
from desktop.ui.composer.composer import Composer
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast

TOLD = "Your text is on the clipboard: paste it in Intercom. The draft stays here until it is seen there."
SEEN = "Seen in Intercom: your reply was sent there."
_CLOCK_SLACK = timedelta(seconds=5)
_KEY = "handed_over"


class Handover(QObject):
    """Remembers ids and times only, over restarts too; the words are those of the draft.

    Signals:
        inbox_requested: show this conversation in Intercom's inbox. arg: its id.
    """

    inbox_requested = Signal(str)

    def __init__(
        self,
        submit: Callable[..., Any],
        composer: Composer,
        bar: Toast,
        ticker: Ticker,
        settings: QSettings | None,
        parent: QObject,
    ) -> None:
        """submit: `engine.command_handler.submit`. settings: None remembers nothing beyond this run."""
        super().__init__(parent)
        self._submit, self._composer, self._bar = submit, composer, bar
        self._ticker, self._settings = ticker, settings
        stored = settings.value(_KEY) if settings is not None else None
        # Draft id -> when it was handed over.
        self._handed: dict[str, str] = dict(stored) if isinstance(stored, dict) else {}

    def begin(self) -> None:
        """Hand over what is in the composer; with nothing in it, just go there."""
        composer = self._composer
        if composer.draft_id is None or composer.conversation_id is None:
            return
        if not composer.text.strip():
            self.inbox_requested.emit(composer.conversation_id)
            return
        QGuiApplication.clipboard().setText(composer.text)
        composer.flush()
        self._handed[composer.draft_id] = self._ticker.now().isoformat()
        self._remember()
        self._bar.tell(TOLD)
        composer.focus_text()
        self.inbox_requested.emit(composer.conversation_id)

    def show(self, view: ThreadView | None) -> None:
        """A thread was read: forget the drafts whose words stand in it by now."""
        for draft in view.drafts if view is not None else ():
            at = self._handed.get(draft.draft_id)
            if view is None or at is None or self._composer.is_changed(draft):
                continue
            if any(_is_it(m, draft, datetime.fromisoformat(at)) for m in view.thread.messages):
                self._forget(draft, view.customer_id)

    def _forget(self, draft: Draft, customer_id: str) -> None:
        del self._handed[draft.draft_id]
        self._remember()
        self._composer.sent(draft.draft_id)
        self._submit(SaveDraft(draft.draft_id, customer_id, draft.conversation_id, "", internal=draft.internal))
        self._bar.tell(SEEN)

    def _remember(self) -> None:
        if self._settings is not None:
            self._settings.setValue(_KEY, self._handed)


def _is_it(message: Message, draft: Draft, handed_at: datetime) -> bool:
    entry = message.entry
    return (
        message.author is Author.TEAMMATE
        and entry.kind is EntryKind.MESSAGE
        and entry.conversation_id == draft.conversation_id
        and entry.sent_at >= handed_at - _CLOCK_SLACK
        and bool(entry.attachments) == bool(draft.files)
        and entry.text.split() == draft.text.split()
    )
