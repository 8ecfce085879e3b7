"""Hands a draft over to Intercom's inbox, and removes it once its text is seen as a reply there."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QGuiApplication

from desktop.domain.history.thread import Author, Message
from desktop.domain.model.facts import EntryKind
from desktop.engine.commands import SaveDraft
from desktop.engine.protocols import Submit
from desktop.engine.views import Draft, ThreadView
from desktop.text.screens import inbox as texts
from desktop.ui.composer.composer import Composer
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast

_CLOCK_SLACK = timedelta(seconds=5)
_KEY = "handed_over"


class InboxHandover(QObject):
    """Remembers which drafts were handed over and when, over restarts too; their text is stored with the draft only.

    Signals:
        inbox_requested: show this conversation in Intercom's inbox. arg: its id.
    """

    inbox_requested = Signal(str)

    def __init__(
        self,
        submit: Submit,
        composer: Composer,
        toast: Toast,
        ticker: Ticker,
        settings: QSettings | None,
        parent: QObject,
    ) -> None:
        """settings: None remembers nothing over a restart."""
        super().__init__(parent)
        self._submit, self._composer, self._toast = submit, composer, toast
        self._ticker, self._settings = ticker, settings
        stored = settings.value(_KEY) if settings is not None else None
        # Draft id -> ISO time of the hand-over.
        self._handed_over: dict[str, str] = dict(stored) if isinstance(stored, dict) else {}

    def begin(self) -> None:
        """Copy the draft to the clipboard, if there is one, and open its conversation in Intercom."""
        composer = self._composer
        if composer.draft_id is None or composer.conversation_id is None:
            return
        if not composer.text.strip():
            self.inbox_requested.emit(composer.conversation_id)
            return
        QGuiApplication.clipboard().setText(composer.text)
        composer.flush()
        self._handed_over[composer.draft_id] = self._ticker.now().isoformat()
        self._save()
        self._toast.show_message(texts.COPIED())
        composer.focus_text()
        self.inbox_requested.emit(composer.conversation_id)

    def show(self, view: ThreadView | None) -> None:
        """Remove the handed-over drafts whose text has appeared in the thread."""
        for draft in view.drafts if view is not None else ():
            at = self._handed_over.get(draft.draft_id)
            if view is None or at is None or self._composer.is_changed(draft):
                continue
            if any(_is_reply_of(m, draft, datetime.fromisoformat(at)) for m in view.thread.messages):
                self._finish(draft, view.customer_id)

    def _finish(self, draft: Draft, customer_id: str) -> None:
        del self._handed_over[draft.draft_id]
        self._save()
        self._composer.sent(draft.draft_id)
        self._submit(SaveDraft(draft.draft_id, customer_id, draft.conversation_id, "", internal=draft.internal))
        self._toast.show_message(texts.SEEN())

    def _save(self) -> None:
        if self._settings is not None:
            self._settings.setValue(_KEY, self._handed_over)


def _is_reply_of(message: Message, draft: Draft, handed_over_at: datetime) -> bool:
    entry = message.entry
    return (
        message.author is Author.TEAMMATE
        and entry.kind is EntryKind.MESSAGE
        and entry.conversation_id == draft.conversation_id
        and entry.sent_at >= handed_over_at - _CLOCK_SLACK
        and bool(entry.attachments) == bool(draft.files)
        and entry.text.split() == draft.text.split()
    )
