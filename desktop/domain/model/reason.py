"""Reasons as codes with parameters. `desktop.text.reasons` turns them into sentences."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from desktop.domain.model.frozen import frozen


class ReasonCode(StrEnum):
    """One code for each way a decision can come about. In comments: its parameters."""

    # Origin of a message.
    PERSON_SAID_MESSAGE = "person_said_message"  # {channel}
    PERSON_SAID_CONVERSATION = "person_said_conversation"  # {channel}
    OWN_APP = "own_app"
    OTHER_APP = "other_app"  # {code}
    BRIDGE_TAGGED_MESSAGE = "bridge_tagged_message"  # {code, channel}
    BRIDGE_TAGGED = "bridge_tagged"  # {code, channel}
    BRIDGE_TAGGED_WEAKLY = "bridge_tagged_weakly"  # {code, channel}
    BRIDGE_ONLY_CHANNEL = "bridge_only_channel"  # {code, channel}
    BRIDGE_ATTRIBUTE_THEN = "bridge_attribute_then"  # {code, channel}
    BRIDGE_ATTRIBUTE_NOW = "bridge_attribute_now"  # {code, channel}
    BRIDGE_CHANNEL_UNKNOWN = "bridge_channel_unknown"  # {code}
    EMAIL_HEADERS = "email_headers"
    EMAIL_CONVERSATION = "email_conversation"
    EMAIL_WITHOUT_HEADERS = "email_without_headers"
    NATIVE_FIRST = "native_first"  # {channel}
    NATIVE = "native"  # {channel}
    NATIVE_DESPITE_MESSENGER = "native_despite_messenger"  # {channel}
    NATIVE_MOVED = "native_moved"  # {born_on, current}
    PHONE_CALL = "phone_call"
    WEB_PAGE = "web_page"
    TAG = "tag"  # {channel}
    TAG_LATE = "tag_late"  # {channel}
    TAG_UNDATED = "tag_undated"  # {channel}
    TAG_DESPITE_MESSENGER = "tag_despite_messenger"  # {channel}
    TAG_BY_HAND = "tag_by_hand"  # {channel}
    BRIDGE_FOLLOWS = "bridge_follows"  # {channel}
    FIRST_UNKNOWN = "first_unknown"
    MESSENGER_SIGHTING = "messenger_sighting"
    NOT_BY_CUSTOMER = "not_by_customer"
    NO_BRIDGE_TAG = "no_bridge_tag"
    NO_BRIDGE = "no_bridge"
    TYPED_IN_MESSENGER = "typed_in_messenger"  # {client}
    CODE_NOT_REPORTED = "code_not_reported"
    NOTHING_KNOWN = "nothing_known"
    # Mapping of a conversation, beside some of the above.
    NATIVE_CONVERSATION = "native_conversation"  # {channel}
    BRIDGE_NOTICE = "bridge_notice"  # {channel}
    UNKNOWN_APP = "unknown_app"  # {code}
    BRIDGE_KNOWS_CONTACT = "bridge_knows_contact"
    BRIDGE_POSSIBLE = "bridge_possible"
    TAGS_CONTRADICT = "tags_contradict"
    # Doubts about a window.
    MAY_BE_FROM_CHANNEL = "may_be_from_channel"
    OLDER_MESSAGES_MISSING = "older_messages_missing"
    REACTION = "reaction"
    OTHER_NUMBER_POSSIBLE = "other_number_possible"
    NUMBER_CHANGED = "number_changed"
    HUMAN_AGENT_POSSIBLE = "human_agent_possible"
    LISTED_ONLY = "listed_only"
    NOT_VISIBLE_HERE = "not_visible_here"


@frozen
class Reason:
    """A code with parameters: pairs in alphabetical order.

    code: a member of the `StrEnum` of some layer, or its text where it was stored.
    params: the values are provider's words, names, numbers and channel words as text, or reasons themselves; `channel`
        is the value of a `ChannelKind`, `at` a time in UTC as ISO 8601, `count` a whole number.
    """

    code: str = ""
    params: tuple[tuple[str, str | Reason], ...] = ()

    @property
    def values(self) -> Mapping[str, str | Reason]:
        """The parameters by name."""
        return dict(self.params)

    def __bool__(self) -> bool:
        return bool(self.code)


NO_REASON = Reason()


STORED_TEXT = "stored_text"
"""Code of a sentence, {text}, that a version before 7 of the database stored as it was."""

JOINED = "joined"
"""Code of a reason whose parameters are reasons that stand one after the other, as whole sentences."""


def make_reason(reason: str, /, **params: object) -> Reason:
    """Make a reason; parameters other than reasons are stored as text, by name."""
    pairs = ((name, value if isinstance(value, Reason) else str(value)) for name, value in params.items())
    return Reason(reason, tuple(sorted(pairs, key=lambda pair: pair[0])))


def join_reasons(*reasons: Reason) -> Reason:
    """One reason for several, each said once; those that say nothing are left out."""
    said = [reason for reason in dict.fromkeys(reasons) if reason]
    if len(said) < 2:
        return said[0] if said else NO_REASON
    return Reason(JOINED, tuple((f"{n:02}", reason) for n, reason in enumerate(said)))
