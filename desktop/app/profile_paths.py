"""Where the profile lies that the command line names; known before anything of the program is imported."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.system.paths import Paths, user_paths

PROFILE_FILE, SETTINGS_FILE = "profile.json", "settings.ini"
"""The first is `desktop.system.profile`'s, which takes long to import."""


def program_name(options: argparse.Namespace) -> str:
    """The sandbox and a profile of one's own keep everything apart from the user's own profile."""
    return "Reachline" if options.sandbox_urls is None else "Reachline sandbox"


def profile_paths(options: argparse.Namespace) -> Paths:
    """options: profile and sandbox_urls, each a path or None. Creates no folder."""
    if options.profile is None:
        return user_paths(program_name(options))
    folder = options.profile.expanduser().absolute()
    return Paths(folder, folder / "cache", folder / "logs")


def has_workspace(profile: Path) -> bool:
    """Whether a profile surely has a workspace, so that an inbox will be shown; the file is not checked."""
    try:
        return b'"workspace_id"' in (profile / PROFILE_FILE).read_bytes()
    except OSError:
        return False
