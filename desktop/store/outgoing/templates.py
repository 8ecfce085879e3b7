"""The templates of each account, as its provider listed them last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from desktop.domain.content.template import Template
from desktop.domain.model.channel import ChannelKey
from desktop.store.core.columns import fetch_one, from_json, from_us, to_json, to_us
from desktop.store.core.database import Database


def save(db: Database, key: ChannelKey, templates: Sequence[Template], known_at: datetime) -> None:
    """Replace the account's whole list."""
    db.execute(
        "INSERT OR REPLACE INTO template_lists VALUES (?, ?, ?, ?, ?)",
        (key.provider, key.channel, key.sender, to_us(known_at), to_json(msgspec.to_builtins(list(templates)))),
    )


def load(db: Database, key: ChannelKey) -> tuple[tuple[Template, ...], datetime | None]:
    """The account's list and when the provider gave it; None if it never did."""
    row = fetch_one(
        db,
        "SELECT templates, known_at_us FROM template_lists WHERE provider = ? AND channel = ? AND sender = ?",
        (key.provider, key.channel, key.sender),
    )
    if row is None:
        return (), None
    return msgspec.convert(from_json(row.templates), tuple[Template, ...]), from_us(row.known_at_us)
