"""Rows of the timeline: everything inside, nothing overlapping, honest words, and layouts built once."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from reasons import said
from timeline_rows import build_entries

from desktop.domain.model.facts import Attachment, Client, EntryKind
from desktop.domain.model.outgoing import State
from desktop.text.thread import screen_reader as texts
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout import file_chips
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, Edge, Icon, Line, Paragraph
from desktop.ui.thread.layout.row_builder import build_row_layout
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.layout.text_body import MAX_CHARS, lay_out, utf16_length
from desktop.ui.thread.pending_reply import OutgoingText, describe
from desktop.ui.thread.timeline.accessible_text import accessible_text

LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
ARABIC = "مرحبا، أين طلبي رقم 4711؟ شكرا جزيلا لكم على المساعدة السريعة في هذا الموضوع المهم."


@pytest.fixture
def style(theme) -> RowStyle:
    return RowStyle(theme, 0)


@pytest.fixture
def every_kind(people, now) -> list[TimelineEntry]:
    """One row of each kind, with the contents that break layouts."""
    files = (
        Attachment("a-very-long-file-name-" * 4 + ".pdf", "https://f.example/1", "application/pdf"),
        Attachment("voice.ogg", "https://f.example/2", "audio/ogg", 12_000),
        Attachment("panorama.jpg", "https://f.example/3", "image/jpeg", 4_000_000, 9000, 300),
        Attachment("tower.png", "https://f.example/4", "image/png", 900, 20, 2000),
    )
    m = timedelta(minutes=1)
    more = (
        people.customer_message("wa", 40 * m, ARABIC, client_hint=Client.ANDROID),
        people.entry("wa", 39 * m, ARABIC, author_name="Maximiliane-Theodora von Hohenstein-Waldburg zu Zeil"),
        people.customer_message("wa", 38 * m, "x" * 400 + " https://shop.example/" + "y" * 200, attachments=files),
        people.customer_message("wa", 37 * m, "long " * 2000),
        people.entry("wa", 36 * m, "", attachments=files),
        people.customer_message("wa", 35 * m, "", event="a_kind_nobody_knows"),
        people.customer_message("wa", 34 * m, "", redacted=True),
        people.customer_message("wa", 33 * m, "line\n\nline\r\nline", app_code="stranger"),
        people.entry("wa", 32 * m, "", kind=EntryKind.EVENT, event="something_new", author_name="N" * 120),
        people.entry("wa", 31 * m, ARABIC, kind=EntryKind.NOTE, event="note", attachments=files),
    )
    pending_replies = tuple(
        people.pending(state, reason=said("It closed while this waited, and nobody saw it."), internal=internal)
        for state in State
        for internal in (False, True)
    )
    pending_replies += (people.pending(State.QUEUED, text="", file_names=("photo.jpg", "z" * 90 + ".pdf")),)
    rows = build_entries(people.jennifer(more=more, pending_replies=pending_replies), now, describe)
    return [TimelineEntry("older", EntryType.OLDER, count=12_345), TimelineEntry("new", EntryType.NEW), *rows]


def test_the_example_has_every_kind(every_kind):
    assert {row.type for row in every_kind} == set(EntryType)


@pytest.mark.parametrize("direction", [LTR, RTL], ids=["ltr", "rtl"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [260, 424, 700, 1400])
def test_everything_is_inside_and_nothing_overlaps(theme, every_kind, direction, scale, width):
    theme.set_text_scale(scale)
    style = RowStyle(theme, 1)
    for row in every_kind:
        layout = build_row_layout(row, width, style, direction, expanded=False)
        within = QRectF(0, 0, layout.size.width(), layout.size.height())
        assert layout.size.width() == width
        for part in (*layout.frames, *layout.pieces):
            assert within.contains(part.rect), (row.key, part)
        for a, b in combinations(layout.pieces, 2):
            assert not a.rect.intersects(b.rect), (row.key, a, b)
        for piece in layout.pieces:
            assert _fits(piece), (row.key, piece)


def _fits(piece) -> bool:
    """The words themselves stay in their rectangle, not only the rectangle in the row."""
    if isinstance(piece, Line):
        return QFontMetricsF(piece.font).horizontalAdvance(piece.text.text()) <= piece.rect.width() + 1.5
    if isinstance(piece, Paragraph):
        lines = [piece.body.layout.lineAt(at) for at in range(piece.body.layout.lineCount())]
        return all(n.x() >= -0.5 and n.x() + n.naturalTextWidth() <= piece.rect.width() + 0.5 for n in lines)
    return True


def words_of(layout: BubbleLayout) -> list[str]:
    return [
        p.text.text() if isinstance(p, Line) else p.body.layout.text()
        for p in layout.pieces
        if isinstance(p, Line | Paragraph)
    ]


def drawn(row: TimelineEntry, style: RowStyle, direction=LTR, width=700) -> BubbleLayout:
    return build_row_layout(row, width, style, direction, expanded=False)


def find(rows, text: str, type_: EntryType = EntryType.MESSAGE) -> TimelineEntry:
    return next(r for r in rows if r.type is type_ and r.message is not None and r.message.entry.text.startswith(text))


def test_a_messenger_reply_in_a_whatsapp_conversation_is_hatched_and_says_so(jennifer, now, style):
    rows = build_entries(jennifer(), now, describe)
    unseen, seen = (drawn(find(rows, text), style) for text in ("Any news", "This is what came"))
    assert "Not shown on WhatsApp. Doesn't extend the 24-hour window." in words_of(unseen)
    assert any(f.edge is Edge.HATCHED for f in unseen.frames)
    assert not any(f.edge is Edge.HATCHED for f in seen.frames)
    assert "Messenger · iPhone" in words_of(unseen)
    assert "WhatsApp" in words_of(seen)


def test_the_origin_badge_tells_the_reason_and_leaves_percentages_to_the_details(jennifer, now, style):
    layout = drawn(find(build_entries(jennifer(), now, describe), "Any news"), style)
    badge = next(p for p in layout.pieces if isinstance(p, Line) and p.text.text().startswith("Messenger"))
    tip = layout.piece_at(badge.rect.center()).tip
    assert "No app posted it" in tip
    assert "%" not in tip


def test_a_reply_the_bridge_refused_says_messenger_only_with_the_bridge_s_words(jennifer, now, style):
    words = words_of(drawn(find(build_entries(jennifer(), now, describe), "Are you at home"), style))
    assert "Messenger only" in words
    assert any(w.startswith("Octopods reported: “Message could not be delivered") for w in words)


def test_what_is_only_expected_is_never_called_sent_or_delivered(jennifer, now, style):
    row = find(build_entries(jennifer(), now, describe), "Sorry to hear")
    words = words_of(drawn(row, style))
    assert "WhatsApp: no error reported" in words
    assert "In Messenger" in words
    assert not any("sent" in w or "delivered" in w for w in [*words, accessible_text(row, now)])


def test_our_bubbles_stand_right_and_mirror(jennifer, now, style):
    rows = build_entries(jennifer(), now, describe)
    ours, theirs = find(rows, "Sorry"), find(rows, "Hi, my order")
    for direction, ours_right in ((LTR, True), (RTL, False)):
        assert (drawn(ours, style, direction).frames[0].rect.center().x() > 350) is ours_right
        assert (drawn(theirs, style, direction).frames[0].rect.center().x() > 350) is not ours_right


@pytest.mark.parametrize("direction", [LTR, RTL], ids=["ltr", "rtl"])
def test_words_follow_their_own_direction_not_the_screen_s(people, now, style, direction):
    chat = people.conversation(
        "wa",
        [
            people.customer_message("wa", timedelta(0), "شكرا\n" + ARABIC),
            people.customer_message("wa", timedelta(0), "ok\nshort longer"),
        ],
    )
    arabic, english = (
        drawn(r, style, direction, 500).body for r in build_entries(people.view([chat]), now, describe)[-2:]
    )
    first = arabic.body.layout.lineAt(0)
    assert first.x() + first.naturalTextWidth() == pytest.approx(arabic.rect.width(), abs=1)
    assert english.body.layout.lineAt(0).x() == 0


def test_long_texts_are_cut_before_they_are_measured_and_shown_in_full_on_wish(people, now, style):
    text = "word " * 3000
    chat = people.conversation("wa", [people.customer_message("wa", timedelta(0), text)])
    row = build_entries(people.view([chat]), now, describe)[-1]
    short = build_row_layout(row, 500, style, LTR, expanded=False)
    full = build_row_layout(row, 500, style, LTR, expanded=True)
    assert len(short.body.body.layout.text()) <= MAX_CHARS + 2
    assert full.body.body.layout.text().strip() == text.strip()
    more = next(p for p in short.pieces if p.action == "show_all")
    assert short.action_at(more.rect.center()) == "show_all"
    assert "15,000 characters" in " ".join(words_of(short))


def test_building_a_layout_leaves_nothing_to_the_collector(every_kind, style):
    """Otherwise scrolling would stop while it looks at what the layouts of many rows have left."""
    layouts = [drawn(row, style) for row in every_kind]
    gc.collect()
    gc.disable()
    try:
        layouts += [drawn(row, style) for row in every_kind]
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_nothing_a_customer_sent_is_invisible(every_kind, style, monkeypatch):
    # As without the extra; with it the note is painted, not written.
    monkeypatch.setattr(file_chips, "can_play", lambda: False)
    said = {row.message.id: " ".join(words_of(drawn(row, style))) for row in every_kind if row.message is not None}
    assert any("Intercom calls it “a kind nobody knows”" in words for words in said.values())
    assert any("Deleted in Intercom." in words for words in said.values())
    assert any("voice.ogg" in words and "Audio · 12 kB" in words for words in said.values())


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (State.QUEUED, {"reply:send", "reply:edit", "reply:cancel"}),
        (State.SENDING, set()),
        (State.HELD, {"reply:send", "reply:edit", "reply:cancel"}),
        (State.REFUSED, {"reply:send", "reply:edit", "reply:cancel"}),
        (State.UNCONFIRMED, {"reply:arrived", "reply:send", "reply:cancel"}),
    ],
)
def test_an_echo_shows_its_state_its_reason_and_what_can_be_done(people, style, now, state, actions):
    pending = people.pending(state, reason=said("Because."))
    layout = drawn(build_entries(people.jennifer(pending_replies=(pending,)), now, describe)[-1], style)
    assert {p.action for p in layout.pieces if p.action} == actions
    assert ("Because." in " ".join(words_of(layout))) is (state is not State.SENDING)


def test_no_two_states_of_a_reply_have_the_same_shape(people, style, now):
    shapes = set()
    states = [s for s in State if s not in (State.CANCELLED, State.ACCEPTED)]
    for state in states:
        layout = drawn(
            build_entries(people.jennifer(pending_replies=(people.pending(state),)), now, describe)[-1], style
        )
        icon = next(p.name for p in layout.pieces if isinstance(p, Icon))
        shapes.add((layout.frames[0].edge, layout.frames[0].edge_color_role, icon))
    assert len(shapes) == len(states)


def test_a_reader_hears_author_origin_words_time_and_arrival(jennifer, now):
    rows = build_entries(jennifer(), now, describe)
    theirs, ours = (accessible_text(find(rows, text), now) for text in ("Any news", "Are you at home"))
    assert theirs.startswith("Jennifer Okafor, Messenger · iPhone: Any news about my parcel? ")
    assert "Not shown on WhatsApp" in theirs
    assert ours.startswith("Maria Lind: Are you at home")
    assert "WhatsApp: didn't arrive. Octopods reported: “Message could not be delivered" in ours
    assert all(accessible_text(row, now).strip() for row in rows)


def test_a_reader_hears_no_marks_of_direction(people, now):
    message = people.customer_message("wa", timedelta(0), "hello", name="عمر حداد")
    assert "\u2068" in texts.FROM(who="عمر حداد", text="hello")
    said = accessible_text(build_entries(people.view([people.conversation("wa", [message])]), now, describe)[-1], now)
    assert said.startswith("عمر حداد, Messenger: hello.")


# --- words -----------------------------------------------------------------------------------------------------------


def test_links_are_found_without_the_punctuation_behind_them(style):
    text = "😀 See https://a.example/x?y=1, or (http://b.example)."
    body = lay_out(text, style.body, 500, style.color("accent"))
    assert [link.address for link in body.links] == ["https://a.example/x?y=1", "http://b.example"]
    assert [body.substring(link.start, link.end) for link in body.links] == [link.address for link in body.links]


def test_a_link_is_live_where_its_words_are_and_nowhere_else(style):
    body = lay_out("go https://a.example/ now", style.body, 500, style.color("accent"))
    line = body.layout.lineAt(0)

    def x(at: int) -> float:
        return line.cursorToX(at)[0] if isinstance(line.cursorToX(at), tuple) else line.cursorToX(at)

    middle = line.height() / 2
    assert body.target_at(QPointF(x(8), middle)).address == "https://a.example/"
    assert body.target_at(QPointF(x(1), middle)) is None
    assert body.target_at(QPointF(480, middle)) is None


@given(st.text(max_size=200), st.integers(60, 600))
def test_any_text_can_be_laid_out_and_copied_whole(qapp, text, width):
    body = lay_out(text, qapp.font(), width, None)
    body.set_final_width(width)
    assert body.substring(0, body.end) == "\n".join(text.splitlines())
    assert body.width <= width
    for y in range(-5, int(body.height) + 5, 7):
        assert 0 <= body.position_at(QPointF(width / 2, y)) <= body.end


@given(st.text(max_size=50))
def test_lengths_are_qt_s(text):
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_a_changed_row_is_another_layout(theme, people):
    from desktop.ui.thread.timeline.delegate import TimelineDelegate

    delegate = TimelineDelegate(theme)
    row = TimelineEntry(
        "echo", EntryType.PENDING, "wa", pending=people.pending(State.QUEUED), description=OutgoingText("Waits")
    )
    first = delegate.layout_of(row, LTR)
    assert delegate.layout_of(row, LTR) is first
    again = replace(row, pending=structs.replace(row.pending, state=State.SENDING))
    assert delegate.layout_of(again, LTR) is not first
