"""Shared ground of the app's tests: a sandbox, a keyring of the test's own, and the profile of a new user."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from closing import closing_ends_the_program
from fake_keyrings import FakeKeyring, use_fake_keyring

from desktop.app.profile_context import ProfileContext
from desktop.sandbox.server import Sandbox
from desktop.system import recent_profiles
from desktop.system.paths import Paths


@pytest.fixture(autouse=True)
def usual_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of profiles is not remembered in the user's own."""
    usual = tmp_path / "usual"
    monkeypatch.setattr(recent_profiles, "user_paths", lambda: Paths(usual, usual / "cache", usual / "logs"))


@pytest.fixture
def ring() -> Iterator[FakeKeyring]:
    with use_fake_keyring() as ring:
        yield ring


@pytest.fixture
def served() -> Iterator[Sandbox]:
    with Sandbox.start(demo_story=True) as sandbox:
        yield sandbox


@pytest.fixture
def urls_file(served: Sandbox, tmp_path: Path) -> Path:
    file = tmp_path / "urls.json"
    file.write_text(json.dumps(served.urls))
    return file


@pytest.fixture
def home(urls_file: Path, tmp_path: Path, ring: FakeKeyring) -> Callable[[], ProfileContext]:
    """The profile of one user; a new start each time."""
    closing_ends_the_program(tmp_path / "profile")
    return lambda: ProfileContext.of(argparse.Namespace(profile=tmp_path / "profile", sandbox_urls=urls_file))
