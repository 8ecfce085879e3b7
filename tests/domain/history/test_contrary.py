"""Contrary facts of a whole thread: from notices, STOP, direct messages and listed rows, and what has ended them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from conversation_factory import (
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource, RecoverySignals
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.provider_messages import ProviderMessage
from desktop.domain.history.thread import Chat, Thread, assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation, Entry
from desktop.domain.model.workspace import Pin

K = ContraryKind
WA, SMS = ChannelKind.WHATSAPP, ChannelKind.SMS
THEIRS, LINE, OTHER_LINE, STRANGER = "+353871234567", "+35315550100", "+35315550199", "+4915112345678"
KEY = ChannelKey(Provider.TWILIO, WA, LINE)
SMS_KEY = ChannelKey(Provider.TWILIO, SMS, LINE)
CONTACT = jennifer(bridge_attributes={"octopods_whatsapp_account_phone": LINE, "octopods_twilio_account_phone": LINE})


def thread(*held: Conversation, **more: object) -> Thread:
    found = [assemble_thread(order, [CONTACT], WORKSPACE, **more) for order in permutations(held)]  # type: ignore[arg-type]
    assert all((f.contrary, f.messages) == (found[0].contrary, found[0].messages) for f in found)
    return found[0]


def chat(*entries: Entry, name: str = "1", tag: str = "whatsapp", **more: object) -> Conversation:
    return conversation(name, *entries, tags=(tag,), **more)


def stored(kind: ContraryKind = K.UNREACHABLE, age: float = 1, **more: object) -> ContraryFact:
    given = {
        "channel": WA,
        "at": ago(age),
        "source": ContrarySource.REFUSAL,
        "about": "d9",
        "business_address": LINE,
        "customer_address": THEIRS,
    }
    return ContraryFact(kind, **(given | more))  # type: ignore[arg-type]


def of_chat(found: Thread, name: str = "1") -> tuple[tuple[ContraryFact, ...], RecoverySignals]:
    held: Chat = found.chat(name)
    return held.contrary, held.recovery


# --- where facts come from -----------------------------------------------------------------------------------------


def test_a_notice_is_a_fact_of_the_time_of_its_reply() -> None:
    note = failure_note(0.99, "Failed to send: the user blocked us")
    found = thread(chat(first(9), reply(1), note))
    expected = ContraryFact(K.UNREACHABLE, WA, ago(1), ContrarySource.BRIDGE_NOTICE, note.id, "1", LINE, THEIRS)
    assert found.contrary == of_chat(found)[0] == (expected,)
    pinned = replace(WORKSPACE, pins={"1": Pin(None)})
    assert assemble_thread([chat(first(9), reply(1), note)], [CONTACT], pinned).contrary == ()


def test_stop_by_text_message_is_a_fact_and_start_may_end_it() -> None:
    stop, start = on_channel(5, text="Stop", id="7"), on_channel(3, text="START")
    found = thread(chat(first(9), stop, on_channel(4, text="hello"), start, tag="twilio"))
    assert found.contrary == (ContraryFact(K.OPTED_OUT, SMS, ago(5), ContrarySource.CUSTOMER, "7", "1", LINE, THEIRS),)
    assert of_chat(found)[1].started_at == ago(3)
    assert of_chat(found)[1].customer_wrote_at == ago(3)


def test_stop_that_may_have_come_by_text_message_is_a_fact_and_start_that_may_have_ends_nothing() -> None:
    stop, start = in_messenger(5, app_code="crm", text="Stop", id="7"), in_messenger(3, app_code="crm", text="Start")
    found = thread(chat(first(9), stop, start, tag="twilio"))
    assert [(fact.kind, fact.about) for fact in found.contrary] == [(K.OPTED_OUT, "7")]
    assert of_chat(found)[1].started_at is None


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(chat(first(9), on_channel(5, text="Stop")), id="on WhatsApp"),
        pytest.param(chat(first(9), in_messenger(5, text="Stop"), tag="twilio"), id="typed in the Messenger"),
        pytest.param(chat(first(9), reply(5, "Stop"), tag="twilio"), id="by us"),
        pytest.param(chat(first(9), on_channel(5, text="Stop it"), tag="twilio"), id="more words"),
        pytest.param(conversation("1", first(9, text="Stop"), page_url=PAGE), id="on the web"),
    ],
)
def test_nothing_else_is_a_stop(held: Conversation) -> None:
    assert thread(held).contrary == ()
    assert thread(held).chat("1").recovery.started_at is None


def test_a_text_message_by_a_persons_word_in_another_chat_is_no_stop_there() -> None:
    told = replace(WORKSPACE, message_channels={("1", "7"): SMS})
    held = chat(first(9), on_channel(5, text="Stop", id="7"))
    assert assemble_thread([held], [CONTACT], told).contrary == ()


def test_start_counts_only_in_the_same_chat_and_the_newest() -> None:
    early, late = on_channel(4, text="start"), on_channel(3, text="yes")
    found = thread(
        chat(first(9), late, early, in_messenger(2, text="start"), tag="twilio"),
        chat(on_channel(1, text="start"), name="2"),
    )
    assert of_chat(found)[1].started_at == ago(3)
    assert of_chat(found, "2")[1].started_at is None


ROUTE = Route(KEY, "+353 87 123 4567", "+353 1 555 0100")
SENT = DirectSent("d1", "SM1", "1", ROUTE, "Hello", ago(2), delivery=Delivery.FAILED, failure=K.UNREACHABLE)


def test_a_direct_message_that_failed_is_a_fact() -> None:
    expected = ContraryFact(K.UNREACHABLE, WA, ago(2), ContrarySource.LATE_FAILURE, "d1", "1", LINE, THEIRS, KEY)
    found = thread(chat(first(9)), direct=[SENT])
    assert found.contrary == (expected,)
    assert of_chat(found)[0] == (expected,)
    assert thread(chat(first(9)), direct=[replace(SENT, failure=None)]).contrary == ()
    assert thread(chat(first(9)), direct=[replace(SENT, delivery=Delivery.SENT)]).contrary == ()


def row(**more: object) -> ProviderMessage:
    given = {
        "key": KEY,
        "remote_id": "SM5",
        "from_customer": False,
        "business_address": "+353 1 555 0100",
        "customer_address": "+353 87 123 4567",
        "sent_at": ago(2),
        "delivery": Delivery.FAILED,
        "failure": K.UNKNOWN,
    }
    return ProviderMessage(**(given | more))  # type: ignore[arg-type]


def test_a_listed_failure_is_a_fact() -> None:
    found = thread(chat(first(9)), provider_messages=[row()])
    expected = ContraryFact(K.UNKNOWN, WA, ago(2), ContrarySource.LISTED, "row:twilio:SM5", "", LINE, THEIRS, KEY)
    assert found.contrary == (expected,)
    assert of_chat(found)[0] == (expected,)
    assert thread(chat(first(9)), provider_messages=[row(failure=None)]).contrary == ()
    assert thread(chat(first(9)), provider_messages=[row(delivery=Delivery.DELIVERED)]).contrary == ()


def test_stored_facts_are_held_once_oldest_first_and_a_solved_one_not_at_all() -> None:
    old, new = stored(age=5, about="a", business_address="+353 1 555 0100"), stored(age=1, about="b")
    told = thread(chat(first(9)), contrary=[new, old], direct=[SENT])
    assert [f.about for f in told.contrary] == ["a", "d1", "b"]
    assert told.contrary[0].business_address == LINE
    again = replace(told.contrary[1], at=ago(7), kind=K.ACCOUNT)
    assert thread(chat(first(9)), contrary=[again], direct=[SENT]).contrary == (told.contrary[1],)
    left = thread(chat(first(9)), contrary=[new, old], solved=frozenset({new.id}))
    assert [f.about for f in left.contrary] == ["a"]


# --- which chat a fact is about ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "concerns"),
    [
        pytest.param(stored(), True, id="both addresses"),
        pytest.param(stored(channel=SMS), False, id="another channel"),
        pytest.param(stored(business_address=OTHER_LINE), False, id="another number of ours"),
        pytest.param(stored(business_address=""), False, id="ours is not known"),
        pytest.param(stored(customer_address=""), False, id="theirs is not known"),
        pytest.param(stored(customer_address=STRANGER), False, id="another customer"),
        pytest.param(stored(conversation_id="1", business_address="", customer_address=""), True, id="said here"),
        pytest.param(stored(conversation_id="2"), False, id="said in another chat"),
        pytest.param(stored(conversation_id="2", account=KEY), True, id="said there of a route"),
        pytest.param(stored(conversation_id="99"), True, id="said in one that is gone"),
        pytest.param(stored(K.ACCOUNT, customer_address=STRANGER), True, id="the account's, about another customer"),
        pytest.param(stored(K.TEMPORARY, customer_address=STRANGER), True, id="throttled, another customer"),
        pytest.param(stored(K.ACCOUNT, customer_address=STRANGER, business_address=""), True, id="of a number unknown"),
        pytest.param(stored(K.ACCOUNT, customer_address=STRANGER, business_address=OTHER_LINE), False, id="another"),
        pytest.param(stored(K.ACCOUNT, channel=SMS), False, id="account of another channel"),
        pytest.param(stored(K.UNKNOWN, customer_address=STRANGER), False, id="unknown, another customer"),
    ],
)  # fmt: skip
def test_what_concerns_a_chat(fact: ContraryFact, *, concerns: bool) -> None:
    other = chat(first(50), name="2", tag="telegram")
    found = thread(chat(first(9)), other, contrary=[fact])
    assert of_chat(found)[0] == ((fact,) if concerns else ())


def test_an_accounts_trouble_concerns_a_chat_whose_number_is_not_known() -> None:
    fact = stored(K.ACCOUNT, customer_address=STRANGER)
    nobody = assemble_thread([chat(first(9))], [jennifer()], WORKSPACE, contrary=[fact])
    assert of_chat(nobody)[0] == (fact,)


def test_a_direct_refusal_concerns_a_chat_whose_number_is_not_known() -> None:
    """The bridge may use the very number or bot that the customer blocked."""
    for fact, concerns in (
        (stored(K.UNREACHABLE, account=KEY), True),
        (stored(K.UNREACHABLE, account=KEY, customer_address=STRANGER), False),
        (stored(K.UNREACHABLE), False),
        (stored(K.EXPIRED, account=KEY), False),
    ):
        nobody = assemble_thread([chat(first(9))], [jennifer()], WORKSPACE, contrary=[fact])
        assert of_chat(nobody)[0] == ((fact,) if concerns else ()), fact


@pytest.mark.parametrize("kind", [K.ACCOUNT, K.TEMPORARY])
def test_an_accounts_trouble_is_never_that_of_intercoms_own_number(kind: ContraryKind) -> None:
    native = conversation("1", first(9), born_on="whatsapp")
    for number in (LINE, ""):
        fact = stored(kind, customer_address=STRANGER, business_address=number)
        assert of_chat(thread(native, contrary=[fact]))[0] == ()


# --- what was seen since -------------------------------------------------------------------------------------------


def recovery(**more: object) -> RecoverySignals:
    return of_chat(thread(chat(first(9), in_messenger(2)), **more))[1]


def test_only_a_sure_message_of_the_chat_counts_as_the_customers() -> None:
    assert recovery() == RecoverySignals(customer_wrote_at=ago(9))
    late = conversation("2", first(1))
    assert of_chat(thread(chat(first(9)), late))[1].customer_wrote_at == ago(9)
    assert of_chat(thread(chat(reply(9))))[1] == RecoverySignals()


@pytest.mark.parametrize("delivery", list(Delivery))
def test_a_delivery_of_the_provider_counts_from_when_it_was_told(delivery: Delivery) -> None:
    told: dict[str, datetime | None] = {"delivery_at": ago(1)}
    counts = delivery in (Delivery.DELIVERED, Delivery.READ)
    expected = RecoverySignals(ago(9), ago(1), None, ago(1)) if counts else RecoverySignals(ago(9))
    listed = row(delivery=delivery, failure=None, **told)
    assert recovery(provider_messages=[listed]) == expected
    sent = replace(SENT, delivery=delivery, failure=None, delivery_at=ago(1))
    assert recovery(direct=[sent]) == expected
    if counts:
        assert recovery(provider_messages=[replace(listed, delivery_at=None)]).delivered_at == ago(2)
        assert recovery(direct=[replace(sent, delivery_at=None)]).delivered_at == ago(2)


GOT = row(delivery=Delivery.DELIVERED, failure=None)


@pytest.mark.parametrize(
    ("listed", "to_them", "by_account"),
    [
        (GOT, True, True),
        (replace(GOT, customer_address=STRANGER), False, True),
        (replace(GOT, business_address=OTHER_LINE), False, False),
        (replace(GOT, key=SMS_KEY), False, False),
    ],
)
def test_whom_a_delivery_reached_on_which_account(listed: ProviderMessage, *, to_them: bool, by_account: bool) -> None:
    found = recovery(provider_messages=[listed])
    assert (found.delivered_at is not None, found.account_delivered_at is not None) == (to_them, by_account)
    route = Route(listed.key, listed.customer_address, listed.business_address)
    sent = replace(SENT, route=route, delivery=Delivery.READ, failure=None)
    found = recovery(direct=[sent])
    assert (found.delivered_at is not None, found.account_delivered_at is not None) == (to_them, by_account)


def test_of_several_deliveries_the_newest_counts() -> None:
    newer = replace(GOT, remote_id="SM6", sent_at=ago(1))
    assert (
        recovery(provider_messages=[newer, GOT]).delivered_at
        == recovery(provider_messages=[GOT, newer]).account_delivered_at
        == ago(1)
    )
    assert timedelta(hours=1) == ago(1) - ago(2)
