"""Plays voice notes in place, one at a time, by Qt's multimedia library where that is installed."""

from __future__ import annotations

import logging
from enum import Enum, auto
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl, Signal

from desktop.domain.content.recording import recording_format
from desktop.domain.content.sound_length import sound_length_ms
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.engine.protocols import Media, Tasks
from desktop.engine.views import MediaFile
from desktop.ui.thread.media import library

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer

log = logging.getLogger(__name__)

SPEEDS = (1.0, 1.5, 2.0)
MAX_KNOWN = 500
"""Voice notes whose length and waveform are kept."""


class Phase(Enum):
    """FAILED: it cannot be played here."""

    IDLE = auto()
    LOADING = auto()
    PLAYING = auto()
    PAUSED = auto()
    FAILED = auto()


class AudioState(msgspec.Struct, frozen=True):
    """A voice note. duration_ms: 0 while unknown. peaks: loudness from 0 to 1, in equal steps; empty while unknown.

    reason: with FAILED, why the file is not here; `NO_REASON` if it is and cannot be decoded.
    """

    phase: Phase = Phase.IDLE
    position_ms: int = 0
    duration_ms: int = 0
    peaks: tuple[float, ...] = ()
    reason: Reason = NO_REASON

    @property
    def progress(self) -> float:
        """How much of it was played, from 0 to 1."""
        return min(self.position_ms / self.duration_ms, 1.0) if self.duration_ms else 0.0


