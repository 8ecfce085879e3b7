"""A vertical scroll area whose content wraps its text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ScrollContent(QWidget):
    """Content that scrolls only where its height for the present width exceeds the area's.

    The minimum height of its layout is meant for the narrowest width, far more than it needs at any other.
    """

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def scroll_area(content: QWidget, *, accepts_focus: bool = False) -> QScrollArea:
    """Return a frameless area around `content` that never scrolls sideways.

    accepts_focus: Tab stops at it, for content without widgets to focus.
    """
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if not accepts_focus:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
