"""Wipe the text and files of messages that are older than the retention; times, ids and decisions stay."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from desktop.domain.model.facts import Role
from desktop.store import customer_rows
from desktop.store.core.columns import fetch_all, to_us
from desktop.store.core.database import Database
from desktop.store.entries import ROLE_NUMBERS
from desktop.store.evidence import provider_messages, unmatched_deliveries
from desktop.store.outgoing import after_sending
from desktop.store.search import customers
from desktop.store.search.message_index import FOLLOWING_SPANS, SPAN_IDS, SPAN_S
from desktop.store.settings import load, retention_days, save, wiped_upto_us

_MAY_BE_CUSTOMER = f"{ROLE_NUMBERS[Role.CUSTOMER]}, {ROLE_NUMBERS[Role.UNKNOWN]}"

BATCH = 200
"""Rows of a table in one transaction, so that a send never waits long behind it."""


def wipe_batch(db: Database, now: datetime) -> int:
    """Wipe some rows; returns how many, 0 when nothing is left to wipe.

    The connection's `secure_delete` overwrites the text. Drafts and replies that are not settled stay whole: they are
    the agent's. A bridge's notices stay too: they hold nothing that a customer wrote, and without them a reply that did
    not arrive would look as if it had.
    """
    before_us = to_us(now - timedelta(days=retention_days(db)))
    upto_us = wiped_upto_us(db)
    if upto_us is None or upto_us < before_us:
        # Before the first batch too: a stop in between must not hide how far it went.
        save(db, "wiped_upto_us", before_us)
    notice = re.compile("|".join(f"(?:{p})" for p in load(db).notice_patterns) or r"(?!)", re.IGNORECASE)
    db.create_scalar_function("is_notice", lambda *text: int(bool(notice.search(str(text[0])))), 1, deterministic=True)
    wiped = fetch_all(
        db,
        "UPDATE entry_rows SET text = '', formatting = '', attachments = '[]', wiped = 1 "
        "WHERE (conversation_number, entry_key) IN ("
        # Those with a file or a text have a number, which is at most so many spans ahead.
        "SELECT conversation_number, entry_key FROM entry_rows "
        f"WHERE search_id < (?1 / {SPAN_S * 1_000_000} + {FOLLOWING_SPANS}) * {SPAN_IDS} AND sent_at_us < ?1 "
        f"AND (role IN ({_MAY_BE_CUSTOMER}) OR NOT is_notice(text)) LIMIT ?2"
        ") RETURNING entry_key",
        (before_us, BATCH),
    )
    changed = len(wiped) or _wipe_other_tables(db, before_us, now)
    if not changed and (upto_us is None or upto_us > before_us):
        _read_again(db, before_us)
        save(db, "wiped_upto_us", before_us)
    return changed


def _read_again(db: Database, before_us: int) -> None:
    """Queue the conversations whose entries were wiped by a wrong clock or under a shorter retention: the next answer
    brings their text back. Looks at all entries, so only after time went back or the retention grew, or where neither
    is recorded."""
    db.execute(
        "UPDATE sync_queue SET is_read = 0, due_at_us = 0 WHERE is_read = 1 AND conversation_id IN "
        "(SELECT conversation_id FROM entries WHERE wiped = 1 AND sent_at_us >= ?)",
        (before_us,),
    )
    # Nothing of them counts as stored.
    db.execute(
        "UPDATE conversations SET fingerprint = 0 WHERE id IN "
        "(SELECT conversation_id FROM entries WHERE wiped = 1 AND sent_at_us >= ?)",
        (before_us,),
    )


_TITLES = (
    "UPDATE conversations SET title = '' WHERE rowid IN "
    "(SELECT rowid FROM conversations WHERE updated_at_us < ? AND title <> '' LIMIT ?) "
    "RETURNING (SELECT customer_id FROM contacts WHERE contacts.id = owner_id) AS customer_id"
)
_DIRECT_MESSAGES = (
    "UPDATE direct_messages SET text = '', formatting = '', file_names = '[]' WHERE rowid IN "
    "(SELECT rowid FROM direct_messages WHERE sent_at_us < ? AND (text <> '' OR file_names <> '[]') LIMIT ?)"
)


def _wipe_other_tables(db: Database, before_us: int, now: datetime) -> int:
    """Wipe some rows of each table; returns how many, 0 when nothing is left."""
    changed = customer_rows.wipe_texts(db, before_us, BATCH)
    titled = fetch_all(db, _TITLES, (before_us, BATCH))
    for customer_id in {row.customer_id for row in titled}:
        customers.save_text(db, customer_id)
    db.execute(_DIRECT_MESSAGES, (before_us, BATCH))
    changed += len(titled) + db.changes()
    finished = "SELECT draft_id FROM outbox WHERE is_done = 1 AND kept_until_us IS NULL AND queued_at_us < ?"
    db.execute(f"DELETE FROM files WHERE draft_id IN ({finished})", (before_us,))
    db.execute(f"DELETE FROM outbox WHERE draft_id IN ({finished})", (before_us,))
    after_sending.delete_orphans(db)
    before = now - timedelta(days=retention_days(db))
    provider_messages.prune(db, before)
    unmatched_deliveries.prune(db, before, now)
    return changed
