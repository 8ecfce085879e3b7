"""Which profile a link opens in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip(
    "PySide6.QtNetwork", reason="libraries that QtNetwork loads are not installed", exc_type=ImportError
)

from desktop.system import recent_profiles
from desktop.system.paths import Paths
from desktop.system.recent_profiles import MOST, remember
from desktop.system.single_instance import SingleInstance

Make = Callable[[str], Path]


@pytest.fixture
def connected(tmp_path: Path) -> Make:
    """A profile with a workspace."""

    def make(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "profile.json").write_text('{"workspace_id": "w"}')
        return folder

    return make


@pytest.fixture(autouse=True)
def usual_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = tmp_path / "usual"
    monkeypatch.setattr(recent_profiles, "user_paths", lambda: Paths(usual, usual / "cache", usual / "logs"))


def find_for_link() -> Path | None:
    return recent_profiles.find_for_link(lambda folder: (folder / "profile.json").exists())


def listed() -> Path:
    return recent_profiles.user_paths().profile / "recent_profiles.json"


def test_with_the_usual_profile_alone_nothing_is_written() -> None:
    remember(None)
    assert find_for_link() is None
    assert not listed().exists()


def test_where_none_runs_the_connected_one_that_was_opened_last_is_started(tmp_path: Path, connected: Make) -> None:
    first, second, empty = connected("first"), connected("second"), tmp_path / "empty"
    for profile in (first, second, empty):
        remember(profile)
    assert find_for_link() == second
    remember(first)
    assert find_for_link() == first
    (first / "profile.json").unlink()
    assert find_for_link() == second
    (second / "profile.json").unlink()
    assert find_for_link() is None
    if os.name == "posix":
        assert listed().stat().st_mode & 0o077 == 0


def test_one_that_runs_comes_before_others(qapp, connected: Make) -> None:
    usual, mine, other = recent_profiles.user_paths().profile, connected("mine"), connected("other")
    for profile in (None, mine, other):
        remember(profile)
    running = SingleInstance(mine)
    assert running.acquire()
    assert find_for_link() == mine
    usually = SingleInstance(usual)
    assert usually.acquire()
    assert find_for_link() == mine
    remember(None)
    assert find_for_link() is None
    usually.release()
    assert find_for_link() == mine
    # After a crash its address is still there, and nobody has the lock.
    running.release()
    (mine / "running").write_text("nobody")
    assert find_for_link() == other


@pytest.mark.parametrize("content", ["", "{}", "[1, null]", "\x00", '"text"'])
def test_a_damaged_list_is_an_empty_one(content: str, connected: Make) -> None:
    remember(connected("before"))
    listed().write_text(content)
    assert find_for_link() is None
    remember(mine := connected("mine"))
    assert find_for_link() == mine


def test_it_does_not_grow(tmp_path: Path) -> None:
    for number in range(2 * MOST):
        remember(tmp_path / str(number))
    assert len(recent_profiles._load()) == MOST + 1


def test_where_it_cannot_be_written_the_program_starts_all_the_same(connected: Make) -> None:
    listed().mkdir(parents=True)
    remember(connected("mine"))
    assert find_for_link() is None
