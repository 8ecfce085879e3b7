"""The theme's promise: every text reads at 4.5:1 or better on every surface it stands on, light and dark."""

from __future__ import annotations

from itertools import product

import pytest
from color_contrast import contrast
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget, QRadioButton, QWidget

from desktop.ui.look.avatar import avatar_colors
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import CHANNEL_STYLES, DARK, HIGH_CONTRAST_DARK, HIGH_CONTRAST_LIGHT, LIGHT, Theme
from desktop.ui.widgets.progress_row import ThinProgressBar

SURFACES = ("window", "panel", "surface", "hover", "selected", "bubble_in")
TINTED = ("bubble_out", "note", "notice", "warn", "border")
PAIRS = [
    # All of them, since rows are hovered and selected, and banners hold links and marks.
    *product(("text", "muted", "accent", "danger", "ok", "soon"), (*SURFACES, *TINTED)),
    ("on_accent", "accent"),
    ("bubble_out_text", "bubble_out"),
    ("bubble_out_muted", "bubble_out"),
    ("note_text", "note"),
    ("notice_text", "notice"),
    ("warn_text", "warn"),
]


THEMES = {"light": LIGHT, "dark": DARK, "high light": HIGH_CONTRAST_LIGHT, "high dark": HIGH_CONTRAST_DARK}
SHAPES = [
    # What tells a state without a word: rings, marks, the focus.
    *product(("accent", "danger", "ok", "soon", "unread", "muted"), SURFACES),
    *product(("warn_text", "notice_text", "danger", "ok", "soon"), ("warn", "notice")),
]
EDGES = [
    # Of fields, buttons and lists, and of what is checked, on whatever they stand.
    *product(("outline",), SURFACES),
    *product(("note_edge",), ("note", "window", "panel", "surface")),
    ("notice_edge", "notice"),
    ("warn_edge", "warn"),
    ("hatch", "bubble_in"),
]
DIVIDERS = [*product(("border",), ("window", "panel", "surface", "bubble_in"))]
"""Elsewhere they only decorate; with high contrast they are shapes."""


@pytest.mark.parametrize("name", THEMES)
def test_text_and_shapes_on_their_surfaces(name):
    colors = THEMES[name]
    is_high = name.startswith("high")

    def pale(pairs, least) -> list[tuple[str, str]]:
        return [(a, b) for a, b in pairs if contrast(getattr(colors, a), getattr(colors, b)) < least]

    # With high contrast it is an edge, on which stands nothing but plain text.
    assert pale((p for p in PAIRS if not is_high or p[1] != "border" or p[0] == "text"), 4.5) == []
    assert pale([*SHAPES, *EDGES], 3.0) == []
    if is_high:
        assert pale(DIVIDERS, 3.0) == []
        # What the guidelines call enhanced.
        assert pale(product(("text", "muted", "accent"), SURFACES), 7.0) == []
    looks = [look.dark if colors.dark else look.light for look in CHANNEL_STYLES.values()]
    for look in looks:
        assert min(contrast(look, getattr(colors, ground)) for ground in SURFACES) >= 4.5, "channel words"
        # Only glyphs stand there, their words are in the bubble's own ink: what shapes need (WCAG 1.4.11).
        assert contrast(look, colors.bubble_out) >= 3.0


def test_every_channel_has_an_icon():
    from desktop.domain.model.facts import ChannelKind

    assert set(CHANNEL_STYLES) == set(ChannelKind)


@pytest.mark.parametrize("dark", [False, True])
def test_initials_on_every_avatar(dark):
    pairs = {tuple(c.name() for c in avatar_colors(f"c-{number}", dark=dark)) for number in range(60)}
    assert len(pairs) > 8, "customers are told apart"
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def test_a_customer_keeps_the_color_of_the_avatar():
    before = avatar_colors("c-1", dark=False)
    avatar_colors.cache_clear()
    assert avatar_colors("c-1", dark=False) == before


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark], ids=["light", "dark"])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_the_outline_of_a_box_is_seen(qapp, qtbot, scheme, kind):
    theme = Theme(qapp, scheme=scheme)
    box = kind("")
    qtbot.addWidget(box)
    box.ensurePolished()
    box.resize(box.sizeHint())
    image = QImage(box.size(), QImage.Format.Format_RGB32)
    image.fill(theme.color("surface"))
    box.render(image, QPoint(), QRegion(), QWidget.RenderFlag(0))
    line = [image.pixelColor(x, image.height() // 2).name() for x in range(image.width())]
    # What shapes need (WCAG 1.4.11).
    assert max(contrast(color, theme.colors.surface) for color in line) >= 3.0


def test_with_reduced_motion_a_bar_without_an_end_stands_still(qapp, qtbot, theme):
    bar = ThinProgressBar(theme, "Checking")
    qtbot.addWidget(bar)
    bar.setRange(0, 0)
    bar.resize(300, 6)
    theme.set_reduced_motion(True)
    image = bar.grab().toImage()
    line = [image.pixelColor(x, 3).name() for x in (50, 150, 250)]
    assert line == [theme.colors.border, theme.colors.accent, theme.colors.border]
    theme.set_reduced_motion(False)
    assert bar.grab().toImage() != image


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark], ids=["light", "dark"])
def test_the_edge_of_a_selected_row_is_seen(qtbot, theme, scheme):
    theme.set_color_scheme(scheme)
    rows = QListWidget()
    qtbot.addWidget(rows)
    rows.setStyleSheet(row_style(theme.colors, padding="5px"))
    rows.addItems(["one", "two"])
    rows.setCurrentRow(0)
    rows.resize(200, 200)
    image = rows.viewport().grab().toImage()
    box = rows.visualItemRect(rows.item(0))
    line = {image.pixelColor(box.center().x(), y).name() for y in range(box.height())}
    assert theme.colors.selected in line
    # To its own ground and to that of the other rows.
    assert all(max(contrast(c, ground) for c in line) >= 3.0 for ground in (theme.colors.selected, theme.colors.panel))


class QBalloonTip(QWidget):
    """Named as Qt's own, which it shows at the tray icon."""


def test_a_message_at_the_tray_icon_is_read_on_its_pale_ground(qapp, qtbot):
    Theme(qapp, scheme=Qt.ColorScheme.Dark)
    balloon = QBalloonTip()
    qtbot.addWidget(balloon)
    label = QLabel("Hello?", balloon)
    label.ensurePolished()
    assert contrast(label.palette().windowText().color().name(), "#ffffe1") >= 4.5
