"""What customers did later with messages of theirs: edits and deletions that a provider tells of."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.model.channel import ChannelKey
from desktop.ports import MessageChange
from desktop.store.core.columns import fetch_all, fetch_one, to_json, to_us, valid_utf8
from desktop.store.core.database import Database
from desktop.store.evidence import provider_messages

_KEY = "provider = ? AND channel = ? AND sender = ? AND remote_id = ?"


def save(db: Database, key: ChannelKey, change: MessageChange) -> frozenset[str]:
    """Store a change of a listed message of a customer, unless a newer one is stored. Returns the customers to whom it
    is news.
    """
    name = (key.provider, key.channel, key.sender, change.remote_id)
    listed = "SELECT customer_key, text_digest FROM provider_messages WHERE from_customer = 1 AND"
    row = fetch_one(db, f"{listed} {_KEY}", name)
    if row is None:
        return frozenset()
    text = None if change.text is None else valid_utf8(change.text)
    if text is not None and text_digest(text) == row.text_digest and not _is_changed(db, name):
        # Telegram tells of changes of which a bot sees nothing, too.
        return frozenset()
    # What is deleted stays so.
    db.execute(
        "INSERT INTO message_changes VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
        "SET new_text = excluded.new_text, at_us = excluded.at_us "
        "WHERE excluded.at_us >= at_us AND new_text IS NOT NULL AND new_text IS NOT excluded.new_text",
        (*name, text, to_us(change.at)),
    )
    return provider_messages.customers_with(db, row.customer_key) if db.changes() > 0 else frozenset()


def _is_changed(db: Database, name: tuple[str, str, str, str]) -> bool:
    return fetch_one(db, f"SELECT 1 FROM message_changes WHERE {_KEY}", name) is not None


def of_messages(db: Database, messages: Iterable[ProviderMessage]) -> dict[str, str | None]:
    """The newest text of those that were edited, None of those that were deleted, by `ProviderMessage.id`."""
    listed = {(m.key.provider, m.key.channel, m.key.sender, m.remote_id): m.id for m in messages}
    rows = fetch_all(
        db,
        "SELECT * FROM message_changes WHERE remote_id IN (SELECT value FROM json_each(?))",
        (to_json(sorted({name[3] for name in listed})),),
    )
    by_name = {(row.provider, row.channel, row.sender, row.remote_id): row.new_text for row in rows}
    return {listed[name]: text for name, text in by_name.items() if name in listed}
