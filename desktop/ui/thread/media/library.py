"""Qt's multimedia library, an extra of the project: whether it is installed, and whether it works here."""

from __future__ import annotations

import os
import wave
from functools import cache
from importlib.util import find_spec
from io import BytesIO

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QEventLoop, QIODevice, QLoggingCategory, QObject


@cache
def can_play() -> bool:
    """Whether the library is installed. Does not import it, which takes half a second."""
    return find_spec("PySide6.QtMultimedia") is not None


def prepare() -> None:
    """Call it before the library is imported."""
    # Each file, and each library that is not needed, would be told of on standard error.
    QLoggingCategory.setFilterRules("*.multimedia.*=false")
    # For one frame the graphics card's decoder is slower to start than it helps, and its drivers differ.
    os.environ.setdefault("QT_FFMPEG_DECODING_HW_DEVICE_TYPES", ",")


def release_from_python(*objects: QObject) -> None:
    """Call it for what the library connects to in threads of its own, as soon as it is made.

    Such a thread tells them while it disconnects from them, holding a lock of Qt's. At the first time for each object,
    PySide looks whether Python overrides that, for which it needs Python's lock; if `stop` on this thread waits for
    Qt's lock meanwhile and keeps Python's, both wait forever. It is not looked for again.
    """
    for each in objects:
        each.destroyed.connect(_do_nothing)
        each.destroyed.disconnect(_do_nothing)


def _do_nothing() -> None:
    pass


def decodes_sounds() -> bool:
    """Whether the library decodes a sound here, with the plugin and the system's libraries that it needs. Runs an event
    loop of its own for a moment.
    """
    prepare()
    try:
        from PySide6 import QtMultimedia  # noqa: F401
    except ImportError:
        return False
    created = QCoreApplication([]) if QCoreApplication.instance() is None else None
    count = _decoded_samples()
    if created is not None:
        created.shutdown()
    return count > 0


def _decoded_samples() -> int:
    from PySide6.QtMultimedia import QAudioDecoder

    decoder, source, loop, heard = QAudioDecoder(), QBuffer(), QEventLoop(), list[int]()
    source.setData(QByteArray(_silence()))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    decoder.bufferReady.connect(lambda: heard.append(decoder.read().sampleCount()))
    decoder.finished.connect(loop.quit)
    decoder.error.connect(loop.quit)
    decoder.setSourceDevice(source)
    # Not where the library has no part that decodes.
    if decoder.isSupported():
        decoder.start()
        loop.exec()
    return sum(heard)


def _silence() -> bytes:
    """A tenth of a second as a WAV file."""
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setparams((1, 2, 8_000, 0, "NONE", ""))
        written.writeframes(bytes(1_600))
    return file.getvalue()
