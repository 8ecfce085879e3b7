"""Compose: builds the layout of each kind of row: bubbles, note cards, event lines, echoes and separators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence

from desktop.domain.delivery import Arrival, ArrivedAt
from desktop.domain.direct import Route
from desktop.domain.model.facts import Attachment, ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.thread import Author, Message
from desktop.ui.look.theme import BUBBLE_MAX_SHARE, PAD
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, Edge, Frame, mirrored
from desktop.ui.thread.layout.column import CHIP_PAD, Column, Item
from desktop.ui.thread.layout.file_chips import add_files
from desktop.ui.thread.layout.row_style import Look, channel_color_role, channel_icon
from desktop.ui.thread.layout.text_body import folded, lay_out
from desktop.ui.wording import pending_reply, thread, words

SIDE = 14.0
"""Between a row's content and the pane's sides."""
INSET = 10.0
"""Between a bubble's edge and its content."""
HATCH = 8.0
WIDEST_BUBBLE = 680.0
NARROW_PANE = 520
NARROW_SHARE = 0.88
SHOW_MORE = "Show more of it ({count} characters)"

MARKS = {
    Arrival.EXPECTED: "fa6s.question",
    Arrival.UNKNOWN: "fa6s.question",
    Arrival.ACCEPTED: "fa6s.check",
    Arrival.SENT: "fa6s.check",
    Arrival.DELIVERED: "fa6s.check-double",
    Arrival.READ: "fa6s.check-double",
    Arrival.FAILED: "fa6s.xmark",
    Arrival.NOT_EXPECTED: "fa6s.xmark",
}
TAKEN_MARK = "fa6.circle-check"
"""Hollow: a provider took it, and nothing more is known. A tick drawn in outline would look like two at this size."""


@dataclass(frozen=True, slots=True)
class _PendingStyle:
    """edge: told apart by shape as well: dashed is on its way, dotted is in doubt, solid stands still."""

    icon: str
    edge: Edge
    edge_color_role: str
    icon_color_role: str = ""
    fill: str = "bubble_out"
    color_role: str = "bubble_out_text"


_WAITING = _PendingStyle("fa6s.clock", Edge.DASHED, "accent")
ECHO_LOOKS = {
    State.QUEUED: _WAITING,
    State.SENDING: _PendingStyle("fa6s.paper-plane", Edge.DASHED, "accent"),
    State.ACCEPTED: _PendingStyle("fa6s.check", Edge.SOLID, "bubble_out"),
    State.REFUSED: _PendingStyle("fa6s.circle-xmark", Edge.SOLID, "danger", "danger", "warn", "warn_text"),
    State.UNCONFIRMED: _PendingStyle("fa6s.circle-question", Edge.DOTTED, "soon", "soon"),
    State.HELD: _PendingStyle("fa6s.hand", Edge.SOLID, "warn_edge", "warn_text", "warn", "warn_text"),
}


def compose(
    entry: TimelineEntry, width: int, look: Look, direction: Qt.LayoutDirection, *, expanded: int
) -> BubbleLayout:
    """The layout of a row in a pane of that width. expanded: how often the agent asked to see more of a long text."""
    layout = _BUILDERS[entry.type](entry, width, look, expanded)
    return mirrored(layout) if direction is Qt.LayoutDirection.RightToLeft else layout


# --- bubbles and cards -----------------------------------------------------------------------------------------------


def _message(entry: TimelineEntry, width: int, look: Look, expanded: int) -> BubbleLayout:
    message = entry.message
    assert message is not None
    if not entry.is_from_customer:
        return _our_message(entry, message, width, look, expanded)
    hatched = message.unseen_on is not None
    column = Column(look, _inner_width(width) - (HATCH if hatched else 0.0))
    column.items([_origin(message), _time(message)])
    _add_words(column, entry, message, expanded, "text")
    if message.unseen_on is not None:
        body = lay_out(thread.unseen_on(message.unseen_on), look.small, column.most - column.hang)
        column.paragraph(body, "soon", icon="fa6s.eye-slash")
    return _bubble(column, width, Frame(QRectF(), "bubble_in", Edge.SOLID, "border"), ours=False, hatched=hatched)


