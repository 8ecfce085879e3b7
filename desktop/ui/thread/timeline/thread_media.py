"""Paints the files of messages in their rows, and answers clicks on them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QMovie, QPainter, QPixmap

from desktop.domain.model.facts import Attachment
from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.protocols import Engine
from desktop.engine.views import MediaFile
from desktop.text.thread import pictures as texts
from desktop.ui.look import icons
from desktop.ui.look.text_direction import is_mirrored, leading_side
from desktop.ui.look.theme import Theme
from desktop.ui.thread.layout.bubble_layout import MediaSlot, SlotKind
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.media.audio import SPEEDS, AudioPlayer, AudioState, Phase
from desktop.ui.thread.media.file_names import safe_name
from desktop.ui.thread.media.pictures import Pictures, Thumbnail
from desktop.ui.thread.media.videos import VideoPictures
from desktop.ui.thread.media.viewer import ViewedPicture

MAX_MOVING_BYTES = 8_000_000
MOVING_AT_MOST = QSize(512, 512)
_EDGE = 1.0
_PAD = 8.0
_CAN_BE_RETRIED = (MediaState.GONE, MediaState.FAILED)
_PLAY_ICONS = {
    Phase.IDLE: "fa6s.play",
    Phase.LOADING: "fa6s.hourglass-half",
    Phase.PLAYING: "fa6s.pause",
    Phase.PAUSED: "fa6s.play",
    Phase.FAILED: "fa6s.triangle-exclamation",
}


class ThreadMedia(QObject):
    """The files of the thread that is on the screen.

    Signals:
        changed: a file looks different now. arg: its MediaKey.
        viewer_requested: show pictures large. args: the pictures of a message, which one to begin with.
        save_requested: save a file. args: its MediaKey, its name.
    """

    changed = Signal(object)
    save_requested = Signal(object, str)
    viewer_requested = Signal(object, int)

    def __init__(self, engine: Engine, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self._theme = engine, theme
        self.pictures = Pictures(engine, self)
        self.videos = VideoPictures(engine, self)
        self.audio = AudioPlayer(engine.media, engine.tasks, self)
        self._moving: MediaKey | None = None
        self._movie: QMovie | None = None
        # Before it is painted again.
        self.pictures.changed.connect(self.audio.look_again)
        self.pictures.changed.connect(self.changed)
        self.videos.changed.connect(self.changed)
        self.audio.changed.connect(self.changed)

    def clear(self) -> None:
        """Stop what plays, for another customer."""
        self.audio.clear()
        self.hover(None)

    # --- clicks ------------------------------------------------------------------------------------------------------

    def activate(self, slot: MediaSlot, point: QPointF, key: MediaKey, files: Sequence[Attachment]) -> bool:
        """Answer a click. point: in the coordinates of the slot's rectangle. files: of the message. Returns False for
        what can only be opened elsewhere.
        """
        if slot.kind is SlotKind.AUDIO:
            return self._activate_audio(slot.rect, point, key)
        if slot.kind is SlotKind.VIDEO:
            return self._activate_video(key, picture_box(slot))
        box = picture_box(slot)
        if self._theme.reduces_motion and key != self._moving and self.is_animated(key, box):
            self.move(key, box)
            return True
        return self.show_picture(key, files, box)

    def show_picture(self, key: MediaKey, files: Sequence[Attachment], box: QSize) -> bool:
        """Show a picture large, or fetch it again. Returns False where neither helps."""
        thumbnail = self.pictures.known(key, box)
        if thumbnail is None or self._is_awaited(key, thumbnail):
            return True
        if thumbnail.pixmap is None:
            return False
        shown = [
            ViewedPicture(MediaKey(key.conversation_id, key.entry_id, number), file.name)
            for number, file in enumerate(files)
            if file.content_type.startswith("image/") or number == key.number
        ]
        self.viewer_requested.emit(shown, next(i for i, picture in enumerate(shown) if picture.key == key))
        return True

    def _is_awaited(self, key: MediaKey, thumbnail: Thumbnail) -> bool:
        """Whether the file is on its way; one that did not come is fetched again."""
        if thumbnail.state in _CAN_BE_RETRIED:
            self._engine.tasks.start(self._engine.media.retry(key), "fetch a file again")
            return True
        return thumbnail.state in (MediaState.NOT_YET, MediaState.WAITING)

    def _activate_video(self, key: MediaKey, box: QSize) -> bool:
        """One that is here opens in the system's player, also if it has no first picture."""
        thumbnail = self.videos.known(key, box)
        return thumbnail is None or self._is_awaited(key, thumbnail)

    def toggle_audio(self, key: MediaKey) -> None:
        """Play or pause a voice note."""
        self.audio.toggle(key)

    def _activate_audio(self, rect: QRectF, point: QPointF, key: MediaKey) -> bool:
        if self.audio.state(key).phase is Phase.FAILED:
            return False
        parts = _AudioParts(rect)
        if parts.speed.contains(point):
            self.audio.next_speed()
            self.changed.emit(key)
        elif parts.wave.contains(point):
            into = parts.wave.right() - point.x() if parts.is_mirrored else point.x() - parts.wave.left()
            self.audio.seek(key, into / parts.wave.width())
        else:
            self.audio.toggle(key)
        return True

    # --- animated pictures -------------------------------------------------------------------------------------------

    def is_animated(self, key: MediaKey, box: QSize) -> bool:
        """Whether it is here and can move."""
        thumbnail = self.pictures.known(key, box)
        return thumbnail is not None and thumbnail.is_animated

    def hover(self, key: MediaKey | None, box: QSize | None = None) -> None:
        """Let the picture under the mouse move, if it is animated; all others stand still. Where motion is reduced, it
        moves once it is clicked.
        """
        if key == self._moving or not self._theme.reduces_motion:
            self.move(key, box)
        else:
            self.move(None)

    def toggle_picture(self, key: MediaKey, box: QSize) -> None:
        """Let an animated picture move, or stand still."""
        self.move(None if key == self._moving else key, box)

    def move(self, key: MediaKey | None, box: QSize | None = None) -> None:
        """Let this picture move, if it is animated, and no other."""
        if key == self._moving:
            return
        before, self._moving = self._moving, key
        if self._movie is not None:
            self._movie.stop()
            self._movie.deleteLater()
            self._movie = None
            self.changed.emit(before)
        if key is not None and box is not None and self.is_animated(key, box):
            self._engine.tasks.start(self._engine.media.load(key), "move a picture", self._on_moving_loaded)

    def _on_moving_loaded(self, file: MediaFile) -> None:
        if file.key != self._moving or file.state is not MediaState.HERE or len(file.data) > MAX_MOVING_BYTES:
            return
        movie = self._movie = QMovie(self)
        source = QBuffer(movie)
        source.setData(QByteArray(file.data))
        source.open(QIODevice.OpenModeFlag.ReadOnly)
        movie.setDevice(source)
        movie.setCacheMode(QMovie.CacheMode.CacheNone)
        movie.jumpToFrame(0)
        size = movie.currentPixmap().size()
        movie.setScaledSize(size.boundedTo(size.scaled(MOVING_AT_MOST, Qt.AspectRatioMode.KeepAspectRatio)))
        movie.frameChanged.connect(self._on_frame)
        movie.start()

    def _on_frame(self) -> None:
        if self._moving is not None:
            self.changed.emit(self._moving)

    # --- painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, slot: MediaSlot, key: MediaKey, file: Attachment, style: RowStyle) -> None:
        """Paint a file in its room."""
        painter.save()
        if slot.kind is SlotKind.AUDIO:
            self.audio.look_at(key)
            self._paint_audio(painter, slot.rect, self.audio.state(key), style)
        else:
            is_video = slot.kind is SlotKind.VIDEO
            ratio = painter.device().devicePixelRatioF()
            source = self.videos if is_video else self.pictures
            thumbnail = source.thumbnail(key, picture_box(slot), ratio)
            pixmap = self._moving_pixmap(key) or thumbnail.pixmap
            if pixmap is None:
                label = safe_name(file.name) if is_video else ""
                _paint_status(painter, slot.rect, thumbnail, label, style)
            else:
                _paint_picture(painter, slot.rect, pixmap, thumbnail.full_size)
                if is_video or (thumbnail.is_animated and key != self._moving):
                    _paint_round_icon(painter, slot.rect.center(), "fa6s.play", style, ratio)
        painter.restore()

    def _moving_pixmap(self, key: MediaKey) -> QPixmap | None:
        if self._movie is None or key != self._moving:
            return None
        pixmap = self._movie.currentPixmap()
        return None if pixmap.isNull() else pixmap

    def _paint_audio(self, painter: QPainter, rect: QRectF, state: AudioState, style: RowStyle) -> None:
        parts, ratio = _AudioParts(rect), painter.device().devicePixelRatioF()
        side_of_text = leading_side(mirrored=parts.is_mirrored)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.brush("accent"))
        painter.drawEllipse(parts.button)
        side = round(parts.button.width() * 0.45)
        icon = icons.pixmap(_PLAY_ICONS[state.phase], style.color("on_accent"), side, ratio)
        painter.drawPixmap(parts.button.center() - QPointF(side / 2, side / 2), icon)
        if state.phase is Phase.FAILED:
            painter.setPen(style.pen("muted"))
            painter.setFont(style.small)
            said = texts.audio_status(state.reason)
            room = parts.wave.united(parts.times)
            painter.drawText(room, side_of_text | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, said)
            return
        _paint_wave(painter, parts.wave, state, style, mirrored=parts.is_mirrored)
        painter.setFont(style.small)
        painter.setPen(style.pen("muted"))
        # Not as static text, which is kept: there are as many times as a note has seconds.
        times = texts.audio_times(state.position_ms, state.duration_ms)
        painter.drawText(parts.times, side_of_text | Qt.AlignmentFlag.AlignTop, times)
        speed = style.static_text(texts.speed(self.audio.speed), style.small)
        painter.setPen(style.pen("accent" if self.audio.speed != SPEEDS[0] else "muted"))
        left = parts.speed.left() if parts.is_mirrored else parts.speed.right() - speed.size().width()
        painter.drawStaticText(QPointF(left, parts.speed.top()), speed)


