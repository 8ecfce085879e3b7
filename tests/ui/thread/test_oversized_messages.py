"""Messages made to stall a screen: what is visible of them costs little more than an ordinary long message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cpu_clock import cpu_time_s
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from timeline_rows import build_entries

from desktop.channels.intercom import values
from desktop.channels.shared.loose_json import close_bidi_controls
from desktop.domain.model.facts import Attachment, EntryKind
from desktop.ui.thread.entries import TimelineEntry
from desktop.ui.thread.layout import file_chips
from desktop.ui.thread.layout.bubble_layout import BubbleLayout
from desktop.ui.thread.layout.row_builder import build_row_layout
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.pending_reply import describe
from desktop.ui.thread.timeline.accessible_text import accessible_text

LTR = Qt.LayoutDirection.LeftToRight
ORDINARY = "Where is my parcel? It was paid on Monday. " * 60
BOMBS = {
    "1 MB of words": "word " * 200_000,
    "1 MB without a space": "x" * 1_000_000,
    "100,000 lines": "a\n" * 100_000,
    "combining marks": "e" + "\u0301" * 10_000,
    "towers of marks": ("e" + "\u0301" * 40) * 2_000,
    "5,000 links": "https://shop.example/o " * 5_000,
    "named links": "a.example (https://b.example) " * 5_000,
    "overrides": "\u202eabc" * 50_000,
    "isolates": "\u2066" * 100_000 + "x",
    "joiners": "👩\u200d" * 50_000,
    "both directions": "aש1" * 50_000,
}


@pytest.fixture
def style(theme) -> RowStyle:
    return RowStyle(theme, 0)


@pytest.fixture
def row(people, now):
    def make(text: str, **more) -> TimelineEntry:
        chat = people.conversation("wa", [people.customer_message("wa", timedelta(0), text, **more)])
        return build_entries(people.view([chat]), now, describe)[-1]

    return make


def cost_s(entry: TimelineEntry, style: RowStyle) -> float:
    """Processor time to lay out a row and to paint a screen of it, the best of three."""
    screen = QImage(700, 900, QImage.Format.Format_ARGB32)
    best = float("inf")
    for _ in range(3):
        began = cpu_time_s()
        layout = build_row_layout(entry, 700, style, LTR, expanded=False)
        painter = QPainter(screen)
        painter.setClipRect(screen.rect())
        layout.draw(painter, QPointF(0, 0), style, [])
        painter.end()
        best = min(best, cpu_time_s() - began)
    return best


def texts(layout: BubbleLayout) -> str:
    return " ".join(p.text.text() for p in layout.pieces if hasattr(p, "text"))


@pytest.mark.bench
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_about_what_a_long_message_costs(bomb, row, style):
    ordinary = cost_s(row(ORDINARY), style)
    assert cost_s(row(BOMBS[bomb]), style) / ordinary < 40


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_folded_and_the_rest_is_reachable(bomb, row, style):
    entry = row(BOMBS[bomb])
    heights = [build_row_layout(entry, 700, style, LTR, expanded=step).size.height() for step in (0, 1, 2)]
    assert heights[0] < 10_000
    assert heights[1] < 60_000
    assert heights[1] <= heights[2] < 120_000
    assert entry.text == BOMBS[bomb], "what is copied is whole"


def test_more_of_a_long_message_comes_in_steps_until_it_is_all_there(row, style):
    entry = row("word " * 20_000)
    for step in range(10):
        layout = build_row_layout(entry, 700, style, LTR, expanded=step)
        more = [p for p in layout.pieces if p.action == "show_all"]
        if not more:
            break
        assert "Show more (100,000 characters in total)" in texts(layout) or "Show all (100,000" in texts(layout)
    assert layout.body.body.layout.text().strip() == entry.text.strip()
    assert 1 < step < 10


@pytest.mark.parametrize("kind", ["application/pdf", "image/jpeg", "video/mp4", "audio/ogg"])
def test_ten_thousand_files_come_in_steps_and_only_what_is_seen_is_painted(kind, row, style, monkeypatch):
    monkeypatch.setattr(file_chips, "can_play", lambda: True)
    files = tuple(Attachment(f"{n}.{kind[-3:]}", f"https://f.example/{n}", kind) for n in range(10_000))
    entry = row("", attachments=files)
    steps = [build_row_layout(entry, 700, style, LTR, expanded=step) for step in (0, 1, 2)]
    assert [len(layout.frames) - 1 for layout in steps] == [20, 200, 2_000]
    assert all(len(layout.pieces) < 3.2 * len(layout.frames) + 5 for layout in steps)
    assert "Show more (10,000 files in total)" in texts(steps[0])
    assert "Intercom shows 8,000 more files." in texts(steps[2])
    asks = [any(p.action == "show_all" for p in layout.pieces) for layout in steps]
    assert asks == [True, True, False]
    painted: list[int] = []
    screen = QImage(700, 900, QImage.Format.Format_ARGB32)
    painter = QPainter(screen)
    steps[2].draw(painter, QPointF(0, -5_000), style, [], lambda painter, slot: painted.append(slot.number))
    painter.end()
    assert len(painted) < 30
    assert not painted or painted == list(range(painted[0], painted[-1] + 1))


def test_fewer_files_are_all_there_after_a_step(row, style):
    files = tuple(Attachment(f"{n}.pdf", f"https://f.example/{n}") for n in range(150))
    entry = row("", attachments=files)
    assert "Show all 150 files" in texts(build_row_layout(entry, 700, style, LTR, expanded=0))
    assert "149.pdf" in texts(build_row_layout(entry, 700, style, LTR, expanded=1))


def test_a_screen_reader_is_not_read_ten_thousand_names(row, now):
    files = tuple(Attachment(f"{n}.pdf", f"https://f.example/{n}") for n in range(10_000))
    said = accessible_text(row("", attachments=files), now)
    assert "File: 19.pdf" in said
    assert "9,980 more files" in said
    assert len(said) < 1_000


@pytest.mark.parametrize("size", [(2**62, 1), (1, 2**62), (0, 0), (2**62, 2**62), (None, None)])
def test_declared_sizes_of_pictures_are_bounded(size, row, style):
    file = Attachment("a.png", "https://f.example/a.png", "image/png", width_px=size[0], height_px=size[1])
    layout = build_row_layout(row("", attachments=(file,)), 700, style, LTR, expanded=0)
    assert 50 < layout.size.height() < 400


def test_long_names_and_events_are_cut_before_they_are_measured(people, now, style):
    entries = [
        people.entry("wa", timedelta(0), "Hi", author_name="N" * 1_000_000),
        people.entry("wa", timedelta(0), "x " * 500_000, kind=EntryKind.EVENT, event="odd", author_name="M"),
    ]
    rows = build_entries(people.view([people.conversation("wa", entries)]), now, describe)
    for row in rows:
        layout = build_row_layout(row, 700, style, LTR, expanded=0)
        assert layout.size.height() < 5_000
        assert len(texts(layout)) < 5_000


@pytest.mark.parametrize("letter", "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
def test_a_name_that_turns_its_line_around_ends_that_itself(letter):
    name = values.name(f"{letter}evil")
    assert len(name) == 6
    assert name[-1] in "\u202c\u2069"
    assert values.name(name) == name
    assert close_bidi_controls(f"\u2067{letter}x\u2069").endswith("\u2069")
    assert values.name("Jennifer O&#39;Kafor") == "Jennifer O'Kafor"


def test_a_very_long_name_is_cut():
    assert len(values.name("x" * 1_000_000)) == values.MAX_LABEL_LENGTH + 1
