"""The foot of the main window: connection, waiting replies, who uses it, workspaces, help and settings."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop.engine.views import WorkspaceView
from desktop.text.catalog import strip_isolates
from desktop.text.locale import number
from desktop.text.screens import inbox as texts
from desktop.text.thread import scheduling
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.text_direction import leading_corner
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_name
from desktop.ui.widgets.connection_line import ConnectionLine

_ROOMY_PX = 900
"""From this width on, at usual text size, names are shown beside the icons."""
_LONGEST_NAME = 24


class Footer(QWidget):
    """One line. Each of its buttons runs a command of the table.

    menu: all commands, for systems whose windows have no menu bar. help_menu: opened by the help button.

    Signals:
        command_requested: arg: the name of a command.
    """

    command_requested = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._waiting_count = self._scheduled_count = 0
        self._names: dict[QToolButton, str] = {}
        self._icons: dict[QToolButton, str] = {}
        self.menu_button = self._button("menu", "fa6s.bars", texts.MENU_TOOLTIP(keys=_keys("menu")))
        self.menu_button.setAccessibleName(texts.MENU_BUTTON())
        self.menu = QMenu(self.menu_button)
        self.list_button = self._button(
            "toggle_list", "fa6s.address-book", texts.LIST_TOOLTIP(keys=_keys("toggle_list"))
        )
        self.list_button.setAccessibleName(texts.LIST_BUTTON())
        self.connection = ConnectionLine(theme, ticker, self)
        self.waiting = self._button("waiting_replies", "fa6s.hourglass-half", texts.WAITING_REPLIES_TOOLTIP())
        self.waiting.hide()
        keys = _keys("scheduled_replies")
        self.scheduled = self._button("scheduled_replies", "fa6s.calendar-days", scheduling.COUNT_TOOLTIP(key=keys))
        self.scheduled.hide()
        self.news = self._button("check_updates", "fa6s.circle-up", "")
        self.news.hide()
        self.workspace = self._button("workspace", "fa6s.building", "")
        self.workspace.hide()
        self.teammate = self._button("teammate", "fa6s.user", texts.WHO_ARE_YOU())
        self.help_button = self._button("", "fa6s.circle-question", texts.HELP_BUTTON())
        self.help_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.help_button.setStyleSheet("QToolButton::menu-indicator { image: none; width: 0; }")
        self.help_menu = QMenu(self.help_button)
        self.help_button.setMenu(self.help_menu)
        self.settings = self._button("settings", "fa6s.gear", texts.SETTINGS_TOOLTIP(keys=_keys("settings")))
        self.settings.setAccessibleName(texts.SETTINGS_BUTTON())
        details = texts.DETAILS_TOOLTIP(keys=_keys("toggle_details"))
        self.details_button = self._button("toggle_details", "fa6s.address-card", details)
        self.details_button.setAccessibleName(texts.DETAILS_BUTTON())
        for button in (self.menu_button, self.list_button, self.settings, self.details_button):
            button.setAccessibleDescription(_keys(button.property("command")))
        row = layouts.row(
            self.menu_button,
            self.list_button,
            self.connection,
            self.waiting,
            self.scheduled,
            self.news,
            self.workspace,
            self.teammate,
            self.help_button,
            self.settings,
            self.details_button,
            parent=self,
            spacing=0,
        )
        row.setStretchFactor(self.connection, 1)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_waiting(self, count: int) -> None:
        """count: replies that wait, of all customers."""
        self.waiting.setVisible(count > 0)
        text = texts.WAITING_REPLIES(count)
        self._names[self.waiting], self._waiting_count = text, count
        self.waiting.setAccessibleName(strip_isolates(text))
        self._show_names()

    def show_scheduled(self, count: int) -> None:
        """count: scheduled replies, of all customers."""
        self.scheduled.setVisible(count > 0)
        self._names[self.scheduled], self._scheduled_count = scheduling.COUNT(count), count
        self.scheduled.setAccessibleName(strip_isolates(scheduling.COUNT_NAME(count)))
        self._show_names()

    def show_news(self, command: str, text: str, tooltip: str) -> None:
        """Show that there is something new about the program. command: opens it; "" for nothing new."""
        self.news.setVisible(bool(command))
        if command:
            self.news.setProperty("command", command)
            self.news.setToolTip(tooltip)
            self.news.setAccessibleName(strip_isolates(tooltip))
            self._names[self.news], self._icons[self.news] = text, BY_NAME[command].icon
            self._apply_theme()

    def show_workspace(self, view: WorkspaceView, *, can_switch: bool) -> None:
        """can_switch: there are other workspaces, or one can be added."""
        name = view.me.name if view.me is not None else ""
        self._names[self.teammate] = name
        you_are = texts.YOU_ARE(name=name) if name else texts.WHO_ARE_YOU()
        show_name(self.teammate, you_are)
        self.workspace.setVisible(can_switch and bool(view.workspace_name))
        self._names[self.workspace] = view.workspace_name
        switch = texts.WORKSPACE_TOOLTIP(name=view.workspace_name)
        show_name(self.workspace, switch)
        self._show_names()

    def anchor(self, button: QToolButton, menu: QWidget) -> QPoint:
        """Return the global position for a menu above one of the buttons."""
        return leading_corner(button) - QPoint(0, menu.sizeHint().height())

    def _button(self, command: str, icon: str, tooltip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("command", command)
        show_name(button, tooltip)
        self._icons[button] = icon
        if command:
            button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        self.command_requested.emit(self.sender().property("command"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_names()

    def _show_names(self) -> None:
        is_roomy = self.width() >= _ROOMY_PX * self._theme.text_scale
        for button, name in self._names.items():
            shown = name if is_roomy else ""
            if button in (self.waiting, self.scheduled) and not is_roomy:
                shown = number(self._waiting_count if button is self.waiting else self._scheduled_count)
            shown = shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 1].rstrip()}…"
            button.setText(shown.replace("&", "&&"))
            style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if shown else Qt.ToolButtonStyle.ToolButtonIconOnly
            button.setToolButtonStyle(style)

    def _apply_theme(self) -> None:
        side = round(self.fontMetrics().height() * 0.9)
        for button, icon in self._icons.items():
            button.setIcon(icons.icon(icon, self._theme.color("soon" if button is self.waiting else "muted")))
            button.setIconSize(QSize(side, side))
        self._show_names()


def _keys(command: str) -> str:
    return shown_keys(BY_NAME[command].keys[0])
