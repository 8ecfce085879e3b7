"""Choose the tests that a mutant is tried on: those that come through its line, or meet the name that it changes."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutants import Mutant

TestsOfLines = Mapping[int, set[str]]


@dataclass(slots=True)
class Choice:
    """seconds: of every test that may be used. tests_of: path of a module to line to the tests that come through it.

    Batches are for one child each: most mutants are noticed by the first, which is the tests' file of the module.
    """

    root: Path
    modules: Sequence[str]
    seconds: Mapping[str, float]
    tests_of: Mapping[str, TestsOfLines]
    _words: dict[str, list[set[str]]] = field(default_factory=dict)
    _bindings: list[tuple[set[str], set[str]]] = field(default_factory=list)
    _words_of_tests: dict[str, set[str]] = field(default_factory=dict)
    _looking: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for path in self.modules:
            text = (self.root / path).read_text(encoding="utf-8")
            self._words[path] = [_words(line) for line in text.splitlines()]
            for statement in ast.parse(text).body:
                names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
                if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                    self._bindings.append((names, _words(ast.unparse(statement)) - names))
        for file in {_file(test) for test in self.seconds}:
            self._words_of_tests[file] = _words((self.root / file).read_text(encoding="utf-8"))
        through = set().union(*(tests for lines in self.tests_of.values() for tests in lines.values()))
        self._looking |= set(self.seconds) - through

    def batches(self, mutant: Mutant) -> list[list[str]]:
        """Empty if no test can notice it."""
        near = self._near(mutant) & set(self.seconds)
        wanted = near | (self._far(mutant) & set(self.seconds) if mutant.at_import else set())
        if not wanted:
            return []
        by_file: dict[str, list[str]] = defaultdict(list)
        for test in sorted(wanted, key=lambda test: (test not in near, self.seconds[test], test)):
            by_file[_file(test)].append(test)
        own = Path(mutant.path).stem
        files = sorted(
            by_file,
            key=lambda f: (Path(f).stem != f"test_{own}", own not in f, -len(near & set(by_file[f])), f),
        )
        rest = [test for file in files[1:] for test in by_file[file]]
        # They take no time, and are the ones that notice a changed word.
        rest.sort(key=lambda test: test not in self._looking)
        return [by_file[files[0]], *([rest] if rest else [])]

    def _near(self, mutant: Mutant) -> set[str]:
        """Tests that come through the lines; of what runs at import, through any line of the module."""
        by_line = self.tests_of.get(mutant.path, {})
        first, last = (1, len(self._words[mutant.path])) if mutant.at_import else mutant.lines
        return set().union(*(by_line.get(line, set()) for line in range(first, last + 1)))

    def _far(self, mutant: Mutant) -> set[str]:
        """Tests that come through a line with a name that the mutant gives another value, or that use it themselves;
        and those that come through no line at all, since they look at what is there after the import (a table, the
        members of every enumeration) and need not name it."""
        names = set(mutant.function.split("."))
        while more := set().union(*(made for made, of in self._bindings if of & names)) - names:
            names |= more
        found = self._looking | {test for test in self.seconds if self._words_of_tests[_file(test)] & names}
        for path, lines in self._words.items():
            for number, words in enumerate(lines, 1):
                if words & names:
                    found |= self.tests_of.get(path, {}).get(number, set())
        return found


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w*", text))


def _file(test: str) -> str:
    return test.partition("::")[0]
