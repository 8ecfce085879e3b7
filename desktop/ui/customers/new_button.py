"""The button that starts a conversation."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens.writing import new_conversation as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.theme import Theme


class NewConversationButton(QToolButton):
    """Stands beside the search."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        command = BY_NAME["new_conversation"]
        self._icon = command.icon
        self.setAccessibleName(texts.TITLE())
        self.setToolTip(strip_isolates(texts.TOOLTIP(keys=shown_keys(command.keys[0]))))
        self.setAccessibleDescription(shown_keys(command.keys[0]))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._show_icon)
        self._show_icon()

    def _show_icon(self) -> None:
        side = round(self.fontMetrics().height() * 0.9)
        self.setIcon(icons.icon(self._icon, self._theme.color("muted")))
        self.setIconSize(QSize(side, side))
