"""Workspace: what we learnt or were told about one Intercom workspace, as settings with typed readers and writers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.identity.customer import MAX_TRAIT_CONTACTS
from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.facts import ChannelKind, MessageKey
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
from desktop.ports import Account, ClockOffset, Macro, Teammate
from desktop.store.core.columns import MICROSECOND, fetch_all, from_json, from_us, to_json, to_us, to_us_or_none
from desktop.store.core.database import Database
from desktop.store.evidence import learnt as learnt_facts

KEPT_DAYS = 90


def load(db: Database) -> Workspace:
    """As far as it is stored: whether we are signed in is the connection's to say."""
    stored, plain = _Settings(db), Workspace()
    chosen = frozenset(stored.get("bridge_codes_chosen", []))
    learnt = frozenset(stored.get("bridge_codes_learnt", []))
    channels = stored.get("bridge_channels", None)
    return Workspace(
        bridge_codes=chosen or learnt,
        unconfirmed_codes=frozenset() if chosen else learnt,
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
        idle_notes=learnt_facts.idle_notes(db),
        margin=_seconds(stored, "margin_s", plain.margin),
        bridge_delay=learnt_facts.longest_delay(db),
        row_margin=_seconds(stored, "row_margin_s", plain.row_margin),
        closing_threshold=_seconds(stored, "closing_threshold_s", plain.closing_threshold),
        numbers={n: frozenset(held) for n, held in stored.get("numbers", {}).items() if len(held) > 1},
        several_numbers=learnt_facts.several_numbers(db),
    )


def _seconds(stored: _Settings, name: str, default: timedelta) -> timedelta:
    return timedelta(seconds=stored.get(name, default.total_seconds()))


# --- what a person says ------------------------------------------------------------------------------------------


def save_times(
    db: Database,
    *,
    margin: timedelta | None = None,
    row_margin: timedelta | None = None,
    closing_threshold: timedelta | None = None,
    tag_delay: timedelta | None = None,
) -> bool:
    """As of `Workspace`; None leaves one as it is. True if any is new."""
    given = {
        "margin_s": margin,
        "row_margin_s": row_margin,
        "closing_threshold_s": closing_threshold,
        "tag_delay_s": tag_delay,
    }
    changed = [_set(db, name, time.total_seconds()) for name, time in given.items() if time is not None]
    return any(changed)


def save_chosen_codes(db: Database, codes: frozenset[str]) -> bool:
    """Taken instead of the learnt ones; none goes back to these."""
    return _set(db, "bridge_codes_chosen", sorted(codes))


def save_other_codes(db: Database, codes: frozenset[str]) -> bool:
    return _set(db, "other_codes", sorted(codes))


def save_bridge_channels(db: Database, channels: frozenset[ChannelKind] | None) -> bool:
    """None: nobody says."""
    return _set(db, "bridge_channels", None if channels is None else sorted(channels))


def save_bridge_taggers(db: Database, ids: frozenset[str]) -> bool:
    return _set(db, "bridge_taggers", sorted(ids))


def save_notice_authors(db: Database, ids: frozenset[str]) -> bool:
    return _set(db, "notice_authors", sorted(ids))


def save_notice_patterns(db: Database, patterns: tuple[str, ...]) -> bool:
    """Taken instead of the built-in ones; none goes back to these."""
    return _set(db, "notice_patterns", list(patterns))


def save_success_patterns(db: Database, patterns: tuple[str, ...]) -> bool:
    """As of `save_notice_patterns`."""
    return _set(db, "success_patterns", list(patterns))


def save_non_message_patterns(db: Database, patterns: tuple[str, ...]) -> bool:
    """As of `save_notice_patterns`."""
    return _set(db, "non_message_patterns", list(patterns))


def save_message_channel(db: Database, conversation_id: str, entry_id: str, channel: ChannelKind | None) -> bool:
    """Where a message came from, as a person says; None: nobody says. True if that is new."""
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


def save_learnt_codes(db: Database, codes: frozenset[str]) -> bool:
    return _set(db, "bridge_codes_learnt", sorted(codes))


def learnt_codes(db: Database) -> frozenset[str]:
    return frozenset(_Settings(db).get("bridge_codes_learnt", []))


