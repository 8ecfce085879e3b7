"""The head of the details pane: avatar, name, local time, and the menu with what is done rarely."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.names import display_name, full_name, initials
from desktop.text.screens import details as texts
from desktop.ui.details.local_time import LocalTime, find_local_time
from desktop.ui.details.sections import paragraph
from desktop.ui.look import icons
from desktop.ui.look.avatar import paint_avatar
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts


class CustomerHeader(QWidget):
    """Signals:
    merge_requested: merge with a customer who is to be chosen. arg: id of one of the shown customer's contacts.
    forget_requested: remove this customer's data. arg: the customer's id.
    """

    merge_requested = Signal(str)
    forget_requested = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._local_time: LocalTime | None = None
        self._customer_id = self._contact_id = ""
        self._avatar = _Avatar(theme, self)
        self._name, self._time = paragraph("", selectable=True), paragraph("", muted=True)
        self._more = QToolButton()
        self._more.setObjectName("more")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setToolTip(texts.MORE())
        menu = QMenu(self._more)
        self._merge = menu.addAction(texts.MERGE_WITH())
        self._delete = menu.addAction(texts.DELETE_DATA())
        self._merge.triggered.connect(lambda: self.merge_requested.emit(self._contact_id))
        self._delete.triggered.connect(lambda: self.forget_requested.emit(self._customer_id))
        self._more.setMenu(menu)
        row = layouts.row(parent=self, spacing=GAP + 2)
        row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(layouts.column(self._name, self._time, spacing=0), 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_customer(self, view: ThreadView) -> None:
        contacts = view.thread.contacts
        self._customer_id, self._contact_id = view.customer_id, contacts[0].id if contacts else ""
        self._avatar.show_customer(view.customer_id, view.name)
        self._name.setText(display_name(view.name))
        self._more.setAccessibleName(strip_isolates(texts.ACCESSIBLE_MORE(name=full_name(view.name))))
        self._merge.setEnabled(bool(contacts))
        self._local_time = find_local_time(contacts)
        self._update_time(self._ticker.now())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update_time(self._ticker.now())

    def _on_tick(self, now: datetime) -> None:
        if self.isVisible():
            self._update_time(now)

    def _update_time(self, now: datetime) -> None:
        text = self._local_time.sentence(now) if self._local_time is not None else ""
        if text != self._time.text() or self._time.isHidden() is bool(text):
            self._time.show_text(text)

    def _apply_theme(self) -> None:
        self._name.setFont(self._theme.font(delta=4, bold=True))
        self._time.setFont(self._theme.font(delta=-1))
        self._more.setIcon(icons.icon("fa6s.ellipsis", self._theme.color("muted")))
        side = round(self.fontMetrics().height() * 0.9)
        self._more.setIconSize(QSize(side, side))
        # Without the arrow, which would lie over the icon.
        self._more.setStyleSheet("QToolButton::menu-indicator { image: none; }")


class _Avatar(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._customer_id = self._letters = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_customer(self, customer_id: str, name: str) -> None:
        self._customer_id, self._letters = customer_id, initials(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44, 44)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_avatar(painter, QRect(0, 0, 44, 44), self._customer_id, self._letters, self._theme)
