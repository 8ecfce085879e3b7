"""How loud the microphone is, now and in the last seconds."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.text.writing import recording as texts
from desktop.ui.look.theme import Theme

_BAR_PX, _GAP_PX = 3, 2
_KEPT = 400
_LEAST_SHARE = 0.08


class LevelMeter(QWidget):
    """A bar for each moment; the newest one is at the trailing side."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._levels: deque[float] = deque(maxlen=_KEPT)
        self.setAccessibleName(texts.LEVEL())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(120, round(self.fontMetrics().height() * 1.6))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def add(self, level: float) -> None:
        """level: from 0 to 1."""
        self._levels.append(level)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = _BAR_PX + _GAP_PX
        is_mirrored = self.isRightToLeft()
        for number in range(self.width() // step):
            level = self._levels[-1 - number] if number < len(self._levels) else 0.0
            height = max(level, _LEAST_SHARE) * self.height()
            left = (number + 1) * step - _BAR_PX if is_mirrored else self.width() - (number + 1) * step
            painter.setBrush(self._theme.color("accent" if level > 0 else "border"))
            painter.drawRoundedRect(QRectF(left, (self.height() - height) / 2, _BAR_PX, height), 1.5, 1.5)
