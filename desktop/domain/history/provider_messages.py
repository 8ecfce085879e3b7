"""Evidence: messages as a channel's own provider lists them, tied to Intercom's copies of the same messages.

A row that is there proves something; one that is not proves nothing: providers redact, delete and forget. Numbers are
compared by `identity.number_key`, so that Mexico's 52 and 521, say, are one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Arrival, ChannelArrival, Delivery
from desktop.domain.direct import DirectSent
from desktop.domain.identity.customer import number_key
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind, Entry, MessageKey
from desktop.domain.window.window import WindowKey

MAX_BRIDGE_DELAY = timedelta(minutes=10)
"""The longest way of a message between the channel and Intercom, in either direction, that still ties the two."""

CLOCK_SLACK = timedelta(seconds=5)
"""How much two providers' clocks may differ, their whole seconds included."""


def normalize_text(text: str) -> str:
    """What is left of a text when a provider has been through it: no white space, nothing invisible."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if unicodedata.category(c)[0] not in "ZC")


def text_digest(text: str) -> str:
    """SHA-256 of the normalized text, so that equal texts can be matched without keeping them; "" for an empty text."""
    left = normalize_text(text)
    return hashlib.sha256(left.encode("utf-8", "replace")).hexdigest() if left else ""


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """A message as the provider of one of our accounts lists it, without its words.

    words: `text_digest` of them; "" for a message without any, and for one that was redacted.
    sent_at: the provider's time, in whole seconds. made_by_api: one of ours that some program sent.
    delivery: of ours, None where the provider's word is not known. delivery_at: since when it is so. sentence: why it
    failed, and what to do. failure: what kind of contrary word that is; None where it says nothing of the chat.
    """

    key: ChannelKey
    remote_id: str
    from_customer: bool
    business_address: str
    customer_address: str
    sent_at: datetime
    words: str = ""
    made_by_api: bool = False
    delivery: Delivery | None = None
    delivery_at: datetime | None = None
    sentence: str = ""
    failure: ContraryKind | None = None

    @property
    def id(self) -> str:
        """None of Intercom's."""
        return f"row:{self.key.provider}:{self.remote_id}"

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.sent_at, self.id)


AddressPair = tuple[ChannelKind, str, str]
"""A channel and the keys of two numbers, ours and the customer's: one chat, and one window."""


def address_pair(key: WindowKey) -> AddressPair | None:
    """None where either number is not known: then no row can be said to belong there."""
    ours, theirs = number_key(key.business_address), number_key(key.customer_address)
    return (key.channel, ours, theirs) if ours and theirs else None


class ProviderMessages:
    """All rows of one customer, by the pair of numbers and the direction, oldest first.

    delivered: those of ours that reached the customer's device, on whatever route.
    direct: what we sent past Intercom ourselves: no reply of Intercom's is one of these. Where the provider never told
    its name of one, every row near it in the same words may be it.
    """

    def __init__(self, rows: Iterable[ProviderMessage], direct: Iterable[DirectSent] = ()) -> None:
        self._inbound: dict[AddressPair, list[ProviderMessage]] = {}
        self._outbound: dict[AddressPair, list[ProviderMessage]] = {}
        self.delivered: list[ProviderMessage] = []
        ours = tuple(direct)
        named = frozenset((d.route.key, d.remote_id) for d in ours)
        nameless = [(d.route.key, text_digest(d.text), d.sent_at) for d in ours if not d.remote_id]
        # Few addresses, many rows, and a number is not read for nothing.
        pairs = lru_cache(maxsize=None)(address_pair)
        for row in sorted(frozenset(rows), key=lambda r: r.order):
            if row.delivery in (Delivery.DELIVERED, Delivery.READ):
                self.delivered.append(row)
            found = pairs(WindowKey(row.key.channel, row.business_address, row.customer_address))
            if found is None:
                continue
            if row.from_customer:
                self._inbound.setdefault(found, []).append(row)
            elif (row.key, row.remote_id) not in named and not _may_be(row, nameless):
                self._outbound.setdefault(found, []).append(row)

    @property
    def pairs(self) -> tuple[AddressPair, ...]:
        """Those that the customer has written in."""
        return tuple(self._inbound)

    def inbound(self, chat: AddressPair | None) -> Sequence[ProviderMessage]:
        return () if chat is None else self._inbound.get(chat, ())

    def outbound(self, chat: WindowKey) -> list[ProviderMessage]:
        """Ours to the customer. Where it is not known which number of ours the bridge uses, those of all numbers: the
        very words of a reply are asked of them, so that another number's row is no danger."""
        ours, theirs = number_key(chat.business_address), number_key(chat.customer_address)
        found = (
            row
            for (channel, sender, to), rows in self._outbound.items()
            if (channel, to) == (chat.channel, theirs) and sender == (ours if chat.business_address else sender)
            for row in rows
        )
        return sorted(found, key=lambda r: r.order)


