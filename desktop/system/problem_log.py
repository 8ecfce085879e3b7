"""The newest warnings and errors of this run, without anything that names a person: for a report of a problem."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import deque
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from traceback import extract_tb

KEPT = 100
OUR_LOGGER = "desktop"
_LARGEST_COUNT = 99_999
"""A larger number may be an id, or a phone number."""

_PACKAGE = Path(__file__).resolve().parents[1]


class ProblemLog(logging.Handler):
    """Keeps records of warnings and worse. Of our own it keeps the sentence, whose every inserted text becomes a hash
    that is equal for equal texts in this run alone; of a library's only who said it, since their sentences may quote
    anything.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: deque[str] = deque(maxlen=KEPT)
        self._key = secrets.token_bytes(16)

    @property
    def lines(self) -> tuple[str, ...]:
        """Oldest first."""
        return tuple(self._lines)

    def emit(self, record: logging.LogRecord) -> None:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        said = self._sentence(record) if record.name.partition(".")[0] == OUR_LOGGER else ""
        self._lines.append(" ".join(filter(None, (at, record.levelname, record.name, said, _broken(record)))))

    def _sentence(self, record: logging.LogRecord) -> str:
        args = record.args if isinstance(record.args, tuple) else ()
        try:
            return str(record.msg) % tuple(map(self._harmless, args)) if args else str(record.msg)
        except (TypeError, ValueError):
            return str(record.msg)

    def _harmless(self, value: object) -> str:
        if isinstance(value, Enum):
            return str(value.value)
        if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= _LARGEST_COUNT):
            return str(value)
        digest = hashlib.blake2b(str(value).encode("utf-8", "replace"), digest_size=4, key=self._key)
        return f"#{digest.hexdigest()}"


def _broken(record: logging.LogRecord) -> str:
    """The types of the exceptions, and where they came up in our own code; no message of any."""
    error = record.exc_info[1] if record.exc_info else None
    parts = []
    while error is not None:
        frames = (f for f in extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(_PACKAGE))
        places = [f"{Path(f.filename).relative_to(_PACKAGE).as_posix()}:{f.lineno}" for f in frames]
        parts.append(f"{type(error).__module__}.{type(error).__qualname__} at {' > '.join(places) or '?'}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " | ".join(parts)


recent_problems = ProblemLog()