class _AudioParts:
    """Where the parts of a voice note are: the button, the waveform, and below it the times and the speed."""

    def __init__(self, rect: QRectF) -> None:
        self.is_mirrored = is_mirrored()
        side = rect.height() - 2 * _PAD
        button = QRectF(rect.left() + _PAD, rect.top() + _PAD, side, side)
        left, middle = button.right() + _PAD, rect.top() + rect.height() * 0.55
        width = rect.right() - _PAD - left
        wave = QRectF(left, rect.top() + _PAD / 2, width, middle - rect.top() - _PAD / 2)
        below = rect.bottom() - middle - 1
        speed_width = min(width / 3, 2.2 * below)
        times = QRectF(left, middle, width - speed_width, below)
        speed = QRectF(times.right(), middle, speed_width, below)

        def place(box: QRectF) -> QRectF:
            if self.is_mirrored:
                box.moveLeft(rect.left() + rect.right() - box.right())
            return box

        self.button, self.wave, self.times, self.speed = map(place, (button, wave, times, speed))


def _paint_wave(painter: QPainter, rect: QRectF, state: AudioState, style: RowStyle, *, mirrored: bool) -> None:
    """Bars of the loudness, the played ones in another color; equal ones while it is unknown.

    mirrored: the first one is on the right.
    """
    peaks = state.peaks or (0.12,) * 48
    step, middle = rect.width() / len(peaks), rect.center().y()
    played, others = style.brush("accent"), style.brush("muted")
    count = round(state.progress * len(peaks))
    for number, peak in enumerate(peaks):
        height = max(2.0, peak * rect.height())
        bar = QRectF(rect.left() + number * step, middle - height / 2, max(1.0, step - 1.5), height)
        if mirrored:
            bar.moveLeft(rect.left() + rect.right() - bar.right())
        painter.fillRect(bar, played if number < count else others)


