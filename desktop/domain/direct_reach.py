"""Direct reach: where a message sent past Intercom would arrive: the channel alone, and a note for the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.domain.channel import Abilities
from desktop.domain.direct import UNSEEN, DirectWay, Route
from desktop.domain.facts import ChannelKind, Contact
from desktop.domain.identity import bridge_addresses, number_key
from desktop.domain.reach import Reach, Situation, Sureness
from desktop.domain.thread import Thread
from desktop.domain.warning import WarningCode
from desktop.domain.window import Doubt, Window, WindowKey, WindowState

NEVER_ENDS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DirectSituation:
    """Everything a forecast of a direct message needs.

    window: of this very route; NONE where the account or the channel knows no window.
    conversation: how things stand in the conversation that it is noted in.
    """

    route: Route
    abilities: Abilities
    window: Window
    conversation: Situation


def direct_situation(thread: Thread, way: DirectWay, conversation: Situation) -> DirectSituation:
    return DirectSituation(way.route, way.abilities, direct_window(thread, way.route), conversation)


def direct_window(thread: Thread, route: Route) -> Window:
    """The window of a route: that of the chats which the bridge mirrors from the same two addresses; else what the
    number's own provider lists of her; else nobody shows us what she writes there, and it is not known."""
    key = WindowKey(route.channel, route.our_address or None, route.to)
    listed = (*thread.windows, *thread.listed_windows)
    # A chat that may be with any of several numbers of ours is not said to be with this one.
    own = (w for w in listed if w.key.channel is route.channel and not w.key.apart)
    found = next((w for w in own if route.is_of(w.key.business_address, w.key.customer_address)), None)
    if found is not None:
        return found
    blank = Window(key)
    return Window(key, doubt=Doubt(NEVER_ENDS, UNSEEN)) if blank.exists else blank


def direct_reach(s: DirectSituation, now: datetime, *, template: bool) -> tuple[tuple[Reach, ...], list[WarningCode]]:
    """Where it would arrive, and what to warn of. An approved template needs no window."""
    channel = s.route.channel
    state = s.window.state(now) if s.abilities.needs_window and not template else WindowState.NONE
    if state.lets_replies_through:
        return (Reach(channel),), [WarningCode.CLOSING_SOON] if state is WindowState.CLOSING else []
    if state is WindowState.UNKNOWN:
        return (Reach(channel, Sureness.UNCERTAIN),), [WarningCode.WINDOW_UNKNOWN]
    return (), [WarningCode.WINDOW_CLOSED]


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a customer on a channel, with the contacts whose it is: ids, and the first one's name."""

    to: str
    contact_ids: frozenset[str]
    owner: str = ""


def addresses_of(thread: Thread, channel: ChannelKind) -> tuple[Address, ...]:
    """The customer's addresses on a channel, that of the newest mirrored chat first, each once. What a bridge wrote on
    a contact counts where the channel knows no phone numbers, or the contact has none."""
    by_id = {c.id: c for c in thread.contacts}
    has_numbers = channel in (ChannelKind.WHATSAPP, ChannelKind.SMS)
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
    spelled: dict[str, str] = {}
    for to, holder in found:
        key = number_key(to) or to
        spelled.setdefault(key, to)
        owners.setdefault(key, []).extend([holder] if holder is not None else [])
    # The number of a contact is theirs whatever conversation it was used in.
    for key, holders in owners.items():
        own = [c for c in thread.contacts if key == number_key(c.phone) != ""]
        owners[key] = own or holders
    return tuple(
        Address(to, frozenset(c.id for c in owners[key]), next((c.name for c in owners[key]), ""))
        for key, to in spelled.items()
    )
