"""Voice notes recorded from a signal that is known, and decoded again to compare."""

from __future__ import annotations

import math
from array import array
from importlib import import_module
from pathlib import Path

import pytest
from multimedia_library import NOT_INSTALLED, _has_library
from PySide6.QtCore import QObject, Signal

from desktop.ui.inbox.recording import opus
from desktop.ui.inbox.recording.microphone import MicrophoneProblem

PIECE_MS = 10


def _encodes() -> bool:
    try:
        opus.OpusWriter().finish()
    except opus.CannotEncode:
        return False
    return True


needs_encoder = pytest.mark.skipif(not _encodes(), reason="soundfile, which has libsndfile, is not installed")
needs_player = pytest.mark.skipif(not _has_library(), reason=NOT_INSTALLED)


def tone(hz: float, seconds: float, level: float = 0.5) -> bytes:
    """A sine of 48 kHz and 16 bits. level: its peak; 1.0 is the loudest that there is."""
    count, turn = round(opus.RATE_HZ * seconds), 2 * math.pi * hz / opus.RATE_HZ
    return array("h", (round(level * 32_767 * math.sin(turn * n)) for n in range(count))).tobytes()


class TestSignal(QObject):
    """A `SampleSource` whose samples the test gives."""

    __test__ = False
    heard = Signal(bytes)
    lost = Signal()

    def __init__(self, problem: MicrophoneProblem | None = None) -> None:
        super().__init__()
        self.problem = problem
        self.state = "new"

    def start(self) -> MicrophoneProblem | None:
        self.state = "on"
        return self.problem

    def pause(self) -> None:
        self.state = "paused"

    def resume(self) -> None:
        self.state = "on"

    def stop(self) -> None:
        self.state = "off"

    def play(self, samples: bytes) -> None:
        """Give them as a microphone does: in small pieces, some of which end within a sample."""
        size = opus.BYTES_PER_S * PIECE_MS // 1000 + 1
        for start in range(0, len(samples), size):
            if self.state == "on":
                self.heard.emit(samples[start : start + size])

    def unplug(self) -> None:
        self.state = "off"
        self.lost.emit()


def decoded(data: bytes, folder: Path) -> tuple[array[int], int, int]:
    """Samples, their rate, and the number of channels of an Ogg/Opus file."""
    assert b"OpusHead" in data[:64]
    file = folder / "note.ogg"
    file.write_bytes(data)
    ffi = import_module("_soundfile").ffi
    library = ffi.dlopen(opus._library_file())
    info = ffi.new("SF_INFO*")
    opened = library.sf_open(str(file).encode(), library.SFM_READ, info)
    assert opened != ffi.NULL
    samples = ffi.new("short[]", info.frames * info.channels)
    count = library.sf_readf_short(opened, samples, info.frames)
    library.sf_close(opened)
    return array("h", ffi.buffer(samples, count * 2)[:]), info.samplerate, info.channels


def level_at(samples: array[int], hz: float, rate: int) -> float:
    """The peak of the part of a signal that has this frequency, by Goertzel's algorithm; 1.0 is the loudest."""
    coefficient = 2 * math.cos(2 * math.pi * hz / rate)
    last = before = 0.0
    for sample in samples:
        last, before = sample + coefficient * last - before, last
    power = last * last + before * before - coefficient * last * before
    return 2 * math.sqrt(max(power, 0)) / len(samples) / 32_767
