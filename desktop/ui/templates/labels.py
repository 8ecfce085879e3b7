"""Parts: the labels and small buttons that the template picker is put together from."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QPushButton


def quiet(words: str) -> QPushButton:
    """A flat button no higher than a line of text needs."""
    button = QPushButton(words)
    button.setObjectName("quiet")
    button.setStyleSheet("QPushButton#quiet { padding: 1px 6px; }")
    button.setAutoDefault(False)
    return button


def say(shown: QLabel, words: str) -> None:
    """Show the words, or nothing at all."""
    shown.setText(words)
    shown.setVisible(bool(words))


def set_text_color(shown: QLabel, color: QColor) -> None:
    palette = QPalette(shown.palette())
    palette.setColor(QPalette.ColorRole.WindowText, color)
    shown.setPalette(palette)