class AudioPlayer(QObject):
    """is_available: whether notes can be played here. speed: of everything that is played from now on; the pitch stays
    as it was recorded.

    Signals:
        changed: the state of a voice note changed. arg: its MediaKey.
    """

    changed = Signal(object)

    def __init__(self, media: Media, tasks: Tasks, parent: QObject | None = None) -> None:
        """media: has the files of the voice notes."""
        super().__init__(parent)
        self._media, self._tasks = media, tasks
        self._states: dict[MediaKey, AudioState] = {}
        self._looked_at: set[MediaKey] = set()
        self._current: MediaKey | None = None
        self._player: QMediaPlayer | None = None
        self._source: QBuffer | None = None
        self._waveform: QObject | None = None
        self._start_at = 0.0
        self.is_available = library.can_play()
        self.speed = SPEEDS[0]

    def state(self, key: MediaKey) -> AudioState:
        return self._states.get(key, _UNKNOWN)

    def look_at(self, key: MediaKey) -> None:
        """Find out how long a voice note is, once, when it is painted."""
        if key not in self._states and key not in self._looked_at:
            self._looked_at.add(key)
            self._tasks.start(self._media.load(key), "measure a voice note", self._on_looked_at)

    def look_again(self, key: MediaKey) -> None:
        """The file may have come."""
        self._looked_at.discard(key)

    def _on_looked_at(self, file: MediaFile) -> None:
        if file.state is MediaState.HERE and file.key not in self._states:
            self._set(file.key, duration_ms=sound_length_ms(file.data))

    def toggle(self, key: MediaKey) -> None:
        """Play, pause or go on."""
        phase = self.state(key).phase
        if phase is Phase.PLAYING and self._player is not None:
            self._player.pause()
        elif phase is Phase.PAUSED and self._player is not None:
            self._player.play()
        elif phase is not Phase.LOADING:
            self._load(key)

    def seek(self, key: MediaKey, to: float) -> None:
        """Play from a place. to: from 0 to 1."""
        state, player = self.state(key), self._player
        if player is not None and key == self._current and state.duration_ms:
            player.setPosition(round(min(max(to, 0.0), 1.0) * state.duration_ms))
            player.play()
        elif state.phase is not Phase.LOADING:
            self._load(key, start_at=to)

    def next_speed(self) -> None:
        self.speed = SPEEDS[(SPEEDS.index(self.speed) + 1) % len(SPEEDS)]
        if self._player is not None:
            self._player.setPlaybackRate(self.speed)
        if self._current is not None:
            self.changed.emit(self._current)

    def clear(self) -> None:
        """Stop, for another customer."""
        self.stop()
        self._looked_at.clear()

    def stop(self) -> None:
        """Stop, and begin at the beginning the next time."""
        key, self._current = self._current, None
        if self._player is not None:
            self._player.stop()
        if key is not None:
            self._set(key, phase=Phase.IDLE, position_ms=0)

    def _load(self, key: MediaKey, start_at: float = 0.0) -> None:
        self.stop()
        self._current, self._start_at = key, start_at
        self._set(key, phase=Phase.LOADING)
        self._tasks.start(self._media.load(key), "load a voice note", self._on_loaded)

    def _on_loaded(self, file: MediaFile) -> None:
        if file.key != self._current:
            return
        if file.state is not MediaState.HERE:
            is_coming = file.state is MediaState.WAITING
            self._set(file.key, phase=Phase.IDLE if is_coming else Phase.FAILED, reason=file.reason)
            self._current = None
            return
        ending = recording_format(file.data)
        if not ending:
            log.info("a voice note is of no known format")
            self._current = None
            self._set(file.key, phase=Phase.FAILED)
            return
        # Held by the player and never written to the disk.
        source = QBuffer(self)
        source.setData(QByteArray(file.data))
        source.open(QIODevice.OpenModeFlag.ReadOnly)
        try:
            player = self._player = self._player or self._make_player()
        except ImportError:
            # Installed, but a library of the system is missing.
            log.warning("voice notes cannot be played here", exc_info=True)
            self.is_available, self._current = False, None
            self._set(file.key, phase=Phase.FAILED)
            return
        # The format decides, not the name that the customer gave it.
        player.setSourceDevice(source, QUrl(f"note.{ending}"))
        if self._source is not None:
            self._source.deleteLater()
        self._source = source
        player.setPlaybackRate(self.speed)
        player.play()
        if not self.state(file.key).peaks:
            self._read_waveform(file)

    def _make_player(self) -> QMediaPlayer:
        library.prepare()
        # Imported with the first voice note that is played.
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

        player = QMediaPlayer(self)
        output = QAudioOutput(player)
        library.release_from_python(player, output)
        player.setAudioOutput(output)
        player.setPitchCompensation(True)
        player.durationChanged.connect(self._on_duration)
        player.positionChanged.connect(self._on_position)
        player.playbackStateChanged.connect(self._on_playback_state)
        player.mediaStatusChanged.connect(self._on_media_status)
        player.errorOccurred.connect(self._on_error)
        return player

    def _on_duration(self, duration_ms: int) -> None:
        if self._current is not None and duration_ms > 0:
            self._set(self._current, duration_ms=duration_ms)

    def _on_position(self, position_ms: int) -> None:
        if self._current is not None:
            self._set(self._current, position_ms=position_ms)

    def _on_playback_state(self, state: QMediaPlayer.PlaybackState) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        phases = {
            QMediaPlayer.PlaybackState.PlayingState: Phase.PLAYING,
            QMediaPlayer.PlaybackState.PausedState: Phase.PAUSED,
        }
        if self._current is not None and state in phases:
            self._set(self._current, phase=phases[state])

    def _on_media_status(self, status: QMediaPlayer.MediaStatus) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        if status is QMediaPlayer.MediaStatus.EndOfMedia:
            self.stop()
        elif status is QMediaPlayer.MediaStatus.BufferedMedia and self._start_at and self._player is not None:
            # Earlier it would be ignored.
            to, self._start_at = self._start_at, 0.0
            self._player.setPosition(round(min(to, 1.0) * self._player.duration()))

    def _on_error(self) -> None:
        key, self._current = self._current, None
        if key is not None:
            self._set(key, phase=Phase.FAILED)

    def _read_waveform(self, file: MediaFile) -> None:
        from desktop.ui.thread.media.waveform import WaveformReader

        reader = self._waveform = WaveformReader(file.key, file.data, self)
        reader.finished.connect(self._on_waveform)
        reader.start()

    def _on_waveform(self, key: MediaKey, peaks: tuple[float, ...]) -> None:
        if self._waveform is not None:
            self._waveform.deleteLater()
            self._waveform = None
        self._set(key, peaks=peaks)

    def _set(self, key: MediaKey, **changes: object) -> None:
        before = self._states.pop(key, _UNKNOWN)
        self._states[key] = replace(before, **changes)
        if len(self._states) > MAX_KNOWN:
            del self._states[next(iter(self._states))]
        if self._states[key] != before:
            self.changed.emit(key)


_UNKNOWN = AudioState()
