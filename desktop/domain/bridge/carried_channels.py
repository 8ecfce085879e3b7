"""The channels that Octopods offers."""

from __future__ import annotations

from desktop.domain.model.facts import ChannelKind

CARRIED = (
    ChannelKind.WHATSAPP,
    ChannelKind.TELEGRAM,
    ChannelKind.SMS,
    ChannelKind.VIBER,
    ChannelKind.FACEBOOK,
    ChannelKind.INSTAGRAM,
    ChannelKind.LINE,
    ChannelKind.WECHAT,
    ChannelKind.TWITTER,
)
"""Channels that Octopods offers (docs.octopods.io, article 4594962)."""
