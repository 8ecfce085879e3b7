"""The profile file: which workspaces and channel accounts this user has, as JSON. It never holds a secret."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.ports.accounts import ProfileUnreadable
from desktop.ports.translation import TranslationConfig
from desktop.system.paths import make_folder

T = TypeVar("T")
log = logging.getLogger(__name__)

NAME = "profile.json"


class _StoredWorkspace(msgspec.Struct):
    workspace_id: Annotated[str, msgspec.Meta(min_length=1)]
    name: str = ""
    region: str = ""
    owner: str = ""
    channels: list[msgspec.Raw] = []
    team: str = ""
    translation: msgspec.Raw = msgspec.Raw(b"null")


class _StoredProfile(msgspec.Struct):
    """The entries of its lists are decoded one by one, so that one of a newer version does not hide the others."""

    current: str = ""
    workspaces: list[msgspec.Raw] = []


class JsonProfileBook:
    """Implements `ports.ProfileStore` with a file in one folder, which `save` creates. Reads and writes on a thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._can_overwrite = True

    async def load(self) -> Profile:
        """Raises ProfileUnreadable for a file that is no profile, after it was moved aside; OSError for one that cannot
        be read at all. Entries that cannot be decoded, say of a newer version, are left out; then `save` moves the old
        file aside too."""
        return await asyncio.to_thread(self._load)

    async def save(self, profile: Profile) -> None:
        """Replaces the file in one step, readable by this user alone. Raises OSError."""
        await asyncio.to_thread(self._save, profile)

    def _load(self) -> Profile:
        # Not before it is read: what this version does not understand may be of use to another.
        self._can_overwrite = False
        try:
            written = self._path.read_bytes()
        except FileNotFoundError:
            self._can_overwrite = True
            return Profile()
        try:
            stored = msgspec.json.decode(written, type=_StoredProfile)
        except (msgspec.DecodeError, RecursionError):
            aside = self._move_aside()
            raise ProfileUnreadable(aside.name) from None
        profile, self._can_overwrite = _profile(stored)
        if not self._can_overwrite:
            log.warning("some entries of the profile make no sense here and were left out")
        return profile

    def _save(self, profile: Profile) -> None:
        folder = self._path.parent
        make_folder(folder)
        if not self._can_overwrite and self._path.exists():
            self._move_aside()
        self._can_overwrite = True
        # Made for this user alone, in the same folder so that taking the old one's place is one step.
        handle, name = tempfile.mkstemp(dir=folder, prefix=f"{NAME}.", suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                # Half surrogate pairs, as of a cut emoji, cannot be written.
                text = json.dumps(msgspec.to_builtins(profile), indent=2, ensure_ascii=False)
                file.write(text.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(folder)

    def _move_aside(self) -> Path:
        """Rename the file to the first free name; returns that."""
        number = 1
        while (aside := self._path.with_name(f"profile-unreadable-{number}.json")).exists():
            number += 1
        return self._path.rename(aside)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut. Windows cannot open folders and needs no such step."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _profile(stored: _StoredProfile) -> tuple[Profile, bool]:
    """The profile, and whether every entry could be decoded."""
    is_complete = True
    workspaces = []
    for entry in _decoded(stored.workspaces, _StoredWorkspace):
        channels = tuple(c for c in _decoded(entry.channels, ChannelConfig) if c.sender)
        is_complete &= len(channels) == len(entry.channels)
        translation = next(iter(_decoded([entry.translation], TranslationConfig)), None)
        is_complete &= translation is not None or bytes(entry.translation) == b"null"
        workspaces.append(
            WorkspaceConfig(
                entry.workspace_id, entry.name, entry.region, entry.owner, channels, entry.team, translation
            )
        )
    is_complete &= len(workspaces) == len(stored.workspaces)
    ids = [workspace.workspace_id for workspace in workspaces]
    current = stored.current if stored.current in ids else next(iter(ids), "")
    return Profile(tuple(workspaces), current), is_complete


def _decoded(entries: Iterable[msgspec.Raw], of: type[T]) -> list[T]:
    """Leaves out what cannot be decoded."""
    decoded = []
    for entry in entries:
        try:
            decoded.append(msgspec.json.decode(entry, type=of))
        except msgspec.DecodeError:
            continue
    return decoded
