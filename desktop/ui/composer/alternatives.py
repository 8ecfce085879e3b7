"""Alternatives to a reply: other conversations, direct routes, templates, a question. No widgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import Chat
from desktop.domain.identity.customer import same_person
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import SEVERITY, Verdict, WarningCode
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.text import catalog
from desktop.text.forecast.context import quotes_newest
from desktop.text.names import first_name
from desktop.text.screens import composer as texts
from desktop.text.writing.continue_on import ask_to_continue, ready_language


class LineAction(StrEnum):
    """What the link on the forecast line does."""

    QUOTE = "quote"
    GO = "go"
    TEMPLATE = "template"
    TEST = "test"
    ASK = "ask"


AVOIDED_BY_TEMPLATE = frozenset(
    {
        WarningCode.WINDOW_CLOSED,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.RELAY_REFUSED,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
        WarningCode.CUSTOMER_IS_ELSEWHERE,
    }
)
"""Warnings that a template avoids: it needs no window, no forwarding and no other conversation."""


def find_line_action(
    view: ThreadView, conversation_id: str, reply: Reply, forecast: Forecast, now: datetime, route: Route | None = None
) -> LineAction | None:
    """Return the action that helps most against the warnings of a reply; None if none does."""
    if reply.internal or forecast.verdict is Verdict.BLOCKED:
        return None
    situation, codes = view.situations[conversation_id], forecast.warnings
    newest = situation.newest_here
    if WarningCode.CUSTOMER_IS_ELSEWHERE in codes and better_conversation(view, conversation_id, forecast, now):
        return LineAction.GO
    if route is None and is_open_elsewhere(view, conversation_id, forecast, now):
        return LineAction.GO
    can_quote = newest is not None and newest.entry.text.strip() and not quotes_newest(situation, reply.text)
    if WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL in codes and can_quote:
        return LineAction.QUOTE
    if not AVOIDED_BY_TEMPLATE.isdisjoint(codes) and template_routes(view, conversation_id):
        return LineAction.TEMPLATE
    if WarningCode.RELAY_UNPROVEN in codes:
        return LineAction.TEST
    asks = route is None and can_ask_for_whatsapp(view, conversation_id, forecast)
    if asks and whatsapp_question(view, conversation_id) not in reply.text:
        return LineAction.ASK
    return None


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


def is_open_elsewhere(view: ThreadView, conversation_id: str, forecast: Forecast, now: datetime) -> bool:
    """Whether the window that is closed here is open in another conversation, where a reply needs no template."""
    other, here = better_conversation(view, conversation_id, forecast, now), view.situations[conversation_id]
    is_same = other is not None and other.window.exists and other.window.key.channel is here.window.key.channel
    return is_same and WarningCode.WINDOW_CLOSED in forecast.warnings


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
        replace(direct_route, owner=direct_route.owner.strip() or texts.OTHER_CONTACT())
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


def best_direct_route(view: ThreadView, conversation_id: str, text: str, now: datetime) -> Route | None:
    """Return the direct route to the contact of this conversation on which a text arrives with the fewest warnings;
    None if no account leads to them.
    """
    conversation = view.situations[conversation_id]
    own = [direct_route for direct_route in text_routes(view, conversation_id) if not direct_route.owner]

    def warnings(direct_route: DirectRoute) -> tuple[bool, int]:
        situation = find_direct_situation(view.thread, direct_route, conversation)
        forecast = compute_forecast(situation, Reply(text), now)
        return not forecast.reached, len(_serious_warnings(forecast))

    return min(own, key=warnings).route if own else None


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
    """Return the text that asks the contact of this conversation, with a link to our number if it is known.

    It is in the contact's language, where that is known and one of ours; else in that of the interface.
    """
    chat = view.thread.chat(conversation_id)
    contact = next((c for c in _owners(view, chat) if c.name.strip()), None)
    name = contact.name if contact is not None else view.name
    called = first_name(name) if any(c.isalpha() for c in name) and "@" not in name else ""
    language = next(filter(None, map(_language_of, _owners(view, chat))), "")
    language = language or ready_language(catalog.language()) or "en"
    return ask_to_continue(view.customer_texts, language, called, _our_whatsapp_number(view, chat))


def _owners(view: ThreadView, chat: Chat) -> list[Contact]:
    return [c for c in view.thread.contacts if c.id in chat.conversation.contact_ids]


# What teams call an attribute with a language, in the languages of the interface and as codes.
_LANGUAGE_ATTRIBUTES = frozenset(
    {"language", "lang", "locale", "preferred_language", "idioma", "lengua", "língua", "sprache", "langue", "لغة"}
)


def _language_of(contact: Contact) -> str:
    """Return the contact's language if it is one of ours; "" else. What the team wrote counts more than a browser."""
    written = [v for k, v in contact.attributes.items() if k.strip().casefold() in _LANGUAGE_ATTRIBUTES]
    return next(filter(None, map(ready_language, (*written, contact.language))), "")


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


def _serious_warnings(forecast: Forecast) -> frozenset[WarningCode]:
    return frozenset(w for w in forecast.warnings if SEVERITY[w] >= Verdict.WARN)
