"""Signs: what each conversation tells of the bridge, and totals of that, which triggers keep."""

from __future__ import annotations

from desktop.domain.learning.bridge import LEAST_CUSTOMERS, CodeCount, ConversationSigns, TaggingCount
from desktop.store.core.columns import fetch_all, from_json, to_json, valid_utf8
from desktop.store.core.database import Database


def save(db: Database, signs: ConversationSigns, bridge_codes: frozenset[str]) -> frozenset[str]:
    """Instead of the conversation's earlier signs. Returns taggers (`ConversationSigns.taggers`) that are new in it."""
    codes = sorted((valid_utf8(code), count) for code, count in signs.codes.items())
    values = (
        signs.customer,
        int(signs.has_page),
        int(signs.is_tagged),
        int(signs.lost_tag),
        int(signs.has_attributes),
        int(bool(bridge_codes & signs.codes.keys())),
        to_json([list(pair) for pair in codes]),
        to_json(sorted(signs.taggers)),
    )
    held = fetch_all(
        db, f"SELECT {_COLUMNS} FROM conversation_signs WHERE conversation_id = ?", (signs.conversation_id,)
    )
    if held == [values]:
        return frozenset()
    db.execute("DELETE FROM conversation_signs WHERE conversation_id = ?", (signs.conversation_id,))
    db.execute(
        f"INSERT INTO conversation_signs (conversation_id, {_COLUMNS}) VALUES (?, {', '.join('?' * len(values))})",
        (signs.conversation_id, *values),
    )
    return signs.taggers - frozenset(from_json(held[0][-1]) if held else ())


_COLUMNS = "customer_id, has_page, is_tagged, lost_tag, has_attributes, is_bridged, codes, taggers"


def code_counts(db: Database) -> tuple[CodeCount, ...]:
    """One for each package code on customers' messages, in alphabetical order."""
    rows = fetch_all(
        db,
        "SELECT code, parts, tagged_parts, "
        "(SELECT count(*) FROM (SELECT 1 FROM code_customers WHERE code_customers.code = code_totals.code LIMIT ?)), "
        "web_conversations FROM code_totals ORDER BY code",
        (LEAST_CUSTOMERS,),
    )
    return tuple(CodeCount(*row) for row in rows)


def tagging_count(db: Database) -> TaggingCount:
    """Of the conversations that carry a bridge's code, as the codes were known when each was last decided."""
    counts = dict(fetch_all(db, "SELECT name, value FROM counters WHERE name IN ('bridged', 'untagged')"))
    return TaggingCount(counts["bridged"], counts["untagged"])


def show_bridge(db: Database) -> bool:
    """Whether any conversation bears a bridge's tag, or is of a contact with a bridge's attributes."""
    shown = "SELECT 1 FROM conversation_signs WHERE (is_tagged AND NOT has_page) OR has_attributes LIMIT 1"
    return bool(fetch_all(db, shown))
