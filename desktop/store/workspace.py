"""Workspace: what we learnt or were told about one Intercom workspace, as settings with typed readers and writers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.facts import ChannelKind
from desktop.domain.identity import MAX_TRAIT_CONTACTS
from desktop.domain.relay import RelayEvidence, RelayProof
from desktop.domain.workspace import BRIDGE_TAGS, NOTICE_PATTERNS, Pin, Relay, Workspace
from desktop.ports import Account, Macro, Teammate
from desktop.store.database import Connection
from desktop.store.rows import every, from_us, maybe_us, pack, to_us, unpack

KEPT_DAYS = 90


def load(db: Connection) -> Workspace:
    """As far as it is stored: whether we are signed in is the connection's to say."""
    stored = _Settings(db)
    chosen = frozenset(stored.get("bridge_codes_chosen", []))
    return Workspace(
        bridge_codes=chosen or frozenset(stored.get("bridge_codes_learnt", [])),
        own_codes=frozenset(stored.get("own_codes", [])),
        bridge_tags={
            tag.strip().casefold(): ChannelKind(channel)
            for tag, channel in stored.get("bridge_tags", dict(BRIDGE_TAGS)).items()
        },
        relay={evidence.channel: evidence.relay for evidence in _relay(stored)},
        pins=_pins(db),
        notice_patterns=tuple(stored.get("notice_patterns", []) or NOTICE_PATTERNS),
        margin=timedelta(seconds=stored.get("margin_s", 120)),
        closing_threshold=timedelta(seconds=stored.get("closing_threshold_s", 3600)),
        numbers={n: frozenset(held) for n, held in stored.get("numbers", {}).items() if len(held) > 1},
    )


def save_windows(db: Connection, margin: timedelta, closing_threshold: timedelta) -> bool:
    """margin: windows close this much early. closing_threshold: less left than this is *closing*."""
    changed = _set(db, "margin_s", margin.total_seconds())
    return _set(db, "closing_threshold_s", closing_threshold.total_seconds()) or changed


def save_learnt_codes(db: Connection, codes: frozenset[str]) -> bool:
    return _set(db, "bridge_codes_learnt", sorted(codes))


def learnt_codes(db: Connection) -> frozenset[str]:
    return frozenset(_Settings(db).get("bridge_codes_learnt", []))


def save_notice_patterns(db: Connection, patterns: tuple[str, ...]) -> bool:
    """Taken instead of the built-in ones; none goes back to these."""
    return _set(db, "notice_patterns", list(patterns))


def save_chosen_codes(db: Connection, codes: frozenset[str]) -> bool:
    """Taken instead of the learnt ones; none goes back to these."""
    return _set(db, "bridge_codes_chosen", sorted(codes))


def learn_numbers(db: Connection, attributes: Mapping[str, str]) -> bool:
    """Which numbers of ours a bridge keeps under which name on contacts. True if one is new."""
    held: dict[str, list[str]] = _Settings(db).get("numbers", {})
    seen = {n: {*held.get(n, []), v} for n, v in attributes.items() if v and n.endswith("account_phone")}
    return bool(seen) and _set(db, "numbers", held | {n: sorted(v) for n, v in seen.items()})


def kept_days(db: Connection) -> int:
    """For how long words stay on this computer."""
    return int(_Settings(db).get("kept_days", KEPT_DAYS))


def save_kept_days(db: Connection, days: int) -> bool:
    return _set(db, "kept_days", days)


def phone_region(db: Connection) -> str:
    """Where numbers without a country code are at home (ISO 3166); "" while nobody said."""
    return str(_Settings(db).get("phone_region", ""))


def save_phone_region(db: Connection, region: str) -> bool:
    return _set(db, "phone_region", region.strip().upper())


def max_trait_contacts(db: Connection) -> int:
    """A phone number, an e-mail address or a channel address of more contacts than this joins nobody."""
    return int(_Settings(db).get("max_trait_contacts", MAX_TRAIT_CONTACTS))


def save_max_trait_contacts(db: Connection, contacts: int) -> bool:
    return _set(db, "max_trait_contacts", contacts)


def add_own_codes(db: Connection, codes: Sequence[str]) -> bool:
    held = frozenset(_Settings(db).get("own_codes", []))
    return bool(codes) and _set(db, "own_codes", sorted(held.union(codes)))


