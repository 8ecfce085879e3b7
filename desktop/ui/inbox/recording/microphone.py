"""The microphone: whether there is one, whether it may be used, and what it hears."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QIODevice, QMicrophonePermission, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QApplication

from desktop.ui.inbox.recording import opus
from desktop.ui.thread.media import library

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource, QMediaDevices


SILENT_MS = 4_000
"""A microphone that gives nothing for so long, not even silence, is gone: not every system says so (PulseAudio)."""


class MicrophoneProblem(Enum):
    """Why nothing can be recorded."""

    NOT_INSTALLED = auto()
    NONE_FOUND = auto()
    DENIED = auto()
    NOT_USABLE = auto()


class SampleSource(Protocol):
    """What a recording is made from: 48 kHz, one channel, 16 bits.

    heard: arg: samples (bytes), as they come. lost: nothing comes any more, though nobody stopped it.
    """

    heard: SignalInstance
    lost: SignalInstance

    def start(self) -> MicrophoneProblem | None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def stop(self) -> None: ...


class Microphone(QObject):
    """Implements `SampleSource` with the system's default microphone."""

    heard = Signal(bytes)
    lost = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: QAudioSource | None = None
        self._samples: QIODevice | None = None
        self._devices: QMediaDevices | None = None
        self._device: QAudioDevice | None = None
        self._patience = QTimer(self, singleShot=True, interval=SILENT_MS)
        self._patience.timeout.connect(self._lose)

    def start(self) -> MicrophoneProblem | None:
        """Begin to listen. Loads Qt's multimedia library, which takes half a second the first time."""
        library.prepare()
        try:
            from PySide6.QtMultimedia import QAudioSource, QMediaDevices
        except ImportError:
            # Installed, but a library of the system is missing.
            return MicrophoneProblem.NOT_INSTALLED
        device = QMediaDevices.defaultAudioInput()
        if device.isNull():
            return MicrophoneProblem.NONE_FOUND
        wanted = _format()
        if not device.isFormatSupported(wanted):
            return MicrophoneProblem.NOT_USABLE
        self._device, self._devices = device, QMediaDevices(self)
        source = self._source = QAudioSource(device, wanted, self)
        samples = source.start()
        if samples is None or source.error() != source.error().NoError:
            self.stop()
            return MicrophoneProblem.NOT_USABLE
        self._samples = samples
        samples.readyRead.connect(self._read)
        source.stateChanged.connect(self._on_state)
        self._devices.audioInputsChanged.connect(self._on_devices_changed)
        self._patience.start()
        return None

    def pause(self) -> None:
        if self._source is not None:
            self._read()
            self._patience.stop()
            self._source.suspend()

    def resume(self) -> None:
        if self._source is not None:
            self._patience.start()
            self._source.resume()

    def stop(self) -> None:
        source, self._source = self._source, None
        self._patience.stop()
        if source is not None:
            self._read()
            source.stop()
            source.deleteLater()
        if self._devices is not None:
            self._devices.deleteLater()
        self._samples = self._devices = self._device = None

    def _read(self) -> None:
        if self._samples is not None:
            samples = self._samples.readAll().data()
            if samples:
                if self._patience.isActive():
                    self._patience.start()
                self.heard.emit(samples)

    def _on_state(self) -> None:
        source = self._source
        if source is not None and source.error() != source.error().NoError:
            self._lose()

    def _on_devices_changed(self) -> None:
        from PySide6.QtMultimedia import QMediaDevices

        if self._device is not None and self._device not in QMediaDevices.audioInputs():
            self._lose()

    def _lose(self) -> None:
        self.stop()
        self.lost.emit()


def ask_for_permission(context: QObject, then: Callable[[bool], None]) -> None:
    """Ask the system whether the microphone may be used; it may ask the agent."""
    application, permission = QApplication.instance(), QMicrophonePermission()
    assert application is not None
    status = application.checkPermission(permission)
    if status == Qt.PermissionStatus.Undetermined:
        application.requestPermission(
            permission, context, lambda given: then(given.status() == Qt.PermissionStatus.Granted)
        )
    else:
        then(status == Qt.PermissionStatus.Granted)


def _format() -> QAudioFormat:
    from PySide6.QtMultimedia import QAudioFormat

    wanted = QAudioFormat()
    wanted.setSampleRate(opus.RATE_HZ)
    wanted.setChannelCount(1)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return wanted