def _our_message(entry: TimelineEntry, message: Message, width: int, look: Look, expanded: int) -> BubbleLayout:
    column = Column(look, _inner_width(width))
    who, direct = Item(thread.author(message), "bubble_out_muted", strong=True), message.direct
    if direct is None:
        column.items([who, _time(message, ours=True)])
    else:
        column.items([who, _past_intercom(direct.route, "bubble_out_muted"), _time(message, ours=True)])
        _add_template(column, direct.template, "bubble_out_muted")
    _add_words(column, entry, message, expanded, "bubble_out_text")
    _add_arrivals(column, message)
    return _bubble(column, width, Frame(QRectF(), "bubble_out", Edge.SOLID, "bubble_out"), ours=True)


def _note(entry: TimelineEntry, width: int, look: Look, expanded: int) -> BubbleLayout:
    message = entry.message
    assert message is not None
    by_bridge = message.author is Author.BRIDGE
    heading = thread.BRIDGE_HEADING if by_bridge else thread.NOTE_HEADING
    icon = "fa6s.triangle-exclamation" if by_bridge else "fa6s.note-sticky"
    who = message.entry.author_name.strip()
    column = Column(look, width - 2 * (SIDE + INSET))
    time = Item(thread.clock_time(message.entry.sent_at), "note_text", tip=_full_time(message))
    column.items([Item(heading, "note_text", icon, strong=True), *([Item(who, "note_text")] if who else []), time])
    _add_words(column, entry, message, expanded, "note_text")
    return _card(column, width, Frame(QRectF(), "note", Edge.SOLID, "note_edge"))


def _pending(entry: TimelineEntry, width: int, look: Look, expanded: int) -> BubbleLayout:
    pending, told = entry.pending, entry.told
    assert pending is not None
    assert told is not None
    style = ECHO_LOOKS.get(pending.state, _WAITING)
    color_role = "note_text" if pending.internal else style.color_role
    column = Column(look, width - 2 * (SIDE + INSET) if pending.internal else _inner_width(width))
    if pending.internal:
        column.items([Item(thread.NOTE_HEADING, color_role, "fa6s.note-sticky", strong=True)])
    if pending.route is not None:
        column.items([_past_intercom(pending.route, color_role)])
        _add_template(column, pending.template, color_role)
    if pending.text.strip():
        _add_text(column, pending.text, color_role, expanded)
    for name in pending.file_names:
        column.items([Item(name, color_role, "fa6s.paperclip")])
    state = lay_out(told.headline, look.strong, column.most - column.hang)
    column.paragraph(state, color_role, icon=style.icon, icon_color_role=style.icon_color_role or color_role)
    if told.why:
        column.paragraph(lay_out(folded(told.why, 0), look.small, column.most), color_role)
    column.items([_choice(action, word) for action, word in told.actions], gap=6.0)
    if pending.internal:
        edge_color_role = "note_edge" if style.fill == "bubble_out" else style.edge_color_role
        return _card(column, width, Frame(QRectF(), "note", style.edge, edge_color_role))
    return _bubble(column, width, Frame(QRectF(), style.fill, style.edge, style.edge_color_role), ours=True)


def _choice(action: str, word: str) -> Item:
    key = QKeySequence(pending_reply.KEYS[action]).toString(QKeySequence.SequenceFormat.NativeText)
    return Item(word, "accent", action=f"echo:{action}", boxed=True, tip=key)


def _inner_width(width: int) -> float:
    share = NARROW_SHARE if width < NARROW_PANE else BUBBLE_MAX_SHARE
    return max(80.0, min(width * share, WIDEST_BUBBLE) - 2 * INSET)


def _bubble(column: Column, width: int, style: Frame, *, ours: bool, hatched: bool = False) -> BubbleLayout:
    strip = HATCH if hatched else 0.0
    outer = QRectF(SIDE, 3, column.width + strip + 2 * INSET, column.height + 2 * INSET - 2)
    if ours:
        outer.moveRight(width - SIDE)
    column.place(outer.left() + INSET + strip, outer.top() + INSET - 1, column.width)
    frames = [Frame(outer, style.fill, style.edge, style.edge_color_role), *column.frames]
    if hatched:
        edge = QRectF(outer.left() + 4, outer.top() + 4, HATCH, outer.height() - 8)
        frames.insert(1, Frame(edge, "warn", Edge.HATCHED))
    return BubbleLayout(QSize(width, round(outer.bottom() + 3)), tuple(frames), tuple(column.pieces))


