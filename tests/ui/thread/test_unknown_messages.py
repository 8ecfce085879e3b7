"""Words of an unknown author or kind: shown with their text, on the customer's side, and never overlooked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fake_engine import FakeEngine, go_to, news
from PySide6.QtCore import Qt
from timeline_rows import build_entries

from desktop.domain.model.facts import ChannelKind, EntryKind, Role
from desktop.engine.commands import MarkSeen
from desktop.engine.views import ThreadView
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.thread import pending_reply
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout.bubble_layout import Line, Paragraph
from desktop.ui.thread.layout.row_builder import build_row_layout
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.timeline.accessible_text import accessible_text
from desktop.ui.thread.window_chart.chart_data import build_chart

MINUTE = timedelta(minutes=1)


@pytest.fixture
def odd(people) -> ThreadView:
    author = people.entry(
        "wa", 6 * MINUTE, "From an app nobody knows", role=Role.UNKNOWN, author_id="x-9", author_name=""
    )
    kind = people.customer_message(
        "wa", 5 * MINUTE, "A sticker of a new kind", kind=EntryKind.UNKNOWN, event="sticker_message"
    )
    return people.view([people.whatsapp(timedelta(hours=2), None, (author, kind))])


def row(view: ThreadView, people, text: str) -> TimelineEntry:
    return next(r for r in build_entries(view, people.now, pending_reply.describe) if r.text == text)


def shown(row: TimelineEntry, theme) -> tuple[list[str], float]:
    """Its words, and where its bubble begins."""
    layout = build_row_layout(row, 700, RowStyle(theme, 0), Qt.LayoutDirection.LeftToRight, expanded=0)
    found = []
    for piece in layout.pieces:
        if isinstance(piece, Line):
            found.append(piece.text.text())
        elif isinstance(piece, Paragraph):
            found.append(piece.body.layout.text())
    return found, layout.frames[0].rect.left()


@pytest.mark.parametrize(
    ("text", "badge"),
    [("From an app nobody knows", "Unknown sender"), ("A sticker of a new kind", "Unknown kind of message")],
)
def test_it_stands_on_the_customers_side_with_its_text_and_a_badge(odd, people, theme, text: str, badge: str) -> None:
    found = row(odd, people, text)
    assert found.type is EntryType.MESSAGE
    assert found.is_from_customer
    words, left = shown(found, theme)
    assert badge in words
    assert text in words
    assert left < 100


def test_a_reader_hears_that_it_is_not_known_who_wrote(odd, people) -> None:
    assert accessible_text(row(odd, people, "From an app nobody knows"), people.now).startswith(
        "Unknown sender: From an app nobody knows"
    )
    assert "Unknown kind of message" in accessible_text(row(odd, people, "A sticker of a new kind"), people.now)


def test_it_has_a_mark_in_the_chart_on_the_unknown_channel(odd, people) -> None:
    chart = build_chart(odd.thread, odd.thread.chat("wa").window, people.now)
    assert {row.channel: len(row.markers) for row in chart.rows}[ChannelKind.UNKNOWN] == 2


def test_it_counts_as_new_below_and_as_something_to_see(qtbot, window: MainWindow, engine: FakeEngine, people) -> None:
    many = tuple(
        people.customer_message("wa", (70 - i) * MINUTE, f"Line {i} " * 12, app_code="octopods-vv1") for i in range(30)
    )
    chat = people.whatsapp(timedelta(hours=2), None, many)
    engine.queries.threads["c-1"] = people.view([chat])
    go_to(qtbot, window)
    window.thread_pane.timeline.verticalScrollBar().setValue(0)
    seen = len(engine.command_handler.of(MarkSeen))
    unknown = people.entry("wa", 2 * MINUTE, "Who am I?", role=Role.UNKNOWN, author_id="x-9", author_name="")
    engine.queries.threads["c-1"] = people.view([people.adding(chat, unknown)])
    news(qtbot, engine, threads=frozenset({"c-1"}))
    qtbot.waitUntil(lambda: window.thread_pane.newest_button.isVisible())
    assert window.thread_pane.newest_button.text() == "1 new"
    assert len(engine.command_handler.of(MarkSeen)) == seen + 1
