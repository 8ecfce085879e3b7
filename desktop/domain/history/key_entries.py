"""Chooses the entries of a conversation that decisions rest on, so that a long thread is decided without all others.

`assemble_thread` decides the same of a conversation with its key entries as of the whole one: mapping, window, contrary
facts, what may have ended them, what it shows of the bridge, and the origin of each message that is there. Decisions
ask for the first or the newest entry of a kind, for any entry of a kind, and for what stands around a bridge's note. So
more entries than these never do harm, and new ones are simply added. Where a reply arrived depends on the window when
it was sent: for that, the newest entry before it of every kind is needed as well (`kinds_before`).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from desktop.domain.bridge.notice import (
    CAUSED_WITHIN,
    has_note_of_bridge,
    is_by_bridge,
    is_note_of_bridge,
    is_reply,
    reports_success,
)
from desktop.domain.bridge.tagging import is_seen_near
from desktop.domain.contrary import parse_opt_out_keyword
from desktop.domain.model.facts import Contact, Conversation, Entry, EntryKind, Role, in_order
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import NATIVE_CHANNELS
from desktop.domain.window.keys import CLOSES, REOPENS
from desktop.domain.window.window import HUMAN_AGENT_UNTIL, WINDOW_LENGTH

VERSION = 1
"""Of the choice; raised when it changes."""

WINDOW_SPAN = max(WINDOW_LENGTH.values()) + timedelta(hours=1)
"""No message that is older than this keeps a window open or in doubt, `HUMAN_AGENT_SPAN` on channels with such a
permission."""

HUMAN_AGENT_SPAN = max(HUMAN_AGENT_UNTIL.values()) + timedelta(hours=1)


_CHANGES_OF_STATE = CLOSES | REOPENS


def choice_fingerprint(workspace: Workspace) -> str:
    """Fingerprint of the settings that the choice depends on; when it changes, what was chosen is no longer valid."""
    values = (
        VERSION,
        sorted(workspace.bridge_codes),
        sorted(workspace.notice_authors),
        workspace.success_patterns,
        workspace.non_message_patterns,
        workspace.new_number_patterns,
    )
    return hashlib.sha256(repr(values).encode("utf-8", "replace")).hexdigest()[:24]


def find_key_entries(conversation: Conversation, workspace: Workspace) -> frozenset[str]:
    """Ids of the entries that decisions about this conversation rest on, a person's word for a message included."""
    ordered = in_order(conversation.entries)
    return frozenset(
        entry.id
        for entry in (
            *_first_and_newest(ordered, workspace),
            *_with_addresses(ordered),
            *_openings_and_closings(ordered),
            *_opt_outs(ordered),
            *_around_notices(ordered, workspace),
        )
    )


def needs_surroundings(entry: Entry, workspace: Workspace) -> bool:
    """Whether other entries become key entries by this new one, so that the conversation must be read whole."""
    return is_note_of_bridge(entry, workspace)


def are_sightings_harmless(conversation: Conversation, contacts: Iterable[Contact]) -> bool:
    """Whether no sighting of a contact in the Messenger falls on a key entry.

    On Intercom's own channels it would be in doubt, and another entry of its kind the newest that is sure.
    """
    if conversation.born_on not in NATIVE_CHANNELS:
        return True
    people = list(contacts)
    return not any(is_seen_near(e.sent_at, c) for e in conversation.entries if e.role is Role.CUSTOMER for c in people)


def kinds_before(conversation: Conversation, at: datetime, workspace: Workspace) -> frozenset[object]:
    """Kinds of which the newest entry before an instant is not among the key entries. conversation: with these only, in
    order.
    """
    if not conversation.entries[0].sent_at < at <= conversation.entries[-1].sent_at:
        return frozenset()
    kinds: dict[object, list[datetime]] = {}
    for entry in conversation.entries:
        if _may_be_from_customer(entry):
            kinds.setdefault(kind_of(entry, workspace), []).append(entry.sent_at)
    return frozenset(kind for kind, times in kinds.items() if min(times) < at <= max(times))


