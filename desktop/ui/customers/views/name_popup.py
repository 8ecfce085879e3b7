"""The small window that asks for the name of a view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from desktop.text.screens import views as texts
from desktop.ui.look.text_direction import fit
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button, show_hint
from desktop.ui.widgets.labels import Heading
from desktop.ui.widgets.screen_reader.roles import Role

_MAX_CHARS = 60


class NamePopup(QFrame):
    """Enter saves; Escape or a click elsewhere cancels."""

    accessible_role = Role.DIALOG

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._then: Callable[[str], None] | None = None
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._title = Heading(theme, "")
        self.field = QLineEdit(self)
        show_hint(self.field, texts.NAME())
        self.field.setMaxLength(_MAX_CHARS)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.returnPressed.connect(self.accept)
        self.save_button = push_button(texts.SAVE(), self.accept, style="primary")
        buttons = layouts.row("stretch", push_button(texts.CANCEL(), self.hide), self.save_button)
        layouts.column(self._title, self.field, buttons, parent=self, margins=PAD)

    def ask(self, title: str, name: str, at: QPoint, then: Callable[[str], None]) -> None:
        """at: the global position of the corner. then: gets the name, which is never empty."""
        self._then = then
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._theme.color("surface"))
        self.setPalette(palette)
        self._title.setText(title)
        self.setAccessibleName(title)
        self.field.setText(name[:_MAX_CHARS])
        self.field.setMinimumWidth(self.fontMetrics().averageCharWidth() * 32)
        fit(self)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            at = at - QPoint(self.width(), 0)
        space = self.screen().availableGeometry()
        x = min(max(at.x(), space.left()), space.right() - self.width())
        self.setGeometry(x, min(at.y(), space.bottom() - self.height()), self.width(), self.height())
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def accept(self) -> None:
        """Save the name, unless it is empty."""
        name, then = self.field.text().strip(), self._then
        if name and then is not None:
            self._then = None
            self.hide()
            then(name)

    def _on_text_changed(self, text: str) -> None:
        self.save_button.setEnabled(bool(text.strip()))
