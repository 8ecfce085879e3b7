"""What is held to be true of one Intercom workspace. All of it is learnt or editable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from desktop.domain.model.facts import ChannelKind, MessageKey
from desktop.domain.model.frozen import frozen

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

# Patterns of a bridge's failure notices. Octopods documents its own only as a picture, so these are guesses from its
# API's documented failure reasons and the providers' codes; they are a setting. What a notice says went wrong is
# decided by the patterns of `domain/bridge/notice.py`.
NOTICE_PATTERNS = (
    r"\b24[\s-]*(hours?|hrs?|h)\b",
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


# Notes with which a bridge reports a success. Not published; guesses in the languages of Octopods' customers.
SUCCESS_PATTERNS = (
    r"template( message)? (was |has been )?(successfully )?sent",
    r"sent successfully|successfully (sent|delivered)|was delivered to",
    r"plantilla (de mensaje )?(se ha |fue |ha sido )?enviad[ao]|(enviad|entregad)[ao] (correctamente|con éxito)",
    r"modelo (de mensagem )?(foi )?enviado|(enviad|entregue)[ao]? com sucesso",
    r"vorlage (wurde )?(erfolgreich )?(gesendet|versendet|verschickt)|erfolgreich (gesendet|versendet|zugestellt)",
    r"mod[eè]le (de message )?(a (bien )?[eé]t[eé] )?envoy[eé]|(envoy[eé]|remis)e? avec succ[eè]s",
    r"a bien [eé]t[eé] (envoy[eé]|remis)",
    r"(إرسال|تسليم).{0,60}بنجاح|تم إرسال (رسالة )?القالب",
)

# Lines that a bridge posts in the customer's name that are no messages: reactions, edits, deletions.
NON_MESSAGE_PATTERNS = (
    r"^\W*reacted\b|removed (a|the|their) reaction\b",
    r"^\W*(edited|deleted|unsent|removed)( (a|this|the|their) message\b|\s*:|\W*$)",
    r"^\W*(this|the|a) message (was|has been) (deleted|edited|unsent|removed)\b",
    r"^\W*reaccion[oó]\b|^\W*(edit[oó]|elimin[oó]|borr[oó]) (un|este|el) mensaje\b",
    r"^\W*((este|el) )?mensaje ((fue|ha sido|se ha) )?(eliminado|editado|borrado)\b",
    r"^\W*reagiu\b|^\W*(editou|apagou|excluiu) (uma|esta|a) mensagem\b",
    r"^\W*((esta|a) )?mensagem (foi )?(apagada|editada|exclu[ií]da)\b",
    r"^\W*hat .{0,40}reagiert\b|^\W*hat (eine|diese|die) nachricht (bearbeitet|gel[oö]scht|entfernt)\b",
    r"^\W*((diese|die) )?nachricht (wurde )?(bearbeitet|gel[oö]scht|entfernt)\b",
    r"^\W*a r[eé]agi\b|^\W*a (modifi[eé]|supprim[eé]) (un|ce|le) message\b",
    r"^\W*((ce|le) )?message (a [eé]t[eé] )?(modifi[eé]|supprim[eé])",
    r"^\W*تفاعل|^\W*(عد[ّ]?ل|حذف) (هذه )?(ال)?رسالة|تم (حذف|تعديل) (هذه )?الرسالة",
)

# Lines in which a bridge reports that the customer has a new number: older messages came from the old one.
NEW_NUMBER_PATTERNS = (
    r"changed (their|the|his|her) (phone )?number\b|number (was|has been) changed\b",
    r"cambi[oó] (su|de) n[uú]mero\b|mudou (de|o) n[uú]mero\b|a chang[eé] de num[eé]ro\b",
    r"hat (eine neue|die) (telefon|handy)?nummer\b|غي[ّ]?ر .{0,60}رقم",
)


class Relay(StrEnum):
    """Whether the bridge forwards replies made with our token. Not documented, so it starts unproven."""

    UNPROVEN = "unproven"
    PROVEN = "proven"
    REFUSED = "refused"


class Tagging(StrEnum):
    """Whether the bridge's conversations have its tag.

    `ESTABLISHED`: at least twenty are known and all were tagged in time. `PARTIAL`: at least one was not.
    """

    UNKNOWN = "unknown"
    ESTABLISHED = "established"
    PARTIAL = "partial"


@frozen
class Pin:
    """A person's statement of what a conversation mirrors; `channel` None: nothing, it is the Messenger's own."""

    channel: ChannelKind | None


@frozen
class Workspace:
    """One workspace as far as decisions need it.

    bridge_codes: package codes of the bridge. unconfirmed_codes: those of them that were learnt and not confirmed by a
        person. own_codes: package codes of our own token. other_codes: of apps that a person said are no bridge.
    bridge_channels: what the bridge carries, by a person's statement; None without one. Empty: there is no bridge.
    bridge_expected: False once the first sync has ended without any trace of a bridge; True before and when known.
    bridge_taggers: admins in whose name the bridge tags, by a person's statement; then no other tag is the bridge's.
    other_taggers: admins who put a channel's tag on a conversation that surely mirrors nothing.
    pins: statements on conversations, by id. message_channels: on single messages.
    notice_patterns, success_patterns, non_message_patterns, new_number_patterns: regular expressions, searched
        case-insensitively in what the bridge wrote: failures, successes, lines that are no message of the customer, and
        lines that report a new number.
    notice_authors: admins in whose name, by a person's statement, only the bridge writes notes.
    idle_notes: `notice.note_fingerprint` of notes that the bridge also wrote where no reply preceded them.
    margin: bridged windows close this much early, because the bridge posts later than the channel received.
    bridge_delay: the longest such delay seen in the last seven days. row_margin: for a provider's own times.
    tag_delay: a bridge's tag is put on at most this long after the conversation's creation.
    closing_threshold: an open window with less time left is *closing*.
    numbers: our numbers that a bridge's contact attribute was ever seen to hold, by its name, where it held several.
    several_numbers: channels on which some customer's chats show that the bridge has more than one number.
    """

    bridge_codes: frozenset[str] = frozenset()
    unconfirmed_codes: frozenset[str] = frozenset()
    own_codes: frozenset[str] = frozenset()
    other_codes: frozenset[str] = frozenset()
    bridge_channels: frozenset[ChannelKind] | None = None
    bridge_expected: bool = True
    bridge_tags: Mapping[str, ChannelKind] = field(default_factory=lambda: dict(BRIDGE_TAGS))
    bridge_taggers: frozenset[str] = frozenset()
    other_taggers: frozenset[str] = frozenset()
    tagging: Tagging = Tagging.UNKNOWN
    tag_delay: timedelta = timedelta(seconds=15)
    bridge_attribute_prefix: str = "octopods_"
    relay: Mapping[ChannelKind, Relay] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    message_channels: Mapping[MessageKey, ChannelKind] = field(default_factory=dict)
    notice_patterns: tuple[str, ...] = NOTICE_PATTERNS
    success_patterns: tuple[str, ...] = SUCCESS_PATTERNS
    non_message_patterns: tuple[str, ...] = NON_MESSAGE_PATTERNS
    new_number_patterns: tuple[str, ...] = NEW_NUMBER_PATTERNS
    notice_authors: frozenset[str] = frozenset()
    idle_notes: frozenset[str] = frozenset()
    margin: timedelta = timedelta(seconds=120)
    bridge_delay: timedelta = timedelta(0)
    row_margin: timedelta = timedelta(seconds=60)
    closing_threshold: timedelta = timedelta(minutes=60)
    signed_in: bool = True
    numbers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    several_numbers: frozenset[ChannelKind] = frozenset()

    def relay_of(self, channel: ChannelKind) -> Relay:
        """Whether the bridge forwards API replies on this channel."""
        return self.relay.get(channel, Relay.UNPROVEN)

    @property
    def has_bridge(self) -> bool:
        """Whether a conversation of unknown origin may mirror a chat: it may until no bridge is known to exist."""
        if self.bridge_channels is not None:
            return bool(self.bridge_channels)
        return self.bridge_expected or bool(self.bridge_codes)

    @property
    def only_bridge_channel(self) -> ChannelKind | None:
        """The one channel that the bridge carries, by a person's statement."""
        return next(iter(self.bridge_channels)) if self.bridge_channels and len(self.bridge_channels) == 1 else None

    @property
    def bridge_margin(self) -> timedelta:
        """How much early a window closes that a bridged message opened."""
        return max(self.margin, self.bridge_delay)

    def is_non_message(self, text: str) -> bool:
        """Whether the bridge's line reports a reaction, an edit, a deletion or the like."""
        return _matches(self.non_message_patterns + self.new_number_patterns, text)

    def is_new_number(self, text: str) -> bool:
        """Whether the bridge's line reports that the customer has a new number."""
        # Few lines do, and what is asked of each is kept.
        return self.is_non_message(text) and _matches(self.new_number_patterns, text)


