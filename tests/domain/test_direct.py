"""Answering past Intercom: what a route is, what is said of a message on it, and where the next one would arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conversation_factory import NOW, WORKSPACE, ago, conversation, first, in_messenger, jennifer, on_channel, reply
from hypothesis import given
from hypothesis import strategies as st
from reasons import said

from desktop.domain.delivery import Arrival, ArrivalReason, Delivery
from desktop.domain.direct import DirectRoute, DirectSent, Route
from desktop.domain.direct_reach import find_addresses, find_direct_situation, find_direct_window
from desktop.domain.forecast import Forecast, Reply, compute_forecast, find_route_situation
from desktop.domain.history.thread import Author, Thread, assemble_thread
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import Attachment, ChannelKind, Contact, Conversation, EntryKind, Role
from desktop.domain.model.reason import NO_REASON, ReasonCode, join_reasons, make_reason
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.domain.reach import Certainty, Reach, find_situation
from desktop.domain.window.window import WindowState
from desktop.text.formats import date_and_time
from desktop.text.reasons.describe import describe

W = WarningCode
THEIRS = "+353871234567"
OURS = "+35315550100"
META = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "106540352242922")
BRIDGED = Route(META, THEIRS, OURS, carries_bridge=True)
OTHER_NUMBER = Route(META, THEIRS, "+35315550777")
SMS = Route(ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+35315550199"), THEIRS, "+35315550199")
WHATSAPP_ABLE = Capabilities(
    sends_free_text=True, needs_window=True, has_templates=True, max_text=20, max_caption=10, max_file_bytes=1000
)
SMS_ABLE = Capabilities(sends_free_text=True, max_text=1600)
JENNIFER = jennifer(phone=THEIRS)


def thread_of(*held: Conversation, contact: Contact = JENNIFER, direct: tuple[DirectSent, ...] = ()) -> Thread:
    return assemble_thread(held, [contact], WORKSPACE, direct=direct)


def judge(
    held: Conversation,
    words: Reply | None = None,
    route: Route = BRIDGED,
    able: Capabilities = WHATSAPP_ABLE,
    direct: tuple[DirectSent, ...] = (),
) -> Forecast:
    thread = thread_of(held, direct=direct)
    here = find_situation(thread, held.id, WORKSPACE)
    return compute_forecast(
        find_direct_situation(thread, DirectRoute(route, able), here), words or Reply("Hello", author_id="7001"), NOW
    )


OPEN = conversation("1", first(2), tags=("whatsapp",))
CLOSING = conversation("1", first(23.5), tags=("whatsapp",))
CLOSED = conversation("1", first(30), tags=("whatsapp",))
TEMPLATE = Reply("Your parcel is on its way.", template="order_update")


# --- situation on a route ---


def test_a_route_without_its_account_has_no_situation() -> None:
    """A reply on it is never shown as one through Intercom."""
    thread = thread_of(OPEN)
    here = find_situation(thread, OPEN.id, WORKSPACE)
    connected = (DirectRoute(BRIDGED, WHATSAPP_ABLE),)
    assert find_route_situation(thread, here, connected, None) is here
    assert find_route_situation(thread, here, connected, BRIDGED) == find_direct_situation(thread, connected[0], here)
    assert find_route_situation(thread, here, connected, SMS) is None
    assert find_route_situation(thread, here, (), BRIDGED) is None


def test_an_unknown_conversation_has_no_situation() -> None:
    connected = (DirectRoute(BRIDGED, WHATSAPP_ABLE),)
    assert find_route_situation(thread_of(OPEN), None, connected, BRIDGED) is None
    assert find_route_situation(thread_of(OPEN), None, connected, None) is None


# --- routes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "business", "customer", "same"),
    [
        pytest.param(BRIDGED, "", THEIRS, True, id="a person said that the bridge uses it"),
        pytest.param(BRIDGED, "+35315550777", THEIRS, False, id="the bridge uses it, and another one for this chat"),
        pytest.param(Route(META, THEIRS, carries_bridge=True), OURS, THEIRS, True, id="nobody told its own number"),
        pytest.param(BRIDGED, "", "", False, id="whose chat it is, is not known"),
        pytest.param(BRIDGED, "", "+353870000000", False, id="somebody else's chat"),
        pytest.param(OTHER_NUMBER, "+353 1 555 0777", "+353 87 123 4567", True, id="the same two numbers"),
        pytest.param(OTHER_NUMBER, OURS, THEIRS, False, id="another number of ours"),
        pytest.param(OTHER_NUMBER, "", THEIRS, False, id="ours is not known"),
        pytest.param(Route(SMS.key, THEIRS), "+35315550199", THEIRS, True, id="the sender is the number"),
        pytest.param(
            Route(ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "42"), "9001", "@Acme_bot"),
            "@acme_bot",
            "9001",
            True,
            id="names of bots know no case",
        ),
    ],
)
def test_a_chat_is_of_a_route_when_both_ends_are(route, business, customer, same):
    assert route.is_of(business, customer) is same
    assert route.channel is route.key.channel


def test_the_window_of_one_number_is_no_right_on_another():
    """The open chat is with another number of ours; one that is with either of two lets nothing through for certain."""
    lines = {"octopods_whatsapp_account_phone": OURS, "octopods_twilio_whatsapp_account_phone": "+35315550777"}
    contact = jennifer(phone=THEIRS, bridge_attributes={"octopods_channel": "whatsapp", **lines})
    old = conversation("1", first(30), tags=("whatsapp",))
    other = conversation("2", first(2), tags=("twilio_whatsapp",))
    thread = thread_of(old, other, contact=contact)
    assert find_direct_window(thread, BRIDGED).state(NOW) is WindowState.CLOSED
    assert find_direct_window(thread, OTHER_NUMBER).state(NOW) is WindowState.OPEN
    several = replace(WORKSPACE, numbers={"octopods_whatsapp_account_phone": frozenset({OURS, "+35315550888"})})
    unplaced = assemble_thread([conversation("3", first(2), tags=("whatsapp",))], [contact], several)
    assert unplaced.windows[0].state(NOW) is WindowState.OPEN
    assert find_direct_window(unplaced, BRIDGED).state(NOW) is WindowState.UNKNOWN


def test_every_provider_has_a_name_for_people():
    assert {p: p.display_name for p in Provider} == {
        Provider.OCTOPODS: "Octopods",
        Provider.WHATSAPP: "WhatsApp",
        Provider.DIALOG360: "360dialog",
        Provider.TWILIO: "Twilio",
        Provider.TELEGRAM: "Telegram",
    }


def test_an_account_can_do_nothing_that_it_does_not_say():
    able = Capabilities()
    assert not any((able.sends_free_text, able.needs_window, able.has_templates, able.lists_messages))
    assert not any((able.reports_status, able.can_look_up_sent))
    assert (able.max_text, able.max_caption, able.max_file_bytes) == (0, 0, 0)


# --- what is said of a message ----------------------------------------------------------------------------------------

SENT = DirectSent("d1", "SM1", "1", SMS, "Hello", ago(1), "7001", "Sam", file_names=("a.pdf",))
AT = datetime(2026, 11, 22, 11, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "arrival", "words"),
    [
        (SENT, Arrival.ACCEPTED, "isn't confirmed yet"),
        (replace(SENT, final=True), Arrival.ACCEPTED, "doesn't report delivery"),
        (replace(SENT, delivery=Delivery.SENT), Arrival.SENT, "isn't confirmed yet"),
        (replace(SENT, delivery=Delivery.FAILED), Arrival.FAILED, "couldn't deliver"),
        (replace(SENT, delivery=Delivery.FAILED, reason=said("They sent STOP.")), Arrival.FAILED, "They sent STOP."),
        (replace(SENT, delivery=Delivery.DELIVERED, delivery_at=AT), Arrival.DELIVERED, date_and_time(AT)),
        (replace(SENT, delivery=Delivery.READ), Arrival.READ, "was read"),
        (replace(SENT, remark=said("Held for a check.")), Arrival.ACCEPTED, "Held for a check."),
    ],
)
def test_a_message_says_what_its_provider_said_and_no_more(sent, arrival, words):
    assert (sent.arrived.channel, sent.arrived.arrival) == (ChannelKind.SMS, arrival)
    assert words in describe(sent.arrived.reason)
    if not sent.reason:
        assert "Twilio" in describe(sent.arrived.reason)


@pytest.mark.parametrize(
    ("delivery", "delivery_at", "reason"),
    [
        (Delivery.ACCEPTED, None, make_reason(ArrivalReason.ACCEPTED_SO_FAR, provider="Twilio")),
        (Delivery.SENT, None, make_reason(ArrivalReason.SENT, provider="Twilio")),
        (Delivery.SENT, AT, make_reason(ArrivalReason.SENT_AT, provider="Twilio", at="2026-11-22T11:00:05+00:00")),
        (Delivery.FAILED, None, make_reason(ArrivalReason.NOT_DELIVERED, provider="Twilio")),
        (
            Delivery.FAILED,
            AT,
            make_reason(ArrivalReason.NOT_DELIVERED_AT, provider="Twilio", at="2026-11-22T11:00:05+00:00"),
        ),
        (Delivery.DELIVERED, None, make_reason(ArrivalReason.DELIVERED, provider="Twilio")),
        (Delivery.READ, None, make_reason(ArrivalReason.READ, provider="Twilio")),
        (
            Delivery.READ,
            AT,
            make_reason(ArrivalReason.READ_AT, provider="Twilio", at="2026-11-22T11:00:05+00:00"),
        ),
    ],
)
def test_the_sentence_about_a_message_has_the_time_where_it_was_told(delivery, delivery_at, reason):
    assert replace(SENT, delivery=delivery, delivery_at=delivery_at).arrived.reason == reason
    remarked = replace(SENT, delivery=delivery, delivery_at=delivery_at, remark=said("X."))
    assert remarked.arrived.reason == join_reasons(reason, said("X."))


def test_what_is_not_told_of_a_message():
    blank = DirectSent("d", "r", "1", SMS, "Hi", NOW)
    assert (blank.delivery, blank.final, blank.delivery_at, blank.failure) == (Delivery.ACCEPTED, False, None, None)
    texts = (blank.author_id, blank.author_name, blank.template, blank.template_id, blank.provider_address)
    assert texts == ("",) * 5
    assert (blank.reason, blank.remark) == (NO_REASON, NO_REASON)
    assert (SMS.carries_bridge, Route(SMS.key, "1").our_address) == (False, "")
    direct_route = DirectRoute(SMS, SMS_ABLE)
    assert (direct_route.name, direct_route.contact_ids, direct_route.owner) == ("", frozenset(), "")


@pytest.mark.parametrize(
    ("text", "names", "wiped"),
    [("Hello", ("a.pdf",), False), ("Hello", (), False), ("", ("a.pdf",), False), ("", (), True)],
)
def test_as_a_line_it_has_its_words_files_and_author_or_had_them(text, names, wiped):
    line = replace(SENT, text=text, file_names=names).entry
    assert (line.id, line.conversation_id, line.sent_at, line.event) == ("direct:d1", "1", ago(1), "direct")
    assert (line.author_id, line.author_name, line.text, line.wiped) == ("7001", "Sam", text, wiped)
    assert line.attachments == tuple(Attachment(name, "") for name in names)


def test_it_stands_in_its_conversation_as_ours():
    thread = thread_of(OPEN, direct=(SENT, replace(SENT, draft_id="d2", conversation_id="elsewhere")))
    [message] = [m for m in thread.messages if m.direct is not None]
    assert (message.author, message.entry.role, message.entry.kind) == (
        Author.TEAMMATE,
        Role.TEAMMATE,
        EntryKind.MESSAGE,
    )
    assert message.id == "direct:d1"
    assert [a.name for a in message.entry.attachments] == ["a.pdf"]
    assert message.arrived == (SENT.arrived,)
    assert thread.chats[0].window == thread_of(OPEN).chats[0].window, "what we send opens no window"


# --- windows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "route", "state"),
    [
        pytest.param(OPEN, BRIDGED, WindowState.OPEN, id="the mirrored chat's"),
        pytest.param(CLOSED, BRIDGED, WindowState.CLOSED, id="the mirrored chat's, closed"),
        pytest.param(OPEN, OTHER_NUMBER, WindowState.UNKNOWN, id="another number of ours"),
        pytest.param(conversation("1", in_messenger(1)), BRIDGED, WindowState.UNKNOWN, id="no chat is mirrored"),
        pytest.param(OPEN, SMS, WindowState.NONE, id="a channel without windows"),
    ],
)
def test_the_window_of_a_route(held, route, state):
    window = find_direct_window(thread_of(held), route)
    assert window.state(NOW) is state
    if state is WindowState.UNKNOWN:
        assert window.doubt is not None
        assert window.doubt.reason.code is ReasonCode.NOT_VISIBLE_HERE
        assert window.state(NOW + timedelta(days=3650)) is WindowState.UNKNOWN, "time alone never settles it"


# --- forecasts ------------------------------------------------------------------------------------------------------

ON_WHATSAPP = (Reach(ChannelKind.WHATSAPP),)
MAYBE = (Reach(ChannelKind.WHATSAPP, Certainty.UNCERTAIN),)


@pytest.mark.parametrize(
    ("held", "words", "route", "reaches", "warnings"),
    [
        pytest.param(OPEN, None, BRIDGED, ON_WHATSAPP, (), id="open"),
        pytest.param(CLOSING, None, BRIDGED, ON_WHATSAPP, (W.CLOSING_SOON,), id="closing"),
        pytest.param(CLOSED, None, BRIDGED, (), (W.WINDOW_CLOSED,), id="closed"),
        pytest.param(CLOSED, TEMPLATE, BRIDGED, ON_WHATSAPP, (), id="a template needs no window"),
        pytest.param(OPEN, None, OTHER_NUMBER, MAYBE, (W.WINDOW_UNKNOWN,), id="nobody shows us this number"),
        pytest.param(OPEN, TEMPLATE, OTHER_NUMBER, ON_WHATSAPP, (), id="a template to a number nobody shows us"),
    ],
)
def test_where_a_direct_message_arrives(held, words, route, reaches, warnings):
    found = judge(held, words, route)
    assert found.reaches == reaches
    assert found.warnings == warnings


def test_a_channel_without_windows_takes_words_at_any_time():
    assert judge(CLOSED, route=SMS, able=SMS_ABLE) == Forecast((Reach(ChannelKind.SMS),))
    unguarded = replace(WHATSAPP_ABLE, needs_window=False)
    assert judge(CLOSED, able=unguarded).warnings == (), "an account that knows no window is not judged by one"


PICTURE = Attachment("a.png", "", "image/png", 10)


@pytest.mark.parametrize(
    ("words", "warning"),
    [
        (Reply("x" * 21), W.TEXT_TOO_LONG),
        (Reply("x" * 1025, (PICTURE,)), W.TEXT_TOO_LONG),
        (Reply("", (replace(PICTURE, size_bytes=100_000_001),)), W.ATTACHMENT_REFUSED),
        (Reply("", (PICTURE, PICTURE)), W.ATTACHMENT_REFUSED),
        (replace(TEMPLATE, template_used_at=ago(23)), W.SAME_TEMPLATE_JUST_SENT),
        (Reply("Hello {{name}}"), W.UNRESOLVED_PLACEHOLDER),
        (Reply("Hello", offline=True), W.QUEUED_OFFLINE),
        (Reply("Hello", seen_upto=0), W.NEWER_CUSTOMER_MESSAGE),
    ],
)
def test_what_is_said_of_the_words(words, warning):
    stored = conversation("1", first(2, arrival=1), tags=("whatsapp",))
    assert judge(stored, words).warnings == (warning,)


@pytest.mark.parametrize(
    "words",
    [
        Reply("x" * 20),
        Reply("x" * 1024, (PICTURE,)),
        Reply("x" * 10, (replace(PICTURE, size_bytes=100_000_000),)),
        replace(TEMPLATE, text="x" * 900),
        replace(TEMPLATE, template_used_at=ago(24)),
    ],
)
def test_what_is_within_the_limits_is_clear(words):
    assert judge(OPEN, words).verdict is Verdict.CLEAR


def test_an_account_that_takes_no_files_says_so_for_every_file():
    found = judge(OPEN, Reply("", (replace(PICTURE, size_bytes=None),)), SMS, SMS_ABLE)
    assert found.warnings == (W.ATTACHMENT_REFUSED,)


@pytest.mark.parametrize(("delivery", "warns"), [(Delivery.ACCEPTED, True), (Delivery.FAILED, False)])
def test_the_same_words_again_are_warned_of_unless_they_failed(delivery, warns):
    just_sent = replace(SENT, sent_at=ago(0.05), delivery=delivery, file_names=())
    warnings = judge(OPEN, Reply("Hello"), SMS, SMS_ABLE, (just_sent,)).warnings
    assert (W.SAME_TEXT_JUST_SENT in warnings) is warns


# --- addresses ------------------------------------------------------------------------------------------------------


def told(thread: Thread, channel: ChannelKind) -> list[tuple[str, set[str], str]]:
    return [(a.to, set(a.contact_ids), a.owner) for a in find_addresses(thread, channel)]


def test_a_customers_addresses_are_those_of_their_chats_and_contacts():
    bridged = conversation("1", first(2), on_channel(1), tags=("whatsapp",))
    thread = thread_of(bridged, conversation("2", in_messenger(3), reply(2)))
    assert told(thread, ChannelKind.WHATSAPP) == [(THEIRS, {"c1"}, "Jennifer Okafor")]
    assert told(thread, ChannelKind.SMS) == [(THEIRS, {"c1"}, "Jennifer Okafor")]
    assert told(thread, ChannelKind.TELEGRAM) == [], "a telephone number is no Telegram chat"
    nameless = thread_of(bridged, contact=jennifer(phone=""))
    assert told(nameless, ChannelKind.SMS) == []


ANNA = Contact("a", name="Anna", email="family@example.com", phone="+353871111111")
BEN = Contact("b", name="Ben", email="family@example.com", phone="+353872222222")


def test_each_address_says_whose_it_is():
    bens = conversation("1", first(2), contact_ids=("b",), tags=("whatsapp",))
    thread = assemble_thread([bens, conversation("2", first(3), contact_ids=("a",))], [ANNA, BEN], WORKSPACE)
    assert told(thread, ChannelKind.WHATSAPP) == [(BEN.phone, {"b"}, "Ben"), (ANNA.phone, {"a"}, "Anna")]


def test_one_number_in_two_spellings_is_one_address_of_both_contacts():
    same = Contact("b", name="Anna M.", phone="00353 87 111 1111")
    thread = assemble_thread([], [ANNA, same], WORKSPACE)
    assert told(thread, ChannelKind.SMS) == [(ANNA.phone, {"a", "b"}, "Anna")]


@pytest.mark.parametrize(
    ("attributes", "channel", "to"),
    [
        ({"octopods_whatsapp_user_id": "US.1349"}, ChannelKind.WHATSAPP, "US.1349"),
        ({"octopods_twilio_whatsapp_user_id": "US.1349"}, ChannelKind.WHATSAPP, "US.1349"),
        ({"octopods_twilio_whatsapp_user_id": "whatsapp:+353871111111"}, ChannelKind.WHATSAPP, "+353871111111"),
        ({"octopods_whatsapp_user_id": "353871111111"}, ChannelKind.WHATSAPP, "+353871111111"),
        ({"octopods_telegram_user_id": "9001"}, ChannelKind.TELEGRAM, "9001"),
    ],
)
def test_a_customer_without_a_number_has_the_address_that_a_bridge_wrote(attributes, channel, to):
    thread = assemble_thread([], [Contact("c1", name="Jennifer", bridge_attributes=attributes)], WORKSPACE)
    assert told(thread, channel) == [(to, {"c1"}, "Jennifer")]


def test_beside_a_number_whatsapps_own_id_is_no_second_address():
    thread = thread_of(contact=jennifer(bridge_attributes={"octopods_whatsapp_user_id": "US.1349"}))
    assert told(thread, ChannelKind.WHATSAPP) == [(THEIRS, {"c1"}, "Jennifer Okafor")]


def test_a_way_leads_to_whom_its_address_belongs_to():
    direct_route = DirectRoute(SMS, SMS_ABLE, contact_ids=frozenset({"a", "b"}))
    assert direct_route.leads_to(["a"])
    assert direct_route.leads_to(("x", "b"))
    assert not direct_route.leads_to(["c"])
    assert DirectRoute(SMS, SMS_ABLE).leads_to(["c"]), "nobody knows whose it is"


@given(st.lists(st.sampled_from(list(Delivery)), min_size=1, max_size=6))
def test_whatever_is_told_arrives_as_a_known_word(told):
    for delivery in told:
        assert replace(SENT, delivery=delivery).arrived.arrival.value == delivery.name.lower()
