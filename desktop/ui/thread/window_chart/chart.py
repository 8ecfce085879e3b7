"""The window chart (48 hours by channel) and the pop-up that shows it with a sentence about the window."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QStyle, QWidget

from desktop.domain.window.window import Window
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.formats import clock_time, whole_words
from desktop.text.names import channel_label
from desktop.text.thread import window as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.thread.window_chart.chart_data import ChartData, ChartRow, MarkerKind, build_chart
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.screen_reader.roles import Role

_MARKER_PX = 9.0
_LEGEND = (
    (MarkerKind.CUSTOMER, texts.LEGEND_CUSTOMER),
    (MarkerKind.REPLY, texts.LEGEND_REPLY),
    (MarkerKind.UNCONFIRMED_REPLY, texts.LEGEND_UNCONFIRMED),
    (MarkerKind.FAILED_REPLY, texts.LEGEND_FAILED),
    (None, texts.LEGEND_OPEN),
)
_TICK_HOURS = 6


class WindowChart(QWidget):
    """Paints one row for each channel: discs for the customer's messages, squares for replies (empty while
    unconfirmed), crosses for what did not arrive, and a bar for the open window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chart: ChartData | None = None
        # A pop-up of Qt's is at most two thirds of the screen, whatever its parts need.
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def show_chart(self, chart: ChartData) -> None:
        self._chart = chart
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        count = len(self._chart.rows) if self._chart is not None else 1
        return QSize(round(self._label_width() + 420), round(self._axis_height() * 2 + count * self._row_height()))

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._theme.font(delta=-1))

    def _row_height(self) -> float:
        return self._metrics().height() * 2.0

    def _axis_height(self) -> float:
        return self._metrics().height() + 6

    def _label_width(self) -> float:
        names = [channel_label(row.channel) for row in self._chart.rows] if self._chart is not None else []
        widest = max(map(self._metrics().horizontalAdvance, names), default=60.0)
        return widest + self._metrics().height() + 2 * GAP

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._chart is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(delta=-1))
        label = self._label_width()
        area = QRectF(label, self._axis_height(), self.width() - label - GAP, self.height() - 2 * self._axis_height())
        self._paint_axis(painter, area, self._chart)
        for number, row in enumerate(self._chart.rows):
            rect = QRectF(area.left(), area.top() + number * self._row_height(), area.width(), self._row_height())
            self._paint_row(painter, rect, row, self._chart)
        self._paint_now(painter, area, self._chart)

    def _x(self, area: QRectF, at: datetime) -> float:
        x = self._distance(area, at)
        return self.width() - x if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else x

    def _distance(self, area: QRectF, at: datetime) -> float:
        """From the edge where time begins."""
        assert self._chart is not None
        return area.left() + area.width() * self._chart.position(at)

    def _mirrored(self, rect: QRectF) -> QRectF:
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())
        return rect

    def _paint_axis(self, painter: QPainter, area: QRectF, chart: ChartData) -> None:
        label_width = self._metrics().horizontalAdvance(clock_time(chart.now)) + GAP
        now_x = self._x(area, chart.now)
        next_free = -1e9
        for at in _ticks(chart):
            x, distance = self._x(area, at), self._distance(area, at)
            painter.setPen(self._theme.color("border"))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            if distance - label_width / 2 < max(next_free, 0) or distance + label_width / 2 > self.width():
                continue
            next_free = distance + label_width / 2
            painter.setPen(self._theme.color("muted"))
            box = QRectF(x - label_width / 2, area.bottom() + 2, label_width, self._axis_height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, clock_time(at))
        painter.setPen(self._theme.color("text"))
        now_text = texts.NOW()
        width = self._metrics().horizontalAdvance(now_text) + 4
        left = min(max(now_x - width / 2, 0), self.width() - width)
        painter.drawText(QRectF(left, 0, width, self._axis_height()), Qt.AlignmentFlag.AlignCenter, now_text)

    def _paint_row(self, painter: QPainter, rect: QRectF, row: ChartRow, chart: ChartData) -> None:
        theme, size = self._theme, round(self._metrics().height())
        middle = rect.center().y()
        icon = self._mirrored(QRectF(0, middle - size / 2, size, size))
        pixmap = icons.channel_pixmap(row.channel, theme, size, self.devicePixelRatioF())
        painter.drawPixmap(icon.topLeft(), pixmap)
        painter.setPen(theme.color("text"))
        name = self._mirrored(QRectF(size + GAP, rect.top(), rect.left() - size - GAP, rect.height()))
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.setLayoutDirection(self.layoutDirection())
        painter.drawText(name, flags, channel_label(row.channel))
        painter.setPen(theme.color("border"))
        painter.drawLine(QPointF(self._x(rect, chart.start), middle), QPointF(self._x(rect, chart.end), middle))
        if row.bar is not None:
            left, right = sorted(self._x(rect, at) for at in row.bar)
            height = rect.height() * 0.76
            bar = QRectF(left, middle - height / 2, right - left, height)
            paint_bar(painter, bar, theme.channel_color(row.channel))
        for marker in row.markers:
            # The customer's above the line, ours below: a reply a minute later must not hide the message.
            y = middle + (-_MARKER_PX if marker.kind is MarkerKind.CUSTOMER else _MARKER_PX) * 0.6
            paint_marker(painter, QPointF(self._x(rect, marker.at), y), marker.kind, theme)

    def _paint_now(self, painter: QPainter, area: QRectF, chart: ChartData) -> None:
        x = self._x(area, chart.now)
        painter.setPen(QPen(self._theme.color("text"), 1.5))
        painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom()))


