"""The profiles that this user opened last, among which a link finds its own: a link names none."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

from desktop.system.paths import make_folder, make_private_file, user_paths
from desktop.system.single_instance import is_running

log = logging.getLogger(__name__)

MOST = 8
USUAL = ""
"""Stands for the profile that is opened without `--profile`."""


def remember(profile: Path | None) -> None:
    """Record that a profile is opened. profile: absolute; None for the usual one. Nobody with a single profile gets a
    file.
    """
    opened = USUAL if profile is None else str(profile)
    known = _load()
    if known[0] == opened:
        return
    file = _file()
    try:
        make_folder(file.parent)
        make_private_file(file)
        file.write_text(json.dumps([opened, *(each for each in known if each != opened)][:MOST]), encoding="utf-8")
    except OSError as error:
        log.warning("the profile is not remembered for links: %s", type(error).__name__)


def find_for_link(is_connected: Callable[[Path], bool]) -> Path | None:
    """The profile in which a link opens; None for the usual one. is_connected: whether a profile has a workspace.

    Of those that run, the one that was opened last; where none runs, of those that are connected, the one that was
    opened last.
    """
    known = _load()
    running = [each for each in known if is_running(_folder(each))]
    connected = [each for each in known if is_connected(_folder(each))]
    found = next(iter([*running, *connected]), USUAL)
    return Path(found) if found else None


def _folder(profile: str) -> Path:
    return Path(profile) if profile else user_paths().profile


def _load() -> list[str]:
    """The last opened first, the usual one among them."""
    try:
        stored = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stored = []
    known = [each for each in stored if isinstance(each, str)] if isinstance(stored, list) else []
    return known if USUAL in known else [*known, USUAL]


def _file() -> Path:
    return user_paths().profile / "recent_profiles.json"
