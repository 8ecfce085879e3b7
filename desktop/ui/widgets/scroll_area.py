"""A vertical scroll area whose content wraps its text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


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


class ShrinkingArea(QScrollArea):
    """As high as its content needs; scrolls up and down where there is less room. What is behind it shows."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._least_px, self._most_px = 0, 0
        self._hint = QSize()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def set_range(self, least_px: int, most_px: int) -> None:
        """Set between which heights it follows its content."""
        if (least_px, most_px) != (self._least_px, self._most_px):
            self._least_px, self._most_px = least_px, most_px
            self._follow()

    @property
    def is_scrolled(self) -> bool:
        """Whether not all of the content is in view."""
        return self.verticalScrollBar().maximum() > 0

    def sizeHint(self) -> QSize:
        content = self.widget()
        needed = content.minimumSizeHint() if content is not None else QSize()
        layout = content.layout() if content is not None else None
        if layout is not None and layout.hasHeightForWidth():
            needed.setHeight(layout.totalHeightForWidth(max(self.width(), needed.width())))
        return QSize(needed.width(), min(needed.height(), max(self._most_px, self._least_px)))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(hint.width(), min(hint.height(), self._least_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._follow()
        return done

    def _follow(self) -> None:
        hint = self.sizeHint()
        if hint != self._hint:
            self._hint = hint
            self.updateGeometry()
