"""A hint beside the place that it speaks of."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import first_day as texts
from desktop.ui.look.theme import GAP, PAD, RADIUS, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import small_button
from desktop.ui.widgets.labels import Paragraph

_ARROW = 8
_WIDTH = 270
_EDGE = 2 * PAD
"""How far the arrow is from the bubble's corner."""


class Side(Enum):
    """Where the bubble is, seen from its target; AFTER is right of it, and left in languages that read to the left."""

    BELOW = auto()
    ABOVE = auto()
    AFTER = auto()


class HintBubble(QFrame):
    """Takes no focus by itself. A click anywhere on it, its button or Escape dismisses it.

    Signals: dismissed.
    """

    dismissed = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._target, self._side = QRect(), Side.BELOW
        self._text = Paragraph()
        self.button = small_button(texts.GOT_IT(), self.dismissed)
        margins = (_ARROW + PAD, _ARROW + GAP, _ARROW + GAP, _ARROW + GAP - 2)
        layouts.column(self._text, layouts.row("stretch", self.button), parent=self, spacing=2, margins=margins)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def text(self) -> str:
        """The hint; "" while hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_hint(self, text: str) -> None:
        self._text.setText(text)
        self.setAccessibleName(strip_isolates(texts.HINT(hint=text)))
        self.button.setAccessibleDescription(strip_isolates(text))

    def place(self, target: QRect, sides: tuple[Side, ...], avoided: tuple[QRect, ...]) -> bool:
        """Show it beside `target` on the first side where it is inside the window and covers nothing of `avoided`;
        False, and hidden, where there is none. All in the window's coordinates.
        """
        size = self._fitting_size()
        for side in sides:
            box = self._box(target, side, size)
            if self._window.rect().contains(box) and not any(box.intersects(each) for each in avoided):
                self._target, self._side = target, side
                self.setGeometry(box)
                self.show()
                self.raise_()
                self.update()
                return True
        self.hide()
        return False

    def _fitting_size(self) -> QSize:
        width = round(_WIDTH * min(self._theme.text_scale, 1.6)) + 2 * _ARROW
        layout = self.layout()
        return QSize(width, layout.totalHeightForWidth(width) if layout is not None else 0)

    def _box(self, target: QRect, side: Side, size: QSize) -> QRect:
        is_mirrored = self.isRightToLeft()
        room = self._window.rect()
        if side is Side.AFTER:
            x = target.left() - size.width() if is_mirrored else target.right() + 1
            y = target.center().y() - size.height() // 2
            return QRect(QPoint(x, max(0, min(y, room.height() - size.height()))), size)
        x = target.right() - size.width() + 1 if is_mirrored else target.left()
        x = max(0, min(x, room.width() - size.width()))
        y = target.bottom() + 1 if side is Side.BELOW else target.top() - size.height()
        return QRect(QPoint(x, y), size)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.dismissed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(_ARROW, _ARROW, -_ARROW, -_ARROW)
        painter.setPen(QPen(self._theme.color("accent"), 1.5))
        painter.setBrush(self._theme.color("surface"))
        painter.drawRoundedRect(body, RADIUS, RADIUS)
        tip, first, second = self._arrow(body)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([tip, first, second]))
        painter.setPen(QPen(self._theme.color("accent"), 1.5))
        painter.drawPolyline([first, tip, second])

    def _arrow(self, body: QRectF) -> tuple[QPointF, QPointF, QPointF]:
        """Return its tip and where it starts."""
        center = QPointF(self._target.center() - self.pos())
        if self._side is Side.AFTER:
            y = max(body.top() + _EDGE, min(center.y(), body.bottom() - _EDGE))
            edge, tip = (body.right(), self.width() - 1) if self.isRightToLeft() else (body.left(), 1)
            return QPointF(tip, y), QPointF(edge, y - _ARROW), QPointF(edge, y + _ARROW)
        x = max(body.left() + _EDGE, min(center.x(), body.right() - _EDGE))
        edge, tip = (body.top(), 1) if self._side is Side.BELOW else (body.bottom(), self.height() - 1)
        return QPointF(x, tip), QPointF(x - _ARROW, edge), QPointF(x + _ARROW, edge)

    def _apply_theme(self) -> None:
        self._text.set_text_color(self._theme.color("text"))
        self.update()
