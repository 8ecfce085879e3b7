"""Recognizes the bridge's own notices about failures and matches them with the replies they are about."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.model.facts import ChannelKind, Conversation, Entry, EntryKind, Role, in_order
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace, any_of

MATCH_WITHIN = timedelta(minutes=10)
"""A bridge writes its notice when the channel's provider responds: minutes, not hours, after the reply."""

CAUSED_WITHIN = timedelta(hours=1)
"""How late a bridge's report may come: any other person's reply in this time before it may be its cause."""

REPLY_WITHIN = timedelta(hours=24)
"""A note without a reply in this time before it is about none."""


class NoticeKind(StrEnum):
    """Why a message was not delivered, as far as a notice says."""

    WINDOW_CLOSED = "window_closed"
    NOT_ON_CHANNEL = "not_on_channel"
    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
    CHANNEL_TROUBLE = "channel_trouble"
    TEMPORARY = "temporary"
    UNKNOWN_FAILURE = "unknown_failure"


@frozen
class Notice:
    """What the bridge reports about a reply. text: as the bridge wrote it, always shown.

    candidates: ids of the replies it may be about, newest first; matched with the only one, or with none of several.
    """

    entry_id: str
    kind: NoticeKind
    text: str
    candidates: tuple[str, ...] = ()

    @property
    def is_matched(self) -> bool:
        """Whether it can be about one reply only."""
        return len(self.candidates) == 1


# Octopods' documented failure reasons and the codes of Meta and Twilio that bridges pass on. Whether a note is a notice
# at all is decided by `Workspace.notice_patterns`. What concerns the account itself is looked for in six languages,
# because it puts every chat of the account in doubt; the rest may stay a failure without a known reason.
_OWN_TROUBLE = (
    r"api key|sending channel|unknown to us|disconnected",
    r"access token|\btoken (has |is |was )?(expired|invalid|revoked)",
    r"\b(restricted|disabled|suspended|locked|banned|flagged) (your|our|the) .{0,40}(account|number)",
    r"(account|business|sender|number|channel) (is|was|has been) "
    r"(restricted|disabled|locked|suspended|banned|flagged|deactivated|deregistered)",
    r"out of credits?|(insufficient|no|not enough|low) (balance|credits?|funds)|payment|billing",
    r"(cuenta|n[uú]mero) .{0,40}(restringid|suspendid|bloquead|d?eshabilitad|desactivad)[ao]|saldo insuficiente",
    r"(conta|n[uú]mero) .{0,40}(restrit|suspens|bloquead|desativad|banid)[ao]|sem (saldo|cr[eé]ditos?)",
    r"(konto|nummer) .{0,40}(gesperrt|eingeschr[aä]nkt|deaktiviert)|(guthaben|saldo) .{0,20}(aufgebraucht|nicht aus)",
    r"(compte|num[eé]ro) .{0,40}(restreint|suspendu|bloqu[eé]|d[eé]sactiv[eé])|(solde|cr[eé]dit) insuffisant",
    r"(حساب|رقم).{0,60}(مقيد|معلق|محظور|موقوف)|رصيد غير كاف",
    # Meta: token, permission, policy, account, payment, registration; Twilio: credentials, sender.
    r"\b(190|368|131005|131031|131037|131042|131045|131048|130497|133\d{3}|20003|21606|63007)\b",
)
_KINDS = (
    (
        NoticeKind.NOT_ON_CHANNEL,
        r"not (registered )?(a )?(valid )?(on |with |in )?whatsapp( user)?|phone number is missing|invalid phone|"
        r"does not have a phone|\b(131026|63003|63024)\b",
    ),
    (NoticeKind.BLOCKED, r"\bblocked (the bot|you|us|this (number|business))|bot was blocked|\b131050\b"),
    (NoticeKind.OPTED_OUT, r"\b(unsubscribed|opted[\s-]out)\b|replying stop|\b21610\b"),
    (
        NoticeKind.WINDOW_CLOSED,
        r"\b24[\s-]*(hours?|hrs?|h)\b|(service|care|messaging) window|session (has )?expired|"
        r"re-?engagement|\b(131047|63016|470)\b",
    ),
    (NoticeKind.CHANNEL_TROUBLE, "|".join(_OWN_TROUBLE)),
    (NoticeKind.TEMPORARY, r"too many (messages|requests)|rate limit|\b(130429|131056|63018)\b"),
)
_CHANNEL_WORDS = {
    "whatsapp": ChannelKind.WHATSAPP,
    "telegram": ChannelKind.TELEGRAM,
    "sms": ChannelKind.SMS,
    "viber": ChannelKind.VIBER,
    "instagram": ChannelKind.INSTAGRAM,
}


