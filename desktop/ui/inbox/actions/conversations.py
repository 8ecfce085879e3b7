"""Close, snooze and assign a conversation, each with Undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.history.thread import Chat
from desktop.engine.commands import (
    AssignConversation,
    CloseConversation,
    ReopenConversation,
    SnoozeConversation,
)
from desktop.engine.views import WorkspaceView
from desktop.text import formats
from desktop.text.screens import inbox as texts
from desktop.text.thread.pane import conversation_label
from desktop.ui.inbox.actions.undo import UndoableCommands
from desktop.ui.look.ticker import Ticker

_MORNING = time(9, 0)


class ConversationActions(QObject):
    """Actions on one conversation, from a key, the palette or a menu."""

    def __init__(self, commands: UndoableCommands, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(parent)
        self._commands, self._ticker, self._window = commands, ticker, parent

    def close(self, chat: Chat) -> None:
        done_text = texts.CLOSED(conversation=conversation_label(chat))
        self._commands.submit(CloseConversation(chat.id), ReopenConversation(chat.id), done_text)

    def snooze_menu(self, chat: Chat, at: QPoint) -> QMenu:
        """Open the menu and return it. at: global position."""
        menu = self._menu(texts.SNOOZE_UNTIL())
        for label, until in snooze_times(self._ticker.now()):
            self._add_choice(menu, label, partial(self._snooze, chat, until))
        menu.popup(at)
        return menu

    def assign_menu(self, chat: Chat, workspace: WorkspaceView, at: QPoint) -> QMenu:
        """Open the menu and return it. at: global position."""
        menu = self._menu(texts.ASSIGN_TO())
        me = workspace.me
        others = [t for t in workspace.teammates if me is None or t.id != me.id]
        choices = [(texts.ME(name=me.name), me.id, me.name)] if me is not None else []
        choices += [*((t.name, t.id, t.name) for t in others), (texts.NOBODY(), "", "")]
        for label, teammate_id, name in choices:
            action = self._add_choice(menu, label, partial(self._assign, chat, teammate_id, name))
            action.setCheckable(True)
            action.setChecked((chat.conversation.assignee_id or "") == teammate_id)
        menu.popup(at)
        return menu

    def _snooze(self, chat: Chat, until: datetime) -> None:
        shown = formats.short_moment(until, self._ticker.now())
        done_text = texts.SNOOZED(conversation=conversation_label(chat), until=shown)
        self._commands.submit(SnoozeConversation(chat.id, until), ReopenConversation(chat.id), done_text)

    def _assign(self, chat: Chat, teammate_id: str, name: str) -> None:
        previous_id = chat.conversation.assignee_id or ""
        undo = AssignConversation(chat.id, previous_id) if previous_id != teammate_id else None
        label = conversation_label(chat)
        if teammate_id:
            done_text = texts.ASSIGNED(conversation=label, name=name)
        else:
            done_text = texts.UNASSIGNED(conversation=label)
        self._commands.submit(AssignConversation(chat.id, teammate_id), undo, done_text)

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
    monday = _morning(local, (7 - local.weekday()) % 7 or 7)
    weekday = formats.weekday(monday)
    return [
        (texts.IN_HOURS(1), now + timedelta(hours=1)),
        (texts.IN_HOURS(3), now + timedelta(hours=3)),
        (texts.TOMORROW_AT(time=formats.clock_time(tomorrow)), tomorrow),
        (texts.WEEKDAY_AT(weekday=weekday, time=formats.clock_time(monday)), monday),
        (texts.IN_A_WEEK(), now + timedelta(days=7)),
    ]


def _morning(local: datetime, days: int) -> datetime:
    """Return nine o'clock local time `days` later, also across a daylight saving change."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, _MORNING).astimezone().astimezone(UTC)
