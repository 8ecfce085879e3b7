"""Accounts at the channels' own providers: which they are and what each can do."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen


class Provider(StrEnum):
    """The company whose API a direct account uses."""

    OCTOPODS = "octopods"
    WHATSAPP = "whatsapp"
    DIALOG360 = "360dialog"
    TWILIO = "twilio"
    TELEGRAM = "telegram"

    @property
    def display_name(self) -> str:
        """The name that people know."""
        return _PROVIDERS[self][0]

    @property
    def poll_budget(self) -> tuple[int, float]:
        """How many calls all background work together may make with one account, within how many seconds."""
        return _PROVIDERS[self][1]


_MINUTE_S, _HOUR_S = 60.0, 3600.0
# Graph lets an account without much traffic manage 200 times an hour and app (Meta, "Business use case rate limits");
# Twilio and Octopods publish no number and ask for modest polling. All read 2026-11-22; other programs share them.
_PROVIDERS = {
    Provider.OCTOPODS: ("Octopods", (30, _MINUTE_S)),
    Provider.WHATSAPP: ("WhatsApp", (60, _HOUR_S)),
    Provider.DIALOG360: ("360dialog", (60, _HOUR_S)),
    Provider.TWILIO: ("Twilio", (15, _MINUTE_S)),
    Provider.TELEGRAM: ("Telegram", (30, _MINUTE_S)),
}


@frozen
class ChannelKey:
    """Identifies one of our senders.

    sender: names it at the provider and is no secret (`+E.164`, phone number id, bot id).
    """

    provider: Provider
    channel: ChannelKind
    sender: str


@frozen
class Capabilities:
    """What an account can do, so that no code needs to ask which provider it is.

    needs_window: free text arrives only while the customer's window is open; sent later, it is often accepted and then
        fails, so that only the computed window guards against it.
    reports_status: delivery reports can be read; may become False once the provider has shown that it has none.
    can_look_up_sent: a message can be looked up after the answer to its send was lost.
    opens_conversations: the provider can begin a conversation at Intercom with a message.
    max_text: of a free text, in code points. max_caption: of the text beside a file, in code points.
    max_file_bytes: 0 where files cannot be sent.
    reactions: the emoji that are offered to react to a message with; empty where none can be sent.
    """

    sends_free_text: bool = False
    needs_window: bool = False
    has_templates: bool = False
    lists_messages: bool = False
    reports_status: bool = False
    can_look_up_sent: bool = False
    opens_conversations: bool = False
    max_text: int = 0
    max_caption: int = 0
    max_file_bytes: int = 0
    reactions: tuple[str, ...] = ()
