"""Hypothesis strategies for everything that is known of a customer, also for what providers never report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from conversation_factory import NOW, PAGE, WORKSPACE, conversation, jennifer
from hypothesis import strategies as st

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.model.facts import (
    ChannelKind,
    Client,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    Role,
    Tag,
    TagSighting,
)
from desktop.domain.model.workspace import Pin, Relay, Tagging

MINUTES = st.integers(0, 60 * 60)
INSTANTS = MINUTES.map(lambda m: NOW - timedelta(minutes=m))
CODES = st.sampled_from([None, None, "bridge-app", "bridge-app", "reachline-app", "crm"])
TEXTS = st.sampled_from(
    [
        "",
        "Hello",
        "Stop",
        "START",
        "Reacted with 👍",
        "24 hours are over",
        "Not a WhatsApp user",
        "Template sent",
        "470",
    ]
)
EVENTS = st.sampled_from(["comment", "comment", "close", "open", "note_and_reopen", "assignment"])
NUMBERS = st.sampled_from(["", "", "+353871234567", "+353 87 123 4567", "+4915112345678"])
TAG_NAMES = st.sampled_from(["whatsapp", "twilio_whatsapp", "telegram", "twilio", "instagram", "vip"])


@st.composite
def entries(draw: st.DrawFn, name: str, at_most: int = 6) -> list[Entry]:
    return [
        Entry(
            id=f"{name}{number}",
            conversation_id=name,
            sent_at=draw(INSTANTS),
            role=draw(st.sampled_from([Role.CUSTOMER, Role.CUSTOMER, *Role])),
            kind=draw(st.sampled_from([EntryKind.MESSAGE, EntryKind.MESSAGE, *EntryKind])),
            event=draw(EVENTS),
            author_id=draw(st.sampled_from(["c1", "c2", "7001", "7003"])),
            text=draw(TEXTS),
            app_code=draw(CODES),
            app_code_reported=draw(st.booleans()),
            by_email=draw(st.integers(0, 5)) == 0,
            tags=tuple(draw(st.lists(TAG_NAMES, max_size=1))),
            is_first=number == 0,
            client_hint=draw(st.sampled_from([Client.UNKNOWN, Client.UNKNOWN, Client.IOS])),
            line_hint=draw(NUMBERS),
            customer_hint=draw(NUMBERS),
            attribute_hint=draw(st.sampled_from([ChannelKind.UNKNOWN, ChannelKind.WHATSAPP])),
            channel_hint=draw(st.sampled_from(["", "", "whatsapp", "messenger"])),
            arrival=draw(st.integers(0, 20)),
        )
        for number in range(draw(st.integers(0, at_most)))
    ]


TAGS = st.builds(
    Tag,
    TAG_NAMES,
    st.none() | INSTANTS,
    st.sampled_from(["", "7001", "7003"]),
    st.sampled_from(TagSighting),
)


@st.composite
def conversations(draw: st.DrawFn, at_most: int = 6) -> list[Conversation]:
    """at_most: entries in each."""
    found = []
    for name in "abc"[: draw(st.integers(1, 3))]:
        held = draw(entries(name, at_most))
        found.append(
            replace(
                conversation(name, *held),
                entries=tuple(held),
                state=draw(st.sampled_from(ConversationState)),
                born_on=draw(st.sampled_from(["conversation"] * 6 + ["whatsapp", "email", "phone_call", "push", ""])),
                initial_channel=draw(st.sampled_from([None, None, "whatsapp"])),
                current_channel=draw(st.sampled_from([None, None, None, "messenger", "whatsapp"])),
                delivered_as=draw(st.sampled_from(["", "", "customer_initiated", "automated"])),
                page_url=draw(st.sampled_from([None, None, None, PAGE])),
                tags=tuple(draw(st.lists(TAGS, max_size=2))),
                removed_tags=tuple(draw(st.lists(TAG_NAMES, max_size=1))),
                contact_ids=(draw(st.sampled_from(["c1", "c2"])),),
                unseen_before=draw(st.none() | st.none() | INSTANTS),
            )
        )
    return found


CONTACTS = st.tuples(
    *(
        st.builds(
            jennifer,
            id=st.just(name),
            phone=NUMBERS,
            takes_email=st.booleans(),
            bridge_attributes=st.sampled_from(
                [{}, {"octopods_channel": "whatsapp"}, {"octopods_whatsapp_account_phone": "+35315550100"}]
            ),
            messenger_seen_at=st.none() | INSTANTS,
        )
        for name in ("c1", "c2")
    )
)
FACTS = st.lists(
    st.builds(
        ContraryFact,
        st.sampled_from(ContraryKind),
        st.sampled_from([ChannelKind.WHATSAPP, ChannelKind.SMS]),
        INSTANTS,
        st.sampled_from(ContrarySource),
        st.sampled_from("xyz"),
        st.sampled_from(["", "a", "b"]),
        NUMBERS,
        NUMBERS,
    ),
    max_size=2,
    unique_by=lambda f: f.id,
)
WORKSPACES = st.builds(
    replace,
    st.just(WORKSPACE),
    bridge_channels=st.sampled_from([None, None, frozenset({ChannelKind.WHATSAPP}), frozenset()]),
    tagging=st.sampled_from(Tagging),
    relay=st.sampled_from(Relay).map(lambda r: dict.fromkeys(ChannelKind, r)),
    pins=st.sampled_from([{}, {}, {"a": Pin(ChannelKind.WHATSAPP)}, {"b": Pin(None)}]),
    notice_authors=st.sampled_from([frozenset[str](), frozenset({"7003"})]),
)
