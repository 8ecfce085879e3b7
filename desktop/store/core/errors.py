"""What can go wrong with a database on any computer, each error with a reason for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from desktop.domain.model.reason import make_reason
from desktop.ports.reasons import MachineReason


class KnownError(Exception):
    """The store cannot go on for a reason outside the program. reason: what happened and what to do."""

    def __init__(self, code: MachineReason) -> None:
        super().__init__(code)
        self.reason = make_reason(code)


class DiskFull(KnownError):
    """Nothing can be written."""

    pass


class Locked(KnownError):
    """Another process uses the file."""

    pass


class Corrupt(KnownError):
    """The file is damaged, or the key does not fit."""

    pass


class NoAccess(KnownError):
    """The file or its folder cannot be read or written."""

    pass


class Newer(KnownError):
    """A newer version of the program has written the file."""

    pass


@contextmanager
def known_errors() -> Iterator[None]:
    """Raise SQLite's and the system's own errors as `KnownError`; any other exception is a bug and passes."""
    try:
        yield
    except apsw.FullError as cause:
        raise DiskFull(MachineReason.DISK_FULL) from cause
    except (apsw.BusyError, apsw.LockedError) as cause:
        raise Locked(MachineReason.DATABASE_IN_USE) from cause
    except (apsw.CorruptError, apsw.NotADBError) as cause:
        raise Corrupt(MachineReason.DATABASE_DAMAGED) from cause
    except (
        apsw.CantOpenError,
        apsw.ReadOnlyError,
        apsw.PermissionsError,
        apsw.IOError,
        apsw.AuthError,
        OSError,
    ) as cause:
        raise NoAccess(MachineReason.DATABASE_NO_ACCESS) from cause
