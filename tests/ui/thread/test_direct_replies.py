"""What went past Intercom, in the thread: marked, with its template, and never called more than the provider said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication
from reasons import said
from timeline_rows import build_entries

from desktop.domain.delivery import Arrival, Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.direct_notes import DirectReport, refer_to_note
from desktop.domain.history.thread import Author, assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, EntryKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.engine.views import ThreadView
from desktop.text.team_notes import direct_message_ending, direct_message_note
from desktop.ui.look import icons
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, Edge, Icon, Line, Paragraph
from desktop.ui.thread.layout.row_builder import ARRIVAL_ICONS, build_row_layout
from desktop.ui.thread.layout.row_style import RowStyle, channel_icon
from desktop.ui.thread.pending_reply import describe
from desktop.ui.thread.timeline.accessible_text import accessible_text
from desktop.ui.thread.timeline.row_menu import row_menu
from desktop.ui.thread.window_chart.chart_data import MarkerKind, build_chart

META = Route(
    ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "106540352242922"), "+353871234567", "+35315550100", True
)
TWILIO = Route(ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+35315550102"), "+353871234567", "+35315550102")
TEXT = "Hi Jennifer, order 4711 has shipped.\nHarbour Parcels"


def sent(now: datetime, route: Route = META, **facts: object) -> DirectSent:
    known: dict[str, object] = {"text": TEXT, "sent_at": now - timedelta(minutes=3), "author_name": "Maria Lind"}
    return DirectSent("d-1", "wamid.1", "wa", route, **(known | facts))  # type: ignore[arg-type]


def view_with(people, *direct: DirectSent) -> ThreadView:
    """Jennifer's thread with these messages in it."""
    plain = people.jennifer()
    conversations = [chat.conversation for chat in plain.thread.chats]
    contact = Contact("c-1", name="Jennifer Okafor", phone="+353871234567")
    return replace(plain, thread=assemble_thread(conversations, [contact], people.workspace, direct=direct))


def row_of(people, now: datetime, direct: DirectSent) -> TimelineEntry:
    rows = build_entries(view_with(people, direct), now, describe)
    return next(r for r in rows if r.message is not None and r.message.direct is not None)


@pytest.fixture
def style(theme) -> RowStyle:
    return RowStyle(theme, 0)


def drawn(row: TimelineEntry, style: RowStyle) -> BubbleLayout:
    return build_row_layout(row, 700, style, Qt.LayoutDirection.LeftToRight, expanded=False)


def lines(layout: BubbleLayout) -> list[str]:
    return [p.text.text() for p in layout.pieces if isinstance(p, Line)]


def paragraphs(layout: BubbleLayout) -> list[str]:
    return [p.body.layout.text() for p in layout.pieces if isinstance(p, Paragraph)]


def icon_names(layout: BubbleLayout) -> list[str]:
    return [p.name for p in layout.pieces if isinstance(p, Icon)]


def test_it_stands_at_its_time_in_its_conversation(people, now):
    rows = build_entries(view_with(people, sent(now, sent_at=now - timedelta(minutes=7))), now, describe)
    at = next(i for i, r in enumerate(rows) if r.message is not None and r.message.direct is not None)
    assert rows[at].type is EntryType.MESSAGE
    assert rows[at + 1].text == "Any news about my parcel?"


NOTE_OF_A_PERSON = f"I called +353871234567. {TEXT}"


@pytest.mark.parametrize(
    ("seconds", "note_text", "is_folded"),
    [(-60, "", True), (-1, "", True), (2, "", True), (60, "", False), (-1, NOTE_OF_A_PERSON, False)],
)
def test_the_note_about_it_is_folded_into_it_whatever_the_clocks_say(people, now, seconds, note_text, is_folded):
    """seconds: how much earlier than the message the note seems to be. note_text: "" for the automatic note."""
    direct, minutes = sent(now), timedelta(minutes=3)
    text = note_text or direct_message_note(direct)
    note = people.entry("wa", minutes + timedelta(seconds=seconds), text, kind=EntryKind.NOTE)
    plain = people.jennifer(more=(note,))
    thread = assemble_thread([c.conversation for c in plain.thread.chats], [], people.workspace, direct=[direct])
    rows = build_entries(replace(plain, thread=thread), now, describe)
    kinds = {r.type for r in rows if r.message is not None and TEXT in r.text}
    assert kinds == {EntryType.MESSAGE, *(() if is_folded else (EntryType.NOTE,))}


