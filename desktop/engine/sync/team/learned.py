"""Shares with the team what this desktop learnt, and adopts what others learnt where nothing here contradicts it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.learning.bridge import MIN_SHARE
from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.engine.changes import Changes, Feed
from desktop.engine.sync.ingest import refresh_customers
from desktop.engine.sync.learning import OutdatedDecisions
from desktop.engine.sync.thread_loader import load_thread
from desktop.engine.tasks import run_periodically
from desktop.engine.views import THREAD_PAGE
from desktop.ports import Clock
from desktop.ports.team import LearnedFact, LearnedKind, TeamFeed
from desktop.store import conversations, settings
from desktop.store.core.database import Database, Store
from desktop.store.evidence import bridge_signs, contrary_facts
from desktop.store.settings import TeamCode

SHARED_PROOFS = frozenset({RelayProof.GUIDED_TEST, RelayProof.FAILURE_NOTICE, RelayProof.OUTBOUND_ROW})
"""Proofs that are shared: what a person merely says is no evidence for others."""
SHARED_KINDS = frozenset({ContraryKind.EXPIRED, ContraryKind.UNREACHABLE, ContraryKind.OPTED_OUT, ContraryKind.UNKNOWN})
"""Contrary facts that are shared: those that concern one customer. Trouble of an account shows itself to everybody who
sends with it.
"""
SHARED_SOURCES = frozenset({ContrarySource.REFUSAL, ContrarySource.LATE_FAILURE, ContrarySource.LISTED})
"""What only the desktop that sent, or that has the account, can know; all desktops read the rest from Intercom."""
SHARED_FOR = timedelta(days=7)
AT_ONCE = 100
"""Facts published in one turn: the hub takes 120 a minute from one desktop."""
PAUSE_S = 60.0
AHEAD = timedelta(minutes=2)
"""How far another desktop's clock may be ahead."""

_NONE = "-"


class LearnedExchange:
    """Publishes what this desktop learns, and stores what others have learnt. Loop's thread."""

    def __init__(self, team: TeamFeed, store: Store, clock: Clock, feed: Feed, decisions: OutdatedDecisions) -> None:
        self._team = team
        self._store = store
        self._clock = clock
        self._feed = feed
        self._decisions = decisions
        self._wake_event = asyncio.Event()
        self._is_connected = False
        # What the team knows, from whichever desktop: the time of the newest fact of each kind and subject.
        self._known: dict[tuple[LearnedKind, str], datetime] = {}

    def mark_connected(self) -> None:
        """Start to publish. Call it once everything that the team knows was received."""
        if not self._is_connected:
            self._is_connected = True
            self._wake_event.set()

    def mark_disconnected(self) -> None:
        """Stop to publish, and forget what the team knows: another hub may answer next time."""
        self._is_connected = False
        self._known.clear()

    def wake(self) -> None:
        """Look for something new to publish."""
        self._wake_event.set()

    async def run(self) -> None:
        """Publish what is new, until cancelled."""
        await run_periodically(self._step, self._clock, self._wake_event)

    async def _step(self) -> float | None:
        if not self._is_connected:
            return None
        facts = await self._store.read(_own_facts, frozenset(self._known), self._clock.now())
        new = [f for f in facts if (at := self._known.get((f.kind, f.about))) is None or at < f.at]
        for fact in new[:AT_ONCE]:
            self._known[fact.kind, fact.about] = fact.at
            await self._team.publish_learned(fact)
        return PAUSE_S if len(new) > AT_ONCE else None

    async def receive(self, fact: LearnedFact) -> None:
        """Adopt what another desktop learnt, and decide again what depends on it."""
        known = self._known.get((fact.kind, fact.about))
        self._known[fact.kind, fact.about] = fact.at if known is None else max(known, fact.at)
        changes = await self._store.write(adopt, fact, self._clock.now())
        self._feed.publish(changes)
        if changes.settings:
            await self._decisions.refresh()


_Subject = tuple[LearnedKind, str]


def _own_facts(db: Database, known: frozenset[_Subject], now: datetime) -> tuple[LearnedFact, ...]:
    """known: to the team, from whichever desktop."""
    return (*_own_codes(db, known, now), *_own_relay(db), *_own_contrary(db, now))


def _own_codes(db: Database, known: frozenset[_Subject], now: datetime) -> Iterator[LearnedFact]:
    for code in sorted(settings.learnt_codes(db)):
        # It was learnt from many conversations; one of them is named.
        if (LearnedKind.BRIDGE_CODE, code) not in known and (named := bridge_signs.newest_with_code(db, code)):
            yield LearnedFact(LearnedKind.BRIDGE_CODE, code, "learnt", now, named)


def _own_relay(db: Database) -> Iterator[LearnedFact]:
    for evidence in settings.relay_evidence(db):
        if evidence.proof not in SHARED_PROOFS or evidence.relay is Relay.UNPROVEN:
            continue
        value = evidence.proof if evidence.relay is Relay.PROVEN else Relay.REFUSED
        yield LearnedFact(LearnedKind.RELAY_PROVEN, evidence.channel, value, evidence.at, evidence.about)