def picture_box(slot: MediaSlot) -> QSize:
    """Return the room for a picture within its frame."""
    return QSize(int(slot.rect.width() - 2 * _EDGE), int(slot.rect.height() - 2 * _EDGE))


def _paint_picture(painter: QPainter, rect: QRectF, pixmap: QPixmap, full_size: tuple[int, int]) -> None:
    """Paint a picture centered, in its own proportions: Intercom may have reported those before its rotation."""
    inner = rect.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
    size = QSizeF(*full_size)
    if size.width() > inner.width() or size.height() > inner.height():
        size = size.scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(QPointF(), size)
    target.moveCenter(inner.center())
    size = pixmap.deviceIndependentSize()
    if abs(size.width() - target.width()) < 2 and abs(size.height() - target.height()) < 2:
        # Decoded at this size: on whole pixels nothing is scaled, which would take several times as long.
        painter.drawPixmap(target.topLeft().toPoint(), pixmap)
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))


def _paint_status(painter: QPainter, rect: QRectF, thumbnail: Thumbnail, video: str, style: RowStyle) -> None:
    """Say why there is no picture (yet), as far as there is room for words. video: its name; "" for a picture."""
    ratio = painter.device().devicePixelRatioF()
    line = style.small_metrics.height()
    words = "\n".join(filter(None, (video, texts.picture_status(thumbnail.reason))))
    inner = rect.adjusted(_PAD, _PAD / 2, -_PAD, -_PAD / 2)
    side = round(min(22.0, inner.height() / 2))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    needed = style.small_metrics.boundingRect(QRectF(0, 0, inner.width(), 10_000), int(flags), words).height()
    has_room = inner.height() >= side + _PAD + needed and inner.width() > 4 * line
    top = inner.center().y() - (side + (_PAD + needed if has_room else 0)) / 2
    icon = icons.pixmap(_status_icon(thumbnail, is_video=bool(video)), style.color("muted"), side, ratio)
    painter.drawPixmap(QPointF(inner.center().x() - side / 2, top), icon)
    if has_room:
        painter.setPen(style.pen("muted"))
        painter.setFont(style.small)
        painter.drawText(QRectF(inner.left(), top + side + _PAD, inner.width(), needed), int(flags), words)


def _status_icon(thumbnail: Thumbnail, *, is_video: bool) -> str:
    is_coming = thumbnail.state in (MediaState.NOT_YET, MediaState.WAITING)
    if is_video and (is_coming or thumbnail.state is MediaState.HERE):
        # Without a picture it can be opened all the same.
        return "fa6s.film"
    return "fa6s.image" if is_coming else "fa6s.circle-exclamation"


def _paint_round_icon(painter: QPainter, center: QPointF, name: str, style: RowStyle, ratio: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.brush("accent"))
    painter.drawEllipse(center, 16, 16)
    painter.drawPixmap(center - QPointF(7, 7), icons.pixmap(name, style.color("on_accent"), 14, ratio))
