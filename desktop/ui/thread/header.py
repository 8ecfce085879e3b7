"""The header above the messages: the customer, the conversation a reply would go to, and its window's countdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.domain.history.thread import Author, Chat
from desktop.engine.views import ThreadView, WorkspaceView
from desktop.text.catalog import strip_isolates
from desktop.text.names import display_name
from desktop.text.thread import pane as texts
from desktop.text.thread.messages import channel_and_title
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.action_bar import ActionBar, teammate_names
from desktop.ui.thread.colleagues_line import ColleaguesLine
from desktop.ui.thread.countdown import Countdown
from desktop.ui.thread.layout.row_style import channel_icon
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    # Imported when the chart is first opened.
    from desktop.ui.thread.window_chart.chart import WindowChartPopup


class ThreadHeader(QWidget):
    """Shows one customer and the current conversation, with what can be done with it.

    Signals:
        conversation_chosen: the agent chose the conversation to reply in. arg: its id.
        all_conversations_requested: the agent looks for one to reply in, and old ones are not in the view.
    """

    all_conversations_requested = Signal()
    conversation_chosen = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self._view: ThreadView | None = None
        self._chat: Chat | None = None
        self._workspace: WorkspaceView | None = None
        self._is_stacked = False
        self._chart_popup: WindowChartPopup | None = None
        self._build()
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _build(self) -> None:
        self.name = ElidedLabel(self)
        self.action_bar = ActionBar(self._theme, self)
        self.conversation_button = QToolButton(self)
        self.conversation_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.conversation_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.conversation_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.conversation_button.setMinimumWidth(80)
        # The style would draw its arrow below the text; the text has its own.
        self.conversation_button.setStyleSheet("QToolButton::menu-indicator { image: none; width: 0; }")
        self._menu = QMenu(self.conversation_button)
        self._menu.aboutToShow.connect(self._on_menu_opening)
        self.conversation_button.setMenu(self._menu)
        self.countdown = Countdown(self._theme, self)
        self.countdown.clicked.connect(self._on_countdown_clicked)
        first = layouts.row(self.name, self.action_bar)
        first.setStretchFactor(self.name, 1)
        self.colleagues = ColleaguesLine(self._theme, self)
        self._second = layouts.row(self.conversation_button, self.colleagues, self.countdown)
        self._second.setStretchFactor(self.colleagues, 1)
        # Takes the room while the line about colleagues is below.
        self._second.insertStretch(2, 0)
        self._third = layouts.row()
        layouts.column(first, self._second, self._third, parent=self, spacing=2, margins=(PAD, GAP, PAD, GAP))

    def show_workspace(self, workspace: WorkspaceView | None) -> None:
        """Set whom a conversation can be assigned to; shown with the next chat."""
        self._workspace = workspace
        if self._view is not None:
            self._show_state(self._view, self._chat)

    def show_chat(self, view: ThreadView, chat: Chat | None) -> None:
        """chat: the conversation a reply would go to; None if the customer has none."""
        has_more = self._view is not None and self._view.thread.left_out > view.thread.left_out
        self._view, self._chat = view, chat
        if has_more and self._menu.isVisible():
            self._fill_menu()
        self.name.setText(display_name(view.name))
        self._show_state(view, chat)
        self._update_conversation_button(view, chat)
        self._on_tick(self._ticker.now())
        self._update_room()

    def leave_place_for_colleagues(self) -> None:
        """Colleagues may come, and nothing shall move then."""
        self.colleagues.leave_place()
        self._update_room()

    def _show_state(self, view: ThreadView, chat: Chat | None) -> None:
        self.action_bar.setVisible(chat is not None)
        if chat is not None:
            names = teammate_names(self._workspace, _writers(view, (chat,)))
            self.action_bar.show_chat(chat, self._workspace, names, self._ticker.now())

    def _update_conversation_button(self, view: ThreadView, chat: Chat | None) -> None:
        self.conversation_button.setVisible(chat is not None)
        if chat is None:
            return
        has_several = len(view.thread.chats) + view.thread.left_out > 1
        title, channel = texts.conversation_label(chat), chat.window.key.channel
        label, arrow = channel_and_title(channel, _shortened(title)), "  ▾" if has_several else ""
        self.conversation_button.setText(f"{label}{arrow}".replace("&", "&&"))
        self.conversation_button.setIcon(self._channel_icon(chat))
        spoken = texts.REPLY_GOES_TO(conversation=channel_and_title(channel, title))
        self.conversation_button.setAccessibleName(strip_isolates(spoken))
        self.conversation_button.setToolTip((texts.CHOOSE_CONVERSATION if has_several else texts.WHERE_REPLY_GOES)())

    def _on_menu_opening(self) -> None:
        self._fill_menu()
        if self._view is not None and self._view.thread.left_out:
            self.all_conversations_requested.emit()

    def _fill_menu(self) -> None:
        """List the conversations, the newest first, when somebody wants to see them."""
        self._menu.clear()
        chats = self._view.thread.chats if self._view is not None else ()
        names = teammate_names(self._workspace, _writers(self._view, chats)) if self._view is not None else {}
        teams = {team.id: team.name for team in self._workspace.teams} if self._workspace is not None else {}
        for chat in chats:
            text = texts.CONVERSATION_AND_STATUS(
                conversation=channel_and_title(chat.window.key.channel, texts.conversation_label(chat)),
                status=texts.conversation_status(chat, names, teams),
            )
            action = self._menu.addAction(self._channel_icon(chat), text.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self._chat is not None and chat.id == self._chat.id)
            action.triggered.connect(partial(self._on_conversation_chosen, chat.id))

    def _channel_icon(self, chat: Chat) -> QIcon:
        channel = chat.window.key.channel
        return icons.icon(channel_icon(channel), self._theme.channel_color(channel))

    # --- countdown ----------------------------------------------------------------------------------------------

    def _on_tick(self, now: datetime) -> None:
        chat = self._chat
        self.countdown.show_window(chat.window if chat is not None else None, now)
        popup = self._chart_popup
        if popup is not None and popup.isVisible() and self._view is not None and chat is not None:
            popup.show_window(self._view, chat.window, now)

    @property
    def chart_popup(self) -> WindowChartPopup:
        """The chart of the window; the first access builds it."""
        if self._chart_popup is None:
            from desktop.ui.thread.window_chart.chart import WindowChartPopup

            self._chart_popup = WindowChartPopup(self._theme, self)
        return self._chart_popup

    def _on_countdown_clicked(self) -> None:
        if self._view is None or self._chat is None:
            return
        popup = self.chart_popup
        popup.show_window(self._view, self._chat.window, self._ticker.now())
        corner = self.countdown.mapToGlobal(QPoint(self.countdown.width(), self.countdown.height() + 2))
        left = corner.x() - popup.width()
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = corner.x() - self.countdown.width()
        screen = self.screen().availableGeometry()
        left = min(max(left, screen.left()), screen.right() - popup.width())
        # Not `move`, which takes the position for that of a frame, as if the pop-up had one.
        popup.setGeometry(left, corner.y(), popup.width(), popup.height())
        popup.show()

    # --- other slots and layout -------------------------------------------------------------------------------------

    def _on_conversation_chosen(self, conversation_id: str, _checked: bool = False) -> None:
        self.conversation_chosen.emit(conversation_id)

    def _on_theme_changed(self) -> None:
        self.name.setFont(self._theme.font(delta=2, bold=True))
        self.countdown.setFont(self._theme.font(bold=True))
        side = self._theme.font().pointSizeF() * 1.5
        self.conversation_button.setIconSize(QSize(round(side), round(side)))
        if self._view is not None:
            self._update_conversation_button(self._view, self._chat)
        self._update_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_room()

    def _update_room(self) -> None:
        """Fold actions that don't fit beside the name, and put a countdown that is too wide below the conversation."""
        inner = self.width() - 2 * PAD
        least = min(round(150 * self._theme.text_scale), inner * 2 // 5)
        name = min(self.name.fontMetrics().horizontalAdvance(self.name.text()) + 2, least)
        self.action_bar.fit(inner - name - GAP)
        button = self.conversation_button.sizeHint().width() if not self.conversation_button.isHidden() else 0
        colleagues = self.colleagues.minimumSizeHint().width()
        beside = button + GAP + (colleagues + GAP if colleagues else 0)
        is_stacked = beside + self.countdown.sizeHint().width() > inner
        if is_stacked is self._is_stacked:
            return
        self._is_stacked = is_stacked
        old, new = (self._second, self._third) if is_stacked else (self._third, self._second)
        order = (self.countdown, self.colleagues) if is_stacked else (self.colleagues, self.countdown)
        for widget in order:
            old.removeWidget(widget)
            new.addWidget(widget, 1 if widget is self.colleagues else 0)


def _writers(view: ThreadView, chats: Sequence[Chat]) -> list[tuple[str, str]]:
    """Return id and name of those to whom the conversations are assigned, as far as they wrote here."""
    wanted = {chat.conversation.assignee_id for chat in chats} - {"", None}
    names: dict[str, str] = {}
    for message in reversed(view.thread.loaded):
        if len(names) == len(wanted):
            break
        entry = message.entry
        if entry.author_id in wanted and message.author is Author.TEAMMATE and entry.author_name:
            names.setdefault(entry.author_id, entry.author_name)
    return list(names.items())


def _shortened(text: str) -> str:
    return text if len(text) <= 32 else f"{text[:30].rstrip()}…"
