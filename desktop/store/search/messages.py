"""Search of messages by their words and by filters, newest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from desktop.domain.model.facts import ChannelKind, ConversationState, EntryKind, MessageKey, Role
from desktop.domain.model.frozen import frozen
from desktop.domain.search.folding import fold
from desktop.store.core.columns import (
    LARGEST_INTEGER,
    entry_key,
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    to_json,
    to_us_or_none,
    valid_utf8,
)
from desktop.store.core.database import Database
from desktop.store.search.message_index import FOLLOWING_SPANS, SPAN_IDS, SPAN_S, beginning_with, words_of

# Scripts that write no spaces between words (Thai, Lao, Khmer, Chinese, Japanese): a run of them is one word to the
# index, which finds words by their beginning only.
_UNSPACED = "[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_TAG_NAME = re.compile(r'"name":"((?:[^"\\]|\\.)*)"')
"""In the details of a conversation, as JSON."""
_MOST_TAGS = 200
_NO_FILES = to_json([])
_FIRST_BATCH, _LARGEST_BATCH = 256, 2_048
MOST_EXAMINED = 5_000
"""Messages with the words that are compared with filters: whoever types does not wait for more."""
FEW_SENDERS, FEW_CONVERSATIONS = 50, 500
"""So many customers' messages or conversations are all looked at, rather than all messages with the words."""
_BY_WORDS = (
    "SELECT rowid FROM message_index WHERE message_index MATCH :words AND rowid BETWEEN :first AND :last "
    "ORDER BY rowid DESC"
)
_NUMBERED = "SELECT search_id FROM {table} WHERE search_id BETWEEN :first AND :last"
_ALL = " UNION ALL ".join(_NUMBERED.format(table=table) for table in ("entry_rows", "direct_messages"))
_BY_SENDERS = (
    "SELECT search_id FROM json_each(:senders) CROSS JOIN contacts ON contacts.customer_id = value "
    "CROSS JOIN conversations ON owner_id = contacts.id "
    "CROSS JOIN entries USING (conversation_number) "
    "WHERE search_id BETWEEN :first AND :last AND entries.role = 'customer' ORDER BY search_id DESC"
)
_BY_CONVERSATIONS = (
    "SELECT search_id FROM json_each(:conversations) CROSS JOIN entries ON conversation_id = value "
    "WHERE search_id BETWEEN :first AND :last UNION ALL "
    "SELECT search_id FROM json_each(:conversations) CROSS JOIN direct_messages ON conversation_id = value "
    "WHERE search_id BETWEEN :first AND :last ORDER BY search_id DESC"
)
_TAGS = "iif(:with_tags, conversations.details ->> '$.tags', '[]') AS conversation_tags"
_OF_CUSTOMERS = (
    "JOIN contacts ON contacts.id = owner_id "
    "WHERE search_id IN (SELECT value FROM json_each(:ids)) ORDER BY search_id DESC"
)
_ENTRIES = (
    "SELECT contacts.customer_id, conversation_id, entry_id, text, sent_at_us, entries.role, kind, author_id, "
    f"author_name, attachments AS files, state, '' AS channel, {_TAGS} "
    f"FROM entries JOIN conversations USING (conversation_number) {_OF_CUSTOMERS}"
)
_DIRECT_MESSAGES = (
    "SELECT contacts.customer_id, conversation_id, 'direct:' || draft_id AS entry_id, text, sent_at_us, "
    "'teammate' AS role, 'message' AS kind, author_id, author_name, file_names AS files, state, channel, "
    f"{_TAGS} FROM direct_messages JOIN conversations ON conversations.id = conversation_id {_OF_CUSTOMERS}"
)


class Senders(msgspec.Struct, frozen=True):
    """Who may have sent a message: these customers, or these teammates."""

    customer_ids: frozenset[str] = frozenset()
    teammate_ids: frozenset[str] = frozenset()


