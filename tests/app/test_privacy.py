"""After days of work nothing on this computer tells what was said, to whom, or how to get in."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import apsw
import pytest
from msgspec import structs

from desktop.app import build, caches
from desktop.app.connect import sandbox_channels
from desktop.app.profile_context import ProfileContext
from desktop.domain.model.warning import acknowledge
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.commands import ChooseTeammate, Done, NeedsConsent, SaveDraft, SendReply, SyncNow
from desktop.engine.engine import Engine
from desktop.ports import WorkspaceConfig
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT
from desktop.store.core.database import Database
from desktop.store.core.encryption import Key, is_plain
from desktop.system import logs
from tests.helpers.every_customer import every_customer

DAYS = 3
DAY_S = 24 * 3600.0
SHORTEST = 5
"""Fewer characters than this are in any file by chance."""


class Work:
    """The sample workspace, worked in for days by the real engine on a profile folder, with everything logged."""

    def __init__(self, served: Sandbox, engine: Engine) -> None:
        self.served = served
        self.engine = engine
        self.said: set[str] = set()

    async def begin(self) -> None:
        await self.engine.start()
        await self.engine.command_handler.do(ChooseTeammate(AGENT))
        async with asyncio.timeout(60):
            while self.engine.queries.progress() or len(await every_customer(self.engine.queries)) < len(
                self.served.cast
            ):
                await self.engine.command_handler.do(SyncNow())
                await asyncio.sleep(0.02)

    async def day(self, number: int) -> None:
        """With the troubles that a day has, since these are what is logged."""
        with self.served.lock:
            self.served.world.settings.fail_next += [
                Fault("POST", "/reply", "status_after", status=500),
                Fault("POST", "/search", "status", status=503),
                Fault("GET", "/conversations/", "truncate"),
                Fault("GET", "/Messages", "status", status=500),
            ]
        self.engine.tasks.start(self._breaks(), "what nobody foresaw")
        for name, who in sorted(self.served.cast.items()):
            self._writes(who, f"Where is parcel {number}-{name}, please?")
        with self.served.lock:
            self.served.world.advance(DAY_S)
        await self.engine.command_handler.do(SyncNow())
        for row in await every_customer(self.engine.queries):
            await self._answers(row.customer_id, f"Dear {row.name}, number {number} ships on Monday.", number)

    async def _breaks(self) -> None:
        raise ValueError(f"cannot read {sorted(self.said)!r}")

    def _writes(self, who: Any, text: str) -> None:
        with self.served.lock:
            channel = "whatsapp" if who.phone else "messenger"
            self.served.world.write(who, channel, text)
        self.said.add(text)

    async def _answers(self, customer_id: str, text: str, number: int) -> None:
        view = await self.engine.queries.thread(customer_id)
        assert view is not None
        chat, draft = view.thread.chats[-1], f"d{number}-{customer_id}"
        await self.engine.command_handler.do(
            SaveDraft(f"{draft}-left", customer_id, chat.id, f"Left lying about {text}")
        )
        send = SendReply(draft, customer_id, chat.id, text, seen_upto=view.newest_arrival)
        answer = await self.engine.command_handler.do(send)
        if isinstance(answer, NeedsConsent):
            answer = await self.engine.command_handler.do(
                structs.replace(send, acknowledged=acknowledge(answer.warned))
            )
        if answer == Done():
            self.said.add(text)

    async def all_is_here(self) -> None:
        """What everybody wrote and was answered has come back from Intercom."""
        async with asyncio.timeout(60):
            while not self.said <= await self._read():
                await self.engine.command_handler.do(SyncNow())
                await asyncio.sleep(0.02)

    async def _read(self) -> set[str]:
        views = [await self.engine.queries.thread(row.customer_id) for row in await every_customer(self.engine.queries)]
        pending_replies = {pending.text for view in views if view is not None for pending in view.pending_replies}
        return pending_replies | {m.entry.text for view in views if view is not None for m in view.thread.messages}

    def needles(self) -> dict[str, set[str]]:
        """Everything that must not be found, by what it is."""
        with self.served.lock:
            people = list(self.served.world.customers.values())
            shown = {item.text for who in people for items in who.chats.values() for item in items}
            urls = self.served.urls
        secret = ("token", "waba_key", "channel_key", "workspace_key", "api_key", "auth_token", "key_secret")
        phones = {p.phone.lstrip("+") for p in people if p.phone}
        found = {
            "text": {line for text in shown | self.said for line in text.splitlines()},
            "name": {person.name for person in people},
            "phone": phones | {phone[-9:] for phone in phones},
            "mail": {person.email for person in people if person.email},
            "token": {str(part[n]) for part in urls.values() if isinstance(part, dict) for n in secret if n in part},
        }
        return {kind: {n for n in needles if len(n) >= SHORTEST} for kind, needles in found.items()}


def found_in(files: Iterable[Path], needles: dict[str, set[str]]) -> set[tuple[str, str, str]]:
    """(file, kind, needle), in any of the codings a file might have them in."""
    found = set()
    for file in files:
        raw = file.read_bytes()
        for kind, words in needles.items():
            codings = {n: {n.encode(c) for c in ("utf-8", "utf-16-le", "unicode_escape")} for n in words}
            found |= {(file.name, kind, n) for n, written in codings.items() if any(w in raw for w in written)}
    return found


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
async def accounts(
    home: Callable[[], ProfileContext], served: Sandbox
) -> AsyncIterator[tuple[Accounts, ProfileContext, WorkspaceConfig]]:
    context = home()
    accounts = Accounts(context.book, context.secrets, context.connector)
    await accounts.load()
    token = served.urls["intercom"]["token"]
    tried: Any = await accounts.try_intercom(token)
    workspace = await accounts.add_workspace(token, tried)
    for config, secret in await sandbox_channels(context.connector, served.urls):
        workspace = await accounts.add_channel("sbx7pt3q", config, secret)
    assert isinstance(workspace, WorkspaceConfig)
    yield accounts, context, workspace
    await accounts.aclose()
    context.secrets.close()


@pytest.mark.slow
async def test_days_of_work_leave_nothing_to_read(accounts, served, profile, ring, tmp_path):
    known, context, workspace = accounts
    with logs.logging_to("debug", context.paths.logs):
        cache = await caches.open_cache(known, context.paths.cache, workspace.workspace_id)
        assert isinstance(cache, caches.Cache)
        gateway: Any = await known.open_gateway(workspace)
        channels, not_opened = await known.open_channels(workspace)
        assert not_opened == ()
        engine = build.create_engine(gateway, context.clock, cache.store, channels)
        work = Work(served, engine)
        await work.begin()
        for number in range(DAYS):
            await work.day(number)
        await work.all_is_here()
        # Now, with a write-ahead log and all, and after the end.
        needles = work.needles()
        assert found_in(files_below(profile), needles) == set()
        await engine.stop()
    written = files_below(profile)
    assert {"cache.db", "profile.json", logs.NAME} <= {path.name for path in written}
    assert found_in(written, needles) == set()
    assert not any(is_plain(path) for path in written if path.name != "cache.db-sending")
    logged = (profile / "logs" / logs.NAME).read_text("utf-8")
    assert "task what nobody foresaw broke" in logged
    assert logged.count("\n") > 5 * DAYS

    # The same search finds all of it as soon as the cache is not encrypted.
    key = Key.from_secret(next(secret for (_, name), secret in ring.passwords.items() if name == "sbx7pt3q:cache"))
    [encrypted] = [path for path in written if path.name == "cache.db"]
    plain = decrypted(encrypted, tmp_path / "plain.db", key)
    found = found_in([plain], needles)
    assert {kind for _, kind, _ in found} >= {"text", "name", "phone", "mail"}
    assert len({n for _, kind, n in found if kind == "text"}) >= DAYS * len(served.cast)


def decrypted(path: Path, target: Path, key: Key | None) -> Path:
    assert key is not None
    shutil.copy(path, target)
    db: Database = apsw.Connection(str(target))
    key.unlock(db)
    db.pragma("journal_mode", "delete")
    db.pragma("rekey", "")
    db.close()
    return target
