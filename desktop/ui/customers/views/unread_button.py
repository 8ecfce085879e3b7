"""The button that leaves only those with unread messages in the list."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.text.screens import views as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.buttons import show_name


class UnreadButton(QToolButton):
    """Checked while the filter is on."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        show_name(self, texts.UNREAD_ONLY())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._show_icon)
        theme.changed.connect(self._show_icon)
        self._show_icon()

    def _show_icon(self) -> None:
        side = round(self.fontMetrics().height() * 0.9)
        self.setIcon(icons.icon("fa6s.envelope", self._theme.color("accent" if self.isChecked() else "muted")))
        self.setIconSize(QSize(side, side))
