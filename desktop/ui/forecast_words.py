"""Forecast words: one sentence for the forecast line, a title and two sentences for every warning. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.facts import ChannelKind
from desktop.domain.forecast import MAX_FILE_BYTES, MAX_TEXT, Forecast, Reply
from desktop.domain.origin import Transport
from desktop.domain.outgoing import unresolved_placeholder
from desktop.domain.reach import Situation, Sureness
from desktop.domain.thread import Message
from desktop.domain.warning import Verdict, WarningCode
from desktop.ui import words

# The codes that the first half of the sentence already tells; every other one adds a sentence of its own.
_TOLD_BY_PLACE = frozenset(
    {
        WarningCode.CLOSING_SOON,
        WarningCode.RELAY_UNPROVEN,
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.RELAY_REFUSED,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
        WarningCode.CUSTOMER_IS_ELSEWHERE,
    }
)

# Added to the sentence about the place. Fields: see `_fields`.
_ADDED = {
    WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL: "{name}'s newest message is not in that {channel} chat: quote it.",
    WarningCode.CONTENT_MAY_NOT_RELAY: "{channel} may get only the text and files.",
    WarningCode.TEXT_TOO_LONG: "Too long for {channel}: {length} of {limit} characters.",
    WarningCode.ATTACHMENT_REFUSED: "A file is too large for {channel}, which takes {megabytes} MB.",
    WarningCode.NEWER_CUSTOMER_MESSAGE: "{name} has written since you began.",
    WarningCode.TEAMMATE_ANSWERED: "{teammate} has answered since you began.",
    WarningCode.EARLIER_REPLY_UNCONFIRMED: "Whether your earlier reply arrived is not known yet.",
    WarningCode.QUEUED_OFFLINE: "You are offline: it waits here and is judged again before it goes.",
    WarningCode.SIGNED_OUT: "Signed out of Intercom: nothing can be sent.",
    WarningCode.SAME_TEXT_JUST_SENT: "The same text went out {reply_ago}.",
    WarningCode.SAME_TEMPLATE_JUST_SENT: "This template last went to {name} {template_ago}.",
    WarningCode.UNRESOLVED_PLACEHOLDER: "Fill in {placeholder} before sending.",
}

# Title; what will happen; why. Fields: see `_fields`.
_WARNINGS = {
    WarningCode.CLOSING_SOON: (
        "{channel} closes soon",
        "In {left} replies stop arriving {place}.",
        "{channel} lets us answer for 24 hours after {name}'s newest {channel} message, which came {opened_ago}.",
    ),
    WarningCode.RELAY_UNPROVEN: (
        "Not proven to reach {channel}",
        "This should arrive {place}, but it may stay in the Messenger.",
        "Nobody has seen yet that the bridge forwards replies made here.",
    ),
    WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL: (
        "{name}'s newest message is not on {channel}",
        "Your answer will stand in the {channel} chat without the message it answers.",
        "{name} wrote it {here_from}; quote it so that the answer can be understood.",
    ),
    WarningCode.WINDOW_CLOSED: (
        "{not_arrive} {place}",
        "{will_see}",
        "{window_reason}",
    ),
    WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN: (
        "The newest message did not reopen {channel}",
        "The {channel} window stays closed although {name} wrote {here_ago}.",
        "That message came {here_from}, and only messages sent {place} count.",
    ),
    WarningCode.WINDOW_UNKNOWN: (
        "Not certain to arrive {place}",
        "{may_see}",
        "{doubt}",
    ),
    WarningCode.RELAY_REFUSED: (
        "{not_arrive} {place}",
        "{will_see}",
        "The bridge does not forward replies made here to {channel}.",
    ),
    WarningCode.MAPPING_UNKNOWN: (
        "Not known where this arrives",
        "{name} will see this in the Messenger, and perhaps nowhere else.",
        "This conversation may mirror a chat on another channel, and nothing tells which.",
    ),
    WarningCode.MAPPING_WEAK: (
        "Perhaps not {name}'s {channel} chat",
        "This may stay in the Messenger.",
        "Only {name}'s contact speaks of {channel}; nothing in this conversation does.",
    ),
    WarningCode.CUSTOMER_IS_ELSEWHERE: (
        "{name} is {elsewhere} now",
        "{will_see}",
        "{name}'s newest message came {elsewhere_from} {elsewhere_ago}, in another conversation.",
    ),
    WarningCode.CONTENT_MAY_NOT_RELAY: (
        "Part of this may not reach {channel}",
        "{name} may get the text without the rest.",
        "Bridges are known to forward text and files, nothing else.",
    ),
    WarningCode.TEXT_TOO_LONG: (
        "Too long for {channel}",
        "This may be cut or not arrive {place} at all.",
        "{channel} takes {limit} characters, and this has {length}.",
    ),
    WarningCode.ATTACHMENT_REFUSED: (
        "File too large for {channel}",
        "{name} may not get the file {place}.",
        "{channel} takes files of up to {megabytes} MB, and {big_file} is larger.",
    ),
    WarningCode.NEWER_CUSTOMER_MESSAGE: (
        "{name} has written since you began",
        "Your reply will stand below a message you may not have read.",
        "It came {here_ago}, after you began to write.",
    ),
    WarningCode.TEAMMATE_ANSWERED: (
        "{teammate} has answered meanwhile",
        "{name} may get two answers.",
        "{teammate} replied here {reply_ago}, after you began to write.",
    ),
    WarningCode.EARLIER_REPLY_UNCONFIRMED: (
        "An earlier reply is not confirmed",
        "{name} may read this one without the one before.",
        "We do not know whether your earlier reply here arrived.",
    ),
    WarningCode.QUEUED_OFFLINE: (
        "You are offline",
        "This waits here until you are online again, and is judged once more before it goes.",
        "Intercom cannot be reached at the moment.",
    ),
    WarningCode.SIGNED_OUT: (
        "Signed out",
        "Nothing can be sent; your draft is kept.",
        "Intercom does not accept our token any more: sign in again.",
    ),
    WarningCode.SAME_TEXT_JUST_SENT: (
        "The same text was just sent",
        "{name} will read it twice.",
        "Your team sent the very same words here {reply_ago}.",
    ),
    WarningCode.SAME_TEMPLATE_JUST_SENT: (
        "The same template was just sent",
        "{name} will get it again.",
        "It last went to {name} {template_ago}.",
    ),
    WarningCode.UNRESOLVED_PLACEHOLDER: (
        "Something is not filled in",
        "{name} would read {placeholder} as it stands.",
        "A macro left it open; fill it in or take it out.",
    ),
}


def sentence(forecast: Forecast, situation: Situation, customer_name: str, now: datetime, reply: Reply) -> str:
    """What the forecast line says: where the reply arrives, then whatever else the forecast warns of. One line."""
    told = _Telling(forecast, situation, words.first_name(customer_name), now, reply)
    if WarningCode.SIGNED_OUT in forecast.warnings:
        return _ADDED[WarningCode.SIGNED_OUT]
    place = f"A note for your team. {told.name} will not see it." if reply.internal else _about_place(told)
    fields = _fields(told)
    added = [_ADDED[code].format_map(fields) for code in forecast.warnings if code not in _TOLD_BY_PLACE]
    if added and not place.endswith("."):
        place += "."
    blocked = forecast.verdict is Verdict.BLOCKED
    return " ".join([*added, place] if blocked else [place, *added])


def warning_title(
    code: WarningCode, forecast: Forecast, situation: Situation, customer_name: str, now: datetime, reply: Reply
) -> str:
    told = _Telling(forecast, situation, words.first_name(customer_name), now, reply)
    return _WARNINGS[code][0].format_map(_fields(told))


def warning_text(
    code: WarningCode, forecast: Forecast, situation: Situation, customer_name: str, now: datetime, reply: Reply
) -> str:
    """Two short sentences: what will happen, why."""
    told = _Telling(forecast, situation, words.first_name(customer_name), now, reply)
    fields = _fields(told)
    _, what, why = _WARNINGS[code]
    return f"{what.format_map(fields)} {why.format_map(fields)}"


def warnings_told(
    codes: Iterable[WarningCode],
    forecast: Forecast,
    situation: Situation,
    customer_name: str,
    now: datetime,
    reply: Reply,
) -> list[tuple[str, str]]:
    """(title, text) for each of the codes, in their order, without saying anything twice."""
    said = list(codes)
    if WarningCode.WINDOW_CLOSED in said and WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in said:
        # Why the window is closed already names the message that did not count.
        said.remove(WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN)
    return [
        (
            warning_title(code, forecast, situation, customer_name, now, reply),
            warning_text(code, forecast, situation, customer_name, now, reply),
        )
        for code in said
    ]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What all of these sentences speak about. name: what to call the customer."""

    forecast: Forecast
    situation: Situation
    name: str
    now: datetime
    reply: Reply

    @property
    def channel(self) -> ChannelKind:
        """The channel the conversation mirrors; the Messenger or e-mail where it mirrors none."""
        mapping = self.situation.mapping
        if mapping is None:
            return ChannelKind.EMAIL if self.situation.by_email else ChannelKind.MESSENGER
        return mapping.shown_channel

    @property
    def is_native(self) -> bool:
        mapping = self.situation.mapping
        return mapping is not None and mapping.transport is Transport.NATIVE

    @property
    def is_weak(self) -> bool:
        return WarningCode.MAPPING_WEAK in self.forecast.warnings

    def ago(self, message: Message | None) -> str:
        return "at a time we do not know" if message is None else words.ago(message.entry.sent_at, self.now)


