"""The channels that Octopods offers, and the question which of them are used."""

from __future__ import annotations

from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import Text

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

QUESTION_KNOWN = Text("Which channels do you use with Octopods? Messages here don't say where they come from.")
QUESTION_UNKNOWN = Text("Do you use Octopods? If so, for which channels?")
