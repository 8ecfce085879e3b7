"""Profile file: which workspaces and channel accounts this user has, as JSON. No secret is ever in it."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.ports.accounts import ProfileUnreadable
from desktop.system.paths import make_folder

log = logging.getLogger(__name__)

NAME = "profile.json"


class JsonProfileBook:
    """Implements `ports.ProfileStore` in one folder, which `save` makes. Queries and writes on a thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._may_replace = True

    async def load(self) -> Profile:
        """Raises ProfileUnreadable for a file that is no profile, after it was put aside; OSError for one that cannot
        be read at all. Single entries that make no sense, say of a newer Reachline, are left out; then `save` puts the
        old file aside too."""
        return await asyncio.to_thread(self._load)

    async def save(self, profile: Profile) -> None:
        """All or nothing, readable by this user alone. Raises OSError."""
        await asyncio.to_thread(self._save, profile)

    def _load(self) -> Profile:
        # Until it is read it is not replaced: what we do not understand is somebody's all the same.
        self._may_replace = False
        try:
            written = self._path.read_bytes()
        except FileNotFoundError:
            self._may_replace = True
            return Profile()
        try:
            found = msgspec.json.decode(written, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            aside = self._put_aside()
            raise ProfileUnreadable(
                f"What Reachline remembered of your accounts could not be read. The file is kept as {aside.name}; "
                "add your accounts again."
            ) from None
        profile, self._may_replace = _read(found)
        if not self._may_replace:
            log.warning("some entries of the profile make no sense here and were left out")
        return profile

    def _save(self, profile: Profile) -> None:
        folder = self._path.parent
        make_folder(folder)
        if not self._may_replace and self._path.exists():
            self._put_aside()
        self._may_replace = True
        # Made for this user alone, in the same folder so that taking the old one's place is one step.
        handle, name = tempfile.mkstemp(dir=folder, prefix=f"{NAME}.", suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(_written(profile)), indent=2))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(folder)

    def _put_aside(self) -> Path:
        """Under the first free name."""
        number = 1
        while (aside := self._path.with_name(f"profile-unreadable-{number}.json")).exists():
            number += 1
        return self._path.rename(aside)


def _sync_folder(folder: Path) -> None:
    """The new name outlives a power cut too; Windows cannot open folders and needs no such step."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- as JSON ---------------------------------------------------------------------------------------------------------


def _written(profile: Profile) -> dict[str, Any]:
    return {
        "current": _plain(profile.current),
        "workspaces": [
            {
                "workspace_id": _plain(workspace.workspace_id),
                "name": _plain(workspace.name),
                "region": _plain(workspace.region),
                "owner": _plain(workspace.owner),
                "channels": [_written_channel(channel) for channel in workspace.channels],
            }
            for workspace in profile.workspaces
        ],
    }


def _plain(text: str) -> str:
    """Halves of a cut emoji cannot be written."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _written_channel(config: ChannelConfig) -> dict[str, Any]:
    return {
        "provider": config.provider.value,
        "channel": config.channel.value,
        "sender": _plain(config.sender),
        "name": _plain(config.name),
        "address": _plain(config.address),
        "ids": {_plain(key): _plain(value) for key, value in config.ids.items()},
        "carries_bridge": config.carries_bridge,
    }


def _read(found: Mapping[str, Any]) -> tuple[Profile, bool]:
    """The profile, and whether every entry was understood."""
    listed = list(_objects(found.get("workspaces")))
    workspaces = tuple(w for raw in listed if (w := _workspace(raw)) is not None)
    named = [raw for raw in listed for raw in _objects(raw.get("channels"))]
    understood = len(workspaces) == len(listed) and sum(len(w.channels) for w in workspaces) == len(named)
    current = _text(found.get("current"))
    if current not in {w.workspace_id for w in workspaces}:
        current = workspaces[0].workspace_id if workspaces else ""
    return Profile(workspaces, current), understood and _is_list(found.get("workspaces"))


def _workspace(raw: Mapping[str, Any]) -> WorkspaceConfig | None:
    ident = _text(raw.get("workspace_id"))
    channels = tuple(c for one in _objects(raw.get("channels")) if (c := _channel(one)) is not None)
    if not ident:
        return None
    return WorkspaceConfig(ident, _text(raw.get("name")), _text(raw.get("region")), _text(raw.get("owner")), channels)


def _channel(raw: Mapping[str, Any]) -> ChannelConfig | None:
    try:
        provider, channel = Provider(_text(raw.get("provider"))), ChannelKind(_text(raw.get("channel")))
    except ValueError:
        return None
    sender, ids = _text(raw.get("sender")), raw.get("ids")
    if not sender:
        return None
    return ChannelConfig(
        provider,
        channel,
        sender,
        _text(raw.get("name")),
        _text(raw.get("address")),
        {key: _text(value) for key, value in ids.items()} if isinstance(ids, dict) else {},
        raw.get("carries_bridge") is True,
    )


def _objects(raw: object) -> Iterator[Mapping[str, Any]]:
    """Entries of a list; one that is no object counts as an empty one, so that it is missed."""
    if isinstance(raw, list):
        yield from (one if isinstance(one, dict) else {} for one in raw)


def _is_list(raw: object) -> bool:
    return raw is None or isinstance(raw, list)


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) else ""
