"""The forecast line above the composer: where the reply would arrive, in one short line if possible."""

from __future__ import annotations

from typing import NamedTuple

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import MAX_TEXT
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import find_placeholder
from desktop.domain.model.presence import PresenceState
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.domain.reach import Certainty
from desktop.text.catalog import Phrase, Text
from desktop.text.forecast.context import ForecastContext
from desktop.text.forecast.direct import direct_text
from desktop.text.forecast.reach import MAY_NOT_ARRIVE, WONT_ARRIVE, reach_text, untested
from desktop.text.forecast.reasons import file_reason
from desktop.text.formats import ago
from desktop.text.names import channel_label, place

_COVERED_BY_REACH = frozenset(
    {
        WarningCode.CLOSING_SOON,
        WarningCode.RELAY_UNPROVEN,
        WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL,
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.RELAY_REFUSED,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
        WarningCode.CUSTOMER_IS_ELSEWHERE,
        WarningCode.CONVERSATION_MOVED,
        WarningCode.CHANNEL_REFUSED_LATELY,
        WarningCode.EMAIL_MAY_NOT_ARRIVE,
        WarningCode.REACH_UNKNOWN,
    }
)
"""Codes that the sentence about the place covers; every other one adds a sentence."""

_BY_COLLEAGUES = frozenset({WarningCode.COLLEAGUE_IS_WRITING, WarningCode.COLLEAGUE_REPLY_QUEUED})

# Translators: these stand beside the place where a reply arrives. Keep them short. {channel}: "WhatsApp"; {ago}:
# "2 h ago"; {placeholder}: such as "{{first_name}}", left in a reply by mistake; {teammate}, {writing} and {waiting}: a
# teammate's name, or "a teammate".
_ADDED = {
    WarningCode.CONTENT_MAY_NOT_RELAY: Text("Anything but text and files might not arrive {place}."),
    WarningCode.NEWER_CUSTOMER_MESSAGE: Text("There's a new message from {name}."),
    WarningCode.TEAMMATE_ANSWERED: Text("{teammate} has also replied."),
    WarningCode.COLLEAGUE_IS_WRITING: Text("{writing} is writing here too."),
    WarningCode.COLLEAGUE_REPLY_QUEUED: Text("{waiting} has a reply waiting to be sent here."),
    WarningCode.EARLIER_REPLY_UNCONFIRMED: Text("Your earlier reply isn't confirmed yet."),
    WarningCode.QUEUED_OFFLINE: Text(
        "You're offline. When you're back, we'll check this reply again, then send it or ask you."
    ),
    WarningCode.SIGNED_OUT: Text("You're signed out of Intercom. Sign in to send."),
    WarningCode.SAME_TEXT_JUST_SENT: Text("The same text was sent {reply_ago}."),
    WarningCode.SAME_TEMPLATE_JUST_SENT: Text("This template was last sent to {name} {template_ago}."),
    WarningCode.UNRESOLVED_PLACEHOLDER: Text("Fill in {placeholder} before you send."),
    WarningCode.EMPTY_TEXT: Text("Nothing to send: the text has only invisible characters."),
    WarningCode.MESSENGER_ASSUMED: Text("This is probably a Messenger conversation."),
    WarningCode.CHANNEL_BUSY_LATELY: Text("{channel} was busy a moment ago, so this may take longer."),
    WarningCode.IDENTITY_BY_PHONE_ONLY: Text("Matched by phone number. Octopods assumes this is {name}."),
    WarningCode.NUMBER_INVALID: Text("This isn't a phone number. Enter it with its country code."),
    WarningCode.NUMBER_DOUBTFUL: Text("Numbers in this country don't normally look like this."),
    WarningCode.FIXED_LINE: Text("This is a landline number. Most can't receive text messages (SMS)."),
    WarningCode.OPTED_OUT: Text("{name} opted out of messages {place}."),
    WarningCode.NO_CHAT: Text("A Telegram bot can't write first: {name} has to start the chat."),
    WarningCode.NO_SUBJECT: Text("Enter a subject."),
    WarningCode.UNSUBSCRIBED: Text("{name} unsubscribed from your emails, and this is a marketing template."),
    WarningCode.CONSENT_UNKNOWN: Text("This is a marketing template. Send it only if {name} agreed to get these."),
    WarningCode.SIMILAR_NUMBER: Text("A contact has almost the same number."),
    WarningCode.TALKING_ELSEWHERE: Text("{name} is already in a conversation with you."),
}
_TOO_LONG = Text("Too long for {channel}: {length} of {limit} characters.")
_TOO_LONG_WITH_FILE = Text("Too long with a file: {length} of {limit} characters.")
_NOTE = Text("Note for your team. {name} won't see it.")
# Translators: stands for a name.
_A_TEAMMATE = Text("a teammate")
# Translators: of a reply that reaches the Messenger.
_EMAILED_IF_UNREAD = Text("If it stays unread, Intercom may email it.")
# Translators: what an icon of a channel means.
_ARRIVES = Text("Arrives {place}.")


