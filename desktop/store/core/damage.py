"""A database that cannot be read is moved aside as a whole, so that a new one can take its place."""

from __future__ import annotations

from pathlib import Path

from desktop.ports.reasons import MachineReason
from desktop.store.core.errors import Locked, known_errors
from desktop.store.core.sending_lock import SendingLock

_PARTS = ("", "-wal", "-shm", "-journal")


def mark_damaged(path: Path) -> None:
    """Record damage that was met while the file was in use: the next start has to know."""
    _mark_of(path).touch(mode=0o600)


def is_marked(path: Path) -> bool:
    """Whether damage was recorded and the file was not moved aside since."""
    return _mark_of(path).exists()


def move_aside(path: Path) -> Path:
    """Rename the database, with its journals, to the first free name, unchanged; returns that name.

    Raises `Locked` while another process uses it, `NoAccess` where the folder may not be changed.
    """
    lock = SendingLock(path)
    try:
        if not lock.try_lock():
            raise Locked(MachineReason.OPEN_ELSEWHERE)
        number = 1
        while (aside := path.with_name(f"{path.name}.unreadable-{number}")).exists():
            number += 1
        with known_errors():
            # The database last: after a kill before that, it is moved aside at the next start.
            for part in reversed(_PARTS):
                if (old := path.with_name(f"{path.name}{part}")).exists():
                    old.replace(aside.with_name(f"{aside.name}{part}"))
            _mark_of(path).unlink(missing_ok=True)
    finally:
        lock.release()
    return aside


def delete(path: Path) -> None:
    """Delete a database of which nothing is lost, with its journals and what is recorded of it. Raises OSError."""
    for part in _PARTS:
        path.with_name(f"{path.name}{part}").unlink(missing_ok=True)
    _mark_of(path).unlink(missing_ok=True)


def _mark_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.damaged")