def _about_place(told: _Telling) -> str:
    """The half about where it arrives. The order is that of certainty: what surely keeps it away comes first."""
    codes = told.forecast.warnings
    if WarningCode.MAPPING_UNKNOWN in codes:
        return "Surely in the Messenger. This may mirror a chat on another channel; nothing tells which."
    if WarningCode.RELAY_REFUSED in codes:
        why = f"The bridge does not forward replies made here to {words.channel(told.channel)}"
        return f"{_only_messenger(told)} {why}."
    if WarningCode.WINDOW_UNKNOWN in codes:
        surely = "" if told.is_native else "Surely in the Messenger. "
        return f"{surely}Not certain {words.place(told.channel)}: {_doubt(told)}"
    if WarningCode.WINDOW_CLOSED in codes:
        return f"{_only_messenger(told)} {_window_reason(told)}"
    if WarningCode.CUSTOMER_IS_ELSEWHERE in codes:
        return _elsewhere(told)
    return _arrives(told)


def _only_messenger(told: _Telling) -> str:
    if told.is_native:
        return f"Probably does not arrive {words.place(told.channel)}."
    if told.is_weak:
        return f"Surely in the Messenger, probably not {words.place(told.channel)}."
    return "Only the Messenger."


def _window_reason(told: _Telling) -> str:
    """Why the window is closed, in one sentence that names her last message there and the one that did not count."""
    window, here = told.situation.window, told.situation.newest_here
    name, channel = told.name, words.channel(told.channel)
    if window.opened_at is None:
        said = f"We know of no {channel} message from {name}, so the window never opened"
    else:
        said = f"{name}'s last {channel} message was {words.ago(window.opened_at, told.now)}"
    if WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in told.forecast.warnings and here is not None:
        return f"{said}; her message {told.ago(here)} came {_from(here)} and does not count."
    return f"{said}." if window.opened_at is None else f"{said}, and replies are let through for 24 h only."