@lru_cache(maxsize=2048)
def _matches(patterns: tuple[str, ...], text: str) -> bool:
    """Kept for the texts in use: many patterns take longer than all else that is decided of a message."""
    return _any_of_quickly(patterns).search(text) is not None


@lru_cache(maxsize=16)
def _any_of_quickly(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """As `any_of`, where it does not matter what matches: what can only begin the text is not tried at each letter."""
    every = [alternative for pattern in patterns for alternative in _alternatives(pattern)]
    anchored = any_of(tuple(a.removeprefix("^") for a in every if a.startswith("^")))
    others = any_of(tuple(a for a in every if not a.startswith("^")))
    return re.compile(f"^(?:{anchored.pattern})|{others.pattern}", re.IGNORECASE)


_BRACKET_OR_BAR = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)


def _alternatives(pattern: str) -> Iterator[str]:
    """What stands between the bars of an expression that are in no brackets."""
    start = depth = 0
    for found in _BRACKET_OR_BAR.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if found[0] == "|" and not depth:
            yield pattern[start : found.start()]
            start = found.end()
    yield pattern[start:]


@lru_cache(maxsize=16)
def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression that matches where any of these does; without patterns it matches nothing."""
    return re.compile("|".join(f"(?:{p})" for p in patterns) or r"(?!)", re.IGNORECASE)
