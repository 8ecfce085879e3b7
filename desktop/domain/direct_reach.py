"""Decides where a message on a direct route would arrive: on the channel alone, with a note for the team."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop.domain.contrary import (
    BLOCKS_CHANNEL,
    NO_RECOVERY,
    WARNS,
    ContraryFact,
    ContraryKind,
    RecoverySignals,
    address_key,
    has_ended,
)
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.history.contrary import OF_WHOLE_ACCOUNTS
from desktop.domain.history.thread import Chat, Thread
from desktop.domain.identity.customer import WITH_NUMBERS, bridge_addresses, number_key
from desktop.domain.model.channel import Capabilities
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import ReasonCode, make_reason
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.reach import Certainty, Reach, Situation
from desktop.domain.window.keys import normalize_address
from desktop.domain.window.window import Doubt, Window, WindowKey, WindowState

NEVER_ENDS = datetime.max.replace(tzinfo=UTC)


@frozen
class DirectSituation:
    """Everything that a forecast of a direct message needs.

    window: of this route; NONE where the account or the channel has no window.
    conversation: the situation in the conversation that gets the note.
    contrary, recovery: contrary facts about this route, and what may have ended them.
    """

    route: Route
    capabilities: Capabilities
    window: Window
    conversation: Situation
    contrary: tuple[ContraryFact, ...] = ()
    recovery: RecoverySignals = NO_RECOVERY


def find_direct_situation(thread: Thread, direct_route: DirectRoute, conversation: Situation) -> DirectSituation:
    """Collect the facts for a forecast on a direct route."""
    route = direct_route.route
    contrary = tuple(f for f in thread.contrary if _concerns(f, route))
    window = find_direct_window(thread, route)
    return DirectSituation(
        route, direct_route.capabilities, window, conversation, contrary, _find_recovery(thread, route)
    )


def find_direct_window(thread: Thread, route: Route) -> Window:
    """The window of a route.

    That of chats which the bridge mirrors between the same two addresses; else the one that the number's own provider
    lists; else it is unknown, because what comes in there is not visible.
    """
    key = WindowKey(route.channel, normalize_address(route.our_address), normalize_address(route.to))
    listed = (*thread.windows, *thread.listed_windows)
    # Not a chat that may be with any of several of our numbers, nor one of Intercom's own number.
    candidates = (
        w
        for w in listed
        if w.key.channel is route.channel and not w.key.conversation_id and w.key.transport != "native"
    )
    found = next((w for w in candidates if route.is_of(w.key.business_address, w.key.customer_address)), None)
    if found is not None:
        return found
    blank = Window(key)
    return Window(key, doubt=Doubt(NEVER_ENDS, make_reason(ReasonCode.NOT_VISIBLE_HERE))) if blank.exists else blank


def _concerns(fact: ContraryFact, route: Route) -> bool:
    """Whether a fact concerns this account or the same two addresses, whoever reported it."""
    if fact.channel is not route.channel:
        return False
    if fact.account == route.key:
        group_contacts = address_key(fact.customer_address) == address_key(route.to)
        return group_contacts or fact.kind in OF_WHOLE_ACCOUNTS
    return route.is_of(fact.business_address, fact.customer_address)


def _find_recovery(thread: Thread, route: Route) -> RecoverySignals:
    """What came in or was delivered on this route, by its chats and direct messages."""
    chats = [c for c in thread.chats if _is_chat_of(c, route)]
    recoveries = [c.recovery for c in chats]
    arrived = (Delivery.DELIVERED, Delivery.READ)
    sent = [m.direct for m in thread.loaded if m.direct is not None and m.direct.route.key == route.key]
    delivered = [(d.delivery_at or d.sent_at, d) for d in sent if d.delivery in arrived]
    to_customer = [at for at, d in delivered if address_key(d.route.to) == address_key(route.to)]
    return RecoverySignals(
        customer_wrote_at=max(
            (s.customer_wrote_at for s in recoveries if s.customer_wrote_at is not None), default=None
        ),
        delivered_at=max(
            [*to_customer, *(s.delivered_at for s in recoveries if s.delivered_at is not None)], default=None
        ),
        started_at=max((s.started_at for s in recoveries if s.started_at is not None), default=None),
        account_delivered_at=max((at for at, _ in delivered), default=None),
    )


def _is_chat_of(chat: Chat, route: Route) -> bool:
    key = chat.window.key
    return key.channel is route.channel and route.is_of(key.business_address, key.customer_address)


def find_direct_reach(
    s: DirectSituation, now: datetime, *, template: bool
) -> tuple[tuple[Reach, ...], list[ForecastWarning]]:
    """Where the message would arrive, and the warnings. An approved template needs no window."""
    channel = s.route.channel
    active = [f for f in s.contrary if f.kind is not ContraryKind.EXPIRED and not has_ended(f, s.recovery, now)]
    refused = [f for f in active if f.kind in WARNS]
    warnings = (
        [ForecastWarning(WarningCode.CHANNEL_REFUSED_LATELY, frozenset(f.id for f in refused))] if refused else []
    )
    if any(f.kind is ContraryKind.TEMPORARY for f in active):
        warnings.append(ForecastWarning(WarningCode.CHANNEL_BUSY_LATELY))
    needs_window = s.capabilities.needs_window and not template
    state = s.window.state(now) if needs_window else WindowState.NONE
    if not s.conversation.is_clock_known and state not in (WindowState.NONE, WindowState.NEVER):
        state = WindowState.UNKNOWN
    is_uncertain = bool(refused)
    if state is WindowState.UNKNOWN:
        doubtful = s.window.doubt.message_id if s.window.doubt is not None else None
        warnings.append(ForecastWarning(WarningCode.WINDOW_UNKNOWN, frozenset({doubtful} if doubtful else ())))
        is_uncertain = True
    elif not state.allows_replies:
        rests_on = frozenset(filter(None, (s.window.opened_by, s.window.expired_by)))
        return (), [*warnings, ForecastWarning(WarningCode.WINDOW_CLOSED, rests_on)]
    elif state is WindowState.CLOSING:
        warnings.append(ForecastWarning(WarningCode.CLOSING_SOON))
    if any(f.kind in BLOCKS_CHANNEL for f in refused):
        return (), warnings
    return (Reach(channel, Certainty.UNCERTAIN if is_uncertain else Certainty.SURE),), warnings


@frozen
class Address:
    """One address of a customer on a channel. contact_ids: whose it is; owner: the first one's name."""

    to: str
    contact_ids: frozenset[str]
    owner: str = ""


