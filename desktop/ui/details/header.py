"""The head of the details pane: avatar, name, local time, and the menu with what is done rarely."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.names import display_name, full_name, initials
from desktop.text.screens import details as texts
from desktop.text.screens.writing import new_conversation as new_conversation_texts
from desktop.ui.details.contact import PLACEHOLDER_ID_PREFIX
from desktop.ui.details.editing.rows import FieldRow, FieldTarget
from desktop.ui.details.local_time import LocalTime, find_local_time
from desktop.ui.details.sections import paragraph
from desktop.ui.look import icons
from desktop.ui.look.avatar import paint_avatar
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts


class CustomerHeader(QWidget):
    """Signals:
    new_conversation_requested: write first to this customer. arg: id of one of their contacts.
    merge_requested: merge with a customer who is to be chosen. arg: id of one of the shown customer's contacts.
    merge_in_intercom_requested: merge two of the shown customer's contacts for ever.
    forget_requested: remove this customer's data. arg: the customer's id.
    """

    new_conversation_requested = Signal(str)
    merge_requested = Signal(str)
    merge_in_intercom_requested = Signal()
    forget_requested = Signal(str)

    def __init__(
        self, theme: Theme, ticker: Ticker, parent: QWidget, make_row: Callable[[FieldTarget, QWidget], FieldRow]
    ) -> None:
        """make_row: of the name, where it can be changed."""
        super().__init__(parent)
        self._make_row = make_row
        self._name_row: FieldRow | None = None
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
        self._begin = menu.addAction(new_conversation_texts.NEW_CONVERSATION())
        self._begin.triggered.connect(lambda: self.new_conversation_requested.emit(self._contact_id))
        self._merge = menu.addAction(texts.MERGE_WITH())
        self._merge_in_intercom = menu.addAction(texts.MERGE_IN_INTERCOM())
        self._merge_in_intercom.triggered.connect(self.merge_in_intercom_requested)
        self._delete = menu.addAction(texts.DELETE_DATA())
        self._merge.triggered.connect(lambda: self.merge_requested.emit(self._contact_id))
        self._delete.triggered.connect(lambda: self.forget_requested.emit(self._customer_id))
        self._more.setMenu(menu)
        row = layouts.row(parent=self, spacing=GAP + 2)
        row.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        self._names = layouts.column(self._name, self._time, spacing=0)
        row.addLayout(self._names, 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def set_can_merge_in_intercom(self, can_merge: bool) -> None:
        self._merge_in_intercom.setEnabled(can_merge)

    def edit_name(self) -> None:
        """Open the field of the name, where it can be changed."""
        if self._name_row is not None:
            self._name_row.begin()

    def show_customer(self, view: ThreadView, name: FieldTarget | None) -> None:
        """name: the field of the name; None where it cannot be changed."""
        self._show_name(name)
        contacts = view.thread.contacts
        own = [c for c in contacts if not c.id.startswith(PLACEHOLDER_ID_PREFIX)] or contacts
        self._customer_id, self._contact_id = view.customer_id, own[0].id if own else ""
        self._avatar.show_customer(view.customer_id, view.name)
        self._name.setText(display_name(view.name))
        self._more.setAccessibleName(strip_isolates(texts.ACCESSIBLE_MORE(name=full_name(view.name))))
        self._merge.setEnabled(bool(contacts))
        # One that is here alone can't be written to.
        self._begin.setEnabled(any(not c.id.startswith(PLACEHOLDER_ID_PREFIX) for c in contacts))
        self._local_time = find_local_time(contacts)
        self._update_time(self._ticker.now())

    def _show_name(self, target: FieldTarget | None) -> None:
        old = self._name_row
        if old is not None and (old.target == target or (old.is_open and target is not None)):
            return
        had_focus = old is not None and any(w.hasFocus() for w in old.findChildren(QWidget))
        if old is not None:
            self._names.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._name_row = None if target is None else self._make_row(target, self)
        self._name.setVisible(self._name_row is None)
        if self._name_row is not None:
            self._names.insertWidget(0, self._name_row)
            self._put_into_tab_order(self._name_row)
            if had_focus:
                self._name_row.focus_shown()

    def _put_into_tab_order(self, row: QWidget) -> None:
        """Before the menu; Qt appends new widgets to the end."""
        before = self._more.previousInFocusChain()
        while before is not None and before.focusPolicy() is Qt.FocusPolicy.NoFocus:
            before = before.previousInFocusChain()
        for widget in row.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                if before is not None:
                    QWidget.setTabOrder(before, widget)
                before = widget

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
        if self._name_row is not None and not self._name_row.is_open:
            target = self._name_row.target
            self._show_name(None)
            self._show_name(target)
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
