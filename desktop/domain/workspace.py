"""What we hold to be true of one workspace: bridge codes, tags, relay, margins. All of it learnt or editable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from desktop.domain.facts import ChannelKind, Conversation

# Octopods' tag names for each channel (docs.octopods.io, article 4594962). Workspaces may rename them; the tag of
# the WhatsApp Cloud API is not documented: we assume "whatsapp".
BRIDGE_TAGS: Mapping[str, ChannelKind] = {
    "whatsapp": ChannelKind.WHATSAPP,
    "twilio_whatsapp": ChannelKind.WHATSAPP,
    "messagebird_whatsapp": ChannelKind.WHATSAPP,
    "twilio": ChannelKind.SMS,
    "nexmo": ChannelKind.SMS,
    "textmagic": ChannelKind.SMS,
    "messagebird": ChannelKind.SMS,
    "africas": ChannelKind.SMS,
    "telegram": ChannelKind.TELEGRAM,
    "line": ChannelKind.LINE,
    "wechat": ChannelKind.WECHAT,
    "viber": ChannelKind.VIBER,
    # Octopods' "messenger" is Facebook's, not Intercom's.
    "messenger": ChannelKind.FACEBOOK,
    "instagram": ChannelKind.INSTAGRAM,
    "twitter": ChannelKind.TWITTER,
}

# Words of a bridge's failure notice. Octopods shows its own only as a picture, so these are guesses from its API's
# documented failure reasons and the providers' codes; they are a setting.
NOTICE_PATTERNS = (
    r"24[\s-]*(hours?|hrs?|h)\b",
    r"customer (service|care) window",
    r"messaging window",
    r"session (has )?expired",
    r"re-?engagement",
    r"template message",
    r"\b131047\b",
    r"\b63016\b",
    r"\b470\b",
    r"could(n[\'’]?t| not) be (sent|delivered)",
    r"failed to (send|deliver)",
    r"was(n[\'’]?t| not) (sent|delivered)",
    r"not a (valid )?whatsapp user",
    r"octopods",
)


class Relay(StrEnum):
    """Whether the bridge forwards replies made by our token. Not documented, so it starts unproven."""

    UNPROVEN = "unproven"
    PROVEN = "proven"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Pin:
    """A person's word on what a conversation mirrors; `channel` None means: nothing, it is the Messenger's own."""

    channel: ChannelKind | None


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace as far as decisions need it.

    bridge_codes: package codes of the bridge. own_codes: package codes of our own token.
    pins: by conversation id.
    notice_patterns: regular expressions, searched case-insensitively in what may be a bridge's failure notice.
    margin: windows close this much early, because the bridge posts later than the channel received.
    closing_threshold: an open window with less left is *closing*.
    numbers: our numbers that a bridge's contact attribute was ever seen to hold, by its name, where it held several.
    """

    bridge_codes: frozenset[str] = frozenset()
    own_codes: frozenset[str] = frozenset()
    bridge_tags: Mapping[str, ChannelKind] = field(default_factory=lambda: dict(BRIDGE_TAGS))
    bridge_attribute_prefix: str = "octopods_"
    relay: Mapping[ChannelKind, Relay] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    notice_patterns: tuple[str, ...] = NOTICE_PATTERNS
    margin: timedelta = timedelta(seconds=120)
    closing_threshold: timedelta = timedelta(minutes=60)
    signed_in: bool = True
    numbers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def relay_of(self, channel: ChannelKind) -> Relay:
        return self.relay.get(channel, Relay.UNPROVEN)

    def channel_of_tag(self, tags: Iterable[str]) -> ChannelKind | None:
        """Channel named by a bridge's tag among `tags`, whole names, any case. None if there is none, or if two
        tags name two channels: then the tags settle nothing."""
        named = {self.bridge_tags[tag] for tag in (t.strip().casefold() for t in tags) if tag in self.bridge_tags}
        return named.pop() if len(named) == 1 else None


def code_histogram(conversations: Iterable[Conversation], workspace: Workspace) -> Counter[str]:
    """How often each app code made a customer's message in a conversation that bears a bridge's tag.

    The bridge's code is not published: the agent sees these counts and may overrule what `learn_codes` takes.
    """
    counts: Counter[str] = Counter()
    for conversation in conversations:
        if workspace.channel_of_tag(conversation.tags) is not None:
            counts.update(e.app_code for e in conversation.entries if e.is_customer_message and e.app_code is not None)
    for own in workspace.own_codes:
        counts.pop(own, None)
    return counts


def learn_codes(histogram: Counter[str]) -> frozenset[str]:
    """The most frequent code; none where there is nothing to learn from. Ties go to the first in alphabet."""
    if not histogram:
        return frozenset()
    most = max(histogram.values())
    return frozenset({min(code for code, count in histogram.items() if count == most)})