def _card(column: Column, width: int, style: Frame) -> BubbleLayout:
    outer = QRectF(SIDE, 4, width - 2 * SIDE, column.height + 2 * INSET - 4)
    column.place(outer.left() + INSET, outer.top() + INSET - 2, column.most)
    card = Frame(outer, style.fill, style.edge, style.edge_color_role)
    return BubbleLayout(QSize(width, round(outer.bottom() + 4)), (card, *column.frames), tuple(column.pieces))


# --- what stands in a bubble -----------------------------------------------------------------------------------------


def _origin(message: Message) -> Item:
    origin = message.origin
    if origin is None:
        # Of an unknown author or kind.
        tip = thread.unknown_reason(message)
        return Item(thread.unknown_badge(message), "soon", "fa6s.circle-question", "soon", strong=True, tip=tip)
    shown = origin.channel if origin.is_known else ChannelKind.UNKNOWN
    color_role = channel_color_role(shown)
    tip = thread.origin_reason(origin)
    return Item(words.origin_badge(origin), color_role, channel_icon(shown), color_role, strong=True, tip=tip)


def _past_intercom(route: Route, color_role: str) -> Item:
    icon, tip = channel_icon(route.channel), thread.past_intercom(route)
    return Item(thread.PAST_INTERCOM, color_role, icon, channel_color_role(route.channel), strong=True, tip=tip)


def _add_template(column: Column, name: str, color_role: str) -> None:
    if name:
        column.items([Item(thread.template(name), color_role, "fa6s.file-lines")])


def _time(message: Message, *, ours: bool = False) -> Item:
    color_role = "bubble_out_muted" if ours else "muted"
    return Item(thread.clock_time(message.entry.sent_at), color_role, tip=_full_time(message))


def _full_time(message: Message) -> str:
    return thread.full_time(message.entry.sent_at)


def _add_words(column: Column, entry: TimelineEntry, message: Message, expanded: int, color_role: str) -> None:
    files: Sequence[Attachment] = message.entry.attachments
    if message.entry.text.strip():
        _add_text(column, message.entry.text, color_role, expanded)
    elif not files:
        quiet = lay_out(thread.wordless(message.entry), column.look.small, column.most - column.hang)
        column.paragraph(quiet, color_role, icon="fa6s.ban" if message.entry.redacted else "fa6s.puzzle-piece")
    add_files(column, files, everything=expanded > 0)


def _add_text(column: Column, text: str, color_role: str, expanded: int) -> None:
    look = column.look
    link_color = look.color("note_text" if color_role == "note_text" else "accent")
    text = text.strip("\n")
    shown = folded(text, expanded)
    cut = len(shown) < len(text)
    words = f"{shown.rstrip()} …" if cut else text
    column.paragraph(lay_out(words, look.body, column.most, link_color), color_role, selectable=True)
    if cut:
        column.items([_more(text, expanded)])


def _more(text: str, expanded: int) -> Item:
    is_last = len(folded(text, expanded + 1)) == len(text)
    word = (thread.SHOW_ALL if is_last else SHOW_MORE).format(count=f"{len(text):,}")
    return Item(word, "accent", "fa6s.angles-down", action="show_all")


def _add_arrivals(column: Column, message: Message) -> None:
    """Where a reply arrived. Each place by glyph, word and mark; reasons of what did not arrive in full."""
    only = thread.only_place(message.arrived)
    if only is not None:
        missing = [a for a in message.arrived if a.arrival in thread.DID_NOT_ARRIVE]
        tip = "\n".join(a.reason for a in message.arrived)
        icon, color_role = channel_icon(only), channel_color_role(only)
        item = Item(thread.only(only), "danger", icon, color_role, "fa6s.triangle-exclamation", strong=True, tip=tip)
        column.items([item])
    else:
        missing = [a for a in message.arrived if a.arrival in thread.DID_NOT_ARRIVE]
        arrival = _arrival if message.direct is None else _direct_arrival
        column.items([arrival(a) for a in message.arrived])
    for at in missing:
        quoted = message.notice is not None and at.arrival is Arrival.FAILED
        line = at.reason if message.direct is not None else thread.missing_line(at, quoted=quoted)
        body = lay_out(folded(line, 0), column.look.small, column.most - column.hang)
        column.paragraph(
            body, "bubble_out_text", icon=channel_icon(at.channel), icon_color_role=channel_color_role(at.channel)
        )
    notice = message.notice
    if notice is not None and not notice.is_tied:
        line = folded(thread.one_of_these(notice), 0)
        body = lay_out(line, column.look.small, column.most - column.hang)
        column.paragraph(body, "bubble_out_text", icon="fa6s.triangle-exclamation", icon_color_role="danger")