def add_other_taggers(db: Database, ids: frozenset[str]) -> bool:
    """Admins who ever tagged what no bridge began; they stay."""
    return _set(db, "other_taggers", sorted(ids.union(_Settings(db).get("other_taggers", []))))


def save_tagging(db: Database, tagging: Tagging) -> bool:
    return _set(db, "tagging", tagging)


def save_bridge_expected(db: Database, is_expected: bool) -> bool:
    return _set(db, "bridge_expected", is_expected)


def learn_numbers(db: Database, attributes: Mapping[str, str]) -> bool:
    """Which numbers of ours a bridge keeps under which name on contacts. True if one is new."""
    held: dict[str, list[str]] = _Settings(db).get("numbers", {})
    seen = {n: {*held.get(n, []), v} for n, v in attributes.items() if v and n.endswith("account_phone")}
    return bool(seen) and _set(db, "numbers", held | {n: sorted(v) for n, v in seen.items()})


def retention_days(db: Database) -> int:
    """For how long words stay on this computer."""
    return int(_Settings(db).get("kept_days", KEPT_DAYS))


def save_retention_days(db: Database, days: int) -> bool:
    return _set(db, "kept_days", days)


def wiped_upto_us(db: Database) -> int | None:
    """Words sent before this are wiped, or about to be; None if nothing ever was."""
    stored = _Settings(db).get("wiped_upto_us", None)
    return None if stored is None else int(stored)


def save_wiped_upto_us(db: Database, upto_us: int) -> None:
    _set(db, "wiped_upto_us", upto_us)


def phone_region(db: Database) -> str:
    """Where numbers without a country code are at home (ISO 3166); "" while nobody said."""
    return str(_Settings(db).get("phone_region", ""))


def save_phone_region(db: Database, region: str) -> bool:
    return _set(db, "phone_region", region.strip().upper())


def max_trait_contacts(db: Database) -> int:
    """A phone number, an e-mail address or a channel address of more contacts than this joins nobody."""
    return int(_Settings(db).get("max_trait_contacts", MAX_TRAIT_CONTACTS))


def save_max_trait_contacts(db: Database, contacts: int) -> bool:
    return _set(db, "max_trait_contacts", contacts)


def add_own_codes(db: Database, codes: Sequence[str]) -> bool:
    held = frozenset(_Settings(db).get("own_codes", []))
    return bool(codes) and _set(db, "own_codes", sorted(held.union(codes)))


def save_relay(db: Database, told: RelayEvidence) -> bool:
    """Instead of what was held of this channel. True if anything is new, the evidence included."""
    held = {e.channel: e for e in relay_evidence(db)} | {told.channel: told}
    return _set(db, "relay", [[e.channel, e.relay, e.proof, to_us(e.at), e.about] for e in held.values()])


def relay_evidence(db: Database) -> tuple[RelayEvidence, ...]:
    """One for each channel of which anything is known."""
    return _relay(_Settings(db))


def _relay(stored: _Settings) -> tuple[RelayEvidence, ...]:
    return tuple(
        RelayEvidence(ChannelKind(channel), Relay(relay), RelayProof(proof), from_us(at_us), about)
        for channel, relay, proof, at_us, about in stored.get("relay", [])
    )


def save_pin(db: Database, conversation_id: str, pin: Pin | None) -> bool:
    """None: no word of a person any more. True if anything is new."""
    if _pins(db).get(conversation_id) == pin:
        return False
    db.execute("DELETE FROM pins WHERE conversation_id = ?", (conversation_id,))
    if pin is not None:
        db.execute("INSERT INTO pins VALUES (?, ?)", (conversation_id, pin.channel))
    return True


def save_account(db: Database, account: Account) -> bool:
    return _set(db, "account", asdict(account))


def account(db: Database) -> Account | None:
    """None before the first successful contact with the provider. Its teammate is who sits here: the one that was
    chosen, else the token's owner (a private app's token belongs to whoever made the app)."""
    settings = _Settings(db)
    stored, chosen = settings.get("account", None), settings.get("me", "")
    if stored is None:
        return None
    me = next((t for t in teammates(db) if t.id == chosen), Teammate(**stored["teammate"]))
    return Account(**{**stored, "teammate": me})


def save_me(db: Database, teammate_id: str) -> bool:
    return _set(db, "me", teammate_id)


