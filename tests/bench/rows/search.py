"""Row 11: message search while a word is typed, in 1,000,000 messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import apsw

from desktop.store.core.reader import connect
from desktop.store.search.messages import MessageSearch, find, words_of
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import interleave, thread_ms
from tests.bench.worlds.kept import BIG, KEY, STARTED
from tests.bench.worlds.people import FIRST_NUMBER

TYPED = ("order", "tuesday tracking", "xob", f"#{FIRST_NUMBER + 500}", "parcel went to the wrong depot")
BARE = "SELECT rowid FROM message_index WHERE message_index MATCH ? ORDER BY rowid DESC LIMIT 100"


@row(11, "message search as you type")
def message_search(bench: Bench) -> Iterator[Figure]:
    world = STARTED if bench.quick else BIG
    ours: list[float] = []
    bare: list[float] = []
    with closing(connect(world.path(), KEY)) as db:
        for text in _as_typed():
            samples = interleave(
                lambda text=text: find(db, MessageSearch(text)),
                lambda text=text: _search_bare(db, text),
                rounds=bench.rounds(8),
                clock=thread_ms,
            )
            ours += samples[0]
            bare += samples[1]
    what = f"{world.messages:,} messages, each key of {len(TYPED)} searches"
    yield Figure(what, tuple(ours), tuple(bare), "bare FTS5", (Bar("ratio", 2), Bar("p95", 50)))


def _as_typed() -> Iterator[str]:
    for text in TYPED:
        yield from (text[:length] for length in range(1, len(text) + 1) if text[length - 1].isalnum())


def _search_bare(db: apsw.Connection, text: str) -> None:
    """The ids alone: no texts, no customers."""
    db.execute(BARE, (" ".join(f'"{word}"*' for word in words_of(db, text)),)).fetchall()