class LineText(NamedTuple):
    """first: the sentence that matters most. more: every other warning; "" for none.

    why: an explanation of what the thread or the warning sheet also says, for where there is room; "" for none.
    beside: what a colleague does, which the thread's header says too: it comes and goes, and nothing may move for it.
    """

    first: str
    why: str = ""
    more: str = ""
    beside: str = ""

    @property
    def what(self) -> str:
        return f"{self.first} {self.more}" if self.more else self.first

    @property
    def what_and_beside(self) -> str:
        return f"{self.what} {self.beside}" if self.beside else self.what

    @property
    def whole(self) -> str:
        return f"{self.what_and_beside} {self.why}" if self.why else self.what_and_beside


def forecast_line(context: ForecastContext) -> LineText:
    """Return where the reply arrives, then all other warnings; what blocks sending comes first."""
    forecast = context.forecast
    if WarningCode.SIGNED_OUT in forecast.warnings:
        return LineText(_ADDED[WarningCode.SIGNED_OUT]())
    if context.reply.internal:
        where, why = _NOTE(name=context.name), ""
    elif context.direct is not None:
        where, why = direct_text(context, context.direct)
    else:
        where, why = reach_text(context)
        if _may_be_emailed(context):
            why = f"{why} {_EMAILED_IF_UNREAD()}".strip()
    codes = [c for c in forecast.warnings if c not in _COVERED_BY_REACH and is_relevant(c, context)]
    added = [_added(c, context) for c in codes if c not in _BY_COLLEAGUES]
    beside = next((_added(c, context) for c in codes if c in _BY_COLLEAGUES), "")
    ordered = [*added, where] if forecast.verdict is Verdict.BLOCKED else [where, *added]
    return LineText(ordered[0], why, " ".join(ordered[1:]), beside)


def added_sentences(context: ForecastContext) -> list[str]:
    """Return a sentence for each warning that is not about where a message arrives, in order."""
    codes = (c for c in context.forecast.warnings if c not in _COVERED_BY_REACH and is_relevant(c, context))
    return [_added(code, context) for code in codes]


def _may_be_emailed(context: ForecastContext) -> bool:
    """Whether the line shows the icon of an email that Intercom sends instead, without a warning that speaks of it."""
    certainties = {r.channel: r.certainty for r in context.forecast.reaches}
    is_warned = WarningCode.EMAIL_MAY_NOT_ARRIVE in context.forecast.warnings
    is_possible = certainties.get(ChannelKind.EMAIL) is Certainty.UNCERTAIN
    return is_possible and ChannelKind.MESSENGER in certainties and not is_warned


def reach_icon_text(channel: ChannelKind, certainty: Certainty | None) -> str:
    """Return what the icon of a channel means. certainty: None where the reply does not arrive."""
    if certainty is Certainty.UNPROVEN:
        return untested(channel, channel_label(channel))
    entry = {None: WONT_ARRIVE, Certainty.SURE: _ARRIVES, Certainty.UNCERTAIN: MAY_NOT_ARRIVE}[certainty]
    return entry(place=place(channel))


def is_relevant(code: WarningCode, context: ForecastContext) -> bool:
    """Whether to report a warning: the limit of a caption is irrelevant for an account that sends no files."""
    if code is not WarningCode.TEXT_TOO_LONG or context.direct is None:
        return True
    able = context.direct.capabilities
    return not context.reply.attachments or able.max_file_bytes > 0 or len(context.reply.text) > able.max_text


def text_limit(context: ForecastContext) -> int:
    """Return the longest text that the route accepts, beside a file if there is one."""
    if context.direct is None:
        return MAX_TEXT.get(context.channel, len(context.reply.text))
    able = context.direct.capabilities
    return able.max_caption if limits_caption(context, context.direct) else able.max_text


def limits_caption(context: ForecastContext, direct: DirectSituation) -> bool:
    """Whether the text goes as the caption of a file, which has a limit of its own."""
    return bool(context.reply.attachments) and direct.capabilities.max_file_bytes > 0


def common_values(context: ForecastContext) -> dict[str, str | int]:
    """Return what the sentences of warnings insert."""
    s, now, used_at = context.situation, context.now, context.reply.template_used_at
    ours = s.newest_reply.entry if s.newest_reply is not None else None
    return {
        "name": context.name,
        "channel": context.label,
        "place": context.place,
        "teammate": (ours.author_name.strip() if ours is not None else "") or Phrase(_A_TEAMMATE()),
        "writing": _colleague(context, PresenceState.TYPING),
        "waiting": _colleague(context, PresenceState.QUEUED),
        "reply_ago": ago(ours.sent_at if ours is not None else now, now),
        "template_ago": ago(used_at if used_at is not None else now, now),
        "placeholder": find_placeholder(context.reply.text) or "",
        "length": len(context.reply.text),
        "limit": text_limit(context),
    }


def _colleague(context: ForecastContext, state: PresenceState) -> str:
    """The name of the first colleague in this state."""
    name = next((c.name.strip() for c in context.reply.colleagues if c.state is state), "")
    return name or Phrase(_A_TEAMMATE())


def _added(code: WarningCode, context: ForecastContext) -> str:
    values = common_values(context)
    if code is WarningCode.ATTACHMENT_REFUSED:
        return file_reason(context)
    if code is WarningCode.TEXT_TOO_LONG:
        direct = context.direct
        entry = _TOO_LONG_WITH_FILE if direct is not None and limits_caption(context, direct) else _TOO_LONG
        return entry(**values)
    return _ADDED[code](**values)
