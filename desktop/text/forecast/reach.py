"""Where a reply through Intercom arrives, for the forecast line."""

from __future__ import annotations

from desktop.domain.contrary import BLOCKS_CHANNEL
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import WarningCode
from desktop.domain.reach import Certainty, is_about_chat
from desktop.text.catalog import Text
from desktop.text.forecast import reasons
from desktop.text.forecast.context import ForecastContext
from desktop.text.formats import ago, at_time, time_left
from desktop.text.names import channel_name, place

# Translators: the line above the composer. Keep these short. {place}: "on WhatsApp"; {left}: "3 h 12 min";
# {channel}: "WhatsApp"; {ago}: "2 h ago"; {when}: "at 14:02".
_ARRIVES = Text("Arrives {place}.")
_ARRIVES_LEFT = Text("Arrives {place} · {left} left.")
_ARRIVES_BOTH = Text("Arrives {place} and in the Messenger.")
_ARRIVES_BOTH_LEFT = Text("Arrives {place} and in the Messenger · {left} left.")
REACHES_MESSENGER = Text("Reaches the Messenger.")
_UNTESTED = Text("Delivery to {channel} isn't tested yet.")
_UNTESTED_SMS = Text("Delivery by text message (SMS) isn't tested yet.")
_CLOSES_IN = Text("{channel} closes in {left}.")
MAY_NOT_ARRIVE = Text("Might not arrive {place}.")
WONT_ARRIVE = Text("Won't arrive {place}.")
_PROBABLY_NOT = Text("Probably won't arrive {place}.")
_PROBABLY_MESSENGER_ONLY = Text("Reaches the Messenger, probably not {channel}.")
_MESSENGER_ONLY = Text("Messenger only.")
_MESSENGER_ONLY_CLOSED = Text("Messenger only: {channel} closed {ago}.")
_MESSENGER_ONLY_REPORTED = Text("Messenger only: {channel} was reported closed {when}.")
_MESSENGER_ONLY_NEVER = Text("Messenger only: no {channel} message from {name} is known.")
_MESSENGER_ONLY_REFUSED = Text("Messenger only: Octopods doesn't forward replies sent from Reachline.")
NOT_FORWARDED = Text("Octopods doesn't forward replies sent from Reachline.")
_PERHAPS_ANOTHER = Text("Reaches the Messenger. We don't know whether it reaches another channel.")
_MOVED = Text("This conversation moved to {channel}. A reply might not arrive {place}.")
_MOVED_AWAY = Text("This conversation is no longer {place}. We don't know where a reply arrives.")
_WROTE_ELSEWHERE = Text("{name} wrote {place} {ago}.")
_WROTE_IN_ANOTHER = Text("{name} wrote in another conversation {ago}.")
_HERE_MESSENGER_ONLY = Text("A reply here reaches the Messenger only.")
_HERE_EMAIL_ONLY = Text("A reply here is sent by email only.")
_WORDS_MISSING = Text("{name}'s last message isn't on {channel}; only your reply will appear there.")
_WORDS_MISSING_SMS = Text("{name}'s last message wasn't a text message (SMS), so they won't see it next to your reply.")
_WORDS_MISSING_UNTESTED = Text("{name}'s last message isn't on {channel}.")
_WORDS_MISSING_SMS_UNTESTED = Text("{name}'s last message wasn't a text message (SMS).")
_PHONE_CALL = Text("This was a phone call. {name} might not see a written reply.")
_EMAIL_FAILS = Text("Might not arrive: email to {name} bounced or was marked as spam.")
_NOT_KNOWN = Text("We don't know where this arrives.")


def reach_text(context: ForecastContext) -> tuple[str, str]:
    """Return where the reply arrives, and an explanation that may be left out; the surest obstacle comes first."""
    codes = context.forecast.warnings
    if WarningCode.CONVERSATION_MOVED in codes:
        return _moved(context), ""
    if WarningCode.MAPPING_UNKNOWN in codes:
        return _PERHAPS_ANOTHER(), ""
    if WarningCode.RELAY_REFUSED in codes:
        if context.is_weak:
            return f"{_PROBABLY_MESSENGER_ONLY(channel=context.label)} {NOT_FORWARDED()}", ""
        return _MESSENGER_ONLY_REFUSED(), ""
    if WarningCode.WINDOW_CLOSED in codes:
        return _closed(context), reasons.not_extended(context)
    if WarningCode.CHANNEL_REFUSED_LATELY in codes:
        return _refused(context)
    if WarningCode.WINDOW_UNKNOWN in codes:
        return _uncertain(context), reasons.doubt(context)
    if WarningCode.REACH_UNKNOWN in codes:
        is_call = context.channel is ChannelKind.PHONE
        return (_PHONE_CALL(name=context.name) if is_call else reasons.NOT_SAID()), ""
    if WarningCode.CUSTOMER_IS_ELSEWHERE in codes:
        bounces = WarningCode.EMAIL_MAY_NOT_ARRIVE in codes
        return " ".join([_elsewhere(context), *([_EMAIL_FAILS(name=context.name)] if bounces else [])]), ""
    if WarningCode.EMAIL_MAY_NOT_ARRIVE in codes:
        return _EMAIL_FAILS(name=context.name), ""
    if WarningCode.MAPPING_WEAK in codes:
        return _uncertain(context), ""
    return _arrival(context)


