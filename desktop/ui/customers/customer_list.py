"""The customer pane: a search, views with counts and the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget, QWidget

from desktop.domain.model.list_view import AnyView, ListView, SavedView
from desktop.engine.protocols import Engine
from desktop.engine.views import CustomerPage, CustomerQuery, CustomerRow, PageRequest, WorkspaceView
from desktop.text.screens import customers as texts
from desktop.text.screens import views as view_texts
from desktop.ui.customers.empty_list import EmptyList
from desktop.ui.customers.list_model import ROW, CustomersModel
from desktop.ui.customers.list_view import CustomerListView
from desktop.ui.customers.new_button import NewConversationButton
from desktop.ui.customers.page_loader import PageLoader
from desktop.ui.customers.row_delegate import COMFORTABLE, COMPACT, CustomerRowDelegate
from desktop.ui.customers.row_selection import RowSelection
from desktop.ui.customers.search.customer_search import CustomerSearch
from desktop.ui.customers.search.results_model import Place
from desktop.ui.customers.selection_bar import SelectionBar
from desktop.ui.customers.views.own_views import OwnViewsLine
from desktop.ui.customers.views.picker import ViewPicker
from desktop.ui.customers.views.search_counts import SearchCounts
from desktop.ui.customers.views.unread_button import UnreadButton
from desktop.ui.look.preferences import CLOSING_WITHIN
from desktop.ui.look.ring import next_ring_change
from desktop.ui.look.theme import GAP, LIST_WIDTH, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.layouts import Pane

_MARGIN = 60
"""Rows that are loaded above and below those on the screen."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_LEAST_LETTERS = 17
"""Beside the buttons, with its icons, in the search field."""
_VIEWS_SHARE = 0.4
"""Of the pane's height, at most, is for the views."""


