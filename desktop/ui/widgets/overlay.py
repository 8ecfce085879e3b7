"""Base of the sheets that cover their parent, dim it and keep the keyboard; used instead of dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from shiboken6 import isValid

from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import Theme, ThemeColors
from desktop.ui.widgets.screen_reader.roles import Role


class Overlay(QWidget):
    """A dimmed layer over `parent` with a card in it. Escape dismisses it.

    No key that its own widgets do not handle reaches what lies below. Subclasses fill `_card`, then call
    `_follow_theme`; they override `dismiss`, `layout_contents`, `tab_order` and `_card_style` as needed.
    """

    accessible_role = Role.DIALOG

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._previous_focus: QWidget | None = None
        self._is_leaving = False
        self._card = QFrame(self)
        self._card.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        parent.installEventFilter(self)
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._on_focus_changed)
        self.hide()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    def show_popup(self) -> None:
        """Show on top of everything in the parent and take the keyboard until hidden."""
        if not self.is_open:
            # The window's: nothing has the application's keyboard focus while another application is in front.
            self._previous_focus = focused = self.window().focusWidget()
            leaving = next((o for o in self.window().findChildren(Overlay) if o._is_leaving), None)
            if leaving is not None and focused is not None and leaving.isAncestorOf(focused):
                self._previous_focus, leaving._previous_focus = leaving._previous_focus, None
        self._fill_parent()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        self.hide()

    def leave(self, go_on: Callable[[], object]) -> None:
        """Do what may open another sheet, then hide: the keyboard goes to that sheet without a stop below this one, of
        which a screen reader would speak.
        """
        self._is_leaving = True
        go_on()
        self._is_leaving = False
        self.hide()

    def layout_contents(self) -> None:
        """Give the card its geometry within the present size."""

    def center_card(self, width: int, height: int) -> None:
        """Place the card, at most this large, in the middle."""
        width, height = min(width, self.width()), min(height, self.height())
        self._card.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def tab_order(self) -> list[QWidget]:
        """Widgets that Tab visits, in order; disabled and hidden ones are skipped."""
        return []

    def focusNextPrevChild(self, forward: bool) -> bool:
        if not self.is_open:
            return super().focusNextPrevChild(forward)
        # The field of a box that can be typed into gives the keyboard back to the box.
        widgets = [w for w in self.tab_order() if w.isEnabled() and not w.isHidden() and w.focusProxy() is None]
        if widgets:
            current = next((i for i, w in enumerate(widgets) if w.hasFocus()), -1 if forward else 0)
            widgets[(current + (1 if forward else -1)) % len(widgets)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt calls this also while Python is deleting the object: use no Python attribute before a resize is certain.
        if event.type() == QEvent.Type.Resize and not self.isHidden() and watched is self.parentWidget():
            self._fill_parent()
        return False

    def _fill_parent(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            self.layout_contents()

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # A focused row may have been deleted, and then no widget would receive Escape.
        if now is None and self.is_open and self.isActiveWindow():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def setVisible(self, visible: bool) -> None:
        # Focus goes back before hiding: Qt passes on the focus of a hidden widget to its neighbour.
        previous = self._previous_focus
        if not visible and previous is not None:
            self._previous_focus = None
            if isValid(previous) and previous.isVisible() and previous.isEnabled():
                previous.setFocus(Qt.FocusReason.PopupFocusReason)
        super().setVisible(visible)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 150 if self._theme.colors.dark else 70))

    def _card_style(self) -> str:
        """Style rules for what is inside the card."""
        return ""

    def _card_border(self) -> str:
        return self._theme.colors.outline

    def _follow_theme(self) -> None:
        """Apply the theme now and whenever it changes; call it when the card is filled."""
        self._theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def _apply_theme(self) -> None:
        self._card.setStyleSheet(
            f"QFrame#card {{ background: {self._theme.colors.surface}; border: 1px solid {self._card_border()};"
            f" border-radius: 10px; }}{self._card_style()}"
        )
        if self.is_open:
            self.layout_contents()


def list_and_page_style(colors: ThemeColors) -> str:
    """Style rules for a card with a list on one side and what was chosen from it on the other."""
    return (
        f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
        f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.outline}; border-radius: 6px;"
        f" color: {colors.text}; outline: none; }}"
        f"QListWidget:focus {{ border-color: {colors.accent}; }}"
        f"{row_style(colors, padding='5px')}"
    )
