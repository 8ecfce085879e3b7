"""Settings of one workspace: what teammates said, what was learnt, and how far the sync has come."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from desktop.domain.identity.customer import MAX_TRAIT_CONTACTS
from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.customer_texts import CustomerTexts
from desktop.domain.model.facts import ChannelKind, MessageKey
from desktop.domain.model.list_view import ListView, SavedView, TeamListView
from desktop.domain.model.workspace import (
    BRIDGE_TAGS,
    NON_MESSAGE_PATTERNS,
    NOTICE_PATTERNS,
    SUCCESS_PATTERNS,
    Pin,
    Relay,
    Tagging,
    Workspace,
)
from desktop.ports import Account, ClockOffset, Macro, Team, Teammate, WorkspaceTag
from desktop.ports.team import FeedCursor
from desktop.store.core.columns import (
    MICROSECOND,
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    from_us_or_none,
    to_json,
    to_us,
    to_us_or_none,
    upsert_row,
)
from desktop.store.core.database import Database
from desktop.store.evidence import learnt as learnt_store

RETENTION_DAYS = 90
FILES_LIMIT_MB = 500

Name = Literal[
    "account",
    "bridge_channels",
    "bridge_codes_chosen",
    "bridge_codes_learnt",
    "bridge_expected",
    "bridge_taggers",
    "bridge_tags",
    "clock_offset_us",
    "closing_threshold_s",
    "customer_texts",
    "decided_by",
    "decided_upto",
    "files_kept_days",
    "files_limit_mb",
    "first_sync_done",
    "first_sync_whole",
    "high_water_us",
    "kept_days",
    "last_customer",
    "macros",
    "margin_s",
    "max_trait_contacts",
    "me",
    "non_message_patterns",
    "notice_authors",
    "notice_patterns",
    "numbers",
    "older_listing",
    "other_codes",
    "other_taggers",
    "own_codes",
    "phone_region",
    "relay",
    "row_margin_s",
    "saved_views",
    "success_patterns",
    "tag_delay_s",
    "tagging",
    "tags",
    "team_code",
    "team_cursor",
    "teammates",
    "teams",
    "texts_set_at_us",
    "wiped_upto_us",
]


def load(db: Database) -> Workspace:
    """The workspace as far as it is stored. Whether we are signed in only the connection knows."""
    stored, plain = _Settings(db), Workspace()
    chosen = frozenset(stored.get("bridge_codes_chosen", []))
    learnt_codes = frozenset(stored.get("bridge_codes_learnt", []))
    channels = stored.get("bridge_channels", None)
    return Workspace(
        bridge_codes=chosen or learnt_codes,
        unconfirmed_codes=frozenset() if chosen else learnt_codes,
        own_codes=frozenset(stored.get("own_codes", [])),
        other_codes=frozenset(stored.get("other_codes", [])),
        bridge_channels=None if channels is None else frozenset(ChannelKind(c) for c in channels),
        bridge_expected=stored.get("bridge_expected", True),
        bridge_tags={
            tag.strip().casefold(): ChannelKind(channel)
            for tag, channel in stored.get("bridge_tags", dict(BRIDGE_TAGS)).items()
        },
        bridge_taggers=frozenset(stored.get("bridge_taggers", [])),
        other_taggers=frozenset(stored.get("other_taggers", [])),
        tagging=Tagging(stored.get("tagging", Tagging.UNKNOWN)),
        tag_delay=_seconds(stored, "tag_delay_s", plain.tag_delay),
        relay={evidence.channel: evidence.relay for evidence in _relay(stored)},
        pins=_pins(db),
        message_channels=_message_channels(db),
        notice_patterns=tuple(stored.get("notice_patterns", []) or NOTICE_PATTERNS),
        success_patterns=tuple(stored.get("success_patterns", []) or SUCCESS_PATTERNS),
        non_message_patterns=tuple(stored.get("non_message_patterns", []) or NON_MESSAGE_PATTERNS),
        notice_authors=frozenset(stored.get("notice_authors", [])),
        idle_notes=learnt_store.idle_notes(db),
        margin=_seconds(stored, "margin_s", plain.margin),
        bridge_delay=learnt_store.longest_delay(db),
        row_margin=_seconds(stored, "row_margin_s", plain.row_margin),
        closing_threshold=_seconds(stored, "closing_threshold_s", plain.closing_threshold),
        numbers={n: frozenset(numbers) for n, numbers in stored.get("numbers", {}).items() if len(numbers) > 1},
        several_numbers=learnt_store.several_numbers(db),
    )


def _seconds(stored: _Settings, name: Name, default: timedelta) -> timedelta:
    return timedelta(seconds=stored.get(name, default.total_seconds()))


def save(db: Database, name: Name, value: object) -> bool:
    """Store a setting, given as JSON takes it; sets are sorted. Returns True if the value is new.

    bridge_codes_chosen: used instead of the learnt ones; empty goes back to these. bridge_channels: None while nobody
    has said it. me: id of the teammate at this computer; "" for the token's owner. The patterns are used instead of the
    built-in ones; empty goes back to these.
    """
    row = {"name": name, "value": to_json(msgspec.to_builtins(value, order="deterministic"))}
    return upsert_row(db, "settings", row, key=("name",))


# --- what a teammate says ----------------------------------------------------------------------------------------


def save_message_channel(db: Database, conversation_id: str, entry_id: str, channel: ChannelKind | None) -> bool:
    """Store which channel a message came from, as a teammate says; None removes that. True if anything is new."""
    if channel is None:
        db.execute(
            "DELETE FROM message_channels WHERE conversation_id = ? AND entry_id = ?", (conversation_id, entry_id)
        )
    else:
        db.execute(
            "INSERT INTO message_channels VALUES (?, ?, ?) ON CONFLICT (conversation_id, entry_id) "
            "DO UPDATE SET channel = excluded.channel WHERE channel <> excluded.channel",
            (conversation_id, entry_id, channel),
        )
    return db.changes() > 0


# --- what is learnt ----------------------------------------------------------------------------------------------


def learnt_codes(db: Database) -> frozenset[str]:
    """The bridge's package codes as they were learnt, whatever a teammate chose."""
    return frozenset(_Settings(db).get("bridge_codes_learnt", []))


