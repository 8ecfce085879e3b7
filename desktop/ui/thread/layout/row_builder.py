"""Builds the layout of each type of timeline row: bubbles, note cards, event lines, pending replies, separators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt

from desktop.domain.delivery import DID_NOT_ARRIVE, Arrival, ChannelArrival
from desktop.domain.direct import Route
from desktop.domain.history.thread import Author, Message
from desktop.domain.model.facts import Attachment, ChannelKind
from desktop.domain.model.formatting import Spans, clip
from desktop.domain.model.outgoing import State
from desktop.text.formats import clock_time, day_heading, full_time
from desktop.text.names import origin_badge
from desktop.text.reasons.describe import describe
from desktop.text.thread import arrivals, events, messages
from desktop.ui.commands.table import shown_keys
from desktop.ui.look.theme import BUBBLE_MAX_SHARE, PAD
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, Edge, Frame, mirrored
from desktop.ui.thread.layout.column import CHIP_PAD, Column, Item
from desktop.ui.thread.layout.file_chips import add_files
from desktop.ui.thread.layout.row_style import RowStyle, channel_color_role, channel_icon
from desktop.ui.thread.layout.text_body import lay_out, truncated
from desktop.ui.thread.layout.translation import add_offer, add_own_text, add_translation
from desktop.ui.thread.pending_reply import KEYS

SIDE = 14.0
"""Margin between a row's content and the sides of the pane."""
INSET = 10.0
"""Margin between a bubble's edge and its content."""
HATCH = 8.0
WIDEST_BUBBLE = 680.0
NARROW_PANE = 520
NARROW_SHARE = 0.88

ARRIVAL_ICONS = {
    # Outlined: the provider accepted it, and no more is known. An outlined check mark would look like two at this size.
    Arrival.ACCEPTED: "fa6.circle-check",
    Arrival.SENT: "fa6s.check",
    Arrival.DELIVERED: "fa6s.check-double",
    Arrival.READ: "fa6s.check-double",
    Arrival.FAILED: "fa6s.xmark",
    Arrival.NOT_EXPECTED: "fa6s.xmark",
}
"""Only states that somebody reported; what Intercom shows itself has none."""


class _PendingStyle(msgspec.Struct, frozen=True):
    """Look of a pending reply. Edges differ too: dashed while it is on its way, dotted in doubt, solid when done."""

    icon: str
    edge: Edge
    edge_color_role: str
    icon_color_role: str = ""
    fill: str = "bubble_out"
    color_role: str = "bubble_out_text"


_WAITING = _PendingStyle("fa6s.clock", Edge.DASHED, "accent")
PENDING_STYLES = {
    State.SCHEDULED: _PendingStyle("fa6s.calendar-day", Edge.DASHED, "outline"),
    State.QUEUED: _WAITING,
    State.SENDING: _PendingStyle("fa6s.paper-plane", Edge.DASHED, "accent"),
    State.ACCEPTED: _PendingStyle("fa6s.check", Edge.SOLID, "bubble_out"),
    State.REFUSED: _PendingStyle("fa6s.circle-xmark", Edge.SOLID, "danger", "danger", "warn", "warn_text"),
    State.UNCONFIRMED: _PendingStyle("fa6s.circle-question", Edge.DOTTED, "soon", "soon"),
    State.HELD: _PendingStyle("fa6s.hand", Edge.SOLID, "warn_edge", "warn_text", "warn", "warn_text"),
}


def build_row_layout(
    entry: TimelineEntry, width: int, style: RowStyle, direction: Qt.LayoutDirection, *, expanded: int
) -> BubbleLayout:
    """Return the layout of a row. width: of the pane. expanded: how often the agent asked for more of a text."""
    layout = _BUILDERS[entry.type](entry, width, style, expanded)
    return mirrored(layout) if direction is Qt.LayoutDirection.RightToLeft else layout


# --- bubbles and cards -----------------------------------------------------------------------------------------------


