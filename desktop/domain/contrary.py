"""Contrary facts: reports by a provider or the bridge that a chat or route does not reach the customer.

Reach rules, section 6; `has_ended` says what ends each kind. Nothing older than a fact ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.bridge.notice import Notice, NoticeKind
from desktop.domain.identity.customer import number_key
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind, Conversation
from desktop.domain.model.frozen import frozen

ACCOUNT_PROBLEM_PERIOD = timedelta(hours=24)
UNKNOWN_PROBLEM_PERIOD = timedelta(hours=24)
TEMPORARY_PROBLEM_PERIOD = timedelta(minutes=15)

# Twilio's default keywords (Advanced Opt-Out, 2026-11): the whole message, any case.
OPT_OUT_KEYWORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
OPT_IN_KEYWORDS = frozenset({"start", "yes", "unstop"})


class ContraryKind(StrEnum):
    """`EXPIRED`: the window was closed. `UNREACHABLE`: blocked, not on the channel, invalid number, opted out of
    marketing. `OPTED_OUT`: STOP. `ACCOUNT`: policy, quality, account or key trouble of ours. `TEMPORARY`: throttled or
    the provider's own trouble. `UNKNOWN`: a failure that nobody explains."""

    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"
    ACCOUNT = "account"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


class ContrarySource(StrEnum):
    """Who reported it. `TEAM`: any of the others, to a colleague's desktop."""

    BRIDGE_NOTICE = "bridge_notice"
    REFUSAL = "refusal"
    LATE_FAILURE = "late_failure"
    LISTED = "listed"
    CUSTOMER = "customer"
    TEAM = "team"


@frozen
class ContraryFact:
    """One report that a chat or route does not reach the customer.

    at: time of the reply that it concerns (the newest candidate of several), else its own.
    business_address, customer_address: of the chat or route, "" where unknown.
    conversation_id: where it was reported; for a notice, the chat that it concerns. about: id of the entry, draft or
    provider message; with `TEAM`, after the desktop's name and a colon. account: of the direct route; None where the
    bridge or Intercom reported it.
    """

    kind: ContraryKind
    channel: ChannelKind
    at: datetime
    source: ContrarySource
    about: str
    conversation_id: str = ""
    business_address: str = ""
    customer_address: str = ""
    account: ChannelKey | None = None

    @property
    def id(self) -> str:
        """The same for every reading of one report."""
        return f"{self.source}:{self.conversation_id}:{self.about}"

    @property
    def desk(self) -> str:
        """The colleague's desktop that told of it; "" for what was reported here."""
        return self.about.partition(":")[0] if self.source is ContrarySource.TEAM else ""


@frozen
class RecoverySignals:
    """The newest signals that may end a contrary fact; None for never.

    customer_wrote_at: a message that surely came over the same chat. delivered_at: a message to this customer reported
        delivered or read. started_at: START after STOP. account_delivered_at: a delivery to anybody on the account.
    """

    customer_wrote_at: datetime | None = None
    delivered_at: datetime | None = None
    started_at: datetime | None = None
    account_delivered_at: datetime | None = None


NO_RECOVERY = RecoverySignals()


def has_ended(fact: ContraryFact, recovery: RecoverySignals, now: datetime) -> bool:
    """Whether a newer signal, or the time since, has ended the fact."""
    customer_wrote = _is_newer(recovery.customer_wrote_at, fact)
    match fact.kind:
        case ContraryKind.EXPIRED | ContraryKind.UNREACHABLE:
            return customer_wrote
        case ContraryKind.OPTED_OUT:
            return _is_newer(recovery.started_at, fact) or _is_newer(recovery.delivered_at, fact)
        case ContraryKind.ACCOUNT:
            return _is_newer(recovery.account_delivered_at, fact) or now - fact.at >= ACCOUNT_PROBLEM_PERIOD
        case ContraryKind.TEMPORARY:
            return _is_newer(recovery.account_delivered_at, fact) or now - fact.at >= TEMPORARY_PROBLEM_PERIOD
    return customer_wrote or now - fact.at >= UNKNOWN_PROBLEM_PERIOD


def _is_newer(at: datetime | None, fact: ContraryFact) -> bool:
    return at is not None and at > fact.at


BLOCKS_CHANNEL = frozenset({ContraryKind.UNREACHABLE, ContraryKind.OPTED_OUT})
"""Kinds after which the channel is not reached at all; after ACCOUNT and UNKNOWN it is uncertain."""

WARNS = frozenset({*BLOCKS_CHANNEL, ContraryKind.ACCOUNT, ContraryKind.UNKNOWN})
"""Kinds of weight `warn`. EXPIRED closes the window instead; TEMPORARY weighs `notice`."""

_KIND_OF_NOTICE = {
    NoticeKind.WINDOW_CLOSED: ContraryKind.EXPIRED,
    NoticeKind.NOT_ON_CHANNEL: ContraryKind.UNREACHABLE,
    NoticeKind.BLOCKED: ContraryKind.UNREACHABLE,
    NoticeKind.OPTED_OUT: ContraryKind.OPTED_OUT,
    NoticeKind.CHANNEL_TROUBLE: ContraryKind.ACCOUNT,
    NoticeKind.TEMPORARY: ContraryKind.TEMPORARY,
    NoticeKind.UNKNOWN_FAILURE: ContraryKind.UNKNOWN,
}


def read_notices(
    conversation: Conversation,
    notices: Iterable[Notice],
    channel: ChannelKind,
    business_address: str,
    customer_address: str,
) -> tuple[ContraryFact, ...]:
    """Contrary facts from the bridge's notices in a conversation that mirrors this chat."""
    by_id = {e.id: e for e in conversation.entries}
    return tuple(
        ContraryFact(
            _kind_of_notice(n.kind, channel),
            channel,
            by_id[n.candidates[0] if n.candidates else n.entry_id].sent_at,
            ContrarySource.BRIDGE_NOTICE,
            n.entry_id,
            conversation.id,
            business_address,
            customer_address,
        )
        for n in notices
    )


def _kind_of_notice(kind: NoticeKind, channel: ChannelKind) -> ContraryKind:
    found = _KIND_OF_NOTICE[kind]
    # Only SMS has STOP and START; on other channels the customer declined marketing, until they write.
    if found is ContraryKind.OPTED_OUT and channel is not ChannelKind.SMS:
        return ContraryKind.UNREACHABLE
    return found


def parse_opt_out_keyword(text: str) -> bool | None:
    """True for a message that is STOP, False for START, None for any other."""
    word = text.strip().casefold()
    if word in OPT_OUT_KEYWORDS:
        return True
    return False if word in OPT_IN_KEYWORDS else None


def is_same_address(one: str, other: str) -> bool:
    """Compare numbers as numbers and other addresses case-insensitively; an unknown one equals none."""
    return bool(one) and address_key(one) == address_key(other)


def address_key(address: str) -> str:
    """Equal for two spellings of one address; "" for none."""
    return number_key(address) or address.strip().casefold()
