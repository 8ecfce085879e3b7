"""Messages as a channel's own provider lists them, matched with Intercom's copies of the same messages.

A listed message is evidence; a missing one is none: providers redact, delete and forget. Numbers are compared by
`identity.customer.number_key`, so that Mexico's 52 and 521, for example, are equal.

Telegram's bots have no number, and a bridge doesn't say which bot a chat is with. Their messages are matched by the
customer's id, and nothing else is decided by them.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from desktop.domain.contrary import ContraryKind, address_key
from desktop.domain.delivery import Arrival, ArrivalReason, ChannelArrival, Delivery, reported
from desktop.domain.direct import DirectSent
from desktop.domain.identity.customer import WITH_NUMBERS, number_key
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind, Entry, MessageKey
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.domain.window.window import WindowKey

MAX_BRIDGE_DELAY = timedelta(minutes=10)
"""The longest delay between the channel and Intercom, in either direction, at which two messages still match."""

CLOCK_SLACK = timedelta(seconds=5)
"""The largest difference between two providers' clocks, rounding to seconds included."""


def normalize_text(text: str) -> str:
    """A text without white space and invisible characters, which providers change on the way."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if unicodedata.category(c)[0] not in "ZC")


def text_digest(text: str) -> str:
    """SHA-256 of the normalized text, so that equal texts can be matched without keeping them; "" for an empty text."""
    left = normalize_text(text)
    return hashlib.sha256(left.encode("utf-8", "replace")).hexdigest() if left else ""


@frozen
class ProviderMessage:
    """A message as the provider of one of our accounts lists it, without its text.

    text_digest: of the text; "" for a message without text, and for a redacted one.
    sent_at: the provider's time, in whole seconds. made_by_api: an outbound message that some program sent.
    delivery: of an outbound message, None for an unknown state. delivery_at: since when. reason: why it failed, and
    what to do. failure: the kind of contrary fact that this is; None if it says nothing about the chat.
    """

    key: ChannelKey
    remote_id: str
    from_customer: bool
    business_address: str
    customer_address: str
    sent_at: datetime
    text_digest: str = ""
    made_by_api: bool = False
    delivery: Delivery | None = None
    delivery_at: datetime | None = None
    reason: Reason = NO_REASON
    failure: ContraryKind | None = None

    @property
    def id(self) -> str:
        """Distinct from every id of Intercom's."""
        return f"row:{self.key.provider}:{self.remote_id}"

    @property
    def order(self) -> tuple[datetime, str]:
        """Sort key: by time, then by id."""
        return (self.sent_at, self.id)


AddressPair = tuple[ChannelKind, str, str]
"""A channel with the keys of our number and the customer's: one chat, and one window."""


def address_pair(key: WindowKey) -> AddressPair | None:
    """The address pair of a window; None where either number is unknown, so that no message can be assigned to it."""
    business, customer = number_key(key.business_address), number_key(key.customer_address)
    return (key.channel, business, customer) if business and customer else None


class ProviderMessages:
    """All provider messages of one customer, by address pair and direction, oldest first.

    delivered: outbound messages that reached the customer's device, on any route.
    direct: what we sent directly; none of these matches a reply in Intercom. Where the provider never returned an id,
    every message near it with the same text may be it.
    """

    def __init__(self, rows: Iterable[ProviderMessage], direct: Iterable[DirectSent] = ()) -> None:
        self._inbound: dict[AddressPair, list[ProviderMessage]] = {}
        self._outbound: dict[AddressPair, list[ProviderMessage]] = {}
        self._without_number: dict[tuple[ChannelKind, str], list[ProviderMessage]] = {}
        self.delivered: list[ProviderMessage] = []
        sent_directly = tuple(direct)
        named = frozenset((d.route.key, d.remote_id) for d in sent_directly)
        nameless = [(d.route.key, text_digest(d.text), d.sent_at) for d in sent_directly if not d.remote_id]
        # There are few addresses and many messages, and parsing a number is expensive.
        pairs = lru_cache(maxsize=None)(address_pair)
        for row in sorted(frozenset(rows), key=lambda r: r.order):
            if row.delivery in (Delivery.DELIVERED, Delivery.READ):
                self.delivered.append(row)
            if row.key.channel not in WITH_NUMBERS:
                if row.from_customer:
                    customer = (row.key.channel, address_key(row.customer_address))
                    self._without_number.setdefault(customer, []).append(row)
                continue
            found = pairs(WindowKey(row.key.channel, row.business_address, row.customer_address))
            if found is None:
                continue
            if row.from_customer:
                self._inbound.setdefault(found, []).append(row)
            elif (row.key, row.remote_id) not in named and not _may_be_direct(row, nameless):
                self._outbound.setdefault(found, []).append(row)

    @property
    def pairs(self) -> tuple[AddressPair, ...]:
        """The pairs in which the customer has written."""
        return tuple(self._inbound)

    def inbound(self, chat: AddressPair | None) -> Sequence[ProviderMessage]:
        """The customer's messages of an address pair, oldest first."""
        return () if chat is None else self._inbound.get(chat, ())

    def inbound_without_number(self, chat: WindowKey) -> Sequence[ProviderMessage]:
        """The customer's messages on a channel without numbers, oldest first. None where it may be the chat with any of
        several accounts of ours.
        """
        found = self._without_number.get((chat.channel, chat.customer_address), ()) if chat.customer_address else ()
        return () if chat.conversation_id or len({row.key for row in found}) > 1 else found

    def outbound(self, chat: WindowKey) -> list[ProviderMessage]:
        """Outbound messages to the customer. Where the bridge's number is unknown, those of all our numbers, because a
        match needs the exact text."""
        business, customer = number_key(chat.business_address), number_key(chat.customer_address)
        found = (
            row
            for (channel, sender, to), rows in self._outbound.items()
            if (channel, to) == (chat.channel, customer) and sender == (business if chat.business_address else sender)
            for row in rows
        )
        return sorted(found, key=lambda r: r.order)


