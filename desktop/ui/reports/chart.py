"""A chart of bars, one for each day, divided by channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.text import reports as texts
from desktop.text.formats import day_and_month, listed
from desktop.text.locale import number
from desktop.ui.look.text_direction import leading_side
from desktop.ui.look.theme import GAP, Theme

_LEAST_HEIGHT, _BAR_SHARE, _LINES = 120, 0.7, 2
_NICE = (1, 2, 3, 4, 5, 6, 8, 10)


def highest_line(most: int) -> int:
    """Return a round even number that is at least `most`, for the line at the top."""
    factor = 1
    while True:
        for step in _NICE:
            if (top := step * factor * _LINES) >= most:
                return top
        factor *= 10


class DayChart(QWidget):
    """Paints bars from the first day to the last. Beside it the channels are named with their numbers; a table has the
    numbers of each day.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._days: Sequence[date] = ()
        self._counts: Mapping[ChannelKind, Sequence[int]] = {}
        self._marked: datetime | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_days(
        self, days: Sequence[date], counts: Mapping[ChannelKind, Sequence[int]], marked: datetime | None = None
    ) -> None:
        """counts: one number for each day. marked: an instant with a line; None for none."""
        self._days, self._counts, self._marked = days, counts, marked
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _LEAST_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(480, 2 * _LEAST_HEIGHT)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def tooltip_at(self, x: int) -> str:
        """Return the numbers of the day there; "" where there are none."""
        area = self._area()
        if not self._days or not area.left() <= x < area.right():
            return ""
        at = int((x - area.left()) / area.width() * len(self._days))
        at = len(self._days) - 1 - at if self._is_mirrored else at
        shown = [texts.channel_count(c, counts[at]) for c, counts in self._counts.items() if counts[at]]
        return texts.day_tooltip(self._days[at], listed(shown)) if shown else ""

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._theme.font(delta=-1))

    def _top(self) -> int:
        per_day = [sum(counts[n] for counts in self._counts.values()) for n in range(len(self._days))]
        return highest_line(max(per_day, default=1) or 1)

    def _area(self) -> QRectF:
        """Where the bars are: beside the numbers, above the days, below the words at the line."""
        metrics = self._metrics()
        left, line = metrics.horizontalAdvance(number(self._top())) + GAP, metrics.height() + 4
        width, height = self.width() - left - GAP, self.height() - 2 * line
        return QRectF(GAP if self._is_mirrored else left, line, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._days:
            return
        painter = QPainter(self)
        painter.setFont(self._theme.font(delta=-1))
        area, top = self._area(), self._top()
        self._paint_lines(painter, area, top)
        self._paint_bars(painter, area, top)
        self._paint_days(painter, area)
        if self._marked is not None:
            self._paint_mark(painter, area, self._marked.astimezone())

    def _slot(self, area: QRectF, at: int) -> QRectF:
        """The place of one day."""
        width = area.width() / len(self._days)
        at = len(self._days) - 1 - at if self._is_mirrored else at
        return QRectF(area.left() + at * width, area.top(), width, area.height())

    def _paint_lines(self, painter: QPainter, area: QRectF, top: int) -> None:
        height = self._metrics().height()
        for line in range(_LINES + 1):
            y = area.bottom() - area.height() * line / _LINES
            painter.setPen(self._theme.color("border"))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(self._theme.color("muted"))
            left = area.right() + 4 if self._is_mirrored else 0.0
            width = (self.width() if self._is_mirrored else area.left()) - left - 4
            box = QRectF(left, y - height / 2, width, height)
            beside = leading_side(mirrored=not self._is_mirrored) | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, beside, number(top * line // _LINES))

    def _paint_bars(self, painter: QPainter, area: QRectF, top: int) -> None:
        for at in range(len(self._days)):
            slot = self._slot(area, at)
            width = max(slot.width() * _BAR_SHARE, 2.0)
            bottom = area.bottom()
            for channel, counts in self._counts.items():
                height = area.height() * counts[at] / top
                if not height:
                    continue
                bar = QRectF(slot.center().x() - width / 2, bottom - height, width, height)
                painter.fillRect(bar, self._theme.channel_color(channel))
                bottom -= height
                # A gap, so that parts with similar colors are told apart.
                painter.fillRect(QRectF(bar.left(), bar.top(), width, 1), self._theme.color("surface"))

    def _paint_days(self, painter: QPainter, area: QRectF) -> None:
        """The last day, and of the others as many as there is room for."""
        metrics, painted_to = self._metrics(), 0.0
        painter.setPen(self._theme.color("muted"))
        order = range(len(self._days) - 1, -1, -1)
        for at in order:
            label = day_and_month(self._days[at], short=True)
            width = metrics.horizontalAdvance(label)
            middle = self._slot(area, at).center().x()
            left = min(max(middle - width / 2, 0.0), self.width() - width)
            distance = abs(self._slot(area, len(self._days) - 1).center().x() - middle)
            if at != len(self._days) - 1 and distance < painted_to + 2 * width + GAP:
                continue
            painted_to = distance
            box = QRectF(left, area.bottom() + 4, width + 1, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)

    def _paint_mark(self, painter: QPainter, area: QRectF, at: datetime) -> None:
        """at: in local time."""
        if at.date() not in self._days:
            return
        slot, metrics = self._slot(area, self._days.index(at.date())), self._metrics()
        into_day = (at.hour + at.minute / 60) / 24 * slot.width()
        x = slot.right() - into_day if self._is_mirrored else slot.left() + into_day
        painter.setPen(QPen(self._theme.color("text"), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        label = texts.TEXTS_SET()
        width = metrics.horizontalAdvance(label)
        left = min(max(x - width / 2, 0.0), self.width() - width)
        painter.drawText(QRectF(left, 0, width + 1, metrics.height()), Qt.AlignmentFlag.AlignCenter, label)
