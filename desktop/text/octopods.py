"""The channels that Octopods offers, and the question which of them it carries."""

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

QUESTION_KNOWN = "Which channels does Octopods carry for you? Messages here don't say where they come from."
QUESTION_UNKNOWN = "Do you use Octopods, and for which channels?"
