"""The messages kept on this computer: whose key they have, and what is told where they cannot be read or written."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest
from fake_keyrings import FakeKeyring

from desktop.app.caches import DATABASE, MEDIA, Cache, cache_folder, open_cache, refusal, wipe
from desktop.domain.model.reason import NO_REASON
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import Refusal
from desktop.store.core.database import Database, Store
from desktop.store.core.encryption import Key, is_plain
from desktop.store.core.errors import Corrupt, DiskFull, Locked, Newer
from desktop.system.file_lock import FileLock
from desktop.system.profile import JsonProfileBook
from desktop.system.secrets import KeyringSecrets
from desktop.text.reasons.describe import describe

ID = "ws1"
WORDS = "the eagle has landed"
HOLD = """
import sys
import apsw
db = apsw.Connection(sys.argv[1])
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def secrets(ring: FakeKeyring) -> Iterator[KeyringSecrets]:
    secrets = KeyringSecrets("Reachline test")
    yield secrets
    secrets.close()


@pytest.fixture
async def accounts(tmp_path: Path, secrets: KeyringSecrets) -> AsyncIterator[Accounts]:
    nobody: Any = None
    accounts = Accounts(JsonProfileBook(tmp_path / "profile"), secrets, nobody)
    await accounts.load()
    yield accounts
    await accounts.aclose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def path(folder: Path) -> Path:
    return cache_folder(folder, ID) / DATABASE


def put(db: Database, name: str, value: str = WORDS) -> None:
    db.execute("INSERT INTO settings VALUES (?, ?)", (name, value))


def names(db: Database) -> list[str]:
    return [str(name) for (name,) in db.execute("SELECT name FROM settings ORDER BY name")]


async def opened(accounts: Accounts, folder: Path) -> Cache:
    cache = await open_cache(accounts, folder, ID)
    assert isinstance(cache, Cache)
    return cache


async def close(cache: Cache) -> None:
    """As the engine does that owns it: Windows deletes no file that is open."""
    if cache.media is not None:
        await cache.media.close()
    await cache.store.close()


async def kept(accounts: Accounts, folder: Path) -> None:
    """As an earlier start left it."""
    cache = await opened(accounts, folder)
    assert cache.remark == NO_REASON
    await cache.store.write(put, "earlier")
    await close(cache)


async def test_what_was_kept_is_there_again_by_the_key_in_the_keyring(accounts, ring, folder, path):
    await kept(accounts, folder)
    assert ring.names() == {f"{ID}:cache"}
    assert not is_plain(path)
    cache = await opened(accounts, folder)
    assert (await cache.store.read(names), cache.remark) == (["earlier"], NO_REASON)
    await close(cache)


async def test_messages_can_be_read_where_their_files_cannot_be_kept(accounts, folder, path, caplog):
    (path.parent / MEDIA).mkdir(parents=True)
    cache = await opened(accounts, folder)
    assert cache.media is None
    await cache.store.write(put, "earlier")
    await close(cache)
    assert "files of messages are not kept: NoAccess" in caplog.text


@pytest.mark.slow
@pytest.mark.posix("rights of folders are POSIX'")
async def test_nobody_else_may_look_into_its_folder(accounts, folder, path):
    path.parent.mkdir(parents=True, mode=0o755)
    await kept(accounts, folder)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.slow
async def test_of_two_first_starts_at_once_both_find_the_same_key_and_file(accounts, ring, folder, tmp_path):
    other_secrets = KeyringSecrets("Reachline test")
    nobody: Any = None
    other = Accounts(JsonProfileBook(tmp_path / "profile"), other_secrets, nobody)
    await other.load()
    first, second = await asyncio.gather(opened(accounts, folder), opened(other, folder))
    await first.store.write(put, "first")
    await second.store.write(put, "second")
    assert (first.remark, second.remark) == (NO_REASON, NO_REASON)
    await close(first)
    await close(second)
    third = await opened(accounts, folder)
    assert (await third.store.read(names), third.remark) == (["first", "second"], NO_REASON)
    await close(third)
    assert [file.name for file in folder.rglob("*.opening")] == []
    other_secrets.close()
    await other.aclose()


@pytest.mark.slow
async def test_a_start_that_opens_for_ever_is_not_waited_for_for_ever(accounts, folder, path, monkeypatch):
    monkeypatch.setattr("desktop.app.caches.PATIENCE_S", 0.0)
    path.parent.mkdir(parents=True)
    other = FileLock(path.with_name("cache.db.opening"))
    assert other.try_lock()
    with pytest.raises(Locked, match="database_opening_elsewhere"):
        await open_cache(accounts, folder, ID)
    other.release()
    await kept(accounts, folder)