def _message(entry: TimelineEntry, width: int, style: RowStyle, expanded: int) -> BubbleLayout:
    message = entry.message
    assert message is not None
    if not entry.is_from_customer:
        return _our_message(entry, message, width, style, expanded)
    hatched = message.unseen_on is not None
    column = Column(style, _inner_width(width) - (HATCH if hatched else 0.0))
    column.add_items([_origin_item(message), _time_item(message)])
    _add_contents(column, message, expanded, "text")
    if change := messages.customer_change(message):
        body = lay_out(truncated(change, expanded), style.small, column.max_width - column.icon_indent)
        icon = "fa6s.trash-can" if message.is_deleted else "fa6s.pen"
        column.add_paragraph(body, "soon", icon=icon, selectable=not message.is_deleted)
    if message.translation is not None:
        add_translation(column, message.translation, "text", "muted")
    elif entry.offers_translation:
        add_offer(column)
    if message.unseen_on is not None:
        body = lay_out(messages.not_shown_on(message.unseen_on), style.small, column.max_width - column.icon_indent)
        column.add_paragraph(body, "soon", icon="fa6s.eye-slash")
    _add_reaction(column, message)
    return _bubble(column, width, Frame(QRectF(), "bubble_in", Edge.SOLID, "border"), ours=False, hatched=hatched)


def _our_message(entry: TimelineEntry, message: Message, width: int, style: RowStyle, expanded: int) -> BubbleLayout:
    column = Column(style, _inner_width(width))
    who, direct = Item(messages.author(message), "bubble_out_muted", bold=True), message.direct
    if direct is None:
        column.add_items([who, _time_item(message, ours=True)])
    else:
        column.add_items([who, _direct_route_item(direct.route, "bubble_out_muted"), _time_item(message, ours=True)])
        _add_template(column, direct.template, "bubble_out_muted")
    _add_contents(column, message, expanded, "bubble_out_text")
    if message.translation is not None:
        add_translation(column, message.translation, "bubble_out_text", "bubble_out_muted")
    _add_arrivals(column, message)
    if entry.description is not None:
        column.add_items([_action_item(action, label) for action, label in entry.description.actions], gap=6.0)
    _add_reaction(column, message)
    return _bubble(column, width, Frame(QRectF(), "bubble_out", Edge.SOLID, "bubble_out"), ours=True)


def _note(entry: TimelineEntry, width: int, style: RowStyle, expanded: int) -> BubbleLayout:
    message = entry.message
    assert message is not None
    heading = messages.note_heading(message)
    icon = "fa6s.triangle-exclamation" if message.author is Author.BRIDGE else "fa6s.note-sticky"
    who = "" if message.author is Author.BRIDGE else message.entry.author_name.strip()
    column = Column(style, width - 2 * (SIDE + INSET))
    time = Item(clock_time(message.entry.sent_at), "note_text", tip=partial(full_time, message.entry.sent_at))
    column.add_items([Item(heading, "note_text", icon, bold=True), *([Item(who, "note_text")] if who else []), time])
    _add_contents(column, message, expanded, "note_text")
    if message.told_of is not None:
        _add_told_of(column, message.told_of)
    return _card(column, width, Frame(QRectF(), "note", Edge.SOLID, "note_edge"))


def _pending(entry: TimelineEntry, width: int, style: RowStyle, expanded: int) -> BubbleLayout:
    pending, description = entry.pending, entry.description
    assert pending is not None
    assert description is not None
    pending_style = PENDING_STYLES.get(pending.state, _WAITING)
    color_role = "note_text" if pending.internal else pending_style.color_role
    column = Column(style, width - 2 * (SIDE + INSET) if pending.internal else _inner_width(width))
    if pending.internal:
        column.add_items([Item(messages.NOTE(), color_role, "fa6s.note-sticky", bold=True)])
    if pending.route is not None:
        column.add_items([_direct_route_item(pending.route, color_role)])
        _add_template(column, pending.template, color_role)
    if pending.text.strip():
        _add_text(column, pending.text, color_role, expanded, pending.spans)
    if pending.own is not None:
        add_own_text(column, pending.own, pending.text, color_role)
    for name in pending.file_names:
        column.add_items([Item(name, color_role, "fa6s.paperclip")])
    state = lay_out(description.headline, style.bold, column.max_width - column.icon_indent)
    column.add_paragraph(
        state, color_role, icon=pending_style.icon, icon_color_role=pending_style.icon_color_role or color_role
    )
    if description.why:
        column.add_paragraph(lay_out(truncated(description.why, 0), style.small, column.max_width), color_role)
    column.add_items([_action_item(action, label) for action, label in description.actions], gap=6.0)
    if pending.internal:
        edge_color_role = "note_edge" if pending_style.fill == "bubble_out" else pending_style.edge_color_role
        return _card(column, width, Frame(QRectF(), "note", pending_style.edge, edge_color_role))
    return _bubble(
        column, width, Frame(QRectF(), pending_style.fill, pending_style.edge, pending_style.edge_color_role), ours=True
    )


