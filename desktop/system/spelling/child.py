"""The process that checks the spelling: it answers lines of JSON, and ends when nobody asks any more.

Hunspell keeps Python to itself while it loads a dictionary (up to 2 s) or looks for suggestions (up to 1 s).

    {"id": 1, "dictionary": "/usr/share/hunspell/de_DE", "words": ["Haus", "Huas"]}  ->  {"id": 1, "found": ["Huas"]}
    {"id": 2, "dictionary": "/usr/share/hunspell/de_DE", "word": "Huas"}             ->  {"id": 2, "found": ["Haus"]}

`found`: the misspelt ones of `words`, or suggestions for `word`, best first. What is asked is written nowhere.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol

MAX_SUGGESTIONS = 5


class Dictionary(Protocol):
    """What is used of `hunspell.Hunspell`."""

    def spell(self, word: str) -> bool: ...

    def suggest(self, word: str) -> Iterable[str]: ...


def main() -> int:
    # Ctrl+C in a terminal goes to every process of it; the one that asks decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer_all(sys.stdin.buffer, sys.stdout.buffer)
    return 0


def answer_all(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer every line until there are no more."""
    dictionaries: dict[str, Dictionary] = {}
    for line in questions:
        question = json.loads(line)
        path = question["dictionary"]
        if path not in dictionaries:
            dictionaries[path] = _load(Path(path))
        found = _answer(dictionaries[path], question)
        answers.write(json.dumps({"id": question["id"], "found": found}).encode() + b"\n")
        answers.flush()


def _load(path: Path) -> Dictionary:
    from hunspell import Hunspell

    loaded: Dictionary = Hunspell(path.name, hunspell_data_dir=str(path.parent))
    return loaded


def _answer(dictionary: Dictionary, question: dict[str, Any]) -> list[str]:
    if "words" in question:
        return [word for word in question["words"] if not _is_right(dictionary, word)]
    word = question["word"]
    return sorted(dictionary.suggest(word), key=partial(_distance, word))[:MAX_SUGGESTIONS]


def _distance(word: str, suggestion: str) -> tuple[bool, float]:
    """Sort key: what looks most like the word comes first, two words last; Hunspell offers "he lo" before "hello"."""
    is_split = any(sign in suggestion and sign not in word for sign in " -")
    return is_split, -SequenceMatcher(None, word.lower(), suggestion.lower()).ratio()


def _is_right(dictionary: Dictionary, word: str) -> bool:
    try:
        return dictionary.spell(word)
    except UnicodeEncodeError:
        # The dictionary's own encoding has no such letter: nothing that it could know.
        return True
