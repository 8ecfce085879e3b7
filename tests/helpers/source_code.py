"""The program's own source, read and parsed once per process, for the rules that look at all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "desktop").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """As `ast.walk`; every node knows its `parent`."""
    nodes: list[ast.AST] = [tree_of(path)]
    for node in nodes:
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
            nodes.append(child)
    return tuple(nodes)


def parents(node: ast.AST) -> Iterator[ast.AST]:
    """From the next one to the module, for a node of `nodes_of`."""
    while (node := getattr(node, "parent", None)) is not None:  # type: ignore[assignment]
        yield node
