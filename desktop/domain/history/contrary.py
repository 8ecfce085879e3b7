"""Collects every contrary fact about one customer and, for each chat, the signals that may have ended them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from desktop.domain.bridge.notice import Notice
from desktop.domain.contrary import (
    ContraryFact,
    ContraryKind,
    ContrarySource,
    RecoverySignals,
    is_same_address,
    parse_opt_out_keyword,
    read_notices,
)
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent
from desktop.domain.history.provider_messages import ProviderMessage
from desktop.domain.history.windows import ThreadAnalysis, WindowHistory, concerns_chat
from desktop.domain.mapping import ChannelMapping, Unmapped
from desktop.domain.model.facts import ChannelKind, Conversation, MessageKey
from desktop.domain.origin import Origin, Transport
from desktop.domain.window.keys import WindowKeys, normalize_address
from desktop.domain.window.window import WindowKey

OF_WHOLE_ACCOUNTS = frozenset({ContraryKind.ACCOUNT, ContraryKind.TEMPORARY})
"""Kinds that concern every chat of one business number or account."""


def collect_facts(
    conversations: Iterable[Conversation],
    notices: Mapping[str, tuple[Notice, ...]],
    mappings: Mapping[str, ChannelMapping | Unmapped],
    keys: WindowKeys,
    origins: Mapping[MessageKey, Origin],
    direct: Iterable[DirectSent],
    provider_messages: Iterable[ProviderMessage],
    stored: Iterable[ContraryFact],
) -> tuple[ContraryFact, ...]:
    """Facts from entries, direct messages and provider messages, and stored ones; each once, oldest first."""
    found = {fact.id: _with_normal_addresses(fact) for fact in stored}
    for conversation in conversations:
        key, mapping = keys.keys[conversation.id], mappings[conversation.id]
        if isinstance(mapping, Unmapped):
            continue
        notice_facts = read_notices(
            conversation, notices[conversation.id], key.channel, key.business_address, key.customer_address
        )
        found |= {fact.id: fact for fact in (*notice_facts, *_opt_outs(conversation, key, origins))}
    found |= {fact.id: fact for fact in (*_direct_failures(direct), *_listed_failures(provider_messages))}
    return tuple(sorted(found.values(), key=lambda f: (f.at, f.id)))


def _with_normal_addresses(fact: ContraryFact) -> ContraryFact:
    business, customer = normalize_address(fact.business_address), normalize_address(fact.customer_address)
    return replace(fact, business_address=business, customer_address=customer)


def _opt_outs(
    conversation: Conversation, key: WindowKey, origins: Mapping[MessageKey, Origin]
) -> Iterable[ContraryFact]:
    """STOP in an SMS chat, unless it surely came from elsewhere: the SMS provider then refuses every message."""
    for entry in conversation.entries if key.channel is ChannelKind.SMS else ():
        origin = origins.get(entry.key)
        if origin is None or (origin.is_known and origin.channel is not ChannelKind.SMS):
            continue
        if parse_opt_out_keyword(entry.text):
            yield ContraryFact(
                ContraryKind.OPTED_OUT,
                ChannelKind.SMS,
                entry.sent_at,
                ContrarySource.CUSTOMER,
                entry.id,
                conversation.id,
                key.business_address,
                key.customer_address,
            )


def _came_from(origin: Origin | None, channel: ChannelKind) -> bool:
    return origin is not None and origin.is_known and origin.channel is channel


def _direct_failures(direct: Iterable[DirectSent]) -> Iterable[ContraryFact]:
    for sent in direct:
        if sent.delivery is Delivery.FAILED and sent.failure is not None:
            yield ContraryFact(
                sent.failure,
                sent.route.channel,
                sent.sent_at,
                ContrarySource.LATE_FAILURE,
                sent.draft_id,
                sent.conversation_id,
                normalize_address(sent.route.our_address),
                normalize_address(sent.route.to),
                sent.route.key,
            )


def _listed_failures(provider_messages: Iterable[ProviderMessage]) -> Iterable[ContraryFact]:
    for row in provider_messages:
        if row.delivery is Delivery.FAILED and row.failure is not None:
            yield ContraryFact(
                row.failure,
                row.key.channel,
                row.sent_at,
                ContrarySource.LISTED,
                row.id,
                "",
                normalize_address(row.business_address),
                normalize_address(row.customer_address),
                row.key,
            )


def find_recovery(history: WindowHistory, analysis: ThreadAnalysis) -> tuple[tuple[ContraryFact, ...], RecoverySignals]:
    """Contrary facts about the chat of this window, and the signals that may have ended them."""
    key = history.window.key
    facts = tuple(f for f in analysis.contrary if _is_relevant(f, key, analysis))
    delivered = _deliveries(key, analysis)
    return facts, RecoverySignals(
        customer_wrote_at=history.sure_times[-1] if history.sure_times else None,
        delivered_at=max((at for at, to in delivered if to == key.customer_address), default=None),
        started_at=_started_at(key, analysis),
        account_delivered_at=max((at for at, _ in delivered), default=None),
    )


def _is_relevant(fact: ContraryFact, key: WindowKey, analysis: ThreadAnalysis) -> bool:
    if concerns_chat(fact, key, analysis):
        return True
    if fact.channel is not key.channel or key.transport == Transport.NATIVE:
        # Intercom's own number is never the bridge's, nor that of an account of ours.
        return False
    of_same_customer = fact.account is not None and is_same_address(fact.customer_address, key.customer_address)
    if fact.kind is ContraryKind.EXPIRED or not (fact.kind in OF_WHOLE_ACCOUNTS or of_same_customer):
        return False
    # A number that is not known may be the one.
    return not (fact.business_address and key.business_address) or fact.business_address == key.business_address


def _deliveries(key: WindowKey, analysis: ThreadAnalysis) -> list[tuple[datetime, str]]:
    """Instants at which the provider reported a message from our number delivered or read, with the recipient."""
    found = [
        (row.delivery_at or row.sent_at, normalize_address(row.customer_address))
        for row in analysis.provider_messages.delivered
        if row.key.channel is key.channel and is_same_address(row.business_address, key.business_address)
    ]
    found += [
        (d.delivery_at or d.sent_at, normalize_address(d.route.to))
        for d in analysis.direct
        if d.delivery in (Delivery.DELIVERED, Delivery.READ)
        and d.route.channel is key.channel
        and is_same_address(d.route.our_address, key.business_address)
    ]
    return found


def _started_at(key: WindowKey, analysis: ThreadAnalysis) -> datetime | None:
    if key.channel is not ChannelKind.SMS:
        return None
    return max(
        (
            e.sent_at
            for c in analysis.conversations
            if analysis.key(c) == key
            for e in c.entries
            if _came_from(analysis.origins.get(e.key), ChannelKind.SMS) and parse_opt_out_keyword(e.text) is False
        ),
        default=None,
    )
