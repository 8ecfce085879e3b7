"""Ways out: where else a reply could go, and what sending it here would come to. No widgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply, forecast
from desktop.domain.identity.customer import same_person
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import SEVERITY, Verdict, WarningCode
from desktop.domain.thread import Chat
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.text.continue_on import ask_to_continue
from desktop.ui.wording import words

OTHER_CONTACT = "another contact"


def better_conversation(view: ThreadView, conversation_id: str, judged: Forecast, now: datetime) -> Chat | None:
    """Where a reply would surely be let through: the one the customer wrote in last, else the newest mirrored chat with
    an open window. None where there is no such conversation."""
    others = [c for c in view.thread.chats if c.id != conversation_id]
    newest = view.situations[conversation_id].newest_anywhere
    if WarningCode.CUSTOMER_IS_ELSEWHERE in judged.warnings and newest is not None:
        return next((c for c in others if c.id == newest.entry.conversation_id), None)
    mirrored = (c for c in others if c.mapping is not None and c.mapping.is_known)
    return next((c for c in mirrored if c.window.state(now).allows_replies), None)


def route_of(command: SendReply | SendDirect) -> Route | None:
    """The way past Intercom it was to go; None through it."""
    return command.route if isinstance(command, SendDirect) else None


def text_routes(view: ThreadView, conversation_id: str) -> tuple[DirectRoute, ...]:
    """The direct routes that what is typed can go, as of `routes_from`."""
    return tuple(
        direct_route for direct_route in routes_from(view, conversation_id) if direct_route.capabilities.sends_free_text
    )


def template_routes(view: ThreadView, conversation_id: str) -> tuple[DirectRoute, ...]:
    """The direct routes that a template can go, as of `routes_from`."""
    return tuple(
        direct_route for direct_route in routes_from(view, conversation_id) if direct_route.capabilities.has_templates
    )


def routes_from(view: ThreadView, conversation_id: str) -> tuple[DirectRoute, ...]:
    """Every direct route, those to the person of this conversation first.

    These have no `owner`; on any other it names the contact, because it may be another person.
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
    view: ThreadView, conversation_id: str, reply: Reply, judged: Forecast, now: datetime, route: Route | None = None
) -> DirectRoute | None:
    """A way past Intercom on which these words surely arrive, and that has fewer objections than `judged`; None if
    there is none. route: the one that was judged."""
    conversation = view.situations[conversation_id]
    for direct_route in text_routes(view, conversation_id):
        if direct_route.route != route and not direct_route.owner and len(reply.attachments) <= 1:
            other = forecast(find_direct_situation(view.thread, direct_route, conversation), reply, now)
            if other.reached and _objections(other) < _objections(judged):
                return direct_route
    return None


def is_better_through_intercom(
    view: ThreadView, conversation_id: str, reply: Reply, judged: Forecast, now: datetime
) -> bool:
    """Whether a reply in Intercom would surely arrive, with fewer objections than a way past it."""
    other = forecast(view.situations[conversation_id], reply, now)
    return bool(other.reached) and _objections(other) < _objections(judged)


# Where the customer's own message on WhatsApp would open or prove the way there.
_ASKED_ABOUT = frozenset(
    {
        WarningCode.WINDOW_CLOSED,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
    }
)


def can_ask_for_whatsapp(view: ThreadView, conversation_id: str, judged: Forecast) -> bool:
    """Whether a reply here reaches the Messenger, where the customer can be asked to write on WhatsApp instead."""
    mapping = view.situations[conversation_id].mapping
    if mapping is None or mapping.display_channel not in (ChannelKind.WHATSAPP, ChannelKind.UNKNOWN):
        return False
    return ChannelKind.MESSENGER in judged.reached and not _ASKED_ABOUT.isdisjoint(judged.warnings)


def whatsapp_question(view: ThreadView, conversation_id: str) -> str:
    """The ready text that asks the contact of this conversation, with our number where it is known."""
    chat = view.thread.chat(conversation_id)
    contact = next((c for c in view.thread.contacts if c.id in chat.conversation.contact_ids and c.name.strip()), None)
    name = contact.name if contact is not None else view.name
    called = words.first_name(name) if any(c.isalpha() for c in name) and "@" not in name else ""
    return ask_to_continue(ChannelKind.WHATSAPP, called, _our_whatsapp_number(view, chat))


def _our_whatsapp_number(view: ThreadView, chat: Chat) -> str:
    """Of this chat, else the only one that is known of any; "" where several are, or none."""
    own = chat.window.key
    if own.channel is ChannelKind.WHATSAPP and own.business_address:
        return own.business_address
    windows = (*view.thread.windows, *view.thread.listed_windows)
    known = {w.key.business_address for w in windows if w.key.channel is ChannelKind.WHATSAPP}
    known |= {w.route.our_address for w in view.direct_routes if w.route.channel is ChannelKind.WHATSAPP}
    known.discard("")
    return known.pop() if len(known) == 1 else ""


def go_words(chat: Chat) -> str:
    return f"Go to the {words.channel(_channel_of(chat))} conversation"


def send_words(judged: Forecast, route: Route | None = None) -> str:
    """Says what would come of it, where that is certain. route: past Intercom; None for a reply through it."""
    if route is not None:
        return f"Send {words.place(route.channel)} anyway"
    if judged.reached == {ChannelKind.MESSENGER} and not any(r.channel is ChannelKind.UNKNOWN for r in judged.reaches):
        return "Send to Messenger only"
    return "Send by email only" if judged.reached == {ChannelKind.EMAIL} else "Send anyway"


def direct_words(route: Route) -> str:
    """Opens the way, and leaves the sending to the agent."""
    return f"Send {words.place(route.channel)} directly…"


def _objections(judged: Forecast) -> frozenset[WarningCode]:
    return frozenset(w for w in judged.warnings if SEVERITY[w] >= Verdict.WARN)


def _channel_of(chat: Chat) -> ChannelKind:
    if chat.mapping is not None and chat.mapping.is_known:
        return chat.mapping.channel
    return chat.unmapped.channel if chat.unmapped is not None else ChannelKind.UNKNOWN
