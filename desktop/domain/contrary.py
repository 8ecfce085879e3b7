"""Contrary facts: a provider's or the bridge's newest word that a chat or route does not reach the customer.

What each kind means and what ends it: `_EFFECTS`, and `has_ended`. A fact never ends by anything older than itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.bridge.notice import Notice, NoticeKind
from desktop.domain.identity.customer import number_key
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind, Conversation

ACCOUNT_TROUBLE_FOR = timedelta(hours=24)
UNKNOWN_TROUBLE_FOR = timedelta(hours=24)
TEMPORARY_FOR = timedelta(minutes=15)

# Twilio's default keywords (Advanced Opt-Out, 2026-11): the whole message, any case.
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START_WORDS = frozenset({"start", "yes", "unstop"})


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
    """Who said so."""

    BRIDGE_NOTICE = "bridge_notice"
    REFUSAL = "refusal"
    LATE_FAILURE = "late_failure"
    LISTED = "listed"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class ContraryFact:
    """One contrary word.

    at: time of the reply it speaks of (the newest candidate of several), else its own.
    business_address, customer_address: of the chat or route, "" where not known.
    conversation_id: where it was said; for a notice, the chat that it speaks of. about: id of the entry, draft or row.
    account: of the direct route; None where the bridge or Intercom said it.
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
        return f"{self.source}:{self.conversation_id}:{self.about}"


@dataclass(frozen=True, slots=True)
class RecoverySignals:
    """What speaks against a contrary fact: the newest instants at which something better was seen; None for never.

    customer_wrote_at: a message that surely came over the same chat. delivered_at: the provider's delivered or read to
        this customer. started_at: START after a STOP. account_delivered_at: a delivery to anybody on the account.
    """

    customer_wrote_at: datetime | None = None
    delivered_at: datetime | None = None
    started_at: datetime | None = None
    account_delivered_at: datetime | None = None


NO_RECOVERY = RecoverySignals()


def has_ended(fact: ContraryFact, recovery: RecoverySignals, now: datetime) -> bool:
    """Whether something newer has ended the fact."""
    customer_wrote = _is_newer(recovery.customer_wrote_at, fact)
    match fact.kind:
        case ContraryKind.EXPIRED | ContraryKind.UNREACHABLE:
            return customer_wrote
        case ContraryKind.OPTED_OUT:
            return _is_newer(recovery.started_at, fact) or _is_newer(recovery.delivered_at, fact)
        case ContraryKind.ACCOUNT:
            return _is_newer(recovery.account_delivered_at, fact) or now - fact.at >= ACCOUNT_TROUBLE_FOR
        case ContraryKind.TEMPORARY:
            return _is_newer(recovery.account_delivered_at, fact) or now - fact.at >= TEMPORARY_FOR
    return customer_wrote or now - fact.at >= UNKNOWN_TROUBLE_FOR


def _is_newer(at: datetime | None, fact: ContraryFact) -> bool:
    return at is not None and at > fact.at


BLOCKS_CHANNEL = frozenset({ContraryKind.UNREACHABLE, ContraryKind.OPTED_OUT})
"""Kinds after which the channel is not reached at all; after ACCOUNT and UNKNOWN it is uncertain."""

WARNS = frozenset({*BLOCKS_CHANNEL, ContraryKind.ACCOUNT, ContraryKind.UNKNOWN})
"""Kinds of weight `warn`. EXPIRED closes the window instead; TEMPORARY weighs `notice`."""

_OF_NOTICE = {
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
    """What the bridge's notices in a conversation that mirrors this chat say."""
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
    found = _OF_NOTICE[kind]
    # Only text messages know STOP and START; elsewhere the customer took no marketing, until they write.
    if found is ContraryKind.OPTED_OUT and channel is not ChannelKind.SMS:
        return ContraryKind.UNREACHABLE
    return found


def parse_opt_out_keyword(text: str) -> bool | None:
    """True for a message that is STOP to a number of ours, False for START, None for anything else."""
    word = text.strip().casefold()
    if word in STOP_WORDS:
        return True
    return False if word in START_WORDS else None


def is_same_address(one: str, other: str) -> bool:
    """Numbers are compared as numbers, other addresses as they are; an unknown one is the same as none."""
    return bool(one) and address_key(one) == address_key(other)


def address_key(address: str) -> str:
    """Equal for two spellings of one address; "" for none."""
    return number_key(address) or address.strip().casefold()
