"""The pictures that are on the screen: loaded when they are painted, decoded beside it, and kept in bounded memory."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QBrush, QImage, QPainter, QPixmap

from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.engine.changes import Changes
from desktop.engine.protocols import Engine
from desktop.engine.views import MediaFile
from desktop.ui.look.decoding import DecodedPicture, decode_picture

MAX_BYTES = 48_000_000
"""Of thumbnails in memory: about 250 at the largest size on a screen of double density."""
MAX_THUMBNAILS = 1000
DECODERS = 2
RADIUS = 6.0
"""Of the corners, in logical pixels."""

_Place = tuple[MediaKey, int, int]
"""A file, and the width and height of the room for it in device pixels."""


class Thumbnail(msgspec.Struct, frozen=True):
    """A picture at the size it is shown. pixmap: None while it is loaded, or with what is known of why it is not here.

    full_size: width and height of the picture itself, in its own pixels.
    """

    pixmap: QPixmap | None = None
    state: MediaState = MediaState.WAITING
    reason: Reason = NO_REASON
    full_size: tuple[int, int] = (0, 0)
    is_animated: bool = False


_LOADING = Thumbnail()


class Pictures(QObject):
    """Thumbnails by key and size, on the GUI thread.

    Signals:
        changed: a thumbnail came, or will not come. arg: its MediaKey.
    """

    changed = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._thumbnails: dict[_Place, Thumbnail] = {}
        self._bytes = 0
        self._jobs: dict[_Place, _DecodeJob] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(DECODERS)
        self._unsubscribe = engine.feed.subscribe(self._on_changes)
        self.destroyed.connect(self._unsubscribe)

    def thumbnail(self, key: MediaKey, box: QSize, ratio: float = 1.0) -> Thumbnail:
        """Return what is known; what is not is loaded, and `changed` tells when it is there.

        box: the room for it, in logical pixels. ratio: device pixels for each of them.
        """
        wanted = box * ratio
        place = (key, wanted.width(), wanted.height())
        found = self._thumbnails.pop(place, None)
        if found is None:
            found = self._thumbnails[place] = _LOADING
            self._engine.tasks.start(
                self._engine.media.load(key), "load a picture", lambda file: self._on_loaded(place, ratio, file)
            )
            return self._thumbnails.get(place, _LOADING)
        # The one that was asked for last is the last to go.
        self._thumbnails[place] = found
        return found

    def known(self, key: MediaKey, box: QSize) -> Thumbnail | None:
        """Return a thumbnail that was asked for, preferably at this size; None if none was."""
        found = {place[1:]: thumbnail for place, thumbnail in self._thumbnails.items() if place[0] == key}
        return found.get((box.width(), box.height())) or next(iter(found.values()), None)

    def _on_loaded(self, place: _Place, ratio: float, file: MediaFile) -> None:
        if file.state is not MediaState.HERE:
            self._keep(place, Thumbnail(None, file.state, file.reason))
            return
        job = self._jobs[place] = _DecodeJob(place, ratio, file.data, self._decode)
        # A method of an object of this thread: a plain function would be called on the pool's.
        job.signals.done.connect(self._on_decoded)
        self._pool.start(job)

    def _decode(self, data: bytes, box: QSize) -> DecodedPicture:
        """Runs on a thread of the pool."""
        return decode_picture(data, box)

    def _on_decoded(self, place: _Place, ratio: float, decoded: DecodedPicture) -> None:
        self._jobs.pop(place, None)
        if decoded.image is None:
            self._keep(place, Thumbnail(None, MediaState.HERE, decoded.reason, decoded.full_size))
            return
        pixmap = QPixmap.fromImage(decoded.image)
        pixmap.setDevicePixelRatio(ratio)
        self._keep(
            place, Thumbnail(pixmap, MediaState.HERE, NO_REASON, decoded.full_size, is_animated=decoded.is_animated)
        )

    def _keep(self, place: _Place, thumbnail: Thumbnail) -> None:
        if place not in self._thumbnails:
            return
        self._drop(place)
        self._thumbnails[place] = thumbnail
        self._bytes += _size_bytes(thumbnail)
        while (self._bytes > MAX_BYTES or len(self._thumbnails) > MAX_THUMBNAILS) and len(self._thumbnails) > 1:
            self._drop(next(iter(self._thumbnails)))
        self.changed.emit(place[0])

    def _drop(self, place: _Place) -> None:
        self._bytes -= _size_bytes(self._thumbnails.pop(place))

    def _on_changes(self, changes: Changes) -> None:
        if changes.media:
            for place in [place for place in self._thumbnails if place[0] in changes.media]:
                self._drop(place)
            for key in changes.media:
                self.changed.emit(key)


class _Signals(QObject):
    done = Signal(object, float, object)


class _DecodeJob(QRunnable):
    """Decodes on a thread of the pool and tells the GUI thread."""

    def __init__(
        self, place: _Place, ratio: float, data: bytes, decode: Callable[[bytes, QSize], DecodedPicture]
    ) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.signals = _Signals()
        self._place = place
        self._ratio = ratio
        self._data = data
        self._decode = decode

    def run(self) -> None:
        decoded = self._decode(self._data, QSize(self._place[1], self._place[2]))
        if decoded.image is not None:
            # Here, and not while it is painted.
            decoded = replace(decoded, image=_rounded(decoded.image, RADIUS * self._ratio))
        try:
            self.signals.done.emit(self._place, self._ratio, decoded)
        except RuntimeError:
            # The program ends, and Qt has deleted what would tell it.
            pass


def _rounded(image: QImage, radius: float) -> QImage:
    """With round corners, in the form that is painted without a conversion."""
    rounded = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    rounded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rounded)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(image))
    painter.drawRoundedRect(rounded.rect(), radius, radius)
    painter.end()
    return rounded


def _size_bytes(thumbnail: Thumbnail) -> int:
    pixmap = thumbnail.pixmap
    return 0 if pixmap is None else pixmap.width() * pixmap.height() * 4
