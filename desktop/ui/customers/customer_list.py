"""The customer pane: view buttons with counts, a search field and the list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QStackedWidget, QWidget

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.model.list_view import ListView
from desktop.text.screens import customers as texts
from desktop.ui.customers.list_model import CustomerFilter, CustomersModel
from desktop.ui.customers.row_delegate import CustomerRowDelegate
from desktop.ui.customers.view_picker import ViewPicker
from desktop.ui.look import icons
from desktop.ui.look.ring import CLOSING, SOON
from desktop.ui.look.theme import GAP, LIST_WIDTH, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Paragraph


class CustomerList(QWidget):
    """Shows the customers of one view and keeps the chosen one selected.

    Signals:
        customer_chosen: the agent chose another customer. arg: the customer's id. Not emitted by `select` or by changes
            of rows.
    """

    customer_chosen = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self._chosen: str | None = None
        self._is_updating = False
        self._minute = ticker.now().replace(second=0, microsecond=0)
        self._filter = CustomerFilter((SOON, CLOSING))
        self._model = CustomersModel(self._accessible_text, self)
        self._build()
        self._picker.show_view(self._filter.view)
        self._refresh()
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._on_theme_changed)

    def _build(self) -> None:
        self.setMinimumWidth(LIST_WIDTH - 80)
        # The list is created first, since F6 focuses the first child; the tab order runs from top to bottom.
        self._stack = QStackedWidget(self)
        self._list = CustomerListView(self._stack)
        self._picker = ViewPicker(self._theme, self)
        self._picker.chosen.connect(self.choose_view)
        self._search = SearchField(self)
        self._search.textChanged.connect(self._on_search_changed)
        self._search.list_requested.connect(self._on_list_requested)
        for first, second in pairwise([*self._picker.buttons(), self._search, self._list]):
            QWidget.setTabOrder(first, second)
        self._list.setModel(self._model)
        self._list.viewport().setAutoFillBackground(False)
        self._list.setItemDelegate(CustomerRowDelegate(self._theme, self._ticker, self._list))
        self._list.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._placeholder = Paragraph(muted=True)
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._placeholder.setContentsMargins(3 * GAP, 6 * GAP, 3 * GAP, GAP)
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._placeholder)
        search_box = layouts.column(self._search, margins=(PAD - 4, 0, PAD - 4, 0))
        column = layouts.column(self._picker, search_box, self._stack, parent=self, margins=(0, GAP, 0, 0))
        column.setStretchFactor(self._stack, 1)
        self.setFocusProxy(self._list)
        self._on_theme_changed()

    # --- public --------------------------------------------------------------------------------------

    def set_rows(self, rows: Iterable[CustomerRow], me_id: str) -> None:
        """Show these customers. me_id: the teammate whose conversations the view *Mine* lists."""
        self._filter.set_rows(rows, me_id)
        self._refresh()

    def select(self, customer_id: str) -> None:
        """Choose this customer; switches to the view of all customers if the present one does not show them."""
        self._chosen = customer_id
        if self._model.row_of(customer_id) is None:
            self._search.clear()
            self.choose_view(ListView.ALL)
        self._select_chosen(scroll=True)

    def current(self) -> str | None:
        """Return the chosen customer, also while the view or the search hides them."""
        return self._chosen

    def choose_view(self, view: ListView) -> None:
        self._filter.view = view
        self._picker.show_view(view)
        self._refresh()

    def set_closing_within(self, closing_within: timedelta) -> None:
        """Set the maximum time left of a window that counts as closing soon."""
        if closing_within != self._filter.closing_within:
            self._filter.closing_within = closing_within
            self._refresh()

    def focus_search(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # --- private ---------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        now = self._ticker.now()
        self._is_updating = True
        self._model.set_rows(self._filter.visible(now))
        self._is_updating = False
        self._select_chosen()
        self._picker.set_counts(self._filter.counts(now))
        is_empty = self._model.rowCount() == 0
        if is_empty:
            self._placeholder.setText(
                texts.empty_view(self._filter.view, self._filter.search, self._filter.closing_within)
            )
        self._stack.setCurrentWidget(self._placeholder if is_empty else self._list)

    def _select_chosen(self, *, scroll: bool = False) -> None:
        """Select the chosen customer again: Qt selects a neighbor when a row is removed."""
        row = self._model.row_of(self._chosen) if self._chosen is not None else None
        self._is_updating = True
        selection = self._list.selectionModel()
        if row is None:
            selection.clear()
        elif selection.currentIndex().row() != row or not selection.hasSelection():
            selection.setCurrentIndex(self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._is_updating = False
        if scroll and row is not None:
            self._list.scrollTo(self._model.index(row))

    def _accessible_text(self, row: CustomerRow) -> str:
        return texts.accessible_row(row, self._ticker.now(), (mark.text() for mark in texts.marks_of(row)))

    def _on_selection_changed(self, _now_in: QItemSelection, _now_out: QItemSelection) -> None:
        customer_id = self._model.customer_id(self._list.currentIndex())
        if self._is_updating or customer_id is None or customer_id == self._chosen:
            return
        self._chosen = customer_id
        self.customer_chosen.emit(customer_id)

    def _on_search_changed(self, text: str) -> None:
        self._filter.search = text
        self._refresh()

    def _on_list_requested(self) -> None:
        if self._model.rowCount() == 0:
            return
        self._list.setFocus(Qt.FocusReason.TabFocusReason)
        if not self._list.selectionModel().currentIndex().isValid():
            self._list.setCurrentIndex(self._model.index(0))

    def _on_tick(self, now: datetime) -> None:
        is_stale = self._filter.is_stale(now)
        if is_stale:
            self._refresh()
        minute = now.replace(second=0, microsecond=0)
        # Rows that are equal are not updated by the model, but their rings and ages change with time.
        if is_stale or minute != self._minute:
            self._minute = minute
            self._list.viewport().update()

    def _on_theme_changed(self) -> None:
        self._search.update_icon(self._theme)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._theme.color("panel"))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self._list.scheduleDelayedItemsLayout()


class SearchField(QLineEdit):
    """The search field.

    Signals:
        list_requested: Down or Enter was pressed; move to the list.
    """

    list_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(texts.SEARCH())
        self.setAccessibleName(texts.SEARCH())
        self.setClearButtonEnabled(True)
        self._icon = self.addAction(
            icons.icon("fa6s.magnifying-glass", self.palette().placeholderText().color()),
            QLineEdit.ActionPosition.LeadingPosition,
        )

    def update_icon(self, theme: Theme) -> None:
        self._icon.setIcon(icons.icon("fa6s.magnifying-glass", theme.color("muted")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list_requested.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class CustomerListView(QListView):
    """The list; J and K move like the arrow keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(texts.CUSTOMERS())
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Qt makes the first row current here, but Tab must not open a customer.
        if not self.selectionModel().hasSelection():
            self.selectionModel().clearCurrentIndex()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
            return
        row = min(max(self.currentIndex().row() + step, 0), self.model().rowCount() - 1)
        self.setCurrentIndex(self.model().index(row, 0))

    def keyboardSearch(self, _search: str) -> None:
        """Do not search: letters are shortcuts, and names are found with the search field."""
