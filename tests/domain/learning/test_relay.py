"""What proves that a bridge forwards replies made through the API, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import (
    BRIDGE,
    MINUTE,
    OWN_CODE,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    failure_note,
    first,
    in_messenger,
    jennifer,
    reply,
)

from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import assemble_thread
from desktop.domain.learning.relay import RelayEvidence, RelayProof, find_relay_proofs
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation, Entry, EntryKind, Role, Tag
from desktop.domain.model.workspace import Relay, Workspace

UNPROVEN = replace(WORKSPACE, relay={})
WA = ChannelKind.WHATSAPP
TAGS = ("whatsapp",)
NOTE = failure_note(0.99)
OURS_SAID = reply(1)
THEIRS, LINE = "+353871234567", "+35315550100"
KEY = ChannelKey(Provider.TWILIO, WA, LINE)
ROUTE = Route(KEY, THEIRS, LINE)
TEXT = "It left our hub this morning."
BY_NOTICE = RelayEvidence(WA, Relay.PROVEN, RelayProof.FAILURE_NOTICE, ago(0.99), "1")


def evidence(*held: Conversation, workspace: Workspace = UNPROVEN, **more: object) -> tuple[RelayEvidence, ...]:
    return find_relay_proofs(assemble_thread(held, [jennifer()], workspace, **more), workspace)  # type: ignore[arg-type]


def chat(*entries: Entry, **more: object) -> Conversation:
    return conversation("1", first(40), *entries, **({"tags": TAGS} | more))


# --- by the bridge's notice ----------------------------------------------------------------------------------------


def test_the_bridge_reports_on_our_reply_so_it_looks_at_our_replies() -> None:
    assert evidence(chat(OURS_SAID, NOTE)) == (BY_NOTICE,)


def test_a_weak_mapping_is_enough() -> None:
    weak = (Tag("whatsapp", ago(40) + timedelta(minutes=1)),)
    assert evidence(chat(OURS_SAID, NOTE, tags=weak)) == (BY_NOTICE,)


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(chat(OURS_SAID), id="no notice"),
        pytest.param(chat(reply(1, app_code=None), NOTE), id="a reply from the inbox"),
        pytest.param(chat(reply(1, app_code="crm"), NOTE), id="another app's reply"),
        pytest.param(chat(entry(1, role=Role.BOT, app_code=OWN_CODE), NOTE), id="about a bot's message under our code"),
        pytest.param(chat(entry(1, role=Role.BOT), NOTE), id="about a bot's message"),
        pytest.param(chat(OURS_SAID, reply(0.995, app_code=None), NOTE), id="it may speak of a colleague's reply"),
        pytest.param(chat(OURS_SAID, entry(1.9, role=Role.BOT), NOTE), id="or of a bot's within an hour before"),
        pytest.param(chat(OURS_SAID, reply(1.99, app_code=None), NOTE), id="or of a colleague's an hour before"),
        pytest.param(chat(OURS_SAID, entry(1.5, role=Role.UNKNOWN), NOTE), id="or of somebody's unknown"),
        pytest.param(
            chat(OURS_SAID, entry(1.5, role=Role.TEAMMATE, kind=EntryKind.UNKNOWN), NOTE), id="or of a part unknown"
        ),
        pytest.param(chat(OURS_SAID, failure_note(0.99, "Octopods: number disconnected")), id="about other trouble"),
        pytest.param(chat(OURS_SAID, failure_note(0.99, "Octopods: not delivered")), id="about a failure unknown"),
        pytest.param(chat(OURS_SAID, replace(NOTE, app_code="crm")), id="another app's note"),
        pytest.param(chat(OURS_SAID, replace(NOTE, app_code=None)), id="a teammate's note"),
        pytest.param(chat(OURS_SAID, NOTE, born_on="whatsapp", tags=()), id="Intercom's own channel"),
        pytest.param(chat(OURS_SAID, NOTE, page_url=PAGE, tags=()), id="a channel nobody knows"),
    ],
)
def test_nothing_else_proves_anything(held: Conversation) -> None:
    assert evidence(held) == ()


def test_a_notice_about_a_bots_message_proves_nothing() -> None:
    for bots in (entry(1, role=Role.BOT, app_code=OWN_CODE), entry(1, role=Role.BOT, app_code=None)):
        assert assemble_thread([chat(bots, NOTE)], [], UNPROVEN).messages[1].notice is not None
        assert evidence(chat(bots, NOTE)) == ()


def test_a_bots_message_under_our_own_code_may_be_the_cause() -> None:
    bots = entry(1.5, role=Role.BOT, app_code=OWN_CODE)
    assert evidence(chat(bots, OURS_SAID, NOTE)) == ()


def test_a_note_by_an_account_of_the_bridge_alone_proves_nothing() -> None:
    """It is a notice by a person's word; whether the bridge wrote it is not surely known."""
    told = replace(UNPROVEN, notice_authors=frozenset({"7003"}))
    note = replace(NOTE, app_code=None, author_id="7003")
    assert assemble_thread([chat(OURS_SAID, note)], [], told).messages[1].notice is not None
    assert evidence(chat(OURS_SAID, note), workspace=told) == ()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(reply(2, app_code=None), id="a colleague's reply more than an hour before"),
        pytest.param(reply(1.5), id="another one of ours"),
        pytest.param(entry(1.5, role=Role.TEAMMATE, kind=EntryKind.NOTE, app_code=None), id="a note"),
        pytest.param(in_messenger(1.5), id="the customer's message"),
        pytest.param(reply(1.5, app_code=BRIDGE), id="the bridge's own words"),
    ],
)
def test_what_cannot_be_the_cause_takes_nothing_from_the_proof(other: Entry) -> None:
    assert evidence(chat(OURS_SAID, other, NOTE)) == (BY_NOTICE,)


