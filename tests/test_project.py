"""The house's own rules: who may import whom, lint, types, sizes, and where time may come from."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "desktop").rglob("*.py"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)


@pytest.mark.xdist_group("slow tools")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("ruff", "check", "desktop", "tests"), id="lint"),
        pytest.param(("ruff", "format", "--check", "desktop", "tests"), id="format"),
        pytest.param(("mypy",), id="types", marks=pytest.mark.slow),
    ],
)
def test_tools_are_content(arguments: tuple[str, ...]) -> None:
    done = run(sys.executable, "-m", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.xdist_group("slow tools")
def test_every_branch_of_the_domain_is_tested_by_its_own_tests(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    if not pytestconfig.getoption("whole"):
        pytest.skip("only with --whole: it runs all tests of the domain again")
    report = tmp_path / "coverage.json"
    done = run(
        *(sys.executable, "-m", "pytest", "tests/domain", "-q", "-n", "0", "-p", "no:cacheprovider"),
        "--hypothesis-profile=few",
        *("--cov=desktop.domain", "--cov-branch", f"--cov-report=json:{report}", "--cov-report="),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    gaps = {name: (f["missing_lines"], f["missing_branches"]) for name, f in files.items()}
    assert {name: gap for name, gap in gaps.items() if gap != ([], [])} == {}


def test_import_rules_hold() -> None:
    done = run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_import_rule_is_noticed(tmp_path: Path) -> None:
    """The rules above can fail: a domain that imports the store is found."""
    for module in MODULES:
        copy = tmp_path / module.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(module.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / "desktop/domain/window/window.py").open("a", encoding="utf-8") as broken:
        broken.write("\nimport desktop.store\n")
    command = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert "desktop.domain.window.window -> desktop.store" in done.stdout


def test_every_module_says_what_it_is_for(record_property: Callable[[str, object], None]) -> None:
    texts = {module.relative_to(ROOT).as_posix(): module.read_text(encoding="utf-8") for module in MODULES}
    assert [name for name, text in texts.items() if text.strip() and not text.startswith('"""')] == []
    # A hint and no limit: a limit makes heaps of small files.
    record_property("modules of more than 400 lines", sum(text.count("\n") > 400 for text in texts.values()))


CLOCKS = re.compile(r"datetime\.now|time\.time\(|utcnow|QTimer\b")
MAY_KNOW_TIME = {
    "desktop/system/clock.py",
    "desktop/ui/look/ticker.py",
    # How long a notification is there, and what is told after Qt's own words.
    "desktop/ui/widgets/screen_reader/announce.py",
    "desktop/ui/widgets/screen_reader/rows.py",
    # Before a progress bar shows.
    "desktop/ui/widgets/progress_row.py",
    # Between two rounds of reading while changes pour in.
    "desktop/ui/inbox/view_loader.py",
    "desktop/ui/customers/page_loader.py",
    # Until rows that are scrolled have come to rest.
    "desktop/ui/inbox/team_presence.py",
    # Between two keys of a search that reads every name.
    "desktop/app/windows/old_messages.py",
    # How long the process that checks spelling may take to answer.
    "desktop/system/spelling/checker.py",
    # Who only passes through the customers asks for nothing.
    "desktop/ui/details/editing/edits.py",
    # How long a microphone may give nothing.
    "desktop/ui/inbox/recording/microphone.py",
    # Between two keys of a search at Intercom.
    "desktop/ui/customers/new_conversation/recipient_field.py",
    # How long a video may take to show a picture.
    "desktop/ui/thread/media/videos.py",
    # How long typing pauses.
    "desktop/ui/thread/finding/finder.py",
}


def test_time_is_a_clock_that_is_given() -> None:
    names = {module.relative_to(ROOT).as_posix(): module for module in MODULES}
    knows_time = {name for name, module in names.items() if CLOCKS.search(module.read_text(encoding="utf-8"))}
    assert {name for name in knows_time - MAY_KNOW_TIME if not name.startswith("desktop/sandbox/")} == set()


BOUNDARIES = {
    "desktop/engine/tasks.py": 1,
    "desktop/engine/handlers/command_handler.py": 1,
    "desktop/engine/sync/poller.py": 1,
    # Rounds of their own: the open conversation, templates, and what channels list are read again and again.
    "desktop/engine/sync/open_conversation.py": 1,
    "desktop/engine/templates.py": 1,
    "desktop/engine/sync/provider_lists.py": 1,
    # One fact that no mapping was prepared for would stop every desktop of the team, again and again.
    "desktop/channels/team/feed.py": 1,
    # Each system's library of notifications raises its own, and none may disturb the program.
    "desktop/system/notifications/notifier.py": 1,
    # What goes wrong with one provider must stop neither the other polls nor the webhooks.
    "desktop/hub/serve.py": 1,
    # Hands over what ends its thread as an error of the keyring.
    "desktop/system/secrets.py": 1,
}


def test_everything_is_caught_only_at_the_boundaries() -> None:
    found = {}
    for module in MODULES:
        handlers = [n for n in ast.walk(ast.parse(module.read_bytes())) if isinstance(n, ast.ExceptHandler)]
        if count := sum(_catches_everything(handler) for handler in handlers):
            found[module.relative_to(ROOT).as_posix()] = count
    assert found.items() <= BOUNDARIES.items()


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whoever raises it again, or something in its place, has not caught it."""
    raises = isinstance(handler.body[-1], ast.Raise)
    names = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)} if handler.type else {"BaseException"}
    return not raises and bool(names & {"Exception", "BaseException"})
