"""The first picture of a video: of the sample film, and what becomes of files that are hostile, broken or no film."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fake_engine import FakeEngine
from multimedia_library import needs_library
from PySide6.QtCore import QSize

from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.views import MediaFile
from desktop.ports.reasons import MediaReason
from desktop.sandbox.world.sample_files import sample
from desktop.ui.thread.media import videos as videos_module
from desktop.ui.thread.media.pictures import Thumbnail
from desktop.ui.thread.media.videos import VideoPictures

KEY = MediaKey("900", "1", 0)
BOX = QSize(160, 120)
FILM = sample("video").data
PLAYLIST = b"#EXTM3U\n#EXTINF:4,\nhttp://127.0.0.1:1/a.ts\n"


Read = Callable[[bytes], Thumbnail]


@pytest.fixture
def videos(qapp, engine: FakeEngine) -> Iterator[VideoPictures]:
    videos = VideoPictures(engine)
    yield videos
    videos.deleteLater()


@pytest.fixture
def read(qtbot, videos: VideoPictures, engine: FakeEngine) -> Read:
    def read(data: bytes) -> Thumbnail:
        engine.media.files[KEY] = MediaFile(KEY, MediaState.HERE, data)
        with qtbot.waitSignal(videos.changed, timeout=10_000):
            videos.thumbnail(KEY, BOX)
        return videos.thumbnail(KEY, BOX)

    return read


def turned(film: bytes) -> bytes:
    """With the matrix of a phone that was held upright in the header of its picture track (ISO/IEC 14496-12, `tkhd`).

    A quarter turn is a = d = 0, b = 1, c = -1, and the width as the shift to the right, in 16.16 fixed point.
    """
    at = film.index(b"tkhd") + 4 + 40
    upright = b"".join(
        n.to_bytes(4, "big", signed=True) for n in (0, 1 << 16, 0, -1 << 16, 0, 0, 240 << 16, 0, 1 << 30)
    )
    return film[:at] + upright + film[at + 36 :]


def damaged(film: bytes) -> bytes:
    """With zeros instead of its pictures and sound."""
    at = film.index(b"mdat") + 4
    size = int.from_bytes(film[at - 8 : at - 4], "big") - 8
    return film[:at] + bytes(size) + film[at + size :]


@needs_library
def test_the_first_picture_is_read_in_its_own_proportions(read: Read) -> None:
    found = read(FILM)
    assert (found.state, found.full_size) == (MediaState.HERE, (320, 240))
    assert found.pixmap is not None
    assert (found.pixmap.width(), found.pixmap.height()) == (160, 120)
    # The van before the sky.
    image = found.pixmap.toImage()
    assert image.pixelColor(150, 20).blue() > 200
    assert image.pixelColor(19, 64).red() > 200 > image.pixelColor(19, 64).blue() + 100


@needs_library
def test_a_film_of_an_upright_phone_stands_upright(read: Read) -> None:
    assert read(turned(FILM)).full_size == (240, 320)


@needs_library
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(FILM[:3000], id="cut off"),
        pytest.param(damaged(FILM), id="damaged"),
        pytest.param(FILM[:4] + b"ftyp" + bytes(300), id="only a beginning"),
        pytest.param(sample("voice_note_m4a").data, id="sound alone"),
        pytest.param(sample("voice_note").data, id="sound alone in Ogg"),
    ],
)
def test_what_has_no_picture_says_so(read: Read, data: bytes) -> None:
    found = read(data)
    assert (found.pixmap, found.reason.code) == (None, MediaReason.VIDEO_UNREADABLE)


@needs_library
def test_more_pixels_than_a_frame_may_have_are_not_read(read: Read, monkeypatch) -> None:
    monkeypatch.setattr(videos_module, "MAX_PIXELS", 320 * 240 - 1)
    assert read(FILM).reason.code == MediaReason.TOO_MANY_PIXELS


@needs_library
def test_a_film_that_never_shows_a_picture_ends_after_a_while_and_the_next_one_is_read(
    read: Read, videos: VideoPictures, monkeypatch
) -> None:
    monkeypatch.setattr(videos_module, "LONGEST_MS", 30)
    with monkeypatch.context() as patched:
        patched.setattr(videos_module._FrameReader, "start", lambda reader: None)
        assert read(FILM).reason.code == MediaReason.VIDEO_UNREADABLE
    monkeypatch.setattr(videos_module, "LONGEST_MS", 5_000)
    videos._drop(next(iter(videos._thumbnails)))
    assert read(FILM).pixmap is not None


@pytest.mark.parametrize("data", [PLAYLIST, b"", b"GIF89a" + bytes(20), sample("document").data])
def test_what_is_no_film_is_never_given_to_the_library(read: Read, monkeypatch, data: bytes) -> None:
    monkeypatch.setattr(videos_module, "_FrameReader", lambda *_: pytest.fail("given"))
    assert read(data).reason.code == MediaReason.VIDEO_UNREADABLE


def test_a_library_that_cannot_be_loaded_leaves_the_film_to_the_systems_player(read: Read, monkeypatch, caplog) -> None:
    def missing(*_: object) -> None:
        raise ImportError("libpulse.so.0: cannot open shared object file")

    monkeypatch.setattr(videos_module, "_FrameReader", missing)
    assert read(FILM).reason.code == MediaReason.VIDEO_UNREADABLE
    assert "libpulse" in caplog.text
