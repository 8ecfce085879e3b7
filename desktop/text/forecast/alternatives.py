"""Labels of what can be done in place of a reply, or despite its warnings."""

from __future__ import annotations

from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast
from desktop.domain.history.thread import Chat
from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import Text
from desktop.text.names import channel_label, place

# Translators: buttons. {place}: "on WhatsApp"; {channel}: "WhatsApp".
_SEND_ANYWAY = Text("Send anyway")
_SEND_PLACE_ANYWAY = Text("Send {place} anyway")
TO_MESSENGER_ONLY = Text("Send to Messenger only")
_BY_EMAIL_ONLY = Text("Send by email only")
_GO = Text("Go to the {channel} conversation")
_GO_UNKNOWN = Text("Go to the other conversation")
_DIRECTLY = Text("Send {place} directly…")


def send_label(forecast: Forecast, route: Route | None = None) -> str:
    """Return the label of the button that sends, with the result if it is certain. route: None for Intercom."""
    if route is not None:
        return _SEND_PLACE_ANYWAY(place=place(route.channel))
    if reaches_messenger_alone(forecast):
        return TO_MESSENGER_ONLY()
    return (_BY_EMAIL_ONLY if forecast.reached == {ChannelKind.EMAIL} else _SEND_ANYWAY)()


def reaches_messenger_alone(forecast: Forecast) -> bool:
    """Whether the reply reaches the Messenger and surely no other channel; a copy by email is none."""
    return {r.channel for r in forecast.reaches} - {ChannelKind.EMAIL} == {ChannelKind.MESSENGER}


def go_label(chat: Chat) -> str:
    """Return the label of the button that leads to another conversation."""
    if chat.mapping is not None and chat.mapping.is_known:
        channel = chat.mapping.channel
    else:
        channel = chat.unmapped.channel if chat.unmapped is not None else ChannelKind.UNKNOWN
    return _GO_UNKNOWN() if channel is ChannelKind.UNKNOWN else _GO(channel=channel_label(channel))


def direct_label(route: Route) -> str:
    """Return the label of the button that chooses the route, which does not send."""
    return _DIRECTLY(place=place(route.channel))