def _action_item(action: str, label: str) -> Item:
    key = shown_keys(KEYS[action])
    return Item(label, "accent", action=f"reply:{action}", is_boxed=True, tip=key)


def _inner_width(width: int) -> float:
    share = NARROW_SHARE if width < NARROW_PANE else BUBBLE_MAX_SHARE
    return max(80.0, min(width * share, WIDEST_BUBBLE) - 2 * INSET)


def _bubble(column: Column, width: int, frame: Frame, *, ours: bool, hatched: bool = False) -> BubbleLayout:
    strip = HATCH if hatched else 0.0
    outer = QRectF(SIDE, 3, column.width + strip + 2 * INSET, column.height + 2 * INSET - 2)
    if ours:
        outer.moveRight(width - SIDE)
    column.place(outer.left() + INSET + strip, outer.top() + INSET - 1, column.width)
    frames = [Frame(outer, frame.fill, frame.edge, frame.edge_color_role), *column.frames]
    if hatched:
        edge = QRectF(outer.left() + 4, outer.top() + 4, HATCH, outer.height() - 8)
        frames.insert(1, Frame(edge, "warn", Edge.HATCHED))
    return BubbleLayout(QSize(width, round(outer.bottom() + 3)), tuple(frames), tuple(column.pieces))


def _card(column: Column, width: int, frame: Frame) -> BubbleLayout:
    outer = QRectF(SIDE, 4, width - 2 * SIDE, column.height + 2 * INSET - 4)
    column.place(outer.left() + INSET, outer.top() + INSET - 2, column.max_width)
    card = Frame(outer, frame.fill, frame.edge, frame.edge_color_role)
    return BubbleLayout(QSize(width, round(outer.bottom() + 4)), (card, *column.frames), tuple(column.pieces))


# --- contents of a bubble -----------------------------------------------------------------------------------------


def _origin_item(message: Message) -> Item:
    origin = message.origin
    if origin is None:
        tip = partial(messages.unknown_tooltip, message)
        return Item(messages.unknown_label(message), "soon", "fa6s.circle-question", "soon", bold=True, tip=tip)
    shown = origin.channel if origin.is_known else ChannelKind.UNKNOWN
    color_role = channel_color_role(shown)
    tip = partial(messages.origin_tooltip, origin)
    return Item(origin_badge(origin), color_role, channel_icon(shown), color_role, bold=True, tip=tip)


def _direct_route_item(route: Route, color_role: str) -> Item:
    icon, tip = channel_icon(route.channel), partial(arrivals.direct_route_tooltip, route)
    return Item(arrivals.SENT_DIRECTLY(), color_role, icon, channel_color_role(route.channel), bold=True, tip=tip)


def _add_template(column: Column, name: str, color_role: str) -> None:
    if name:
        column.add_items([Item(messages.TEMPLATE(template=name), color_role, "fa6s.file-lines")])


def _time_item(message: Message, *, ours: bool = False) -> Item:
    color_role = "bubble_out_muted" if ours else "muted"
    return Item(clock_time(message.entry.sent_at), color_role, tip=partial(full_time, message.entry.sent_at))


def _add_contents(column: Column, message: Message, expanded: int, color_role: str) -> None:
    files: Sequence[Attachment] = message.entry.attachments
    if message.entry.text.strip():
        _add_text(column, message.entry.text, color_role, expanded, message.entry.formatting)
    elif not files:
        placeholder = lay_out(
            messages.empty_message_text(message.entry), column.style.small, column.max_width - column.icon_indent
        )
        column.add_paragraph(
            placeholder, color_role, icon="fa6s.ban" if message.entry.redacted else "fa6s.puzzle-piece"
        )
    add_files(column, files, expanded)


