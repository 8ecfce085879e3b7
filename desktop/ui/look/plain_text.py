"""Style that shows the labels Qt makes itself as plain text, whoever wrote it.

By default Qt guesses: text with tags in it is rendered as HTML, and images it names are read from any path or share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QProxyStyle, QWidget


class PlainTextStyle(QProxyStyle):
    """A style that makes the labels that Qt creates itself (tooltips, message boxes) plain text.

    Their text is set after polishing. A label of our own may be measured before that: see `ui.widgets.labels`.
    """

    def polish(self, polished: QWidget | QApplication | QPalette) -> None:  # type: ignore[override]
        if isinstance(polished, QLabel) and polished.textFormat() is Qt.TextFormat.AutoText:
            polished.setTextFormat(Qt.TextFormat.PlainText)
        super().polish(polished)