def add_other_taggers(db: Database, ids: frozenset[str]) -> bool:
    """Add admins who tagged a conversation that no bridge began; they are never removed."""
    return save(db, "other_taggers", ids.union(_Settings(db).get("other_taggers", [])))


def add_own_codes(db: Database, codes: frozenset[str]) -> bool:
    """Add package codes of our own app."""
    return bool(codes) and save(db, "own_codes", codes.union(_Settings(db).get("own_codes", [])))


def learn_numbers(db: Database, attributes: Mapping[str, str]) -> bool:
    """Learn from a contact's attributes which numbers of ours a bridge uses. True if one is new."""
    known: dict[str, list[str]] = _Settings(db).get("numbers", {})
    seen = {n: {*known.get(n, []), v} for n, v in attributes.items() if v and n.endswith("account_phone")}
    return bool(seen) and save(db, "numbers", known | {n: sorted(v) for n, v in seen.items()})


def retention_days(db: Database) -> int:
    """For how many days the text of messages is kept."""
    return int(_Settings(db).get("kept_days", RETENTION_DAYS))


def files_limit_mb(db: Database) -> int:
    """How many megabytes the files of messages may take."""
    return int(_Settings(db).get("files_limit_mb", FILES_LIMIT_MB))


def files_kept_days(db: Database) -> int:
    """For how many days a message's files are kept; 0 for as long as its text."""
    return int(_Settings(db).get("files_kept_days", 0))


def save_files_limits(db: Database, megabytes: int, days: int) -> None:
    """Save both."""
    save(db, "files_limit_mb", megabytes)
    save(db, "files_kept_days", days)


def wiped_upto_us(db: Database) -> int | None:
    """The text of messages that were sent before this is wiped, or about to be; None if none ever was."""
    stored: int | None = _Settings(db).get("wiped_upto_us", None)
    return stored


def phone_region(db: Database) -> str:
    """The country of numbers without a country code (ISO 3166); "" while nobody has said it."""
    return str(_Settings(db).get("phone_region", ""))


def max_trait_contacts(db: Database) -> int:
    """A phone number, email address or channel address that more contacts than this have joins none of them."""
    return int(_Settings(db).get("max_trait_contacts", MAX_TRAIT_CONTACTS))


def customer_texts(db: Database) -> CustomerTexts:
    """The workspace's own words for customers."""
    return msgspec.convert(_Settings(db).get("customer_texts", {}), CustomerTexts)


def texts_set_at(db: Database) -> datetime | None:
    """Since when, by a person's word, the Messenger has our texts; None if nobody said so."""
    return from_us_or_none(_Settings(db).get("texts_set_at_us", None))


def save_texts_set_at(db: Database, at: datetime | None) -> bool:
    """None removes that. True if it is new."""
    return save(db, "texts_set_at_us", to_us_or_none(at))


def save_relay(db: Database, evidence: RelayEvidence) -> bool:
    """Replace what is known of this channel's relay. True if anything is new, the evidence included."""
    known = {e.channel: e for e in relay_evidence(db)} | {evidence.channel: evidence}
    rows = [[e.channel, e.relay, e.proof, to_us(e.at), e.about, *([e.desk] if e.desk else ())] for e in known.values()]
    return save(db, "relay", rows)


