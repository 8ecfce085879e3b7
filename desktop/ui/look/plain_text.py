"""Plain text: labels and tooltips that show what they say, whoever wrote it.

Qt takes a text with tags in it for a page, and reads the pictures it names from any path or share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QProxyStyle, QWidget


class Label(QLabel):
    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class PlainTextStyle(QProxyStyle):
    """For labels that Qt makes itself: every tooltip, whether of a widget, an action or a row, and message boxes. Their
    text is set after they were polished. Our own labels may be measured before, and so have a class."""

    def polish(self, polished: QWidget | QApplication | QPalette) -> None:  # type: ignore[override]
        if isinstance(polished, QLabel) and polished.textFormat() is Qt.TextFormat.AutoText:
            polished.setTextFormat(Qt.TextFormat.PlainText)
        super().polish(polished)
