"""Ring: a window's remaining time drawn round an avatar or a glyph, told by length, shape, glyph and colour."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.domain.window.window import WINDOW_LENGTH, Window, WindowState
from desktop.ui.look.theme import Theme

SOON = timedelta(hours=6)
CLOSING = timedelta(hours=1)
_FULL_TURN = 360 * 16
_TOP = 90 * 16
_BREAKS = 6


class Stage(Enum):
    """What the ring shows: (glyph, colour role). `OPEN` needs no glyph: a long ring says enough."""

    ABSENT = ("", "border")
    OPEN = ("", "ok")
    SOON = ("fa6s.hourglass-half", "soon")
    CLOSING = ("fa6s.hourglass-end", "danger")
    CLOSED = ("fa6s.lock", "muted")
    UNKNOWN = ("fa6s.question", "muted")

    @property
    def glyph(self) -> str:
        return self.value[0]

    @property
    def role(self) -> str:
        return self.value[1]


def stage(window: Window | None, now: datetime) -> Stage:
    """`SOON` from six hours, `CLOSING` from one hour before the window closes."""
    if window is None:
        return Stage.ABSENT
    state, left = window.state(now), window.left(now)
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        if state is WindowState.CLOSING or left <= CLOSING:
            return Stage.CLOSING
        return Stage.SOON if left <= SOON else Stage.OPEN
    if state is WindowState.UNKNOWN:
        return Stage.UNKNOWN
    return Stage.ABSENT if state is WindowState.NONE else Stage.CLOSED


def share_left(window: Window, now: datetime) -> float:
    """1.0 when the full 24 hours are left, 0.0 when it is closed."""
    left, length = window.left(now), WINDOW_LENGTH.get(window.key.channel)
    return min(1.0, left / length) if left is not None and length is not None else 0.0


def paint_ring(painter: QPainter, rect: QRectF, window: Window | None, now: datetime, theme: Theme) -> None:
    """Full for 24 hours, draining clockwise from the top; broken into dashes when closed; dotted when not known."""
    shown = stage(window, now)
    if window is None or shown is Stage.ABSENT:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    width = max(2.0, rect.width() / 16)
    line = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    if shown in (Stage.CLOSED, Stage.UNKNOWN):
        _broken(painter, line, width, theme.colour(shown.role), dots=shown is Stage.UNKNOWN)
    else:
        painter.setPen(QPen(theme.colour("border"), width))
        painter.drawEllipse(line)
        painter.setPen(QPen(theme.colour(shown.role), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        # What is gone is missing after twelve o'clock, as on a kitchen timer: the end drains clockwise.
        left = round(_FULL_TURN * share_left(window, now))
        painter.drawArc(line, _TOP, left)
    painter.restore()


def _broken(painter: QPainter, line: QRectF, width: float, colour: QColor, *, dots: bool) -> None:
    pieces = _BREAKS * 2 if dots else _BREAKS
    step = _FULL_TURN // pieces
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    for piece in range(pieces):
        painter.drawArc(line, _TOP + piece * step, step // 3 if dots else step * 3 // 5)