def save_teammates(db: Database, teammates: Sequence[Teammate]) -> bool:
    return _set(db, "teammates", [asdict(t) for t in teammates])


def teammates(db: Database) -> tuple[Teammate, ...]:
    return tuple(Teammate(**t) for t in _Settings(db).get("teammates", []))


def save_macros(db: Database, macros: Sequence[Macro]) -> bool:
    return _set(db, "macros", [asdict(m) for m in macros])


def macros(db: Database) -> tuple[Macro, ...]:
    return tuple(Macro(**m) for m in _Settings(db).get("macros", []))


def high_water(db: Database) -> datetime | None:
    """The largest `updated_at` a search for changes has shown; None before the first sync."""
    stored = _Settings(db).get("high_water_us", None)
    return None if stored is None else from_us(stored)


def raise_high_water(db: Database, seen: datetime | None) -> None:
    held = high_water(db)
    if seen is not None and (held is None or seen > held):
        _set(db, "high_water_us", to_us_or_none(seen))


def decision_fingerprint(db: Database) -> str:
    """Fingerprint of the settings that stored decisions depend on; when it changes, everything is decided again.

    A person's word on one conversation or message concerns one customer, and what a shape of idle notes concerns is
    looked up: both are decided at once, so neither is part of it.
    """
    workspace = load(db)
    apart = {"pins", "message_channels", "idle_notes", "signed_in"}
    # A delay below the margin changes nothing.
    workspace = replace(workspace, bridge_delay=workspace.bridge_margin)
    values = {f.name: _plain(getattr(workspace, f.name)) for f in fields(workspace) if f.name not in apart}
    return hashlib.sha256(to_json([DECISIONS, values]).encode()).hexdigest()


DECISIONS = 2
"""Version of the rules that decide; raised when the same facts and settings are to be decided otherwise."""


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return sorted((key, _plain(held)) for key, held in value.items())
    return value


def decided_fingerprint(db: Database) -> str | None:
    """The premise by which everything stored was last decided; None before that."""
    stored: str | None = _Settings(db).get("decided_by", None)
    return stored


def save_decided_fingerprint(db: Database, decision_fingerprint: str) -> None:
    _set(db, "decided_by", decision_fingerprint)


def clock_offset(db: Database) -> ClockOffset | None:
    """As an earlier run learnt it; None if none ever did."""
    stored = _Settings(db).get("clock_offset_us", None)
    return None if stored is None else ClockOffset(timedelta(microseconds=stored[0]), from_us(stored[1]))


def save_clock_offset(db: Database, offset: ClockOffset) -> None:
    _set(db, "clock_offset_us", [offset.ahead // MICROSECOND, to_us(offset.learnt_at)])


def first_sync_done(db: Database) -> bool:
    return bool(_Settings(db).get("first_sync_done", False))


def mark_first_sync_done(db: Database, is_whole: bool = True) -> None:
    """is_whole: False where it was cancelled, so that what it did not show may be there."""
    _set(db, "first_sync_done", True)
    _set(db, "first_sync_whole", is_whole)


def is_first_sync_complete(db: Database) -> bool:
    """Whether a first sync has ended as it was meant to, so that a bridge would have shown itself."""
    stored = _Settings(db)
    return bool(stored.get("first_sync_done", False)) and bool(stored.get("first_sync_whole", True))


def _message_channels(db: Database) -> dict[MessageKey, ChannelKind]:
    rows = fetch_all(db, "SELECT conversation_id, entry_id, channel FROM message_channels")
    return {(conversation_id, entry_id): ChannelKind(channel) for conversation_id, entry_id, channel in rows}


class _Settings:
    def __init__(self, db: Database) -> None:
        self._rows: dict[str, str] = dict(fetch_all(db, "SELECT name, value FROM settings"))

    def get(self, name: str, default: Any) -> Any:
        return from_json(self._rows[name]) if name in self._rows else default


def _set(db: Database, name: str, value: Any) -> bool:
    """True if the value is new."""
    db.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value "
        "WHERE value <> excluded.value",
        (name, to_json(value)),
    )
    return db.changes() > 0


def _pins(db: Database) -> dict[str, Pin]:
    rows = db.execute("SELECT conversation_id, channel FROM pins")
    return {c: Pin(None if channel is None else ChannelKind(channel)) for c, channel in rows}
