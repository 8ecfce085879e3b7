"""The bar above the composer's text while a voice note is recorded, and then until it is sent or discarded."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSlider, QWidget

from desktop.domain.model.media import MediaKey
from desktop.text.formats import size
from desktop.text.thread.pictures import audio_length, audio_times
from desktop.text.writing import recording as texts
from desktop.ui.inbox.recording.level_meter import LevelMeter
from desktop.ui.inbox.recording.recorder import Phase, Recorder
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.thread.media.audio import AudioPlayer
from desktop.ui.thread.media.audio import Phase as Playing
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.screen_reader.announce import announce

SILENT_AFTER_MS = 2_000
_SLIDER_STEPS = 1_000


class RecordingBar(QWidget):
    """Of one recording. First what belongs to recording is shown, then what belongs to listening and sending.

    Signals:
        discard_pressed, attach_pressed, send_pressed: the button was pressed.
    """

    discard_pressed = Signal()
    attach_pressed = Signal()
    send_pressed = Signal()

    def __init__(
        self, theme: Theme, recorder: Recorder, player: AudioPlayer, key: MediaKey, parent: QWidget | None = None
    ) -> None:
        """player: plays the file of the key."""
        super().__init__(parent)
        self._theme, self._recorder, self._player, self._key = theme, recorder, player, key
        self.setAccessibleName(texts.VOICE_NOTE())
        self._dot, self._time = Label(), Label()
        self.meter = LevelMeter(theme)
        self._silence = Paragraph(texts.NOTHING_HEARD(), muted=True)
        self.pause = push_button(texts.PAUSE(), recorder.toggle_pause)
        self.stop = push_button(texts.STOP(), lambda: recorder.stop(), style="primary")
        self.play = push_button(texts.PLAY(), self._on_play)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _SLIDER_STEPS)
        self.slider.setAccessibleName(texts.POSITION())
        self.slider.setSingleStep(_SLIDER_STEPS // 20)
        self.slider.setPageStep(_SLIDER_STEPS // 5)
        self.attach = push_button(texts.ATTACH(), self.attach_pressed)
        self.send = push_button(texts.SEND(), self.send_pressed, style="primary")
        self.discard = push_button(texts.DISCARD(), self.discard_pressed, style="quiet")
        line = layouts.row(self._dot, self._time, self.meter, self.slider)
        line.setStretchFactor(self.meter, 1)
        line.setStretchFactor(self.slider, 1)
        buttons = FlowLayout(self.pause, self.stop, self.play, self.attach, self.send, self.discard)
        layouts.column(line, self._silence, buttons, parent=self, spacing=GAP - 2)
        recorder.changed.connect(self._update)
        recorder.level_measured.connect(self.meter.add)
        player.changed.connect(self._update)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._on_slider)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self._update()

    def focus(self) -> None:
        """Put the keyboard where the next step is."""
        (self.play if self._recorder.is_done else self.stop).setFocus(Qt.FocusReason.OtherFocusReason)

    def _update(self) -> None:
        is_done, is_paused = self._recorder.is_done, self._recorder.phase is Phase.PAUSED
        recording: tuple[QWidget, ...] = (self._dot, self.meter, self.pause, self.stop)
        listening: tuple[QWidget, ...] = (self.play, self.slider, self.attach, self.send)
        for widgets, are_shown in ((recording, not is_done), (listening, is_done)):
            for widget in widgets:
                widget.setVisible(are_shown)
        is_silent = not self._recorder.has_heard and self._recorder.length_ms >= SILENT_AFTER_MS
        self._silence.setVisible(is_silent and not is_done)
        if is_done:
            self._show_preview()
            return
        time = audio_length(self._recorder.length_ms)
        self._time.setText((texts.PAUSED if is_paused else texts.RECORDING)(time=time))
        if (label := (texts.RESUME if is_paused else texts.PAUSE)()) != self.pause.text():
            self.pause.setText(label)
            self._apply_theme()

    def _show_preview(self) -> None:
        state = self._player.state(self._key)
        times = audio_times(state.position_ms, self._recorder.length_ms)
        self._time.setText(texts.RECORDED(times=times, size=size(len(self._recorder.data))))
        is_playing = state.phase in (Playing.PLAYING, Playing.LOADING)
        self.play.setText((texts.PAUSE_PLAYING if is_playing else texts.PLAY)())
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(state.progress * _SLIDER_STEPS))
            self.slider.blockSignals(False)

    def _on_play(self) -> None:
        self._player.toggle(self._key)

    def _on_slider(self) -> None:
        if not self.slider.isSliderDown():
            self._player.seek(self._key, self.slider.value() / _SLIDER_STEPS)

    def _apply_theme(self) -> None:
        side = round(self.fontMetrics().height() * 0.7)
        is_paused = self._recorder.phase is Phase.PAUSED
        name, color = ("fa6s.pause", "muted") if is_paused else ("fa6s.circle", "danger")
        self._dot.setPixmap(icons.pixmap(name, self._theme.color(color), side, self.devicePixelRatioF()))

    def announce_phase(self) -> None:
        """Tell a screen reader that it records, or no more."""
        announce(self, texts.STOPPED() if self._recorder.is_done else texts.STARTED())