def test_the_bridges_notice_is_folded_into_the_reply_that_it_is_about(people, now, style):
    view = people.jennifer()
    [reply] = [m for m in view.thread.messages if m.notice is not None]
    rows = build_entries(view, now, describe)
    assert not any(row.message is not None and row.message.author is Author.BRIDGE for row in rows)
    row = next(row for row in rows if row.message is reply)
    assert any(reply.notice.text in paragraph for paragraph in paragraphs(drawn(row, style)))


def test_it_is_marked_with_the_channel_and_says_through_whom(people, now, style):
    layout = drawn(row_of(people, now, sent(now, TWILIO)), style)
    assert "Sent directly" in lines(layout)
    assert icon_names(layout).count(channel_icon(ChannelKind.SMS)) == 2
    mark = next(p for p in layout.pieces if isinstance(p, Line) and p.text.text() == "Sent directly")
    tip = layout.piece_at(mark.rect.center()).tip
    assert tip.startswith("Sent from +35315550102 to +353871234567 through Twilio, outside Intercom.")


@pytest.mark.parametrize(
    ("delivery", "word", "mark"),
    [
        (Delivery.ACCEPTED, "WhatsApp: accepted", ARRIVAL_ICONS[Arrival.ACCEPTED]),
        (Delivery.SENT, "WhatsApp: sent", "fa6s.check"),
        (Delivery.DELIVERED, "WhatsApp: delivered", "fa6s.check-double"),
        (Delivery.READ, "WhatsApp: read", "fa6s.check-double"),
        (Delivery.FAILED, "WhatsApp: didn't arrive", "fa6s.xmark"),
    ],
)
def test_its_state_is_a_word_and_a_mark(people, now, style, delivery, word, mark):
    layout = drawn(row_of(people, now, sent(now, delivery=delivery)), style)
    assert [line for line in lines(layout) if line.startswith("WhatsApp: ")] == [word]
    state = next(p for p in layout.pieces if isinstance(p, Line) and p.text.text() == word)
    beside = [p.name for p in layout.pieces if isinstance(p, Icon) and p.rect.left() > state.rect.left()]
    assert mark in beside


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [260, 424, 1400])
def test_everything_is_inside_and_nothing_overlaps(people, now, theme, direction, scale, width):
    theme.set_text_scale(scale)
    failed = sent(now, template="a_template_name_" * 6, delivery=Delivery.FAILED, reason=said("Not on WhatsApp. " * 9))
    layout = build_row_layout(row_of(people, now, failed), width, RowStyle(theme, 1), direction, expanded=False)
    within = QRectF(0, 0, width, layout.size.height())
    assert all(within.contains(part.rect) for part in (*layout.frames, *layout.pieces))
    assert not any(a.rect.intersects(b.rect) for a, b in combinations(layout.pieces, 2))


def test_accepted_has_a_mark_of_its_own_and_a_tip_that_says_how_little_is_known(people, now, style):
    accepted = ARRIVAL_ICONS[Arrival.ACCEPTED]
    assert list(ARRIVAL_ICONS.values()).count(accepted) == 1
    assert not icons.pixmap(accepted, style.color("accent"), 12, 1.0).isNull()
    layout = drawn(row_of(people, now, sent(now, final=True)), style)
    state = next(p for p in layout.pieces if isinstance(p, Line) and p.text.text() == "WhatsApp: accepted")
    assert layout.piece_at(state.rect.center()).tip == ("Accepted by WhatsApp, which doesn't report delivery.")


def test_why_it_did_not_arrive_stands_on_the_bubble(people, now, style):
    why = "Jennifer's window is closed. Send a template instead."
    layout = drawn(row_of(people, now, sent(now, delivery=Delivery.FAILED, reason=said(why))), style)
    assert why in paragraphs(layout)


def test_a_template_is_named_and_free_text_is_not_called_one(people, now, style):
    named = lines(drawn(row_of(people, now, sent(now, template="order_update")), style))
    plain = lines(drawn(row_of(people, now, sent(now)), style))
    assert "Template order_update" in named
    assert not any("Template" in line for line in plain)


