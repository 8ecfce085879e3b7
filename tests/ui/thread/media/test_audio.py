"""Voice notes, played in place where Qt's multimedia library is installed: their length, place, speed and pitch."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import pytest
from fake_engine import FakeEngine
from multimedia_library import needs_library

from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.engine.views import MediaFile
from desktop.ports.reasons import MediaReason
from desktop.sandbox.world.sample_files import sample
from desktop.ui.thread.media import audio
from desktop.ui.thread.media.audio import AudioPlayer, AudioState, Phase

KEY = MediaKey("900", "1", 0)
NOTES_HZ = (392, 440, 494, 523, 587)
NOTE_S = 0.8
KINDS = ("voice_note", "voice_note_m4a", "voice_note_amr")


@pytest.fixture
def player(qapp, engine: FakeEngine) -> Iterator[AudioPlayer]:
    player = AudioPlayer(engine.media, engine.tasks)
    yield player
    player.stop()
    player.deleteLater()


def give(engine: FakeEngine, kind: str = "voice_note") -> None:
    engine.media.files[KEY] = MediaFile(KEY, MediaState.HERE, sample(kind).data)


# --- without the library ----------------------------------------------------------------------------------------------


def test_what_is_not_here_says_why(engine: FakeEngine, player: AudioPlayer) -> None:
    reason = make_reason(MediaReason.EXPIRED)
    engine.media.files[KEY] = MediaFile(KEY, MediaState.GONE, reason=reason)
    player.toggle(KEY)
    assert player.state(KEY) == AudioState(Phase.FAILED, reason=reason)


def test_what_is_on_its_way_can_be_asked_for_again(engine: FakeEngine, player: AudioPlayer) -> None:
    player.toggle(KEY)
    player.toggle(KEY)
    assert player.state(KEY).phase is Phase.IDLE
    assert engine.media.asked == [KEY, KEY]


def test_another_note_that_is_asked_for_meanwhile_wins(engine: FakeEngine, player: AudioPlayer) -> None:
    engine.tasks.held = []
    other = MediaKey("900", "2", 0)
    player.toggle(KEY)
    player.toggle(other)
    assert (player.state(KEY).phase, player.state(other).phase) == (Phase.IDLE, Phase.LOADING)
    for answer in engine.tasks.held:
        answer()
    assert (player.state(KEY).phase, player.state(other).phase) == (Phase.IDLE, Phase.IDLE)


def test_what_is_known_is_bounded(player: AudioPlayer, monkeypatch) -> None:
    monkeypatch.setattr(audio, "MAX_KNOWN", 3)
    for number in range(9):
        player.toggle(MediaKey("900", str(number), 0))
    assert len(player._states) <= 3


def test_a_library_that_cannot_be_loaded_is_not_tried_again(engine, player: AudioPlayer, monkeypatch, caplog) -> None:
    def missing() -> None:
        raise ImportError("libpulse.so.0: cannot open shared object file")

    monkeypatch.setattr(player, "_make_player", missing)
    give(engine)
    player.toggle(KEY)
    assert (player.state(KEY).phase, player.is_available) == (Phase.FAILED, False)
    assert "libpulse" in caplog.text


@pytest.mark.parametrize(
    "data",
    [b"#EXTM3U\nhttp://127.0.0.1:1/a.ts\n", b"ffconcat version 1.0\nfile /etc/passwd\n", b"<MPD></MPD>", b"", b"Of"],
)
def test_a_list_of_further_addresses_is_never_given_to_the_library(
    engine, player: AudioPlayer, monkeypatch, data
) -> None:
    """It would fetch them."""
    monkeypatch.setattr(player, "_make_player", lambda: pytest.fail("given"))
    engine.media.files[KEY] = MediaFile(KEY, MediaState.HERE, data)
    player.toggle(KEY)
    assert player.state(KEY).phase is Phase.FAILED


def test_speeds_go_round(player: AudioPlayer) -> None:
    found = []
    for _ in range(4):
        found.append(player.speed)
        player.next_speed()
    assert found == [1.0, 1.5, 2.0, 1.0]


# --- with it ----------------------------------------------------------------------------------------------------------


@needs_library
@pytest.mark.parametrize("kind", KINDS)
def test_a_note_is_decoded_as_it_was_played(qtbot, kind: str) -> None:
    samples = decoded(qtbot, sample(kind).data)
    assert len(samples) / 8000 == pytest.approx(4.0, abs=0.1)
    for number, note_hz in enumerate(NOTES_HZ):
        begin = int((number + 0.25) * NOTE_S * 8000)
        heard = {hz: strength(samples[begin : begin + 2400], hz) for hz in NOTES_HZ}
        assert max(heard, key=heard.__getitem__) == note_hz


@needs_library
@pytest.mark.parametrize("kind", KINDS)
def test_the_waveform_has_the_notes(qtbot, kind: str) -> None:
    from desktop.ui.thread.media.waveform import STEPS, WaveformReader

    reader = WaveformReader(KEY, sample(kind).data)
    with qtbot.waitSignal(reader.finished) as told:
        reader.start()
    peaks = told.args[1]
    assert (told.args[0], len(peaks), max(peaks)) == (KEY, STEPS, 1.0)
    at = [round((number + 0.2) * STEPS / 5) for number in range(5)]
    assert min(peaks[i] for i in at) > 0.5
    assert max(peaks[round((number + 0.97) * STEPS / 5) - 1] for number in range(5)) < 0.5


@needs_library
@pytest.mark.parametrize("kind", KINDS)
def test_a_note_plays_pauses_and_goes_on(qtbot, engine: FakeEngine, player: AudioPlayer, kind: str) -> None:
    give(engine, kind)
    player.toggle(KEY)
    qtbot.waitUntil(lambda: player.state(KEY).phase is Phase.PLAYING and player.state(KEY).position_ms > 0)
    assert player.state(KEY).duration_ms == pytest.approx(4000, abs=300)
    player.toggle(KEY)
    qtbot.waitUntil(lambda: player.state(KEY).phase is Phase.PAUSED)
    paused_at = player.state(KEY).position_ms
    player.toggle(KEY)
    qtbot.waitUntil(lambda: player.state(KEY).position_ms > paused_at)
    qtbot.waitUntil(lambda: bool(player.state(KEY).peaks))


@needs_library
def test_a_seek_goes_there_and_the_end_is_the_beginning(qtbot, engine: FakeEngine, player: AudioPlayer) -> None:
    give(engine)
    player.seek(KEY, 0.75)
    qtbot.waitUntil(lambda: player.state(KEY).position_ms > 2_900)
    assert player.state(KEY).progress == pytest.approx(0.75, abs=0.1)
    player.seek(KEY, 0.95)
    qtbot.waitUntil(lambda: player.state(KEY).phase is Phase.IDLE)
    assert player.state(KEY).position_ms == 0


@needs_library
def test_speed_is_what_it_says(qtbot, engine: FakeEngine, player: AudioPlayer) -> None:
    give(engine)
    player.next_speed()
    player.next_speed()
    player.toggle(KEY)
    qtbot.waitUntil(lambda: player.state(KEY).position_ms > 200)
    began, at = time.monotonic(), player.state(KEY).position_ms
    qtbot.waitUntil(lambda: player.state(KEY).position_ms > at + 1_500)
    played_ms, took_ms = player.state(KEY).position_ms - at, 1000 * (time.monotonic() - began)
    assert 1.6 < played_ms / took_ms < 2.4


@needs_library
def test_what_is_no_sound_fails(qtbot, engine: FakeEngine, player: AudioPlayer) -> None:
    engine.media.files[KEY] = MediaFile(KEY, MediaState.HERE, b"OggS" + bytes(300))
    player.toggle(KEY)
    qtbot.waitUntil(lambda: player.state(KEY).phase is Phase.FAILED)


def decoded(qtbot, data: bytes) -> memoryview:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtMultimedia import QAudioDecoder, QAudioFormat

    source, wanted, decoder, found = QBuffer(), QAudioFormat(), QAudioDecoder(), bytearray()
    source.setData(QByteArray(data))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    wanted.setSampleRate(8000)
    wanted.setChannelCount(1)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    decoder.setAudioFormat(wanted)
    decoder.setSourceDevice(source)
    decoder.bufferReady.connect(lambda: found.extend(bytes(decoder.read().constData())))
    with qtbot.waitSignal(decoder.finished):
        decoder.start()
    return memoryview(bytes(found)).cast("h")


def strength(samples: memoryview, hz: int) -> float:
    """How much of this frequency is in it (8,000 samples a second)."""
    turn = 2 * math.pi * hz / 8000
    real = sum(value * math.cos(turn * n) for n, value in enumerate(samples))
    imaginary = sum(value * math.sin(turn * n) for n, value in enumerate(samples))
    return math.hypot(real, imaginary)
