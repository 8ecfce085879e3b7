"""The buttons in the thread's header: each shows a part of the conversation's state and changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QWidget

from desktop.domain.history.thread import Chat
from desktop.domain.model.facts import ConversationState, Priority
from desktop.engine.views import WorkspaceView
from desktop.text import formats
from desktop.text.thread import actions as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import SingleClickButton, show_name

_LONGEST_NAME = 26
_MAX_CHIPS = 2
_LEAST_SIDE = 26


class Look(msgspec.Struct, frozen=True):
    """What a button shows. text: "" for the icon alone. does: tooltip and accessible name."""

    text: str
    does: str
    icon: str
    color: str = "muted"
    chips: tuple[str, ...] = ()


class Reduction(Enum):
    """What a button loses where there is little room: the second of its chips, its text, or its place in the bar."""

    SECOND_CHIP = "chip"
    TEXT = "text"
    BUTTON = "button"


class ActionButton(SingleClickButton):
    """A button for one command of the table; as wide as its text, or as its icon alone."""

    def __init__(self, command: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.command = command
        self._theme = theme
        self._look = Look("", "", BY_NAME[command].icon if command in BY_NAME else "fa6s.ellipsis")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_look(self, look: Look, command: str) -> None:
        """command: which one a click runs now."""
        self.command, self._look = command, look
        keys = BY_NAME[command].keys if command in BY_NAME else ()
        does = look.does
        shown = shown_keys(keys[0]) if keys else ""
        show_name(self, does, texts.DOES_AND_KEYS(does=does, keys=shown) if keys else "", shown)
        self.update_look()

    def update_look(self) -> None:
        """Show the text, icon and colors again."""
        self.setIcon(icons.icon(self._look.icon, self._theme.color(self._look.color)))
        side = round(self.fontMetrics().height() * 0.95)
        self.setIconSize(QSize(side, side))
        text = _shortened(self._look.text).replace("&", "&&")
        # Qt keeps the text four pixels from the icon, however large both are.
        self.setText(f" {text}" if text else "")
        self.updateGeometry()

    def set_short(self, short: bool) -> None:
        """Show the icon alone, or the text too."""
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if short else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.setToolButtonStyle(style)

    def width_of(self, *, short: bool) -> int:
        """The width in pixels that it would have."""
        before = self.toolButtonStyle()
        self.set_short(short)
        width = self.sizeHint().width()
        self.setToolButtonStyle(before)
        return width

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        if self.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon:
            # Qt leaves room for two spaces after the text.
            size -= QSize(2 * self.fontMetrics().horizontalAdvance(" "), 0)
        return size.expandedTo(QSize(_LEAST_SIDE, _LEAST_SIDE))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class TagsButton(ActionButton):
    """Shows the tags as chips; those without room are counted. max_chips: how many it shows."""

    max_chips = _MAX_CHIPS

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        if self._is_plain:
            return size
        width = sum(box.width() for box, _ in self._chips()) + (len(self._chips()) - 1) * 4 + 2 * (GAP - 2)
        return QSize(width, size.height())

    @property
    def _is_plain(self) -> bool:
        return not self._look.chips or self.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_plain:
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        for box, text in self._chips():
            box = QStyle.visualRect(self.layoutDirection(), self.rect(), box)
            painter.setPen(self._theme.color("muted"))
            painter.setBrush(self._theme.color("surface"))
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), box.height() / 2, box.height() / 2)
            painter.setPen(self._theme.color("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _font(self) -> QFont:
        return self._theme.font(delta=-1)

    def _chips(self) -> list[tuple[QRect, str]]:
        """The rectangle and the text of each chip, from left to right."""
        metrics = QFontMetrics(self._font())
        widest = round(13 * metrics.averageCharWidth())
        shown = [
            metrics.elidedText(tag, Qt.TextElideMode.ElideRight, widest) for tag in self._look.chips[: self.max_chips]
        ]
        hidden = len(self._look.chips) - len(shown)
        shown += [texts.MORE_TAGS(count=hidden)] if hidden else []
        height = metrics.height() + 4
        boxes, left = [], GAP - 2
        for text in shown:
            box = QRect(left, (self.height() - height) // 2, metrics.horizontalAdvance(text) + 2 * GAP, height)
            boxes.append((box, text))
            left = box.right() + 1 + 4
        return boxes


class ActionBar(QWidget):
    """Folds what doesn't fit: first texts, then whole buttons, which its menu then holds.

    Signals:
        command_requested: the agent wants to run a command. arg: its name.
    """

    command_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(texts.ACTIONS())
        self.assign = ActionButton("assign", theme, self)
        self.tags = TagsButton("tag", theme, self)
        self.priority = ActionButton("priority", theme, self)
        self.snooze = ActionButton("snooze", theme, self)
        self.close_button = ActionButton("close", theme, self)
        self.close_next = ActionButton("close_next", theme, self)
        self.template = ActionButton("template", theme, self)
        self.more = ActionButton("", theme, self)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setStyleSheet("QToolButton::menu-indicator { image: none; width: 0; }")
        self.more_menu = QMenu(self.more)
        self.more.setMenu(self.more_menu)
        self.more.show_look(Look("", texts.MORE(), "fa6s.ellipsis"), "")
        self.more.set_short(True)
        self._buttons = (
            self.assign,
            self.tags,
            self.priority,
            self.snooze,
            self.close_button,
            self.close_next,
            self.template,
        )
        # What gives way where there is less room, one after the other.
        self._reductions = (
            (self.close_next, Reduction.TEXT),
            (self.tags, Reduction.SECOND_CHIP),
            (self.snooze, Reduction.TEXT),
            (self.close_button, Reduction.TEXT),
            (self.tags, Reduction.TEXT),
            (self.template, Reduction.TEXT),
            (self.assign, Reduction.TEXT),
            (self.close_next, Reduction.BUTTON),
            (self.priority, Reduction.BUTTON),
            (self.tags, Reduction.BUTTON),
            (self.template, Reduction.BUTTON),
            (self.snooze, Reduction.BUTTON),
            (self.close_button, Reduction.BUTTON),
            (self.assign, Reduction.BUTTON),
        )
        self._available = 0
        self.folded: tuple[str, ...] = ()
        layouts.row(*self._buttons, self.more, parent=self, spacing=2)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for button in self._buttons:
            button.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)

    def minimumSizeHint(self) -> QSize:
        """Of the menu's button alone: everything else can be folded."""
        return self.more.sizeHint()

    def anchor(self, command: str) -> QPoint:
        """Return the global position for what a command opens: below its button, or the menu's where that is folded."""
        button = next((b for b in self._buttons if b.command == command and b.isVisible()), self.more)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return button.mapToGlobal(QPoint(button.width() if is_mirrored else 0, button.height() + 2))

    def show_chat(self, chat: Chat, workspace: WorkspaceView | None, names: Mapping[str, str], now: datetime) -> None:
        """names: of teammates by id, where the workspace's are not known yet."""
        conversation = chat.conversation
        self.assign.show_look(_assignee_look(chat, workspace, names), "assign")
        tags = tuple(tag.name for tag in conversation.tags)
        tags_text = texts.TAG() if not tags else texts.TAG_COUNT(len(tags))
        tags_do = texts.TAGS(tags=formats.listed(tags)) if tags else texts.NO_TAGS()
        self.tags.show_look(Look(tags_text, tags_do, "fa6s.tag", "accent" if tags else "muted", tags), "tag")
        is_priority = conversation.priority is not Priority.NONE
        star = Look("", texts.IS_PRIORITY[conversation.priority](), "fa6s.star" if is_priority else "fa6.star")
        self.priority.show_look(replace(star, color="soon" if is_priority else "muted"), "priority")
        self.priority.set_short(True)
        self.snooze.show_look(_snooze_look(chat, now), "snooze")
        is_closed = conversation.state is ConversationState.CLOSED
        if is_closed:
            self.close_button.show_look(Look(texts.REOPEN(), texts.REOPEN_TOOLTIP(), "fa6s.box-open"), "reopen")
        else:
            look = Look(texts.CLOSE(), texts.CLOSE_TOOLTIP(), "fa6s.circle-check")
            self.close_button.show_look(look, "close")
        next_look = Look(texts.CLOSE_NEXT(), texts.CLOSE_NEXT_TOOLTIP(), "fa6s.forward-step")
        self.close_next.show_look(next_look, "close_next")
        self.close_next.setEnabled(not is_closed)
        self.template.show_look(Look(texts.TEMPLATE(), texts.TEMPLATE_TOOLTIP(), "fa6s.file-lines"), "template")
        self.fit(self._available)

    def fit(self, available_px: int) -> None:
        """Show what fits into this width."""
        self._available = available_px
        short = {b: b is self.priority for b in self._buttons}
        self.tags.max_chips = _MAX_CHIPS
        folded: set[ActionButton] = set()
        widths = {b: b.width_of(short=short[b]) for b in self._buttons}
        more = self.more.sizeHint().width()
        for button, reduction in self._reductions:
            if sum(w + 2 for b, w in widths.items() if b not in folded) + more <= available_px:
                break
            if reduction is Reduction.BUTTON:
                folded.add(button)
                continue
            if reduction is Reduction.SECOND_CHIP:
                self.tags.max_chips = 1
            else:
                short[button] = True
            widths[button] = button.width_of(short=short[button])
        self.tags.updateGeometry()
        for button in self._buttons:
            button.set_short(short[button])
            button.setVisible(button not in folded)
        self.folded = tuple(b.command for b in self._buttons if b in folded)
        self.updateGeometry()

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, ActionButton):
            self.command_requested.emit(button.command)

    def _on_theme_changed(self) -> None:
        for button in (*self._buttons, self.more):
            button.update_look()
        self.fit(self._available)


