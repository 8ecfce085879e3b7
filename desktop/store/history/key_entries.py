"""Conversations with their key entries only (`domain.history.key_entries`), and the choice of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from desktop.domain.history.key_entries import (
    are_sightings_harmless,
    choice_fingerprint,
    find_key_entries,
    needs_surroundings,
)
from desktop.domain.model.facts import Contact, Conversation, Entry
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace
from desktop.store import conversations, entries
from desktop.store.core.columns import fetch_all, from_json, insert_row, to_json, valid_utf8
from desktop.store.core.database import Database

WORTH_CHOOSING = 16
"""Shorter conversations are read whole."""

CHOOSE_AGAIN_AFTER = 32
"""So many new entries are all kept as key entries before the choice is made again."""


@frozen
class LoadedConversation:
    """A conversation with all its entries, or with some: at least its key entries.

    entry_count: of all. codes: how many of all the customer's messages have each package code.
    new: entries stored since the key entries were chosen. is_choice_due: they should be chosen (again).
    """

    conversation: Conversation
    entry_count: int
    codes: Mapping[str, int]
    is_whole: bool = True
    new: tuple[Entry, ...] = ()
    is_choice_due: bool = False


def of_customer_whole(db: Database, customer_id: str) -> tuple[LoadedConversation, ...]:
    """The customer's conversations with all their entries."""
    return tuple(_whole(c) for c in conversations.of_customer(db, customer_id))


def of_conversations(
    db: Database, known: Iterable[Conversation], people: Iterable[Contact], workspace: Workspace
) -> tuple[LoadedConversation, ...]:
    """Conversations, each with its key entries where these are chosen, else whole. known: without entries."""
    known, people = list(known), list(people)
    rows = fetch_all(
        db,
        "SELECT * FROM key_entry_choices WHERE conversation_id IN (SELECT value FROM json_each(?)) AND chosen_by = ?",
        (to_json([c.id for c in known]), choice_fingerprint(workspace)),
    )
    choices = {row.conversation_id: row for row in rows}
    key: dict[str, list[Entry]] = {i: [] for i in choices}
    new: dict[str, list[Entry]] = {i: [] for i in choices}
    for entry, is_new in entries.key_entries_of(db, choices) if choices else ():
        key[entry.conversation_id].append(entry)
        if is_new:
            new[entry.conversation_id].append(entry)
    return tuple(
        _partial(db, c, choices[c.id], key[c.id], new[c.id], people, workspace)
        if c.id in choices
        else _whole(replace(c, entries=entries.of_conversation(db, c.id)), is_choice_due=True)
        for c in known
    )


def _whole(conversation: Conversation, *, is_choice_due: bool = False) -> LoadedConversation:
    count = len(conversation.entries)
    is_due = is_choice_due and count >= WORTH_CHOOSING
    return LoadedConversation(conversation, count, _codes(conversation.entries), is_choice_due=is_due)


def _partial(
    db: Database,
    conversation: Conversation,
    choice: Any,
    key: list[Entry],
    new: list[Entry],
    people: Iterable[Contact],
    workspace: Workspace,
) -> LoadedConversation:
    found = replace(conversation, entries=tuple(sorted(key, key=lambda e: e.order)))
    if any(needs_surroundings(e, workspace) for e in new):
        return _whole(replace(conversation, entries=entries.of_conversation(db, conversation.id)), is_choice_due=True)
    if not are_sightings_harmless(found, people):
        return _whole(replace(conversation, entries=entries.of_conversation(db, conversation.id)))
    return LoadedConversation(
        found,
        choice.entry_count + len(new),
        _codes(new, from_json(choice.codes)),
        is_whole=False,
        new=tuple(new),
        is_choice_due=len(new) >= CHOOSE_AGAIN_AFTER,
    )


def _codes(some_entries: Iterable[Entry], before: Mapping[str, int] | None = None) -> Mapping[str, int]:
    """How many of the customer's messages have each package code. before: counts of other entries, to be added."""
    counts = dict(before or {})
    for entry in some_entries:
        if entry.is_customer_message and entry.app_code is not None:
            counts[entry.app_code] = counts.get(entry.app_code, 0) + 1
    return counts


def choose(db: Database, loaded: LoadedConversation, workspace: Workspace) -> None:
    """Choose the key entries of a conversation and store the choice."""
    conversation = loaded.conversation
    for table in ("key_entries", "key_entry_choices"):
        db.execute(f"DELETE FROM {table} WHERE conversation_id = ?", (conversation.id,))
    row = {
        "conversation_id": conversation.id,
        "chosen_by": choice_fingerprint(workspace),
        "entry_count": loaded.entry_count,
        "codes": to_json({valid_utf8(code): count for code, count in loaded.codes.items()}),
    }
    insert_row(db, "key_entry_choices", row)
    chosen = sorted(find_key_entries(conversation, workspace))
    db.executemany("INSERT INTO key_entries VALUES (?, ?, 0)", [(conversation.id, i) for i in chosen])