def untested(channel: ChannelKind, label: str) -> str:
    """Return that nobody has tested yet whether replies are forwarded to a channel."""
    return _UNTESTED_SMS() if channel is ChannelKind.SMS else _UNTESTED(channel=label)


def _moved(context: ForecastContext) -> str:
    """Return the sentence for a conversation that Intercom now shows on another channel."""
    if context.moved_to is ChannelKind.UNKNOWN:
        return _MOVED_AWAY(place=context.place)
    return _MOVED(channel=channel_name(context.moved_to), place=context.place)


def _uncertain(context: ForecastContext) -> str:
    may_not = MAY_NOT_ARRIVE(place=context.place)
    return may_not if context.is_native else f"{REACHES_MESSENGER()} {may_not}"


def _closed(context: ForecastContext) -> str:
    window, now = context.window, context.now
    if context.is_native or context.is_weak:
        head = _PROBABLY_NOT(place=context.place) if context.is_native else ""
        return f"{head or _PROBABLY_MESSENGER_ONLY(channel=context.label)} {reasons.closed_reason(context)}"
    if window.was_cut_short and window.closes_at is not None:
        return _MESSENGER_ONLY_REPORTED(channel=context.label, when=at_time(window.closes_at, now))
    if window.closes_at is None:
        return _MESSENGER_ONLY_NEVER(name=context.name, channel=context.label)
    return _MESSENGER_ONLY_CLOSED(channel=context.label, ago=ago(window.closes_at, now))


def _refused(context: ForecastContext) -> tuple[str, str]:
    is_blocked = any(f.kind in BLOCKS_CHANNEL and is_about_chat(f, context.window) for f in context.refused)
    if is_blocked or not context.may_reach_channel:
        head = _MESSENGER_ONLY() if context.reaches_messenger else WONT_ARRIVE(place=context.place)
        return f"{head} {reasons.refusal(context)}", ""
    return _uncertain(context), reasons.refusal(context)


def _elsewhere(context: ForecastContext) -> str:
    newest, channel = context.situation.newest_anywhere, context.newest_elsewhere
    when = ago(newest.entry.sent_at, context.now) if newest is not None else ago(context.now, context.now)
    wrote = (
        _WROTE_ELSEWHERE(name=context.name, place=place(channel), ago=when)
        if channel is not None
        else _WROTE_IN_ANOTHER(name=context.name, ago=when)
    )
    return f"{wrote} {(_HERE_EMAIL_ONLY if context.by_email else _HERE_MESSENGER_ONLY)()}"


def _arrival(context: ForecastContext) -> tuple[str, str]:
    """Return the places that the reply reaches, and the time left."""
    reaches = {r.channel: r.certainty for r in context.forecast.reaches if r.certainty is not Certainty.UNCERTAIN}
    if not reaches:
        return _NOT_KNOWN(), ""
    channel, *others = reaches
    left, closes = "", ""
    if context.left is not None:
        left = time_left(context.left)
        closes = _CLOSES_IN(channel=context.label, left=time_left(context.left, after_preposition=True))
    words_missing = WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL in context.forecast.warnings
    words_missing = words_missing and not context.quotes_newest
    if reaches[channel] is Certainty.UNPROVEN:
        text = f"{REACHES_MESSENGER()} {untested(channel, context.label)}"
        if words_missing:
            missing = _WORDS_MISSING_SMS_UNTESTED if channel is ChannelKind.SMS else _WORDS_MISSING_UNTESTED
            text = f"{text} {missing(name=context.name, channel=context.label)}"
    elif words_missing:
        missing = _WORDS_MISSING_SMS if channel is ChannelKind.SMS else _WORDS_MISSING
        text = missing(name=context.name, channel=context.label)
    else:
        both, alone = (_ARRIVES_BOTH_LEFT, _ARRIVES_LEFT) if left else (_ARRIVES_BOTH, _ARRIVES)
        return (both if others else alone)(place=place(channel), left=left), ""
    if closes and WarningCode.CLOSING_SOON in context.forecast.warnings:
        return f"{text} {closes}", ""
    return text, closes
