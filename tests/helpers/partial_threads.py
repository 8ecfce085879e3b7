"""Compares a thread of which only the newest messages and the key entries are read with the same thread read whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from unittest.mock import patch

from conversation_factory import NOW

from desktop.domain.direct_reach import find_addresses
from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.forecast import reply as forecast_of_reply
from desktop.domain.history.customer_row import build_customer_row
from desktop.domain.history.older_messages import without_messages
from desktop.domain.learning.bridge import find_bridge_delays
from desktop.domain.learning.relay import find_relay_proofs
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import Situation, find_situation
from desktop.engine.sync import thread_loader
from desktop.engine.sync.thread_loader import LoadedThread, load_older, load_with_conversations
from desktop.store import contacts
from desktop.store.core.database import Database
from desktop.store.history import dormant, key_entries

LIMIT = 3
"""Of the messages of a thread."""


@contextmanager
def small_numbers() -> Iterator[None]:
    """As if a few messages were many."""
    with (
        patch.object(key_entries, "WORTH_CHOOSING", 2),
        patch.object(key_entries, "CHOOSE_AGAIN_AFTER", 2),
        patch.object(dormant, "WORTH_CHOOSING", 2),
        patch.object(dormant, "CHOOSE_AGAIN_AFTER", 2),
        patch.object(thread_loader, "NEWEST_MESSAGES", LIMIT),
        patch.object(thread_loader, "LOOK_BACK", (2, 3)),
        patch.object(forecast_of_reply, "NEWEST_MESSAGES", LIMIT),
    ):
        yield


def store_people(db: Database, people: Iterable[Contact]) -> None:
    """As contacts of the one customer `c1`."""
    for person in people:
        contacts.save(db, person)
    db.execute("INSERT INTO customers (id) VALUES ('c1') ON CONFLICT DO NOTHING")
    db.execute("UPDATE contacts SET customer_id = 'c1'")


def load(
    db: Database,
    workspace: Workspace,
    limit: int | None,
    now: datetime = NOW,
    named: Collection[str] | None = (),
) -> LoadedThread:
    """The thread of `c1`."""
    return load_with_conversations(db, "c1", workspace, now, limit, named)


def choose_key_entries(db: Database, workspace: Workspace) -> None:
    """Where it is due, as after every new fact."""
    for conversation in load(db, workspace, LIMIT).conversations:
        if conversation.is_choice_due:
            key_entries.choose(db, conversation, workspace)


def choose_dormant(db: Database, workspace: Workspace) -> None:
    """Where it is due, as after every new fact."""
    if load(db, workspace, LIMIT).is_dormancy_due:
        loaded = load(db, workspace, LIMIT, named=None)
        dormant.choose(db, "c1", loaded.thread, loaded.conversations, workspace)


def check_same(db: Database, workspace: Workspace, now: datetime = NOW, named: Collection[str] = ()) -> bool:
    """Compare what is decided. Returns whether anything was left out."""
    loaded, whole_loaded = load(db, workspace, LIMIT, now, named), load(db, workspace, None, now)
    thread, whole = loaded.thread, whole_loaded.thread
    assert thread.messages == whole.messages[-LIMIT:]
    assert thread.older_count + len(thread.messages) == len(whole.messages)
    known = {m.key: m for m in whole.messages}
    for message in thread.loaded:
        assert replace(message, arrived=()) == replace(known[message.key], arrived=())
    assert (thread.contacts, thread.listed_windows, thread.contrary, thread.several_numbers, thread.windows) == (
        whole.contacts,
        whole.listed_windows,
        whole.contrary,
        whole.several_numbers,
        whole.windows,
    )
    ids = {chat.id for chat in thread.chats}
    assert ids >= set(named)
    assert thread.left_out + len(thread.chats) == len(whole.chats)
    for chat, other in zip(thread.chats, (c for c in whole.chats if c.id in ids), strict=True):
        assert replace(chat.conversation, entries=()) == replace(other.conversation, entries=())
        assert (chat.mapping, chat.unmapped, chat.window, chat.contrary, chat.recovery) == (
            other.mapping,
            other.unmapped,
            other.window,
            other.contrary,
            other.recovery,
        )
    for channel in (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM):
        assert find_addresses(thread, channel) == find_addresses(whole, channel)
    tags = [{tag.name for chat in t.chats for tag in chat.conversation.tags} for t in (thread, whole)]
    assert tags[0] == tags[1]
    assert build_customer_row("c1", thread) == build_customer_row("c1", whole)
    assert find_relay_proofs(thread, workspace) == find_relay_proofs(whole, workspace)
    unproven = replace(workspace, relay=dict.fromkeys(ChannelKind, Relay.UNPROVEN))
    assert find_relay_proofs(thread, unproven) == find_relay_proofs(whole, unproven)
    assert set(find_bridge_delays(thread, workspace)) == set(find_bridge_delays(whole, workspace))
    for seen_upto in (None, 3, 20):
        words = Reply("Hello", seen_upto=seen_upto, author_id="7001")
        for chat in thread.chats:
            here, there = (find_situation(t, chat.id, workspace) for t in (thread, whole))
            assert drop_arrivals(here) == drop_arrivals(there)
            for hours in (0, 20):
                at = now + timedelta(hours=hours)
                assert compute_forecast(here, words, at) == compute_forecast(there, words, at)
    counts = {c.conversation.id: (c.entry_count, dict(c.codes)) for c in whole_loaded.conversations}
    assert {c.conversation.id: (c.entry_count, dict(c.codes)) for c in loaded.conversations} == {
        i: count for i, count in counts.items() if i in ids
    }
    return len(thread.loaded) < len(whole.messages)


def check_older(db: Database, workspace: Workspace, now: datetime = NOW) -> int:
    """Add older messages to the newest ones as long as there are any, and compare with a thread that is loaded with as
    many at once. Returns how often.
    """
    shown = load(db, workspace, LIMIT, now).thread
    for pages in count():
        if not shown.older_count:
            return pages
        limit = len(shown.messages) + LIMIT
        found = load_older(db, "c1", workspace, now, shown, limit)
        once = load(db, workspace, limit, now).thread
        assert found is not None
        assert found.messages == once.messages
        assert all(m is old for m, old in zip(found.messages[::-1], shown.messages[::-1], strict=False))
        for field in ("contacts", "contrary", "several_numbers", "windows", "older_count"):
            assert getattr(found, field) == getattr(once, field), field
        assert found.left_out + len(found.chats) == once.left_out + len(once.chats)
        assert list(found.loaded) == sorted(found.loaded, key=lambda m: m.entry.order)
        assert {m.entry.conversation_id for m in found.loaded} <= {c.id for c in found.chats}
        others = {c.id: c for c in once.chats}
        for chat in found.chats:
            assert list(chat.messages) == [m for m in found.loaded if m.entry.conversation_id == chat.id]
            assert [m.id for m in chat.messages if m.direct is None] == [e.id for e in chat.conversation.entries]
            if chat.id in others:
                assert without_messages(chat) == without_messages(others[chat.id])
        shown = found
    raise AssertionError


def drop_arrivals(situation: Situation) -> Situation:
    """Without what a part of a thread has not."""
    newest = situation.newest_reply
    bare = None if newest is None else replace(newest, arrived=())
    return replace(situation, messages=(), newest_reply=bare)
