"""Why a reply does not arrive, or may not: a window that is closed or unknown, a report, a file that is refused."""

from __future__ import annotations

from desktop.domain.content.files import MAX_FILES, bridge_file_route, direct_file_route
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import refused_file
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import WarningCode
from desktop.text.catalog import Text
from desktop.text.files import file_refusal
from desktop.text.forecast.context import ForecastContext
from desktop.text.formats import ago, at_time
from desktop.text.reasons.contrary import contrary_sentence
from desktop.text.reasons.describe import describe

# Translators: {channel}: "WhatsApp"; {ago}: "2 h ago"; {when}: "at 14:02".
CLOSED = Text("{channel} closed {ago}.")
_CLOSED_AFTER = Text("{channel} closed {ago}, 24 hours after {name}'s last message there.")
_CLOSED_TO_NUMBER = Text("{channel} closed {ago}, 24 hours after {name}'s last message to this number.")
_CLOSED_AND_MESSENGER = Text(
    "{channel} closed {ago}, and {name}'s latest message came from the Messenger, "
    "which doesn't extend the 24-hour window."
)
_CLOSED_AND_EMAIL = Text(
    "{channel} closed {ago}, and {name}'s latest message came by email, which doesn't extend the 24-hour window."
)
REPORTED_CLOSED = Text("{channel} was reported closed {when}.")
_CLOSED_NOW = Text("{channel} is closed.")
NEVER_OPENED = Text("No {channel} message from {name} is known.")
_NEVER_OPENED_TO_NUMBER = Text("No {channel} message from {name} to this number is known.")
_NEVER_OPENED_BY_MESSENGER = Text(
    "No {channel} message from {name} is known; messages from elsewhere don't open the 24-hour window."
)
LATEST_FROM_MESSENGER = Text(
    "{name}'s latest message came from the Messenger, which doesn't extend the 24-hour window."
)
LATEST_BY_EMAIL = Text("{name}'s latest message came by email, which doesn't extend the 24-hour window.")
_CLOCK_UNKNOWN = Text("We don't have the exact time yet, so we don't know whether {channel} is open.")
_FAILED_RECENTLY = Text("Messages to {name} failed recently.")
PHONE_CALL = Text("This conversation was a phone call.")
NOT_SAID = Text("Intercom doesn't say where a reply arrives.")
_NO_CERTAIN_CHAT = Text("It isn't certain that this conversation is {name}'s {channel} chat.")
_NO_KNOWN_CHANNEL = Text("We don't know which channel this conversation is on.")
_ONE_FILE = Text("{provider} accepts one file at a time.")
_FILE_MAY_FAIL = Text("A file might not arrive.")


def closed_reason(context: ForecastContext) -> str:
    """Return why the window is closed, in one sentence."""
    window, to_number = context.window, context.direct is not None
    values = {"channel": context.label, "name": context.name}
    if window.was_cut_short and window.closes_at is not None:
        return REPORTED_CLOSED(channel=context.label, when=at_time(window.closes_at, context.now))
    by_messenger = _did_not_extend(context) and not to_number
    if window.opened_at is None:
        entry = _NEVER_OPENED_TO_NUMBER if to_number else _NEVER_OPENED_BY_MESSENGER if by_messenger else NEVER_OPENED
        return entry(**values)
    if window.closes_at is None:
        return _CLOSED_NOW(channel=context.label)
    if by_messenger:
        entry = _CLOSED_AND_EMAIL if context.newest_here is ChannelKind.EMAIL else _CLOSED_AND_MESSENGER
    elif to_number:
        entry = _CLOSED_TO_NUMBER
    else:
        # Where they wrote elsewhere since, it may have been on the same channel.
        entry = _CLOSED_AFTER if context.is_newest_here else CLOSED
    return entry(**values, ago=ago(window.closes_at, context.now))


def not_extended(context: ForecastContext) -> str:
    """Return which message did not extend the window; "" if the forecast does not warn of one."""
    if not _did_not_extend(context):
        return ""
    entry = LATEST_BY_EMAIL if context.newest_here is ChannelKind.EMAIL else LATEST_FROM_MESSENGER
    return entry(name=context.name)


def _did_not_extend(context: ForecastContext) -> bool:
    """Whether the customer's latest message of all is one that does not extend the window."""
    return WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in context.forecast.warnings and context.is_newest_here


def doubt(context: ForecastContext) -> str:
    """Return why it is not known whether the window is open."""
    found = context.window.doubt
    return describe(found.reason) if found is not None else _CLOCK_UNKNOWN(channel=context.label)


def refusal(context: ForecastContext) -> str:
    """Return who reported what and when, from the contrary fact that counts most."""
    fact = next(iter(context.refused), None)
    if fact is None:
        return _FAILED_RECENTLY(name=context.name)
    return contrary_sentence(fact, context.situation.messages, context.name, context.now)


def mapping_reason(context: ForecastContext) -> str:
    """Return why it is not certain which channel the conversation is on; the evidence is for the details."""
    entry = _NO_CERTAIN_CHAT if context.is_weak else _NO_KNOWN_CHANNEL
    return entry(name=context.name, channel=context.label)


def unknown_reach(context: ForecastContext) -> str:
    """Return why it is not known where a reply arrives."""
    return PHONE_CALL() if context.channel is ChannelKind.PHONE else NOT_SAID()


def file_reason(context: ForecastContext) -> str:
    """Return which file is not accepted, and why."""
    if context.direct is not None:
        return _direct_file_reason(context, context.direct)
    route = bridge_file_route(context.channel)
    refused = refused_file(context.reply.attachments, route) if route is not None else None
    return file_refusal(*refused, context.label) if refused is not None else _FILE_MAY_FAIL()


def _direct_file_reason(context: ForecastContext, direct: DirectSituation) -> str:
    provider, reply = direct.route.key.provider, context.reply
    route = direct_file_route(provider)
    if MAX_FILES[route] and len(reply.attachments) > MAX_FILES[route]:
        return _ONE_FILE(provider=provider.display_name)
    refused = refused_file(reply.attachments, route, has_text=bool(reply.text))
    return file_refusal(*refused, provider.display_name) if refused is not None else _FILE_MAY_FAIL()
