"""The first pictures of videos, read by Qt's multimedia library beside the screen, with bounds on time and pixels."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QEvent,
    QEventLoop,
    QIODevice,
    QObject,
    QSize,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QImage

from desktop.domain.content.recording import FILMS, recording_format
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.protocols import Engine
from desktop.ports.reasons import MediaReason
from desktop.ui.look.decoding import DecodedPicture
from desktop.ui.thread.media import library
from desktop.ui.thread.media.pictures import Pictures

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame

log = logging.getLogger(__name__)

LONGEST_MS = 5_000
"""A tenth of a second is usual."""
MAX_PIXELS = 10_000_000
"""Of a frame: 4K has 8.8 million. The library holds about ten frames."""


class VideoPictures(Pictures):
    """As `Pictures`, for the first pictures of videos."""

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(engine, parent)
        self._pool.setMaxThreadCount(1)

    def _decode(self, data: bytes, box: QSize) -> DecodedPicture:
        return first_picture(data, box)


def first_picture(data: bytes, box: QSize) -> DecodedPicture:
    """Read the first picture of a video, no larger than `box` and never enlarged. Runs an event loop of its own: call
    it on a thread that has none.
    """
    ending = recording_format(data)
    if ending not in FILMS:
        return _nothing(MediaReason.VIDEO_UNREADABLE)
    loop = QEventLoop()
    try:
        reader = _FrameReader(data, ending, loop)
    except ImportError:
        # Installed, but a library of the system is missing.
        log.warning("videos cannot be read here", exc_info=True)
        return _nothing(MediaReason.VIDEO_UNREADABLE)
    limit = QTimer()
    limit.timeout.connect(loop.quit)
    limit.start(LONGEST_MS)
    reader.start()
    loop.exec()
    limit.stop()
    image, problem = reader.image(), reader.problem
    reader.end()
    full_size = image.width(), image.height()
    if image.isNull():
        return DecodedPicture(None, problem or make_reason(MediaReason.VIDEO_UNREADABLE))
    if image.width() > box.width() or image.height() > box.height():
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(box.expandedTo(QSize(1, 1)), Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return DecodedPicture(image, NO_REASON, full_size)


class _FrameReader(QObject):
    """Lets a player without sound run to its first frame, then ends the loop. problem: why there is none."""

    def __init__(self, data: bytes, ending: str, loop: QEventLoop) -> None:
        super().__init__()
        library.prepare()
        from PySide6.QtMultimedia import QMediaPlayer, QVideoSink

        self._frame: QVideoFrame | None = None
        self.problem: Reason = NO_REASON
        self._loop = loop
        self._ending = ending
        self._source = QBuffer(self)
        self._source.setData(QByteArray(data))
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        library.release_from_python(self._player, self._sink)
        self._player.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.errorOccurred.connect(self._loop.quit)

    def start(self) -> None:
        self._player.setSourceDevice(self._source, QUrl(f"video.{self._ending}"))
        # A player that pauses at the beginning shows the first frame and no other.
        self._player.pause()

    def image(self) -> QImage:
        """The first frame as it is to be seen, turned; a null image if there is none."""
        return QImage() if self._frame is None else self._frame.toImage()

    def end(self) -> None:
        """End the library's threads and delete the object, here: Python would do it on any thread."""
        self._player.stop()
        self.deleteLater()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.DeferredDelete)

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        from PySide6.QtMultimedia import QMediaMetaData, QMediaPlayer

        if status is QMediaPlayer.MediaStatus.LoadedMedia:
            stated = self._player.metaData().value(QMediaMetaData.Key.Resolution)
            if self._check(stated if isinstance(stated, QSize) else QSize()) and not self._player.hasVideo():
                self._loop.quit()
        elif status in (QMediaPlayer.MediaStatus.EndOfMedia, QMediaPlayer.MediaStatus.InvalidMedia):
            self._loop.quit()

    def _on_frame(self, frame: QVideoFrame) -> None:
        if self._frame is None and frame.isValid() and self._check(frame.size()):
            self._frame = frame
            self._loop.quit()

    def _check(self, size: QSize) -> bool:
        """Returns False, and ends the loop, for more pixels than are shown."""
        if size.width() * size.height() <= MAX_PIXELS:
            return True
        self.problem = make_reason(MediaReason.TOO_MANY_PIXELS)
        self._loop.quit()
        return False


def _nothing(why: MediaReason) -> DecodedPicture:
    return DecodedPicture(None, make_reason(why))