def relay_evidence(db: Database) -> tuple[RelayEvidence, ...]:
    """The newest evidence for each channel of which any is known."""
    return _relay(_Settings(db))


def _relay(stored: _Settings) -> tuple[RelayEvidence, ...]:
    return tuple(
        RelayEvidence(ChannelKind(channel), Relay(relay), RelayProof(proof), from_us(at_us), about, *desk)
        for channel, relay, proof, at_us, about, *desk in stored.get("relay", [])
    )


def save_pin(db: Database, conversation_id: str, pin: Pin | None) -> bool:
    """Pin what a conversation mirrors; None removes the pin. True if anything is new."""
    if _pins(db).get(conversation_id) == pin:
        return False
    db.execute("DELETE FROM pins WHERE conversation_id = ?", (conversation_id,))
    if pin is not None:
        db.execute("INSERT INTO pins VALUES (?, ?)", (conversation_id, pin.channel))
    return True


def save_last_customer(db: Database, customer_id: str) -> None:
    """Store whom the agent looks at; nobody who is not stored, such as one whose data was just deleted."""
    if fetch_one(db, "SELECT id FROM customers WHERE id = ?", (customer_id,)) is not None:
        save(db, "last_customer", customer_id)


def last_customer(db: Database) -> str:
    """Whom the agent looked at last; "" for nobody."""
    return str(_Settings(db).get("last_customer", ""))


def account(db: Database) -> Account | None:
    """None before the first successful contact with Intercom. Its teammate is the one at this computer: the one that
    was chosen, else the token's owner (a private app's token belongs to whoever made the app)."""
    settings = _Settings(db)
    stored, chosen = settings.get("account", None), settings.get("me", "")
    if stored is None:
        return None
    me = next((t for t in teammates(db) if t.id == chosen), msgspec.convert(stored["teammate"], Teammate))
    return Account(**{**stored, "teammate": me})


def teammates(db: Database) -> tuple[Teammate, ...]:
    """The workspace's teammates as Intercom listed them last."""
    return msgspec.convert(_Settings(db).get("teammates", []), tuple[Teammate, ...])


def teams(db: Database) -> tuple[Team, ...]:
    """The workspace's teams as Intercom listed them last."""
    return msgspec.convert(_Settings(db).get("teams", []), tuple[Team, ...])


def tags(db: Database) -> tuple[WorkspaceTag, ...]:
    """The workspace's tags as Intercom listed them last, and those that were created here since."""
    return msgspec.convert(_Settings(db).get("tags", []), tuple[WorkspaceTag, ...])


def saved_views(db: Database) -> tuple[SavedView, ...]:
    """The agent's own views, in the order they were saved first."""
    return tuple(_saved_view(**stored) for stored in _Settings(db).get("saved_views", []))


def _saved_view(*, view: str = "", team_id: str = "", **fields: Any) -> SavedView:
    return SavedView(view=TeamListView(team_id) if team_id else ListView(view), **fields)


def save_view(db: Database, view: SavedView) -> bool:
    """Store a view of the agent's own; one with this id is replaced. True if anything is new."""
    return _save_views(db, {v.id: v for v in saved_views(db)} | {view.id: view})


def delete_view(db: Database, view_id: str) -> bool:
    """True if there was one."""
    return _save_views(db, {v.id: v for v in saved_views(db) if v.id != view_id})


def _save_views(db: Database, views: Mapping[str, SavedView]) -> bool:
    def stored(view: SavedView) -> dict[str, object]:
        shown = {"team_id": view.view.team_id} if isinstance(view.view, TeamListView) else {"view": view.view}
        return {"id": view.id, "name": view.name, "search": view.search, "unread_only": view.unread_only} | shown

    return save(db, "saved_views", [stored(view) for view in views.values()])


def macros(db: Database) -> tuple[Macro, ...]:
    """The workspace's macros as Intercom listed them last."""
    return tuple(Macro(**m) for m in _Settings(db).get("macros", []))


def high_water(db: Database) -> datetime | None:
    """The largest `updated_at` that a search for changes has shown; None before the first sync."""
    return from_us_or_none(_Settings(db).get("high_water_us", None))


def raise_high_water(db: Database, seen: datetime | None) -> None:
    """Store the time if it is later than the stored one."""
    stored = high_water(db)
    if seen is not None and (stored is None or seen > stored):
        save(db, "high_water_us", to_us(seen))


def decision_fingerprint(db: Database) -> str:
    """Fingerprint of the settings that stored decisions depend on; when it changes, everything is decided again.

    A pin concerns one customer, and whom a shape of idle notes concerns is looked up: both are decided at once, so
    neither is part of it.
    """
    return fingerprint_of(load(db))


