"""The rules that keep the house in order: folders, names, circles, types at the boundary, docstrings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from source_code import MODULES, ROOT, TESTS, nodes_of, shown, text_of, tree_of

# One process reads and parses the modules.
pytestmark = pytest.mark.xdist_group("source code")

PACKAGES = sorted({module.parent for module in MODULES})

MOST_ENTRIES = 16
"""Modules and folders of a package; its `__init__` is not counted."""
GENDERED = frozenset({"she", "her", "hers", "herself", "he", "him", "his", "himself"})
GENDERED_WORD = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(sorted(GENDERED))})(?![A-Za-z])", re.IGNORECASE)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
BOUNDARY = [
    *(ROOT / "desktop/ui").rglob("*.py"),
    *(ROOT / "desktop/engine" / f"{name}.py" for name in ("protocols", "commands", "views", "changes", "queries")),
]


# --- folders ----------------------------------------------------------------------------------------------------------


def entries(package: Path) -> list[str]:
    return [
        *(module.stem for module in package.glob("*.py") if not module.stem.startswith("__")),
        *(folder.name for folder in package.iterdir() if folder in PACKAGES),
    ]


def crowded(names: Iterable[str]) -> list[str]:
    """First words that three or more names begin with."""
    first = Counter(name.partition("_")[0] for name in names)
    return sorted(word for word, count in first.items() if count > 2)


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    found = {shown(package): entries(package) for package in PACKAGES}
    assert {name: len(inside) for name, inside in found.items() if len(inside) > MOST_ENTRIES} == {}
    # Three names with one first word are a folder.
    assert {name: crowded(inside) for name, inside in found.items() if crowded(inside)} == {}


def test_the_rules_on_folders_can_fail() -> None:
    assert crowded(["main_window", "main_window_bar", "main_menu", "panes"]) == ["main"]


def test_no_product_file_is_called_like_a_test() -> None:
    assert [shown(m) for m in MODULES if m.stem.endswith("_test") or m.stem.startswith("test_")] == []


# --- circles ----------------------------------------------------------------------------------------------------------


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Groups of names that lead to each other."""
    reached = {name: {name} for name in edges}
    grows = True
    while grows:
        grows = False
        for name, to in edges.items():
            more = reached[name].union(*(reached[other] for other in to))
            grows |= more != reached[name]
            reached[name] = more
    groups = {frozenset(o for o in reached[name] if name in reached[o]) for name in edges}
    return sorted(({*group} for group in groups if len(group) > 1), key=sorted)


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("desktop", cache_dir=None)


def circles_in(package: Path) -> list[set[str]]:
    prefix = ".".join(package.relative_to(ROOT).parts)
    depth = prefix.count(".") + 2
    edges: dict[str, set[str]] = {}
    for module in graph().modules:
        if module.startswith(f"{prefix}."):
            here = ".".join(module.split(".")[:depth])
            to = {".".join(m.split(".")[:depth]) for m in graph().find_modules_directly_imported_by(module)}
            edges.setdefault(here, set()).update(m for m in to if m.startswith(f"{prefix}.") and m != here)
    return circles({name: to & edges.keys() for name, to in edges.items()})


def test_no_two_neighbours_import_each_other() -> None:
    """What stands under TYPE_CHECKING counts too: whoever reads has to know both."""
    assert {shown(package): found for package in PACKAGES if (found := circles_in(package))} == {}


def test_a_circle_is_noticed() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]


# --- names ------------------------------------------------------------------------------------------------------------


def gendered_names(path: Path) -> list[str]:
    """Only what may be a name is looked for among the names: telling names from strings takes long."""
    suspects = {word for word in set(re.findall(r"\w+", text_of(path))) if gendered(word)}
    tokens = tokenize.generate_tokens(io.StringIO(text_of(path)).readline) if suspects else ()
    return sorted({token.string for token in tokens if token.type == tokenize.NAME} & suspects)


def gendered(name: str) -> bool:
    return bool(GENDERED & {word.lower() for word in WORD.findall(name)})


def test_no_name_has_a_gender() -> None:
    assert {shown(module): names for module in (*MODULES, *TESTS) if (names := gendered_names(module))} == {}
    assert [shown(module) for module in (*MODULES, *TESTS) if gendered(module.stem)] == []