def paint_marker(painter: QPainter, at: QPointF, kind: MarkerKind, theme: Theme) -> None:
    """Paint the shape of a marker centered at `at`."""
    half = _MARKER_PX / 2
    box = QRectF(at.x() - half, at.y() - half, _MARKER_PX, _MARKER_PX)
    painter.setPen(QPen(theme.color("surface"), 1))
    if kind is MarkerKind.CUSTOMER:
        painter.setBrush(theme.color("text"))
        painter.drawEllipse(box)
    elif kind is MarkerKind.REPLY:
        painter.setBrush(theme.color("accent"))
        painter.drawRect(box)
    elif kind is MarkerKind.UNCONFIRMED_REPLY:
        painter.setPen(QPen(theme.color("accent"), 1.6))
        painter.setBrush(theme.color("surface"))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    else:
        painter.setPen(QPen(theme.color("danger"), 2))
        painter.drawLine(box.topLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomLeft())


def paint_bar(painter: QPainter, bar: QRectF, color: QColor) -> None:
    """Paint the bar of an open window."""
    fill = QColor(color)
    fill.setAlphaF(0.22)
    painter.setBrush(fill)
    painter.setPen(QPen(color, 1))
    painter.drawRoundedRect(bar, 4, 4)


def _ticks(chart: ChartData) -> list[datetime]:
    """Return every sixth full hour of local time."""
    local = chart.start.astimezone().replace(minute=0, second=0, microsecond=0)
    first = local + timedelta(hours=_TICK_HOURS - local.hour % _TICK_HOURS)
    steps = range(int((chart.end - first) / timedelta(hours=_TICK_HOURS)) + 1)
    return [first + timedelta(hours=_TICK_HOURS * n) for n in steps]


class _Legend(QWidget):
    """Explains the shapes, wrapped to as many lines as needed."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._color = QColor()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(texts.ACCESSIBLE_LEGEND())

    def set_bar_color(self, color: QColor) -> None:
        self._color = color
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(300))

    def heightForWidth(self, width: int) -> int:
        return round(self._boxes(width)[-1].bottom())

    def _boxes(self, width: int) -> list[QRectF]:
        """Return a box for each shape with its label, from left to right."""
        metrics = QFontMetricsF(self._theme.font(delta=-1))
        boxes: list[QRectF] = []
        x, y, height = 0.0, 0.0, metrics.height() + 4
        for _, label in _LEGEND:
            needed = metrics.horizontalAdvance(label()) + 3 * _MARKER_PX + 2
            if x > 0 and x + needed > width:
                x, y = 0.0, y + height
            boxes.append(QRectF(x, y, needed, height))
            x += needed + PAD
        return boxes

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(delta=-1))
        for (kind, label), rect in zip(_LEGEND, self._boxes(self.width()), strict=True):
            box = QStyle.visualRect(self.layoutDirection(), self.rect(), rect.toRect())
            mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            shape = QPointF(box.right() - _MARKER_PX if mirrored else box.left() + _MARKER_PX, box.center().y() + 1)
            if kind is None:
                paint_bar(
                    painter,
                    QRectF(shape.x() - _MARKER_PX, shape.y() - _MARKER_PX / 2, 2 * _MARKER_PX, _MARKER_PX),
                    self._color,
                )
            else:
                paint_marker(painter, shape, kind, self._theme)
            painter.setPen(self._theme.color("muted"))
            label_box = QRectF(box).adjusted(
                0 if mirrored else 2.5 * _MARKER_PX, 0, -2.5 * _MARKER_PX if mirrored else 0, 0
            )
            painter.drawText(label_box, Qt.AlignmentFlag.AlignVCenter, label())


class WindowChartPopup(QFrame):
    """The pop-up under the countdown; Escape or a click elsewhere closes it."""

    accessible_role = Role.DIALOG

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.chart = WindowChart(theme, self)
        self._legend = _Legend(theme, self)
        self.why = Paragraph(selectable=True)
        layouts.column(self.chart, self._legend, self.why, parent=self, margins=PAD)

    def show_window(self, view: ThreadView, window: Window, now: datetime) -> None:
        """Update chart and sentence; while visible, only when the sentence changes (about once a minute)."""
        why = texts.window_explanation(window, view.name, now)
        if self.isVisible() and why == self.why.text():
            return
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, self._theme.color("surface"))
        self.setPalette(palette)
        self.chart.show_chart(build_chart(view.thread, window, now))
        self._legend.set_bar_color(self._theme.channel_color(window.key.channel))
        with whole_words():
            spoken = texts.window_explanation(window, view.name, now)
        self.why.setText(why, spoken)
        self.chart.setAccessibleName(strip_isolates(spoken))
        self.adjustSize()
