"""Row 11: search while something is typed, in 1,000,000 messages of 100,000 customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

import apsw

from desktop.domain.search.query import parse
from desktop.engine.sync import local_search
from desktop.store.core.reader import connect
from desktop.store.search.message_index import words_of
from desktop.store.search.messages import MessageSearch, find
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import interleave, thread_ms
from tests.bench.worlds.kept import BIG, KEY, STARTED
from tests.bench.worlds.people import FIRST_NUMBER, NOW

TYPED = ("order", "tuesday tracking", "xob", f"#{FIRST_NUMBER + 500}", "parcel went to the wrong depot")
FILTERED = (
    "order after:7d",
    "order before:2026-11-01 after:2026-10-01",
    "parcel from:me",
    '"wrong depot"',
    "order tag:whatsapp",
    "order is:closed",
    f"from:customer{FIRST_NUMBER + 500}",
    "order from:sam",
    "has:file after:7d",
)
_ONE = FIRST_NUMBER + 500
CUSTOMERS = ("jennifer okafor", f"customer{_ONE}@ex", f"+35386{_ONE}", f"086{_ONE}", "plus", "xyz")
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


@row(11, "message search with filters")
def filtered_search(bench: Bench) -> Iterator[Figure]:
    world = STARTED if bench.quick else BIG
    ours: list[float] = []
    with closing(connect(world.path(), KEY)) as db:
        for text in FILTERED:
            query = parse(text, NOW.date())
            for _ in range(bench.rounds(8)):
                start = thread_ms()
                local_search.search(db, query, is_thorough=False)
                ours.append(thread_ms() - start)
    yield Figure(f"{world.messages:,} messages, {len(FILTERED)} searches", tuple(ours), bars=(Bar("p95", 50),))


@row(11, "customer search as you type")
def customer_search(bench: Bench) -> Iterator[Figure]:
    world = STARTED if bench.quick else BIG
    ours: list[float] = []
    with closing(connect(world.path(), KEY)) as db:
        for text in _as_typed(CUSTOMERS):
            for _ in range(bench.rounds(4)):
                start = thread_ms()
                local_search.find_customers(db, text)
                ours.append(thread_ms() - start)
    what = f"{world.customers:,} customers, each key of {len(CUSTOMERS)} searches"
    yield Figure(what, tuple(ours), bars=(Bar("p95", 50),))


def _as_typed(typed: Iterable[str] = TYPED) -> Iterator[str]:
    for text in typed:
        yield from (text[:length] for length in range(1, len(text) + 1) if text[length - 1].isalnum())


def _search_bare(db: apsw.Connection, text: str) -> None:
    """The ids alone: no texts, no customers."""
    db.execute(BARE, (" ".join(f'"{word}"*' for word in words_of(db, text)),)).fetchall()
