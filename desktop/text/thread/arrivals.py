"""Where replies arrived, as far as is known, and direct routes."""

from __future__ import annotations

from desktop.domain.bridge.notice import Notice
from desktop.domain.delivery import DID_NOT_ARRIVE, Arrival, ChannelArrival
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import Plural, Text
from desktop.text.names import channel_label, place
from desktop.text.reasons.delivery import bridge_quote

# Translators: below a reply. Never "sent" or "delivered" for a state that no provider has confirmed.
_STATES = {
    Arrival.EXPECTED: Text("{channel}: no error reported"),
    Arrival.UNKNOWN: Text("{channel}: not confirmed"),
    Arrival.ACCEPTED: Text("{channel}: accepted"),
    Arrival.SENT: Text("{channel}: sent"),
    Arrival.FAILED: Text("{channel}: didn't arrive"),
    Arrival.DELIVERED: Text("{channel}: delivered"),
    Arrival.READ: Text("{channel}: read"),
}
# Translators: below a reply. {place}: "on WhatsApp".
_NOT_EXPECTED = Text("Not {place}")
# Translators: below a reply, beside the channel's icon.
_NOT_CONFIRMED = Text("Not confirmed")
# Translators: below a reply: Intercom accepted it and shows it there.
_BY_INTERCOM = {ChannelKind.MESSENGER: Text("In Messenger"), ChannelKind.EMAIL: Text("By email")}
# Translators: below a reply that failed elsewhere.
_ONLY = Text("{channel} only")
# Translators: {text}: what Octopods reported.
_REPORTED_FOR_ONE = Plural(
    "Octopods reported a problem with {count} reply: “{text}”",
    "Octopods reported a problem with one of {count} replies: “{text}”",
)

# Translators: on a reply that went to the channel's provider without Intercom.
SENT_DIRECTLY = Text("Sent directly")
_ROUTE = Text("Sent to {recipient} through {provider}, outside Intercom. Your team sees a note in Intercom.")
_ROUTE_FROM = Text(
    "Sent from {sender} to {recipient} through {provider}, outside Intercom. Your team sees a note in Intercom."
)
# Translators: a way to send messages. {account}: a provider or a bot.
_THROUGH = Text("{channel} through {account}")
_TEMPLATES_THROUGH = Text("{channel} through {account} (templates only)")
_TEMPLATES = Text("{channel} (templates only)")
# Translators: stands for the name of a Telegram bot.
_A_BOT = Text("a bot")


def arrival(at: ChannelArrival) -> str:
    """Return for example `WhatsApp: no error reported`, with the channel's name."""
    if at.arrival is Arrival.NOT_EXPECTED:
        return _NOT_EXPECTED(place=place(at.channel))
    if at.arrival is Arrival.UNKNOWN and at.channel is ChannelKind.UNKNOWN:
        return _NOT_CONFIRMED()
    return _STATES[at.arrival](channel=channel_label(at.channel))


def is_shown_by_intercom(at: ChannelArrival) -> bool:
    """Whether it is a place where Intercom itself shows what it accepted."""
    return at.arrival is Arrival.ACCEPTED and at.channel in _BY_INTERCOM


def arrival_through_intercom(at: ChannelArrival) -> str:
    """Return for example `WhatsApp: no error reported` or `In Messenger`."""
    return _BY_INTERCOM[at.channel]() if is_shown_by_intercom(at) else arrival(at)


def arrival_badge(at: ChannelArrival) -> str:
    """Return the same for beside the channel's icon, which says the channel of a doubt."""
    return _NOT_CONFIRMED() if at.arrival is Arrival.UNKNOWN else arrival_through_intercom(at)


def only_reached_channel(arrived: tuple[ChannelArrival, ...]) -> ChannelKind | None:
    """Return the only channel that was reached after others failed; None if none failed."""
    reached = [a.channel for a in arrived if a.arrival not in DID_NOT_ARRIVE]
    return reached[0] if len(reached) == 1 and len(arrived) > 1 else None


def only_on(channel: ChannelKind) -> str:
    return _ONLY(channel=channel_label(channel))


def ambiguous_notice(notice: Notice) -> str:
    """Return the notice shown under each reply that a failure report may be about."""
    return _REPORTED_FOR_ONE(len(notice.candidates), text=bridge_quote(notice.text))


def direct_route_tooltip(route: Route) -> str:
    """Return the tooltip of a direct message: provider, addresses, and what teammates see of it."""
    provider = route.key.provider.display_name
    if not route.our_address:
        return _ROUTE(recipient=route.to, provider=provider)
    return _ROUTE_FROM(sender=route.our_address, recipient=route.to, provider=provider)


def direct_route(subject: DirectRoute) -> str:
    """Return for example `WhatsApp through Twilio`, `Telegram through @acme_bot` or `Viber`."""
    provider, channel = subject.route.key.provider, channel_label(subject.route.channel)
    accounts = {Provider.TELEGRAM: subject.route.our_address or _A_BOT()}
    account = accounts.get(provider, provider.display_name)
    if subject.capabilities.sends_free_text:
        return channel if account == channel else _THROUGH(channel=channel, account=account)
    return _TEMPLATES(channel=channel) if account == channel else _TEMPLATES_THROUGH(channel=channel, account=account)
