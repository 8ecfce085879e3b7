"""Templates: the list of each account as its provider gave it last, kept over restarts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from desktop.domain.content.template import Template
from desktop.domain.model.channel import ChannelKey
from desktop.store.core.columns import fetch_all, from_json, from_us, to_json, to_us
from desktop.store.core.database import Database


def save(db: Database, key: ChannelKey, templates: Sequence[Template], known_at: datetime) -> None:
    """The whole list, instead of what was held."""
    # `pack` writes ASCII: a name may hold half a surrogate pair, which no UTF-8 column takes.
    listed = to_json(msgspec.to_builtins(list(templates)))
    db.execute(
        "INSERT OR REPLACE INTO template_lists VALUES (?, ?, ?, ?, ?)",
        (key.provider, key.channel, key.sender, to_us(known_at), listed),
    )


def load(db: Database, key: ChannelKey) -> tuple[tuple[Template, ...], datetime | None]:
    """The list and when the provider gave it; None if it never did."""
    found = fetch_all(
        db,
        "SELECT templates, known_at_us FROM template_lists WHERE provider = ? AND channel = ? AND sender = ?",
        (key.provider, key.channel, key.sender),
    )
    if not found:
        return (), None
    listed, known_at_us = found[0]
    return msgspec.convert(from_json(listed), tuple[Template, ...]), from_us(known_at_us)


def known_at(db: Database, key: ChannelKey) -> datetime | None:
    """When the provider gave its list; None if it never did."""
    found = fetch_all(
        db,
        "SELECT known_at_us FROM template_lists WHERE provider = ? AND channel = ? AND sender = ?",
        (key.provider, key.channel, key.sender),
    )
    return from_us(found[0][0]) if found else None
