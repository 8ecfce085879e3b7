"""Files of customers over real HTTP, ordinary and hostile: what is kept is bounded, and each says what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.history.thread import Message
from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.engine import Engine
from desktop.engine.sync import media as media_module
from desktop.ports.reasons import MediaReason
from desktop.sandbox.model.people import File
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world.sample_files import SAMPLES, make_png, sample
from desktop.store.core import media_cache
from desktop.store.core.database import Store
from desktop.store.core.encryption import Key
from desktop.store.core.media_cache import MediaCache
from desktop.system.clock import ServerClock
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow


class Stage:
    """One customer who sends files, and an engine that fetches them when it is told to."""

    def __init__(self, sandbox: Sandbox, engine: Engine, cache: MediaCache) -> None:
        self.sandbox, self.engine, self.cache = sandbox, engine, cache
        with sandbox.lock:
            self.jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567").id

    async def receive(self, *files: File, **fault: object) -> list[MediaKey]:
        """The customer sends files in one message; returns their keys once they are fetched or given up."""
        with self.sandbox.lock:
            # Intercom's times are whole seconds: what changes twice in one may look the same.
            self.sandbox.world.advance(2)
            self.sandbox.world.write(self.jennifer, "whatsapp", "Look", attachments=files)
            if fault:
                self.sandbox.world.settings.fail_next.append(Fault("GET", "/attachments/", **fault))
        await self.engine.poller.run_once()
        await self.engine.media.run_once()
        message = await self.newest()
        entry = message.entry
        return [MediaKey(entry.conversation_id, entry.id, number) for number in range(len(entry.attachments))]

    async def newest(self) -> Message:
        (row,) = await every_customer(self.engine.queries)
        view = await self.engine.queries.thread(row.customer_id)
        assert view is not None
        return view.thread.messages[-1]

    async def became(self, key: MediaKey) -> tuple[MediaState, str]:
        file = await self.engine.media.load(key)
        return file.state, str(file.reason.code)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as served:
        yield served


@pytest_asyncio.fixture
async def stage(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Stage]:
    access, clock = sandbox.urls["intercom"], ServerClock()
    gateway = IntercomGateway(access["base_url"], Token(access["token"]), clock, read_timeout_s=0.3)
    cache = await MediaCache.open(tmp_path / "media.db", Key.new())
    store = await Store.open(create_database(tmp_path / "cache.db"))
    engine = Engine(gateway, store, clock, media_cache=cache)
    await engine.prepare()
    yield Stage(sandbox, engine, cache)
    await engine.stop()


async def test_every_kind_of_file_is_here_before_its_address_dies(stage: Stage) -> None:
    keys = await stage.receive(*(sample(kind) for kind in SAMPLES))
    with stage.sandbox.lock:
        stage.sandbox.world.advance(3600)
    for key, kind in zip(keys, SAMPLES, strict=True):
        assert (await stage.engine.media.load(key)).data == sample(kind).data


async def test_a_file_whose_address_died_is_fetched_when_somebody_looks(stage: Stage) -> None:
    (key,) = await stage.receive(sample("picture"), action="status", status=404)
    # The address was read anew at once.
    assert await stage.became(key) == (MediaState.HERE, "")
    await stage.cache.run(media_cache.remove_key, key)
    with stage.sandbox.lock:
        stage.sandbox.world.advance(3600)
    assert (await stage.became(key))[0] is MediaState.WAITING
    await stage.engine.media.run_once()
    assert (await stage.engine.media.load(key)).data == sample("picture").data


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ({"action": "endless", "times": None}, MediaState.TOO_LARGE, MediaReason.TOO_LARGE),
        ({"action": "redirect", "times": None}, MediaState.REFUSED, MediaReason.REDIRECTED),
        ({"action": "status", "status": 404, "times": None}, MediaState.GONE, MediaReason.EXPIRED),
        ({"action": "trickle", "seconds": 0.02, "times": None}, MediaState.WAITING, "timed_out"),
        ({"action": "wrong_type", "times": None}, MediaState.WAITING, MediaReason.NOT_THE_FILE),
        (
            {"action": "status", "status": 200, "html": True, "times": None},
            MediaState.WAITING,
            MediaReason.NOT_THE_FILE,
        ),
        ({"action": "close_mid_answer", "times": None}, MediaState.WAITING, "connection_broke"),
    ],
    ids=["endless", "redirect", "gone", "trickle", "wrong type", "login page", "cut short"],
)
async def test_a_hostile_server_costs_a_bounded_time_and_nothing_is_kept(
    stage: Stage, monkeypatch, fault: dict[str, object], state: MediaState, reason: str
) -> None:
    monkeypatch.setattr(media_module, "MAX_FILE_BYTES", 300_000)
    (key,) = await stage.receive(make_png(60, 40), **fault)
    assert await stage.became(key) == (state, reason)
    kept = await stage.cache.run(lambda db: db.execute("SELECT count(*) FROM media_bytes").fetchall())
    assert kept == [(0,)]


async def test_a_redacted_file_leaves_the_disk(stage: Stage) -> None:
    await stage.receive()
    await stage.receive(sample("picture"))
    message = await stage.newest()
    with stage.sandbox.lock:
        stage.sandbox.world.advance(2)
        stage.sandbox.world.redact(message.entry.id)
    await stage.engine.poller.run_once()
    await stage.engine.media.sweep()
    kept = await stage.cache.run(lambda db: db.execute("SELECT count(*) FROM media_bytes").fetchall())
    assert kept == [(0,)]
