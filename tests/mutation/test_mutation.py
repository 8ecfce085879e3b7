"""Mutation runs of the targets with `--whole`, and tests of the runner and its operators."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from mutation_operators import mutants_of
from mutation_report import Report, load_equivalents
from mutation_targets import TARGETS

RUN = Path(__file__).with_name("run.py")
RULES = '''
"""Rules of a shop."""

LIMITS = {"small": 5, "large": 10}


def fits(size: str, amount: int) -> bool:
    """Nothing is said about an amount below zero."""
    if amount < 0:
        amount = 0
    return amount <= LIMITS[size]
'''
TESTS = """
from shop.rules import fits


def test_what_fits():
    assert fits("small", 5)
    assert not fits("small", 6)
    assert fits("large", 10)
    assert not fits("large", 11)
"""

pytestmark = [pytest.mark.slow, pytest.mark.posix("needs processes that fork")]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, RUN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/rules.py").write_text(RULES, encoding="utf-8")
    (tmp_path / "test_rules.py").write_text(TESTS, encoding="utf-8")
    return tmp_path


def run_in_shop(shop: Path, *more: str) -> subprocess.CompletedProcess[str]:
    where = (
        "--root",
        shop,
        "--modules",
        "shop/rules.py",
        "--tests",
        "test_rules.py",
        "--equivalents",
        shop / "same.txt",
    )
    return run(*where, "--seed", "0", *more)


def test_tested_changes_are_noticed_and_others_survive(shop: Path) -> None:
    done = run_in_shop(shop, "--at-least", "99")
    assert done.returncode == 1
    assert "% is less than the 99 % that must be noticed" in done.stdout, done.stdout + done.stderr
    survivors = {tuple(line.split("\t")[1:]) for line in done.stdout.splitlines() if line.startswith("survived: ")}
    assert ("fits", "comparison", "if amount < 0:", "if amount <= 0:") in survivors
    assert ("fits", "statement removed", "amount = 0", "pass") in survivors
    assert ("fits", "comparison", "return amount <= LIMITS[size]", "return amount < LIMITS[size]") not in survivors
    assert ("LIMITS", "member of a table removed", "'large': 10", "(removed)") not in survivors
    assert "survived: shop/rules.py:10\tfits" in done.stdout


def test_the_list_of_equivalents_is_checked(shop: Path) -> None:
    same = (
        "shop/rules.py:7\tfits\tcomparison\tif amount < 0:\tif amount <= 0:\tzero stays zero",
        "shop/rules.py\tfits\tcomparison\treturn amount <= LIMITS[size]\treturn amount < LIMITS[size]\tnot true",
        "shop/rules.py\tfits\tcomparison\treturn amount == 1\treturn amount != 1\tgone long ago",
    )
    (shop / "same.txt").write_text("\n".join(same), encoding="utf-8")
    done = run_in_shop(shop, "--at-least", "50")
    assert done.returncode == 1
    assert "2 listed as equivalent" in done.stdout
    assert "listed as equivalent, but noticed: shop/rules.py:11\tfits\tcomparison\treturn amount <=" in done.stdout
    assert "matches nothing any more: shop/rules.py\tfits\tcomparison\treturn amount == 1" in done.stdout
    assert "are listed as equivalent, which is too many" in done.stdout


def test_an_entry_without_a_reason_is_refused(tmp_path: Path) -> None:
    (tmp_path / "same.txt").write_text("a.py\tf\tcomparison\ta < b\ta <= b\t", encoding="utf-8")
    with pytest.raises(ValueError, match=r"same\.txt:1"):
        load_equivalents(tmp_path / "same.txt")


def test_equivalents_count_neither_way() -> None:
    made = mutants_of(ast.parse("def f(a, b):\n    return a < b"), "a.py")
    report = Report(dict.fromkeys(made, True) | {made[0]: False}, made, {made[0].key: "same"})
    assert report.adjusted == 100
    assert report.raw < 100
    assert report.survivors == []


@pytest.mark.parametrize(
    ("code", "operator", "after"),
    [
        ("x = a < b", "comparison", {"x = a <= b", "x = a >= b"}),
        ("x = a in b", "comparison", {"x = a not in b"}),
        ("x = a is b", "comparison", {"x = a is not b"}),
        ("x = a and b", "and/or", {"x = a or b"}),
        ("x = a and b", "operand removed", {"x = a", "x = b"}),
        ("x = not a", "not removed", {"x = a"}),
        ("if a:\n    f()", "condition forced", {"if True:", "if False:"}),
        ("x = [y for y in z if y]", "condition forced", {"x = [y for y in z if True]", "x = [y for y in z if False]"}),
        ("x = a + b", "arithmetic", {"x = a - b"}),
        ("x = timedelta(hours=24)", "constant", {"x = timedelta(hours=25)", "x = timedelta(hours=23)"}),
        ("x = {'a': 1, 'b': 2}", "member of a table removed", {"(removed)"}),
        ("x = {'a': y, 'b': z}", "value of a table swapped", {"'a': z", "'b': y"}),
        ("x = min(a, b)", "min/max, any/all", {"x = max(a, b)"}),
        ("x = any(a)", "min/max, any/all", {"x = all(a)"}),
        ("x = sorted(a, key=k)", "order", {"x = sorted(a)", "x = sorted(a, key=k, reverse=True)", "x = list(a)"}),
        ("x = f(a, b)", "arguments swapped", {"x = f(b, a)"}),
        ("x = f(Kind.ONE, Kind.TWO)", "member", {"x = f(Kind.TWO, Kind.TWO)", "x = f(Kind.ONE, Kind.ONE)"}),
        ("def f():\n    return a", "return value", {"return None"}),
        ("def f() -> bool:\n    return a", "return value", {"return True", "return False"}),
        ("def f() -> str:\n    return ''", "return value", set()),
        ("def f():\n    g(a)", "statement removed", {"pass"}),
        ("def f(a):\n    a = 1", "statement removed", {"pass"}),
        ("def f(a=True):\n    g(a)", "default", {"def f(a=False):"}),
        ("class A(Enum):\n    B = 'b'", "constant", {"B = 'bX'"}),
    ],
)
def test_operators(code: str, operator: str, after: set[str]) -> None:
    assert {m.key[4] for m in mutants_of(ast.parse(code), "a.py") if m.operator == operator} == after


@pytest.mark.parametrize(
    "code",
    [
        '"""Words."""',
        "__all__ = ['a', 'b']",
        "if TYPE_CHECKING:\n    x = 1 + 1",
        "def f(a: Literal['x'] | None) -> Literal[1]: ...",
        "@dataclass(frozen=True)\nclass A:\n    '''Words.'''\n    a: int | None",
        "def f():\n    log.info('words', 1)",
        "x = f'words {a}'",
        "x = {'It did not arrive.'}",
        "Key = tuple[str, str]",
    ],
)
def test_excluded_code(code: str) -> None:
    assert mutants_of(ast.parse(code), "a.py") == []


def test_the_same_source_has_the_same_mutants_in_the_same_order() -> None:
    one, other = ([m.key for m in mutants_of(ast.parse(RULES), "a.py")] for _ in range(2))
    assert one == other


@pytest.mark.timeout(3600)
@pytest.mark.xdist_group("mutation")
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_mutants_are_noticed(target: str, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("whole"):
        pytest.skip("only with --whole: it takes many minutes")
    done = run("--target", target)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