def _assignee_look(chat: Chat, workspace: WorkspaceView | None, names: Mapping[str, str]) -> Look:
    conversation = chat.conversation
    assignee_id, team_id = conversation.assignee_id or "", conversation.team_id or ""
    teams = {t.id: t.name for t in workspace.teams} if workspace is not None else {}
    name = names.get(assignee_id, texts.ASSIGNED()) if assignee_id else ""
    team = teams.get(team_id, "") if team_id else ""
    shown = texts.NAME_AND_TEAM(name=name, team=team) if name and team else name or team
    if not shown:
        return Look(texts.UNASSIGNED(), texts.NOT_ASSIGNED(), "fa6s.user-plus")
    icon = "fa6s.user" if name else "fa6s.users"
    return Look(shown, texts.ASSIGNED_TO(assignee=shown), icon, "text")


def _snooze_look(chat: Chat, now: datetime) -> Look:
    conversation = chat.conversation
    if conversation.state is not ConversationState.SNOOZED:
        return Look(texts.SNOOZE(), texts.SNOOZE_TOOLTIP(), "fa6s.clock")
    until = conversation.snoozed_until
    if until is None:
        return Look(texts.SNOOZED(), texts.SNOOZED_TOOLTIP_NO_END(), "fa6s.clock", "accent")
    shown = formats.short_moment(until, now)
    return Look(texts.SNOOZED_UNTIL(until=shown), texts.SNOOZED_TOOLTIP(until=shown), "fa6s.clock", "accent")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def teammate_names(workspace: WorkspaceView | None, others: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Names of teammates by id. others: id and name of those who wrote here; they may have left the workspace."""
    known = workspace.teammates if workspace is not None else ()
    me = (workspace.me,) if workspace is not None and workspace.me is not None else ()
    return {**dict(others), **{t.id: t.name for t in (*known, *me)}}