@pytest.mark.slow
async def test_two_workspaces_have_two_keys(accounts, ring, folder):
    await kept(accounts, folder)
    other = await open_cache(accounts, folder, "ws2")
    assert isinstance(other, Cache)
    assert await other.store.read(names) == []
    await close(other)
    assert len(set(ring.passwords.values())) == 2


async def test_a_lost_key_is_told_and_the_old_file_is_still_there(accounts, ring, folder, path):
    await kept(accounts, folder)
    before = path.read_bytes()
    ring.passwords.clear()
    cache = await opened(accounts, folder)
    assert await cache.store.read(names) == []
    await close(cache)
    assert "The key for the messages on this computer is no longer in" in describe(cache.remark)
    assert "replies that weren't sent are lost" in describe(cache.remark)
    assert "cache.db.unreadable-1" in describe(cache.remark)
    assert path.with_name("cache.db.unreadable-1").read_bytes() == before
    # Said once; a second loss takes another name.
    await kept(accounts, folder)
    ring.passwords.clear()
    third = await opened(accounts, folder)
    await close(third)
    assert "unreadable-2" in describe(third.remark)
    assert path.with_name("cache.db.unreadable-1").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("spoilt", ["not hexadecimal", "abcd", ""])
async def test_a_key_that_is_none_counts_as_lost(accounts, ring, folder, spoilt):
    await kept(accounts, folder)
    ring.passwords = dict.fromkeys(ring.passwords, spoilt)
    cache = await opened(accounts, folder)
    await close(cache)
    assert "is no longer in the system" in describe(cache.remark)


@pytest.mark.slow
async def test_an_earlier_plain_file_is_taken_over(accounts, folder, path):
    path.parent.mkdir(parents=True)
    plain = await Store.open(path)
    await plain.write(put, "earlier")
    await plain.close()
    cache = await opened(accounts, folder)
    assert (await cache.store.read(names), cache.remark) == (["earlier"], NO_REASON)
    await close(cache)
    assert not is_plain(path)


async def test_a_damaged_file_is_put_aside_begun_anew_and_told(accounts, folder, path):
    await kept(accounts, folder)
    spoilt = b"\xff" * 5000
    path.write_bytes(spoilt)
    cache = await opened(accounts, folder)
    assert await cache.store.read(names) == []
    await close(cache)
    assert "is damaged" in describe(cache.remark)
    assert path.with_name("cache.db.unreadable-1").read_bytes() == spoilt


@pytest.mark.slow
async def test_damage_that_shows_only_in_use_is_known_at_the_next_start(accounts, folder, path):
    cache = await opened(accounts, folder)
    for n in range(40):
        await cache.store.write(put, f"{n:02}", value=WORDS * 500)
    await close(cache)
    raw = bytearray(path.read_bytes())
    # Behind the schema, which is read when the file is opened.
    late = len(raw) * 3 // 4
    raw[late : late + 8192] = bytes(8192)
    path.write_bytes(raw)
    cache = await opened(accounts, folder)
    assert cache.remark == NO_REASON
    with pytest.raises(Corrupt):
        await cache.store.read(lambda db: db.execute("SELECT sum(length(value)) FROM settings").fetchall())
    await close(cache)
    anew = await opened(accounts, folder)
    assert "is damaged" in describe(anew.remark)
    await close(anew)
    assert path.with_name("cache.db.unreadable-1").exists()
    await kept(accounts, folder)


@pytest.mark.slow
async def test_a_file_that_another_reachline_uses_is_not_put_aside(accounts, ring, folder, path):
    await kept(accounts, folder)
    ring.passwords.clear()
    before = path.read_bytes()
    with held_by_another_process(path), pytest.raises(Locked) as caught:
        await open_cache(accounts, folder, ID)
    assert "already uses these messages" in describe(refusal(caught.value).reason)
    assert path.read_bytes() == before
    assert ring.passwords == {}