def test_the_bridge_never_hears_of_a_direct_message() -> None:
    sent = DirectSent("d1", "SM1", "1", ROUTE, "Else", ago(0.995), "7002")
    assert evidence(chat(OURS_SAID, NOTE), direct=[sent]) == (BY_NOTICE,)


@pytest.mark.parametrize("said", [Relay.PROVEN, Relay.REFUSED])
def test_a_persons_word_is_never_overruled(said: Relay) -> None:
    told = replace(UNPROVEN, relay={WA: said})
    assert evidence(chat(OURS_SAID, NOTE), workspace=told) == ()
    assert evidence(chat(OURS_SAID), workspace=told, provider_messages=[listed()]) == ()


def test_only_replies_of_the_same_conversation_may_be_what_a_notice_speaks_of() -> None:
    plain = conversation("2", reply(1.01, app_code=None), page_url=PAGE)
    assert evidence(chat(OURS_SAID, NOTE), plain) == (BY_NOTICE,)
    assert evidence(plain) == ()


def test_each_channel_is_proven_once() -> None:
    other = replace(chat(reply(2), failure_note(1.99)), id="2")
    other = replace(other, entries=tuple(replace(e, conversation_id="2") for e in other.entries))
    found = evidence(chat(OURS_SAID, NOTE), other)
    assert [(e.channel, e.about) for e in found] == [(WA, "1")]


# --- by a row ------------------------------------------------------------------------------------------------------


def listed(age: float = 1 - MINUTE, text: str = TEXT, **more: object) -> ProviderMessage:
    given = {"key": KEY, "remote_id": f"SM{age}", "from_customer": False, "business_address": LINE}
    given |= {
        "customer_address": THEIRS,
        "sent_at": ago(age),
        "text_digest": text_digest(text),
        "delivery": Delivery.SENT,
    }
    return ProviderMessage(**(given | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("delivery", [None, *Delivery])
def test_a_reply_of_ours_that_the_provider_lists_proves_the_relay(delivery: Delivery | None) -> None:
    by_row = RelayEvidence(WA, Relay.PROVEN, RelayProof.OUTBOUND_ROW, ago(1 - MINUTE), "1")
    assert evidence(chat(OURS_SAID), provider_messages=[listed(delivery=delivery)]) == (by_row,)
    assert evidence(chat(OURS_SAID, NOTE), provider_messages=[listed(delivery=delivery)]) == (by_row,)


@pytest.mark.parametrize("code", [None, "crm", BRIDGE])
def test_a_listed_reply_that_is_not_ours_proves_nothing(code: str | None) -> None:
    assert evidence(chat(reply(1, app_code=code)), provider_messages=[listed()]) == ()


@pytest.mark.parametrize(
    ("other", "proves"),
    [
        pytest.param(reply(0.9, app_code=None), False, id="the same words from the inbox"),
        pytest.param(reply(1 - MINUTE + 0.25, app_code=None), False, id="15 minutes before the row"),
        pytest.param(reply(1 - MINUTE + 0.26, app_code=None), True, id="longer before"),
        pytest.param(reply(0.9, "Else", app_code=None), True, id="other words"),
        pytest.param(
            entry(0.9, role=Role.TEAMMATE, kind=EntryKind.NOTE, text=f"Sent on WhatsApp: {TEXT}"),
            False,
            id="a note of them",
        ),
        pytest.param(
            entry(0.9, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="Sent on WhatsApp"), True, id="another note"
        ),
        pytest.param(reply(0.9, f"As I said: {TEXT}", app_code=None), True, id="a reply that only holds them"),
        pytest.param(in_messenger(0.9, text=TEXT), True, id="the customer's own"),
    ],
)
def test_the_same_words_sent_in_another_way_prove_nothing(other: Entry, *, proves: bool) -> None:
    assert bool(evidence(chat(OURS_SAID, other), provider_messages=[listed()])) is proves


def test_the_same_words_from_the_inbox_of_another_conversation_prove_nothing_either() -> None:
    plain = conversation("2", reply(0.9, app_code=None), page_url=PAGE)
    assert evidence(chat(OURS_SAID), plain, provider_messages=[listed()]) == ()


def test_the_same_words_with_a_row_of_their_own_take_nothing_away() -> None:
    again = reply(0.9)
    found = evidence(chat(OURS_SAID, again), provider_messages=[listed(), listed(0.9 - MINUTE)])
    assert [e.proof for e in found] == [RelayProof.OUTBOUND_ROW]
