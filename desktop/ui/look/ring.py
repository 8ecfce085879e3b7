"""The window ring: the remaining time of a messaging window, drawn as an arc around an avatar or an icon."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.domain.window.window import WINDOW_LENGTH, Window, WindowState
from desktop.ui.look.text_direction import is_mirrored
from desktop.ui.look.theme import Theme

SOON = timedelta(hours=6)
CLOSING = timedelta(hours=1)
_FULL_TURN = 360 * 16
_TOP = 90 * 16
_DASH_COUNT = 6


class RingStage(Enum):
    """What the ring shows, as (icon name, color role). Stages differ by icon and shape too, not by color alone."""

    ABSENT = ("", "border")
    OPEN = ("", "ok")
    SOON = ("fa6s.hourglass-half", "soon")
    CLOSING = ("fa6s.hourglass-end", "danger")
    CLOSED = ("fa6s.lock", "muted")
    UNKNOWN = ("fa6s.question", "muted")

    @property
    def icon(self) -> str:
        return self.value[0]

    @property
    def role(self) -> str:
        """Color role of the ring and its icon."""
        return self.value[1]


def ring_stage(window: Window | None, now: datetime) -> RingStage:
    """Return `SOON` from six hours and `CLOSING` from one hour before the window closes; `ABSENT` without a window."""
    if window is None:
        return RingStage.ABSENT
    state, left = window.state(now), window.left(now)
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        if state is WindowState.CLOSING or left <= CLOSING:
            return RingStage.CLOSING
        return RingStage.SOON if left <= SOON else RingStage.OPEN
    if state is WindowState.UNKNOWN:
        return RingStage.UNKNOWN
    return RingStage.ABSENT if state is WindowState.NONE else RingStage.CLOSED


def next_ring_change(window: Window, now: datetime) -> datetime | None:
    """The next instant at which the stage may change without a new fact; None if never."""
    instants = [window.next_change(now)]
    if window.closes_at is not None:
        instants += [window.closes_at - SOON, window.closes_at - CLOSING]
    return min((instant for instant in instants if instant is not None and instant > now), default=None)


def remaining_fraction(window: Window, now: datetime) -> float:
    """Return 1.0 when the window was just opened, 0.0 when it is closed."""
    left, length = window.left(now), WINDOW_LENGTH.get(window.key.channel)
    return min(1.0, left / length) if left is not None and length is not None else 0.0


def paint_ring(painter: QPainter, rect: QRectF, window: Window | None, now: datetime, theme: Theme) -> None:
    """Paint a circle that drains clockwise from the top until the window closes, then dashed; dotted when unknown.

    Where the application reads from right to left, it drains the other way round, as everything there is mirrored.
    """
    current_stage = ring_stage(window, now)
    if window is None or current_stage is RingStage.ABSENT:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    width = max(2.0, rect.width() / 16)
    line = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    if is_mirrored():
        painter.translate(2 * rect.center().x(), 0)
        painter.scale(-1, 1)
    if current_stage in (RingStage.CLOSED, RingStage.UNKNOWN):
        _paint_dashes(painter, line, width, theme.color(current_stage.role), dots=current_stage is RingStage.UNKNOWN)
    else:
        painter.setPen(QPen(theme.color("border"), width))
        painter.drawEllipse(line)
        painter.setPen(QPen(theme.color(current_stage.role), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        # Positive angles run counterclockwise, so the elapsed part is missing after twelve o'clock.
        painter.drawArc(line, _TOP, round(_FULL_TURN * remaining_fraction(window, now)))
    painter.restore()


def _paint_dashes(painter: QPainter, line: QRectF, width: float, color: QColor, *, dots: bool) -> None:
    pieces = _DASH_COUNT * 2 if dots else _DASH_COUNT
    step = _FULL_TURN // pieces
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    for piece in range(pieces):
        painter.drawArc(line, _TOP + piece * step, step // 3 if dots else step * 3 // 5)
