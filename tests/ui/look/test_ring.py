"""The window ring: its stages, how much of it is left, and that stages look different without any colour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look.ring import Stage, paint_ring, share_left, stage


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(hours=23), Stage.OPEN),
        (timedelta(hours=6, seconds=1), Stage.OPEN),
        (timedelta(hours=6), Stage.SOON),
        (timedelta(hours=1, seconds=1), Stage.SOON),
        (timedelta(hours=1), Stage.CLOSING),
        (timedelta(seconds=1), Stage.CLOSING),
        (timedelta(0), Stage.CLOSED),
        (-timedelta(hours=5), Stage.CLOSED),
        (None, Stage.CLOSED),
    ],
)
def test_stages(people, now, left, expected):
    assert stage(people.window(left), now) is expected


def test_no_window_no_ring(people, now):
    assert stage(None, now) is Stage.ABSENT
    assert stage(people.window(timedelta(hours=3), ChannelKind.TELEGRAM), now) is Stage.ABSENT


def test_stages_that_need_attention_differ_by_glyph_not_by_colour_alone():
    glyphs = [s.glyph for s in (Stage.OPEN, Stage.SOON, Stage.CLOSING, Stage.CLOSED, Stage.UNKNOWN)]
    assert len(set(glyphs)) == len(glyphs)


def picture(theme, now, window) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_ring(painter, QRectF(0, 0, 64, 64), window, now, theme)
    painter.end()
    return image


def inked(image, colour) -> set[tuple[int, int]]:
    return {(x, y) for x in range(64) for y in range(64) if image.pixelColor(x, y).rgb() == colour.rgb()}


def test_it_drains_clockwise_from_the_top(theme, people, now):
    half = inked(picture(theme, now, people.window(timedelta(hours=12))), theme.colour("ok"))
    assert half
    assert all(x <= 33 for x, _ in half), "the right half, after twelve o'clock, is gone first"


def test_less_time_is_less_ring(theme, people, now):
    long, short = (
        len(inked(picture(theme, now, people.window(timedelta(hours=h))), theme.colour("ok"))) for h in (20, 8)
    )
    assert share_left(people.window(timedelta(hours=12)), now) == pytest.approx(0.5)
    assert 0 < short < long * 0.6


def test_a_closed_window_is_a_broken_ring(theme, people, now):
    image = picture(theme, now, people.window(-timedelta(hours=1)))
    top = [image.pixelColor(x, y).alpha() > 0 for x, y in _circle()]
    changes = sum(a != b for a, b in zip(top, top[1:] + top[:1], strict=True))
    assert changes >= 8


def _circle() -> list[tuple[int, int]]:
    from math import cos, pi, sin

    return [(round(32 + 29.5 * cos(a * pi / 180)), round(32 + 29.5 * sin(a * pi / 180))) for a in range(0, 360, 3)]