@contextmanager
def held_by_another_process(path: Path) -> Iterator[None]:
    command = [sys.executable, "-c", HOLD, str(path.with_name(f"{path.name}-sending"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"held"
        yield
        other.kill()


@pytest.mark.slow
async def test_a_database_of_a_newer_program_is_told_and_left_alone(accounts, ring, folder, path):
    await kept(accounts, folder)
    db = apsw.Connection(str(path))
    key = Key.from_secret(next(iter(ring.passwords.values())))
    assert key is not None
    key.unlock(db)
    db.execute("PRAGMA user_version = 9999")
    db.close()
    before = path.read_bytes()
    with pytest.raises(Newer) as caught:
        await open_cache(accounts, folder, ID)
    assert describe(refusal(caught.value).reason).endswith("Update Reachline to open it.")
    assert path.read_bytes() == before


@pytest.mark.slow
async def test_a_full_disk_is_told_and_what_was_kept_is_there(accounts, folder):
    await kept(accounts, folder)
    cache = await opened(accounts, folder)
    pages = await cache.store.read(lambda db: db.pragma("page_count"))
    await cache.store.write(lambda db: db.pragma("max_page_count", pages))
    with pytest.raises(DiskFull, match="disk_full"):
        await cache.store.write(put, "big", value="x" * 1_000_000)
    assert await cache.store.read(names) == ["earlier"]
    await close(cache)
    again = await opened(accounts, folder)
    assert await again.store.read(names) == ["earlier"]
    await close(again)


@pytest.fixture
def as_somebody_else() -> Iterator[Callable[[Path], None]]:
    """Rights mean nothing to the superuser: let them mean something."""
    was_root = os.name == "posix" and os.geteuid() == 0

    def begin(whose: Path) -> None:
        if was_root:
            for each in (whose, *whose.rglob("*")):
                os.chown(each, 65534, 65534)
            os.seteuid(65534)

    yield begin
    if was_root:
        os.seteuid(0)


@pytest.mark.slow
@pytest.mark.posix("rights of files are POSIX'")
@pytest.mark.parametrize("has_one", [True, False])
async def test_a_profile_that_cannot_be_written_is_told_and_left_alone(accounts, as_somebody_else, has_one):
    with tempfile.TemporaryDirectory(prefix="reachline-test-") as home:
        folder = Path(home) / "cache"
        path = cache_folder(folder, ID) / DATABASE
        path.parent.mkdir(parents=True, mode=0o700)
        if has_one:
            await kept(accounts, folder)
            path.chmod(0o400)
        before = path.read_bytes() if has_one else None
        path.parent.chmod(0o500)
        as_somebody_else(Path(home))
        # That is what a folder which cannot be written makes of it, whoever owns it.
        path.parent.chmod(0o500)
        try:
            cache: Any = await open_cache(accounts, folder, ID)
        except Exception as trouble:  # noqa: BLE001
            cache = trouble
        path.parent.chmod(0o700)
        assert "Check the disk and" in describe(refusal(cache).reason)
        assert (path.read_bytes() if path.exists() else None) == before


# --- keyrings ---


@pytest.mark.slow
async def test_a_keyring_that_locks_in_between_is_told_and_nothing_is_lost(accounts, ring, folder, path):
    await kept(accounts, folder)
    before = path.read_bytes()
    ring.locked = True
    refused = await open_cache(accounts, folder, ID)
    assert isinstance(refused, Refusal)
    assert describe(refused.reason).startswith("The key for the messages on this computer couldn't be read")
    assert path.read_bytes() == before
    ring.locked = False
    cache = await opened(accounts, folder)
    assert await cache.store.read(names) == ["earlier"]
    await close(cache)


@pytest.mark.slow
async def test_a_keyring_that_drops_what_it_is_given_gets_no_cache(accounts, ring, folder, path, monkeypatch):
    monkeypatch.setattr(FakeKeyring, "set_password", lambda *_: None)
    refused = await open_cache(accounts, folder, ID)
    assert isinstance(refused, Refusal)
    assert "couldn't be saved" in describe(refused.reason)
    assert not path.exists()


async def test_without_a_keyring_the_key_ends_with_the_process(accounts, ring, folder, path):
    ring.locked = True
    await accounts.load()
    cache = await opened(accounts, folder)
    await cache.store.write(put, "now")
    assert cache.store.is_temporary
    assert not is_plain(path)
    await close(cache)
    assert ring.passwords == {}

    again = await opened(accounts, folder)
    assert await again.store.read(names) == ["now"]
    assert again.remark == NO_REASON
    await close(again)


async def test_wiping_takes_journals_copies_and_what_was_put_aside(accounts, ring, folder, path):
    await kept(accounts, folder)
    ring.passwords.clear()
    cache = await opened(accounts, folder)
    await cache.store.may_send()
    path.with_name("cache.db.before-0002").touch()
    await close(cache)
    await wipe(folder, ID)
    assert list(folder.iterdir()) == []