class CustomerList(Pane):
    """Shows the customers of one view and keeps the chosen one selected. empty: stands in place of the rows.

    Signals:
        customer_chosen: the agent chose another customer. arg: the customer's id. Not emitted by `select` or by changes
            of rows.
        message_chosen: a message was chosen among the results of the search. arg: its `Place`.
        filled: customers, or the results of a search, are shown.
        loaded: what the list shows was read, also where that is nobody.
        entered: the agent wants to go on to the chosen customer's thread.
        menu_requested: the agent wants the menu of one row, or of several. args: tuple of `CustomerRow`, where to open
            it (global QPoint).
        command_requested: the agent wants to run a command, for all selected rows where it is for several. arg: its
            name.
        own_view_edited: save or delete one of the agent's own views. args: see `OwnViewsLine`.
        view_moved: others may be on the screen (`in_view`).
    """

    customer_chosen = Signal(str)
    message_chosen = Signal(object)
    filled = Signal()
    loaded = Signal()
    entered = Signal()
    menu_requested = Signal(object, QPoint)
    command_requested = Signal(str)
    own_view_edited = Signal(object, object, str)
    view_moved = Signal()

    def __init__(self, engine: Engine, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self._query = CustomerQuery(closing_within=CLOSING_WITHIN)
        self._shown_query: CustomerQuery | None = None
        self._chosen: str | None = None
        self._own: tuple[SavedView, ...] = ()
        self._awaited_own = self._kept = ""
        self._is_revealing = self._keeps_view = False
        self._awaited_row: int | None = None
        self._changed: dict[str, int] = {}
        self._change_number = self._asked_after = 0
        self._missing: range | None = None
        self._has_begun = self._is_updating = self._is_empty = False
        self._next_change: datetime | None = None
        self._next_repaint: datetime | None = None
        self._ticked_at = ticker.now()
        self._colleagues = engine.queries.colleagues_with
        self._model = CustomersModel(self._accessible_text, self)
        self._loader = PageLoader(engine, self._wanted, self)
        self._loader.loaded.connect(self._on_loaded)
        self._build(engine)
        self._show_view()
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._on_theme_changed)

    def _build(self, engine: Engine) -> None:
        self.setMinimumWidth(LIST_WIDTH - 80)
        # The list is created first, since F6 focuses the first child; the tab order runs from top to bottom.
        self._stack = QStackedWidget(self)
        self._list = CustomerListView(self._stack)
        self.picker = ViewPicker(self._theme, self)
        self.picker.chosen.connect(self.choose_view)
        self.own_views = OwnViewsLine(self._theme, self)
        self.own_views.command_requested.connect(self.own_view_edited)
        self.picker.menu_requested.connect(self.own_views.open_menu)
        self.unread_button = UnreadButton(self._theme, self)
        self.unread_button.toggled.connect(self.set_unread_only)
        self.new_button = NewConversationButton(self._theme, self)
        self.new_button.clicked.connect(lambda: self.command_requested.emit("new_conversation"))
        self.search = search = CustomerSearch(engine, self._theme, self._ticker, self, self._stack)
        bar = search.bar
        self._search_counts = SearchCounts(engine, self._ticker, search.read, self._is_counted, self)
        self._search_counts.counted.connect(self.picker.set_found)
        search.toggled.connect(self._on_search_toggled)
        search.list_requested.connect(self._on_list_requested)
        search.place_chosen.connect(self._on_place_chosen)
        # Before `filled`, and with the results: the pane is laid out and painted once.
        search.shown.connect(self._show_view)
        search.shown.connect(self.filled)
        self._list.setModel(self._model)
        self._list.viewport().setAutoFillBackground(False)
        self._delegate = CustomerRowDelegate(self._theme, self._ticker, self._list, self._colleagues)
        self._list.setItemDelegate(self._delegate)
        self._list.doItemsLayout()
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._selection = RowSelection(self._list, self._model)
        self._list.menu_requested.connect(self._on_menu_requested)
        self._list.opened.connect(self._on_opened)
        self._list.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._list.verticalScrollBar().valueChanged.connect(self._forget_next_repaint)
        self._list.verticalScrollBar().valueChanged.connect(self.view_moved)
        # Not while it paints.
        self._list.rows_missing.connect(self._on_rows_missing, Qt.ConnectionType.QueuedConnection)
        self.empty = EmptyList(self._theme, self._stack)
        self.empty.view_requested.connect(self.choose_view)
        self.empty.all_requested.connect(lambda: self.set_unread_only(False))
        self._stack.addWidget(self._list)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(search.view)
        search_box = self._search_box = layouts.row(bar, spacing=GAP // 2, margins=(PAD - 4, 0, PAD - 4, 0))
        search_box.setStretchFactor(bar, 1)
        self._is_narrow: bool | None = None
        self._selection_bar = SelectionBar(self._theme, self)
        self._selection_bar.command_requested.connect(self.command_requested)
        self._selection_bar.cleared.connect(self.select_one)
        items = (search_box, self.picker, self.own_views, self._selection_bar, self._stack)
        column = layouts.column(*items, parent=self, spacing=GAP // 2, margins=(0, GAP, 0, 0))
        column.setStretchFactor(self._stack, 1)
        self.setFocusProxy(self._list)
        self._place_buttons(is_narrow=False)
        self._on_theme_changed()

    # --- public --------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read everything on the screen again."""
        self.search.forget_values()
        self._search_counts.mark_changed()
        self._mark_changed(self._model.rows)
        self._load()

    def update_customers(self, customer_ids: Iterable[str]) -> None:
        """Read these customers again, and how the lists have changed with them."""
        changed = frozenset(customer_ids)
        self.search.update_customers(changed)
        self._search_counts.mark_changed()
        self._mark_changed(self._model.rows.keys() & changed)
        self._has_begun = True
        self._loader.load_soon()

    def update_presence(self, customer_ids: Iterable[str]) -> None:
        """Show who else is with these customers."""
        self._model.refresh(customer_ids)

    def select(self, customer_id: str, *, keeps_view: bool = False) -> None:
        """Choose this customer; switches to the view of all customers if the present one does not show them, unless
        `keeps_view`.
        """
        self._chosen, self._kept, self._awaited_row = customer_id, customer_id, None
        self._keeps_view = keeps_view
        self._selection.clear()
        self._selection_bar.show_count(0)
        row = self._model.row_of(customer_id) if self._query == self._shown_query else None
        self._is_revealing = row is None
        if row is None:
            self._load()
        else:
            self._select_row(row, scroll=True)

    def current(self) -> str | None:
        """Return the chosen customer, also while the view or the search hides them."""
        return self._chosen

    @property
    def selected_rows(self) -> tuple[CustomerRow, ...]:
        """The rows that are selected, where there are several."""
        return self._selection.rows

    def select_one(self) -> None:
        """Select the chosen customer alone."""
        self._selection.clear()
        self._selection_bar.show_count(0)
        self._is_updating = True
        self._list.selectionModel().clear()
        self._is_updating = False
        self._select_row(self._model.row_of(self._chosen) if self._chosen is not None else None)

    @property
    def in_view(self) -> tuple[str, ...]:
        """The customers whose rows are on the screen, from top to bottom; none while it shows something else."""
        if not self._list.isVisible():
            return ()
        found = (self._model.customer_id(self._model.index(row)) for row in self._list.visible_rows())
        return tuple(customer_id for customer_id in found if customer_id is not None)

    def neighbour(self, step: int) -> str | None:
        """Return the customer so many rows below the chosen one; None for none that is loaded."""
        row = self._model.row_of(self._chosen) if self._chosen is not None else None
        if row is None:
            return self._model.customer_id(self._model.index(0, 0)) if self._model.rowCount() else None
        return self._model.customer_id(self._model.index(row + step, 0))

    @property
    def view(self) -> AnyView:
        return self._query.view

    def choose_view(self, view: AnyView | SavedView) -> None:
        """Show a view: one of the agent's own with its search and filter. Another one has no search, and keeps a filter
        that is not of one of theirs."""
        self._awaited_own, search, query = "", "", self._query
        if isinstance(view, SavedView):
            search, query = view.search, replace(query, view=view.view, unread_only=view.unread_only)
        else:
            query = replace(query, view=view, unread_only=query.unread_only and self.own_view is None)
        self._ask(query)
        self.search.bar.field.setText(search)
        self._show_view()

    @property
    def own_view(self) -> SavedView | None:
        """The agent's own view that is shown; None if it is another one, or none."""
        query, search = self._query, self.search.bar.field.text().strip()
        if search:
            return next((v for v in self._own if v.search.strip() == search), None)
        shown = (query.view, query.unread_only, "")
        return next((v for v in self._own if (v.view, v.unread_only, v.search.strip()) == shown), None)

    def restore_own_view(self, view_id: str) -> None:
        """Choose this view once the agent's own are known, unless another one is chosen before."""
        self._awaited_own = view_id

    def show_workspace(self, workspace: WorkspaceView) -> None:
        """Show its teams and the agent's own views."""
        self._own = workspace.saved_views
        self.picker.show_workspace(workspace)
        self._search_counts.show_views(workspace.saved_views)
        awaited, self._awaited_own = self._awaited_own, ""
        own = next((view for view in self._own if view.id == awaited), None)
        if own is not None:
            self.choose_view(own)
        else:
            self._show_view()

    @property
    def unread_only(self) -> bool:
        return self._query.unread_only

    def set_unread_only(self, unread_only: bool) -> None:
        """Set whether the list leaves out those without unread messages."""
        self._ask(replace(self._query, unread_only=unread_only))
        self._show_view()

    def set_closing_within(self, closing_within: timedelta) -> None:
        """Set the maximum time left of a window that counts as closing soon."""
        self._ask(replace(self._query, closing_within=closing_within))

    def set_compact(self, compact: bool) -> None:
        """Set whether the rows take as little height as they can."""
        if self._delegate.set_sizes(COMPACT if compact else COMFORTABLE):
            self._list.scheduleDelayedItemsLayout()

    def focus_search(self) -> None:
        self.search.focus_field()

    # --- loading ---------------------------------------------------------------------------------------------------

    def _ask(self, query: CustomerQuery) -> None:
        if query != self._query:
            self._query, self._kept = query, ""
            if self._has_begun:
                self._load()

    def _load(self) -> None:
        self._has_begun = True
        self._loader.load(self._query)

    def _mark_changed(self, customer_ids: Iterable[str]) -> None:
        self._change_number += 1
        self._changed |= dict.fromkeys(customer_ids, self._change_number)

    def _on_rows_missing(self) -> None:
        visible = self._list.visible_rows()
        # What is still missing after it was loaded does not come by loading it again.
        if visible != self._missing:
            self._missing = visible
            self._load()

    def _wanted(self) -> tuple[CustomerQuery, PageRequest]:
        """What to load: the rows on the screen and some around them; of another list, around the chosen customer."""
        self._asked_after = self._change_number
        visible = self._list.visible_rows()
        height = self._list.viewport().height() // self._list.row_height + 2
        first, anchor = None, ("", 0)
        if self._query == self._shown_query and not self._is_revealing:
            first, anchor = max(visible.start - _MARGIN, 0), self._anchor(visible)
        held, count = frozenset(self._model.rows.keys() - self._changed), height + 2 * _MARGIN
        return self._query, PageRequest(first, count, self._chosen or "", anchor, held, self._kept)

    def _anchor(self, visible: range) -> tuple[str, int]:
        """The first customer on the screen who is where they were: the others stay around them. Nobody at the top of
        the list, where the newest is to be seen."""
        if visible.start > 0:
            for row in visible:
                customer_id = self._model.customer_id(self._model.index(row))
                if customer_id is not None and customer_id not in self._changed:
                    return customer_id, row
        return "", 0

    def _on_loaded(self, query: CustomerQuery, page: CustomerPage) -> None:
        self.picker.set_counts(page.counts, page.unread)
        self._next_change = page.next_change
        if query != self._query:
            return
        is_revealing, self._is_revealing = self._is_revealing, False
        is_missing = page.located is None and (query.view is not ListView.ALL or query.unread_only)
        if is_revealing and is_missing and not self._keeps_view:
            self._show_in_all()
            return
        self._changed = {i: number for i, number in self._changed.items() if number > self._asked_after}
        self._next_repaint = None
        self._is_updating = True
        bar, row_height = self._list.verticalScrollBar(), self._list.row_height
        if query != self._shown_query:
            self._shown_query, self._awaited_row = query, None
            self._model.show_other(page)
            bar.setValue(0)
        else:
            is_same = self._awaited_row is None and not is_revealing
            self._model.show(page, self._selection.only_row if is_same else None)
            if page.moved:
                self._list.executeDelayedItemsLayout()
                bar.setValue(bar.value() + page.moved * row_height)
        self._is_updating = False
        self.empty.show_query(query, page.counts[ListView.UNASSIGNED])
        self._is_empty = page.size == 0
        self._show_results(self._stack.currentWidget() is self.search.view)
        if self._awaited_row is None:
            self._select_row(page.located, scroll=is_revealing)
        else:
            self._choose(self._awaited_row)
        self.view_moved.emit()
        if page.size:
            self.filled.emit()
        self.loaded.emit()

    def _is_counted(self, view: SavedView) -> bool:
        """Whether the count of this view is to be seen."""
        return self.picker.isVisible() and self.picker.is_listed(view)

    def _show_in_all(self) -> None:
        """Look for the customer to be shown among all, since the present view does not have them."""
        self._is_revealing = True
        self._query = replace(self._query, view=ListView.ALL, unread_only=False)
        self._show_view()
        self._load()

    def _on_search_toggled(self, is_open: bool) -> None:
        self._show_results(is_open)
        if not is_open:
            self._show_view()
            if not self._is_empty:
                self.filled.emit()

    def _show_results(self, shows_results: bool) -> None:
        """Show the results of the search, or the list again."""
        listed = self.empty if self._is_empty else self._list
        page = self.search.view if shows_results else listed
        if any(each.hasFocus() for each in (self._list, self.empty, self.search.view) if each is not page):
            # Otherwise Qt passes it on to whatever follows while this one is hidden, and a screen reader names that.
            page.show()
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._stack.setCurrentWidget(page)
        if shows_results and self.picker.list.hasFocus():
            self.search.view.setFocus(Qt.FocusReason.OtherFocusReason)
        # Views are no part of the search, and results need the room.
        self.picker.setVisible(not shows_results)
        self.unread_button.setEnabled(not shows_results)
        self.setFocusProxy(self.search.view if shows_results else self._list)
        self.view_moved.emit()

    def _show_view(self) -> None:
        """Show which view, filter and search are on."""
        query, search, own = self._query, self.search.bar.field.text().strip(), self.own_view
        self.unread_button.setChecked(query.unread_only)
        self.picker.set_unread_only(query.unread_only)
        self.picker.show_view(own or query.view)
        name = search or view_texts.UNREAD_IN(view=self.picker.name_of(query.view))
        # A search finds whoever there is: it takes neither the view with it nor the filter.
        view, unread_only = (ListView.ALL, False) if search else (query.view, query.unread_only)
        self.own_views.show_state(SavedView("", name, view, search, unread_only), own)

    # --- choosing --------------------------------------------------------------------------------------------------

    def _select_row(self, row: int | None, *, scroll: bool = False) -> None:
        """Select the chosen customer again, who is in this row; None if the list does not show them."""
        self._is_updating = True
        selection = self._list.selectionModel()
        if self._selection.rows:
            self._selection.update()
            self._selection_bar.show_count(len(self._selection.rows))
        elif row is None and self._list.hasFocus():
            # The keyboard stays where it is.
            selection.clearSelection()
        elif row is None:
            selection.clear()
        elif self._selection.only_row != row:
            index, alone = self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            if self._list.hasFocus() and selection.currentIndex().isValid() and not scroll:
                # The keyboard may be on its way to another row.
                selection.select(index, alone)
            else:
                selection.setCurrentIndex(index, alone)
        self._is_updating = False
        if scroll and row is not None:
            self._list.scrollTo(self._model.index(row))

    def _accessible_text(self, row: CustomerRow) -> str:
        return texts.accessible_row(row, self._ticker.now(), self._colleagues(row.customer_id))

    def _on_selection_changed(self, _now_in: QItemSelection, _now_out: QItemSelection) -> None:
        if self._is_updating:
            return
        row = self._selection.take()
        self._selection_bar.show_count(len(self._selection.rows))
        if row is not None:
            self._choose(row)

    def _on_opened(self, row: int, goes_on: bool) -> None:
        self._list.selectionModel().select(self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if goes_on:
            self.entered.emit()

    def _on_menu_requested(self, row: int, at: QPoint) -> None:
        """Open the menu of the row, or of all that are selected if it is one of them."""
        shown = self._model.index(row, 0).data(ROW)
        if shown is not None:
            several = self._selection.rows
            is_selected = any(r.customer_id == shown.customer_id for r in several)
            self.menu_requested.emit(several if is_selected else (shown,), at)

    def _choose(self, row: int) -> None:
        """Choose the customer in this row, once they are loaded."""
        customer_id = self._model.customer_id(self._model.index(row))
        self._awaited_row = row if customer_id is None else None
        if customer_id is not None and customer_id != self._chosen:
            # Opening them makes them read, but they stay where they are until somebody else is opened.
            self._chosen = self._kept = customer_id
            self.customer_chosen.emit(customer_id)

    def _on_place_chosen(self, place: Place) -> None:
        """Open the customer, and leave the list behind the results in its view."""
        self.select(place.customer_id, keeps_view=True)
        if place.entry_id:
            self.message_chosen.emit(place)
        else:
            self.customer_chosen.emit(place.customer_id)

    def _on_list_requested(self) -> None:
        if self._model.rowCount() == 0:
            return
        self._list.setFocus(Qt.FocusReason.TabFocusReason)

    # --- time and theme --------------------------------------------------------------------------------------------

    def _on_tick(self, now: datetime) -> None:
        before, self._ticked_at = self._ticked_at, now
        if not self.isVisible():
            return
        if self._next_repaint is None:
            self._next_repaint = self._find_next_repaint(before)
        # Rows that are equal are not updated by the model, but their rings and ages change with time.
        if now >= self._next_repaint or now.replace(second=0, microsecond=0) > before:
            self._next_repaint = None
            self._list.viewport().update()
        if self._next_change is not None and now >= self._next_change:
            self._next_change = None
            self._load()

    def _find_next_repaint(self, now: datetime) -> datetime:
        """When the ring of a customer on the screen looks different."""
        rows = (self._model.index(row).data(ROW) for row in self._list.visible_rows())
        windows = (row.window for row in rows if row is not None and row.window is not None)
        changes = (next_ring_change(window, now) for window in windows)
        return min((change for change in changes if change is not None), default=_NEVER)

    def _forget_next_repaint(self) -> None:
        self._next_repaint = None

    def _on_theme_changed(self) -> None:
        self.search.bar.apply_theme()
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._theme.color("panel"))
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self._list.scheduleDelayedItemsLayout()

    @property
    def _leaves_few_letters(self) -> bool:
        """Whether the buttons beside the search leave it room for a few letters only."""
        buttons = (self.search.bar.filters_button, self.unread_button, self.new_button)
        taken = 2 * PAD + sum(b.sizeHint().width() + GAP // 2 for b in buttons)
        return self.width() - taken < _LEAST_LETTERS * self.fontMetrics().averageCharWidth()

    def _place_buttons(self, *, is_narrow: bool) -> None:
        """Beside the search, or below the views."""
        bar, picker, buttons = self.search.bar, self.picker, (self.unread_button, self.new_button)
        if is_narrow is self._is_narrow:
            return
        self._is_narrow = is_narrow
        picker.set_narrow(is_narrow)
        for button in buttons:
            # Not beside a problem below the field.
            (picker.buttons if is_narrow else self._search_box).addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            button.show()
        views = (picker.list, picker.more_button)
        own = (self.own_views.save_button, self.own_views.menu_button)
        first = (*views, *buttons) if is_narrow else (*buttons, *views)
        for before, after in pairwise((bar.field, bar.filters_button, *first, *own, self._list, self.search.view)):
            QWidget.setTabOrder(before, after)
        # Screen readers go from the lowest to the highest.
        for part in (bar, *(() if is_narrow else buttons), picker, self.own_views, self._selection_bar, self._stack):
            part.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place_buttons(is_narrow=self._leaves_few_letters)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.view_moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            # Before, it may have any width.
            self._place_buttons(is_narrow=self._leaves_few_letters)
        self.picker.set_max_height(round(self.height() * _VIEWS_SHARE))