def test_a_gendered_name_is_noticed() -> None:
    assert all(map(gendered, ("newest_from_her", "herName", "_is_his", "She")))
    assert not any(map(gendered, ("here", "other", "the_history", "Hash", "heads", "sheet", "whether")))


# --- types at the boundary --------------------------------------------------------------------------------------------


def test_no_any_where_engine_and_screen_meet() -> None:
    names = {module: {n.id for n in nodes_of(module) if isinstance(n, ast.Name)} for module in BOUNDARY}
    assert [shown(module) for module, used in names.items() if "Any" in used] == []


# --- docstrings and comments ------------------------------------------------------------------------------------------


def docstrings(module: Path) -> Iterator[tuple[int, str]]:
    """Of the module and of everything in it, private things and texts under assignments too."""
    for node in nodes_of(module):
        for statement in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            if isinstance(statement, ast.Expr) and isinstance(said := statement.value, ast.Constant):
                yield statement.lineno, str(said.value)


def comments(module: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text_of(module)).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def speaks_of_a_gender(text: str) -> bool:
    unquoted = re.sub(r"`[^`]*`|\"[^\"]*\"", "", text)
    return GENDERED_WORD.search(unquoted) is not None


def is_riddle(module: str, head: str) -> bool:
    """`Drafts: what is in the composers`: a title that says the module's name again, where a sentence should stand."""
    title = head.partition(":")[0].lower()
    return ":" in head and title.rstrip("s") == module.replace("_", " ").rstrip("s")


def faults_of(module: Path) -> list[str]:
    # Telling comments from code takes long.
    texts = [*docstrings(module), *comments(module)] if GENDERED_WORD.search(text_of(module)) else []
    faults = [f"{line}: a gender" for line, text in texts if speaks_of_a_gender(text)]
    head = ast.get_docstring(tree_of(module)) or ""
    first = head.partition("\n\n")[0]
    if head and (not first.endswith((".", "::")) or first[0].islower()):
        faults.append("the first line is no sentence")
    if is_riddle(module.parent.name if module.stem == "__init__" else module.stem, head):
        faults.append("the first line is a title and a riddle")
    return faults


def strings(module: Path) -> Iterator[str]:
    for node in nodes_of(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_sentence_gives_a_customer_a_gender() -> None:
    # What customers write may: by these words a change of number is recognised.
    patterns = {"desktop/domain/model/workspace.py"}
    # The code of Hebrew.
    codes = {"desktop/domain/content/translation.py", "desktop/text/thread/languages.py"}
    modules = [m for m in MODULES if "sandbox" not in m.parts and shown(m) not in patterns | codes]
    assert [(shown(m), text) for m in modules for text in strings(m) if speaks_of_a_gender(text)] == []


def test_docstrings_and_comments_are_plain() -> None:
    assert {shown(module): faults for module in MODULES if (faults := faults_of(module))} == {}


def test_a_riddle_is_noticed() -> None:
    assert is_riddle("hold", "Hold: keeps what the agent reads where it is.")
    assert is_riddle("composer_files", "Composer files: what was dropped.")
    assert not is_riddle("scroll_anchor", "Keep the first visible message in place while rows above it change.")
    assert speaks_of_a_gender("What she wrote.")
    assert not speaks_of_a_gender('Shows "her" and `her_name`; whether others.')


# --- the README -------------------------------------------------------------------------------------------------------


def architecture() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return readme[readme.index("## Architecture") : readme.index("## Licence")]


def defined_names() -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for module in MODULES for node in nodes_of(module) if isinstance(node, kinds)}


def test_every_place_that_the_readme_names_is_there() -> None:
    places = re.findall(r"`([a-z_/]+(?:\.py|/))`", architecture())
    assert len(places) > 40
    assert [place for place in places if not any((ROOT / folder / place).exists() for folder in (".", "desktop"))] == []


def test_every_stop_of_the_readmes_walks_is_there() -> None:
    stops = re.findall(
        r"`([\w.]+)`", architecture()[architecture().index("**A.") : architecture().index("Where a change")]
    )
    assert len(stops) > 35
    known = defined_names() | {"reach", "Changes"}
    assert [stop for stop in stops if stop.split(".")[-1] not in known] == []