def find_notices(conversation: Conversation, workspace: Workspace) -> tuple[Notice, ...]:
    """Every failure that the bridge reported in this conversation, oldest first, with the replies it may be about.

    Only a note with the bridge's code is a notice, or one in the name of an admin that, by a person's word, only the
    bridge uses. A note without any known pattern is a failure only right after a single reply.
    """
    if not has_note_of_bridge(conversation.entries, workspace):
        return ()
    found: list[Notice] = []
    matched_reply_ids: set[str] = set()
    replies: list[Entry] = []
    for entry in in_order(conversation.entries):
        if is_reply(entry, workspace):
            replies.append(entry)
        if not is_note_of_bridge(entry, workspace) or not entry.text:
            continue
        if note_fingerprint(entry.text) in workspace.idle_notes:
            continue
        if reports_success(entry.text, workspace):
            continue
        candidates = [
            r.id for r in _newest_since(replies, entry.sent_at - MATCH_WITHIN) if r.id not in matched_reply_ids
        ]
        known = any_of(workspace.notice_patterns).search(entry.text) is not None
        if not known and len(candidates) != 1:
            continue
        kind = _kind(entry.text) if known else NoticeKind.UNKNOWN_FAILURE
        found.append(Notice(entry.id, kind, entry.text, tuple(candidates)))
        if len(candidates) == 1:
            matched_reply_ids.add(candidates[0])
    return tuple(found)


def match_notices(notices: tuple[Notice, ...]) -> Mapping[str, Notice]:
    """The notices by the id of each reply they may be about; a matched one before others, else the earliest."""
    matches: dict[str, Notice] = {}
    for notice in notices:
        for reply_id in notice.candidates:
            held = matches.get(reply_id)
            if held is None or (notice.is_matched and not held.is_matched):
                matches[reply_id] = notice
    return matches


def is_by_bridge(entry: Entry, workspace: Workspace) -> bool:
    """Whether the bridge itself wrote this, in anybody's name; never a customer's message that it forwards."""
    if entry.role is Role.CUSTOMER or entry.kind is EntryKind.EVENT:
        return False
    if entry.app_code is not None:
        return entry.app_code in workspace.bridge_codes
    return entry.kind is EntryKind.NOTE and entry.author_id in workspace.notice_authors


def is_note_of_bridge(entry: Entry, workspace: Workspace) -> bool:
    """Whether the bridge wrote this for the team alone."""
    return entry.kind is EntryKind.NOTE and is_by_bridge(entry, workspace)


def has_note_of_bridge(entries: Iterable[Entry], workspace: Workspace) -> bool:
    """Whether any of them is one; few conversations have one, and then there are no notices."""
    return any(is_note_of_bridge(e, workspace) for e in entries)


def is_reply(entry: Entry, workspace: Workspace) -> bool:
    """Whether it is a message of ours to the customer: by a teammate, a bot or another app, not by the bridge."""
    by_us = entry.role in (Role.TEAMMATE, Role.BOT)
    return by_us and entry.kind is EntryKind.MESSAGE and not is_by_bridge(entry, workspace)


def find_idle_notes(conversation: Conversation, workspace: Workspace) -> frozenset[str]:
    """Fingerprints of notes that the bridge wrote here although no reply preceded them: they report no failure."""
    if conversation.unseen_before is not None or not has_note_of_bridge(conversation.entries, workspace):
        return frozenset()
    found: set[str] = set()
    newest_reply: Entry | None = None
    for entry in in_order(conversation.entries):
        if is_reply(entry, workspace):
            newest_reply = entry
            continue
        is_note = bool(entry.text) and is_note_of_bridge(entry, workspace)
        if is_note and (newest_reply is None or entry.sent_at - newest_reply.sent_at > REPLY_WITHIN):
            found.add(note_fingerprint(entry.text))
    return frozenset(found)


def note_fingerprint(text: str) -> str:
    """A digest of a note without its names and digits: equal for notes made from one template.

    Words with a capital that do not begin a sentence are taken for names, and so is quoted text.
    """
    bare = re.sub(r"[\"“”«»„'’][^\"“”«»„'’]{1,80}[\"“”«»„'’]", "", text)
    bare = re.sub(r"(?<![.!?:]\s)(?<=[^\S\n])[A-ZÀ-Þ]\w+", "", bare)
    bare = "".join("#" if c.isdigit() else c for c in bare)
    normalized = re.sub(r"#+", "#", " ".join(bare.split())).casefold()
    return hashlib.sha256(normalized.encode("utf-8", "replace")).hexdigest()[:24]


def channel_named_in(text: str) -> ChannelKind | None:
    """The one channel that a notice names; None for none or several."""
    named = {channel for word, channel in _CHANNEL_WORDS.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)}
    return named.pop() if len(named) == 1 else None


def _newest_since(replies: list[Entry], since: datetime) -> Iterator[Entry]:
    """The replies from an instant on, newest first. replies: by time."""
    for reply in reversed(replies):
        if reply.sent_at < since:
            return
        yield reply


# In front of a success pattern in one sentence these negate it: "could not be sent successfully".
_NEGATION = re.compile(
    r"(\b(not|cannot|never|nothing|none|fail\w*|error|unable|no|não|falh\w*|erro|fall\w*|nicht|kein\w*|fehl\w*|pas|"
    r"aucun\w*|erreur|[eé]chec)\b|n[\'’]t\b|(?<!\w)(لم|لا|لن|تعذر|فشل)(?!\w))[^.!?\n]*$",
    re.IGNORECASE,
)


def reports_success(text: str, workspace: Workspace) -> bool:
    """Whether a note of the bridge reports that something was sent or delivered."""
    found = any_of(workspace.success_patterns).finditer(text)
    return any(_NEGATION.search(text[: match.start()]) is None for match in found)


def _kind(text: str) -> NoticeKind:
    return next((k for k, pattern in _KINDS if re.search(pattern, text, re.IGNORECASE)), NoticeKind.UNKNOWN_FAILURE)
