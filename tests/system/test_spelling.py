"""Spell check in a process of its own: what it answers, how it fails, and which dictionaries are found."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.system.spelling import checker as checker_module
from desktop.system.spelling import child, dictionaries
from desktop.system.spelling.checker import MAX_FAILURES, SpellingProcess
from desktop.system.spelling.dictionaries import BUNDLED, find_dictionaries, own_command, working_languages

needs_hunspell = pytest.mark.skipif(find_spec("hunspell") is None, reason="chunspell is not installed")

ENGLISH = {"en": BUNDLED / "en"}


@pytest.fixture
def opened(qapp: object) -> Iterator[Callable[..., SpellingProcess]]:
    processes = []

    def open_process(command: list[str] | None = None) -> SpellingProcess:
        processes.append(SpellingProcess(command or own_command(), ENGLISH))
        return processes[-1]

    yield open_process
    for process in processes:
        process.close()


def answers(qtbot: QtBot, process: SpellingProcess, *words: str) -> frozenset[str] | None:
    got: list[frozenset[str] | None] = []
    process.check("en", words, got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    return got[0]


@needs_hunspell
def test_misspelt_words_and_suggestions_come_from_a_process_that_ends_and_comes_back(
    qtbot: QtBot, opened: Callable[..., SpellingProcess], caplog: pytest.LogCaptureFixture
) -> None:
    process = opened()
    assert process._process is None
    assert answers(qtbot, process, "hello", "parcle", "don't", "日本") == {"parcle", "日本"}
    suggested: list[tuple[str, ...]] = []
    process.suggest("en", "parcle", suggested.append)
    qtbot.waitUntil(lambda: bool(suggested), timeout=20_000)
    assert "parcel" in suggested[0][:3]
    assert len(suggested[0]) <= child.MAX_SUGGESTIONS
    # It is killed while it works: the words that it had are not answered; the next are.
    unanswered: list[object] = []
    # So many that it has not answered before it is killed.
    process.check("en", [f"parcle{number}" for number in range(20_000)], unanswered.append)
    assert process._process is not None
    process._process.kill()
    qtbot.waitUntil(lambda: bool(unanswered))
    assert unanswered == [None]
    assert answers(qtbot, process, "hlelo") == {"hlelo"}
    assert not process.is_broken
    # Languages without a dictionary are not asked for.
    process.check("xx", ["parcle"], unanswered.append)
    assert unanswered == [None, None]
    assert not any("parcle" in record.getMessage() for record in caplog.records)
    # The process ends with the program.
    last = process._process
    process.close()
    assert last.state() == last.ProcessState.NotRunning


def test_it_is_given_up_after_some_failures(
    qtbot: QtBot, opened: Callable[..., SpellingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    crashing = opened([sys.executable, "-S", "-E", "-c", "raise SystemExit(3)"])
    for number in range(MAX_FAILURES):
        assert not crashing.is_broken, number
        assert answers(qtbot, crashing, "hello") is None
    assert (crashing.is_broken, crashing.languages) == (True, ())
    missing = opened([str(Path(sys.executable).with_name("no-such-program"))])
    assert answers(qtbot, missing, "hello") is None
    monkeypatch.setattr(checker_module, "ANSWER_WITHIN_MS", 50)
    silent = opened([sys.executable, "-S", "-E", "-c", "import sys; sys.stdin.read()"])
    assert answers(qtbot, silent, "hello") is None
    assert silent._process is None


class FakeDictionary:
    def spell(self, word: str) -> bool:
        if not word.isascii():
            raise UnicodeEncodeError("latin-1", word, 0, 1, "no such letter")
        return word != "wrold"

    def suggest(self, word: str) -> tuple[str, ...]:
        return ("wr old", "word", "w-rold", "old", "rolled", "wold", "world")


def test_each_line_is_answered_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_load", lambda path: FakeDictionary())
    asked = [
        {"id": 7, "dictionary": "/d/en", "words": ["hello", "wrold", "žluť"]},
        {"id": 8, "dictionary": "/d/en", "word": "wrold"},
    ]
    written = io.BytesIO()
    child.answer_all(io.BytesIO("".join(f"{json.dumps(line)}\n" for line in asked).encode()), written)
    first, second = map(json.loads, written.getvalue().splitlines())
    assert first == {"id": 7, "found": ["wrold"]}
    # Those that look most like it, and two words instead of one last.
    assert second == {"id": 8, "found": ["wold", "world", "old", "rolled", "word"]}


def test_the_hidden_command_starts_without_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.__main__ import main

    class Stream:
        def __init__(self) -> None:
            self.buffer = io.BytesIO()

    monkeypatch.setattr(sys, "stdin", Stream())
    monkeypatch.setattr(sys, "stdout", Stream())
    monkeypatch.setattr(child.signal, "signal", lambda *_: None)
    started = time.perf_counter()
    assert main(own_command()[-1:]) == 0
    assert time.perf_counter() - started < 5
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    # A Windows program without a console could not answer.
    expected = Path(sys.executable).with_name("reachline-console.exe") if os.name == "nt" else Path(sys.executable)
    assert own_command() == [str(expected), "spelling"]


def test_what_does_not_answer_has_no_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionaries, "is_library_installed", lambda: True)
    for command in (["no-such-program"], [sys.executable, "-S", "-E", "-c", "print('{}')"]):
        monkeypatch.setattr(dictionaries, "own_command", lambda command=command: command)
        assert working_languages() == ()
    monkeypatch.setattr(dictionaries, "is_library_installed", lambda: False)
    assert working_languages() == ()


def test_dictionaries_are_found_in_their_order(tmp_path: Path) -> None:
    ours, system = tmp_path / "ours", tmp_path / "system"
    names = {
        ours: ("en",),
        system: ("de_AT", "de_DE", "en_GB", "pt_BR", "pt_PT", "hyph_de", "it_CH", "xx-long"),
    }
    for folder, files in names.items():
        folder.mkdir()
        for name in files:
            (folder / f"{name}.dic").touch()
            if not name.startswith("hyph"):
                (folder / f"{name}.aff").touch()
    (system / "nl_NL.dic").touch()
    assert find_dictionaries([ours, system, tmp_path / "none"]) == {
        "de": system / "de_DE",
        "en": ours / "en",
        "it": system / "it_CH",
        "pt": system / "pt_BR",
        "xx": system / "xx-long",
    }


def test_the_bundled_dictionaries_have_a_licence_each() -> None:
    names = {file.stem for file in BUNDLED.glob("*.dic")}
    assert "en" in names
    assert all((BUNDLED / f"{name}.{ending}").stat().st_size for name in names for ending in ("aff", "license"))
