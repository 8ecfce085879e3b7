"""Base class of the banners above the thread."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QSizePolicy, QWidget

from desktop.text.catalog import strip_isolates
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.layouts import is_low_window
from desktop.ui.widgets.screen_reader.announce import announce

_LEAST_CHARACTERS, _LEAST_IN_LOW = 28, 18
"""In a line of the sentence beside the buttons, and in a low window, where it has no other."""


class _Sentence(Paragraph):
    """Wraps; in a low window it is one line, elided at its end, with the whole sentence in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def whole(self) -> str:
        return self._whole

    def show_whole(self, text: str) -> None:
        self._whole = text
        self.fit()

    def fit(self) -> None:
        """The window or the width is another one."""
        shown, is_low = self._whole, is_low_window(self)
        if is_low and self.width() > 0:
            shown = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, self.width() - 1)
        self.setWordWrap(not is_low)
        if shown != self.text():
            self.setText(shown, self._whole)
        self.setToolTip("" if shown == self._whole else self._whole)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return hint if self.wordWrap() else QSize(0, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class Banner(QFrame):
    """A colored line with an icon, a sentence, a main button and a quiet button. Hidden until it has a text."""

    def __init__(
        self, theme: Theme, icon: str, role: str, button: str, quiet_button: str, parent: QWidget | None
    ) -> None:
        """icon: a qtawesome name. role: of the colors, `warn` or `notice`."""
        super().__init__(parent)
        self._theme, self._icon, self._role = theme, icon, role
        self.setObjectName("banner")
        self._sign = Label(parent=self)
        self._text = _Sentence()
        self.button = QPushButton(button, self)
        self.quiet_button = QPushButton(quiet_button, self)
        self.quiet_button.setObjectName("quiet")
        self._buttons = layouts.row("stretch", self.button, self.quiet_button)
        self._parts = layouts.row(self._text, self._buttons)
        self._parts.setStretchFactor(self._text, 1)
        row = layouts.row(self._sign, self._parts, parent=self, margins=(PAD, GAP - 4, GAP, GAP - 4))
        row.setStretchFactor(self._parts, 1)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown; "" while hidden."""
        return "" if self.isHidden() else self._text.whole

    def show_text(self, text: str) -> None:
        """Show and announce a sentence. text: "" hides the banner."""
        if text and text != self.text:
            self._text.show_whole(text)
            self.setAccessibleName(strip_isolates(text))
            announce(self, text)
            self._place_buttons()
        self.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        """Below the sentence, where beside them it would get a few words into a line."""
        self._text.fit()
        metrics, directions = self.fontMetrics(), QBoxLayout.Direction
        buttons = [b for b in (self.button, self.quiet_button) if not b.isHidden()]
        around = self._sign.sizeHint().width() + PAD + 2 * GAP
        room = self.width() - around - sum(button.sizeHint().width() + GAP for button in buttons)
        least = _LEAST_IN_LOW if is_low_window(self) else _LEAST_CHARACTERS
        is_narrow = room < least * metrics.averageCharWidth()
        is_narrow = is_narrow and metrics.horizontalAdvance(self._text.whole) > room
        self._parts.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    def _apply_theme(self) -> None:
        ground, edge, text = (self._theme.color(self._role + part) for part in ("", "_edge", "_text"))
        self.setStyleSheet(
            f"QFrame#banner {{ background: {ground.name()}; border-bottom: 1px solid {edge.name()}; }}"
            f"QFrame#banner QLabel, QFrame#banner QPushButton#quiet {{ color: {text.name()}; }}"
        )
        size = round(self.fontMetrics().height() * 0.9)
        self._sign.setPixmap(icons.pixmap(self._icon, text, size, self.devicePixelRatioF()))
