"""The views above the customer list, of which the less used ones are folded away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QToolButton, QWidget

from desktop.domain.model.list_view import AnyView, ListView, SavedView
from desktop.engine.views import WorkspaceView
from desktop.text.screens import views as texts
from desktop.ui.customers.views.delegate import ViewDelegate
from desktop.ui.customers.views.rows import FIRST, Heading, RowsModel, Shown, ViewRow, Views, key_of
from desktop.ui.customers.views.search_counts import FoundCount
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts

_FEWEST_ROWS = 3


class ViewPicker(QWidget):
    """The first views, and the one chosen last of the others; *More views* shows all of them, in a part of the pane's
    height that leaves the most to the customers.

    buttons: the row of *More views*, which has room at its end.

    Signals:
        chosen: the agent chose a view. arg: an `AnyView` or a `SavedView`.
        menu_requested: of one of the agent's own views. args: the `SavedView`, and the global position.
    """

    chosen = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._views = Views()
        self._max_height = 0
        self._is_narrow = False
        self.list = ViewList(theme, self)
        self.list.chosen.connect(self._on_chosen)
        self.list.fold_requested.connect(self.set_has_teams_open)
        self.list.menu_requested.connect(self.menu_requested)
        self.more_button = QToolButton(self)
        self.more_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more_button.setCheckable(True)
        # Whether it is checked says the rest.
        self.more_button.setAccessibleName(texts.MORE_VIEWS())
        self.more_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more_button.toggled.connect(self.set_has_more)
        self.buttons = layouts.row(self.more_button, "stretch", spacing=GAP // 2, margins=(PAD - 4, 0, PAD - 4, 0))
        layouts.column(self.list, self.buttons, parent=self, spacing=0)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self._show(self._views)

    # What is shown.

    def show_view(self, shown: Shown) -> None:
        """Mark the view of the list. It is always among the rows."""
        is_other = key_of(shown) != key_of(self._views.current)
        other = self._views.other if shown in FIRST else shown
        self._show(replace(self._views, current=shown, other=other))
        # The keyboard may be on its way to another row.
        if is_other:
            self.list.show_row(self.list.rows.row_of(shown))

    def show_workspace(self, workspace: WorkspaceView) -> None:
        """Show its teams, those of the agent first, and the agent's own views."""
        me_id = workspace.me.id if workspace.me is not None else ""
        teams = sorted(workspace.teams, key=lambda team: (me_id not in team.teammate_ids, team.name.casefold()))
        own = {key_of(view): view for view in workspace.saved_views}

        def renewed(shown: Shown) -> Shown:
            return own.get(shown.id, ListView.ALL) if isinstance(shown, SavedView) else shown

        views = replace(self._views, teams=tuple(teams), own=workspace.saved_views)
        self._show(replace(views, current=renewed(views.current), other=renewed(views.other)))

    def set_counts(self, counts: Mapping[AnyView, int], unread: Mapping[AnyView, int]) -> None:
        self._show(replace(self._views, counts=counts, unread=unread))

    def set_found(self, found: Mapping[str, FoundCount]) -> None:
        """Show how many customers the agent's own searches find. found: by the ids of their views."""
        self._show(replace(self._views, found=found))

    def is_listed(self, shown: Shown) -> bool:
        """Whether the view has a row now."""
        return self.list.rows.row_of(shown) >= 0

    def set_unread_only(self, unread_only: bool) -> None:
        """Count those that the filter leaves."""
        self._show(replace(self._views, is_unread_only=unread_only))

    def name_of(self, shown: Shown) -> str:
        """What a view is called."""
        return self._views.name_of(shown)

    # Folding.

    @property
    def has_more(self) -> bool:
        """Whether all views are shown."""
        return self._views.has_more

    def set_has_more(self, has_more: bool) -> None:
        self.more_button.setChecked(has_more)
        self._show(replace(self._views, has_more=has_more))
        self.list.show_row(self.list.rows.row_of(self._views.current))
        self._apply_theme()

    @property
    def has_teams_open(self) -> bool:
        return self._views.has_teams_open

    def set_has_teams_open(self, has_teams_open: bool) -> None:
        self._show(replace(self._views, has_teams_open=has_teams_open))

    def set_narrow(self, is_narrow: bool) -> None:
        """Leave room beside *More views* for other buttons."""
        self._is_narrow = is_narrow
        self._apply_theme()

    def set_max_height(self, height_px: int) -> None:
        """Set the height that the rows and the button below may take; a few rows are shown all the same."""
        self._max_height = height_px
        self._update_height()

    def _show(self, views: Views) -> None:
        self._views = views
        self.list.show_views(views)
        self._update_height()

    def _update_height(self) -> None:
        row = self.list.row_height
        most = max(self._max_height - self.more_button.sizeHint().height(), _FEWEST_ROWS * row)
        self.list.setFixedHeight(min(self.list.rows.rowCount() * row, most))

    def _on_chosen(self, shown: Shown) -> None:
        self.chosen.emit(shown)

    def _apply_theme(self) -> None:
        has_more = self._views.has_more
        icon = "fa6s.chevron-up" if has_more else "fa6s.chevron-down"
        self.more_button.setIcon(icons.icon(icon, self._theme.color("muted")))
        whole = texts.FEWER_VIEWS() if has_more else texts.MORE_VIEWS()
        short = texts.FEWER() if has_more else texts.MORE()
        self.more_button.setText(short if self._is_narrow else whole)
        self.more_button.setToolTip(whole if self._is_narrow else "")
        self.more_button.setFont(self._theme.font(delta=-1))
        side = round(self.more_button.fontMetrics().height() * 0.7)
        self.more_button.setIconSize(QSize(side, side))
        # It looks the same in both states: its text says what it does.
        self.more_button.setStyleSheet(
            f"QToolButton {{ padding: 4px {GAP}px; }} QToolButton:checked:!hover {{ background: transparent; "
            f"border-color: transparent; "
            f"color: {self._theme.colors.muted}; }}"
        )
        self.list.scheduleDelayedItemsLayout()
        self._update_height()