def _own_contrary(db: Database, now: datetime) -> Iterator[LearnedFact]:
    for fact in contrary_facts.since(db, now - SHARED_FOR):
        if fact.source in SHARED_SOURCES and fact.kind in SHARED_KINDS and fact.customer_address:
            yield contrary_to_learned(fact)


def contrary_to_learned(fact: ContraryFact) -> LearnedFact:
    """The form in which it is shared: `value` has its kind, our address and our account, separated by spaces."""
    account = fact.account
    value = (
        fact.kind,
        fact.business_address or _NONE,
        account.provider if account else _NONE,
        account.sender if account else _NONE,
    )
    about = f"{fact.channel} {fact.customer_address}"
    return LearnedFact(LearnedKind.CONTRARY, about, " ".join(value), fact.at, fact.about)


def contrary_from_learned(fact: LearnedFact) -> ContraryFact | None:
    """The inverse of `contrary_to_learned`; None for what no version of ours publishes."""
    about, value = fact.about.split(" "), fact.value.split(" ")
    if len(about) != 2 or len(value) != 4:
        return None
    try:
        channel, kind = ChannelKind(about[0]), ContraryKind(value[0])
        account = None if value[2] == _NONE else ChannelKey(Provider(value[2]), channel, value[3])
    except ValueError:
        return None
    if kind not in SHARED_KINDS:
        return None
    return ContraryFact(
        kind,
        channel,
        fact.at,
        ContrarySource.TEAM,
        f"{fact.desk}:{fact.evidence_id}",
        business_address="" if value[1] == _NONE else value[1],
        customer_address=about[1],
        account=account,
    )


def adopt(db: Database, fact: LearnedFact, now: datetime) -> Changes:
    """Store what another desktop learnt, where nothing here contradicts it. now: by the providers' time."""
    if fact.at > now + AHEAD:
        return Changes()
    match fact.kind:
        case LearnedKind.BRIDGE_CODE:
            return _adopt_code(db, fact)
        case LearnedKind.RELAY_PROVEN:
            return _adopt_relay(db, fact, now)
        case LearnedKind.CONTRARY:
            return _adopt_contrary(db, fact, now)


def _adopt_code(db: Database, fact: LearnedFact) -> Changes:
    workspace = settings.load(db)
    code = fact.about
    if workspace.bridge_codes or code in workspace.own_codes | workspace.other_codes:
        return Changes()
    counts = next((c for c in bridge_signs.code_counts(db) if c.code == code), None)
    if counts is not None and (counts.web_conversations or counts.tagged_parts < MIN_SHARE * counts.parts):
        return Changes()
    settings.save(db, "bridge_codes_learnt", [code])
    settings.save_team_code(db, TeamCode(code, fact.desk, fact.at, fact.evidence_id))
    return Changes(settings=True)


def _adopt_relay(db: Database, fact: LearnedFact, now: datetime) -> Changes:
    try:
        channel = ChannelKind(fact.about)
        relay = Relay.REFUSED if fact.value == Relay.REFUSED else Relay.PROVEN
        if relay is Relay.PROVEN and RelayProof(fact.value) not in SHARED_PROOFS:
            return Changes()
    except ValueError:
        return Changes()
    own = next((e for e in settings.relay_evidence(db) if e.channel is channel), None)
    # What a person said here stands, and of the rest what is newer.
    if own is not None and (own.proof is RelayProof.PERSON or own.at >= fact.at):
        return Changes()
    if own is not None and own.relay is relay and own.proof is not RelayProof.TEAM:
        return Changes()
    if relay is Relay.PROVEN and _is_of_no_chat(db, fact.evidence_id, channel, now):
        return Changes()
    evidence = RelayEvidence(channel, relay, RelayProof.TEAM, fact.at, fact.evidence_id, fact.desk)
    return Changes(settings=settings.save_relay(db, evidence))


def _is_of_no_chat(db: Database, conversation_id: str, channel: ChannelKind, now: datetime) -> bool:
    """Whether the conversation that is to prove something was read here, and mirrors no chat on this channel."""
    customer_id = conversations.customer_of(db, conversation_id)
    if customer_id is None or not conversations.is_whole(db, conversation_id):
        return False
    thread = load_thread(db, customer_id, settings.load(db), now, THREAD_PAGE, {conversation_id})
    chat = thread.chat(conversation_id)
    mapping = None if chat is None else chat.mapping
    return mapping is None or (mapping.is_known and mapping.channel is not channel)


def _adopt_contrary(db: Database, learned: LearnedFact, now: datetime) -> Changes:
    fact = contrary_from_learned(learned)
    # Of others than our customers nobody could be shown it, and nobody could have it deleted.
    customers = frozenset[str]() if fact is None else contrary_facts.customers_at(db, fact.customer_address)
    if fact is None or not customers or not contrary_facts.save(db, fact):
        return Changes()
    return refresh_customers(db, customers, now)
