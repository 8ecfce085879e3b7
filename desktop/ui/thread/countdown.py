"""A button with a window's ring and remaining time, which opens the window chart."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from desktop.domain.window.window import Window
from desktop.text.catalog import strip_isolates
from desktop.text.thread import window as texts
from desktop.ui.look import icons
from desktop.ui.look.ring import RingStage, paint_ring, ring_stage
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.thread.layout.row_style import channel_icon
from desktop.ui.widgets.screen_reader.announce import announce

_TEXT_ROLES = {RingStage.OPEN: "text", RingStage.UNKNOWN: "text", RingStage.ABSENT: "text", RingStage.CLOSED: "danger"}
"""Where the text has another color than the ring."""


class Countdown(QAbstractButton):
    """Hidden without a window. Screen readers get an announcement when the stage changes, not every second."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window: Window | None = None
        self._now: datetime | None = None
        self._stage = RingStage.ABSENT
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(texts.COUNTDOWN_TIP())
        # The tooltip may be the text, and Qt would take it for this.
        self.setAccessibleDescription(texts.COUNTDOWN_TIP())
        self.hide()

    def show_window(self, window: Window | None, now: datetime) -> None:
        """Update at a tick; does nothing while the visible text stays the same."""
        is_new_window = window is not self._window
        # The thread may be read anew just when the window closes.
        is_same_chat = window is not None and self._window is not None and window.key == self._window.key
        self._window, self._now = window, now
        text = texts.countdown(window, now) if window is not None else ""
        current_stage = ring_stage(window, now)
        if text != self.text():
            self.setText(text)
            self.updateGeometry()
            self.setVisible(bool(text))
        elif not is_new_window:
            return
        if window is not None and text and (is_new_window or current_stage is not self._stage):
            self.setAccessibleName(strip_isolates(texts.accessible_countdown(window, now)))
            if is_same_chat and current_stage is not self._stage:
                announce(self, self.accessibleName())
        self._stage = current_stage
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        ring = metrics.height() + 8
        # The advance is rounded; text that lacked a part of a pixel would be elided.
        return QSize(metrics.horizontalAdvance(self.text()) + 2 + ring + 3 * GAP, ring + 6)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the ring alone: where the header is too narrow, the text is elided."""
        return QSize(self.fontMetrics().height() + 8 + 2 * GAP, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._window is None or self._now is None:
            return
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(theme.color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ring = self.fontMetrics().height() + 8
        box = self.rect().adjusted(GAP, (self.height() - ring) // 2, 0, 0)
        box.setSize(QSize(ring, ring))
        text = self.rect().adjusted(ring + 2 * GAP, 0, -GAP, 0)
        box = QStyle.visualRect(self.layoutDirection(), self.rect(), box)
        text = QStyle.visualRect(self.layoutDirection(), self.rect(), text)
        paint_ring(painter, QRectF(box), self._window, self._now, theme)
        size = round(ring * 0.5)
        icon = self._stage.icon or channel_icon(self._window.key.channel)
        role = self._stage.role if self._stage is not RingStage.ABSENT else "muted"
        pixmap = icons.pixmap(icon, theme.color(role), size, self.devicePixelRatioF())
        painter.drawPixmap(box.center().x() - size // 2 + 1, box.center().y() - size // 2 + 1, pixmap)
        painter.setPen(theme.color(_TEXT_ROLES.get(self._stage, self._stage.role)))
        elided = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, text.width())
        self.setToolTip(texts.COUNTDOWN_TIP() if elided == self.text() else self.text())
        painter.drawText(text, Qt.AlignmentFlag.AlignCenter, elided)
