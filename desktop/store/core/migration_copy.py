"""A large database is migrated as a copy beside it. The old one stays as it is, and readable, until the new one is
complete and takes its place in one step; after a kill at any moment the path names one of both, whole.
"""

from __future__ import annotations

import errno
import os
import shutil
from glob import escape
from pathlib import Path

import apsw

from desktop.ports.reasons import MachineReason
from desktop.store.core import encryption
from desktop.store.core.connection import set_up, unlock
from desktop.store.core.encryption import Key
from desktop.store.core.errors import KnownError, Locked
from desktop.store.core.migrate import OnProgress, moves_rows, steps
from desktop.store.core.sending_lock import SendingLock

COPY_FROM_BYTES = 32 << 20
"""A smaller database is migrated in place, which takes some seconds."""
SPACE = 2.5
"""Free space that is needed, in sizes of the database: its copy, whose tables are then written anew."""
COPYING, MIGRATING = 0.1, 0.8
"""Shares of the whole work; the rest is `_compact`."""
_PAGES = 1_000
"""Copied at a time."""
_FILES = ("", "-wal", "-shm", "-journal")


class NotCopied(KnownError):
    """The database has to be migrated in place, and cannot be read meanwhile. reason: why."""

    pass


def begin(old: apsw.Connection, path: Path, key: Key | None) -> MigrationCopy | None:
    """Lock the database for `make` and `put_in_place`; None if it need not be migrated as a copy. On one thread.

    old: open, and nothing was changed in it; it stays open until it is replaced. Raises `NotCopied`.
    """
    if path.stat().st_size < COPY_FROM_BYTES or not moves_rows(old, steps()):
        _remove_copies(path)
        return None
    return MigrationCopy(old, path, key)


class MigrationCopy:
    """A complete copy that a kill left is used again if the database was not changed since; its name says of which
    state it is."""

    def __init__(self, old: apsw.Connection, path: Path, key: Key | None) -> None:
        self._old, self._path, self._key = old, path, key
        self._lock = SendingLock(path)
        if not self._lock.try_lock():
            self._lock.release()
            raise NotCopied(MachineReason.COPY_NEEDS_REST)
        try:
            # All of it in one file, which no other program has open, and which nobody may change from here on.
            old.pragma("journal_mode", "delete")
            old.execute("BEGIN IMMEDIATE")
        except (apsw.BusyError, apsw.LockedError):
            self._lock.release()
            raise NotCopied(MachineReason.COPY_NEEDS_REST) from None
        self._copy = _copy_of(path)
        try:
            _remove_copies(path, but=self._copy)
            copied = self._copy.stat().st_size if self._copy.exists() else 0
            if shutil.disk_usage(path.parent).free < SPACE * path.stat().st_size - copied:
                raise NotCopied(MachineReason.COPY_NEEDS_SPACE)
        except BaseException:
            self._release()
            raise

    def make(self, on_progress: OnProgress) -> None:
        """Copy the database and migrate the copy. Raises `NotCopied` where the disk is full."""
        try:
            is_resumed = self._copy.exists()
            if not is_resumed:
                self._copy_old(on_progress)
            try:
                self._migrate(on_progress)
            except (apsw.CorruptError, apsw.NotADBError):
                if not is_resumed:
                    raise
                # Damaged by a power cut; the database itself may well be whole.
                _remove_copies(self._path)
                self._copy_old(on_progress)
                self._migrate(on_progress)
            self._compact()
            on_progress(1)
        except BaseException as error:
            if not _is_of_full_disk(error):
                self.close()
                raise
            _remove_copies(self._path)
            self._release()
            raise NotCopied(MachineReason.COPY_NEEDS_SPACE) from None

    def put_in_place(self) -> None:
        """Replace the database by the copy, and close it; nobody may be reading in it. Raises `Locked` where another
        program has changed it in the last moment; OSError."""
        # Windows replaces no open file.
        self._old.close()
        try:
            if _copy_of(self._path) != self._copy:
                raise Locked(MachineReason.OPEN_ELSEWHERE)
            self._copy.replace(self._path)
            encryption.sync_folder(self._path.parent)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Give up. What is complete stays for the next time."""
        self._old.close()
        self._lock.release()

    def _release(self) -> None:
        """Leave the database to a migration in place."""
        self._old.execute("ROLLBACK")
        self._lock.release()

    def _copy_old(self, on_progress: OnProgress) -> None:
        partial = _partial_of(self._path)
        encryption.make_private(partial)
        source, target = unlock(self._path, self._key), unlock(partial, self._key)
        try:
            # Until it has its name it counts for nothing.
            target.pragma("journal_mode", "off")
            target.pragma("synchronous", "off")
            with target.backup("main", source, "main") as backup:
                while not backup.done:
                    backup.step(_PAGES)
                    on_progress(COPYING * (1 - backup.remaining / max(1, backup.page_count)))
        finally:
            target.close()
            source.close()
        _sync(partial)
        partial.replace(self._copy)

    def _migrate(self, on_progress: OnProgress) -> None:
        db = set_up(unlock(self._copy, self._key), lambda done: on_progress(COPYING + MIGRATING * done))
        try:
            # In one file, as it is replaced by one.
            db.pragma("journal_mode", "delete")
        finally:
            db.close()
        _sync(self._copy)

    def _compact(self) -> None:
        """Leave out the pages that the old tables took. Where there is no room for this, new messages fill them."""
        partial = _partial_of(self._path)
        if shutil.disk_usage(partial.parent).free < self._copy.stat().st_size:
            return
        encryption.make_private(partial)
        try:
            encryption.write_compact(self._copy, partial, self._key)
            _sync(partial)
        except (apsw.Error, OSError) as error:
            if not _is_of_full_disk(error):
                raise
            partial.unlink()
            return
        partial.replace(self._copy)


def _is_of_full_disk(error: BaseException) -> bool:
    return isinstance(error, apsw.FullError) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)


def _copy_of(path: Path) -> Path:
    """Where the complete copy of the database's present state is."""
    now = path.stat()
    return path.with_name(f"{path.name}.migrating-{now.st_mtime_ns}-{now.st_size}")


def _partial_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.migrating")


def _remove_copies(path: Path, but: Path | None = None) -> None:
    kept = {but.with_name(f"{but.name}{part}") for part in _FILES} if but is not None else set()
    for file in {*path.parent.glob(f"{escape(path.name)}.migrating*")} - kept:
        file.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
