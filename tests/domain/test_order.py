"""Whatever the order in which facts arrive, and whatever they are, the same is decided and nothing breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from conversation_factory import NOW
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from random_facts import CONTACTS, FACTS, WORKSPACES, conversations

from desktop.domain.contrary import ContraryFact
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.learning.bridge import find_bridge_delays, learn_from
from desktop.domain.learning.relay import find_relay_proofs
from desktop.domain.model.facts import (
    ChannelKind,
    Contact,
    Conversation,
    Entry,
    EntryKind,
    Role,
)
from desktop.domain.model.workspace import Workspace
from desktop.domain.reach import find_situation
from desktop.domain.window.window import WindowState


def forecasts_of(thread: Thread, workspace: Workspace, now: datetime = NOW) -> dict[str, Forecast]:
    words = Reply("Hello", seen_upto=5, author_id="7001")
    return {c.id: compute_forecast(find_situation(thread, c.id, workspace), words, now) for c in thread.chats}


@examples(60)
@given(conversations(), CONTACTS, WORKSPACES, FACTS, st.integers(0, 10_000))
def test_no_order_changes_anything(
    held: list[Conversation], contacts: tuple[Contact, ...], workspace: Workspace, facts: list[ContraryFact], seed: int
) -> None:
    shuffle = Random(seed)
    straight = assemble_thread(held, contacts, workspace, contrary=facts, now=NOW)
    turned = [
        replace(
            c,
            entries=tuple(shuffle.sample(c.entries, len(c.entries))),
            tags=tuple(shuffle.sample(c.tags, len(c.tags))),
        )
        for c in shuffle.sample(held, len(held))
    ]
    again = assemble_thread(turned, contacts[::-1], workspace, contrary=facts[::-1], now=NOW)
    assert again.messages == straight.messages
    assert again.contrary == straight.contrary
    assert again.several_numbers == straight.several_numbers
    for chat, other in zip(straight.chats, again.chats, strict=True):
        assert (chat.id, chat.mapping, chat.unmapped, chat.window) == (
            other.id,
            other.mapping,
            other.unmapped,
            other.window,
        )
        assert (chat.messages, chat.contrary, chat.recovery) == (other.messages, other.contrary, other.recovery)
    assert forecasts_of(again, workspace) == forecasts_of(straight, workspace)
    assert find_relay_proofs(again, workspace) == find_relay_proofs(straight, workspace)
    assert set(find_bridge_delays(again, workspace)) == set(find_bridge_delays(straight, workspace))
    customers = {c.id: c.contact_ids[0] for c in held}
    owners = {c.id: contacts[0] for c in held}
    assert learn_from(held, customers, owners, workspace, is_settled=True) == learn_from(
        turned, customers, owners, workspace, is_settled=True
    )


@examples(60)
@given(conversations(), CONTACTS, WORKSPACES, FACTS, st.integers(0, 48 * 60))
def test_what_is_promised_rests_on_something(
    held: list[Conversation],
    contacts: tuple[Contact, ...],
    workspace: Workspace,
    facts: list[ContraryFact],
    minutes: int,
) -> None:
    now = NOW + timedelta(minutes=minutes)
    thread = assemble_thread(held, contacts, workspace, contrary=facts, now=now)
    for chat in thread.chats:
        found = forecasts_of(thread, workspace, now)[chat.id]
        windowed = chat.window.key.channel if chat.window.exists else None
        state = chat.window.state(now)
        if windowed is not None and windowed in found.reached:
            assert state in (WindowState.OPEN, WindowState.CLOSING)
            [opener] = [m for m in thread.messages if m.id == chat.window.opened_by]
            assert opener.origin is not None
            assert opener.origin.is_sure
            assert opener.origin.channel is windowed
            assert now < opener.entry.sent_at + timedelta(hours=24)
        if chat.mapping is not None and not chat.mapping.is_known:
            assert found.reached <= {ChannelKind.MESSENGER}
            assert found.verdict >= 2


@examples(60)
@given(conversations(), CONTACTS, WORKSPACES, st.integers(0, 10_000))
def test_words_of_an_unknown_author_open_pin_and_prove_nothing(
    held: list[Conversation], contacts: tuple[Contact, ...], workspace: Workspace, seed: int
) -> None:
    before = assemble_thread(held, contacts, workspace, now=NOW)
    pick = Random(seed)
    strange = Entry(
        "z9",
        held[0].id,
        NOW - timedelta(minutes=pick.randrange(3600)),
        Role.UNKNOWN,
        pick.choice([EntryKind.MESSAGE, EntryKind.UNKNOWN]),
        text=pick.choice(["Hello", "STOP", "START", "24 hours are over"]),
        app_code=pick.choice([None, "bridge-app", "crm"]),
    )
    more = [replace(held[0], entries=(*held[0].entries, strange)), *held[1:]]
    after = assemble_thread(more, contacts, workspace, now=NOW)
    promised = forecasts_of(before, workspace)
    for name, found in forecasts_of(after, workspace).items():
        assert found.reached <= promised[name].reached
    for chat in before.chats:
        other = after.chat(chat.id)
        assert (other.mapping, other.unmapped) == (chat.mapping, chat.unmapped)
        assert other.window.opened_by == chat.window.opened_by
        assert other.window.closes_at == chat.window.closes_at
    assert {e.channel for e in find_relay_proofs(after, workspace)} <= {
        e.channel for e in find_relay_proofs(before, workspace)
    }
