"""What one desktop learnt, and what others make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import SetBridgeCodes, SetRelay
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.engine.sync.team.learned import contrary_from_learned, contrary_to_learned
from desktop.ports.team import LearnedFact, LearnedKind
from desktop.store import settings
from desktop.store.evidence import contrary_facts
from desktop.text.forecast.forwarding import forwarding_evidence
from desktop.text.reasons.contrary import contrary_sentence

HOUR = timedelta(hours=1)
WHATSAPP = ChannelKind.WHATSAPP
PHONE = "+353871234567"
KEY = ChannelKey(Provider.WHATSAPP, WHATSAPP, "1065")


@pytest.fixture
async def two(open_desk, kit, tools):
    """Two desktops with the same conversation on WhatsApp and one in the Messenger, live."""
    first = await open_desk()
    first.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    first.gateway.put(kit.messenger("v2", "c2", kit.START - HOUR))
    first.gateway.contacts["c1"] = Contact("c1", name="Jennifer", phone=PHONE)
    second = await open_desk(first.gateway)
    await first.sync()
    await second.sync()
    await tools.go_live(first, second)
    return first, second


async def relay(world):
    return await world.store.read(settings.relay_evidence)


def proof(world, value=RelayProof.OUTBOUND_ROW, *, about=WHATSAPP, hours_ago=1.0, evidence="v1", desk="desk9"):
    at = world.clock.now() - timedelta(hours=hours_ago)
    return LearnedFact(LearnedKind.RELAY_PROVEN, about, value, at, evidence, desk)


# --- the relay ---


async def test_a_relay_proven_on_one_desktop_is_known_on_the_other_with_desk_and_evidence(two, kit):
    first, second = two
    await first.engine.command_handler.do(SetRelay(WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, "v1"))

    async def known():
        return (await second.engine.queries.workspace()).workspace.relay_of(WHATSAPP) is Relay.PROVEN

    await kit.eventually(known)
    [evidence] = (await second.engine.queries.workspace()).relay_evidence
    assert evidence == RelayEvidence(WHATSAPP, Relay.PROVEN, RelayProof.TEAM, kit.START, "v1", "desk1")
    assert "desk1" in forwarding_evidence(evidence)
    # Whoever took it over does not tell it as their own.
    assert await relay(first) == (RelayEvidence(WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, kit.START, "v1"),)


async def test_a_desktop_that_comes_later_has_it_at_once(two, open_desk, kit, tools, team):
    first, _ = two
    await first.engine.command_handler.do(SetRelay(WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, "v1"))
    await kit.eventually(lambda: bool(team.learned))
    third = await open_desk(first.gateway)
    await tools.go_live(third)

    async def known():
        return [e.proof for e in await relay(third)] == [RelayProof.TEAM]

    await kit.eventually(known)


async def test_what_a_person_merely_says_is_not_told(two, kit, team):
    first, _ = two
    await first.engine.command_handler.do(SetRelay(WHATSAPP, Relay.PROVEN, RelayProof.PERSON))
    await first.engine.command_handler.do(SetRelay(ChannelKind.SMS, Relay.PROVEN, RelayProof.GUIDED_TEST, "v1"))
    await kit.eventually(lambda: bool(team.learned))
    assert [f.about for f in team.learned.values()] == [ChannelKind.SMS]


@pytest.mark.parametrize(
    ("own", "fact", "expected"),
    [
        (None, {}, (Relay.PROVEN, RelayProof.TEAM)),
        (None, {"evidence": "v9"}, (Relay.PROVEN, RelayProof.TEAM)),
        # The conversation that is to prove it is read here, and is the Messenger's.
        (None, {"evidence": "v2"}, None),
        (None, {"hours_ago": -1}, None),
        (None, {"value": "person"}, None),
        (None, {"value": "a feeling"}, None),
        (None, {"about": "pigeon"}, None),
        ((Relay.PROVEN, RelayProof.OUTBOUND_ROW, 2), {}, (Relay.PROVEN, RelayProof.OUTBOUND_ROW)),
        ((Relay.PROVEN, RelayProof.OUTBOUND_ROW, 2), {"value": "refused"}, (Relay.REFUSED, RelayProof.TEAM)),
        ((Relay.PROVEN, RelayProof.TEAM, 2), {"value": "refused"}, (Relay.REFUSED, RelayProof.TEAM)),
        ((Relay.PROVEN, RelayProof.OUTBOUND_ROW, 0.5), {"value": "refused"}, (Relay.PROVEN, RelayProof.OUTBOUND_ROW)),
        ((Relay.PROVEN, RelayProof.PERSON, 2), {"value": "refused"}, (Relay.PROVEN, RelayProof.PERSON)),
        ((Relay.REFUSED, RelayProof.GUIDED_TEST, 2), {}, (Relay.PROVEN, RelayProof.TEAM)),
        ((Relay.REFUSED, RelayProof.GUIDED_TEST, 0.5), {}, (Relay.REFUSED, RelayProof.GUIDED_TEST)),
        ((Relay.REFUSED, RelayProof.PERSON, 2), {}, (Relay.REFUSED, RelayProof.PERSON)),
    ],
)
async def test_the_newer_word_counts_and_what_a_person_said_here_stands(two, kit, team, own, fact, expected):
    first, _ = two
    if own is not None:
        state, kind, hours = own
        at = first.clock.now() - timedelta(hours=hours)
        await first.store.write(settings.save_relay, RelayEvidence(WHATSAPP, state, kind, at, "v1"))
    team.broadcast(proof(first, **fact))
    # What comes after it has been taken in, too.
    team.broadcast(LearnedFact(LearnedKind.BRIDGE_CODE, "marker", "learnt", kit.START, "v1", "desk9"))

    async def taken():
        return (await first.store.read(settings.load)).bridge_codes == {"marker"}

    await kit.eventually(taken)
    found = [(e.relay, e.proof) for e in await relay(first)]
    assert found == ([expected] if expected is not None else [])


# --- the bridge's code ---


async def test_a_code_is_taken_over_where_nothing_speaks_against_it(two, kit, team):
    first, _ = two
    team.broadcast(LearnedFact(LearnedKind.BRIDGE_CODE, kit.BRIDGE, "learnt", kit.START - HOUR, "v7", "desk9"))

    async def taken():
        return (await first.engine.queries.workspace()).workspace.bridge_codes == {kit.BRIDGE}

    await kit.eventually(taken)
    view = await first.engine.queries.workspace()
    assert view.workspace.unconfirmed_codes == {kit.BRIDGE}
    told = view.team_code
    assert (told.code, told.desk, told.at, told.evidence_id) == (kit.BRIDGE, "desk9", kit.START - HOUR, "v7")
    # Learning from what is stored here keeps it, and a person's word ends it.
    await first.sync()
    assert (await first.engine.queries.workspace()).workspace.bridge_codes == {kit.BRIDGE}
    await first.engine.command_handler.do(SetBridgeCodes(frozenset({"other"})))
    assert (await first.engine.queries.workspace()).team_code is None


@pytest.mark.parametrize("seen", ["own", "page", "untagged"])
async def test_a_code_is_not_taken_over_against_what_is_stored(two, kit, team, seen):
    first, _ = two
    if seen == "own":
        await first.store.write(settings.add_own_codes, frozenset({"x"}))
    else:
        maker = kit.messenger if seen == "page" else kit.whatsapp
        chat = maker("v3", "c3", kit.START - HOUR)
        chat = replace(chat, tags=())
        first.gateway.put(chat)
        first.gateway.write("v3", "words", app_code="x")
        await first.sync()
    fact = LearnedFact(LearnedKind.BRIDGE_CODE, "x", "learnt", kit.START, "v7", "desk9")
    team.broadcast(fact)
    team.broadcast(proof(first))

    async def taken():
        return bool(await relay(first))

    await kit.eventually(taken)
    assert (await first.store.read(settings.load)).bridge_codes == frozenset()


# --- contrary facts ---


def refusal(kit, kind=ContraryKind.UNREACHABLE, at=None):
    return ContraryFact(kind, WHATSAPP, at or kit.START, ContrarySource.REFUSAL, "d1", "v1", "+35315550100", PHONE, KEY)


def test_a_contrary_fact_is_the_same_on_both_ends(kit):
    told = replace(contrary_to_learned(refusal(kit)), desk="desk1")
    fact = contrary_from_learned(told)
    assert fact == replace(refusal(kit), source=ContrarySource.TEAM, about="desk1:d1", conversation_id="")
    assert fact.desk == "desk1"
    assert PHONE not in told.value


@pytest.mark.parametrize(
    ("about", "value"),
    [
        ("", ""),
        (PHONE, "unreachable - - -"),
        (f"whatsapp {PHONE}", "unreachable"),
        (f"x {PHONE}", "unknown - - -"),
        (f"whatsapp {PHONE}", "silly - - -"),
        (f"whatsapp {PHONE}", "account - - -"),
        (f"whatsapp {PHONE}", "unknown - nobody 1"),
    ],
)
def test_what_no_version_tells_is_no_contrary_fact(kit, about, value):
    assert contrary_from_learned(LearnedFact(LearnedKind.CONTRARY, about, value, kit.START)) is None


async def test_a_refusal_on_one_desktop_warns_on_the_other_and_says_whose(two, kit):
    first, second = two
    await first.store.write(contrary_facts.save, refusal(kit))
    first.engine.team.publish_news()

    async def known():
        return bool((await second.view()).thread.contrary)

    await kit.eventually(known)
    [fact] = (await second.view()).thread.contrary
    assert (fact.source, fact.kind, fact.desk) == (ContrarySource.TEAM, ContraryKind.UNREACHABLE, "desk1")
    sentence = contrary_sentence(fact, (), "Jennifer", kit.START)
    assert "WhatsApp" in sentence
    assert "desk1" in sentence


@pytest.mark.parametrize(
    "fact",
    [
        {"source": ContrarySource.BRIDGE_NOTICE},
        {"kind": ContraryKind.ACCOUNT},
        {"customer_address": ""},
        {"days": 8},
        {"source": ContrarySource.TEAM},
    ],
)
async def test_what_others_learn_by_themselves_is_not_told(two, kit, team, fact):
    first, _ = two
    at = kit.START - timedelta(days=fact.pop("days", 0))
    await first.store.write(contrary_facts.save, replace(refusal(kit, at=at), **fact))
    await first.engine.command_handler.do(SetRelay(WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, "v1"))
    await kit.eventually(lambda: bool(team.learned))
    assert [f.kind for f in team.learned.values()] == [LearnedKind.RELAY_PROVEN]


async def test_a_contrary_fact_about_nobody_here_is_not_stored(two, kit, team):
    first, _ = two
    told = contrary_to_learned(replace(refusal(kit), customer_address="+4915112345678"))
    team.broadcast(replace(told, desk="desk9"))
    team.broadcast(proof(first))

    async def taken():
        return bool(await relay(first))

    await kit.eventually(taken)
    assert await first.store.read(contrary_facts.since, kit.START - HOUR) == ()


async def test_what_was_told_is_not_told_again_and_again(two, kit, team):
    first, second = two
    await first.store.write(store_facts, Facts(tuple(first.gateway.conversations.values())), first.clock.now())
    await first.engine.command_handler.do(SetRelay(WHATSAPP, Relay.PROVEN, RelayProof.GUIDED_TEST, "v1"))
    await kit.eventually(lambda: len(team.desks[0].told_learned) == 1)
    first.engine.team.publish_news()
    second.engine.team.publish_news()
    await first.clock.advance(1)
    await first.sync()
    assert len(team.desks[0].told_learned) == 1
    assert team.desks[1].told_learned == []
