"""Search of messages by their words, through an index that the database keeps up to date itself (triggers), except for
the words of new entries."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import apsw

from desktop.store.core.columns import fetch_all, fetch_one, to_json, valid_utf8
from desktop.store.core.database import Database

# Scripts that write no spaces between words (Thai, Lao, Khmer, Chinese, Japanese): a run of them is one word to the
# index, which finds words by their beginning only.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_PAGES_AT_ONCE = 16
_INDEXED_LETTERS = 2
"""Beginnings of words that have lists of their own in the index."""
_FEW_TERMS = 8
_BY_WORDS = "SELECT rowid FROM message_index WHERE message_index MATCH ? ORDER BY rowid DESC LIMIT ?"
_BY_LETTERS = (
    "SELECT search_id FROM entries WHERE search_id IS NOT NULL AND text LIKE ?1 ESCAPE '\\' "
    "UNION ALL SELECT search_id FROM direct_messages WHERE search_id IS NOT NULL AND text LIKE ?1 ESCAPE '\\' "
    "ORDER BY search_id DESC LIMIT ?2"
)
SPAN_S, SPAN_IDS = 64, 128
"""Numbers of messages for so many seconds: the even ones are for entries, the odd ones for direct messages."""
FOLLOWING_SPANS = 256
"""An entry has a number of one of these where those of its span are all given; their last one is this many later."""
_LAST_IN_SPAN, _LAST_IN_FOLLOWING = SPAN_IDS - 2, SPAN_IDS * FOLLOWING_SPANS - 2
_NEWEST_OF_SPANS = (
    "SELECT value AS first, "
    f"(SELECT max(search_id) FROM entries WHERE search_id BETWEEN value AND value + {_LAST_IN_SPAN}) AS newest "
    "FROM json_each(?)"
)
_ENTRIES = (
    "SELECT customer_id, conversation_id, entry_id, text, sent_at_us FROM entries "
    "JOIN conversation_customers USING (conversation_id) "
    "WHERE search_id IN (SELECT value FROM json_each(?)) ORDER BY search_id DESC"
)
_DIRECT_MESSAGES = (
    "SELECT customer_id, conversation_id, 'direct:' || draft_id, text, sent_at_us FROM direct_messages "
    "JOIN conversation_customers USING (conversation_id) "
    "WHERE search_id IN (SELECT value FROM json_each(?)) ORDER BY search_id DESC"
)


def search(db: Database, text: str, at_most: int = 100) -> list[tuple[str, str, str, str]]:
    """(customer id, conversation id, entry id, text) of the messages that have a word beginning with each word of
    `text`, newest first; none for text without words. Ignores case and accents.
    """
    text = valid_utf8(text)
    if _UNSPACED.search(text):
        pattern = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query, searched = _BY_LETTERS, f"%{pattern}%"
    else:
        query, searched = _BY_WORDS, " AND ".join(f"({_beginning_with(db, word)})" for word in words_of(db, text))
    if not searched:
        return []
    ids = _newest_ids(db, query, searched, at_most)
    rows = fetch_all(db, _ENTRIES, (to_json([i for i in ids if i % 2 == 0]),))
    rows += fetch_all(db, _DIRECT_MESSAGES, (to_json([i for i in ids if i % 2 == 1]),))
    # Of equal times, the higher number is newer.
    rows.sort(key=lambda row: row.sent_at_us, reverse=True)
    return [_hit(row) for row in rows[:at_most]]


def _newest_ids(db: Database, query: str, searched: str, at_most: int) -> list[int]:
    """Numbers of the newest, and all others of the last span: within one they tell nothing of the time."""
    ids: list[int] = []
    cursor = db.execute(query, (searched, at_most + SPAN_IDS))
    for (search_id,) in cursor:
        if len(ids) >= at_most and search_id // SPAN_IDS < ids[-1] // SPAN_IDS:
            break
        ids.append(search_id)
    # A query that is not read to its end keeps its lock.
    cursor.close(True)
    return ids


def words_of(db: Database, text: str) -> list[str]:
    """The words of a text as the index knows them."""
    tokenizer = db.fts5_tokenizer("unicode61", ["remove_diacritics", "2"])
    found = tokenizer(text.encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False, include_colocated=False)
    return [str(word) for word in found]


def _beginning_with(db: Database, word: str) -> str:
    """What the index is asked for, words beginning with this one.

    Of a long beginning it would first collect all messages; of whole words it lists the newest at once.
    """
    if len(word) <= _INDEXED_LETTERS:
        return f'"{word}"*'
    terms = fetch_all(
        db,
        "SELECT term FROM message_terms WHERE term >= ? AND term < ? LIMIT ?",
        (word, f"{word}{chr(sys.maxunicode)}", _FEW_TERMS + 1),
    )
    return " OR ".join(f'"{row.term}"' for row in terms) if 0 < len(terms) <= _FEW_TERMS else f'"{word}"*'


def free_ids(db: Database, times_us: Sequence[int]) -> list[int]:
    """Numbers for new entries of these times, as the view `free_search_ids` gives them one at a time."""
    firsts = [max(sent_at_us, 0) // 1_000_000 // SPAN_S * SPAN_IDS for sent_at_us in times_us]
    newest = {row.first: row.newest or 0 for row in fetch_all(db, _NEWEST_OF_SPANS, (to_json(firsts),))}
    given: list[int] = []
    for first in firsts:
        free = max(newest[first] + 2, first)
        if free > first + _LAST_IN_SPAN:
            free = _free_id_beside(db, first, given)
        span = free // SPAN_IDS * SPAN_IDS
        newest[span] = max(newest.get(span, 0), free)
        given.append(free)
    return given


def _free_id_beside(db: Database, first: int, given: Collection[int]) -> int:
    """A number where those of the span are all given."""
    last = first + _LAST_IN_FOLLOWING
    row = fetch_one(db, "SELECT max(search_id) FROM entries WHERE search_id BETWEEN ? AND ?", (first, last))
    free = max(row[0] or 0, *(i for i in given if first <= i <= last), first - 2) + 2
    if free <= last:
        return free
    row = fetch_one(db, "SELECT min(search_id) FROM entries WHERE search_id IS NOT NULL")
    return min(first if row[0] is None else row[0], *given, first) - 2


def add_words(db: Database, texts: Iterable[tuple[int, str]]) -> None:
    """Index the texts of new entries, each with its number; those that change are indexed by triggers.

    All at once: what is written by a trigger becomes a part of the index of its own.
    """
    db.executemany("INSERT INTO message_index (rowid, text) VALUES (?, ?)", texts)


def tidy(db: Database) -> None:
    """Merge a few pages of the index, if it is in many parts. Called after every answer that was stored: ten pages a
    message are enough to keep up with an index of a million.
    """
    db.execute("INSERT INTO message_index (message_index, rank) VALUES ('merge', ?)", (_PAGES_AT_ONCE,))


def _hit(row: Any) -> tuple[str, str, str, str]:
    customer_id, conversation_id, entry_id, text, _ = row
    return customer_id, conversation_id, entry_id, text