def _arrival(at: ArrivedAt) -> Item:
    color_role = "danger" if at.arrival in thread.DID_NOT_ARRIVE else "bubble_out_muted"
    sure = at.arrival is Arrival.ACCEPTED
    word = words.channel(at.channel) if sure else thread.arrival(at)
    mark_color_role = "accent" if at.arrival is Arrival.READ else color_role
    return Item(
        word,
        color_role,
        channel_icon(at.channel),
        channel_color_role(at.channel),
        MARKS[at.arrival],
        mark_color_role,
        tip=at.reason,
    )


def _direct_arrival(at: ArrivedAt) -> Item:
    failed = at.arrival in thread.DID_NOT_ARRIVE
    color_role = "danger" if failed else "bubble_out_muted"
    mark = TAKEN_MARK if at.arrival is Arrival.ACCEPTED else MARKS[at.arrival]
    mark_color_role = "accent" if at.arrival is Arrival.READ else color_role
    word, icon = thread.direct_arrival(at), channel_icon(at.channel)
    return Item(
        word, color_role, icon, channel_color_role(at.channel), mark, mark_color_role, strong=failed, tip=at.reason
    )


# --- lines between ---------------------------------------------------------------------------------------------------


def _event(entry: TimelineEntry, width: int, look: Look, expanded: int) -> BubbleLayout:
    message = entry.message
    assert message is not None
    line = f"{thread.event_line(message.entry)} · {thread.clock_time(message.entry.sent_at)}"
    column = Column(look, width - 2 * SIDE)
    shown = folded(line, expanded)
    column.paragraph(lay_out(shown, look.small, column.most), "muted", tip=_full_time(message))
    if len(shown) < len(line):
        column.items([_more(line, expanded)])
    return _in_the_middle(column, width, above=3.0)


def _older(entry: TimelineEntry, width: int, look: Look, _expanded: int) -> BubbleLayout:
    item = Item(thread.older(entry.count), "accent", "fa6s.angles-up", boxed=True, action="older")
    return _centred(item, width, look, above=PAD)


def _day(entry: TimelineEntry, width: int, look: Look, _expanded: int) -> BubbleLayout:
    assert entry.day is not None
    assert entry.today is not None
    return _centred(Item(thread.day(entry.day, entry.today), "muted", strong=True), width, look, above=12.0)


def _centred(item: Item, width: int, look: Look, *, above: float) -> BubbleLayout:
    column = Column(look, width - 2 * SIDE)
    column.items([item])
    return _in_the_middle(column, width, above=above)


def _in_the_middle(column: Column, width: int, *, above: float) -> BubbleLayout:
    column.place((width - column.width) / 2, above, column.width)
    height = round(above + column.height + 4)
    return BubbleLayout(QSize(width, height), tuple(column.frames), tuple(column.pieces))


def _rule(entry: TimelineEntry, width: int, look: Look, _expanded: int) -> BubbleLayout:
    """A thin line with channel and subject at its beginning."""
    column = Column(look, width - 2 * SIDE - CHIP_PAD)
    label = thread.rule(entry.channel, entry.title)
    color_role = channel_color_role(entry.channel)
    column.items([Item(label, "muted", channel_icon(entry.channel), color_role, tip=label)])
    column.place(SIDE, 8.0, column.width)
    middle = round(8.0 + column.height / 2)
    left = SIDE + column.width + CHIP_PAD
    room = width - SIDE - left
    line = (Frame(QRectF(left, middle, room, 1), "border"),) if room > 0 else ()
    return BubbleLayout(QSize(width, round(8.0 + column.height + 6)), line, tuple(column.pieces))


_BUILDERS = {
    EntryType.OLDER: _older,
    EntryType.DAY: _day,
    EntryType.RULE: _rule,
    EntryType.MESSAGE: _message,
    EntryType.NOTE: _note,
    EntryType.EVENT: _event,
    EntryType.PENDING: _pending,
}
