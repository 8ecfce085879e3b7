"""Says when the agent writes a reply, for colleagues."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from desktop.ui.look.ticker import Ticker

AT_MOST_EVERY = timedelta(seconds=1)


class TypingSignal(QObject):
    """Counts keys as writing, and says so at most once a second; that it has ended, at once.

    Signals:
        changed: args: conversation id, whether the agent writes there.
    """

    changed = Signal(str, bool)

    def __init__(self, ticker: Ticker, parent: QObject) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._conversation_id = ""
        self._told: tuple[str, datetime] = ("", ticker.now())

    def write(self, conversation_id: str) -> None:
        """A key was pressed in the reply of this conversation."""
        if conversation_id != self._conversation_id:
            self.stop()
        now = self._ticker.now()
        told_in, told_at = self._told
        # The clock may have been set back.
        if told_in == conversation_id and timedelta() <= now - told_at < AT_MOST_EVERY:
            return
        self._conversation_id, self._told = conversation_id, (conversation_id, now)
        self.changed.emit(conversation_id, True)

    def stop(self) -> None:
        """The reply was emptied, sent or left."""
        conversation_id, self._conversation_id = self._conversation_id, ""
        if conversation_id:
            self.changed.emit(conversation_id, False)
