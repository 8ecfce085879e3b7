"""Notices: a bridge's own message about a failure, recognised and tied to the reply it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from desktop.domain.facts import Entry, EntryKind, Role
from desktop.domain.workspace import Workspace

# A bridge writes its notice when the channel's provider answers; minutes, not hours, after the reply.
TIED_WITHIN = timedelta(minutes=5)


class NoticeKind(StrEnum):
    WINDOW_CLOSED = "window_closed"
    NOT_ON_CHANNEL = "not_on_channel"
    CHANNEL_TROUBLE = "channel_trouble"
    UNKNOWN_FAILURE = "unknown_failure"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the bridge says about a reply. text: as the bridge wrote it, always shown."""

    entry_id: str
    kind: NoticeKind
    text: str


_KINDS = (
    (
        NoticeKind.NOT_ON_CHANNEL,
        r"not (a )?(valid )?(on )?whatsapp( user)?|phone number is missing|invalid phone|"
        r"does not have a phone",
    ),
    (
        NoticeKind.WINDOW_CLOSED,
        r"24[\s-]*(hours?|hrs?|h)\b|(service|care|messaging) window|session (has )?expired|"
        r"re-?engagement|\b(131047|63016|470)\b",
    ),
    (NoticeKind.CHANNEL_TROUBLE, r"api key|sending channel|unknown to us|disconnected"),
)


@lru_cache(maxsize=8)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns) or r"(?!)", re.IGNORECASE)


def recognise(entry: Entry, workspace: Workspace) -> Notice | None:
    """The notice in `entry`, or None.

    Only what carries the bridge's code, and notes made by a bot or by an app we do not know, can be one: an agent who
    types "24 hours" to a customer, or into a note of her own, has not failed.
    """
    if entry.role is Role.CUSTOMER or entry.kind is EntryKind.EVENT or not entry.text:
        return None
    by_bridge = entry.app_code is not None and entry.app_code in workspace.bridge_codes
    by_stranger = entry.kind is EntryKind.NOTE and (
        entry.role is Role.BOT if entry.app_code is None else entry.app_code not in workspace.own_codes
    )
    if not (by_bridge or by_stranger) or not _any_of(workspace.notice_patterns).search(entry.text):
        return None
    kind = next((k for k, words in _KINDS if re.search(words, entry.text, re.IGNORECASE)), NoticeKind.UNKNOWN_FAILURE)
    return Notice(entry.id, kind, entry.text)


def tie(
    entries: Iterable[Entry], workspace: Workspace, expected_to_fail: frozenset[str] = frozenset()
) -> Mapping[str, Notice]:
    """Notices of one conversation by the id of the reply each speaks of. A notice nobody can be tied to is left out.

    Each notice takes one reply of the five minutes before it: the oldest one sent while its window was closed
    (`expected_to_fail`), else the oldest. Bridges report in the order they tried.
    """
    ordered: Sequence[Entry] = sorted(entries, key=lambda e: e.order)
    tied: dict[str, Notice] = {}
    open_replies: list[Entry] = []
    for entry in ordered:
        notice = recognise(entry, workspace)
        if notice is not None:
            near = [r for r in open_replies if entry.sent_at - r.sent_at <= TIED_WITHIN]
            if near:
                reply = next((r for r in near if r.id in expected_to_fail), near[0])
                tied[reply.id] = notice
                open_replies.remove(reply)
        elif entry.role is not Role.CUSTOMER and entry.kind is EntryKind.MESSAGE:
            open_replies.append(entry)
    return tied
