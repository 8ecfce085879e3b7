"""A lock between processes, as a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile


class FileLock:
    """At most one holder of `path`, over all processes of this computer; the holder's death releases it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = QLockFile(str(path))
        # In milliseconds. Qt calls a file that is older stale, and then asks the operating system whether anybody
        # still has it open. Without this it believes the process number in the file, which after a crash may be
        # another program's.
        self._lock.setStaleLockTime(1)

    def try_lock(self) -> bool:
        """False while another holds it; never waits. Also True where the file cannot be created at all: whatever it
        guards cannot be written there either, and reports that better.
        """
        if not self._lock.tryLock(0):
            return self._lock.error() is not QLockFile.LockError.LockFailedError
        self._path.chmod(0o600)
        return True

    def release(self) -> None:
        """Releasing twice does no harm."""
        self._lock.unlock()