def _doubt(told: _Telling) -> str:
    doubt, channel = told.situation.window.doubt, words.channel(told.channel)
    if doubt is not None and doubt.message_id is None:
        return f"older messages from {told.name} are not here, and one of them may have opened the window."
    return f"a newer message from {told.name} may have come from {channel}; we cannot tell."


def _elsewhere(told: _Telling) -> str:
    newest = told.situation.newest_anywhere
    here = "by e-mail" if told.situation.by_email else "in the Messenger"
    copy = ", perhaps with a copy by e-mail" if _may_copy(told) else ""
    wrote = f"{told.name} wrote {_where(newest)} {told.ago(newest)}, in another conversation."
    return f"{wrote} Here she will see it only {here}{copy}."


def _arrives(told: _Telling) -> str:
    """Nothing keeps it away: the places, how sure, and the time left."""
    reaches = told.forecast.reaches
    sure = [words.place(r.channel) for r in reaches if r.sureness is not Sureness.UNCERTAIN]
    if not sure:
        return "Not known where this arrives."
    said = " and ".join(sure)
    if told.is_weak:
        channel = words.channel(told.channel)
        said = f"Arrives {said}; {words.place(told.channel)} only if this is {told.name}'s {channel} chat, not certain"
    elif any(r.sureness is Sureness.UNPROVEN for r in reaches):
        said = f"Should arrive {said}; not proven yet that the bridge forwards replies made here"
    else:
        said = f"Arrives {said}" + (", perhaps also by e-mail" if _may_copy(told) else "")
    left = told.situation.window.left(told.now)
    return said if left is None else f"{said} · {_left(left)} left"