def _add_text(column: Column, text: str, color_role: str, expanded: int, spans: Spans) -> None:
    style = column.style
    link_color = style.color("note_text" if color_role == "note_text" else "accent")
    if spans:
        start = len(text) - len(text.lstrip("\n"))
        spans = clip(text, spans, start, len(text.rstrip("\n")))
    text = text.strip("\n")
    shown = truncated(text, expanded)
    is_cut = len(shown) < len(text)
    visible = f"{shown.rstrip()} …" if is_cut else text
    body = lay_out(visible, style.body, column.max_width, link_color, spans)
    column.add_paragraph(body, color_role, selectable=True)
    if is_cut:
        column.add_items([_show_more_item(text, expanded)])


def _show_more_item(text: str, expanded: int) -> Item:
    is_last = len(truncated(text, expanded + 1)) == len(text)
    label = (messages.SHOW_ALL if is_last else messages.SHOW_MORE)(len(text))
    return Item(label, "accent", "fa6s.angles-down", action="show_all")


def _add_arrivals(column: Column, message: Message) -> None:
    """Add where a reply arrived: each place as icon, text and status icon, and the reasons where it did not."""
    only = arrivals.only_reached_channel(message.arrived)
    missing = [a for a in message.arrived if a.arrival in DID_NOT_ARRIVE]
    if only is not None:
        tip = partial(_reasons, message.arrived)
        icon, color_role = channel_icon(only), channel_color_role(only)
        item = Item(arrivals.only_on(only), "danger", icon, color_role, "fa6s.triangle-exclamation", bold=True, tip=tip)
        column.add_items([item])
    else:
        arrival = _arrival_item if message.direct is None else _direct_arrival_item
        column.add_items([arrival(a) for a in message.arrived])
    for at in missing:
        line = describe(at.reason)
        body = lay_out(truncated(line, 0), column.style.small, column.max_width - column.icon_indent)
        column.add_paragraph(
            body, "bubble_out_text", icon=channel_icon(at.channel), icon_color_role=channel_color_role(at.channel)
        )
    notice = message.notice
    if notice is not None and not notice.is_matched:
        line = truncated(arrivals.ambiguous_notice(notice), 0)
        body = lay_out(line, column.style.small, column.max_width - column.icon_indent)
        column.add_paragraph(body, "bubble_out_text", icon="fa6s.triangle-exclamation", icon_color_role="danger")


def _add_reaction(column: Column, message: Message) -> None:
    """Add the customer's reaction and ours as chips."""
    chips = []
    if message.reaction:
        tip = partial(messages.reaction_tooltip, message.reaction)
        chips.append(Item(message.reaction, "text", is_boxed=True, tip=tip))
    if message.own_reaction and message.origin is not None:
        tip = partial(messages.own_reaction_tooltip, message.own_reaction, message.origin.channel)
        chips.append(Item(messages.own_reaction(message.own_reaction), "text", is_boxed=True, tip=tip))
    if message.unconfirmed_reaction is not None:
        text = messages.unconfirmed_reaction(message.unconfirmed_reaction)
        chips.append(Item(text, "danger", "fa6s.triangle-exclamation", "danger", tip=messages.unconfirmed_tooltip))
    if chips:
        column.add_items(chips)


def _add_told_of(column: Column, at: ChannelArrival) -> None:
    """Add what became of the message that a colleague's note tells of."""
    is_missing = at.arrival in DID_NOT_ARRIVE
    status_icon, tip = ARRIVAL_ICONS.get(at.arrival, ""), partial(describe, at.reason)
    icon, icon_color_role = channel_icon(at.channel), channel_color_role(at.channel)
    status_color_role = "accent" if at.arrival is Arrival.READ else ""
    text = arrivals.arrival(at)
    column.add_items(
        [Item(text, "note_text", icon, icon_color_role, status_icon, status_color_role, bold=is_missing, tip=tip)]
    )
    if is_missing:
        body = lay_out(truncated(describe(at.reason), 0), column.style.small, column.max_width - column.icon_indent)
        column.add_paragraph(body, "note_text", icon=icon, icon_color_role=icon_color_role)


def _reasons(arrived: Sequence[ChannelArrival]) -> str:
    return "\n".join(describe(a.reason) for a in arrived)


def _arrival_item(at: ChannelArrival) -> Item:
    status_icon = "" if arrivals.is_shown_by_intercom(at) else ARRIVAL_ICONS.get(at.arrival, "")
    return _place_item(at, arrivals.arrival_badge(at), status_icon)


