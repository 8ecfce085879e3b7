"""Shows a message's pictures large, over the window: zoom, next and previous, copy, save."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.model.media import MediaKey, MediaState
from desktop.text.catalog import strip_isolates
from desktop.text.thread import pictures as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.thread.media.file_names import safe_name
from desktop.ui.thread.media.pictures import Pictures, Thumbnail
from desktop.ui.thread.media.saving import FileSaver
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button, show_name
from desktop.ui.widgets.labels import ElidedLabel, Label
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.widgets.screen_reader.announce import announce

DECODED_AT_MOST = QSize(2560, 2560)
"""A larger picture is shown from fewer pixels; saved and copied it is whole."""
ZOOM_STEP, ZOOM_MAX = 1.25, 8.0
_PAN_STEP_PX = 60


class ViewedPicture(msgspec.Struct, frozen=True):
    """A picture of a message. name: of its file, as sent."""

    key: MediaKey
    name: str


class PictureView(QWidget):
    """A picture that fits in the widget, or is zoomed and can be dragged.

    zoom: 1.0 as large as the widget allows, but not enlarged.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnail = Thumbnail()
        self._offset = QPointF()
        self._dragged_from: QPoint | None = None
        self.zoom = 1.0

    def show_thumbnail(self, thumbnail: Thumbnail, *, is_another: bool) -> None:
        """is_another: not the picture that was shown: start unzoomed."""
        self._thumbnail = thumbnail
        if is_another:
            self.set_zoom(1.0)
        self.update()

    def set_zoom(self, zoom: float) -> None:
        """Zoom around the middle."""
        zoom = min(max(zoom, 1.0), ZOOM_MAX)
        self._offset *= zoom / self.zoom
        self.zoom = zoom
        self._move_by(QPointF())

    def pan(self, x: int, y: int) -> None:
        """Move what is seen by this many pixels, as far as there is more of the picture."""
        self._move_by(QPointF(-x, -y))

    def picture_rect(self) -> QRectF:
        """Where the picture is painted, which may be larger than the widget."""
        pixmap = self._thumbnail.pixmap
        if pixmap is None:
            return QRectF()
        size = pixmap.deviceIndependentSize()
        fitting = size.scaled(self.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
        # Small pictures are not blown up by themselves.
        shown = (size if size.width() < fitting.width() else fitting) * self.zoom
        corner = QPointF(self.width() - shown.width(), self.height() - shown.height()) / 2 + self._offset
        return QRectF(corner, shown)

    def _move_by(self, by: QPointF) -> None:
        shown = self.picture_rect().size()
        room_x, room_y = (max(0.0, (a - b) / 2) for a, b in zip(shown.toTuple(), self.size().toTuple(), strict=True))
        wanted = self._offset + by
        self._offset = QPointF(min(max(wanted.x(), -room_x), room_x), min(max(wanted.y(), -room_y), room_y))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        pixmap = self._thumbnail.pixmap
        if pixmap is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(self.picture_rect(), pixmap, QRectF(pixmap.rect()))
            return
        painter.setPen(self._theme.color("muted"))
        status = texts.picture_status(self._thumbnail.reason)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, status)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.set_zoom(self.zoom * (ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            now = event.position().toPoint()
            self._move_by(QPointF(now - self._dragged_from))
            self._dragged_from = now

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragged_from = None


class PictureViewer(Overlay):
    """Opens over the window that is its parent. Escape closes it, the arrow keys show the others.

    Signals:
        message: a sentence about what was done. arg: the sentence.
    """

    message = Signal(str)

    def __init__(self, theme: Theme, pictures: Pictures, saver: FileSaver, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._pictures, self._saver = pictures, saver
        self._shown: Sequence[ViewedPicture] = ()
        self._at = 0
        self.view = PictureView(theme)
        self._name, self._place = ElidedLabel(), Label()
        self._previous = self._button("fa6s.chevron-left", texts.PREVIOUS(), self.show_previous)
        self._next = self._button("fa6s.chevron-right", texts.NEXT(), self.show_next)
        self._smaller = self._button("fa6s.magnifying-glass-minus", texts.ZOOM_OUT(), self.zoom_out)
        self._fit = self._button("fa6s.expand", texts.FIT(), self.zoom_to_fit)
        self._larger = self._button("fa6s.magnifying-glass-plus", texts.ZOOM_IN(), self.zoom_in)
        self._copy = push_button(texts.COPY(), self.copy, accessible_name=texts.COPY_NAME())
        self._save = push_button(texts.SAVE(), self.save, accessible_name=texts.SAVE_NAME())
        self._close = push_button(texts.CLOSE(), self.dismiss)
        head = layouts.row(self._name, self._place, self._close, spacing=GAP)
        head.setStretchFactor(self._name, 1)
        zoom = (self._smaller, self._fit, self._larger)
        foot = layouts.row(self._previous, self._next, "stretch", *zoom, "stretch", self._copy, self._save, spacing=GAP)
        column = layouts.column(head, self.view, foot, parent=self._card, margins=PAD, spacing=GAP)
        column.setStretchFactor(self.view, 1)
        pictures.changed.connect(self._on_changed)
        self._follow_theme()

    def show_pictures(self, shown: Sequence[ViewedPicture], at: int) -> None:
        """Open with the pictures of a message. at: the one to begin with."""
        self._shown, self._at = shown, at
        self.show_popup()
        self._show(is_another=True)

    @property
    def current(self) -> ViewedPicture:
        return self._shown[self._at]

    def show_next(self) -> None:
        self._go_to(self._at + 1)

    def show_previous(self) -> None:
        self._go_to(self._at - 1)

    def zoom_in(self) -> None:
        self.view.set_zoom(self.view.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.view.set_zoom(self.view.zoom / ZOOM_STEP)

    def zoom_to_fit(self) -> None:
        self.view.set_zoom(1.0)

    def copy(self) -> None:
        """Copy the picture as it is decoded."""
        pixmap = self._thumbnail().pixmap
        if pixmap is not None:
            QGuiApplication.clipboard().setPixmap(QPixmap(pixmap))
            self.message.emit(texts.COPIED())

    def save(self) -> None:
        """Ask where to save the file as it was sent."""
        self._saver.ask(self.current.key, self.current.name)

    def tab_order(self) -> list[QWidget]:
        zoom = [self._smaller, self._fit, self._larger]
        return [self._close, self._previous, self._next, *zoom, self._copy, self._save]

    def layout_contents(self) -> None:
        self.center_card(self.width() - 4 * PAD, self.height() - 4 * PAD)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        actions = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.zoom_to_fit,
        }
        pans = {Qt.Key.Key_Up: -_PAN_STEP_PX, Qt.Key.Key_Down: _PAN_STEP_PX}
        key = Qt.Key(event.key())
        forward = Qt.Key.Key_Right if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else Qt.Key.Key_Left
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Save):
            self.save()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            (self.show_next if key == forward else self.show_previous)()
        elif key in actions:
            actions[key]()
        elif key in pans:
            self.view.pan(0, pans[key])
        else:
            super().keyPressEvent(event)

    def _go_to(self, at: int) -> None:
        if 0 <= at < len(self._shown):
            self._at = at
            self._show(is_another=True)

    def _thumbnail(self) -> Thumbnail:
        return self._pictures.thumbnail(self.current.key, DECODED_AT_MOST)

    def _show(self, *, is_another: bool) -> None:
        thumbnail, name = self._thumbnail(), safe_name(self.current.name)
        self.view.show_thumbnail(thumbnail, is_another=is_another)
        place = texts.PLACE(number=self._at + 1, count=len(self._shown)) if len(self._shown) > 1 else ""
        width, height = thumbnail.full_size
        size = texts.SIZE(width=width, height=height) if width else ""
        self._name.setText(name)
        self._place.setText("  ·  ".join(part for part in (place, size) if part))
        for button, is_possible in (
            (self._previous, self._at > 0),
            (self._next, self._at + 1 < len(self._shown)),
            (self._copy, thumbnail.pixmap is not None),
            (self._save, thumbnail.state is MediaState.HERE),
        ):
            button.setEnabled(is_possible)
        self._previous.setVisible(len(self._shown) > 1)
        self._next.setVisible(len(self._shown) > 1)
        described = f"{texts.PICTURE(name=name)} {place}".strip()
        self.setAccessibleName(strip_isolates(described))
        self.view.setAccessibleName(strip_isolates(described))
        if is_another:
            announce(self, described)

    def _on_changed(self, key: MediaKey) -> None:
        if self.is_open and key == self.current.key:
            self._show(is_another=False)

    def _button(self, icon: str, name: str, on_click: object) -> QPushButton:
        button = push_button("")
        button.clicked.connect(on_click)
        show_name(button, name)
        button.setProperty("icon_name", icon)
        return button

    def _apply_theme(self) -> None:
        super()._apply_theme()
        side = round(self.fontMetrics().height() * 0.95)
        for button in (self._previous, self._next, self._smaller, self._fit, self._larger):
            button.setIcon(icons.icon(button.property("icon_name"), self._theme.color("text")))
            button.setIconSize(QSize(side, side))