def save_relay(db: Connection, told: RelayEvidence) -> bool:
    """Instead of what was held of this channel. True if anything is new, the evidence included."""
    held = {e.channel: e for e in relay_evidence(db)} | {told.channel: told}
    return _set(db, "relay", [[e.channel, e.relay, e.proof, to_us(e.at), e.about] for e in held.values()])


def relay_evidence(db: Connection) -> tuple[RelayEvidence, ...]:
    """One for each channel of which anything is known."""
    return _relay(_Settings(db))


def _relay(stored: _Settings) -> tuple[RelayEvidence, ...]:
    return tuple(
        RelayEvidence(ChannelKind(channel), Relay(relay), RelayProof(proof), from_us(at_us), about)
        for channel, relay, proof, at_us, about in stored.get("relay", [])
    )


def save_pin(db: Connection, conversation_id: str, pin: Pin | None) -> bool:
    """None: no word of a person any more. True if anything is new."""
    if _pins(db).get(conversation_id) == pin:
        return False
    db.execute("DELETE FROM pins WHERE conversation_id = ?", (conversation_id,))
    if pin is not None:
        db.execute("INSERT INTO pins VALUES (?, ?)", (conversation_id, pin.channel))
    return True


def save_account(db: Connection, account: Account) -> bool:
    return _set(db, "account", asdict(account))


def account(db: Connection) -> Account | None:
    """None before the first successful contact with the provider. Its teammate is who sits here: the one that was
    chosen, else the token's owner (a private app's token belongs to whoever made the app)."""
    settings = _Settings(db)
    stored, chosen = settings.get("account", None), settings.get("me", "")
    if stored is None:
        return None
    me = next((t for t in teammates(db) if t.id == chosen), Teammate(**stored["teammate"]))
    return Account(**{**stored, "teammate": me})


def save_me(db: Connection, teammate_id: str) -> bool:
    return _set(db, "me", teammate_id)


def save_teammates(db: Connection, teammates: Sequence[Teammate]) -> bool:
    return _set(db, "teammates", [asdict(t) for t in teammates])


def teammates(db: Connection) -> tuple[Teammate, ...]:
    return tuple(Teammate(**t) for t in _Settings(db).get("teammates", []))


def save_macros(db: Connection, macros: Sequence[Macro]) -> bool:
    return _set(db, "macros", [asdict(m) for m in macros])


def macros(db: Connection) -> tuple[Macro, ...]:
    return tuple(Macro(**m) for m in _Settings(db).get("macros", []))


def high_water(db: Connection) -> datetime | None:
    """The largest `updated_at` a search for changes has shown; None before the first sync."""
    stored = _Settings(db).get("high_water_us", None)
    return None if stored is None else from_us(stored)


def raise_high_water(db: Connection, seen: datetime | None) -> None:
    held = high_water(db)
    if seen is not None and (held is None or seen > held):
        _set(db, "high_water_us", maybe_us(seen))


def premise(db: Connection) -> str:
    """What every decision about a message rests on besides the facts: equal for equal premises."""
    workspace = load(db)
    numbers = sorted((name, sorted(held)) for name, held in workspace.numbers.items())
    return pack([sorted(workspace.bridge_codes), sorted(workspace.relay.items()), workspace.notice_patterns, numbers])


def decided_by(db: Connection) -> str | None:
    """The premise by which everything stored was last decided; None before that."""
    stored: str | None = _Settings(db).get("decided_by", None)
    return stored


def save_decided_by(db: Connection, premise: str) -> None:
    _set(db, "decided_by", premise)


def first_sync_done(db: Connection) -> bool:
    return bool(_Settings(db).get("first_sync_done", False))


def mark_first_sync_done(db: Connection) -> None:
    _set(db, "first_sync_done", True)


class _Settings:
    def __init__(self, db: Connection) -> None:
        self._rows: dict[str, str] = dict(every(db, "SELECT name, value FROM settings"))

    def get(self, name: str, default: Any) -> Any:
        return unpack(self._rows[name]) if name in self._rows else default


def _set(db: Connection, name: str, value: Any) -> bool:
    """True if the value is new."""
    db.execute(
        "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value "
        "WHERE value <> excluded.value",
        (name, pack(value)),
    )
    return db.changes() > 0


def _pins(db: Connection) -> dict[str, Pin]:
    rows = db.execute("SELECT conversation_id, channel FROM pins")
    return {c: Pin(None if channel is None else ChannelKind(channel)) for c, channel in rows}
