"""Reads the answer for one conversation, and maps only what is not stored already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import msgspec

from desktop import __version__
from desktop.channels.intercom.conversations import map_conversation
from desktop.channels.intercom.entries import PartWithFingerprint, StoredPart
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import Scalar, as_time
from desktop.domain.model.facts import Conversation
from desktop.ports import StoredAnswer

_SIGNATURE = re.compile(rb"\?[^\s\"<>]*(?:[Ss]ignature|[Ee]xpires)=[^\s\"<>]*")
"""The signed part of a file's address: another one in each answer."""

_MAPPING = __version__.encode()
"""Another version of the program may map the same answer differently."""


class _PartHead(msgspec.Struct):
    id: Scalar = None
    created_at: Scalar = None


class _Parts(msgspec.Struct):
    conversation_parts: list[msgspec.Raw]
    total_count: Scalar = None


class _PartHeads(msgspec.Struct):
    conversation_parts: list[_PartHead]


def read_conversation(data: bytes, stored: StoredAnswer) -> Conversation | None:
    """Map the answer, without the parts that are stored; None if all of it is. Raises ValueError for what is no
    conversation, and RecursionError.
    """
    loose_json.check_size(data)
    [fingerprint] = _fingerprints([data])
    if fingerprint == stored.fingerprint:
        return None
    found = _map_new_parts(data, stored.entries) or map_conversation(loose_json.parse(data))
    return replace(found, fingerprint=fingerprint)


def _map_new_parts(data: bytes, stored: frozenset[int]) -> Conversation | None:
    """None where the answer is so odd that it must be mapped as a whole."""
    try:
        fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        raw_list = fields.pop("conversation_parts")
        raw_parts = msgspec.json.decode(raw_list, type=_Parts)
        heads = msgspec.json.decode(raw_list, type=_PartHeads).conversation_parts
    except (msgspec.MsgspecError, UnicodeError, RecursionError, KeyError):
        return None
    # Entries that repeat or lack a time are mapped by what stands beside them.
    repeats = max(Counter(str(head.id) for head in heads).values(), default=1) > 1
    times = [as_time(head.created_at) for head in heads]
    conversation = {name: loose_json.parse_checked(bytes(raw)) for name, raw in fields.items()}
    if repeats or None in (*times, as_time(conversation.get("created_at")), as_time(conversation.get("updated_at"))):
        return None
    # Whether an author of an unknown type is the customer depends on the contacts.
    context = bytes(fields.get("contacts", b""))
    raws = [bytes(raw) for raw in raw_parts.conversation_parts]
    fingerprints = _fingerprints(raws, context)
    parts: list[Any] = [
        StoredPart(at) if at is not None and fingerprint in stored else PartWithFingerprint(raw, fingerprint)
        for raw, fingerprint, at in zip(raws, fingerprints, times, strict=True)
    ]
    whole = {"conversation_parts": parts, "total_count": raw_parts.total_count}
    found = map_conversation(conversation | {"conversation_parts": whole})
    is_partial = any(isinstance(part, StoredPart) for part in parts)
    # Without contacts, the authors of all entries decide whose conversation it is.
    return replace(found, is_partial=True) if is_partial and found.contact_ids else None if is_partial else found


def _fingerprints(raws: Iterable[bytes], context: bytes = b"") -> list[int]:
    """Of each 64 bits, never 0. context: what else each depends on."""
    begun = blake2b(_MAPPING + context, digest_size=8)
    found = []
    for raw in raws:
        hashed = begun.copy()
        hashed.update(_SIGNATURE.sub(b"", raw))
        found.append(int.from_bytes(hashed.digest(), "big", signed=True) or 1)
    return found
