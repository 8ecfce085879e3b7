"""The customers of a made-up workspace with what they wrote; the same number gives the same customer, always.

A customer's number is part of every id, phone number and order number; everything else follows from its remainder by
`KINDS`, so that `bulk` can derive a customer from the one of the same kind by changing number and times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from desktop.domain.model.facts import (
    Attachment,
    Client,
    Contact,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    Role,
    Tag,
)

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
"""When the world is looked at."""
KINDS = 200
MESSAGES_PER_CUSTOMER = 10
"""On average over all kinds, exactly."""
FIRST_NUMBER = 1_000_000
"""All numbers have seven digits."""
BRIDGE, BRIDGE_ADMIN, OWN_CODE = "octopods-vv1", "80", "reachline-app"
TEAMMATES = (("91", "Maria Lind"), ("92", "Sam Byrne"), ("93", "Lukas Brandt"))
PART_LIMIT = 500
"""Intercom gives no more entries of a conversation than this."""

_FIRST_NAMES = (
    "Jennifer",
    "Amal",
    "Tom",
    "Noor",
    "Petr",
    "Ana",
    "Yusuf",
    "Greta",
    "Liam",
    "Chiara",
    "Mei",
    "Olu",
    "Ines",
    "Kofi",
    "Sven",
    "Aoife",
    "Ravi",
    "Lena",
    "Hugo",
    "Zoe",
)
_LAST_NAMES = ("Okafor", "Baker", "Vries", "Novak", "Souza", "Demir", "Weber", "Murphy", "Rossi", "Chen")
_SYLLABLES = (
    "ba",
    "co",
    "di",
    "fu",
    "ga",
    "ho",
    "ke",
    "li",
    "mo",
    "na",
    "pe",
    "qui",
    "ra",
    "so",
    "ta",
    "ve",
    "wi",
    "xo",
    "yu",
    "zi",
)
_SENTENCES = (
    "My order {order} has not arrived.",
    "Any news about {order}?",
    "The parcel went to the wrong depot and comes back on Tuesday, so please keep an eye on the tracking.",
    "Thank you!",
    "Could you check that for me, please? I'll be at home tomorrow between 9 and 11.",
    "I am looking into it.",
)
_NOTICES = {
    3: "Message was not delivered: this number is not on WhatsApp.",
    13: "Message was not delivered: the 24-hour window has expired.",
}
"""What the bridge reported, by the remainder of the kind by 40. A teammate says that the first is solved."""
_BUSY = timedelta(hours=20)
_OLDEST = timedelta(days=60)


def number_of(index: int) -> int:
    return FIRST_NUMBER + index


def last_activity(index: int, customers: int, busy: int) -> datetime:
    """When the customer at this place of the list was last active: the first `busy` of them today, so that their
    windows are open, the others over two months, with more of them lately.
    """
    if index < busy:
        return NOW - timedelta(minutes=4) - _BUSY * (index / busy)
    share = (index - busy) / max(customers - busy, 1)
    return NOW - _BUSY - timedelta(seconds=round((_OLDEST * share**1.5).total_seconds()))


def answers(number: int, last_at: datetime) -> Iterator[tuple[Contact, tuple[Conversation, ...]]]:
    """What Intercom answers of a customer, mostly at once. last_at: when the newest entry was sent."""
    kind = number % KINDS
    rng = Random(kind)
    contact = _contact(number, rng, last_at)
    count = message_count(kind)
    newest = _conversation(number, 1, kind, count if kind % 8 else max(count - 3, 1), rng, last_at)
    if kind % 8:
        yield contact, (newest,)
        return
    # Every eighth kind has an older conversation in the Messenger.
    older = _conversation(number, 2, 6, min(3, count), rng, last_at - timedelta(days=9))
    if kind % 40 != 8:
        yield contact, (older, newest)
        return
    # Some began that as another contact, which Intercom merged with theirs later.
    visitor = Contact(f"l{number}", "lead", name="Visitor", updated_at=older.updated_at)
    yield contact, (newest,)
    yield visitor, (replace(older, contact_ids=(visitor.id,)),)
    yield replace(contact, merged_ids=(visitor.id,)), ()


def long_customer(number: int, messages: int, last_at: datetime) -> tuple[Contact, tuple[Conversation, ...]]:
    """A customer with this many messages, half of them over the bridge, in conversations of up to `PART_LIMIT`."""
    rng = Random(number)
    conversations = []
    for place, start in enumerate(range(0, messages, PART_LIMIT)):
        count = min(PART_LIMIT, messages - start)
        made = _conversation(number, place + 1, 0 if place % 2 == 0 else 6, count, rng, last_at, pause_s=170)
        conversations.append(replace(made, state=ConversationState.OPEN if place == 0 else ConversationState.CLOSED))
        last_at = made.created_at - timedelta(minutes=3)
    return _contact(number, rng, last_at), tuple(conversations)


@cache
def message_counts() -> tuple[int, ...]:
    """Messages by kind: most customers wrote little, a few a lot."""
    counts = [min(1 + int(Random(f"count {kind}").paretovariate(0.9) * 2.2), 70) for kind in range(KINDS)]
    kind = 0
    while (missing := KINDS * MESSAGES_PER_CUSTOMER - sum(counts)) != 0:
        counts[kind % KINDS] = max(counts[kind % KINDS] + (1 if missing > 0 else -1), 1)
        kind += 1
    return tuple(counts)


def message_count(kind: int) -> int:
    return message_counts()[kind]


@cache
def _vocabulary() -> tuple[str, ...]:
    rng = Random("vocabulary")
    return tuple("".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(6_000))


def _text(rng: Random, number: int) -> str:
    if rng.random() < 0.3:
        return rng.choice(_SENTENCES).format(order=f"#{number}")
    vocabulary = _vocabulary()
    words = (vocabulary[int(len(vocabulary) * rng.random() ** 4)] for _ in range(rng.randint(3, 24)))
    return " ".join(words).capitalize() + "."


def _contact(number: int, rng: Random, last_at: datetime) -> Contact:
    return Contact(
        f"c{number}",
        name=f"{rng.choice(_FIRST_NAMES)} {rng.choice(_LAST_NAMES)}",
        email=f"customer{number}@example.com",
        phone=f"+35386{number}",
        takes_email=rng.random() < 0.5,
        attributes={"plan": rng.choice(("basic", "plus"))},
        messenger_seen_at=last_at - timedelta(hours=3),
        location="Cork, Ireland",
        updated_at=last_at,
    )


def _conversation(
    number: int, place: int, kind: int, messages: int, rng: Random, last_at: datetime, pause_s: int = 5_400
) -> Conversation:
    """kind % 10: 0-4 WhatsApp, of which 4 went on in the Messenger; 5 SMS; 6-8 Messenger; 9 Telegram.

    pause_s: the mean time between two messages.
    """
    conversation_id = f"v{number}{place:04}"
    tag = {5: "sms", 9: "telegram"}.get(kind % 10, "whatsapp" if kind % 10 < 5 else "")
    code = BRIDGE if tag else None
    ages = [0]
    for _ in range(messages - 1):
        ages.append(ages[-1] + 1 + int(rng.expovariate(1 / pause_s)))
    ages.reverse()
    teammate_id, teammate_name = TEAMMATES[kind % 3]
    # Most wait for an answer.
    is_ours = rng.random() < 0.4
    entries: list[Entry] = []
    for position, age_s in enumerate(ages):
        sent_at = last_at - timedelta(seconds=age_s)
        is_ours = position > 0 and (rng.random() < 0.5 if position < messages - 1 else is_ours)
        is_late_messenger = kind % 10 == 4 and position > messages * 0.7
        entry = Entry(
            f"{number}{place:04}{position + 1:04}",
            conversation_id,
            sent_at,
            Role.TEAMMATE if is_ours else Role.CUSTOMER,
            EntryKind.MESSAGE,
            author_id=teammate_id if is_ours else f"c{number}",
            author_name=teammate_name if is_ours else "",
            text=_text(rng, number),
            app_code=(OWN_CODE if tag else None) if is_ours else None if is_late_messenger else code,
            client_hint=Client.UNKNOWN if is_ours or (code and not is_late_messenger) else Client.IOS,
        )
        if position == 0:
            first = {"id": f"source:{conversation_id}", "event": "source", "is_first": True}
            entry = replace(entry, app_code_reported=False, app_code=None, **first)
        elif rng.random() < 0.06:
            photo = Attachment("parcel.jpg", f"https://files.example/{entry.id}.jpg", "image/jpeg", 184_320, 1200, 900)
            entry = replace(entry, attachments=(photo,))
        entries.append(entry)
        if is_ours and kind % 40 in _NOTICES and not any(e.kind is EntryKind.NOTE for e in entries):
            entries.append(_notice(entry, _NOTICES[kind % 40]))
        if position and rng.random() < 0.12:
            entries.append(_aside(entry, position, rng, teammate_id, teammate_name))
    created_at = entries[0].sent_at
    return Conversation(
        conversation_id,
        created_at,
        max(entry.sent_at for entry in entries),
        ConversationState.OPEN if kind % 4 else ConversationState.CLOSED,
        title=f"Order {number}",
        page_url=None if tag else "https://shop.example/",
        tags=(Tag(tag, created_at, BRIDGE_ADMIN),) if tag else (),
        contact_ids=(f"c{number}",),
        assignee_id=teammate_id if kind % 5 else None,
        read=kind % 3 != 0,
        entries=tuple(entries),
    )


def _notice(reply: Entry, text: str) -> Entry:
    """The bridge's report that a reply did not arrive."""
    return Entry(
        f"{reply.id}77",
        reply.conversation_id,
        reply.sent_at + timedelta(milliseconds=500),
        Role.TEAMMATE,
        EntryKind.NOTE,
        event="note",
        author_id=BRIDGE_ADMIN,
        author_name="Octopods",
        text=text,
        app_code=BRIDGE,
    )


def _aside(entry: Entry, position: int, rng: Random, teammate_id: str, teammate_name: str) -> Entry:
    """A note or an event just before this message."""
    is_note = rng.random() < 0.4
    return Entry(
        f"{entry.id}{position % 10}",
        entry.conversation_id,
        entry.sent_at - timedelta(seconds=1),
        Role.TEAMMATE,
        EntryKind.NOTE if is_note else EntryKind.EVENT,
        event="note" if is_note else "assignment",
        author_id=teammate_id,
        author_name=teammate_name,
        text="The carrier says it is in Cork." if is_note else "",
    )
