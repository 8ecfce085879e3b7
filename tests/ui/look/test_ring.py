"""The window ring: its stages, how much of it is left, and that stages look different without any colour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look.ring import RingStage, paint_ring, remaining_fraction, ring_stage


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(hours=23), RingStage.OPEN),
        (timedelta(hours=6, seconds=1), RingStage.OPEN),
        (timedelta(hours=6), RingStage.SOON),
        (timedelta(hours=1, seconds=1), RingStage.SOON),
        (timedelta(hours=1), RingStage.CLOSING),
        (timedelta(seconds=1), RingStage.CLOSING),
        (timedelta(0), RingStage.CLOSED),
        (-timedelta(hours=5), RingStage.CLOSED),
        (None, RingStage.CLOSED),
    ],
)
def test_stages(people, now, left, expected):
    assert ring_stage(people.window(left), now) is expected


def test_no_window_no_ring(people, now):
    assert ring_stage(None, now) is RingStage.ABSENT
    assert ring_stage(people.window(timedelta(hours=3), ChannelKind.TELEGRAM), now) is RingStage.ABSENT


def test_stages_that_need_attention_differ_by_icon_not_by_color_alone():
    icon_names = [
        s.icon for s in (RingStage.OPEN, RingStage.SOON, RingStage.CLOSING, RingStage.CLOSED, RingStage.UNKNOWN)
    ]
    assert len(set(icon_names)) == len(icon_names)


def picture(theme, now, window) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_ring(painter, QRectF(0, 0, 64, 64), window, now, theme)
    painter.end()
    return image


def painted_points(image, color) -> set[tuple[int, int]]:
    return {(x, y) for x in range(64) for y in range(64) if image.pixelColor(x, y).rgb() == color.rgb()}


def test_it_drains_clockwise_from_the_top(theme, people, now):
    half = painted_points(picture(theme, now, people.window(timedelta(hours=12))), theme.color("ok"))
    assert half
    assert all(x <= 33 for x, _ in half), "the right half, after twelve o'clock, is gone first"


def test_less_time_is_less_ring(theme, people, now):
    long, short = (
        len(painted_points(picture(theme, now, people.window(timedelta(hours=h))), theme.color("ok"))) for h in (20, 8)
    )
    assert remaining_fraction(people.window(timedelta(hours=12)), now) == pytest.approx(0.5)
    assert 0 < short < long * 0.6


def test_a_closed_window_is_a_broken_ring(theme, people, now):
    image = picture(theme, now, people.window(-timedelta(hours=1)))
    top = [image.pixelColor(x, y).alpha() > 0 for x, y in _circle()]
    changes = sum(a != b for a, b in zip(top, top[1:] + top[:1], strict=True))
    assert changes >= 8


def _circle() -> list[tuple[int, int]]:
    from math import cos, pi, sin

    return [(round(32 + 29.5 * cos(a * pi / 180)), round(32 + 29.5 * sin(a * pi / 180))) for a in range(0, 360, 3)]
