"""Close, snooze, assign: what the agent does to a conversation, each with a way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.thread import Chat
from desktop.engine.commands import (
    Answer,
    AssignConversation,
    CloseConversation,
    Command,
    Failed,
    ReopenConversation,
    SnoozeConversation,
)
from desktop.engine.views import WorkspaceView
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast
from desktop.ui.wording import thread

Submit = Callable[..., Any]
"""`engine.command_handler.submit`: (command, then=None)."""
_MORNING = time(9, 0)


class ConversationActions(QObject):
    """Asks the door, says in the notice bar what came of it, and offers Undo while the bar is shown."""

    def __init__(self, submit: Submit, ticker: Ticker, bar: Toast, parent: QWidget) -> None:
        super().__init__(parent)
        self._submit, self._ticker, self._bar, self._window = submit, ticker, bar, parent

    def close(self, chat: Chat) -> None:
        self._do(CloseConversation(chat.id), f"{_named(chat)} closed.", ReopenConversation(chat.id))

    def snooze_menu(self, chat: Chat, at: QPoint) -> QMenu:
        """Opens at `at` (global); gives the menu that is open."""
        menu = self._menu("Snooze until")
        for words, until in snooze_times(self._ticker.now()):
            self._choice(menu, words, partial(self._snooze, chat, words, until))
        menu.popup(at)
        return menu

    def assign_menu(self, chat: Chat, workspace: WorkspaceView, at: QPoint) -> QMenu:
        menu = self._menu("Assign to")
        me = workspace.me
        others = [t for t in workspace.teammates if me is None or t.id != me.id]
        named = ([(me.id, f"Me ({me.name})")] if me is not None else []) + [(t.id, t.name) for t in others]
        for teammate_id, name in [*named, ("", "Nobody")]:
            action = self._choice(menu, name, partial(self._assign, chat, teammate_id, name))
            action.setCheckable(True)
            action.setChecked((chat.conversation.assignee_id or "") == teammate_id)
        menu.popup(at)
        return menu

    def _snooze(self, chat: Chat, words: str, until: datetime) -> None:
        said = f"{_named(chat)} snoozed: {words[:1].lower()}{words[1:]}."
        self._do(SnoozeConversation(chat.id, until), said, ReopenConversation(chat.id))

    def _assign(self, chat: Chat, teammate_id: str, name: str) -> None:
        before = chat.conversation.assignee_id or ""
        who = "nobody" if not teammate_id else name.removeprefix("Me (").removesuffix(")")
        back = AssignConversation(chat.id, before) if before != teammate_id else None
        self._do(AssignConversation(chat.id, teammate_id), f"{_named(chat)} assigned to {who}.", back)

    def _do(self, command: Command, said: str, back: Command | None) -> None:
        self._submit(command, then=partial(self._on_answer, said, back))

    def _on_answer(self, said: str, back: Command | None, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._bar.tell(answer.sentence)
        elif back is None:
            self._bar.tell(said)
        else:
            self._bar.tell(said, "Undo", partial(self._do, back, "Undone.", None))

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(title, self._window)
        menu.setAccessibleName(title)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _choice(self, menu: QMenu, text: str, act: Callable[[], None]) -> QAction:
        # An ampersand in a name is no mnemonic.
        action = menu.addAction(text.replace("&", "&&"))
        action.triggered.connect(act)
        return action


def snooze_times(now: datetime) -> list[tuple[str, datetime]]:
    """What to snooze until, as (words, instant). now: UTC; mornings are those of the computer's own time zone."""
    local = now.astimezone()
    tomorrow = _morning(local, 1)
    to_monday = (7 - local.weekday()) % 7 or 7
    return [
        ("In 1 hour", now + timedelta(hours=1)),
        ("In 3 hours", now + timedelta(hours=3)),
        ("Tomorrow at 9:00", tomorrow),
        ("Monday at 9:00", _morning(local, to_monday)),
        ("In a week", now + timedelta(days=7)),
    ]


def _morning(local: datetime, days: int) -> datetime:
    """Nine o'clock `days` later, whatever the clocks did to the hours in between."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, _MORNING).astimezone().astimezone(UTC)


def _named(chat: Chat) -> str:
    return thread.conversation_label(chat)
