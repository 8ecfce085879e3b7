"""Pure functions that return a changed profile: with a workspace or channel account added, replaced or removed."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.ports.translation import TranslationConfig

_CHANNELS = {ChannelKind.WHATSAPP: "WhatsApp", ChannelKind.SMS: "SMS"}
_OF_SEVERAL_CHANNELS = (Provider.OCTOPODS, Provider.TWILIO)


def channel_key(config: ChannelConfig) -> ChannelKey:
    """The key of the channel account that `config` describes."""
    return ChannelKey(config.provider, config.channel, config.sender)


def account_title(config: ChannelConfig) -> str:
    """The account by names alone: `Twilio SMS · +353…`."""
    channel = _CHANNELS.get(config.channel, "") if config.provider in _OF_SEVERAL_CHANNELS else ""
    provider = f"{config.provider.display_name} {channel}".strip()
    return f"{provider} · {config.address or config.name or config.sender}"


def find_workspace(profile: Profile, workspace_id: str) -> WorkspaceConfig | None:
    """None for a workspace that is not in the profile."""
    return next((w for w in profile.workspaces if w.workspace_id == workspace_id), None)


def with_workspace(profile: Profile, workspace: WorkspaceConfig) -> Profile:
    """A known workspace keeps its place, its channel and translation accounts and its team; a new one comes last."""
    existing = find_workspace(profile, workspace.workspace_id)
    if existing is None:
        return replace(profile, workspaces=(*profile.workspaces, workspace))
    kept = replace(workspace, channels=existing.channels, team=existing.team, translation=existing.translation)
    return _replaced(profile, kept)


def without_workspace(profile: Profile, workspace_id: str) -> Profile:
    """If it was the current one, the first of the others becomes that."""
    left = tuple(w for w in profile.workspaces if w.workspace_id != workspace_id)
    current = profile.current if profile.current != workspace_id else (left[0].workspace_id if left else "")
    return Profile(left, current)


def with_channel(profile: Profile, workspace_id: str, config: ChannelConfig) -> Profile:
    """Replaces one with the same sender, or comes last."""
    workspace = find_workspace(profile, workspace_id)
    if workspace is None:
        return profile
    if any(channel_key(c) == channel_key(config) for c in workspace.channels):
        channels = tuple(config if channel_key(c) == channel_key(config) else c for c in workspace.channels)
    else:
        channels = (*workspace.channels, config)
    return _replaced(profile, replace(workspace, channels=channels))


def without_channel(profile: Profile, workspace_id: str, config: ChannelConfig) -> Profile:
    """Removes the channel account with the same key."""
    workspace = find_workspace(profile, workspace_id)
    if workspace is None:
        return profile
    channels = tuple(c for c in workspace.channels if channel_key(c) != channel_key(config))
    return _replaced(profile, replace(workspace, channels=channels))


def with_team(profile: Profile, workspace_id: str, agent: str) -> Profile:
    """agent: this computer's name in the team; "" for none."""
    workspace = find_workspace(profile, workspace_id)
    return profile if workspace is None else _replaced(profile, replace(workspace, team=agent))


def with_translation(profile: Profile, workspace_id: str, config: TranslationConfig | None) -> Profile:
    """config: None for no account."""
    workspace = find_workspace(profile, workspace_id)
    return profile if workspace is None else _replaced(profile, replace(workspace, translation=config))


def _replaced(profile: Profile, workspace: WorkspaceConfig) -> Profile:
    same = workspace.workspace_id
    return replace(profile, workspaces=tuple(workspace if w.workspace_id == same else w for w in profile.workspaces))
