"""Lane chart: paints the lanes of the last forty-eight hours, and the pop-up that shows them with a sentence on why."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QStyle, QVBoxLayout, QWidget

from desktop.domain.window.window import Window
from desktop.engine.views import ThreadView
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.thread.window_chart.lanes import Lane, Lanes, MarkKind, lanes_of
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import thread, words

_MARK = 9.0
_LEGEND = (
    (MarkKind.HERS, "from her"),
    (MarkKind.OURS, "ours"),
    (MarkKind.UNPROVEN, "ours, not proven"),
    (MarkKind.LOST, "did not arrive"),
    (None, "window open"),
)
_SHAPES = ("Disc", "Square", "Empty square", "Cross", "Bar")
_TICK_HOURS = 6


class LaneChart(QWidget):
    """Hers are discs, ours are squares (empty where nobody confirmed it), what did not arrive is a cross; the bar is
    the open window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lanes: Lanes | None = None

    def show_lanes(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        count = len(self._lanes.lanes) if self._lanes is not None else 1
        return QSize(round(self._label_width() + 420), round(self._axis_height() * 2 + count * self._lane_height()))

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._theme.font(delta=-1))

    def _lane_height(self) -> float:
        return self._metrics().height() * 2.0

    def _axis_height(self) -> float:
        return self._metrics().height() + 6

    def _label_width(self) -> float:
        lanes = self._lanes.lanes if self._lanes is not None else ()
        widest = max((self._metrics().horizontalAdvance(words.channel(lane.channel)) for lane in lanes), default=60.0)
        return widest + self._metrics().height() + 2 * GAP

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._lanes is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(delta=-1))
        label = self._label_width()
        area = QRectF(label, self._axis_height(), self.width() - label - GAP, self.height() - 2 * self._axis_height())
        self._paint_axis(painter, area, self._lanes)
        for at, lane in enumerate(self._lanes.lanes):
            row = QRectF(area.left(), area.top() + at * self._lane_height(), area.width(), self._lane_height())
            self._paint_lane(painter, row, lane, self._lanes)
        self._paint_now(painter, area, self._lanes)

    def _x(self, area: QRectF, at: datetime) -> float:
        assert self._lanes is not None
        return self._flip(area.left() + area.width() * self._lanes.share(at))

    def _flip(self, x: float) -> float:
        return self.width() - x if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else x

    def _rect(self, rect: QRectF) -> QRectF:
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())
        return rect

    def _paint_axis(self, painter: QPainter, area: QRectF, lanes: Lanes) -> None:
        room = self._metrics().horizontalAdvance("00:00") + GAP
        now_x = self._x(area, lanes.now)
        next_free = -1e9
        for at in sorted(_ticks(lanes), key=lambda t: self._x(area, t)):
            x = self._x(area, at)
            painter.setPen(self._theme.color("border"))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            if x - room / 2 < max(next_free, 0) or x + room / 2 > self.width():
                continue
            next_free = x + room / 2
            painter.setPen(self._theme.color("muted"))
            box = QRectF(x - room / 2, area.bottom() + 2, room, self._axis_height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, thread.clock_time(at))
        painter.setPen(self._theme.color("text"))
        width = self._metrics().horizontalAdvance("now") + 4
        left = min(max(now_x - width / 2, 0), self.width() - width)
        painter.drawText(QRectF(left, 0, width, self._axis_height()), Qt.AlignmentFlag.AlignCenter, "now")

    def _paint_lane(self, painter: QPainter, row: QRectF, lane: Lane, lanes: Lanes) -> None:
        theme, size = self._theme, round(self._metrics().height())
        middle = row.center().y()
        icon = self._rect(QRectF(0, middle - size / 2, size, size))
        pixmap = icons.channel_pixmap(lane.channel, theme, size, self.devicePixelRatioF())
        painter.drawPixmap(icon.topLeft(), pixmap)
        painter.setPen(theme.color("text"))
        name = self._rect(QRectF(size + GAP, row.top(), row.left() - size - GAP, row.height()))
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.setLayoutDirection(self.layoutDirection())
        painter.drawText(name, flags, words.channel(lane.channel))
        painter.setPen(theme.color("border"))
        painter.drawLine(QPointF(self._x(row, lanes.start), middle), QPointF(self._x(row, lanes.end), middle))
        if lane.bar is not None:
            self._paint_bar(painter, row, lane)
        for mark in lane.marks:
            # Hers above the line, ours below: an answer a minute later must not hide what it answers.
            y = middle + (-_MARK if mark.kind is MarkKind.HERS else _MARK) * 0.6
            paint_mark(painter, QPointF(self._x(row, mark.at), y), mark.kind, theme)

    def _paint_bar(self, painter: QPainter, row: QRectF, lane: Lane) -> None:
        assert lane.bar is not None
        left, right = sorted((self._x(row, lane.bar[0]), self._x(row, lane.bar[1])))
        height = row.height() * 0.76
        bar = QRectF(left, row.center().y() - height / 2, right - left, height)
        paint_bar(painter, bar, self._theme.channel_color(lane.channel))

    def _paint_now(self, painter: QPainter, area: QRectF, lanes: Lanes) -> None:
        x = self._x(area, lanes.now)
        painter.setPen(QPen(self._theme.color("text"), 1.5))
        painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom()))


