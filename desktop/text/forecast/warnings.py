"""Warnings before a reply is sent: a title, what will happen, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply, RouteSituation
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import WarningCode
from desktop.text.catalog import Plural, Text
from desktop.text.forecast import reasons
from desktop.text.forecast.context import ForecastContext, make_context
from desktop.text.forecast.line import common_values, is_relevant, limits_caption
from desktop.text.forecast.reach import NOT_FORWARDED
from desktop.text.formats import ago, span
from desktop.text.names import channel_name, place

# Translators: titles of warnings have no full stop. {place}: "on WhatsApp"; {channel}: "WhatsApp".
_WONT_ARRIVE = Text("Won't arrive {place}")
# Translators: the same, spoken by screen readers: without a contraction, whose end is easily missed.
_SPOKEN_WONT_ARRIVE = Text("Will not arrive {place}")
_PROBABLY_WONT = Text("Probably won't arrive {place}")
_MAY_NOT_ARRIVE = Text("Might not arrive {place}")
_NOT_KNOWN_WHERE = Text("We don't know where this arrives")

# Translators: what will happen if the reply is sent.
_ONLY_MESSENGER = Text("{name} will see this only in the Messenger.")
_PROBABLY_ONLY_MESSENGER = Text("{name} will probably see this only in the Messenger.")
_PERHAPS_ONLY_MESSENGER = Text("{name} may see this only in the Messenger.")
_ONLY_EMAIL = Text("{name} will see this only by email.")
_NOT_AT_ALL = Text("{name} won't see this at all.")
_PROBABLY_NOT_AT_ALL = Text("{name} probably won't see this at all.")
_PERHAPS_NOT_AT_ALL = Text("{name} might not see this at all.")
_MAY_NOT_SEE = Text("{name} might not see this.")
_MAY_NOT_SEE_THERE = Text("{name} might not see this {place}.")
_PROVIDER_REFUSES = Text("{provider} will refuse it, so {name} won't get it.")

# Translators: a warning is a title, what will happen, and why. {left}: "42 min"; {ago}, {reply_ago} and {template_ago}:
# "2 h ago"; {placeholder}: such as "{{first_name}}", left in a reply by mistake.
_WARNINGS = {
    WarningCode.CLOSING_SOON: (
        Text("{channel} closes soon"),
        Text("In {left}, replies stop arriving {place}."),
        Text("{channel} allows replies for 24 hours after {name}'s last message there, which came {opened_ago}."),
    ),
    WarningCode.CONTENT_MAY_NOT_RELAY: (
        Text("Part of this might not arrive {place}"),
        Text("{name} may get only the text and files."),
        Text("Octopods might not forward anything else."),
    ),
    WarningCode.TEXT_TOO_LONG: (
        Text("Too long for {channel}"),
        Text("It might be cut off, or not arrive {place} at all."),
        Text("{channel} accepts {limit} characters; this has {length}."),
    ),
    # Not that they haven't seen it: it may have stood on the screen, after the reply was written.
    WarningCode.NEWER_CUSTOMER_MESSAGE: (
        Text("New message from {name}"),
        Text("Your reply will appear after it."),
        Text("It came {here_ago}."),
    ),
    WarningCode.TEAMMATE_ANSWERED: (
        Text("{teammate} has also replied"),
        Text("{name} may get two answers."),
        Text("The other reply was sent {reply_ago}."),
    ),
    WarningCode.COLLEAGUE_IS_WRITING: (
        Text("{writing} is writing here too"),
        Text("{name} may get two answers."),
        Text("{writing} is typing a reply in this conversation."),
    ),
    WarningCode.COLLEAGUE_REPLY_QUEUED: (
        Text("{waiting} has a reply waiting here"),
        Text("{name} may get two answers."),
        Text("The reply will be sent as soon as Reachline can send it."),
    ),
    WarningCode.EARLIER_REPLY_UNCONFIRMED: (
        Text("Your earlier reply isn't confirmed"),
        Text("{name} may get this reply without the one before."),
        Text("We don't know yet whether your earlier reply arrived."),
    ),
    WarningCode.QUEUED_OFFLINE: (
        Text("You're offline"),
        Text("When you're back, we'll check this reply again, then send it or ask you."),
        Text("Intercom can't be reached right now."),
    ),
    WarningCode.SIGNED_OUT: (
        Text("You're signed out"),
        Text("Nothing can be sent; your draft is saved."),
        Text("Intercom no longer accepts the access token. Sign in again."),
    ),
    WarningCode.SAME_TEXT_JUST_SENT: (
        Text("The same text was just sent"),
        Text("{name} will get it twice."),
        Text("Your team sent the same text here {reply_ago}."),
    ),
    WarningCode.SAME_TEMPLATE_JUST_SENT: (
        Text("The same template was just sent"),
        Text("{name} will get it again."),
        Text("It was last sent to {name} {template_ago}."),
    ),
    WarningCode.UNRESOLVED_PLACEHOLDER: (
        Text("A placeholder isn't filled in"),
        Text("{name} would see “{placeholder}” in your reply."),
        Text("Fill it in or remove it."),
    ),
    WarningCode.EMPTY_TEXT: (
        Text("Nothing to send"),
        Text("The text has only invisible characters."),
        Text("Write a message or attach a file."),
    ),
    WarningCode.NUMBER_INVALID: (
        Text("This isn't a phone number"),
        Text("Nothing can be sent to it."),
        Text("Enter the whole number with its country code, such as +353 87 123 4567."),
    ),
    WarningCode.NUMBER_DOUBTFUL: (
        Text("Unusual phone number"),
        _MAY_NOT_SEE,
        Text("Numbers in this country don't normally look like this."),
    ),
    WarningCode.FIXED_LINE: (
        Text("This is a landline number"),
        _MAY_NOT_SEE,
        Text("Most landlines can't receive text messages (SMS)."),
    ),
    WarningCode.OPTED_OUT: (
        Text("{name} opted out"),
        Text("Nothing can be sent {place}."),
        Text("They asked not to get messages there."),
    ),
    WarningCode.NO_CHAT: (
        Text("No Telegram chat yet"),
        Text("{name} can't be reached on Telegram."),
        Text("A bot can't write first: they have to start the chat."),
    ),
    WarningCode.NO_SUBJECT: (
        Text("The email has no subject"),
        Text("Intercom won't send it."),
        Text("Enter a subject."),
    ),
    WarningCode.UNSUBSCRIBED: (
        Text("{name} unsubscribed from your emails"),
        Text("They might not want marketing messages."),
        Text("This is a marketing template."),
    ),
    WarningCode.CONSENT_UNKNOWN: (
        Text("This is a marketing template"),
        Text("Send it only if {name} agreed to get such messages."),
        Text("Intercom doesn't say whether they did."),
    ),
    WarningCode.SIMILAR_NUMBER: (
        Text("A contact has almost the same number"),
        Text("You may already know {name}."),
        Text("Some numbers are written with and without a digit after the country code."),
    ),
    WarningCode.TALKING_ELSEWHERE: (
        Text("{name} is already in a conversation with you"),
        Text("They might answer there instead."),
        Text("A reply there needs no template."),
    ),
    WarningCode.CHANNEL_BUSY_LATELY: (
        Text("{channel} was busy"),
        Text("This may take longer to arrive {place}."),
        Text("A message was delayed in the last few minutes."),
    ),
    WarningCode.EMAIL_MAY_NOT_ARRIVE: (
        Text("Email might not arrive"),
        _MAY_NOT_SEE,
        Text("An earlier email to {name} bounced or was marked as spam."),
    ),
    WarningCode.IDENTITY_BY_PHONE_ONLY: (
        Text("Matched by phone number"),
        Text("Someone else may read this if the number has a new owner."),
        Text("Octopods assumes this is {name}."),
    ),
    WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN: (
        Text("{channel} is still closed"),
        Text("{name}'s message {here_ago} doesn't extend the 24-hour window."),
        Text("Only messages sent {place} extend it."),
    ),
}
_UNTESTED_TITLE = Text("Delivery to {channel} isn't tested")
_UNTESTED_TITLE_SMS = Text("Delivery by text message (SMS) isn't tested")
_UNTESTED_WHAT = Text("This reaches the Messenger, but might not arrive {place}.")
_UNTESTED_WHY = Text("Nobody has tested yet whether Octopods forwards replies sent from Reachline.")
_WORDS_MISSING = (
    Text("{name}'s last message isn't on {channel}"),
    Text("Only your reply will appear there, without the message it answers."),
    Text("{name} wrote {where} {here_ago}; quote it to make your reply clear."),
)
_WORDS_MISSING_SMS = (
    Text("{name}'s last message wasn't a text message (SMS)"),
    Text("They'll get your reply without the message it answers."),
    _WORDS_MISSING[2],
)
_PERHAPS_NOWHERE_ELSE = Text("{name} will see this in the Messenger, and maybe only there.")
_MAY_STAY = Text("This may stay in the Messenger.")
_MOVED = Text("This conversation moved")
_MOVED_TO = Text("Intercom moved it to {channel}.")
_PROBABLY_MESSENGER = Text("Probably a Messenger conversation")
_SHOULD_SEE = Text("{name} should see this in the Messenger.")
_WROTE_ELSEWHERE = Text("{name} last wrote {place}")
_WROTE_IN_ANOTHER = Text("{name} last wrote in another conversation")
_CAME_ELSEWHERE = Text("The latest message came {ago}, in another conversation.")
_REFUSED_FILE = Text("{channel} doesn't accept this file")
_WITHOUT_FILE = Text("{name} might not get the file {place}.")
_REFUSED_FILES = Plural("This file can't be sent {place}", "These files can't be sent {place}")
_MAY_REFUSE = Text("{provider} may refuse it, and then {name} won't get it.")
_LIMIT = Text("It accepts {limit} characters; this has {length}.")
_LIMIT_WITH_FILE = Text("With a file it accepts {limit} characters; this has {length}.")
# Translators: a further warning in the same place: its title, then its two sentences.
_PARAGRAPH = Text("{title}. {text}")


class WarningText(NamedTuple):
    """A title without a full stop, and two short sentences: what will happen, and why."""

    title: str
    text: str

    @property
    def paragraph(self) -> str:
        """Title and sentences in one, for a warning among others."""
        return _PARAGRAPH(title=self.title, text=self.text)


def warning_texts(
    codes: Iterable[WarningCode],
    forecast: Forecast,
    situation: RouteSituation,
    customer_name: str,
    now: datetime,
    reply: Reply,
) -> list[WarningText]:
    """Return the text of each code, in order, leaving out what another one already says."""
    reported = list(codes)
    if WarningCode.WINDOW_CLOSED in reported and WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in reported:
        # The reason for the closed window already mentions the message that does not count.
        reported.remove(WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN)
    context = make_context(forecast, situation, customer_name, now, reply)
    return [warning_text(c, context) for c in reported if is_relevant(c, context) or len(reported) == 1]


def warning_text(code: WarningCode, context: ForecastContext) -> WarningText:
    """Return title and sentences of one warning."""
    title, what, why = _sentences(code, context)
    return WarningText(title, f"{what} {why}")


def spoken_title(title: str) -> str:
    """Return the title of a warning as screen readers say it."""
    places = map(place, ChannelKind)
    return next((_SPOKEN_WONT_ARRIVE(place=p) for p in places if title == _WONT_ARRIVE(place=p)), title)


def _sentences(code: WarningCode, c: ForecastContext) -> tuple[str, str, str]:
    values = _values(c)
    match code:
        case WarningCode.WINDOW_CLOSED:
            return _wont_arrive(c), _seen_where(c), reasons.closed_reason(c)
        case WarningCode.RELAY_REFUSED:
            return _wont_arrive(c), _seen_where(c), NOT_FORWARDED()
        case WarningCode.WINDOW_UNKNOWN:
            return _MAY_NOT_ARRIVE(**values), _may_be_seen_where(c), reasons.doubt(c)
        case WarningCode.MAPPING_WEAK:
            return _MAY_NOT_ARRIVE(**values), _MAY_STAY(), reasons.mapping_reason(c)
        case WarningCode.MAPPING_UNKNOWN:
            return _NOT_KNOWN_WHERE(), _PERHAPS_NOWHERE_ELSE(**values), reasons.mapping_reason(c)
        case WarningCode.MESSENGER_ASSUMED:
            return _PROBABLY_MESSENGER(), _SHOULD_SEE(**values), reasons.mapping_reason(c)
        case WarningCode.REACH_UNKNOWN:
            return _NOT_KNOWN_WHERE(), _MAY_NOT_SEE(**values), reasons.unknown_reach(c)
        case WarningCode.CHANNEL_REFUSED_LATELY:
            return _refused(c)
        case WarningCode.CONVERSATION_MOVED:
            return _MOVED(), _MAY_NOT_SEE_THERE(**values), _MOVED_TO(channel=channel_name(c.moved_to))
        case WarningCode.CUSTOMER_IS_ELSEWHERE:
            return _elsewhere(c)
        case WarningCode.RELAY_UNPROVEN:
            title = _UNTESTED_TITLE_SMS if c.channel is ChannelKind.SMS else _UNTESTED_TITLE
            return title(**values), _UNTESTED_WHAT(**values), _UNTESTED_WHY()
        case WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL:
            title, what, why = _WORDS_MISSING_SMS if c.channel is ChannelKind.SMS else _WORDS_MISSING
            where = place(c.newest_here if c.newest_here is not None else ChannelKind.UNKNOWN)
            return title(**values), what(), why(**values, where=where)
        case WarningCode.ATTACHMENT_REFUSED:
            return _file_refused(c)
        case WarningCode.TEXT_TOO_LONG if c.direct is not None:
            return _too_long(c, c.direct)
        case _:
            title, what, why = _WARNINGS[code]
            return title(**values), what(**values), why(**values)


def _values(c: ForecastContext) -> dict[str, str | int]:
    here, opened_at = c.situation.newest_here, c.window.opened_at
    return common_values(c) | {
        "left": span(c.window.left(c.now) or timedelta(0), after_preposition=True),
        "opened_ago": ago(opened_at if opened_at is not None else c.now, c.now),
        "here_ago": ago(here.entry.sent_at if here is not None else c.now, c.now),
    }


def _wont_arrive(c: ForecastContext) -> str:
    return (_PROBABLY_WONT if c.is_native or c.is_weak else _WONT_ARRIVE)(place=c.place)


def _seen_where(c: ForecastContext) -> str:
    """Return where alone the customer will see the reply."""
    if c.direct is not None:
        return _NOT_AT_ALL(name=c.name)
    if c.is_native:
        return _PROBABLY_NOT_AT_ALL(name=c.name)
    if c.is_weak:
        return _PROBABLY_ONLY_MESSENGER(name=c.name)
    return (_ONLY_EMAIL if c.by_email else _ONLY_MESSENGER)(name=c.name)


def _may_be_seen_where(c: ForecastContext) -> str:
    """Return where alone the customer may see the reply."""
    return (_PERHAPS_NOT_AT_ALL if c.direct is not None or c.is_native else _PERHAPS_ONLY_MESSENGER)(name=c.name)


def _refused(c: ForecastContext) -> tuple[str, str, str]:
    title = _MAY_NOT_ARRIVE if c.may_reach_channel else _WONT_ARRIVE
    if not c.reaches_messenger:
        what = _PERHAPS_NOT_AT_ALL
    else:
        what = _PERHAPS_ONLY_MESSENGER if c.may_reach_channel else _ONLY_MESSENGER
    return title(place=c.place), what(name=c.name), reasons.refusal(c)


def _elsewhere(c: ForecastContext) -> tuple[str, str, str]:
    newest, channel = c.situation.newest_anywhere, c.newest_elsewhere
    if channel is not None:
        title = _WROTE_ELSEWHERE(name=c.name, place=place(channel))
    else:
        title = _WROTE_IN_ANOTHER(name=c.name)
    sent_at = newest.entry.sent_at if newest is not None else c.now
    return title, _seen_where(c), _CAME_ELSEWHERE(ago=ago(sent_at, c.now))


def _file_refused(c: ForecastContext) -> tuple[str, str, str]:
    if c.direct is None:
        title, what = _REFUSED_FILE(channel=c.label), _WITHOUT_FILE(name=c.name, place=c.place)
    else:
        title = _REFUSED_FILES(len(c.reply.attachments), place=c.place)
        what = _PROVIDER_REFUSES(provider=c.direct.route.key.provider.display_name, name=c.name)
    return title, what, reasons.file_reason(c)


def _too_long(c: ForecastContext, direct: DirectSituation) -> tuple[str, str, str]:
    values = _values(c) | {"provider": direct.route.key.provider.display_name}
    limit = _LIMIT_WITH_FILE if limits_caption(c, direct) else _LIMIT
    return _WARNINGS[WarningCode.TEXT_TOO_LONG][0](**values), _MAY_REFUSE(**values), limit(**values)
