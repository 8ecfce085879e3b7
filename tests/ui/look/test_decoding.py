"""Customers' pictures: turned, scaled, and never larger in memory than allowed, whatever the file says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from sample_pictures import SVG, jpeg_header, picture, png_header, turned_jpeg

from desktop.domain.model.reason import make_reason
from desktop.ports.reasons import MediaReason
from desktop.sandbox.world.sample_files import sample
from desktop.ui.look.decoding import decode_picture, picture_format

BOX = QSize(260, 170)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_formats_are_known_by_their_first_bytes(file_format: str) -> None:
    data = picture(40, 30, file_format)
    found = decode_picture(data, BOX)
    assert picture_format(data) == file_format.lower()
    assert found.image is not None
    assert (found.image.size(), found.full_size) == (QSize(40, 30), (40, 30))
    assert found.image.pixelColor(5, 5).red() > 200
    assert not found.is_animated


def test_a_large_picture_is_decoded_at_the_size_it_is_shown() -> None:
    found = decode_picture(picture(900, 300, "JPEG"), BOX)
    assert found.image is not None
    assert (found.image.size(), found.full_size) == (QSize(260, 86), (900, 300))


@pytest.mark.parametrize("marker", [0xC0, 0xC2])
@pytest.mark.qt_log_ignore("JPEG")
def test_a_progressive_picture_may_be_less_large(marker: int) -> None:
    data = bytearray(jpeg_header(6_000, 5_000))
    at = next(i for i in range(len(data)) if data[i] == 0xFF and data[i + 1] == 0xC0)
    data[at + 1] = marker
    is_refused = decode_picture(bytes(data), BOX).reason == make_reason(MediaReason.TOO_MANY_PIXELS)
    assert is_refused is (marker == 0xC2)


def test_exif_turns_a_picture() -> None:
    found = decode_picture(turned_jpeg(400, 200), BOX)
    assert found.image is not None
    assert (found.image.size(), found.full_size) == (QSize(85, 170), (200, 400))
    # What was at the upper left is at the upper right.
    assert found.image.pixelColor(70, 20).red() > 200
    assert found.image.pixelColor(15, 20).red() < 100


def test_a_customers_picture_of_the_sandbox_stands_upright() -> None:
    found = decode_picture(sample("picture").data, BOX)
    assert found.full_size == (480, 640)


def test_an_animated_picture_is_known_and_stands_still() -> None:
    found = decode_picture(sample("animation").data, BOX)
    assert found.is_animated
    assert found.image is not None


@pytest.mark.qt_log_ignore("JPEG")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", MediaReason.UNREADABLE),
        (SVG, MediaReason.UNREADABLE),
        (b"%PDF-1.7 ...", MediaReason.UNREADABLE),
        (picture()[:60], MediaReason.UNREADABLE),
        (picture(200, 200, "WEBP")[:30], MediaReason.UNREADABLE),
        (b"\xff\xd8\xff" + bytes(500), MediaReason.UNREADABLE),
        (b"GIF89a" + bytes(20), MediaReason.UNREADABLE),
        (png_header(100_000, 100_000), MediaReason.TOO_MANY_PIXELS),
        (png_header(2**31 - 1, 2**31 - 1), MediaReason.UNREADABLE),
        # Packed, 36 million pixels of one color are 140 kB.
        (png_header(6_000, 6_000), MediaReason.TOO_MANY_PIXELS),
        (jpeg_header(65_000, 65_000), MediaReason.TOO_MANY_PIXELS),
        (png_header(40_000, 10), MediaReason.TOO_MANY_PIXELS),
        (png_header(0, 10), MediaReason.UNREADABLE),
    ],
)
def test_what_is_no_picture_or_too_large_says_so(data: bytes, reason: MediaReason) -> None:
    found = decode_picture(data, BOX)
    assert (found.image, found.reason) == (None, make_reason(reason))


def test_a_truncated_picture_has_the_rows_that_came_or_none() -> None:
    found = decode_picture(png_header(3_000, 3_000, bytes(12_001 * 10)), BOX)
    assert found.image is not None or found.reason == make_reason(MediaReason.UNREADABLE)


@pytest.mark.qt_log_ignore("Corrupt JPEG data")
def test_a_truncated_photo_shows_what_came_or_says_so() -> None:
    data = picture(300, 200, "JPEG")
    found = decode_picture(data[: len(data) // 2], BOX)
    assert found.image is not None or found.reason == make_reason(MediaReason.UNREADABLE)
