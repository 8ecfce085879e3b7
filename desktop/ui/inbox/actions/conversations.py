"""Close, snooze and assign a conversation, each with Undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial

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
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast
from desktop.ui.wording import thread

_MORNING = time(9, 0)


class ConversationActions(QObject):
    """Submits the command, shows the outcome in the toast, and offers Undo as long as the toast is shown."""

    def __init__(self, submit: Submit, ticker: Ticker, toast: Toast, parent: QWidget) -> None:
        super().__init__(parent)
        self._submit, self._ticker, self._toast, self._window = submit, ticker, toast, parent

    def close(self, chat: Chat) -> None:
        self._do(CloseConversation(chat.id), f"{_named(chat)} closed.", ReopenConversation(chat.id))

    def snooze_menu(self, chat: Chat, at: QPoint) -> QMenu:
        """Open the menu and return it. at: global position."""
        menu = self._menu("Snooze until")
        for label, until in snooze_times(self._ticker.now()):
            self._add_choice(menu, label, partial(self._snooze, chat, label, until))
        menu.popup(at)
        return menu

    def assign_menu(self, chat: Chat, workspace: WorkspaceView, at: QPoint) -> QMenu:
        """Open the menu and return it. at: global position."""
        menu = self._menu("Assign to")
        me = workspace.me
        others = [t for t in workspace.teammates if me is None or t.id != me.id]
        named = ([(me.id, f"Me ({me.name})")] if me is not None else []) + [(t.id, t.name) for t in others]
        for teammate_id, name in [*named, ("", "Nobody")]:
            action = self._add_choice(menu, name, partial(self._assign, chat, teammate_id, name))
            action.setCheckable(True)
            action.setChecked((chat.conversation.assignee_id or "") == teammate_id)
        menu.popup(at)
        return menu

    def _snooze(self, chat: Chat, label: str, until: datetime) -> None:
        done_text = f"{_named(chat)} snoozed: {label[:1].lower()}{label[1:]}."
        self._do(SnoozeConversation(chat.id, until), done_text, ReopenConversation(chat.id))

    def _assign(self, chat: Chat, teammate_id: str, name: str) -> None:
        before = chat.conversation.assignee_id or ""
        who = "nobody" if not teammate_id else name.removeprefix("Me (").removesuffix(")")
        undo = AssignConversation(chat.id, before) if before != teammate_id else None
        self._do(AssignConversation(chat.id, teammate_id), f"{_named(chat)} assigned to {who}.", undo)

    def _do(self, command: Command, done_text: str, undo: Command | None) -> None:
        self._submit(command, then=partial(self._on_answer, done_text, undo))

    def _on_answer(self, done_text: str, undo: Command | None, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._toast.show_message(answer.sentence)
        elif undo is None:
            self._toast.show_message(done_text)
        else:
            self._toast.show_message(done_text, "Undo", partial(self._do, undo, "Undone.", None))

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(title, self._window)
        menu.setAccessibleName(title)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add_choice(self, menu: QMenu, text: str, slot: Callable[[], None]) -> QAction:
        # Without this, an ampersand in a name would become a mnemonic.
        action = menu.addAction(text.replace("&", "&&"))
        action.triggered.connect(slot)
        return action


def snooze_times(now: datetime) -> list[tuple[str, datetime]]:
    """Return the offered times as (label, UTC instant). now: UTC. Mornings are in the computer's time zone."""
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
    """Return nine o'clock local time `days` later, also across a daylight saving change."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, _MORNING).astimezone().astimezone(UTC)


def _named(chat: Chat) -> str:
    return thread.conversation_label(chat)
