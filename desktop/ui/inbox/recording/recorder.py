"""One recording, from the first sample to the file."""

from __future__ import annotations

from array import array
from enum import Enum, auto
from math import log10

from PySide6.QtCore import QObject, Signal

from desktop.ui.inbox.recording.microphone import MicrophoneProblem, SampleSource
from desktop.ui.inbox.recording.opus import BYTES_PER_S, BYTES_PER_SAMPLE, OpusWriter

MAX_LENGTH_MS = 15 * 60 * 1000
LEVEL_EVERY_MS = 50
SILENCE_DB = -50.0
"""The level at which the meter is empty; 0 is the loudest that there is."""
_LOUDEST = 32_768
_MARGIN_BYTES = 8_000
"""What is still being encoded, and the end of the file."""


class Phase(Enum):
    RECORDING = auto()
    PAUSED = auto()
    DONE = auto()


class End(Enum):
    """Why a recording ended."""

    STOPPED = auto()
    LOST = auto()
    FULL = auto()


class Recorder(QObject):
    """Records until it is stopped, the microphone is gone, or the file is as large as it may be.

    data: the file, once it is done. Its length does not count pauses.

    Signals:
        changed: another phase, or more of it.
        level_measured: arg: how loud the last moment was, from 0 to 1.
        ended: arg: End.
    """

    changed = Signal()
    level_measured = Signal(float)
    ended = Signal(object)

    def __init__(self, source: SampleSource, max_bytes: int, parent: QObject | None = None) -> None:
        """max_bytes: of the file. Raises CannotEncode."""
        super().__init__(parent)
        self.phase = Phase.RECORDING
        self.data = b""
        self.has_heard = False
        self._source, self._max_bytes = source, max_bytes
        self._writer = OpusWriter()
        self._recorded_bytes = 0
        self._unmeasured = b""
        source.heard.connect(self._on_heard)
        source.lost.connect(self._on_lost)

    def start(self) -> MicrophoneProblem | None:
        return self._source.start()

    @property
    def length_ms(self) -> int:
        return self._recorded_bytes * 1000 // BYTES_PER_S

    @property
    def is_done(self) -> bool:
        return self.phase is Phase.DONE

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self.phase is Phase.RECORDING:
            self._source.pause()
            self.phase = Phase.PAUSED
            self.level_measured.emit(0.0)
        elif self.phase is Phase.PAUSED:
            self.phase = Phase.RECORDING
            self._source.resume()
        self.changed.emit()

    def stop(self, why: End = End.STOPPED) -> None:
        """End it and keep what is there."""
        if self.is_done:
            return
        # It still hands over what it has heard, which may end the recording.
        self._source.stop()
        if not self.is_done:
            self.phase = Phase.DONE
            file = self._writer.finish()
            self.data = file if self._recorded_bytes else b""
            self.changed.emit()
            self.ended.emit(why)

    def discard(self) -> None:
        """End it and keep nothing; nothing is emitted any more."""
        self.phase = Phase.DONE
        self._source.stop()
        self._writer.finish()
        self.data = b""

    def _on_heard(self, samples: bytes) -> None:
        if self.phase is not Phase.RECORDING:
            return
        self._writer.write(samples)
        self._recorded_bytes += len(samples)
        self._measure(samples)
        is_full = self._writer.size_bytes + _MARGIN_BYTES >= self._max_bytes
        if is_full or self.length_ms >= MAX_LENGTH_MS:
            self.stop(End.FULL)
        else:
            self.changed.emit()

    def _measure(self, samples: bytes) -> None:
        """Emit one level for all that came in a moment: a microphone gives a hundred pieces a second."""
        self._unmeasured += samples
        if len(self._unmeasured) * 1000 < LEVEL_EVERY_MS * BYTES_PER_S:
            return
        usable = len(self._unmeasured) - len(self._unmeasured) % BYTES_PER_SAMPLE
        values, self._unmeasured = array("h", self._unmeasured[:usable]), self._unmeasured[usable:]
        level = level_of(max(max(values), -min(values)))
        self.has_heard = self.has_heard or level > 0
        self.level_measured.emit(level)

    def _on_lost(self) -> None:
        self.stop(End.LOST)


def level_of(peak: int) -> float:
    """How far a meter goes at a peak of 16 bits: from 0 at `SILENCE_DB` to 1."""
    if peak <= 0:
        return 0.0
    return min(max(1 - 20 * log10(peak / _LOUDEST) / SILENCE_DB, 0.0), 1.0)
