"""Origins: what was once found out about where a message came from; only ever raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.domain.evidence import MessageKey
from desktop.domain.facts import ChannelKind, Client
from desktop.domain.origin import Origin, Transport, raised
from desktop.store.database import Connection
from desktop.store.rows import pack

FOLLOWS_A_BRIDGED_MESSAGE = 10
"""Rank of a first message that is judged by the code on the message after it."""


def of_customer(db: Connection, customer_id: str) -> dict[MessageKey, Origin]:
    rows = db.execute(
        "SELECT conversation_id, entry_id, channel, client, transport, confidence, reason, rank FROM origins "
        "JOIN conversation_customers USING (conversation_id) WHERE customer_id = ?",
        (customer_id,),
    )
    return {
        (conversation_id, entry_id): Origin(
            ChannelKind(channel), Client(client), Transport(transport), confidence, reason, rank
        )
        for conversation_id, entry_id, channel, client, transport, confidence, reason, rank in rows
    }


def raise_to(db: Connection, stored: Mapping[MessageKey, Origin], found: Mapping[MessageKey, Origin]) -> bool:
    """Keep the stronger of both for each message; True if any became stronger. stored: what `of_customer` gave in
    this transaction."""
    stronger = []
    for key, origin in found.items():
        best = raised(stored.get(key), origin)
        if best != stored.get(key):
            columns = (best.channel, best.client, best.transport, best.confidence, best.reason, best.rank)
            stronger.append((*key, *columns))
    db.executemany("INSERT OR REPLACE INTO origins VALUES (?, ?, ?, ?, ?, ?, ?, ?)", stronger)
    return bool(stronger)


def forget_of_codes(db: Connection, codes: Iterable[str]) -> None:
    """Forget what rested on these codes being a bridge's, so that it is found out anew: a corrected premise is no
    weaker evidence, it is none."""
    db.execute(
        "WITH wrong AS (SELECT conversation_id, entry_id FROM entries "
        "  WHERE app_code IN (SELECT value FROM json_each(?1))) "
        "DELETE FROM origins WHERE (conversation_id, entry_id) IN wrong "
        "OR (rank = ?2 AND conversation_id IN (SELECT conversation_id FROM wrong))",
        (pack(sorted(codes)), FOLLOWS_A_BRIDGED_MESSAGE),
    )
