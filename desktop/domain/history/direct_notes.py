"""Matches what a provider reports of another computer's direct messages with the notes that tell of these messages.

Only the computer that sent a message stores it; the others know its note. With the message, its provider is given a
reference to the note, and gives it back with each report.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from desktop.domain.delivery import Arrival, ChannelArrival, Delivery, reported
from desktop.domain.history.provider_messages import normalize_text
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import Entry, EntryKind, MessageKey
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import NO_REASON, Reason

_VERSION = "rl1"
_DIGEST_CHARS = 32


@frozen
class NoteReference:
    """The note that will tell of a message, as far as it is known before the message is sent: its conversation and how
    it ends. What stands before says what the provider answered.

    length, digest: of the end of its text, by `normalize_text`. draft_id: the sender's own id of the message.
    """

    conversation_id: str
    draft_id: str
    length: int
    digest: str

    def __str__(self) -> str:
        """The form for the provider; `read_reference` reads it."""
        return f"{_VERSION}:{self.conversation_id}:{self.length}:{self.digest}:{self.draft_id}"

    def is_to(self, note: Entry) -> bool:
        """Whether this may be the note."""
        if note.kind is not EntryKind.NOTE or note.conversation_id != self.conversation_id:
            return False
        text = normalize_text(note.text)
        return len(text) >= self.length and _digest(text[-self.length :]) == self.digest


def refer_to_note(conversation_id: str, draft_id: str, ending: str) -> NoteReference:
    """ending: the last sentences of the note, at least one."""
    left = normalize_text(ending)
    return NoteReference(conversation_id, draft_id, len(left), _digest(left))


def read_reference(text: str) -> NoteReference | None:
    """None for what is no reference: another program's, or an earlier version's."""
    version, *parts = text.split(":", 4)
    if version != _VERSION or len(parts) != 4:
        return None
    conversation_id, length, digest, draft_id = parts
    if not (conversation_id and length.isascii() and length.isdecimal() and len(length) < 7 and int(length)):
        return None
    return NoteReference(conversation_id, draft_id, int(length), digest)


def _digest(normalized: str) -> str:
    return hashlib.sha256(normalized.encode("utf-8", "replace")).hexdigest()[:_DIGEST_CHARS]


@frozen
class DirectReport:
    """The most that a provider reported of a message that another computer sent.

    at: when that happened; None where it does not say. reason: why it failed, and what to do.
    """

    note: NoteReference
    key: ChannelKey
    remote_id: str
    delivery: Delivery
    at: datetime | None = None
    reason: Reason = NO_REASON

    @property
    def arrived(self) -> ChannelArrival:
        """How far the message got on its channel, and why."""
        reason = self.reason or reported(self.delivery, self.key.provider, self.at)
        return ChannelArrival(self.key.channel, Arrival(self.delivery.name.lower()), reason)


def find_reported(entries: Iterable[Entry], reports: Iterable[DirectReport]) -> Mapping[MessageKey, ChannelArrival]:
    """How far the messages got that these notes tell of. Where a report may be about two notes, or two reports may be
    about one, nothing is known of any of them.
    """
    by_conversation: dict[str, list[DirectReport]] = defaultdict(list)
    for report in reports:
        by_conversation[report.note.conversation_id].append(report)
    if not by_conversation:
        return {}
    pairs = [
        (entry.key, report)
        for entry in entries
        for report in by_conversation[entry.conversation_id]
        if report.note.is_to(entry)
    ]
    of_note, of_report = Counter(key for key, _ in pairs), Counter((r.key, r.remote_id) for _, r in pairs)
    return {
        key: report.arrived
        for key, report in pairs
        if of_note[key] == 1 and of_report[report.key, report.remote_id] == 1
    }
