"""Worlds as encrypted files, made once for each schema and each version of the generator."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw

import desktop.store
from desktop.store.core.database import _open
from desktop.store.core.encryption import Key
from desktop.store.core.migrate import steps
from tests.bench.worlds import bulk, people

KEY = Key(bytes(range(32)))
KEPT_FOR_S = 86_400
FOLDER = Path(tempfile.gettempdir()) / "reachline-bench-worlds"


@dataclass(frozen=True, slots=True)
class World:
    """A workspace with `customers` customers, `MESSAGES_PER_CUSTOMER` messages each on average, and after them one
    customer for each of `long_threads` with that many messages. busy: how many were active today.
    """

    customers: int
    busy: int = 300
    long_threads: tuple[int, ...] = (100,)

    @property
    def messages(self) -> int:
        return self.customers * people.MESSAGES_PER_CUSTOMER + sum(self.long_threads)

    def customer_id(self, index: int) -> str:
        """The customer at this place of the list, newest activity first; those with long threads come last."""
        return f"c{people.number_of(index)}"

    def long_customer_id(self, messages: int) -> str:
        return self.customer_id(self.customers + self.long_threads.index(messages))

    def path(self) -> Path:
        """The file, made if need be. Whoever writes takes a copy."""
        path = FOLDER / f"{self.customers}-{self.busy}-{'-'.join(map(str, self.long_threads))}-{_fingerprint()}.db"
        if not path.exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            for other in FOLDER.iterdir():
                # Another checkout may be at work with it.
                if time.time() - other.stat().st_mtime > KEPT_FOR_S:
                    other.unlink()
            _make(self, path)
        return path

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """A file of one's own, deleted afterwards."""
        with tempfile.TemporaryDirectory(prefix="reachline-bench-") as folder:
            yield self.copy_to(Path(folder) / "cache.db")

    def copy_to(self, path: Path) -> Path:
        shutil.copyfile(self.path(), path)
        return path


SMALL = World(1_000)
STARTED = World(5_000)
"""50,000 messages."""
BIG = World(100_000, long_threads=(100, 100_000))
"""1,000,000 messages, and one customer with 100,000 more."""


def _fingerprint() -> str:
    """Of the schema, its version and the generator."""
    hashed = hashlib.sha256((Path(desktop.store.__file__).with_name("schema.sql")).read_bytes())
    hashed.update(str(len(steps())).encode())
    for module in (bulk, people):
        hashed.update(Path(module.__file__).read_bytes())
    return hashed.hexdigest()[:12]


def _make(world: World, path: Path) -> None:
    started = time.process_time()
    making = path.with_suffix(f".making-{os.getpid()}")
    with closing(_open(making, KEY)) as db:
        db.pragma("journal_mode", "delete")
        db.pragma("journal_mode", "off")
        fill(db, world)
    making.replace(path)
    size_mb = path.stat().st_size / 1e6
    print(f"# made {path.name}: {size_mb:,.0f} MB in {time.process_time() - started:.0f} s of CPU", flush=True)


def fill(db: apsw.Connection, world: World) -> None:
    """Store the world in an empty database."""
    db.pragma("synchronous", "off")
    db.pragma("foreign_keys", False)
    db.pragma("cache_size", -1_000_000)
    with db:
        bulk.prepare(db)
        bulk.store_slowly(db, range(min(people.KINDS, world.customers)), world.customers, world.busy)
        bulk.decide(db)
        bulk.store_quickly(db, world.customers, world.busy)
        bulk.store_long(db, world.long_threads, world.customers)
    db.execute("PRAGMA optimize")
