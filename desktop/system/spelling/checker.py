"""Asks a process of its own about the spelling of words; starts it when it is first asked, and again if it crashes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Self

from PySide6.QtCore import QObject, QProcess, QTimer

from desktop.system.spelling.dictionaries import (
    ANSWER_WITHIN_S,
    find_dictionaries,
    is_library_installed,
    own_command,
)

log = logging.getLogger(__name__)

ANSWER_WITHIN_MS = ANSWER_WITHIN_S * 1000
MAX_FAILURES = 3
"""In a row. Then nothing is checked until the program starts again."""

_END_WITHIN_MS = 1_000

Then = Callable[[list[str] | None], None]


class SpellingProcess(QObject):
    """Implements `ports.SpellChecker`. Loop's thread."""

    def __init__(self, command: Sequence[str], dictionaries: Mapping[str, Path], parent: QObject | None = None) -> None:
        """command: starts the process. dictionaries: as `find_dictionaries` returns them."""
        super().__init__(parent)
        self._command, self._dictionaries = command, dictionaries
        self._process: QProcess | None = None
        self._waiting: dict[int, Then] = {}
        self._received = b""
        self._count, self._failures = 0, 0
        self._patience = QTimer(self, singleShot=True, interval=ANSWER_WITHIN_MS)
        self._patience.timeout.connect(self._on_silence)

    @classmethod
    def of_this_machine(cls) -> Self:
        return cls(own_command(), find_dictionaries() if is_library_installed() else {})

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._dictionaries) if self._failures < MAX_FAILURES else ()

    @property
    def is_broken(self) -> bool:
        return self._failures >= MAX_FAILURES

    def check(self, language: str, words: Collection[str], then: Callable[[frozenset[str] | None], None]) -> None:
        def on_answer(found: list[str] | None) -> None:
            then(None if found is None else frozenset(found))

        self._ask(language, {"words": sorted(words)}, on_answer)

    def suggest(self, language: str, word: str, then: Callable[[tuple[str, ...]], None]) -> None:
        self._ask(language, {"word": word}, lambda found: then(tuple(found or ())))

    def close(self) -> None:
        self._waiting.clear()
        self._end_process()

    def _ask(self, language: str, question: Mapping[str, object], then: Then) -> None:
        if self.is_broken or language not in self._dictionaries:
            then(None)
            return
        process = self._process = self._process or self._start()
        self._count += 1
        self._waiting[self._count] = then
        line = {"id": self._count, "dictionary": str(self._dictionaries[language]), **question}
        process.write(json.dumps(line).encode() + b"\n")
        if not self._patience.isActive():
            self._patience.start()

    def _start(self) -> QProcess:
        process = QProcess(self)
        # What Python says of an error may repeat the words.
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_end)
        process.errorOccurred.connect(self._on_error)
        process.start(self._command[0], list(self._command[1:]))
        return process

    def _on_output(self) -> None:
        if self._process is None:
            return
        *lines, self._received = (self._received + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            answer = json.loads(line)
            self._failures = 0
            then = self._waiting.pop(answer["id"], None)
            if then is not None:
                then(answer["found"])
        # As long as answers come, there is patience for the next one.
        self._patience.stop()
        if self._waiting:
            self._patience.start()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        # All others are followed by its end.
        if error is QProcess.ProcessError.FailedToStart:
            self._on_end()

    def _on_silence(self) -> None:
        log.warning("the spelling process does not answer")
        self._on_end()

    def _on_end(self) -> None:
        """Without the words that were asked last: they may be the reason, and are not asked again."""
        if self._process is None:
            return
        self._failures += 1
        log.warning("the spelling process failed for the %d. time", self._failures)
        self._end_process()
        waiting, self._waiting = self._waiting, {}
        for then in waiting.values():
            then(None)

    def _end_process(self) -> None:
        process, self._process = self._process, None
        self._patience.stop()
        self._received = b""
        if process is not None:
            # It keeps nothing that could be lost.
            process.kill()
            process.waitForFinished(_END_WITHIN_MS)
            process.deleteLater()
