"""What conversations showed of the bridge's delays, idle notes and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from desktop.domain.learning.bridge import DELAY_RETENTION, BridgeDelay
from desktop.domain.model.facts import ChannelKind
from desktop.store.core.columns import MICROSECOND, fetch_all, fetch_one, to_us
from desktop.store.core.database import Database


def add_delays(db: Database, delays: Iterable[BridgeDelay], now: datetime | None) -> None:
    """Store the delays of the last seven days; the same one twice counts once. now: None stores all."""
    recent = [d for d in delays if d.delay > timedelta(0) and (now is None or now - d.at <= DELAY_RETENTION)]
    db.executemany(
        "INSERT OR IGNORE INTO bridge_delays VALUES (?, ?)", [(to_us(d.at), d.delay // MICROSECOND) for d in recent]
    )


def prune_delays(db: Database, now: datetime) -> None:
    """Delete the delays that are older than seven days."""
    db.execute("DELETE FROM bridge_delays WHERE at_us < ?", (to_us(now - DELAY_RETENTION),))


def longest_delay(db: Database) -> timedelta:
    """The longest of the stored delays; zero if there is none."""
    return timedelta(microseconds=fetch_one(db, "SELECT coalesce(max(delay_us), 0) FROM bridge_delays")[0])


def add_idle_notes(db: Database, shapes: Iterable[str]) -> None:
    """Store shapes of notes that the bridge also wrote where no reply preceded them."""
    db.executemany("INSERT OR IGNORE INTO idle_notes VALUES (?)", [(shape,) for shape in sorted(shapes)])


def idle_notes(db: Database) -> frozenset[str]:
    """All stored shapes of idle notes."""
    return frozenset(row.shape for row in fetch_all(db, "SELECT shape FROM idle_notes"))


def save_several_numbers(db: Database, customer_id: str, channels: frozenset[ChannelKind]) -> None:
    """Replace the channels on which this customer's chats show more than one number of the bridge."""
    stored = fetch_all(db, "SELECT channel FROM several_numbers WHERE customer_id = ?", (customer_id,))
    if {ChannelKind(row.channel) for row in stored} != channels:
        db.execute("DELETE FROM several_numbers WHERE customer_id = ?", (customer_id,))
        db.executemany("INSERT INTO several_numbers VALUES (?, ?)", [(c, customer_id) for c in sorted(channels)])


def several_numbers(db: Database) -> frozenset[ChannelKind]:
    """Channels on which any customer's chats show more than one number of the bridge."""
    shown = "SELECT 1 FROM several_numbers WHERE channel = ? LIMIT 1"
    return frozenset(c for c in ChannelKind if fetch_one(db, shown, (c,)) is not None)


def forget_customer(db: Database, customer_id: str) -> None:
    """Delete what was learnt from this customer's chats about several numbers."""
    db.execute("DELETE FROM several_numbers WHERE customer_id = ?", (customer_id,))
