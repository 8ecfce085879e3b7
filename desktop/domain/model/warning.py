"""Warnings shown before Send, and how much each weighs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum

from desktop.domain.model.frozen import frozen


class Verdict(IntEnum):
    """The weight of a warning, or the worst of several. Only `BLOCKED` keeps the agent from sending."""

    CLEAR = 0
    NOTICE = 1
    WARN = 2
    BLOCKED = 3

    @property
    def word(self) -> str:
        """The name in lower case, for output."""
        return self.name.lower()


class WarningCode(StrEnum):
    """What a warning is about."""

    CLOSING_SOON = "closing_soon"
    CONVERSATION_MOVED = "conversation_moved"
    RELAY_UNPROVEN = "relay_unproven"
    CUSTOMER_WORDS_MISSING_ON_CHANNEL = "customer_words_missing_on_channel"
    WINDOW_CLOSED = "window_closed"
    MESSENGER_REPLY_DID_NOT_REOPEN = "messenger_reply_did_not_reopen"
    WINDOW_UNKNOWN = "window_unknown"
    RELAY_REFUSED = "relay_refused"
    MAPPING_UNKNOWN = "mapping_unknown"
    MAPPING_WEAK = "mapping_weak"
    MESSENGER_ASSUMED = "messenger_assumed"
    CHANNEL_REFUSED_LATELY = "channel_refused_lately"
    CHANNEL_BUSY_LATELY = "channel_busy_lately"
    CUSTOMER_IS_ELSEWHERE = "customer_is_elsewhere"
    EMAIL_MAY_NOT_ARRIVE = "email_may_not_arrive"
    REACH_UNKNOWN = "reach_unknown"
    IDENTITY_BY_PHONE_ONLY = "identity_by_phone_only"
    CONTENT_MAY_NOT_RELAY = "content_may_not_relay"
    TEXT_TOO_LONG = "text_too_long"
    ATTACHMENT_REFUSED = "attachment_refused"
    NEWER_CUSTOMER_MESSAGE = "newer_customer_message"
    TEAMMATE_ANSWERED = "teammate_answered"
    COLLEAGUE_IS_WRITING = "colleague_is_writing"
    COLLEAGUE_REPLY_QUEUED = "colleague_reply_queued"
    EARLIER_REPLY_UNCONFIRMED = "earlier_reply_unconfirmed"
    QUEUED_OFFLINE = "queued_offline"
    SIGNED_OUT = "signed_out"
    SAME_TEXT_JUST_SENT = "same_text_just_sent"
    SAME_TEMPLATE_JUST_SENT = "same_template_just_sent"
    # Of a message that begins a conversation.
    NUMBER_INVALID = "number_invalid"
    NUMBER_DOUBTFUL = "number_doubtful"
    FIXED_LINE = "fixed_line"
    OPTED_OUT = "opted_out"
    NO_CHAT = "no_chat"
    NO_SUBJECT = "no_subject"
    UNSUBSCRIBED = "unsubscribed"
    CONSENT_UNKNOWN = "consent_unknown"
    SIMILAR_NUMBER = "similar_number"
    TALKING_ELSEWHERE = "talking_elsewhere"
    UNRESOLVED_PLACEHOLDER = "unresolved_placeholder"
    EMPTY_TEXT = "empty_text"


SEVERITY: Mapping[WarningCode, Verdict] = {
    WarningCode.CLOSING_SOON: Verdict.NOTICE,
    WarningCode.CONVERSATION_MOVED: Verdict.WARN,
    WarningCode.MESSENGER_ASSUMED: Verdict.NOTICE,
    WarningCode.CHANNEL_REFUSED_LATELY: Verdict.WARN,
    WarningCode.CHANNEL_BUSY_LATELY: Verdict.NOTICE,
    WarningCode.EMAIL_MAY_NOT_ARRIVE: Verdict.WARN,
    WarningCode.REACH_UNKNOWN: Verdict.WARN,
    WarningCode.IDENTITY_BY_PHONE_ONLY: Verdict.NOTICE,
    WarningCode.EMPTY_TEXT: Verdict.BLOCKED,
    WarningCode.RELAY_UNPROVEN: Verdict.NOTICE,
    WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL: Verdict.NOTICE,
    WarningCode.WINDOW_CLOSED: Verdict.WARN,
    WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN: Verdict.WARN,
    WarningCode.WINDOW_UNKNOWN: Verdict.WARN,
    WarningCode.RELAY_REFUSED: Verdict.WARN,
    WarningCode.MAPPING_UNKNOWN: Verdict.WARN,
    WarningCode.MAPPING_WEAK: Verdict.WARN,
    WarningCode.CUSTOMER_IS_ELSEWHERE: Verdict.WARN,
    WarningCode.CONTENT_MAY_NOT_RELAY: Verdict.WARN,
    WarningCode.TEXT_TOO_LONG: Verdict.WARN,
    WarningCode.ATTACHMENT_REFUSED: Verdict.WARN,
    WarningCode.NEWER_CUSTOMER_MESSAGE: Verdict.WARN,
    WarningCode.TEAMMATE_ANSWERED: Verdict.WARN,
    WarningCode.COLLEAGUE_IS_WRITING: Verdict.NOTICE,
    WarningCode.COLLEAGUE_REPLY_QUEUED: Verdict.NOTICE,
    WarningCode.EARLIER_REPLY_UNCONFIRMED: Verdict.NOTICE,
    WarningCode.QUEUED_OFFLINE: Verdict.NOTICE,
    WarningCode.SIGNED_OUT: Verdict.BLOCKED,
    WarningCode.SAME_TEXT_JUST_SENT: Verdict.WARN,
    WarningCode.SAME_TEMPLATE_JUST_SENT: Verdict.WARN,
    WarningCode.UNRESOLVED_PLACEHOLDER: Verdict.BLOCKED,
    WarningCode.NUMBER_INVALID: Verdict.BLOCKED,
    WarningCode.NUMBER_DOUBTFUL: Verdict.WARN,
    WarningCode.FIXED_LINE: Verdict.WARN,
    WarningCode.OPTED_OUT: Verdict.BLOCKED,
    WarningCode.NO_CHAT: Verdict.BLOCKED,
    WarningCode.NO_SUBJECT: Verdict.BLOCKED,
    WarningCode.UNSUBSCRIBED: Verdict.WARN,
    WarningCode.CONSENT_UNKNOWN: Verdict.NOTICE,
    WarningCode.SIMILAR_NUMBER: Verdict.NOTICE,
    WarningCode.TALKING_ELSEWHERE: Verdict.NOTICE,
}


Acknowledgement = frozenset[tuple[WarningCode, str]]
"""What an agent has accepted for one reply: each code with each id that it rested on, "" for none."""


@frozen
class ForecastWarning:
    """One warning. ids: of the messages, contrary facts or colleagues' desktops that it rests on; with another id it is
    shown again.
    """

    code: WarningCode
    ids: frozenset[str] = frozenset()

    @property
    def severity(self) -> Verdict:
        """The weight of its code."""
        return SEVERITY[self.code]

    @property
    def acknowledgement(self) -> Acknowledgement:
        """What accepting this warning acknowledges."""
        return frozenset((self.code, i) for i in (self.ids or {""}))


def acknowledge(warned: Iterable[ForecastWarning]) -> Acknowledgement:
    """What accepting all of these warnings acknowledges."""
    return frozenset(accepted for w in warned for accepted in w.acknowledgement)
