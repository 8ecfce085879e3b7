"""Mutants: modules with one small change, and the keys that identify them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MAX_TEXT_CHARS = 160
"""A mutant is described by the largest enclosing code that is not longer."""

Key = tuple[str, str, str, str, str]
"""Identifies a mutant independent of its line: path, function, operator, code before, code after."""


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a node: a field of its parent, and the index if that is a list."""

    parent: ast.AST
    field: str
    index: int | None

    @property
    def node(self) -> object:
        value = getattr(self.parent, self.field)
        return value if self.index is None else value[self.index]

    def replace(self, node: object) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, eq=False)
class Mutant:
    """A change of one node.

    path: of the module, relative to the root. function: qualified name of the function, class or table.
    lines: first and last line of the statement (of a compound one only its head). at_import: whether the code runs when
    the module is imported. around: nodes from the statement down to the changed one.
    description: code before and after, if not derived from `around`.
    """

    tree: ast.Module
    path: str
    function: str
    operator: str
    lines: tuple[int, int]
    at_import: bool
    place: Place
    replacement: object
    around: tuple[ast.AST, ...]
    description: tuple[str, str] | None

    @cached_property
    def key(self) -> Key:
        before, after = self.description or self._describe()
        return self.path, self.function, self.operator, before, after

    @property
    def line(self) -> int:
        return self.lines[0]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Context manager that changes `tree` in place."""
        before = self.place.node
        self.place.replace(self.replacement)
        try:
            yield
        finally:
            self.place.replace(before)

    def _describe(self) -> tuple[str, str]:
        texts = [(node, text_of(node)) for node in self.around]
        piece, before = next((item for item in texts if len(item[1]) <= MAX_TEXT_CHARS), texts[-1])
        if piece is self.place.node and isinstance(self.replacement, ast.AST):
            return before, text_of(self.replacement)
        with self.applied():
            return before, text_of(piece)


def read(root: Path, path: str) -> ast.Module:
    """Parse a module. Raises OSError or SyntaxError."""
    return ast.parse((root / path).read_text(encoding="utf-8"), filename=str(root / path))


def text_of(node: ast.AST) -> str:
    """The code on one line; of a compound statement only its head."""
    if isinstance(node, (ast.stmt, ast.match_case)) and hasattr(node, "body"):
        node = copy.copy(node)
        for field in ("body", "orelse", "finalbody", "handlers", "decorator_list"):
            if hasattr(node, field):
                setattr(node, field, [ast.Pass()] if field == "body" else [])
    return " ".join(ast.unparse(node).split()).removesuffix(" pass")


def lines_of(around: tuple[ast.AST, ...]) -> tuple[int, int]:
    """First and last line of the statement or match case; of a compound statement only its head."""
    node = next((n for n in reversed(around) if isinstance(n, ast.match_case)), around[0])
    first: int = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno  # type: ignore[attr-defined]
    body = getattr(node, "body", None)
    last: int = body[0].lineno - 1 if body else getattr(node, "end_lineno", first)
    return first, max(first, last)