def fingerprint_of(workspace: Workspace) -> str:
    """`decision_fingerprint` by this workspace."""
    global _newest_fingerprint
    # Asked for at every load of a long thread, and settings seldom change.
    known, fingerprint = _newest_fingerprint
    if known != workspace:
        fingerprint = _fingerprint_of(workspace)
        _newest_fingerprint = (workspace, fingerprint)
    return fingerprint


_newest_fingerprint: tuple[Workspace | None, str] = (None, "")


def _fingerprint_of(workspace: Workspace) -> str:
    left_out = {"pins", "message_channels", "idle_notes", "signed_in"}
    # A delay below the margin changes nothing.
    workspace = replace(workspace, bridge_delay=workspace.bridge_margin)
    values = {f.name: _plain(getattr(workspace, f.name)) for f in fields(workspace) if f.name not in left_out}
    return hashlib.sha256(to_json([DECISIONS, values]).encode()).hexdigest()


DECISIONS = 3
"""Version of the rules that decide; raised when the same facts and settings are to be decided otherwise."""


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return sorted((key, _plain(item)) for key, item in value.items())
    return value


def decided_fingerprint(db: Database) -> str | None:
    """The `decision_fingerprint` by which everything stored was last decided; None before that."""
    stored: str | None = _Settings(db).get("decided_by", None)
    return stored


def decided_upto(db: Database) -> tuple[str, str]:
    """While everything is decided again: by which `decision_fingerprint`, and which customer came last."""
    premise, customer_id = _Settings(db).get("decided_upto", ["", ""])
    return str(premise), str(customer_id)


def clock_offset(db: Database) -> ClockOffset | None:
    """The offset that an earlier run learnt; None if none ever did."""
    stored = _Settings(db).get("clock_offset_us", None)
    return None if stored is None else ClockOffset(timedelta(microseconds=stored[0]), from_us(stored[1]))


def save_clock_offset(db: Database, offset: ClockOffset) -> None:
    """For `clock_offset` in the next run."""
    save(db, "clock_offset_us", [offset.ahead // MICROSECOND, to_us(offset.learnt_at)])


class TeamCode(msgspec.Struct, frozen=True):
    """The bridge's code as a colleague's desktop learnt it. evidence_id: a conversation in which it made messages."""

    code: str
    desk: str
    at: datetime
    evidence_id: str = ""


def team_code(db: Database) -> TeamCode | None:
    """The newest code that was adopted from a colleague's desktop; None if none ever was."""
    stored = _Settings(db).get("team_code", None)
    return None if stored is None else msgspec.convert(stored, TeamCode)


def save_team_code(db: Database, code: TeamCode) -> None:
    """For `team_code`."""
    save(db, "team_code", code)


def team_cursor(db: Database) -> FeedCursor | None:
    """How far the team's feed is stored; None before the first time."""
    stored = _Settings(db).get("team_cursor", None)
    return None if stored is None else FeedCursor(*stored)


def save_team_cursor(db: Database, cursor: FeedCursor) -> None:
    """For `team_cursor`."""
    save(db, "team_cursor", [cursor.stream_created_us, cursor.sequence])


def older_listing(db: Database) -> dict[str, Any]:
    """For `sync_queue.listing`; empty if none was begun."""
    stored: dict[str, Any] = _Settings(db).get("older_listing", {})
    return stored


def first_sync_done(db: Database) -> bool:
    """Whether a first sync has ended, cancelled or not."""
    return bool(_Settings(db).get("first_sync_done", False))


def mark_first_sync_done(db: Database, is_whole: bool = True) -> None:
    """is_whole: False where it was cancelled, so that it did not show everything there is."""
    save(db, "first_sync_done", True)
    save(db, "first_sync_whole", is_whole)


def is_first_sync_complete(db: Database) -> bool:
    """Whether a first sync has ended without being cancelled, so that a bridge would have shown itself."""
    stored = _Settings(db)
    return bool(stored.get("first_sync_done", False)) and bool(stored.get("first_sync_whole", True))


def _message_channels(db: Database) -> dict[MessageKey, ChannelKind]:
    rows = fetch_all(db, "SELECT * FROM message_channels")
    return {(row.conversation_id, row.entry_id): ChannelKind(row.channel) for row in rows}


def _pins(db: Database) -> dict[str, Pin]:
    rows = fetch_all(db, "SELECT * FROM pins")
    return {row.conversation_id: Pin(None if row.channel is None else ChannelKind(row.channel)) for row in rows}


class _Settings:
    """All stored settings, read at once."""

    def __init__(self, db: Database) -> None:
        self._rows: dict[str, str] = dict(fetch_all(db, "SELECT name, value FROM settings"))

    def get(self, name: Name, default: Any) -> Any:
        return from_json(self._rows[name]) if name in self._rows else default
