"""The agent's own views: saving, renaming and deleting them, and the line that offers it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop.domain.model.list_view import SavedView
from desktop.engine.commands import DeleteView, SaveView
from desktop.text.catalog import strip_isolates
from desktop.text.screens import views as texts
from desktop.ui.customers.views.name_popup import NamePopup
from desktop.ui.look import icons
from desktop.ui.look.text_direction import open_menu
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_name, small_button
from desktop.ui.widgets.labels import ElidedLabel, Label


class OwnViewsLine(QWidget):
    """Above the list while a search or the unread filter is on: offers to save what is shown as a view, or names the
    view that was saved.

    Signals:
        command_requested: args: the command, the one that undoes it, and what to say once it is done.
    """

    command_requested = Signal(object, object, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: SavedView | None = None
        self._popup: NamePopup | None = None
        self._icon, self._label = Label(parent=self), ElidedLabel(self)
        self.save_button = small_button(texts.SAVE_AS_VIEW(), self._ask_to_save)
        self.menu_button = QToolButton(self)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu_button.clicked.connect(self._on_menu_clicked)
        line = layouts.row(
            self._icon,
            self._label,
            self.save_button,
            self.menu_button,
            parent=self,
            spacing=GAP // 2,
            margins=(PAD + 4, 0, PAD - 4, 0),
        )
        line.setStretchFactor(self._label, 1)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def text(self) -> str:
        """What the line says beside its buttons."""
        return self._label.text()

    def show_state(self, shown: SavedView, own: SavedView | None) -> None:
        """shown: what the list shows, with the name to offer. own: the view of the agent's that is the same."""
        self._shown = shown
        is_own = own is not None
        self._label.setText(own.name if own is not None else texts.ONLY_UNREAD() if not shown.search else "")
        self._icon.setVisible(is_own)
        self.save_button.setVisible(not is_own)
        self.menu_button.setVisible(is_own)
        if own is not None:
            self._shown = own
            name = strip_isolates(texts.VIEW_MENU(view=own.name))
            show_name(self.menu_button, name)
        self.setVisible(bool(shown.search or shown.unread_only))

    def open_menu(self, view: SavedView, at: QPoint) -> QMenu:
        """Open the menu of one of the agent's own views."""
        menu = QMenu(self)
        menu.setAccessibleName(strip_isolates(texts.VIEW_MENU(view=view.name)))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(texts.RENAME(), partial(self._ask_to_rename, view, at))
        menu.addAction(texts.DELETE(), partial(self._delete, view))
        open_menu(menu, at)
        return menu

    @property
    def popup(self) -> NamePopup:
        """The window that asks for a name; the first access builds it."""
        if self._popup is None:
            self._popup = NamePopup(self._theme, self)
        return self._popup

    def _ask_to_save(self) -> None:
        if self._shown is not None:
            at = self._below(self.save_button)
            self.popup.ask(texts.SAVE_TITLE(), strip_isolates(self._shown.name), at, partial(self._save, self._shown))

    def _save(self, shown: SavedView, name: str) -> None:
        view = replace(shown, id=uuid4().hex, name=name)
        self.command_requested.emit(SaveView(view), DeleteView(view.id), texts.SAVED(view=name))

    def _ask_to_rename(self, view: SavedView, at: QPoint) -> None:
        self.popup.ask(texts.RENAME_TITLE(), view.name, at, partial(self._rename, view))

    def _rename(self, view: SavedView, name: str) -> None:
        if name != view.name:
            self.command_requested.emit(SaveView(replace(view, name=name)), SaveView(view), texts.RENAMED(view=name))

    def _delete(self, view: SavedView) -> None:
        self.command_requested.emit(DeleteView(view.id), SaveView(view), texts.DELETED(view=view.name))

    def _on_menu_clicked(self) -> None:
        if self._shown is not None:
            self.open_menu(self._shown, self._below(self.menu_button))

    def _below(self, button: QWidget) -> QPoint:
        """The global position of the corner where a popup of the button begins."""
        x = button.width() if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 0
        return button.mapToGlobal(QPoint(x, button.height()))

    def _apply_theme(self) -> None:
        muted, side = self._theme.color("muted"), round(self.fontMetrics().height() * 0.8)
        self._icon.setPixmap(icons.pixmap("fa6s.bookmark", muted, side, self.devicePixelRatioF()))
        self.menu_button.setIcon(icons.icon("fa6s.ellipsis", muted))
        self.menu_button.setIconSize(QSize(side, side))
