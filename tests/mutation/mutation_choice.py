"""Selects the tests for a mutant: those that cover its line, or use the name that it changes."""

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
    """Selects tests by coverage.

    seconds: duration of every usable test. tests_of: path of a module -> line -> tests that cover it.
    """

    root: Path
    modules: Sequence[str]
    seconds: Mapping[str, float]
    tests_of: Mapping[str, TestsOfLines]
    _names: dict[str, list[set[str]]] = field(default_factory=dict)
    _bindings: list[tuple[set[str], set[str]]] = field(default_factory=list)
    _names_in_tests: dict[str, set[str]] = field(default_factory=dict)
    _uncovering: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for path in self.modules:
            text = (self.root / path).read_text(encoding="utf-8")
            self._names[path] = [_names_in(line) for line in text.splitlines()]
            for statement in ast.parse(text).body:
                names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
                if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                    self._bindings.append((names, _names_in(ast.unparse(statement)) - names))
        for file in {_file(test) for test in self.seconds}:
            self._names_in_tests[file] = _names_in((self.root / file).read_text(encoding="utf-8"))
        covered = set().union(*(tests for lines in self.tests_of.values() for tests in lines.values()))
        self._uncovering |= set(self.seconds) - covered

    def batches(self, mutant: Mutant) -> list[list[str]]:
        """Test ids in batches for one child each; empty if no test can detect the mutant.

        The first batch, the module's own test file, detects most mutants.
        """
        covering = self._covering(mutant) & set(self.seconds)
        wanted = covering | (self._using(mutant) & set(self.seconds) if mutant.at_import else set())
        if not wanted:
            return []
        by_file: dict[str, list[str]] = defaultdict(list)
        for test in sorted(wanted, key=lambda test: (test not in covering, self.seconds[test], test)):
            by_file[_file(test)].append(test)
        own = Path(mutant.path).stem
        files = sorted(
            by_file,
            key=lambda f: (Path(f).stem != f"test_{own}", own not in f, -len(covering & set(by_file[f])), f),
        )
        rest = [test for file in files[1:] for test in by_file[file]]
        # These are fast, and detect changed texts.
        rest.sort(key=lambda test: test not in self._uncovering)
        return [by_file[files[0]], *([rest] if rest else [])]

    def _covering(self, mutant: Mutant) -> set[str]:
        """Tests that cover the lines; for code that runs at import, any line of the module."""
        by_line = self.tests_of.get(mutant.path, {})
        first, last = (1, len(self._names[mutant.path])) if mutant.at_import else mutant.lines
        return set().union(*(by_line.get(line, set()) for line in range(first, last + 1)))

    def _using(self, mutant: Mutant) -> set[str]:
        """Tests that cover a line with a name whose value the mutant changes, or use the name themselves.

        Includes tests that cover no line: they check tables and enumerations without naming them.
        """
        names = set(mutant.function.split("."))
        while more := set().union(*(made for made, of in self._bindings if of & names)) - names:
            names |= more
        found = self._uncovering | {test for test in self.seconds if self._names_in_tests[_file(test)] & names}
        for path, lines in self._names.items():
            for number, used in enumerate(lines, 1):
                if used & names:
                    found |= self.tests_of.get(path, {}).get(number, set())
        return found


def _names_in(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w*", text))


def _file(test: str) -> str:
    return test.partition("::")[0]