@frozen
class MessageSearch:
    """What a message must have.

    words: a word begins with each of them, in any order. phrases: these words one after the other.
    after: sent at this time or later. before: sent earlier.
    tags: the conversation has a tag whose name begins so. states: of the conversation. senders: None for anybody.
    customer_id: of whose conversations it is; "" for anybody's.
    """

    words: str = ""
    phrases: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    has_file: bool = False
    tags: tuple[str, ...] = ()
    states: frozenset[ConversationState] = frozenset()
    senders: Senders | None = None
    customer_id: str = ""

    @property
    def is_words_alone(self) -> bool:
        """Whether the index of words decides alone."""
        return replace(self, words="") == MessageSearch()


class FoundMessage(msgspec.Struct, frozen=True):
    """author_name: "" where the provider does not say it. files: their names.
    direct_channel: of a message that was sent past Intercom, else None.
    """

    customer_id: str
    conversation_id: str
    entry_id: str
    text: str
    sent_at: datetime
    role: Role
    kind: EntryKind
    author_id: str
    author_name: str
    files: tuple[str, ...] = ()
    direct_channel: ChannelKind | None = None

    @property
    def key(self) -> MessageKey:
        """Unique over all conversations."""
        return (self.conversation_id, self.entry_id)


class FoundMessages(msgspec.Struct, frozen=True):
    """Newest first. has_more: there are older ones. is_cut_off: as many as may be were looked at, and some were not."""

    messages: tuple[FoundMessage, ...] = ()
    has_more: bool = False
    is_cut_off: bool = False


def find(
    db: Database,
    wanted: MessageSearch,
    at_most: int = 100,
    accepts: Callable[[FoundMessage], bool] | None = None,
    most_examined: int = MOST_EXAMINED,
) -> FoundMessages:
    """The newest messages that have all that is wanted; none for a search without anything. Ignores case and accents.

    accepts: a further condition. most_examined: messages that are compared with filters.
    """
    candidates = _Candidates(db, wanted, has_condition=accepts is not None)
    if not candidates.sql:
        return FoundMessages()
    found: list[FoundMessage] = []
    is_simple = candidates.is_words_alone
    examined, is_cut_off = 0, False
    with closing(candidates.batches(at_most + 1 if is_simple else _FIRST_BATCH)) as batches:
        for ids in batches:
            is_cut_off = examined >= most_examined and not is_simple
            if is_cut_off:
                break
            rows = _rows(db, ids, bool(wanted.tags))
            hits = (_found(row) for row in rows if is_simple or candidates.has_all(row))
            found += [hit for hit in hits if accepts is None or accepts(hit)]
            examined += len(ids)
            if len(found) > at_most:
                break
    # Of equal times, the higher number is newer.
    found.sort(key=lambda hit: hit.sent_at, reverse=True)
    return FoundMessages(tuple(found[:at_most]), len(found) > at_most or is_cut_off, is_cut_off)


def depth(db: Database, conversation_id: str, entry_id: str) -> int | None:
    """How many entries of the message's customer were sent no earlier, itself included; None if it is not stored."""
    sent = fetch_one(
        db,
        "SELECT sent_at_us FROM entries WHERE conversation_id = ?1 AND entry_key = ?2 UNION ALL "
        "SELECT sent_at_us FROM direct_messages WHERE conversation_id = ?1 AND 'direct:' || draft_id = ?2",
        (conversation_id, entry_key(entry_id)),
    )
    if sent is None:
        return None
    counted = (
        "SELECT count(*) AS size FROM conversation_customers AS own "
        "CROSS JOIN contacts ON contacts.customer_id = own.customer_id "
        "CROSS JOIN conversations ON owner_id = contacts.id "
        "CROSS JOIN {table} ON {table}.conversation_id = conversations.id AND sent_at_us >= ?2 "
        "WHERE own.conversation_id = ?1"
    )
    found = (
        fetch_one(db, counted.format(table=table), (conversation_id, sent.sent_at_us))
        for table in ("entries", "direct_messages")
    )
    return sum(int(row.size) for row in found)


