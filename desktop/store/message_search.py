"""Search of messages by their words, through an index that the database keeps up to date itself (triggers)."""

from __future__ import annotations

import re
from typing import Any

from desktop.store.core.columns import fetch_all, valid_utf8
from desktop.store.core.database import Database

_WORDS = re.compile(r"\w+")
# Scripts that write no spaces between words (Thai, Lao, Khmer, Chinese, Japanese): a run of them is one word to the
# index, which finds words by their beginning only.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_PAGES_AT_ONCE = 16
_BY_WORDS = (
    "SELECT doc, conversation_id, entry_id FROM message_words "
    "JOIN message_docs ON message_docs.doc = message_words.rowid "
    "WHERE message_words MATCH ? ORDER BY message_words.rowid DESC LIMIT ?"
)
_BY_LETTERS = (
    "SELECT doc, message_docs.conversation_id, message_docs.entry_id FROM message_docs "
    "LEFT JOIN entries USING (conversation_id, entry_id) "
    "LEFT JOIN direct_messages ON 'direct:' || direct_messages.draft_id = message_docs.entry_id "
    "WHERE coalesce(entries.text, direct_messages.text) LIKE ? ESCAPE '\\' ORDER BY doc DESC LIMIT ?"
)


def search(db: Database, text: str, at_most: int = 100) -> list[tuple[str, str, str, str]]:
    """(customer id, conversation id, entry id, text) of the messages that have a word beginning with each word of
    `text`, newest first; none for text without words. Ignores case and accents.
    """
    text = valid_utf8(text)
    words = _WORDS.findall(text)
    if not words:
        return []
    if _UNSPACED.search(text):
        pattern = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query, searched = _BY_LETTERS, f"%{pattern}%"
    else:
        query, searched = _BY_WORDS, " ".join(f'"{word}"*' for word in words)
    rows = fetch_all(
        db,
        "SELECT customer_id, hits.conversation_id, hits.entry_id, coalesce(entries.text, direct_messages.text) "
        f"FROM ({query}) AS hits JOIN conversation_customers USING (conversation_id) "
        "LEFT JOIN entries USING (conversation_id, entry_id) "
        "LEFT JOIN direct_messages ON direct_messages.draft_id = substr(hits.entry_id, 8) "
        "AND hits.entry_id LIKE 'direct:%' ORDER BY doc DESC",
        (searched, at_most),
    )
    return [_hit(row) for row in rows]


def tidy(db: Database) -> None:
    """Merge a few pages of the index, if it is in many parts. Called after every answer that was stored: ten pages a
    message are enough to keep up with an index of a million.
    """
    db.execute("INSERT INTO message_words (message_words, rank) VALUES ('merge', ?)", (_PAGES_AT_ONCE,))


def _hit(row: Any) -> tuple[str, str, str, str]:
    customer_id, conversation_id, entry_id, text = row
    return customer_id, conversation_id, entry_id, text
