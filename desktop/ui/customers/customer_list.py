"""The left pane: views with counts, a search field and the list of customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QStackedWidget, QVBoxLayout, QWidget

from desktop.engine.views import CustomerRow, ListView
from desktop.ui.customers.list_model import CustomersModel, CustomersView
from desktop.ui.customers.row_delegate import CustomerRowDelegate
from desktop.ui.customers.view_picker import ViewPicker
from desktop.ui.look import icons
from desktop.ui.look.ring import CLOSING, SOON
from desktop.ui.look.theme import GAP, LIST_WIDTH, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import thread


class CustomerList(QWidget):
    """Signals:
    customer_chosen: the agent went to another customer. arg: the customer's id. Not emitted by `select`, nor when
        rows come and go.
    """

    customer_chosen = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self._chosen: str | None = None
        self._updating = False
        self._minute = ticker.now().replace(second=0, microsecond=0)
        self._shown = CustomersView((SOON, CLOSING))
        self._model = CustomersModel(self._speak, self)
        self._build()
        self._picker.show_view(self._shown.view)
        self._refresh()
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._on_theme_changed)

    def _build(self) -> None:
        self.setMinimumWidth(LIST_WIDTH - 80)
        # Rows first, so that a way round the panes meets them first; Tab goes from top to bottom.
        self._stack = QStackedWidget(self)
        self._list = _RowList(self._stack)
        self._picker = ViewPicker(self._theme, self)
        self._picker.chosen.connect(self.choose_view)
        self._search = _SearchField(self)
        self._search.textChanged.connect(self._on_search_changed)
        self._search.left_downwards.connect(self._on_left_search)
        for before, after in pairwise([*self._picker.buttons(), self._search, self._list]):
            QWidget.setTabOrder(before, after)
        self._list.setModel(self._model)
        self._list.viewport().setAutoFillBackground(False)
        self._list.setItemDelegate(CustomerRowDelegate(self._theme, self._ticker, self._list))
        self._list.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._empty = Label(parent=self)
        self._empty.setObjectName("muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(3 * GAP, 6 * GAP, 3 * GAP, GAP)
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._empty)
        search_box = QVBoxLayout()
        search_box.setContentsMargins(PAD - 4, 0, PAD - 4, 0)
        search_box.addWidget(self._search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GAP, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self._picker)
        column.addLayout(search_box)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self._list)
        self._on_theme_changed()

    # --- what others ask for --------------------------------------------------------------------------------------

    def set_rows(self, rows: Iterable[CustomerRow], me_id: str) -> None:
        self._shown.set_rows(rows, me_id)
        self._refresh()

    def select(self, customer_id: str) -> None:
        """Mark this customer, in the view of all customers if the present one does not show her."""
        self._chosen = customer_id
        if self._model.row_of(customer_id) is None:
            self._search.clear()
            self.choose_view(ListView.ALL)
        self._mark_chosen(scroll=True)

    def current(self) -> str | None:
        """The chosen customer, also while the present view or search hides her."""
        return self._chosen

    def choose_view(self, view: ListView) -> None:
        self._shown.view = view
        self._picker.show_view(view)
        self._refresh()

    def set_closing_within(self, closing_within: timedelta) -> None:
        """How much time a window has left at most that closes soon."""
        if closing_within != self._shown.closing_within:
            self._shown.closing_within = closing_within
            self._refresh()

    def focus_search(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        now = self._ticker.now()
        self._updating = True
        self._model.set_rows(self._shown.visible(now))
        self._updating = False
        self._mark_chosen()
        self._picker.set_counts(self._shown.counts(now))
        empty = self._model.rowCount() == 0
        if empty:
            self._empty.setText(thread.empty_view(self._shown.view, self._shown.search, self._shown.closing_within))
        self._stack.setCurrentWidget(self._empty if empty else self._list)

    def _mark_chosen(self, *, scroll: bool = False) -> None:
        """Qt hands the selection to a neighbour when a row goes; put it back where the agent left it."""
        at = self._model.row_of(self._chosen) if self._chosen is not None else None
        self._updating = True
        selection = self._list.selectionModel()
        if at is None:
            selection.clear()
        elif selection.currentIndex().row() != at or not selection.hasSelection():
            selection.setCurrentIndex(self._model.index(at), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._updating = False
        if scroll and at is not None:
            self._list.scrollTo(self._model.index(at))

    def _speak(self, row: CustomerRow) -> str:
        return thread.spoken_row(row, self._ticker.now())

    def _on_selection_changed(self, _now_in: QItemSelection, _now_out: QItemSelection) -> None:
        customer_id = self._model.customer_id(self._list.currentIndex())
        if self._updating or customer_id is None or customer_id == self._chosen:
            return
        self._chosen = customer_id
        self.customer_chosen.emit(customer_id)

    def _on_search_changed(self, text: str) -> None:
        self._shown.search = text
        self._refresh()

    def _on_left_search(self) -> None:
        if self._model.rowCount() == 0:
            return
        self._list.setFocus(Qt.FocusReason.TabFocusReason)
        if not self._list.selectionModel().currentIndex().isValid():
            self._list.setCurrentIndex(self._model.index(0))

    def _on_tick(self, now: datetime) -> None:
        stale = self._shown.stale(now)
        if stale:
            self._refresh()
        minute = now.replace(second=0, microsecond=0)
        # What is equal to what was there is not told to be different, and yet its ring is.
        if stale or minute != self._minute:
            self._minute = minute
            self._list.viewport().update()

    def _on_theme_changed(self) -> None:
        self._search.update_icon(self._theme)
        own = self.palette()
        own.setColor(own.ColorRole.Window, self._theme.color("panel"))
        self.setPalette(own)
        self.setAutoFillBackground(True)
        self._list.scheduleDelayedItemsLayout()


class _SearchField(QLineEdit):
    """Signals:
    left_downwards: Down or Enter was pressed: on to the list.
    """

    left_downwards = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(thread.SEARCH_CUSTOMERS)
        self.setAccessibleName(thread.SEARCH_CUSTOMERS)
        self.setClearButtonEnabled(True)
        self._icon = self.addAction(
            icons.icon("fa6s.magnifying-glass", self.palette().placeholderText().color()),
            QLineEdit.ActionPosition.LeadingPosition,
        )

    def update_icon(self, theme: Theme) -> None:
        self._icon.setIcon(icons.icon("fa6s.magnifying-glass", theme.color("muted")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_downwards.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _RowList(QListView):
    """Rows of one height; J and K move like the arrows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Customers")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current here; coming by must not open a customer."""
        super().focusInEvent(event)
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
        """Letters are commands here; the search field finds names."""
