"""The customers who are still to be reached: a list that empties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from desktop.domain.history.report_events import ReportKind
from desktop.engine.views import ReportsView, UnreachedCustomer
from desktop.text import reports as texts
from desktop.text.catalog import strip_isolates
from desktop.text.formats import whole_words
from desktop.text.names import display_name
from desktop.ui.look import icons
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Paragraph

_LONGEST_NAME = 48
_CUSTOMER = Qt.ItemDataRole.UserRole
_ICONS = {ReportKind.MESSENGER_ONLY: "fa6b.intercom", ReportKind.WINDOW_CLOSED: "fa6s.hourglass-end"}


class ToDoPage(QWidget):
    """Signals:
    open_requested: show a customer at what happened. arg: UnreachedCustomer.
    done_requested: the agent says that these are dealt with. arg: tuple of UnreachedCustomer.
    """

    open_requested = Signal(object)
    done_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Sequence[UnreachedCustomer] = ()
        self.list = _CustomerList()
        self.list.setAccessibleName(texts.TO_DO())
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.activated.connect(self._on_open)
        self.list.done_pressed.connect(self._on_done)
        self.list.itemSelectionChanged.connect(self._update_buttons)
        self.open_button = push_button(texts.OPEN(), self._on_open)
        self.done_button = push_button(texts.MARK_DONE(), self._on_done)
        self._more = Paragraph(muted=True)
        self.empty = EmptyState(theme)
        self.empty.show_state("fa6s.circle-check", texts.NOTHING_TO_DO(), texts.NOTHING_TO_DO_ABOUT())
        filled = QWidget()
        column = layouts.column(
            Paragraph(texts.TO_DO_ABOUT(), muted=True),
            self.list,
            self._more,
            FlowLayout(self.open_button, self.done_button),
            parent=filled,
        )
        column.setStretchFactor(self.list, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(filled)
        layouts.column(self._stack, parent=self)
        theme.changed.connect(self._set_icons)

    def show_reports(self, view: ReportsView, now: datetime) -> None:
        """Show who is to be reached; what is selected stays selected."""
        selected = {c.customer_id for c in self.selected}
        row = max(self.list.currentRow(), 0)
        self._shown = view.to_do
        self.list.blockSignals(True)
        self.list.clear()
        for customer in view.to_do:
            name, line = display_name(customer.name), texts.to_do_line(customer.event, now)
            shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
            item = QListWidgetItem(f"{shown}\n{line}")
            item.setToolTip(f"{name}\n{line}")
            with whole_words():
                spoken = texts.to_do_line(customer.event, now)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, strip_isolates(f"{name}. {spoken}"))
            item.setData(_CUSTOMER, customer)
            self.list.addItem(item)
            item.setSelected(customer.customer_id in selected)
        # The keyboard stays where it was: on the next one, when one is done.
        self.list.setCurrentRow(min(row, self.list.count() - 1), QItemSelectionModel.SelectionFlag.NoUpdate)
        if not self.selected and self.list.currentItem() is not None:
            self.list.currentItem().setSelected(True)
        self.list.blockSignals(False)
        more = view.to_do_count - len(view.to_do)
        self._more.show_text(texts.MORE_TO_DO(more) if more > 0 else "")
        self._stack.setCurrentIndex(int(bool(view.to_do)))
        self._set_icons()
        self._update_buttons()

    @property
    def selected(self) -> list[UnreachedCustomer]:
        return [item.data(_CUSTOMER) for item in self.list.selectedItems()]

    def _set_icons(self) -> None:
        for row, customer in enumerate(self._shown):
            icon = icons.icon(_ICONS[customer.event.kind], self._theme.color("muted"))
            self.list.item(row).setIcon(icon)

    def _update_buttons(self) -> None:
        count = len(self.selected)
        self.open_button.setEnabled(count == 1)
        self.done_button.setEnabled(count > 0)

    def _on_open(self) -> None:
        selected = self.selected
        if len(selected) == 1:
            self.open_requested.emit(selected[0])

    def _on_done(self) -> None:
        if self.selected:
            self.done_requested.emit(tuple(self.selected))


class _CustomerList(QListWidget):
    """Signals: done_pressed: the key for it was pressed."""

    done_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not event.isAutoRepeat():
            self.done_pressed.emit()
        else:
            super().keyPressEvent(event)