def _may_be_direct(row: ProviderMessage, sent: Iterable[tuple[ChannelKey, str, datetime]]) -> bool:
    return any(
        (row.key, row.text_digest) == (key, digest) and abs(row.sent_at - at) <= MAX_BRIDGE_DELAY
        for key, digest, at in sent
    )


_IsMatch = Callable[[str, ProviderMessage], bool]

# --- matching-----------------------------------------------------------------------------------------------------


def match_inbound(
    sure: Iterable[Entry], uncertain: Iterable[Entry], rows: Sequence[ProviderMessage]
) -> dict[MessageKey, ProviderMessage]:
    """Match the customer's messages in one chat with provider messages. rows: oldest first.

    A provider message is at most ten minutes earlier than its entry and never later; the nearest one matches, each
    once, and the texts are equal. Of the rest, those without a text (a file, a redaction) match too, but only entries
    that surely came from the channel (`sure`). A wrong match can only close a window early.
    """
    sure = list(sure)
    span = (-MAX_BRIDGE_DELAY, timedelta(0))
    matches = _match_nearest(
        [*sure, *uncertain], rows, span, lambda digest, row: bool(digest) and digest == row.text_digest
    )
    used = {row.id for row in matches.values()}
    left = [e for e in sure if (e.conversation_id, e.id) not in matches]
    free = [r for r in rows if r.id not in used]
    return matches | _match_nearest(left, free, span, lambda digest, row: not digest or not row.text_digest)


def match_outbound(replies: Iterable[Entry], rows: Sequence[ProviderMessage]) -> dict[MessageKey, ProviderMessage]:
    """Match replies with the provider messages they became, by (conversation id, entry id). rows: oldest first.

    A provider message is at most ten minutes later than its reply and has the same text; replies without text don't
    match.
    """
    span = (-CLOCK_SLACK, MAX_BRIDGE_DELAY)
    return _match_nearest(replies, rows, span, lambda digest, row: bool(digest) and digest == row.text_digest)


def _match_nearest(
    entries: Iterable[Entry], rows: Sequence[ProviderMessage], span: tuple[timedelta, timedelta], fits: _IsMatch
) -> dict[MessageKey, ProviderMessage]:
    """Match the nearest pairs first, each entry and each provider message once."""
    times = [row.sent_at for row in rows]
    pairs = []
    ordered = sorted(entries, key=lambda e: e.order) if rows else ()
    for place, entry in enumerate(ordered):
        near = range(bisect_left(times, entry.sent_at + span[0]), bisect_right(times, entry.sent_at + span[1]))
        digest = text_digest(entry.text) if near else ""
        pairs += [(abs(times[n] - entry.sent_at), place, n) for n in near if fits(digest, rows[n])]
    matches: dict[MessageKey, ProviderMessage] = {}
    used: set[int] = set()
    for _, place, number in sorted(pairs):
        key = (ordered[place].conversation_id, ordered[place].id)
        if key not in matches and number not in used:
            matches[key] = rows[number]
            used.add(number)
    return matches


# --- delivery --------------------------------------------------------------------------------------------------


def confirm_arrivals(arrived: tuple[ChannelArrival, ...], row: ProviderMessage | None) -> tuple[ChannelArrival, ...]:
    """Replace the expected arrival on the channel by the provider's report. A bridge's report of a failure holds until
    the provider reports the message delivered (see `Delivery`)."""
    if row is None or row.delivery is None:
        return arrived
    outranked = row.delivery < Delivery.FAILED
    provider_arrival = ChannelArrival(row.key.channel, Arrival(row.delivery.name.lower()), _report(row, row.delivery))
    return tuple(
        provider_arrival
        if a.channel is provider_arrival.channel and not (outranked and a.arrival is Arrival.FAILED)
        else a
        for a in arrived
    )


def _report(row: ProviderMessage, delivery: Delivery) -> Reason:
    """The provider's report; a failure with why."""
    at = row.delivery_at or row.sent_at
    if delivery is Delivery.ACCEPTED:
        provider = row.key.provider.display_name
        return make_reason(ArrivalReason.ACCEPTED_FROM_BRIDGE, provider=provider, at=at.astimezone(UTC).isoformat())
    report = reported(delivery, row.key.provider, at)
    return join_reasons(report, row.reason) if delivery is Delivery.FAILED else report