def _may_be(row: ProviderMessage, sent: Iterable[tuple[ChannelKey, str, datetime]]) -> bool:
    return any(
        (row.key, row.words) == (key, words) and abs(row.sent_at - at) <= MAX_BRIDGE_DELAY for key, words, at in sent
    )


_Fits = Callable[[str, ProviderMessage], bool]

# --- ties --------------------------------------------------------------------------------------------------------


def match_inbound(
    sure: Iterable[Entry], unsure: Iterable[Entry], rows: Sequence[ProviderMessage]
) -> dict[MessageKey, ProviderMessage]:
    """The customer's messages in one chat with the rows they came from. rows: oldest first.

    A row is no later than its message and at most ten minutes earlier; the nearest counts, each once. The words are the
    same; what is left over is tied where either has none (a file, a redaction), but only for messages that surely came
    from the channel (`sure`). A wrong tie can only make a window close early: a row is never later than its message.
    """
    certain = list(sure)
    span = (-MAX_BRIDGE_DELAY, timedelta(0))
    tied = _nearest([*certain, *unsure], rows, span, lambda words, row: bool(words) and words == row.words)
    used = {row.id for row in tied.values()}
    left = [e for e in certain if (e.conversation_id, e.id) not in tied]
    free = [r for r in rows if r.id not in used]
    return tied | _nearest(left, free, span, lambda words, row: not words or not row.words)


def match_outbound(replies: Iterable[Entry], rows: Sequence[ProviderMessage]) -> dict[MessageKey, ProviderMessage]:
    """Replies with the rows they became, by (conversation id, entry id). rows: oldest first.

    A row is at most ten minutes later than its reply and has the same words: without words nothing is tied.
    """
    span = (-CLOCK_SLACK, MAX_BRIDGE_DELAY)
    return _nearest(replies, rows, span, lambda words, row: bool(words) and words == row.words)


def _nearest(
    entries: Iterable[Entry], rows: Sequence[ProviderMessage], span: tuple[timedelta, timedelta], fits: _Fits
) -> dict[MessageKey, ProviderMessage]:
    """The nearest pairs first, each entry and each row once."""
    times = [row.sent_at for row in rows]
    pairs = []
    ordered = sorted(entries, key=lambda e: e.order) if rows else ()
    for place, entry in enumerate(ordered):
        near = range(bisect_left(times, entry.sent_at + span[0]), bisect_right(times, entry.sent_at + span[1]))
        words = text_digest(entry.text) if near else ""
        pairs += [(abs(times[n] - entry.sent_at), place, n) for n in near if fits(words, rows[n])]
    tied: dict[MessageKey, ProviderMessage] = {}
    used: set[int] = set()
    for _, place, number in sorted(pairs):
        key = (ordered[place].conversation_id, ordered[place].id)
        if key not in tied and number not in used:
            tied[key] = rows[number]
            used.add(number)
    return tied


# --- what ties say -----------------------------------------------------------------------------------------------


def confirm_arrivals(arrived: tuple[ChannelArrival, ...], row: ProviderMessage | None) -> tuple[ChannelArrival, ...]:
    """Where a reply arrived, with the provider's word in the place of what we expect on its channel. A bridge's report
    of a failure stands until the provider says that the message was delivered (`Delivery`)."""
    if row is None or row.delivery is None:
        return arrived
    outranked = row.delivery < Delivery.FAILED
    said = ChannelArrival(row.key.channel, Arrival(row.delivery.name.lower()), _reason(row, row.delivery))
    return tuple(
        said if a.channel is said.channel and not (outranked and a.arrival is Arrival.FAILED) else a for a in arrived
    )


_SAID = {
    Delivery.ACCEPTED: "took it from the bridge{at}; what became of it is not known yet.",
    Delivery.SENT: "handed it on{at}; whether it arrived is not known.",
    Delivery.FAILED: "says that it did not arrive{at}.",
    Delivery.DELIVERED: "says that it arrived on the device{at}.",
    Delivery.READ: "says that it was opened{at}.",
}


def _reason(row: ProviderMessage, delivery: Delivery) -> str:
    at = f" at {(row.delivery_at or row.sent_at).astimezone(UTC):%H:%M:%S} UTC"
    why = f" {row.sentence}" if delivery is Delivery.FAILED and row.sentence else ""
    return f"{row.key.provider.display_name} {_SAID[delivery].format(at=at)}{why}"