def _first_and_newest(ordered: Sequence[Entry], workspace: Workspace) -> Iterable[Entry]:
    """Of each kind of entries that decisions distinguish: the first and the newest of the customer's, the newest of
    ours.
    """
    kinds: dict[object, list[Entry]] = {}
    for entry in ordered:
        kind = kind_of(entry, workspace)
        if kind is not None:
            kinds.setdefault(kind, []).append(entry)
    for entries in kinds.values():
        yield entries[-1]
        if _may_be_from_customer(entries[0]):
            yield entries[0]
            # A window's opener is the greatest id of several with the same time.
            yield max(entries, key=lambda e: (e.sent_at, e.id))
    yield from ordered[-1:]
    yield from (e for e in ordered if e.is_first)
    # Where the contact has no name, the first signature names the customer.
    yield from [e for e in ordered if e.role is Role.CUSTOMER and e.author_name.strip()][:1]


def _may_be_from_customer(entry: Entry) -> bool:
    return entry.is_customer_message or entry.may_be_customer_message


def kind_of(entry: Entry, workspace: Workspace) -> object:
    """Group entries of which only the first and the newest have to be kept. None: this one need not be kept."""
    if not _may_be_from_customer(entry):
        is_message = entry.kind in (EntryKind.MESSAGE, EntryKind.UNKNOWN)
        has_bridge_code = entry.app_code in workspace.bridge_codes
        if is_message:
            return entry.role, entry.kind, is_by_bridge(entry, workspace), has_bridge_code, entry.tags
        return (has_bridge_code, entry.tags) if has_bridge_code or entry.tags else None
    return (
        entry.role,
        entry.kind,
        entry.author_id,
        entry.app_code,
        entry.app_code_reported,
        entry.by_email,
        entry.tags,
        entry.client_hint,
        entry.attribute_hint,
        entry.channel_hint,
        workspace.is_non_message(entry.text),
        workspace.is_new_number(entry.text),
        parse_opt_out_keyword(entry.text),
        workspace.message_channels.get(entry.key),
    )


def _with_addresses(ordered: Sequence[Entry]) -> Iterable[Entry]:
    yield from [e for e in ordered if e.line_hint][-1:]
    yield from [e for e in ordered if e.customer_hint][-1:]


def _openings_and_closings(ordered: Sequence[Entry]) -> Iterable[Entry]:
    """Entries that show when the conversation was open: each reopening by the customer with the messages of its
    instant, which tell on which channel it was, and others where they change anything.
    """
    previous: bool | None = None
    instants = set()
    for entry in ordered:
        if entry.event not in _CHANGES_OF_STATE:
            continue
        opens = entry.event in REOPENS
        if is_reopening_by_customer(entry):
            instants.add(entry.sent_at)
            # It may have opened nothing, so that the next event counts, whatever it is.
            previous = None
            yield entry
        elif opens is not previous:
            previous = opens
            yield entry
    if instants:
        yield from (e for e in ordered if e.sent_at in instants and e.is_customer_message)


def is_reopening_by_customer(entry: Entry) -> bool:
    """Whether the customer reopened the conversation with this; then the messages of its instant count too."""
    return entry.role is Role.CUSTOMER and entry.event in REOPENS


def _opt_outs(ordered: Sequence[Entry]) -> Iterable[Entry]:
    yield from (e for e in ordered if e.is_customer_message and parse_opt_out_keyword(e.text))


def _around_notices(ordered: Sequence[Entry], workspace: Workspace) -> Iterable[Entry]:
    """The bridge's notes that may report a failure, all that stands near them, the reply before, and what the customer
    wrote last before.
    """
    if not has_note_of_bridge(ordered, workspace):
        return
    times = [e.sent_at for e in ordered]
    replies = [e for e in ordered if is_reply(e, workspace)]
    for note in ordered:
        if not is_note_of_bridge(note, workspace) or reports_success(note.text, workspace):
            continue
        near = bisect_left(times, note.sent_at - CAUSED_WITHIN)
        yield from ordered[near : bisect_right(times, note.sent_at + CAUSED_WITHIN)]
        yield from replies[: bisect_right(replies, note.order, key=lambda e: e.order)][-1:]
        newest: Mapping[object, Entry] = {kind_of(e, workspace): e for e in ordered[:near] if _may_be_from_customer(e)}
        yield from newest.values()
