"""Voice notes: recorded from a known signal, shown in the bar, attached to the draft they were begun in."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_engine import FakeEngine, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from voice_notes import TestSignal, decoded, level_at, needs_encoder, needs_player, tone

from desktop.domain.content.sound_length import sound_length_ms
from desktop.engine.commands import SendReply
from desktop.text.writing import recording as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.inbox.recording import opus, recorder
from desktop.ui.inbox.recording.actions import RecordingActions
from desktop.ui.inbox.recording.microphone import MicrophoneProblem
from desktop.ui.inbox.recording.recorder import Recorder, level_of
from desktop.ui.thread.media import library
from desktop.ui.thread.media.audio import Phase as Playing


@pytest.fixture
def signal() -> TestSignal:
    return TestSignal()


@pytest.fixture
def recording(qtbot, window: MainWindow, signal: TestSignal) -> RecordingActions:
    """Ready to record into Jennifer's draft."""
    window.choose_customer("c-1")
    qtbot.waitUntil(lambda: window.composer.isVisible())
    window.recording.open_source = lambda: signal
    return window.recording


@needs_encoder
def test_a_known_signal_comes_out_as_it_went_in(tmp_path: Path, qapp) -> None:
    signal, levels = TestSignal(), []
    recording = Recorder(signal, 1_000_000, qapp)
    recording.level_measured.connect(levels.append)
    assert recording.start() is None
    signal.play(tone(440, 1.0, 0.5))
    recording.toggle_pause()
    assert signal.state == "paused"
    signal.state = "on"
    # What comes while it is paused is not recorded.
    signal.play(tone(3_000, 0.5))
    recording.toggle_pause()
    signal.play(tone(1_000, 1.0, 0.25))
    recording.stop()
    assert (signal.state, recording.is_done, recording.length_ms) == ("off", True, 2_000)
    assert levels[0] == pytest.approx(level_of(16_384), abs=0.01)
    samples, rate, channels = decoded(recording.data, tmp_path)
    assert (rate, channels) == (48_000, 1)
    assert len(samples) / rate == pytest.approx(2.0, abs=0.05)
    assert sound_length_ms(recording.data) == pytest.approx(2_000, abs=50)
    first, second = samples[9_600:38_400], samples[57_600:86_400]
    assert level_at(first, 440, rate) == pytest.approx(0.5, rel=0.15)
    assert level_at(second, 1_000, rate) == pytest.approx(0.25, rel=0.15)
    assert max(level_at(first, 1_000, rate), level_at(second, 440, rate), level_at(samples, 3_000, rate)) < 0.02
    # About 20 kbit/s.
    assert len(recording.data) < 2 * 8_000


def test_levels_are_in_decibels() -> None:
    assert [level_of(peak) for peak in (0, 32_768, 100)] == [0.0, 1.0, 0.0]
    assert level_of(16_384) == pytest.approx(0.88, abs=0.01)


@needs_encoder
def test_a_note_is_recorded_listened_to_and_sent(qtbot, window, recording, signal, engine: FakeEngine) -> None:
    composer = window.composer
    window._commands.run("record")
    bar = recording.bar
    assert bar is not None
    assert bar.stop.hasFocus()
    signal.play(tone(440, 1.2))
    assert bar._time.text() == texts.RECORDING(time="0:01")
    assert not bar._silence.isVisible()
    bar.pause.click()
    assert (bar.pause.text(), bar._time.text()) == (texts.RESUME(), texts.PAUSED(time="0:01"))
    bar.pause.click()
    # The reply can't be sent without it by mistake.
    composer.append_text("Listen, please.")
    composer.send()
    assert composer.error_text == texts.FINISH_FIRST()
    assert not engine.command_handler.of(SendReply)
    # Nor is a second one begun; the key leads to the first.
    composer.focus_text()
    window._commands.run("record")
    assert recording.bar is bar
    press(qtbot, window, Qt.Key.Key_Space)
    assert bar.play.hasFocus()
    assert bar.slider.isVisible()
    assert not bar.meter.isVisible()
    bar.attach.click()
    assert (recording.bar, engine.command_handler.of(SendReply)) == (None, [])
    (file,) = composer._files.files
    assert (file.content_type, file.name.endswith(".ogg")) == ("audio/ogg", True)
    assert sound_length_ms(file.data) == pytest.approx(1_200, abs=50)
    assert composer.text_field.hasFocus()
    composer._files.set_files(())
    composer._on_edited()
    window._commands.run("record")
    signal.play(tone(440, 0.3))
    recording.recorder.stop()
    # What was listened to goes with the text, whichever button is pressed.
    composer.send()
    (sent,) = engine.command_handler.of(SendReply)
    assert [f.content_type for f in sent.files] == ["audio/ogg"]


