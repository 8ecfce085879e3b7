"""Review banner: how many replies wait for the agent's word, over all customers, and the way through them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.domain.model.outgoing import State
from desktop.engine.views import ConnectionState, ConnectionView, UndecidedReply
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Label


class ReviewBanner(QFrame):
    """One quiet line above the thread; away while nothing waits, and after *Later* until something new does.

    Signals:
        review_requested: show this reply. arg: UndecidedReply.
    """

    review_requested = Signal(object)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._replies: tuple[UndecidedReply, ...] = ()
        self._shown_last = ""
        self._put_off: frozenset[str] = frozenset()
        self._offline_from: datetime | None = None
        self._offline_until: datetime | None = None
        self.setObjectName("review")
        self._sign = Label(parent=self)
        self._text = Label(parent=self)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._review = QPushButton("Review", self)
        self._review.clicked.connect(self._on_review)
        self._later = QPushButton("Later", self)
        self._later.setObjectName("quiet")
        self._later.setAccessibleName("Later: hide this until another reply waits")
        self._later.clicked.connect(self._on_later)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, GAP - 4, GAP, GAP - 4)
        row.setSpacing(GAP)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._review)
        row.addWidget(self._later)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; "" when nothing is."""
        return "" if self.isHidden() else self._text.text()

    def show_replies(self, replies: Sequence[UndecidedReply]) -> None:
        """Oldest first."""
        self._replies = tuple(replies)
        self._tell()

    def show_connection(self, connection: ConnectionView) -> None:
        """Remembered, to say of what was held that it was while nothing could be sent."""
        now, away = self._ticker.now(), connection.state is ConnectionState.OFFLINE
        if away and (self._offline_from is None or self._offline_until is not None):
            self._offline_from, self._offline_until = now, None
        elif not away and self._offline_from is not None and self._offline_until is None:
            self._offline_until = now

    def review(self) -> None:
        """Go to the reply after the one that was shown last; after the newest one to the oldest again."""
        if not self._replies:
            return
        ids = [r.pending.draft_id for r in self._replies]
        after = ids.index(self._shown_last) + 1 if self._shown_last in ids else 0
        found = self._replies[after % len(ids)]
        self._shown_last = found.pending.draft_id
        self._tell()
        self.review_requested.emit(found)

    def _tell(self) -> None:
        ids = [r.pending.draft_id for r in self._replies]
        if not ids or self._put_off.issuperset(ids):
            self.hide()
            return
        said = sentence(self._replies, while_offline=all(map(self._was_offline_for, self._replies)))
        if self._shown_last in ids and len(ids) > 1:
            said += f" This is {ids.index(self._shown_last) + 1} of {len(ids)}."
        self._review.setText("Next" if self._shown_last in ids and len(ids) > 1 else "Review")
        if said != self.text:
            announce(self, said)
        self._text.setText(said)
        self.setAccessibleName(said)
        self._review.setAccessibleName(f"{self._review.text()}: {said}")
        self.show()

    def _was_offline_for(self, reply: UndecidedReply) -> bool:
        began, ended = self._offline_from, self._offline_until
        return (
            began is not None
            and began <= reply.pending.queued_at
            and (ended is None or reply.pending.queued_at <= ended)
        )

    def _on_review(self) -> None:
        self.review()

    def _on_later(self) -> None:
        self._put_off = frozenset(r.pending.draft_id for r in self._replies)
        self._tell()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#review {{ background: {colors.warn}; border-bottom: 1px solid {colors.warn_edge}; }}"
            f"QFrame#review QLabel, QFrame#review QPushButton#quiet {{ color: {colors.warn_text}; }}"
        )
        size = round(self.fontMetrics().height() * 0.9)
        self._sign.setPixmap(icons.pixmap("fa6s.hand", self._theme.color("warn_text"), size, self.devicePixelRatioF()))


def sentence(replies: Sequence[UndecidedReply], *, while_offline: bool) -> str:
    """`3 replies were held back while you were offline.`"""
    count = len(replies)
    states = {r.pending.state for r in replies}
    one = count == 1
    if states == {State.HELD}:
        when = " while you were offline" if while_offline else ""
        return f"{count} {'reply was' if one else 'replies were'} held back{when}."
    if states == {State.REFUSED}:
        return f"{count} {'reply was' if one else 'replies were'} not sent."
    if states == {State.UNCONFIRMED}:
        return f"We don't know whether {count} {'reply' if one else 'replies'} arrived."
    return f"{count} replies wait for your decision."
