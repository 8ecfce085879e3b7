"""The folders where this system keeps a program's profile, cache and logs."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

from desktop.domain.model.frozen import frozen

_LONGEST_ON_WINDOWS, _LONGEST_INSIDE = 259, 80
"""In characters: of a path, and of what a profile's folder adds to its own."""


@frozen
class Paths:
    """profile: what must survive. cache: what the providers can give again. logs: no text of messages."""

    profile: Path
    cache: Path
    logs: Path


def make_private(folder: Path) -> None:
    """Create the folder for this user alone, with all missing folders above it. Raises OSError.

    Windows has no such rights on a folder: nobody else may read a user's own AppData anyway.
    """
    make_folder(folder)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def make_folder(folder: Path) -> None:
    """Create what is missing of the path for this user alone; an existing folder keeps its rights: it may be somebody's
    home or desktop. Raises OSError.
    """
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def make_private_file(file: Path) -> None:
    """Create an empty file for this user alone where there is none, before anybody writes into it. Raises OSError."""
    file.touch(mode=0o600)
    file.chmod(0o600)


def is_too_long(folder: Path) -> bool:
    """Whether the files in a profile's folder would have paths that can't be opened: on Windows, unless both its
    settings and the program's own manifest allow long ones.
    """
    if sys.platform == "win32":
        is_long = len(str(folder)) + _LONGEST_INSIDE > _LONGEST_ON_WINDOWS
        return is_long and not ctypes.windll.ntdll.RtlAreLongPathsEnabled()
    else:
        return False


def user_paths(program: str = "Reachline") -> Paths:
    """The system's usual folders; creates nothing."""
    folders = PlatformDirs(program, appauthor=False)
    return Paths(folders.user_data_path, folders.user_cache_path, folders.user_log_path)
