"""The banner that counts replies waiting for the agent's decision, over all customers, and leads through them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.outgoing import State
from desktop.engine.views import ConnectionState, ConnectionView, WaitingReply
from desktop.text.catalog import strip_isolates
from desktop.text.screens import inbox as texts
from desktop.text.screens.widgets import BUTTON_ABOUT
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.banner import Banner


class ReviewBanner(Banner):
    """Hidden while no reply waits, and after *Later* until another one does.

    Signals:
        review_requested: show this reply. arg: WaitingReply.
    """

    review_requested = Signal(object)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(theme, "fa6s.hand", "warn", texts.REVIEW(), texts.LATER(), parent)
        self._ticker = ticker
        self._replies: tuple[WaitingReply, ...] = ()
        self._shown_last = ""
        self._postponed: frozenset[str] = frozenset()
        self._offline_from: datetime | None = None
        self._offline_until: datetime | None = None
        self.button.clicked.connect(self.review)
        self.quiet_button.setAccessibleName(texts.LATER_DESCRIPTION())
        self.quiet_button.clicked.connect(self._on_later)

    def show_replies(self, replies: Sequence[WaitingReply]) -> None:
        """replies: oldest first."""
        self._replies = tuple(replies)
        self._update()

    def show_connection(self, connection: ConnectionView) -> None:
        """Remember when the connection was lost, to say which replies waited because of that."""
        now, is_offline = self._ticker.now(), connection.state is ConnectionState.OFFLINE
        if is_offline and (self._offline_from is None or self._offline_until is not None):
            self._offline_from, self._offline_until = now, None
        elif not is_offline and self._offline_from is not None and self._offline_until is None:
            self._offline_until = now

    def review(self) -> None:
        """Request the reply after the one shown last; after the newest one, the oldest again."""
        if not self._replies:
            return
        ids = [r.pending.draft_id for r in self._replies]
        next_index = ids.index(self._shown_last) + 1 if self._shown_last in ids else 0
        reply = self._replies[next_index % len(ids)]
        self._shown_last = reply.pending.draft_id
        self._update()
        self.review_requested.emit(reply)

    def _update(self) -> None:
        ids = [r.pending.draft_id for r in self._replies]
        if not ids or self._postponed.issuperset(ids):
            self.hide()
            return
        text = sentence(self._replies, while_offline=all(map(self._was_queued_offline, self._replies)))
        is_reviewing = self._shown_last in ids and len(ids) > 1
        if is_reviewing:
            position = texts.POSITION(number=ids.index(self._shown_last) + 1, total=len(ids))
            text = f"{text} {position}"
        self.button.setText(texts.NEXT() if is_reviewing else texts.REVIEW())
        self.button.setAccessibleName(strip_isolates(BUTTON_ABOUT(button=self.button.text(), sentence=text)))
        self.show_text(text)

    def _was_queued_offline(self, reply: WaitingReply) -> bool:
        start, end, queued_at = self._offline_from, self._offline_until, reply.pending.queued_at
        return start is not None and start <= queued_at and (end is None or queued_at <= end)

    def _on_later(self) -> None:
        self._postponed = frozenset(r.pending.draft_id for r in self._replies)
        self._update()


def sentence(replies: Sequence[WaitingReply], *, while_offline: bool) -> str:
    """Return a sentence such as `3 replies need your decision.`"""
    states = {r.pending.state for r in replies}
    if states == {State.REFUSED}:
        text = texts.NOT_SENT
    elif states == {State.UNCONFIRMED}:
        text = texts.UNCONFIRMED
    else:
        text = texts.NEED_DECISION_AFTER_OFFLINE if states == {State.HELD} and while_offline else texts.NEED_DECISION
    return text(len(replies))