def _may_copy(told: _Telling) -> bool:
    reaches = told.forecast.reaches
    return any(r.channel is ChannelKind.EMAIL and r.sureness is Sureness.UNCERTAIN for r in reaches)


def _left(left: timedelta) -> str:
    return words.clock(left) if left < timedelta(hours=1) else words.span(left)


def _from(message: Message | None) -> str:
    """`from the Messenger`, `from WhatsApp`, `by e-mail`."""
    if message is None or message.origin is None or not message.origin.is_known:
        return "from a place we do not know"
    channel = message.origin.channel
    if channel in (ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.PHONE):
        return words.place(channel)
    return "from the Messenger" if channel is ChannelKind.MESSENGER else f"from {words.channel(channel)}"


def _where(message: Message | None) -> str:
    """`on WhatsApp`, `in the Messenger`, `elsewhere`."""
    if message is None or message.origin is None or not message.origin.is_known:
        return "elsewhere"
    return words.place(message.origin.channel)


def _only_here(told: _Telling, verb: str) -> str:
    """verb: `will` or `may`."""
    if told.is_native:
        return f"{told.name} {'will probably' if verb == 'will' else verb} not see this at all."
    if told.is_weak and verb == "will":
        verb = "will probably"
    by_mail = told.situation.by_email and told.situation.mapping is None
    return f"{told.name} {verb} see this only {words.place(ChannelKind.EMAIL if by_mail else ChannelKind.MESSENGER)}."


def _fields(told: _Telling) -> dict[str, str]:
    """Every word the sentences leave open; what we do not know has its own honest wording."""
    s, reply, now = told.situation, told.reply, told.now
    channel, elsewhere = told.channel, s.newest_anywhere
    ours = s.newest_reply.entry if s.newest_reply is not None else None
    left, limit = s.window.left(now), MAX_TEXT.get(channel)
    big = max(reply.attachments, key=lambda a: a.size_bytes or 0, default=None)
    doubt, used_at = _doubt(told), reply.template_used_at
    return {
        "name": told.name,
        "channel": "the channel" if channel is ChannelKind.UNKNOWN else words.channel(channel),
        "place": words.place(channel),
        "left": "a while" if left is None else words.span(left),
        "opened_ago": "at a time we do not know" if s.window.opened_at is None else words.ago(s.window.opened_at, now),
        "window_reason": _window_reason(told),
        "doubt": doubt[:1].upper() + doubt[1:],
        "not_arrive": "Probably will not arrive" if told.is_native or told.is_weak else "Will not arrive",
        "will_see": _only_here(told, "will"),
        "may_see": _only_here(told, "may"),
        "here_from": _from(s.newest_here),
        "here_ago": told.ago(s.newest_here),
        "elsewhere": _where(elsewhere),
        "elsewhere_from": _from(elsewhere),
        "elsewhere_ago": told.ago(elsewhere),
        "teammate": (ours.author_name.strip() if ours is not None else "") or "A teammate",
        "reply_ago": told.ago(s.newest_reply),
        "template_ago": "at a time we do not know" if used_at is None else words.ago(used_at, now),
        "length": f"{len(reply.text):,}",
        "limit": "fewer" if limit is None else f"{limit:,}",
        "megabytes": str(MAX_FILE_BYTES.get(channel, 0) // 1_000_000 or "fewer"),
        "big_file": big.name if big is not None and big.name else "one of yours",
        "placeholder": unresolved_placeholder(reply.text) or "a placeholder",
    }
