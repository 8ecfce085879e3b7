"""What a channel's provider lists beside Intercom: exact windows, deliveries, proof of relay, and no lie among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import (
    BRIDGE,
    NOW,
    WORKSPACE,
    ago,
    conversation,
    entry,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from reasons import said

from desktop.domain.delivery import Arrival, ArrivalReason, Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.direct_reach import find_direct_window
from desktop.domain.history.provider_messages import (
    MAX_BRIDGE_DELAY,
    ProviderMessage,
    ProviderMessages,
    address_pair,
    match_inbound,
    match_outbound,
    normalize_text,
    text_digest,
)
from desktop.domain.history.thread import Message, Thread, assemble_thread
from desktop.domain.learning.bridge import find_bridge_delays
from desktop.domain.learning.relay import RelayEvidence, RelayProof, find_relay_proofs
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import Attachment, ChannelKind, Conversation, ConversationState, Entry, EntryKind, Role
from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.window.window import WINDOW_LENGTH, WindowKey, WindowState
from desktop.text.formats import date_and_time
from desktop.text.reasons.describe import describe

THEIRS, OURS, OTHER = "+353871234567", "+35315550101", "+35315550199"
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, OURS)
TAGS = ("twilio_whatsapp",)
ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": OURS}
UNPROVEN = replace(WORKSPACE, relay={})
DAY = timedelta(hours=24)
ROW_MARGIN = timedelta(seconds=60)
MINUTE = 1 / 60
ASKED = "Where is my parcel?"
ANSWERED = "It left our hub this morning."


def inbound(age: float, text: str = ASKED, **more: object) -> ProviderMessage:
    settled = {"remote_id": f"SM{age}", "from_customer": True, "text_digest": text_digest(text)}
    return row(age, **(settled | more))


def outbound(
    age: float, text: str = ANSWERED, delivery: Delivery | None = Delivery.DELIVERED, **more: object
) -> ProviderMessage:
    settled = {"remote_id": f"SMo{age}", "text_digest": text_digest(text), "delivery": delivery, "made_by_api": True}
    return row(age, **(settled | more))


def row(age: float, **more: object) -> ProviderMessage:
    settled = {
        "key": KEY,
        "from_customer": False,
        "business_address": OURS,
        "customer_address": THEIRS,
        "sent_at": ago(age),
    }
    return ProviderMessage(**(settled | more))  # type: ignore[arg-type]


def thread(
    *held: Conversation,
    provider_messages: tuple[ProviderMessage, ...] = (),
    workspace: Workspace = WORKSPACE,
    **more: object,
) -> Thread:
    contact = jennifer(**({"bridge_attributes": ATTRIBUTES} | more.pop("contact", {})))  # type: ignore[operator]
    return assemble_thread(held, [contact], workspace, provider_messages=provider_messages, **more)  # type: ignore[arg-type]


def talk(*entries: Entry, **more: object) -> Conversation:
    return conversation("1", *entries, **({"tags": TAGS} | more))


def only(found: Thread, text: str) -> Message:
    [message] = [m for m in found.messages if m.entry.text == text]
    return message


# --- words ---------------------------------------------------------------------------------------------------------


@given(st.text())
def test_words_are_the_same_whatever_white_space_a_provider_makes_of_them(text: str) -> None:
    assert text_digest(f" {text}\n") == text_digest(" ".join(text.split())) == text_digest(normalize_text(text))
    assert (text_digest(text) == "") == (normalize_text(text) == "")


def test_words_cannot_be_read_from_a_digest() -> None:
    assert text_digest("Caf\u00e9") == text_digest("Cafe\u0301")
    assert "Cafe" not in text_digest("Cafe")
    assert text_digest("Yes") != text_digest("yes")


# --- windows -------------------------------------------------------------------------------------------------------


def test_the_window_begins_when_the_provider_had_the_message_not_when_the_bridge_posted_it() -> None:
    held = talk(on_channel(1, id="5"))
    found = thread(held, provider_messages=(inbound(1 + 5 * MINUTE),))
    window = found.chat("1").window
    assert (window.opened_by, window.opened_at) == ("5", ago(1 + 5 * MINUTE))
    assert window.closes_at == ago(1 + 5 * MINUTE) + DAY - ROW_MARGIN
    assert only(found, ASKED).provider_message == inbound(1 + 5 * MINUTE)


def test_a_first_message_is_tied_as_well() -> None:
    found = thread(talk(first(1)), provider_messages=(inbound(1 + 2 * MINUTE),))
    assert (found.chat("1").window.opened_by, found.chat("1").window.opened_at) == ("source:1", ago(1 + 2 * MINUTE))


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(inbound(1 - MINUTE), id="later than the message"),
        pytest.param(inbound(1 + 11 * MINUTE), id="more than ten minutes before it"),
        pytest.param(inbound(1 + MINUTE, "Hello?"), id="other words"),
        pytest.param(inbound(1 + MINUTE, business_address=OTHER), id="another number of ours"),
        pytest.param(inbound(1 + MINUTE, customer_address="+4915112345678"), id="another customer's number"),
        pytest.param(inbound(1 + MINUTE, key=replace(KEY, channel=ChannelKind.SMS)), id="another channel"),
        pytest.param(inbound(1 + MINUTE, from_customer=False), id="the other direction"),
        pytest.param(inbound(1 + MINUTE, customer_address="US.1349120865530274"), id="an address that is no number"),
    ],
)
def test_nothing_else_is_tied_to_a_message(strange: ProviderMessage) -> None:
    assert only(thread(talk(on_channel(1)), provider_messages=(strange,)), ASKED).provider_message is None


def test_a_bots_messages_are_matched_by_the_customers_id_and_decide_nothing() -> None:
    bot = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "110201543")
    told = inbound(1 + MINUTE, key=bot, business_address="", customer_address="9001")
    of_another = replace(told, customer_address="9002", remote_id="9002:1")
    at_another_bot = replace(told, key=replace(bot, sender="7"), remote_id="9001:7")
    held = conversation("1", on_channel(1), in_messenger(1), tags=("telegram",))

    def found(*rows: ProviderMessage, address: str = "9001") -> Thread:
        written = {"octopods_telegram_user_id": address} if address else {}
        return thread(held, provider_messages=rows, contact={"bridge_attributes": written})

    assert [m.provider_message for m in found(told, of_another).messages] == [told, None]
    # Nobody says which bot the chat is with.
    for unmatched in (found(of_another), found(told, at_another_bot), found(told, address="")):
        assert {m.provider_message for m in unmatched.messages} == {None}
    chat, before = found(told).chat("1"), found().chat("1")
    assert replace(chat, messages=()) == replace(before, messages=())
    assert (found(told).listed_windows, find_bridge_delays(found(told), WORKSPACE)) == ((), ())


def test_each_row_stands_for_one_message_and_the_nearest_counts() -> None:
    held = talk(on_channel(1, id="5"), on_channel(1 - MINUTE, id="6"))
    early, late = inbound(1 + 2 * MINUTE), inbound(1 + MINUTE)
    assert {m.id: m.provider_message for m in thread(held, provider_messages=(early, late)).messages} == {
        "5": late,
        "6": early,
    }
    assert {m.id: m.provider_message for m in thread(held, provider_messages=(late,)).messages} == {
        "5": late,
        "6": None,
    }


@pytest.mark.parametrize(
    ("in_intercom", "listed", "tied"),
    [
        (on_channel(1, text="", attachments=(Attachment("a.jpg", ""),)), inbound(1 + 2 * MINUTE, ""), True),
        (on_channel(1, text="", redacted=True), inbound(1 + 2 * MINUTE), True),
        (on_channel(1), inbound(1 + 2 * MINUTE, ""), True),
        # It may have been typed anywhere: only its words could tie it.
        (first(1, text=""), inbound(1 + 2 * MINUTE, ""), False),
        (first(1), inbound(1 + 2 * MINUTE, ""), False),
        (first(1), inbound(1 + 2 * MINUTE), True),
    ],
    ids=[
        "a file",
        "redacted in Intercom",
        "redacted there",
        "a file of unknown origin",
        "unknown and redacted",
        "said",
    ],
)
def test_without_words_only_what_surely_came_from_the_channel_is_tied(
    in_intercom: Entry, listed: ProviderMessage, *, tied: bool
) -> None:
    # Without the bridge's tag on it, where a first message came from is not known.
    held = [conversation("2", in_intercom, tags=() if in_intercom.is_first else TAGS)]
    held.append(talk(on_channel(60), state=ConversationState.CLOSED))
    found = thread(*held, provider_messages=(listed,))
    assert found.chat("1").window.opened_at == listed.sent_at
    assert (found.chat("1").window.doubt is None) == (tied or not in_intercom.is_first)


def test_words_of_unknown_origin_that_the_provider_lists_leave_no_doubt() -> None:
    held = [talk(on_channel(60)), conversation("2", first(30, text="Hello again"))]
    assert thread(*held).chat("1").window.doubt is not None
    found = thread(*held, provider_messages=(inbound(30 + MINUTE, "Hello again"),))
    assert found.chat("1").window.doubt is None
    assert found.chat("1").window.state(NOW) is WindowState.CLOSED


def test_a_message_that_only_the_provider_shows_opens_the_window() -> None:
    held = talk(on_channel(30), reply(29))
    assert thread(held).chat("1").window.state(NOW) is WindowState.CLOSED
    found = thread(held, provider_messages=(inbound(0.5),))
    window = found.chat("1").window
    assert window.state(NOW) is WindowState.OPEN
    assert window.opened_by == inbound(0.5).id
    assert all(m.id != window.opened_by for m in found.messages)


def test_a_window_that_was_open_when_we_answered_is_seen_afterwards() -> None:
    held = talk(on_channel(50), reply(10))
    assert thread(held).chat("1").messages[1].arrived[0].arrival is Arrival.NOT_EXPECTED
    assert thread(held, provider_messages=(inbound(11),)).chat("1").messages[1].arrived[0].arrival is Arrival.EXPECTED
    assert (
        thread(held, provider_messages=(inbound(9),)).chat("1").messages[1].arrived[0].arrival is Arrival.NOT_EXPECTED
    )


def test_the_margin_of_rows_is_a_setting_of_its_own() -> None:
    eager = replace(WORKSPACE, margin=timedelta(0), row_margin=timedelta(seconds=5))
    found = thread(talk(on_channel(1)), provider_messages=(inbound(1 + MINUTE),), workspace=eager)
    assert found.chat("1").window.closes_at == ago(1 + MINUTE) + DAY - timedelta(seconds=5)


def test_of_a_row_and_a_later_message_the_one_that_lasts_longer_counts() -> None:
    half = MINUTE / 2
    held = talk(on_channel(1, text="Anybody?", id="7"))
    window = thread(held, provider_messages=(inbound(1 + half),)).chat("1").window
    # 30 seconds earlier, but with a margin that is 60 seconds smaller.
    assert (window.opened_by, window.closes_at) == (inbound(1 + half).id, ago(1 + half) + DAY - ROW_MARGIN)


def test_where_our_number_is_not_known_no_row_opens_the_window() -> None:
    held = talk(on_channel(30))
    found = thread(held, provider_messages=(inbound(0.5),), contact={"bridge_attributes": {}})
    assert found.chat("1").window.state(NOW) is WindowState.CLOSED


def test_a_number_that_no_chat_mirrors_has_a_window_of_its_own() -> None:
    listed = (inbound(30, business_address=OTHER), inbound(3, business_address=OTHER), inbound(2))
    found = thread(talk(on_channel(40)), provider_messages=listed)
    [window] = found.listed_windows
    assert (window.key.business_address, window.key.customer_address) == (OTHER, THEIRS)
    assert window.closes_at == ago(3) + DAY - ROW_MARGIN
    assert window.state(NOW) is WindowState.OPEN
    # What was deleted is not listed.
    assert window.state(NOW + DAY) is WindowState.UNKNOWN


def test_a_way_past_intercom_has_the_window_that_its_own_provider_lists() -> None:
    listed = (inbound(3, business_address=OTHER),)
    route = Route(replace(KEY, sender=OTHER), THEIRS, OTHER)
    assert find_direct_window(thread(talk(on_channel(40))), route).state(NOW) is WindowState.UNKNOWN
    window = find_direct_window(thread(talk(on_channel(40)), provider_messages=listed), route)
    assert (window.opened_at, window.state(NOW)) == (ago(3), WindowState.OPEN)
    # The bridge's own chat is another window.
    assert (
        find_direct_window(thread(talk(on_channel(40)), provider_messages=listed), Route(KEY, THEIRS, OURS)).state(NOW)
        is WindowState.CLOSED
    )


def test_a_channel_without_windows_has_none_here_either() -> None:
    sms = replace(KEY, channel=ChannelKind.SMS)
    assert thread(talk(on_channel(1)), provider_messages=(inbound(1, key=sms),)).listed_windows == ()


# --- deliveries ----------------------------------------------------------------------------------------------------


WRITE_AGAIN = said("Write again.")


@pytest.mark.parametrize(
    ("delivery", "arrival", "words"),
    [
        (Delivery.ACCEPTED, Arrival.ACCEPTED, "accepted by Twilio"),
        (Delivery.SENT, Arrival.SENT, "Sent by Twilio"),
        (Delivery.DELIVERED, Arrival.DELIVERED, "Twilio reports that this was delivered"),
        (Delivery.READ, Arrival.READ, "Twilio reports that this was read"),
        (Delivery.FAILED, Arrival.FAILED, "Twilio couldn't deliver"),
    ],
)
def test_what_the_provider_says_stands_in_the_place_of_what_we_expect(
    delivery: Delivery, arrival: Arrival, words: str
) -> None:
    held = talk(on_channel(2), reply(1))
    at = NOW - timedelta(seconds=5)
    listed = outbound(1 - MINUTE, delivery=delivery, delivery_at=at, reason=said("The window is closed."))
    message = only(thread(held, provider_messages=(listed,)), ANSWERED)
    there, messenger = message.arrived
    assert (there.channel, there.arrival) == (ChannelKind.WHATSAPP, arrival)
    assert words in describe(there.reason)
    assert date_and_time(at) in describe(there.reason)
    assert ("The window is closed." in describe(there.reason)) == (delivery is Delivery.FAILED)
    assert (messenger.channel, messenger.arrival) == (ChannelKind.MESSENGER, Arrival.ACCEPTED)
    assert message.provider_message == listed


def test_a_failure_beats_the_forecast_and_a_delivery_beats_the_bridges_report() -> None:
    closed = talk(on_channel(40), reply(1), failure_note(0.99))
    assert (
        only(thread(closed, provider_messages=(outbound(1, delivery=Delivery.SENT),)), ANSWERED).arrived[0].arrival
        is Arrival.FAILED
    )
    assert only(thread(closed, provider_messages=(outbound(1),)), ANSWERED).arrived[0].arrival is Arrival.DELIVERED
    unproven = thread(
        talk(on_channel(2), reply(1)),
        provider_messages=(outbound(1, delivery=Delivery.FAILED, reason=said("63016.")),),
        workspace=UNPROVEN,
    )
    failed = only(unproven, ANSWERED).arrived[0]
    assert (failed.arrival, describe(failed.reason).endswith("63016.")) == (Arrival.FAILED, True)


@pytest.mark.parametrize(
    ("delivery", "why", "code", "is_told_why"),
    [
        (Delivery.FAILED, NO_REASON, ArrivalReason.NOT_DELIVERED_AT, False),
        (Delivery.FAILED, WRITE_AGAIN, ArrivalReason.NOT_DELIVERED_AT, True),
        (Delivery.SENT, WRITE_AGAIN, ArrivalReason.SENT_AT, False),
        (Delivery.ACCEPTED, WRITE_AGAIN, ArrivalReason.ACCEPTED_FROM_BRIDGE, False),
    ],
)
def test_the_providers_own_time_counts_where_it_does_not_say_since_when(
    delivery: Delivery, why: Reason, code: ArrivalReason, *, is_told_why: bool
) -> None:
    found = thread(talk(on_channel(2), reply(1)), provider_messages=(outbound(1, delivery=delivery, reason=why),))
    report = make_reason(code, provider="Twilio", at=ago(1).isoformat())
    expected = join_reasons(report, why) if is_told_why else report
    assert only(found, ANSWERED).arrived[0].reason == expected


def test_what_a_provider_does_not_say_of_a_row() -> None:
    bare_row = row(1, remote_id="SM1")
    assert (bare_row.text_digest, bare_row.made_by_api, bare_row.reason) == ("", False, NO_REASON)
    assert (bare_row.delivery, bare_row.delivery_at, bare_row.failure) == (None, None, None)
    assert (bare_row.id, bare_row.order) == ("row:twilio:SM1", (ago(1), "row:twilio:SM1"))


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(outbound(1 - 11 * MINUTE), id="too late"),
        pytest.param(outbound(1 + MINUTE), id="before the reply"),
        pytest.param(outbound(1, "Something else"), id="other words"),
        pytest.param(outbound(1, ""), id="no words"),
        pytest.param(outbound(1, business_address=OTHER), id="another number of ours"),
        pytest.param(outbound(1, customer_address="+4915112345678"), id="another customer"),
        pytest.param(outbound(1, key=replace(KEY, channel=ChannelKind.SMS)), id="another channel"),
        pytest.param(outbound(1, from_customer=True), id="the customer's own words"),
        pytest.param(outbound(1, business_address="MG1"), id="a sender that is no number"),
    ],
)
def test_nothing_else_tells_of_a_reply(strange: ProviderMessage) -> None:
    found = thread(talk(on_channel(2), reply(1)), provider_messages=(strange,), workspace=UNPROVEN)
    assert [m.provider_message for m in found.messages if m.entry.text == ANSWERED] == [None]
    assert find_relay_proofs(found, UNPROVEN) == ()


def test_an_unknown_word_of_the_provider_changes_nothing_that_is_shown() -> None:
    held = talk(on_channel(2), reply(1))
    assert (
        only(thread(held, provider_messages=(outbound(1, delivery=None),)), ANSWERED).arrived
        == only(thread(held), ANSWERED).arrived
    )


def test_a_reply_in_a_conversation_of_another_kind_is_told_of_by_no_row() -> None:
    for held in (
        conversation("1", first(2), reply(1), page_url="https://shop.example"),
        conversation("1", first(2), reply(1), born_on="whatsapp"),
        conversation("1", first(2), reply(1)),
    ):
        assert only(thread(held, provider_messages=(outbound(1),)), ANSWERED).provider_message is None


def test_where_our_number_is_not_known_the_very_words_on_the_channel_are_enough() -> None:
    sms = replace(KEY, channel=ChannelKind.SMS)
    held = conversation("1", on_channel(2), reply(1), tags=("twilio",))
    found = thread(
        held,
        provider_messages=(outbound(1, key=sms, business_address=OTHER), outbound(0.9)),
        contact={"bridge_attributes": {}},
    )
    assert only(found, ANSWERED).arrived[0].arrival is Arrival.DELIVERED
    assert only(found, ANSWERED).arrived[0].channel is ChannelKind.SMS


def test_what_went_past_intercom_is_no_reply_of_intercoms() -> None:
    route = Route(KEY, THEIRS, OURS)
    held = talk(on_channel(2), reply(1))
    sent = DirectSent("d1", "SMdirect", "1", route, ANSWERED, ago(0.99))
    listed = outbound(0.99, remote_id="SMdirect")
    assert all(m.provider_message is None for m in thread(held, provider_messages=(listed,), direct=[sent]).messages)
    # The provider never told its name of it: any row in these words may be it.
    lost = replace(sent, remote_id="")
    for near, row_of_reply in (
        (lost, None),
        (replace(lost, text="Else"), listed),
        (replace(lost, sent_at=ago(5)), listed),
    ):
        found = thread(held, provider_messages=(listed,), direct=[near])
        assert [m.provider_message for m in found.messages if m.direct is None] == [None, row_of_reply]


# --- ties, one by one ----------------------------------------------------------------------------------------------

SECONDS = 1 / 3600


@pytest.mark.parametrize(
    ("age_of_row", "tied"),
    [(1, True), (1 + 10 * MINUTE, True), (1 - SECONDS, False), (1 + 10 * MINUTE + SECONDS, False)],
)
def test_a_message_is_at_most_ten_minutes_later_than_its_row_and_never_earlier(
    age_of_row: float, *, tied: bool
) -> None:
    message = on_channel(1, conversation_id="1", id="7")
    listed = inbound(age_of_row)
    expected = {("1", "7"): listed} if tied else {}
    assert match_inbound([message], [], [listed]) == match_inbound([], [message], [listed]) == expected
    assert timedelta(minutes=10) == MAX_BRIDGE_DELAY


@pytest.mark.parametrize(
    ("age_of_row", "tied"),
    [
        (1, True),
        (1 - 10 * MINUTE, True),
        (1 + 5 * SECONDS, True),
        (1 + 6 * SECONDS, False),
        (1 - 10 * MINUTE - SECONDS, False),
    ],
)
def test_a_row_is_at_most_ten_minutes_later_than_its_reply(age_of_row: float, *, tied: bool) -> None:
    message = reply(1, conversation_id="1", id="7")
    listed = outbound(age_of_row)
    assert match_outbound([message], [listed]) == ({("1", "7"): listed} if tied else {})
    assert match_outbound([replace(message, text="")], [replace(listed, text_digest="")]) == {}
    assert match_outbound([message], []) == {}


def test_one_that_lost_its_words_takes_no_row_of_another() -> None:
    said, file = on_channel(1, conversation_id="1", id="7"), on_channel(1, conversation_id="1", id="8", text="")
    listed = inbound(1 + MINUTE)
    assert match_inbound([file, said], [], [listed]) == {("1", "7"): listed}
    nameless = inbound(1 + 2 * MINUTE, "")
    assert match_inbound([file, said], [], [nameless, listed]) == {("1", "7"): listed, ("1", "8"): nameless}


def test_rows_are_kept_by_both_numbers_and_the_direction() -> None:
    spelt = inbound(3, business_address="+353 1 555 0101", customer_address="whatsapp:+353871234567")
    kept = ProviderMessages([inbound(2), outbound(1), spelt, inbound(2), outbound(4, delivery=Delivery.SENT)])
    here = address_pair(WindowKey(ChannelKind.WHATSAPP, OURS, THEIRS))
    assert here == (ChannelKind.WHATSAPP, "35315550101", "353871234567")
    assert list(kept.inbound(here)) == [spelt, inbound(2)]
    assert list(kept.inbound(None)) == list(kept.inbound((ChannelKind.SMS, "1", "2"))) == []
    assert kept.outbound(WindowKey(ChannelKind.WHATSAPP, OURS, THEIRS)) == [
        outbound(4, delivery=Delivery.SENT),
        outbound(1),
    ]
    assert kept.outbound(WindowKey(ChannelKind.WHATSAPP, OTHER, THEIRS)) == []
    assert kept.outbound(WindowKey(ChannelKind.WHATSAPP, "", THEIRS)) == kept.outbound(
        WindowKey(ChannelKind.WHATSAPP, OURS, THEIRS)
    )
    assert kept.pairs == (here,)
    assert kept.delivered == [outbound(1)]
    assert address_pair(WindowKey(ChannelKind.WHATSAPP, OURS)) is None
    assert address_pair(WindowKey(ChannelKind.WHATSAPP, "", THEIRS)) is None
    assert inbound(2).id == "row:twilio:SM2"


@pytest.mark.parametrize(
    ("lost_at", "is_taken"),
    [(1 + 10 * MINUTE, True), (1 - 10 * MINUTE, True), (1 + 10 * MINUTE + SECONDS, False), (1 - 10.1 * MINUTE, False)],
)
def test_a_direct_message_without_a_name_takes_every_row_within_ten_minutes(lost_at: float, *, is_taken: bool) -> None:
    sent = DirectSent("d1", "", "1", Route(KEY, THEIRS, OURS), ANSWERED, ago(lost_at))
    key = WindowKey(ChannelKind.WHATSAPP, OURS, THEIRS)
    assert (ProviderMessages([outbound(1)], [sent]).outbound(key) == []) is is_taken
    elsewhere = replace(sent, route=Route(replace(KEY, sender=OTHER), THEIRS, OTHER))
    assert ProviderMessages([outbound(1)], [elsewhere]).outbound(key) == [outbound(1)]


# --- the relay -----------------------------------------------------------------------------------------------------


def test_a_reply_of_ours_that_the_provider_lists_proves_the_relay() -> None:
    for delivery in Delivery:
        found = thread(
            talk(on_channel(2), reply(1)),
            provider_messages=(outbound(1 - MINUTE, delivery=delivery),),
            workspace=UNPROVEN,
        )
        assert find_relay_proofs(found, UNPROVEN) == (
            RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.OUTBOUND_ROW, ago(1 - MINUTE), "1"),
        )


@pytest.mark.parametrize("said", [Relay.REFUSED, Relay.PROVEN])
def test_no_row_overrules_a_person(said: Relay) -> None:
    told = replace(UNPROVEN, relay={ChannelKind.WHATSAPP: said})
    assert (
        find_relay_proofs(thread(talk(on_channel(2), reply(1)), provider_messages=(outbound(1),), workspace=told), told)
        == ()
    )


def test_a_reply_from_the_inbox_proves_nothing_about_ours() -> None:
    for code in (None, "some-other-app", BRIDGE):
        found = thread(
            talk(on_channel(2), reply(1, app_code=code)), provider_messages=(outbound(1),), workspace=UNPROVEN
        )
        assert find_relay_proofs(found, UNPROVEN) == ()


@pytest.mark.parametrize(
    ("note", "proves"),
    [
        (f"Sent on WhatsApp past this conversation. {ANSWERED}", False),
        ("They will call back.", True),
    ],
)
def test_words_that_another_computer_sent_past_intercom_prove_nothing(note: str, *, proves: bool) -> None:
    told = entry(0.95, role=Role.TEAMMATE, kind=EntryKind.NOTE, text=note, app_code="reachline-app")
    found = thread(talk(on_channel(2), reply(1), told), provider_messages=(outbound(0.96),), workspace=UNPROVEN)
    assert bool(find_relay_proofs(found, UNPROVEN)) == proves


# --- properties ----------------------------------------------------------------------------------------------------

MINUTES = st.integers(0, 60 * 60)
WORDS = st.sampled_from(["", "Yes", "Where is my parcel?", "Thanks"])


@st.composite
def _entries(draw: st.DrawFn) -> list[Entry]:
    makers = st.sampled_from([on_channel, in_messenger, first, reply, failure_note])
    found: list[Entry] = []
    for number, (make, minutes, text) in enumerate(draw(st.lists(st.tuples(makers, MINUTES, WORDS), max_size=8))):
        if make is first and any(e.is_first for e in found):
            continue
        found.append(replace(make(minutes / 60), id=str(number + 1)))
        if make is not failure_note:
            found[-1] = replace(found[-1], text=text)
    return found


@st.composite
def _rows(draw: st.DrawFn) -> list[ProviderMessage]:
    found = []
    for number, (minutes, text, from_customer, number_of_ours) in enumerate(
        draw(st.lists(st.tuples(MINUTES, WORDS, st.booleans(), st.sampled_from([OURS, OTHER])), max_size=8))
    ):
        make = inbound if from_customer else outbound
        found.append(make(minutes / 60, text, remote_id=f"SM{number}", business_address=number_of_ours))
    return found


@examples(300)
@given(_entries(), _rows(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_listed_does_not_matter(
    entries: list[Entry], provider_messages: list[ProviderMessage], rng
) -> None:
    shuffled, turned = list(provider_messages), list(entries)
    rng.shuffle(shuffled)
    rng.shuffle(turned)
    here = assemble_thread(
        [talk(*entries)], [jennifer(bridge_attributes=ATTRIBUTES)], UNPROVEN, provider_messages=provider_messages
    )
    there = assemble_thread(
        [talk(*turned)], [jennifer(bridge_attributes=ATTRIBUTES)], UNPROVEN, provider_messages=iter(shuffled)
    )
    assert here.messages == there.messages
    assert here.chat("1").window == there.chat("1").window
    assert set(here.listed_windows) == set(there.listed_windows)
    assert find_relay_proofs(here, UNPROVEN) == find_relay_proofs(there, UNPROVEN)


@examples(300)
@given(_entries(), _rows())
def test_no_row_keeps_a_window_open_longer_than_the_providers_rule(
    entries: list[Entry], provider_messages: list[ProviderMessage]
) -> None:
    plain = thread(talk(*entries)).chat("1").window
    window = thread(talk(*entries), provider_messages=tuple(provider_messages)).chat("1").window
    facts = [r.sent_at for r in provider_messages if r.from_customer and r.business_address == OURS]
    if plain.opened_at is not None:
        facts.append(plain.opened_at)
    if window.closes_at is None:
        assert not facts
    elif facts:
        assert window.closes_at <= max(facts) + WINDOW_LENGTH[ChannelKind.WHATSAPP] - ROW_MARGIN
    # A row only ever corrects Intercom's time by as much as a bridge may take, and adds what Intercom does not show.
    if plain.closes_at is not None and not window.expired_by:
        assert window.closes_at is not None
        assert window.closes_at >= plain.closes_at - MAX_BRIDGE_DELAY


@examples(200)
@given(_entries(), _rows())
def test_each_message_and_each_row_is_tied_once_and_never_across_the_direction(
    entries: list[Entry], provider_messages: list[ProviderMessage]
) -> None:
    found = thread(talk(*entries), provider_messages=tuple(provider_messages))
    tied = [m for m in found.messages if m.provider_message is not None]
    assert len({m.provider_message.id for m in tied if m.provider_message is not None}) == len(tied)
    for message in tied:
        assert message.provider_message is not None
        assert message.provider_message.from_customer is (message.entry.role is Role.CUSTOMER)
        assert abs(message.provider_message.sent_at - message.entry.sent_at) <= MAX_BRIDGE_DELAY
        if message.provider_message.from_customer:
            assert message.provider_message.sent_at <= message.entry.sent_at
        else:
            assert message.provider_message.text_digest == text_digest(message.entry.text) != ""
