"""Thumbnails: loaded once, decoded beside the screen, bounded in memory, and renewed when a file comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QSize
from sample_pictures import SVG, picture

from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.engine.changes import Changes
from desktop.engine.views import MediaFile
from desktop.ports.reasons import MediaReason
from desktop.ui.thread.media import pictures as pictures_module
from desktop.ui.thread.media.pictures import Pictures

BOX = QSize(260, 170)
KEY = MediaKey("900", "1", 0)


def here(data: bytes, key: MediaKey = KEY) -> MediaFile:
    return MediaFile(key, MediaState.HERE, data)


@pytest.fixture
def pictures(qapp, engine: FakeEngine) -> Iterator[Pictures]:
    pictures = Pictures(engine)
    yield pictures
    pictures.deleteLater()


def shown(qtbot, pictures: Pictures, key: MediaKey = KEY, box: QSize = BOX, ratio: float = 1.0):
    with qtbot.waitSignal(pictures.changed):
        pictures.thumbnail(key, box, ratio)
    return pictures.thumbnail(key, box, ratio)


def test_a_picture_comes_once_and_stays(qtbot, engine: FakeEngine, pictures: Pictures) -> None:
    engine.media.files[KEY] = here(picture(900, 300, "JPEG"))
    assert pictures.thumbnail(KEY, BOX).state is MediaState.WAITING
    with qtbot.waitSignal(pictures.changed) as told:
        pictures.thumbnail(KEY, BOX)
    thumbnail = pictures.thumbnail(KEY, BOX)
    assert told.args == [KEY]
    assert thumbnail.pixmap is not None
    assert (thumbnail.pixmap.width(), thumbnail.full_size) == (260, (900, 300))
    assert engine.media.asked == [KEY]


def test_a_dense_screen_gets_more_pixels_in_the_same_room(qtbot, engine: FakeEngine, pictures: Pictures) -> None:
    engine.media.files[KEY] = here(picture(900, 300, "JPEG"))
    pixmap = shown(qtbot, pictures, ratio=2.0).pixmap
    assert (pixmap.width(), pixmap.deviceIndependentSize().width()) == (520, 260)


def test_what_is_on_its_way_is_shown_when_it_comes(qtbot, engine: FakeEngine, pictures: Pictures) -> None:
    assert pictures.thumbnail(KEY, BOX).state is MediaState.WAITING
    engine.media.files[KEY] = here(picture())
    with qtbot.waitSignal(pictures.changed):
        engine.feed.publish(Changes(media=frozenset({KEY})))
    assert shown(qtbot, pictures).pixmap is not None


@pytest.mark.parametrize("state", [MediaState.GONE, MediaState.TOO_LARGE, MediaState.REFUSED, MediaState.FAILED])
def test_what_does_not_come_says_why(engine: FakeEngine, pictures: Pictures, state: MediaState) -> None:
    engine.media.files[KEY] = MediaFile(KEY, state, reason=make_reason(MediaReason.EXPIRED))
    thumbnail = pictures.thumbnail(KEY, BOX)
    assert (thumbnail.pixmap, thumbnail.state, thumbnail.reason) == (None, state, make_reason(MediaReason.EXPIRED))


def test_what_is_no_picture_says_so(qtbot, engine: FakeEngine, pictures: Pictures) -> None:
    engine.media.files[KEY] = here(SVG)
    assert shown(qtbot, pictures).reason == make_reason(MediaReason.UNREADABLE)


def test_memory_is_bounded_and_the_last_used_stay(qtbot, engine, pictures: Pictures, monkeypatch) -> None:
    monkeypatch.setattr(pictures_module, "MAX_BYTES", 3 * 40 * 30 * 4)
    keys = [MediaKey("900", str(n), 0) for n in range(4)]
    for key in keys:
        engine.media.files[key] = here(picture(), key)
        shown(qtbot, pictures, key)
        pictures.thumbnail(keys[0], BOX)
    asked = len(engine.media.asked)
    for key in (keys[0], keys[3]):
        assert pictures.thumbnail(key, BOX).pixmap is not None
    assert len(engine.media.asked) == asked
    pictures.thumbnail(keys[1], BOX)
    assert len(engine.media.asked) == asked + 1
