"""Paths: where this system keeps a program's profile, cache and logs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs


@dataclass(frozen=True, slots=True)
class Paths:
    """profile: what must survive. cache: what the providers can give again. logs: no message contents."""

    profile: Path
    cache: Path
    logs: Path

    def make(self) -> None:
        """Creates what is missing, readable by this user only. Raises OSError."""
        for folder in (self.profile, self.cache, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def user_paths(program: str = "Reachline") -> Paths:
    """By the system's custom; creates nothing."""
    folders = PlatformDirs(program, appauthor=False)
    return Paths(folders.user_data_path, folders.user_cache_path, folders.user_log_path)
