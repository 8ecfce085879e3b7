"""The index of the words of messages. The database keeps it up to date itself (triggers), except for the words of new
entries; it lists messages by numbers that grow with time."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence

import apsw

from desktop.store.core.columns import fetch_all, fetch_one, to_json
from desktop.store.core.database import Database

_PAGES_AT_ONCE = 16
_INDEXED_LETTERS = 2
"""Beginnings of words that have lists of their own in the index."""
_FEW_TERMS = 8
SPAN_S, SPAN_IDS = 64, 128
"""Numbers of messages for so many seconds: the even ones are for entries, the odd ones for direct messages."""
FOLLOWING_SPANS = 256
"""An entry has a number of one of these where those of its span are all given; their last one is this many later."""
_LAST_IN_SPAN, _LAST_IN_FOLLOWING = SPAN_IDS - 2, SPAN_IDS * FOLLOWING_SPANS - 2
_NEWEST_OF_SPANS = (
    "SELECT value AS first, "
    f"(SELECT max(search_id) FROM entry_rows WHERE search_id BETWEEN value AND value + {_LAST_IN_SPAN}) AS newest "
    "FROM json_each(?)"
)


def words_of(db: Database, text: str) -> list[str]:
    """The words of a text as the index knows them."""
    tokenizer = db.fts5_tokenizer("unicode61", ["remove_diacritics", "2"])
    found = tokenizer(text.encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False, include_colocated=False)
    return [str(word) for word in found]


def beginning_with(db: Database, word: str) -> str:
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
    row = fetch_one(db, "SELECT max(search_id) FROM entry_rows WHERE search_id BETWEEN ? AND ?", (first, last))
    free = max(row[0] or 0, *(i for i in given if first <= i <= last), first - 2) + 2
    if free <= last:
        return free
    row = fetch_one(db, "SELECT min(search_id) FROM entry_rows WHERE search_id IS NOT NULL")
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
