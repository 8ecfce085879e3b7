"""Alternatives to a reply: other conversations, direct routes, templates. No widgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import Chat
from desktop.domain.identity.customer import same_person
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import SEVERITY, Verdict, WarningCode
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.text.continue_on import ask_to_continue
from desktop.ui.wording import words

OTHER_CONTACT = "another contact"


def better_conversation(view: ThreadView, conversation_id: str, forecast: Forecast, now: datetime) -> Chat | None:
    """Return the conversation where a reply would be let through; None if there is none.

    This is the one the customer wrote in last, or else the newest mirrored chat with an open window.
    """
    others = [c for c in view.thread.chats if c.id != conversation_id]
    newest = view.situations[conversation_id].newest_anywhere
    if WarningCode.CUSTOMER_IS_ELSEWHERE in forecast.warnings and newest is not None:
        return next((c for c in others if c.id == newest.entry.conversation_id), None)
    mirrored = (c for c in others if c.mapping is not None and c.mapping.is_known)
    return next((c for c in mirrored if c.window.state(now).allows_replies), None)


def route_of(command: SendReply | SendDirect) -> Route | None:
    """Return the direct route of a command; None for Intercom."""
    return command.route if isinstance(command, SendDirect) else None


def has_unconfirmed_reply(view: ThreadView, conversation_id: str) -> bool:
    """Whether it is not known if an earlier reply in the conversation was sent; notes do not count."""
    return any(
        p.state is State.UNCONFIRMED and p.conversation_id == conversation_id and not p.internal
        for p in view.pending_replies
    )


def text_routes(view: ThreadView, conversation_id: str) -> tuple[DirectRoute, ...]:
    """Return the direct routes that send free text, in the order of `routes_from`."""
    return tuple(
        direct_route for direct_route in routes_from(view, conversation_id) if direct_route.capabilities.sends_free_text
    )


def template_routes(view: ThreadView, conversation_id: str) -> tuple[DirectRoute, ...]:
    """Return the direct routes that send templates, in the order of `routes_from`."""
    return tuple(
        direct_route for direct_route in routes_from(view, conversation_id) if direct_route.capabilities.has_templates
    )


def routes_from(view: ThreadView, conversation_id: str) -> tuple[DirectRoute, ...]:
    """Return all direct routes, those to the contact of this conversation first.

    `owner` is empty on these; on any other it is the contact's name, since it may be another person.
    """
    chat = next((c for c in view.thread.chats if c.id == conversation_id), None)
    here = chat.conversation.contact_ids if chat is not None else ()
    ids = {*here, *(c.id for c in same_person(view.thread.contacts, here))}
    own = [replace(direct_route, owner="") for direct_route in view.direct_routes if direct_route.leads_to(ids)]
    others = [
        replace(direct_route, owner=direct_route.owner.strip() or OTHER_CONTACT)
        for direct_route in view.direct_routes
        if not direct_route.leads_to(ids)
    ]
    return (*own, *others)


def better_route(
    view: ThreadView, conversation_id: str, reply: Reply, forecast: Forecast, now: datetime, route: Route | None = None
) -> DirectRoute | None:
    """Return a direct route on which the reply arrives with fewer warnings than `forecast`; None if there is none.

    route: the route of `forecast`.
    """
    conversation = view.situations[conversation_id]
    for direct_route in text_routes(view, conversation_id):
        if direct_route.route != route and not direct_route.owner and len(reply.attachments) <= 1:
            other = compute_forecast(find_direct_situation(view.thread, direct_route, conversation), reply, now)
            if other.reached and _serious_warnings(other) < _serious_warnings(forecast):
                return direct_route
    return None


def is_better_through_intercom(
    view: ThreadView, conversation_id: str, reply: Reply, forecast: Forecast, now: datetime
) -> bool:
    """Whether a reply through Intercom would arrive with fewer warnings than `forecast`."""
    other = compute_forecast(view.situations[conversation_id], reply, now)
    return bool(other.reached) and _serious_warnings(other) < _serious_warnings(forecast)


# Warnings that a message of the customer on WhatsApp would end.
_ENDED_BY_CUSTOMER_MESSAGE = frozenset(
    {
        WarningCode.WINDOW_CLOSED,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
    }
)


def can_ask_for_whatsapp(view: ThreadView, conversation_id: str, forecast: Forecast) -> bool:
    """Whether a reply reaches the Messenger, where the customer can be asked to write on WhatsApp."""
    mapping = view.situations[conversation_id].mapping
    if mapping is None or mapping.display_channel not in (ChannelKind.WHATSAPP, ChannelKind.UNKNOWN):
        return False
    return ChannelKind.MESSENGER in forecast.reached and not _ENDED_BY_CUSTOMER_MESSAGE.isdisjoint(forecast.warnings)


def whatsapp_question(view: ThreadView, conversation_id: str) -> str:
    """Return the text that asks the contact of this conversation, with our number if it is known."""
    chat = view.thread.chat(conversation_id)
    contact = next((c for c in view.thread.contacts if c.id in chat.conversation.contact_ids and c.name.strip()), None)
    name = contact.name if contact is not None else view.name
    called = words.first_name(name) if any(c.isalpha() for c in name) and "@" not in name else ""
    return ask_to_continue(ChannelKind.WHATSAPP, called, _our_whatsapp_number(view, chat))


def _our_whatsapp_number(view: ThreadView, chat: Chat) -> str:
    """Return the number of this chat, or else the only known number of ours; "" if there are several or none."""
    own = chat.window.key
    if own.channel is ChannelKind.WHATSAPP and own.business_address:
        return own.business_address
    windows = (*view.thread.windows, *view.thread.listed_windows)
    known = {w.key.business_address for w in windows if w.key.channel is ChannelKind.WHATSAPP}
    known |= {w.route.our_address for w in view.direct_routes if w.route.channel is ChannelKind.WHATSAPP}
    known.discard("")
    return known.pop() if len(known) == 1 else ""


def go_label(chat: Chat) -> str:
    return f"Go to the {words.channel(_channel_of(chat))} conversation"


def send_label(forecast: Forecast, route: Route | None = None) -> str:
    """Return the label of the button that sends, with the result if it is certain. route: None for Intercom."""
    if route is not None:
        return f"Send {words.place(route.channel)} anyway"
    if forecast.reached == {ChannelKind.MESSENGER} and not any(
        r.channel is ChannelKind.UNKNOWN for r in forecast.reaches
    ):
        return "Send to Messenger only"
    return "Send by email only" if forecast.reached == {ChannelKind.EMAIL} else "Send anyway"


def direct_label(route: Route) -> str:
    """Return the label of the button that chooses the route, which does not send."""
    return f"Send {words.place(route.channel)} directly…"


def _serious_warnings(forecast: Forecast) -> frozenset[WarningCode]:
    return frozenset(w for w in forecast.warnings if SEVERITY[w] >= Verdict.WARN)


def _channel_of(chat: Chat) -> ChannelKind:
    if chat.mapping is not None and chat.mapping.is_known:
        return chat.mapping.channel
    return chat.unmapped.channel if chat.unmapped is not None else ChannelKind.UNKNOWN
