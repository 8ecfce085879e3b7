"""What an installation knows of a sandbox world that it polls, merged as the store does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation
from desktop.domain.mapping import find_business_address_hint, find_customer_address_hint, was_posted_by_bridge
from desktop.domain.model.facts import ChannelKind, Client, Contact, Conversation, Entry, Tag, TagSighting
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import attribute_channel, sighted_client
from desktop.sandbox.world import World

FRESH = timedelta(minutes=2)
Read = TypeVar("Read")


class PollingInstallation:
    """Reads conversations and contacts; keeps with each entry the evidence of its first reading."""

    def __init__(self, world: World, settings: Workspace) -> None:
        self.world = world
        self.settings = settings
        self._stored: dict[str, Conversation] = {}
        self._conversations = CachedMapper(map_conversation)
        self._contacts = CachedMapper(map_contact)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.now, UTC)

    def contacts(self, customer: object) -> list[Contact]:
        ids = self.world.contact_ids(customer)  # type: ignore[arg-type]
        return [self._contacts.read(c, self.world.intercom.get_contact(c)) for c in ids]

    def read(self, customer: object) -> tuple[list[Conversation], list[Contact]]:
        """Read everything of one customer. Returns what is known then."""
        contacts = self.contacts(customer)
        people = {c.id: c for c in contacts}
        known = []
        for conversation_id in self.world.conversation_ids(customer):  # type: ignore[arg-type]
            answer = self._conversations.read(conversation_id, self.world.intercom.get_conversation(conversation_id))
            self._stored[conversation_id] = self._merged(self._stored.get(conversation_id), answer, people)
            known.append(self._stored[conversation_id])
        return known, contacts

    def _merged(self, stored: Conversation | None, answer: Conversation, people: dict[str, Contact]) -> Conversation:
        before = {} if stored is None else {e.id: e for e in stored.entries}
        entries = tuple(self._entry(before.get(e.id), e, answer, people) for e in answer.entries)
        tags = tuple(self._tag(t, stored, answer) for t in answer.tags)
        gone = set() if stored is None else {t.name for t in stored.tags} - {t.name for t in answer.tags}
        removed = {*(() if stored is None else stored.removed_tags), *gone} - {t.name for t in answer.tags}
        return replace(answer, entries=entries, tags=tags, removed_tags=tuple(sorted(removed)))

    def _entry(self, stored: Entry | None, entry: Entry, answer: Conversation, people: dict[str, Contact]) -> Entry:
        if stored is not None:
            return replace(
                entry,
                client_hint=stored.client_hint,
                line_hint=stored.line_hint,
                customer_hint=stored.customer_hint,
                attribute_hint=stored.attribute_hint,
                channel_hint=stored.channel_hint,
            )
        entry = replace(entry, channel_hint=answer.current_channel or "")
        author = people.get(entry.author_id)
        if author is None or not entry.is_customer_message or self.now - entry.sent_at >= FRESH:
            return entry
        if was_posted_by_bridge(entry, answer, self.settings) or (entry.is_first and answer.page_url is None):
            return replace(
                entry,
                line_hint=find_business_address_hint(answer, author, self.settings),
                customer_hint=find_customer_address_hint(answer, author, self.settings),
                attribute_hint=attribute_channel(author, self.settings) or ChannelKind.UNKNOWN,
                client_hint=sighted_client(entry, author) if entry.is_first else Client.UNKNOWN,
            )
        return replace(entry, client_hint=Client.UNKNOWN if entry.by_email else sighted_client(entry, author))

    def _tag(self, tag: Tag, stored: Conversation | None, answer: Conversation) -> Tag:
        if stored is None:
            is_fresh = self.now - answer.created_at <= FRESH
            return replace(tag, sighting=TagSighting.AT_FIRST if is_fresh else TagSighting.UNKNOWN)
        known = next((t for t in stored.tags if t.name == tag.name), None)
        return replace(tag, sighting=TagSighting.LATER if known is None else known.sighting)


class CachedMapper(Generic[Read]):
    """Maps an answer again only if its JSON has changed."""

    def __init__(self, mapping: Callable[[object], Read]) -> None:
        self._mapping = mapping
        self._stored: dict[str, tuple[bytes, Read]] = {}

    def read(self, ident: str, answer: object) -> Read:
        raw = msgspec.json.encode(answer)
        known = self._stored.get(ident)
        if known is None or known[0] != raw:
            known = self._stored[ident] = (raw, self._mapping(msgspec.json.decode(raw)))
        return known[1]


def over_the_wire(answer: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(answer))