def test_a_reader_hears_channel_template_and_state(people, now):
    heard = accessible_text(row_of(people, now, sent(now, template="order_update", delivery=Delivery.SENT)), now)
    assert heard.startswith("Maria Lind, template order_update, sent directly on WhatsApp: Hi Jennifer")
    assert "WhatsApp: sent. Sent by WhatsApp. Delivery isn't confirmed yet." in heard


def colleagues_note(people, now: datetime, delivery: Delivery, reason: Reason = NO_REASON) -> TimelineEntry:
    """The row of a note about a message that another computer sent, with what became of it."""
    direct = sent(now)
    note = people.entry("wa", timedelta(minutes=3), direct_message_note(direct), kind=EntryKind.NOTE)
    ending = direct_message_ending(direct.route, direct.sent_at, direct.text, ())
    report = DirectReport(refer_to_note("wa", "d-1", ending), META.key, "wamid.1", delivery, now, reason)
    plain = people.jennifer(more=(note,))
    conversations = [chat.conversation for chat in plain.thread.chats]
    thread = assemble_thread(conversations, [], people.workspace, reports=[report])
    rows = build_entries(replace(plain, thread=thread), now, describe)
    return next(r for r in rows if r.type is EntryType.NOTE and TEXT in r.text)


def test_a_colleagues_note_says_what_became_of_the_message(people, now, style):
    row = colleagues_note(people, now, Delivery.READ)
    layout = drawn(row, style)
    assert [line for line in lines(layout) if line.startswith("WhatsApp: ")] == ["WhatsApp: read"]
    assert icon_names(layout)[-2:] == [channel_icon(ChannelKind.WHATSAPP), "fa6s.check-double"]
    assert "WhatsApp: read. WhatsApp reports that this was read" in accessible_text(row, now)


def test_a_colleagues_note_says_why_the_message_did_not_arrive(people, now, style):
    why = "Jennifer's window is closed. Send a template instead."
    row = colleagues_note(people, now, Delivery.FAILED, said(why))
    layout = drawn(row, style)
    assert "WhatsApp: didn't arrive" in lines(layout)
    assert why in paragraphs(layout)
    assert why in accessible_text(row, now)


def test_its_words_are_copied_without_its_marks(people, now, qtbot, qapp):
    row = row_of(people, now, sent(now, template="order_update"))
    menu = row_menu(None, row, selected="", link=None, word="", on_quote=print, on_action=print, on_channel=print)
    copy = next(a for a in menu.actions() if a.text() == "Copy message")
    copy.trigger()
    assert QGuiApplication.clipboard().text() == TEXT


@pytest.mark.parametrize(
    ("delivery", "kind"),
    [
        (Delivery.ACCEPTED, MarkerKind.UNCONFIRMED_REPLY),
        (Delivery.SENT, MarkerKind.UNCONFIRMED_REPLY),
        (Delivery.DELIVERED, MarkerKind.REPLY),
        (Delivery.READ, MarkerKind.REPLY),
        (Delivery.FAILED, MarkerKind.FAILED_REPLY),
    ],
)
def test_the_chart_of_the_window_marks_it_as_sure_as_it_is(people, now, delivery, kind):
    direct = sent(now, delivery=delivery)
    view = view_with(people, direct)
    window = view.thread.chat("wa").window
    row = next(r for r in build_chart(view.thread, window, now).rows if r.channel is ChannelKind.WHATSAPP)
    assert [m.kind for m in row.markers if m.at == direct.sent_at] == [kind]


@pytest.mark.parametrize("state", [s for s in State if s is not State.CANCELLED])
def test_on_its_way_it_wears_the_same_marks(people, now, style, state):
    pending = people.pending(state, route=META, template="order_update")
    row = next(
        r
        for r in build_entries(people.jennifer(pending_replies=(pending,)), now, describe)
        if r.type is EntryType.PENDING
    )
    layout = drawn(row, style)
    assert {"Sent directly", "Template order_update"} <= set(lines(layout))
    assert any(f.edge is not Edge.NONE for f in layout.frames)
    assert accessible_text(row, now).startswith("Your template order_update, sent directly on WhatsApp: One moment")
