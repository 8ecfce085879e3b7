"""The loudness of a voice note in equal steps."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal

from desktop.domain.model.media import MediaKey
from desktop.ui.thread.media import library

STEPS = 48
RATE_HZ = 8_000
_PEAK_SAMPLES = RATE_HZ // 50
MAX_SAMPLES = RATE_HZ * 60 * 60
"""An hour; the rest of a longer recording is not looked at."""


class WaveformReader(QObject):
    """Decodes one recording piece by piece on the event loop: two minutes take half a second in all.

    Signals:
        finished: args: the key, and STEPS values from 0 to 1; none for what cannot be decoded.
    """

    finished = Signal(object, tuple)

    def __init__(self, key: MediaKey, data: bytes, parent: QObject | None = None) -> None:
        # Imported with the first voice note that is played.
        from PySide6.QtMultimedia import QAudioDecoder, QAudioFormat

        super().__init__(parent)
        self._key = key
        self._peaks: list[int] = []
        self._count = 0
        self._source = QBuffer(self)
        self._source.setData(QByteArray(data))
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        wanted = QAudioFormat()
        wanted.setSampleRate(RATE_HZ)
        wanted.setChannelCount(1)
        wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._decoder = QAudioDecoder(self)
        library.release_from_python(self._decoder)
        self._decoder.setAudioFormat(wanted)
        self._decoder.setSourceDevice(self._source)
        self._decoder.bufferReady.connect(self._on_buffer)
        self._decoder.finished.connect(self._on_finished)
        self._decoder.error.connect(self._on_finished)

    def start(self) -> None:
        self._decoder.start()

    def _on_buffer(self) -> None:
        while self._decoder.bufferAvailable():
            samples = memoryview(bytes(self._decoder.read().constData())).cast("h")
            self._count += len(samples)
            for at in range(0, len(samples), _PEAK_SAMPLES):
                piece = samples[at : at + _PEAK_SAMPLES]
                self._peaks.append(max(max(piece), -min(piece)))
            if self._count > MAX_SAMPLES:
                self._decoder.stop()
                self._on_finished()
                return

    def _on_finished(self) -> None:
        peaks, self._peaks = self._peaks, []
        self.finished.emit(self._key, loudness(peaks))


def loudness(peaks: list[int]) -> tuple[float, ...]:
    """Return `STEPS` values from 0 to 1, the loudest one 1; none without a peak."""
    if not peaks:
        return ()
    loudest, count = max(max(peaks), 1), len(peaks)
    starts = [step * count // STEPS for step in range(STEPS + 1)]
    return tuple(max(peaks[begin : max(end, begin + 1)]) / loudest for begin, end in pairwise(starts))
