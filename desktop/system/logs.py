"""The log files, for whoever is asked to help: ids and kinds of errors, no text of messages, no secret."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from desktop.system.paths import make_private, make_private_file
from desktop.system.problem_log import recent_problems

NAME = "reachline.log"
LARGEST_BYTES = 1_000_000
FILES = 3
LEVELS = ("debug", "info", "warning", "error")
OUR_LOGGER = "desktop"

_Exception = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@contextmanager
def logging_to(level: str, folder: Path | None) -> Iterator[None]:
    """Log warnings and worse to standard error, and everything from `level` on into `folder`, in at most three files of
    1 MB. Not into files where the folder is None or cannot be written.

    Libraries log their warnings only: at other levels they log URLs, and some of these hold tokens.
    """
    root, our_logger = logging.getLogger(), logging.getLogger(OUR_LOGGER)
    before = root.level, our_logger.level
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:
        handlers.append(logging.StreamHandler())
        handlers[0].setLevel(logging.WARNING)
    if folder is not None:
        try:
            handlers.append(_file(folder))
        except OSError as error:
            logging.getLogger(__name__).warning("no log files: %s", type(error).__name__)
    for handler in handlers:
        handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
    root.addHandler(recent_problems)
    our_logger.setLevel(level.upper())
    root.setLevel(max(logging.WARNING, our_logger.level))
    try:
        yield
    finally:
        root.setLevel(before[0])
        our_logger.setLevel(before[1])
        root.removeHandler(recent_problems)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def _file(folder: Path) -> logging.Handler:
    make_private(folder)
    return _PrivateFiles(folder / NAME, maxBytes=LARGEST_BYTES, backupCount=FILES - 1, encoding="utf-8")


class _PrivateFiles(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        make_private_file(Path(self.baseFilename))
        return super()._open()


class PrivateFormatter(logging.Formatter):
    """Formats exceptions as their type and place only: the message may quote what somebody wrote, or a token."""

    def format(self, record: logging.LogRecord) -> str:
        # Another formatter's text of the exception is cached in the record.
        made, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = made

    def formatException(self, ei: _Exception) -> str:
        error = ei[1]
        lines: list[str] = []
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)