def _direct_arrival_item(at: ChannelArrival) -> Item:
    """Return the arrival in words too, since a tick alone says more than is known."""
    is_missing = at.arrival in DID_NOT_ARRIVE
    return _place_item(at, arrivals.arrival(at), ARRIVAL_ICONS.get(at.arrival, ""), bold=is_missing)


def _place_item(at: ChannelArrival, text: str, status_icon: str, *, bold: bool = False) -> Item:
    return Item(
        text,
        "danger" if at.arrival in DID_NOT_ARRIVE else "bubble_out_muted",
        channel_icon(at.channel),
        channel_color_role(at.channel),
        status_icon,
        "accent" if at.arrival is Arrival.READ else "",
        bold=bold,
        tip=partial(describe, at.reason),
    )


# --- rows between bubbles -------------------------------------------------------------------------------------------


def _event(entry: TimelineEntry, width: int, style: RowStyle, expanded: int) -> BubbleLayout:
    message = entry.message
    assert message is not None
    line = events.event_line_with_time(message.entry, entry.assignee)
    column = Column(style, width - 2 * SIDE)
    shown = truncated(line, expanded)
    column.add_paragraph(
        lay_out(shown, style.small, column.max_width), "muted", tip=partial(full_time, message.entry.sent_at)
    )
    if len(shown) < len(line):
        column.add_items([_show_more_item(line, expanded)])
    return _centered(column, width, above=3.0)


def _older(_entry: TimelineEntry, width: int, style: RowStyle, _expanded: int) -> BubbleLayout:
    item = Item(messages.LOADING_EARLIER(), "muted")
    return _centered_item(item, width, style, above=PAD)


def _day(entry: TimelineEntry, width: int, style: RowStyle, _expanded: int) -> BubbleLayout:
    assert entry.day is not None
    assert entry.today is not None
    return _centered_item(Item(day_heading(entry.day, entry.today), "muted", bold=True), width, style, above=12.0)


def _centered_item(item: Item, width: int, style: RowStyle, *, above: float) -> BubbleLayout:
    column = Column(style, width - 2 * SIDE)
    column.add_items([item])
    return _centered(column, width, above=above)


def _centered(column: Column, width: int, *, above: float) -> BubbleLayout:
    column.place((width - column.width) / 2, above, column.width)
    height = round(above + column.height + 4)
    return BubbleLayout(QSize(width, height), tuple(column.frames), tuple(column.pieces))


def _rule(entry: TimelineEntry, width: int, style: RowStyle, _expanded: int) -> BubbleLayout:
    """Build a thin line that begins with channel and subject."""
    column = Column(style, width - 2 * SIDE - CHIP_PAD)
    label = messages.channel_and_title(entry.channel, entry.title)
    color_role = channel_color_role(entry.channel)
    column.add_items([Item(label, "muted", channel_icon(entry.channel), color_role, tip=label)])
    column.place(SIDE, 8.0, column.width)
    middle = round(8.0 + column.height / 2)
    left = SIDE + column.width + CHIP_PAD
    length = width - SIDE - left
    line = (Frame(QRectF(left, middle, length, 1), "border"),) if length > 0 else ()
    return BubbleLayout(QSize(width, round(8.0 + column.height + 6)), line, tuple(column.pieces))


def _new(_entry: TimelineEntry, width: int, style: RowStyle, _expanded: int) -> BubbleLayout:
    """Build a line with words in its middle."""
    column = Column(style, width - 2 * SIDE)
    column.add_items([Item(messages.NEW_MESSAGES(), "accent", bold=True)])
    left = (width - column.width) / 2
    column.place(left, 8.0, column.width)
    middle, gap = round(8.0 + column.height / 2), float(PAD)
    lines = (
        QRectF(SIDE, middle, left - gap - SIDE, 1),
        QRectF(left + column.width + gap, middle, left - gap - SIDE, 1),
    )
    frames = tuple(Frame(line, "accent") for line in lines if line.width() > 0)
    return BubbleLayout(QSize(width, round(8.0 + column.height + 6)), frames, tuple(column.pieces))


_BUILDERS = {
    EntryType.OLDER: _older,
    EntryType.DAY: _day,
    EntryType.RULE: _rule,
    EntryType.NEW: _new,
    EntryType.MESSAGE: _message,
    EntryType.NOTE: _note,
    EntryType.EVENT: _event,
    EntryType.PENDING: _pending,
}
