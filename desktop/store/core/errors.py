"""What can go wrong with a database on any computer, each error with a sentence for the agent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apsw


class KnownError(Exception):
    """The store cannot go on for a reason outside the program. sentence: what happened and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


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
        raise DiskFull("The disk is full, so nothing can be stored. Free some space and try again.") from cause
    except (apsw.BusyError, apsw.LockedError) as cause:
        raise Locked("Another program holds Reachline's database. Close it and try again.") from cause
    except (apsw.CorruptError, apsw.NotADBError) as cause:
        sentence = (
            "Reachline's database is damaged. Start Reachline again: it puts the file aside and begins a new one."
        )
        raise Corrupt(sentence) from cause
    except (
        apsw.CantOpenError,
        apsw.ReadOnlyError,
        apsw.PermissionsError,
        apsw.IOError,
        apsw.AuthError,
        OSError,
    ) as cause:
        sentence = "Reachline cannot read or write its database. Check the disk and the folder's permissions."
        raise NoAccess(sentence) from cause