def find_addresses(thread: Thread, channel: ChannelKind) -> tuple[Address, ...]:
    """The customer's addresses on a channel, each once, that of the newest mirrored chat first.

    An address that a bridge wrote on a contact counts where the channel has no phone numbers, or the contact none.
    """
    by_id = {c.id: c for c in thread.contacts}
    has_numbers = channel in WITH_NUMBERS
    found: list[tuple[str, Contact | None]] = [
        (c.mapping.customer_address, next((by_id[i] for i in c.conversation.contact_ids if i in by_id), None))
        for c in thread.chats
        if c.mapping is not None and c.mapping.is_known and c.mapping.channel is channel and c.mapping.customer_address
    ]
    if has_numbers:
        found += [(c.phone, c) for c in thread.contacts if c.phone]
    for contact in thread.contacts:
        if not (has_numbers and contact.phone):
            written = sorted(value for on, value in bridge_addresses(contact) if on is channel)
            # WhatsApp's own ids are numbers without the plus.
            found += [(f"+{v}" if has_numbers and v.isdecimal() else v, contact) for v in written]
    owners: dict[str, list[Contact]] = {}
    spellings: dict[str, str] = {}
    for to, holder in found:
        key = number_key(to) or to
        spellings.setdefault(key, to)
        owners.setdefault(key, []).extend([holder] if holder is not None else [])
    # A contact's number belongs to that contact, whatever conversation it was used in.
    for key, holders in owners.items():
        own = [c for c in thread.contacts if key == number_key(c.phone) != ""]
        owners[key] = own or holders
    return tuple(
        Address(to, frozenset(c.id for c in owners[key]), next((c.name for c in owners[key]), ""))
        for key, to in spellings.items()
    )
