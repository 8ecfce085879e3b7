"""Opens the cache of each workspace: its folder and key, and what to do if it cannot be read."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import Refusal
from desktop.ports.reasons import MachineReason, system_says
from desktop.store.core import damage
from desktop.store.core.database import NO_LISTENER, Store, UpdateListener
from desktop.store.core.encryption import Key, is_plain
from desktop.store.core.errors import Corrupt, KnownError, Locked
from desktop.store.core.media_cache import MediaCache
from desktop.system.file_lock import FileLock
from desktop.system.paths import make_private

log = logging.getLogger(__name__)

DATABASE, MEDIA = "cache.db", "media.db"
PATIENCE_S, LOOK_AGAIN_S = 30.0, 0.05
"""While another start opens the same cache: that may wait for the keyring's prompt."""


class Cache(msgspec.Struct, frozen=True):
    """An opened cache.

    media: None where files of messages cannot be kept.
    remark: what people have to know of it.
    """

    store: Store
    media: MediaCache | None
    remark: Reason = NO_REASON


async def open_cache(
    accounts: Accounts, folder: Path, workspace_id: str, listener: UpdateListener = NO_LISTENER
) -> Cache | Refusal:
    """folder: of all workspaces' caches; where the accounts keep no secrets, one that is deleted when the program ends.
    listener: of a large file that is brought to this version.

    A file that cannot be read any more is moved aside and replaced. Raises OSError or the store's KnownError for
    everything that trying again may help against; what was stored is still there then.
    """
    path = cache_folder(folder, workspace_id) / DATABASE
    await asyncio.to_thread(make_private, path.parent)
    async with _opening_lock(path):
        return await _open(accounts, path, workspace_id, listener)


@asynccontextmanager
async def _opening_lock(path: Path) -> AsyncIterator[None]:
    """Key and file belong together: of two processes that start at once, the second finds both as the
    first has made them.
    """
    lock, loop = FileLock(path.with_name(f"{path.name}.opening")), asyncio.get_running_loop()
    give_up = loop.time() + PATIENCE_S
    while not lock.try_lock():
        if loop.time() > give_up:
            raise Locked(MachineReason.OPENING_ELSEWHERE)
        await asyncio.sleep(LOOK_AGAIN_S)
    try:
        yield
    finally:
        lock.release()


async def _open(accounts: Accounts, path: Path, workspace_id: str, listener: UpdateListener) -> Cache | Refusal:
    # The key is in memory alone then: after a kill nobody has it.
    is_temporary = not accounts.keeps_secrets
    secret = await accounts.cache_key(workspace_id)
    if isinstance(secret, Refusal):
        return secret
    key, remark = Key.from_secret(secret or ""), NO_REASON
    if key is None:
        if await asyncio.to_thread(_is_encrypted, path):
            remark = await _replace_unreadable(path, MachineReason.CACHE_KEY_LOST)
        key = Key.new()
        refused = await accounts.save_cache_key(workspace_id, key.secret)
        if refused is not None:
            return refused
    try:
        store = await Store.open(path, key, is_temporary=is_temporary, listener=listener)
    except Corrupt:
        remark = await _replace_unreadable(path, MachineReason.CACHE_DAMAGED)
        store = await Store.open(path, key, is_temporary=is_temporary)
    return Cache(store, await _open_media(store, path.with_name(MEDIA), key), remark)


async def _open_media(store: Store, path: Path, key: Key) -> MediaCache | None:
    try:
        return await MediaCache.open(path, key)
    except KnownError as cause:
        # Messages can be read and answered without their pictures.
        log.warning("files of messages are not kept: %s", type(cause).__name__)
        return None
    except BaseException:
        await store.close()
        raise


async def _replace_unreadable(path: Path, code: MachineReason) -> Reason:
    aside = await asyncio.to_thread(damage.move_aside, path)
    log.warning("the cache could not be read; it is kept as %s", aside.name)
    return make_reason(code, file=aside.name)


def _is_encrypted(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0 and not is_plain(path)


def cache_folder(folder: Path, workspace_id: str) -> Path:
    """The folder of one workspace. Intercom's ids are plain words; any other text stays one name below `folder`."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else f"%{ord(c):x}" for c in workspace_id)
    return folder / f"workspace-{plain}"


async def wipe(folder: Path, workspace_id: str) -> None:
    """Delete the cache of one workspace, which must be closed, with journals and copies. Its key is deleted with the
    tokens, so what a disk may keep of it stays unreadable. Raises OSError.
    """
    below = cache_folder(folder, workspace_id)
    if below.exists():
        await asyncio.to_thread(shutil.rmtree, below)


def refusal(error: KnownError | OSError) -> Refusal:
    """Why a cache cannot be opened."""
    if isinstance(error, KnownError):
        return Refusal(error.reason)
    return Refusal(join_reasons(make_reason(MachineReason.FOLDER_NOT_MADE), system_says(error)))