def paint_mark(painter: QPainter, at: QPointF, kind: MarkKind, theme: Theme) -> None:
    half = _MARK / 2
    box = QRectF(at.x() - half, at.y() - half, _MARK, _MARK)
    painter.setPen(QPen(theme.color("surface"), 1))
    if kind is MarkKind.HERS:
        painter.setBrush(theme.color("text"))
        painter.drawEllipse(box)
    elif kind is MarkKind.OURS:
        painter.setBrush(theme.color("accent"))
        painter.drawRect(box)
    elif kind is MarkKind.UNPROVEN:
        painter.setPen(QPen(theme.color("accent"), 1.6))
        painter.setBrush(theme.color("surface"))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    else:
        painter.setPen(QPen(theme.color("danger"), 2))
        painter.drawLine(box.topLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomLeft())


def paint_bar(painter: QPainter, bar: QRectF, color: QColor) -> None:
    fill = QColor(color)
    fill.setAlphaF(0.22)
    painter.setBrush(fill)
    painter.setPen(QPen(color, 1))
    painter.drawRoundedRect(bar, 4, 4)


def _ticks(lanes: Lanes) -> list[datetime]:
    """Every six hours of the local clock."""
    local = lanes.start.astimezone().replace(minute=0, second=0, microsecond=0)
    first = local + timedelta(hours=_TICK_HOURS - local.hour % _TICK_HOURS)
    steps = range(int((lanes.end - first) / timedelta(hours=_TICK_HOURS)) + 1)
    return [first + timedelta(hours=_TICK_HOURS * n) for n in steps]


class _Legend(QWidget):
    """What the shapes mean, on as many lines as it takes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._color = QColor()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(". ".join(f"{shape}: {word}" for shape, (_, word) in zip(_SHAPES, _LEGEND, strict=True)))

    def set_bar_color(self, color: QColor) -> None:
        """The colour of the window's bar."""
        self._color = color
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(300))

    def heightForWidth(self, width: int) -> int:
        return round(self._places(width)[-1].bottom())

    def _places(self, width: int) -> list[QRectF]:
        """A box for each shape with its word, from left to right."""
        metrics = QFontMetricsF(self._theme.font(delta=-1))
        places: list[QRectF] = []
        x, y, height = 0.0, 0.0, metrics.height() + 4
        for _, word in _LEGEND:
            needed = metrics.horizontalAdvance(word) + 3 * _MARK + 2
            if x > 0 and x + needed > width:
                x, y = 0.0, y + height
            places.append(QRectF(x, y, needed, height))
            x += needed + PAD
        return places

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(delta=-1))
        for (kind, word), place in zip(_LEGEND, self._places(self.width()), strict=True):
            box = QStyle.visualRect(self.layoutDirection(), self.rect(), place.toRect())
            mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            shape = QPointF(box.right() - _MARK if mirrored else box.left() + _MARK, box.center().y() + 1)
            if kind is None:
                paint_bar(painter, QRectF(shape.x() - _MARK, shape.y() - _MARK / 2, 2 * _MARK, _MARK), self._color)
            else:
                paint_mark(painter, shape, kind, self._theme)
            painter.setPen(self._theme.color("muted"))
            words_box = QRectF(box).adjusted(0 if mirrored else 2.5 * _MARK, 0, -2.5 * _MARK if mirrored else 0, 0)
            painter.drawText(words_box, Qt.AlignmentFlag.AlignVCenter, word)


class LanePopUp(QFrame):
    """Opens under the countdown; closes by itself on Escape or a click elsewhere."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.chart = LaneChart(theme, self)
        self._legend = _Legend(theme, self)
        self.why = Label(parent=self)
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self.chart)
        column.addWidget(self._legend)
        column.addWidget(self.why)

    def show_window(self, view: ThreadView, window: Window, now: datetime) -> None:
        """May be called at every tick: it changes with its words, by the minute."""
        why = thread.why_window(window, view.name, now)
        if self.isVisible() and why == self.why.text():
            return
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._theme.color("surface"))
        self.setPalette(palette)
        self.chart.show_lanes(lanes_of(view.thread, window, now))
        self._legend.set_bar_color(self._theme.channel_color(window.key.channel))
        self.why.setText(why)
        self.chart.setAccessibleName(self.why.text())
        self.adjustSize()
