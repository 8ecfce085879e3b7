"""What each conversation shows of the bridge, and the totals, which triggers keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from desktop.domain.learning.bridge import MIN_CUSTOMERS, CodeCount, ConversationSigns, TaggingCount
from desktop.store.core.columns import fetch_all, fetch_one, from_json, insert_row, to_json, valid_utf8
from desktop.store.core.database import Database


def save(db: Database, signs: Iterable[ConversationSigns], bridge_codes: frozenset[str]) -> frozenset[str]:
    """Replace the signs of these conversations. Returns taggers (`ConversationSigns.taggers`) that are new in one."""
    rows = {s.conversation_id: _row(s, bridge_codes) for s in signs}
    found = "SELECT * FROM conversation_signs WHERE conversation_id IN (SELECT value FROM json_each(?))"
    stored = {row.conversation_id: row._asdict() for row in fetch_all(db, found, (to_json(sorted(rows)),))}
    taggers: frozenset[str] = frozenset()
    for conversation_id, row in rows.items():
        before = stored.get(conversation_id)
        if before == row:
            continue
        # Deleted and inserted: the totals are kept by triggers on these.
        db.execute("DELETE FROM conversation_signs WHERE conversation_id = ?", (conversation_id,))
        insert_row(db, "conversation_signs", row)
        taggers |= frozenset(from_json(row["taggers"])) - frozenset(from_json(before["taggers"]) if before else ())
    return taggers


def _row(signs: ConversationSigns, bridge_codes: frozenset[str]) -> dict[str, Any]:
    return {
        "conversation_id": signs.conversation_id,
        "customer_id": signs.customer,
        "has_page": int(signs.has_page),
        "is_tagged": int(signs.is_tagged),
        "lost_tag": int(signs.lost_tag),
        "has_attributes": int(signs.has_attributes),
        "is_bridged": int(bool(bridge_codes & signs.codes.keys())),
        "codes": to_json(sorted([valid_utf8(code), count] for code, count in signs.codes.items())),
        "taggers": to_json(sorted(signs.taggers)),
    }


def code_counts(db: Database) -> tuple[CodeCount, ...]:
    """One count for each package code on customers' messages, in alphabetical order."""
    rows = fetch_all(
        db,
        "SELECT code, parts, tagged_parts, "
        "(SELECT count(*) FROM (SELECT 1 FROM code_customers WHERE code_customers.code = code_totals.code LIMIT ?)), "
        "web_conversations FROM code_totals ORDER BY code",
        (MIN_CUSTOMERS,),
    )
    return tuple(CodeCount(*row) for row in rows)


def newest_with_code(db: Database, code: str) -> str:
    """The conversation with the newest activity in which this code made messages of the customer; "" for none."""
    row = fetch_one(
        db,
        "SELECT conversation_id FROM conversation_signs JOIN conversations ON conversations.id = conversation_id "
        "WHERE EXISTS (SELECT 1 FROM json_each(codes) WHERE value ->> 0 = ?) "
        "ORDER BY updated_at_us DESC, conversation_id LIMIT 1",
        (code,),
    )
    return "" if row is None else str(row.conversation_id)


def tagging_count(db: Database) -> TaggingCount:
    """How many conversations carry a bridge's code, by the codes that were known when each was last decided."""
    counts = dict(fetch_all(db, "SELECT name, value FROM counters WHERE name IN ('bridged', 'untagged')"))
    return TaggingCount(counts["bridged"], counts["untagged"])


def show_bridge(db: Database) -> bool:
    """Whether any conversation has a bridge's tag, or a contact with a bridge's attributes."""
    shown = "SELECT 1 FROM conversation_signs WHERE (is_tagged AND NOT has_page) OR has_attributes LIMIT 1"
    return fetch_one(db, shown) is not None