@needs_encoder
def test_nothing_is_lost_and_nothing_goes_to_another_customer(qtbot, window, recording, signal) -> None:
    recording.start()
    signal.play(tone(440, 0.5))
    signal.unplug()
    assert texts.MICROPHONE_LOST() in window.toast.accessibleName()
    assert recording.recorder.is_done
    assert recording.recorder.data
    window.choose_customer("c-2")
    qtbot.waitUntil(lambda: window.view is not None and window.view.customer_id == "c-2")
    assert recording.bar is None
    assert not window.composer._files.files
    assert texts.KEPT_WITH_DRAFT() in window.toast.accessibleName()
    window.choose_customer("c-1")
    qtbot.waitUntil(lambda: window.view is not None and window.view.customer_id == "c-1")
    assert len(window.composer._files.files) == 1
    recording.start()
    signal.play(tone(440, 0.2))
    recording.bar.discard.click()
    assert (recording.bar, signal.state) == (None, "off")
    assert len(window.composer._files.files) == 1
    assert texts.DISCARDED() in window.toast.accessibleName()
    window.toast.press()
    assert len(window.composer._files.files) == 2
    # Without a sample there is nothing to keep.
    recording.start()
    recording.bar.stop.click()
    assert recording.bar is None
    assert texts.NOTHING_RECORDED() in window.toast.accessibleName()
    # What is being recorded when the window closes stays with the draft.
    recording.start()
    signal.play(tone(440, 0.2))
    window.close()
    assert signal.state == "off"
    assert len(window.composer._files.files) == 3


@needs_encoder
def test_it_ends_where_the_route_takes_no_more(qapp, monkeypatch) -> None:
    signal, ends = TestSignal(), []
    recording = Recorder(signal, 12_000, qapp)
    recording.ended.connect(ends.append)
    recording.start()
    signal.play(tone(440, 3.0))
    assert ends == [recorder.End.FULL]
    assert 0 < len(recording.data) <= 12_000
    monkeypatch.setattr(recorder, "MAX_LENGTH_MS", 500)
    recording = Recorder(signal, 10_000_000, qapp)
    recording.start()
    signal.play(tone(440, 3.0))
    assert recording.length_ms == pytest.approx(500, abs=20)


def test_why_nothing_can_be_recorded(qtbot, window, recording, monkeypatch) -> None:
    def said() -> str:
        return window.toast.accessibleName()

    if opus.is_installed() and library.can_play():
        for problem, text in (
            (MicrophoneProblem.NONE_FOUND, texts.NO_MICROPHONE),
            (MicrophoneProblem.NOT_USABLE, texts.NOT_USABLE),
        ):
            recording.open_source = lambda problem=problem: TestSignal(problem)
            recording.start()
            assert (said(), recording.bar) == (text(), None)
        monkeypatch.setattr(window.composer, "largest_file", lambda _type: 0)
        recording.start()
        assert said() == texts.NOT_ON_THIS_ROUTE()
        recording._on_permission(False)
        assert said() == texts.DENIED()
    monkeypatch.setattr(opus, "is_installed", lambda: False)
    recording.start()
    assert said() == texts.NOT_INSTALLED()
    button = next(
        b
        for b in window.composer.findChildren(QToolButton)
        if b.accessibleName() == texts.RECORD(keys="Ctrl+Shift+Space")
    )
    assert (button.isEnabled(), button.toolTip()) == (False, texts.NOT_INSTALLED())


@needs_encoder
@needs_player
@pytest.mark.qt_log_ignore("No audio device", "Could not open media", "PulseAudioService")
def test_the_preview_plays_what_was_recorded(qtbot, window, recording, signal) -> None:
    recording.start()
    signal.play(tone(440, 2.0))
    recording.recorder.stop()
    bar, player = recording.bar, recording._player
    bar.play.click()
    qtbot.waitUntil(lambda: player.state(bar._key).phase is Playing.PLAYING, timeout=10_000)
    assert bar.play.text() == texts.PAUSE_PLAYING()
    bar.play.click()
    qtbot.waitUntil(lambda: player.state(bar._key).phase is Playing.PAUSED)
    bar.slider.setValue(750)
    qtbot.waitUntil(lambda: player.state(bar._key).position_ms >= 1_400)
    recording.discard()