def with_first_text(db: Database, conversation_ids: Collection[str]) -> frozenset[str]:
    """Those of the conversations whose first message is stored with its text."""
    rows = fetch_all(
        db,
        "SELECT conversation_id FROM json_each(?) CROSS JOIN entries ON conversation_id = value "
        "WHERE is_first = 1 AND text <> ''",
        (to_json([*conversation_ids]),),
    )
    return frozenset(row.conversation_id for row in rows)


def tag_names(db: Database) -> list[str]:
    """The tags of conversations, the most frequent first."""
    names = Counter(
        name
        for row in fetch_all(db, "SELECT details FROM conversations WHERE instr(details, '\"tags\"') > 0")
        for name in _TAG_NAME.findall(row.details)
    )
    return [from_json(f'"{name}"') for name, _ in names.most_common(_MOST_TAGS)]


class _Candidates:
    """Numbers of messages, newest first, some of which have all that is wanted; what else they must have."""

    def __init__(self, db: Database, wanted: MessageSearch, *, has_condition: bool) -> None:
        """has_condition: the caller decides about each message, too."""
        self._db = db
        self._wanted = wanted
        self.is_words_alone = wanted.is_words_alone and not has_condition
        text = valid_utf8(" ".join((wanted.words, *wanted.phrases))).strip()
        self._words = words_of(db, text)
        self._phrases = [fold(phrase) for phrase in wanted.phrases]
        self._tags = [fold(tag) for tag in wanted.tags]
        self._after_us, self._before_us = to_us_or_none(wanted.after), to_us_or_none(wanted.before)
        first = -LARGEST_INTEGER if self._after_us is None else self._after_us // (SPAN_S * 1_000_000) * SPAN_IDS
        last = LARGEST_INTEGER
        if self._before_us is not None:
            last = (self._before_us // (SPAN_S * 1_000_000) + FOLLOWING_SPANS + 1) * SPAN_IDS
        self._bindings: dict[str, str | int] = {"first": first, "last": last}
        self._letters: list[str] = []
        self._needs_words = False
        self.sql = self._query(text)

    def _query(self, text: str) -> str:
        """What to ask for numbers; "" where nothing is wanted."""
        wanted = self._wanted
        parts = [*wanted.words.split(), *wanted.phrases] if re.search(_UNSPACED, text) else []
        if not wanted.customer_id and wanted.senders is not None and self._are_few(wanted.senders):
            self._bindings["senders"] = to_json(sorted(wanted.senders.customer_ids))
            self._letters, self._needs_words = [fold(part) for part in parts], True
            return _BY_SENDERS
        is_of_one = bool(wanted.customer_id)
        few = _conversations_of(self._db, wanted.customer_id) if is_of_one else _few_conversations(self._db, wanted)
        if few is not None:
            self._bindings["conversations"] = to_json(few)
            self._letters, self._needs_words = [fold(part) for part in parts], True
            return _BY_CONVERSATIONS
        if parts:
            self._bindings |= {f"part{n}": _pattern(part) for n, part in enumerate(parts)}
            has_parts = "".join(f" AND text LIKE :part{n} ESCAPE '\\'" for n in range(len(parts)))
            selects = (f"{_NUMBERED.format(table=table)}{has_parts}" for table in ("entry_rows", "direct_messages"))
            return f"{' UNION ALL '.join(selects)} ORDER BY search_id DESC"
        if self._words:
            self._bindings["words"] = " AND ".join(f"({beginning_with(self._db, word)})" for word in self._words)
            return _BY_WORDS
        return "" if text or self.is_words_alone else f"{_ALL} ORDER BY search_id DESC"

    @staticmethod
    def _are_few(senders: Senders) -> bool:
        return not senders.teammate_ids and len(senders.customer_ids) <= FEW_SENDERS

    def batches(self, size: int) -> Generator[list[int]]:
        """Larger and larger ones, and of a span all or nothing: within one, numbers tell nothing of the time."""
        cursor = self._db.execute(self.sql, self._bindings)
        try:
            ids: list[int] = []
            for (search_id,) in cursor:
                if len(ids) >= size and search_id // SPAN_IDS < ids[-1] // SPAN_IDS:
                    yield ids
                    ids, size = [], min(2 * size, _LARGEST_BATCH)
                ids.append(search_id)
            if ids:
                yield ids
        finally:
            # A query that is not read to its end keeps its lock.
            cursor.close(True)

    def has_all(self, row: Any) -> bool:
        """Whether a message has what the index does not decide."""
        wanted = self._wanted
        return (
            (self._after_us is None or row.sent_at_us >= self._after_us)
            and (self._before_us is None or row.sent_at_us < self._before_us)
            and (not wanted.has_file or row.files != _NO_FILES)
            and (not wanted.states or row.state in wanted.states)
            and (wanted.senders is None or _is_from(row, wanted.senders))
            and (not self._tags or self._has_tags(row))
            and (not self._needs_words or self._has_words(row.text))
            and (not self._phrases or all(phrase in fold(row.text) for phrase in self._phrases))
        )

    def _has_tags(self, row: Any) -> bool:
        folded = [fold(tag["name"]) for tag in from_json(row.conversation_tags or "[]")]
        return all(any(name.startswith(tag) for name in folded) for tag in self._tags)

    def _has_words(self, text: str) -> bool:
        if self._letters:
            return all(part in fold(text) for part in self._letters)
        if not self._words:
            return True
        words = words_of(self._db, text)
        return all(any(word.startswith(wanted) for word in words) for wanted in self._words)


def _conversations_of(db: Database, customer_id: str) -> list[str]:
    rows = fetch_all(
        db,
        "SELECT conversations.id AS id FROM contacts CROSS JOIN conversations ON owner_id = contacts.id "
        "WHERE contacts.customer_id = ?",
        (customer_id,),
    )
    return [row.id for row in rows]


def _few_conversations(db: Database, wanted: MessageSearch) -> list[str] | None:
    """The conversations in these states and with these tags; None where they are many, or all."""
    tags = [fold(tag) for tag in wanted.tags]
    if not tags and (not wanted.states or wanted.senders is not None):
        return None

    @cache
    def is_wanted(name: str) -> bool:
        return fold(from_json(f'"{name}"')).startswith(tuple(tags))

    def may_have_tags(*details: Any) -> bool:
        return not tags or any(map(is_wanted, _TAG_NAME.findall(details[0])))

    db.create_scalar_function("may_have_tags", may_have_tags, 1)
    rows = fetch_all(
        db,
        "SELECT id FROM conversations WHERE (?1 = '[]' OR state IN (SELECT value FROM json_each(?1))) "
        f"AND may_have_tags(details) LIMIT {FEW_CONVERSATIONS + 1}",
        (to_json(sorted(wanted.states)),),
    )
    return [row.id for row in rows] if len(rows) <= FEW_CONVERSATIONS else None


def _pattern(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _is_from(row: Any, senders: Senders) -> bool:
    if row.role == Role.CUSTOMER:
        return row.customer_id in senders.customer_ids
    return row.author_id in senders.teammate_ids


def _rows(db: Database, ids: Iterable[int], with_tags: bool) -> list[Any]:
    entries, direct = ([i for i in ids if i % 2 == rest] for rest in (0, 1))
    rows = fetch_all(db, _ENTRIES, {"ids": to_json(entries), "with_tags": with_tags})
    if direct:
        rows += fetch_all(db, _DIRECT_MESSAGES, {"ids": to_json(direct), "with_tags": with_tags})
    return rows


def _found(row: Any) -> FoundMessage:
    files = from_json(row.files) if row.files != _NO_FILES else ()
    return FoundMessage(
        row.customer_id,
        row.conversation_id,
        row.entry_id,
        row.text,
        from_us(row.sent_at_us),
        Role(row.role),
        EntryKind(row.kind),
        row.author_id,
        row.author_name,
        tuple(f if isinstance(f, str) else f["name"] for f in files),
        ChannelKind(row.channel) if row.channel else None,
    )