class ViewList(QListView):
    """The rows. Arrows move over them; Enter, Space or a click chooses.

    Signals:
        chosen: arg: an `AnyView` or a `SavedView`.
        fold_requested: show or hide the teams. arg: whether to show them.
        menu_requested: see `ViewPicker`.
    """

    chosen = Signal(object)
    fold_requested = Signal(bool)
    menu_requested = Signal(object, QPoint)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(texts.VIEWS())
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.rows = RowsModel(self)
        self.setModel(self.rows)
        self._delegate = ViewDelegate(theme, self)
        self.setItemDelegate(self._delegate)

    @property
    def row_height(self) -> int:
        return self._delegate.row_height

    def show_views(self, views: Views) -> None:
        """Show other rows, or the same with other counts; the current row stays."""
        current = self._current()
        if self.rows.show(views) and current is not None:
            self.setCurrentIndex(self.rows.index(self.rows.row_of(current.subject)))

    def show_row(self, row: int) -> None:
        """Make this row current, and visible."""
        if row >= 0:
            self.setCurrentIndex(self.rows.index(row))
            self.scrollTo(self.rows.index(row))

    def choose(self, index: QModelIndex) -> None:
        """Show this view, or fold the teams."""
        row = self._row(index)
        if row is None:
            return
        if row.is_open is not None:
            self.fold_requested.emit(not row.is_open)
        elif not isinstance(row.subject, Heading):
            self.chosen.emit(row.subject)

    def _row(self, index: QModelIndex) -> ViewRow | None:
        return self.rows.rows[index.row()] if index.isValid() and index.row() < len(self.rows.rows) else None

    def _current(self) -> ViewRow | None:
        return self._row(self.currentIndex())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.choose(self.indexAt(event.position().toPoint()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not Qt's: it makes the first row current, where that of the list is meant.
        QWidget.focusInEvent(self, event)
        if not self.currentIndex().isValid():
            self.show_row(self.rows.row_of(self.rows.views.current))
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self._current(), event.key()
        opens = Qt.Key.Key_Left if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else Qt.Key.Key_Right
        is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if is_plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose(self.currentIndex())
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if row is not None and row.is_open is not None:
                self.fold_requested.emit(key == opens)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(event.pos())
        row = self._row(index)
        if row is not None and isinstance(row.subject, SavedView):
            at = self.visualRect(index).center() if is_by_key else event.pos()
            self.menu_requested.emit(row.subject, self.viewport().mapToGlobal(at))

    def keyboardSearch(self, _search: str) -> None:
        """Do not search: letters are shortcuts."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())
