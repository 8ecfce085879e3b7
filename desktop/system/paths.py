"""Paths: where this system keeps a program's profile, cache and logs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True, slots=True)
class Paths:
    """profile: what must survive. cache: what the providers can give again. logs: no message contents."""

    profile: Path
    cache: Path
    logs: Path


def make_private(folder: Path) -> None:
    """For this user alone, with all folders above it that are not there yet. Raises OSError.

    Windows has no such rights on a folder: what lies in a user's own AppData nobody else may read as it is.
    """
    make_folder(folder)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def make_folder(folder: Path) -> None:
    """What is missing of it is made for this user alone; one that is there keeps its rights: it may be somebody's home
    or desktop. Raises OSError."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def make_private_file(file: Path) -> None:
    """An empty one for this user alone where there is none, before anybody writes into it. Raises OSError."""
    file.touch(mode=0o600)
    file.chmod(0o600)


def user_paths(program: str = "Reachline") -> Paths:
    """By the system's custom; creates nothing."""
    folders = PlatformDirs(program, appauthor=False)
    return Paths(folders.user_data_path, folders.user_cache_path, folders.user_log_path)
