"""A message about what just happened, with at most one button, that hides by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import widgets as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.screen_reader.announce import announce

SHOW_DURATION = timedelta(seconds=10)


class Toast(QFrame):
    """One line at the foot of the thread; a newer message replaces the one shown."""

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._until: datetime | None = None
        self._on_click: Callable[[], None] | None = None
        self.setObjectName("notice")
        self._text = Label(parent=self)
        self._text.setWordWrap(True)
        self._button = QPushButton(self)
        # A click leaves the focus where it is: the button disappears with it.
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self._on_clicked)
        row = layouts.row(self._text, self._button, parent=self, margins=(PAD, GAP - 2, GAP, GAP - 2))
        row.setStretchFactor(self._text, 1)
        ticker.ticked.connect(self._on_ticked)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def text(self) -> str:
        """The message; "" while hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_message(self, sentence: str, button: str = "", on_click: Callable[[], None] | None = None) -> None:
        """Show `text` for `SHOW_DURATION`. A click on the button hides the toast, then calls `on_click`."""
        self._text.setText(sentence)
        self.setAccessibleName(strip_isolates(sentence))
        self._on_click = on_click
        self._button.setText(button)
        self._button.setAccessibleName(
            strip_isolates(texts.BUTTON_ABOUT(button=button, sentence=sentence)) if button else ""
        )
        self._button.setVisible(on_click is not None)
        self._until = self._ticker.now() + SHOW_DURATION
        announce(self, sentence)
        self.show()

    def press(self) -> None:
        """Act as if the button was clicked."""
        self._on_clicked()

    def _on_clicked(self) -> None:
        on_click, self._on_click = self._on_click, None
        self.hide()
        if on_click is not None:
            on_click()

    def _on_ticked(self, now: datetime) -> None:
        if self._until is not None and now >= self._until and not self.underMouse():
            self.hide()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#notice {{ background: {colors.notice}; border-top: 1px solid {colors.notice_edge}; }}"
            f"QFrame#notice QLabel {{ color: {colors.notice_text}; }}"
        )
