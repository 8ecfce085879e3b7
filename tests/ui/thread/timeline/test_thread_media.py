"""Pictures and voice notes in the thread: painted when they come, without a move, and what clicks and keys do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu
from sample_pictures import picture, turned_jpeg

from desktop.domain.model.facts import Attachment
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.engine.changes import Changes
from desktop.engine.views import MediaFile
from desktop.ports.reasons import MediaReason
from desktop.sandbox.world.sample_files import sample
from desktop.ui.look.decoding import decode_picture
from desktop.ui.thread.layout import file_chips
from desktop.ui.thread.layout.bubble_layout import MediaSlot, SlotKind
from desktop.ui.thread.media.audio import Phase
from desktop.ui.thread.media.link_targets import LinkTarget
from desktop.ui.thread.pane import ThreadPane
from desktop.ui.thread.timeline.thread_media import ThreadMedia

PHOTO = Attachment("photo.jpg", "https://f.example/1", "image/jpeg", 9_000, 400, 300)
SECOND = Attachment("second.png", "https://f.example/2", "image/png", 9_000, 100, 80)
NOTE = Attachment("note.ogg", "https://f.example/3", "audio/ogg", 5_000)


@pytest.fixture
def media(theme, engine: FakeEngine) -> Iterator[ThreadMedia]:
    media = ThreadMedia(engine, theme)
    yield media
    media.clear()
    media.deleteLater()


@pytest.fixture
def pane(qtbot, theme, ticker, media: ThreadMedia) -> ThreadPane:
    pane = ThreadPane(theme, ticker, media=media)
    qtbot.addWidget(pane)
    pane.resize(620, 700)
    return pane


@pytest.fixture
def show(pane: ThreadPane, people):
    def show(*files: Attachment, text: str = "Look") -> MediaKey:
        """Show a thread of one message with these files; returns the key of the first."""
        entry = people.customer_message("wa", timedelta(0), text, attachments=files)
        pane.show_thread(people.view([people.conversation("wa", [entry])]))
        pane.show()
        return MediaKey("wa", entry.id, 0)

    return show


def last_row(pane: ThreadPane) -> int:
    return pane.timeline.timeline.rowCount() - 1


def slots(pane: ThreadPane) -> list[MediaSlot]:
    index = pane.timeline.timeline.index(last_row(pane))
    return pane.timeline.text_selection.layout_at(index).slots


def point_in(pane: ThreadPane, slot: MediaSlot, across: float = 0.5, down: float = 0.5) -> QPoint:
    rect = pane.timeline.visualRect(pane.timeline.timeline.index(last_row(pane)))
    within = slot.rect.topLeft() + QPointF(slot.rect.width() * across, slot.rect.height() * down)
    return rect.topLeft() + within.toPoint()


def color_at(pane: ThreadPane, slot: MediaSlot, across: float = 0.5, down: float = 0.5) -> QColor:
    image = pane.timeline.viewport().grab().toImage()
    return image.pixelColor(point_in(pane, slot, across, down) * image.devicePixelRatio())


def click(qtbot, pane: ThreadPane, slot: MediaSlot, across: float = 0.5, down: float = 0.5) -> None:
    qtbot.mouseClick(pane.timeline.viewport(), Qt.MouseButton.LeftButton, pos=point_in(pane, slot, across, down))


def test_a_picture_appears_and_nothing_moves(qtbot, pane, show, media: ThreadMedia, engine: FakeEngine) -> None:
    key = show(PHOTO)
    height = pane.timeline.visualRect(pane.timeline.timeline.index(last_row(pane))).height()
    built = pane.timeline.delegate.build_count
    color_at(pane, slots(pane)[0])
    engine.media.files[key] = MediaFile(key, MediaState.HERE, picture(400, 300, "JPEG", "#00aa00"))
    with qtbot.waitSignal(media.changed):
        engine.feed.publish(Changes(media=frozenset({key})))
    with qtbot.waitSignal(media.changed):
        pane.timeline.viewport().grab()
    (slot,) = slots(pane)
    assert color_at(pane, slot, 0.75, 0.75).green() > 120
    assert color_at(pane, slot, 0.25, 0.25).red() > 200
    assert pane.timeline.visualRect(pane.timeline.timeline.index(last_row(pane))).height() == height
    assert pane.timeline.delegate.build_count == built


def test_only_what_is_on_the_screen_is_loaded(pane, people, engine: FakeEngine) -> None:
    entries = [
        people.customer_message("wa", timedelta(minutes=n), f"Photo {n}", attachments=(PHOTO,)) for n in range(60)
    ]
    pane.show_thread(people.view([people.conversation("wa", entries)]))
    pane.show()
    pane.timeline.viewport().grab()
    assert 0 < len(set(engine.media.asked)) < 10


def test_a_picture_on_its_side_stays_in_the_room_that_was_kept(qtbot, pane, show, media, engine: FakeEngine) -> None:
    key = show(PHOTO)
    engine.media.files[key] = MediaFile(key, MediaState.HERE, turned_jpeg(400, 300))
    with qtbot.waitSignal(media.changed):
        pane.timeline.viewport().grab()
    (slot,) = slots(pane)
    background = color_at(pane, slot, 0.05, 0.5)
    assert background == color_at(pane, slot, 0.95, 0.5)
    assert color_at(pane, slot, 0.5, 0.9) != background


def test_a_click_shows_the_pictures_of_the_message(qtbot, pane, show, media: ThreadMedia, engine: FakeEngine) -> None:
    key = show(PHOTO, SECOND, NOTE)
    second = MediaKey(key.conversation_id, key.entry_id, 1)
    for each in (key, second):
        engine.media.files[each] = MediaFile(each, MediaState.HERE, picture())
    with qtbot.waitSignals([media.changed, media.changed]):
        pane.timeline.viewport().grab()
    asked: list[tuple] = []
    media.viewer_requested.connect(lambda shown, at: asked.append(([p.key for p in shown], at)))
    click(qtbot, pane, slots(pane)[1])
    assert asked == [([key, second], 1)]


@pytest.mark.parametrize(
    ("state", "retried", "opened"),
    [
        (MediaState.WAITING, 0, 0),
        (MediaState.GONE, 1, 0),
        (MediaState.FAILED, 1, 0),
        (MediaState.REFUSED, 0, 1),
        (MediaState.TOO_LARGE, 0, 1),
    ],
)
def test_a_click_on_what_is_not_here(qtbot, pane, show, engine: FakeEngine, state, retried: int, opened: int) -> None:
    targets: list[object] = []
    pane.link_activated.connect(targets.append)
    key = show(PHOTO)
    engine.media.files[key] = MediaFile(key, state, reason=make_reason(MediaReason.EXPIRED))
    pane.timeline.viewport().grab()
    click(qtbot, pane, slots(pane)[0])
    assert (len(engine.media.retried), len(targets)) == (retried, opened)


def test_an_animated_picture_moves_only_under_the_mouse(qtbot, pane, show, media: ThreadMedia, engine) -> None:
    key = show(Attachment("courier.gif", "https://f.example/1", "image/gif", 9_000, 160, 120))
    engine.media.files[key] = MediaFile(key, MediaState.HERE, sample("animation").data)
    with qtbot.waitSignal(media.changed):
        pane.timeline.viewport().grab()
    assert media._movie is None
    pane.timeline._hover_file(point_in(pane, slots(pane)[0]))
    assert media._movie is not None
    with qtbot.waitSignal(media.changed):
        pane.timeline.viewport().grab()
    pane.timeline._hover_file(QPoint(1, 1))
    assert media._movie is None


def test_with_reduced_motion_an_animated_picture_moves_once_it_is_clicked(qtbot, pane, show, theme, media, engine):
    shown: list[object] = []
    media.viewer_requested.connect(lambda pictures, at: shown.append(at))
    theme.set_reduced_motion(True)
    key = show(Attachment("courier.gif", "https://f.example/1", "image/gif", 9_000, 160, 120))
    engine.media.files[key] = MediaFile(key, MediaState.HERE, sample("animation").data)
    with qtbot.waitSignal(media.changed):
        pane.timeline.viewport().grab()
    pane.timeline._hover_file(point_in(pane, slots(pane)[0]))
    assert media._movie is None
    click(qtbot, pane, slots(pane)[0])
    assert media._movie is not None
    assert shown == []
    click(qtbot, pane, slots(pane)[0])
    assert shown == [0]
    pane.timeline._hover_file(QPoint(1, 1))
    assert media._movie is None
    # By the keyboard, too.
    row = last_row(pane)
    actions = dict(pane.timeline._file_actions(pane.timeline.timeline.index(row), pane.timeline.timeline.entry(row)))
    for moves in (True, False):
        actions["Play or pause courier.gif"]()
        assert (media._movie is not None) is moves


def test_the_menu_offers_the_files(qtbot, pane, show, engine: FakeEngine, media: ThreadMedia) -> None:
    key = show(PHOTO, Attachment("invoice.pdf", "https://f.example/9", "application/pdf"))
    saved: list[tuple] = []
    media.save_requested.connect(lambda *args: saved.append(args))
    pane.timeline.setCurrentIndex(pane.timeline.timeline.index(last_row(pane)))
    qtbot.keyClick(pane.timeline, Qt.Key.Key_Return)
    menu = pane.timeline.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    actions = {a.text(): a for a in menu.actions()}
    assert list(actions)[:3] == ["Show photo.jpg", "Save photo.jpg…", "Save invoice.pdf…"]
    actions["Save invoice.pdf…"].trigger()
    assert saved == [(MediaKey(key.conversation_id, key.entry_id, 1), "invoice.pdf")]


@pytest.fixture
def plays(monkeypatch) -> None:
    monkeypatch.setattr(file_chips, "can_play", lambda: True)


def test_parts_of_a_voice_note_answer_clicks(qtbot, pane, show, plays, media: ThreadMedia, monkeypatch) -> None:
    key = show(NOTE)
    called: list[tuple] = []
    for name in ("toggle", "seek"):
        monkeypatch.setattr(media.audio, name, lambda *args, name=name: called.append((name, *args)))
    (slot,) = slots(pane)
    assert slot.kind is SlotKind.AUDIO
    pane.timeline.viewport().grab()
    click(qtbot, pane, slot, 0.06, 0.5)
    click(qtbot, pane, slot, 0.6, 0.3)
    click(qtbot, pane, slot, 0.95, 0.8)
    (toggled, sought) = called
    assert toggled == ("toggle", key)
    assert sought[:2] == ("seek", key)
    assert 0.4 < sought[2] < 0.65
    assert media.audio.speed == 1.5


def test_a_voice_note_tells_its_length_before_it_is_played(qtbot, pane, show, plays, media, engine) -> None:
    key = show(NOTE)
    pane.timeline.viewport().grab()
    pane.timeline.viewport().grab()
    assert engine.media.asked == [key]
    engine.media.files[key] = MediaFile(key, MediaState.HERE, sample("voice_note").data)
    engine.feed.publish(Changes(media=frozenset({key})))
    pane.timeline.viewport().grab()
    pane.timeline.viewport().grab()
    assert media.audio.state(key).duration_ms == pytest.approx(4000, abs=40)
    assert engine.media.asked == [key, key]


def test_a_voice_note_that_fails_says_so_and_opens_elsewhere(qtbot, pane, show, plays, media, engine) -> None:
    targets: list[object] = []
    pane.link_activated.connect(targets.append)
    key = show(NOTE)
    engine.media.files[key] = MediaFile(key, MediaState.GONE, reason=make_reason(MediaReason.EXPIRED))
    (slot,) = slots(pane)
    click(qtbot, pane, slot, 0.06, 0.5)
    assert media.audio.state(key).phase is Phase.FAILED
    pane.timeline.viewport().grab()
    click(qtbot, pane, slot, 0.06, 0.5)
    assert len(targets) == 1


def test_without_the_library_a_voice_note_opens_in_the_systems_player(pane, show, monkeypatch) -> None:
    monkeypatch.setattr(file_chips, "can_play", lambda: False)
    show(NOTE)
    index = pane.timeline.timeline.index(last_row(pane))
    layout = pane.timeline.text_selection.layout_at(index)
    words = [p.text.text() for p in layout.pieces if hasattr(p, "text")]
    assert "Audio · 5 kB · Opens in your media player" in words


def test_another_customer_stops_what_plays(pane, show, people, media: ThreadMedia, monkeypatch) -> None:
    show(NOTE)
    stopped: list[int] = []
    monkeypatch.setattr(media.audio, "clear", lambda: stopped.append(1))
    pane.show_thread(people.view([people.web()], customer_id="c-2"))
    assert stopped == [1]


def test_kinds_that_are_not_shown_say_what_they_are(pane, show) -> None:
    show(Attachment("photo.heic", "https://f.example/1", "image/heic"), Attachment("x.svg", "https://f.example/2"))
    index = pane.timeline.timeline.index(last_row(pane))
    layout = pane.timeline.text_selection.layout_at(index)
    words = [p.text.text() for p in layout.pieces if hasattr(p, "text")]
    assert "HEIC pictures can't be shown here." in words
    assert "SVG pictures can't be shown here." in words
    assert layout.slots == []


# --- videos ---

FILM = Attachment("courier.mp4", "https://f.example/4", "video/mp4", 16_000)


@pytest.fixture
def film(show, plays, engine: FakeEngine, media: ThreadMedia, monkeypatch) -> MediaKey:
    """Shown, with its bytes here and a green first picture."""
    image = decode_picture(picture(320, 240, "PNG", "#00aa00"), QSize(260, 170))
    monkeypatch.setattr(media.videos, "_decode", lambda data, box: image)
    key = show(FILM)
    engine.media.files[key] = MediaFile(key, MediaState.HERE, sample("video").data)
    return key


def test_a_film_shows_its_first_picture_with_a_sign_that_it_plays(qtbot, pane, film, media) -> None:
    with qtbot.waitSignal(media.changed):
        pane.timeline.viewport().grab()
    (slot,) = slots(pane)
    assert slot.kind is SlotKind.VIDEO
    assert color_at(pane, slot, 0.75, 0.75).green() > 120
    assert color_at(pane, slot, 0.5, 0.44).name() != color_at(pane, slot, 0.75, 0.75).name()


def test_a_film_opens_in_the_systems_player_by_a_click_and_by_keyboard(qtbot, pane, film, media) -> None:
    targets: list[LinkTarget] = []
    pane.link_activated.connect(targets.append)
    with qtbot.waitSignal(media.changed):
        pane.timeline.viewport().grab()
    click(qtbot, pane, slots(pane)[0])
    pane.timeline.setCurrentIndex(pane.timeline.timeline.index(last_row(pane)))
    qtbot.keyClick(pane.timeline, Qt.Key.Key_Return)
    menu = pane.timeline.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    {a.text(): a for a in menu.actions()}["Open courier.mp4"].trigger()
    assert [(target.file_name, target.key) for target in targets] == 2 * [("courier.mp4", film)]


@pytest.mark.parametrize(
    ("state", "is_opened", "is_retried"),
    [
        (MediaState.WAITING, False, False),
        (MediaState.FAILED, False, True),
        (MediaState.TOO_LARGE, True, False),
    ],
)
def test_a_film_that_is_not_here(
    qtbot, pane, show, plays, media, engine, state: MediaState, is_opened: bool, is_retried: bool
) -> None:
    targets: list[object] = []
    pane.link_activated.connect(targets.append)
    key = show(FILM)
    engine.media.files[key] = MediaFile(key, state)
    pane.timeline.viewport().grab()
    click(qtbot, pane, slots(pane)[0])
    assert (bool(targets), bool(engine.media.retried)) == (is_opened, is_retried)


def test_without_the_library_a_film_is_named_and_opens_in_the_systems_player(pane, show, monkeypatch) -> None:
    monkeypatch.setattr(file_chips, "can_play", lambda: False)
    show(FILM)
    index = pane.timeline.timeline.index(last_row(pane))
    layout = pane.timeline.text_selection.layout_at(index)
    words = [p.text.text() for p in layout.pieces if hasattr(p, "text")]
    assert ("courier.mp4" in words, "Video · 16 kB · Opens in your media player" in words) == (True, True)
    assert layout.slots == []


@pytest.mark.parametrize("clicks", [0, 2])
def test_of_ten_thousand_pictures_those_in_sight_are_loaded(pane, show, engine: FakeEngine, clicks: int) -> None:
    show(*(replace(PHOTO, name=f"{n}.jpg") for n in range(10_000)))
    row = last_row(pane)
    for _ in range(clicks):
        pane.timeline._act(pane.timeline.timeline.entry(row), "show_all")
    pane.timeline.viewport().grab()
    pane.timeline.viewport().grab()
    assert 0 < len(engine.media.asked) < 10
    assert pane.timeline.delegate.build_count == 1 + clicks
