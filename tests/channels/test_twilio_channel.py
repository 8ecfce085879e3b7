"""Twilio: what goes over the wire, what comes back as evidence, and each code that matters."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.shared.error_reasons import failure_reason
from desktop.channels.shared.exchange import Token
from desktop.channels.twilio import mapping
from desktop.channels.twilio.channel import TwilioChannel
from desktop.domain.content.template import (
    Button,
    ButtonKind,
    Category,
    Header,
    HeaderKind,
    Status,
    Unsendable,
    fill,
    list_slots,
)
from desktop.domain.delivery import Delivery
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import Reason
from desktop.ports import (
    Accepted,
    ChannelMessage,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    OutcomeUnknown,
    OutgoingFile,
    ProviderErrorKind,
    Refused,
)
from desktop.text.reasons.describe import describe

T = ProviderErrorKind
WHATSAPP, SMS = ChannelKind.WHATSAPP, ChannelKind.SMS
AT = datetime(2026, 11, 22, 8, 12, 31, tzinfo=UTC)
OUR_NUMBER, CUSTOMER = "+15550001111", "+353871234567"


def date(at: datetime) -> str:
    return at.strftime("%a, %d %b %Y %H:%M:%S +0000")


def inbound(sid: str = "SMin1", at: datetime = AT, **more) -> dict:
    return {
        "sid": sid,
        "direction": "inbound",
        "status": "received",
        "from": f"whatsapp:{CUSTOMER}",
        "to": f"whatsapp:{OUR_NUMBER}",
        "body": "Where is my order?",
        "num_media": "1",
        "date_sent": date(at),
        "date_created": date(at),
        "date_updated": date(at),
        "error_code": None,
        "error_message": None,
    } | more


def outbound(sid: str = "SMout1", at: datetime = AT, **more) -> dict:
    own = {"direction": "outbound-api", "status": "delivered", "num_media": "0", "body": "On its way."}
    return inbound(sid, at) | own | {"from": f"whatsapp:{OUR_NUMBER}", "to": f"whatsapp:{CUSTOMER}"} | more


def words(trouble: ProviderErrorKind, code: str, said: str) -> Reason:
    return failure_reason(trouble, "Twilio", code=code, message=said)


def make(provider, clock, channel=WHATSAPP, sender=OUR_NUMBER, **more) -> TwilioChannel:
    return TwilioChannel(
        Token("c2VjcmV0"),
        clock,
        channel,
        "AC0123",
        sender,
        base_url=provider.base_url,
        content_base_url=provider.base_url,
        jitter=lambda: 0.5,
        **more,
    )


@pytest.fixture
async def twilio(provider, clock):
    channel = make(provider, clock)
    yield channel
    await channel.aclose()


@pytest.fixture
async def sms(provider, clock):
    channel = make(provider, clock, SMS)
    yield channel
    await channel.aclose()


def form(request) -> dict[str, str]:
    return dict(parse_qsl(request[2].decode()))


def query(request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request[0].split()[1]).query)


# --- sending -------------------------------------------------------------------------------------------------------


async def test_a_whatsapp_text(twilio, provider):
    provider.answers(201, outbound("SM1", status="queued"))
    found = await twilio.send_text(DirectMessage("d-1", " +353 87 1234567", "Hi Jennifer 😀\ud83d"))
    assert found == Accepted("SM1", address=CUSTOMER)
    line, headers, _ = provider.requests[0]
    assert line == "POST /2010-04-01/Accounts/AC0123/Messages.json HTTP/1.1"
    assert headers["authorization"] == f"Basic {b64encode(b'AC0123:c2VjcmV0').decode()}"
    assert form(provider.requests[0]) == {
        "To": f"whatsapp:{CUSTOMER}",
        "From": f"whatsapp:{OUR_NUMBER}",
        "ValidityPeriod": "600",
        "Body": "Hi Jennifer 😀\ufffd",
    }


async def test_an_sms_has_bare_addresses(sms, provider):
    provider.answers(201, {"sid": "SM1", "to": CUSTOMER})
    assert await sms.send_text(DirectMessage("d-1", CUSTOMER, "Hi")) == Accepted("SM1", address=CUSTOMER)
    assert (form(provider.requests[0])["To"], form(provider.requests[0])["From"]) == (CUSTOMER, OUR_NUMBER)


@pytest.mark.parametrize(
    ("sender", "fields"),
    [("12345", {"From": "12345"}), ("ACME", {"From": "ACME"}), ("MG77", {"MessagingServiceSid": "MG77"})],
)
async def test_senders_that_are_no_numbers(provider, clock, sender, fields):
    channel = make(provider, clock, SMS, sender, user="SK9")
    provider.answers(201, {"sid": "SM1"})
    await channel.send_text(DirectMessage("d-1", CUSTOMER, "Hi"))
    assert fields.items() <= form(provider.requests[0]).items()
    assert provider.requests[0][1]["authorization"] == f"Basic {b64encode(b'SK9:c2VjcmV0').decode()}"
    assert channel.capabilities.lists_messages is ("From" in fields)
    await channel.aclose()


async def test_a_customer_without_a_number(twilio, sms, provider):
    provider.answers(201, {"sid": "SM1", "to": "whatsapp:US.1349"})
    assert await twilio.send_text(DirectMessage("d-1", "US.1349", "Hi")) == Accepted("SM1", address="US.1349")
    outcome = await sms.send_text(DirectMessage("d-1", "US.1349", "Hi"))
    assert isinstance(outcome, Refused)
    assert outcome.kind is T.BAD_ADDRESS


async def test_files_are_not_possible(twilio, provider):
    file = OutgoingFile("a.png", "image/png", b"x")
    outcome = await twilio.send_text(DirectMessage("d-1", CUSTOMER, "Hi", file))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, provider.requests, twilio.capabilities.max_file_bytes) == (T.FILE, [], 0)


CONTENT = {
    "sid": "HX5fcd",
    "friendly_name": "order_update_v2",
    "language": "en",
    "variables": {"1": "Jennifer", "2": "A-1042", "3": "hidden"},
    "types": {
        "twilio/text": {"body": "Plain {{1}}"},
        "twilio/call-to-action": {
            "body": "Hi {{1}}, order {{2}} has shipped.",
            "actions": [
                {"type": "URL", "title": "Track", "url": "https://example.com/t/{{2}}"},
                {"type": "PHONE_NUMBER", "title": "Call", "phone": "+15550001111"},
            ],
        },
    },
    "approval_requests": {
        "name": "order_update",
        "category": "UTILITY",
        "content_type": "twilio/call-to-action",
        "status": "approved",
        "rejection_reason": "",
    },
}


def test_the_approved_form_of_a_content_is_the_template():
    found = mapping.template(CONTENT, AT)
    assert found is not None
    assert (found.id, found.name, found.language, found.status) == ("HX5fcd", "order_update", "en", Status.APPROVED)
    assert (found.category, found.body) == (Category.UTILITY, "Hi {{1}}, order {{2}} has shipped.")
    assert found.buttons == (
        Button(ButtonKind.URL, "Track", "https://example.com/t/{{2}}"),
        Button(ButtonKind.PLAIN, "Call"),
    )
    assert [(s.key, s.example) for s in list_slots(found)] == [("1", "Jennifer"), ("2", "A-1042"), ("3", "hidden")]


@pytest.mark.parametrize(
    ("media", "header"),
    [
        (["https://cdn.example/{{3}}.png"], Header(HeaderKind.IMAGE, link="https://cdn.example/{{3}}.png")),
        (["https://cdn.example/a.PDF?x=1"], Header(HeaderKind.DOCUMENT, link="https://cdn.example/a.PDF?x=1")),
        ("https://cdn.example/a.mp4", Header(HeaderKind.VIDEO, link="https://cdn.example/a.mp4")),
        ([], None),
    ],
)
def test_a_content_brings_its_own_file(media, header):
    found = mapping.template(CONTENT | {"types": {"twilio/media": {"body": "Look", "media": media}}}, AT)
    assert found is not None
    assert found.header == header
    assert fill(found, {"1": "a", "2": "b", "3": "c"}).can_be_sent


def test_a_card_has_header_and_footer():
    card = {"header_text": "Order {{1}}", "body": "Shipped", "footer": "Bye", "actions": []}
    found = mapping.template(CONTENT | {"types": {"whatsapp/card": card}, "variables": {"1": "A"}}, AT)
    assert found is not None
    assert (found.header, found.footer) == (Header(HeaderKind.TEXT, "Order {{1}}"), "Bye")


@pytest.mark.parametrize(
    ("state", "status"),
    [("received", Status.PENDING), ("pending", Status.PENDING), ("rejected", Status.REJECTED),
     ("paused", Status.PAUSED), ("disabled", Status.DISABLED), ("unsubmitted", Status.OTHER), (None, Status.OTHER)],
)  # fmt: skip
def test_approval_states(state, status):
    found = mapping.template(CONTENT | {"approval_requests": {"status": state}}, AT)
    assert found is not None
    assert found.status is status
    assert found.not_sendable_reason


@pytest.mark.parametrize("kind", ["twilio/list-picker", "twilio/location", "whatsapp/authentication", "twilio/new"])
def test_kinds_that_cannot_be_sent_from_here(kind):
    found = mapping.template(CONTENT | {"types": {kind: {"body": "x"}}}, AT)
    assert found is not None
    assert found.not_sendable_reason.code in (Unsendable.KIND, Unsendable.SIGN_IN_CODE)
    assert "from Reachline" in describe(found.not_sendable_reason)


@pytest.mark.parametrize("raw", [None, [], {}, {"sid": None}])
def test_what_is_no_content(raw):
    assert mapping.template(raw, AT) is None


async def test_every_page_of_contents_from_the_same_host(twilio, provider):
    following = "http://127.0.0.1:1/elsewhere?PageSize=100&Page=1&PageToken=DNHX5fcd"
    provider.answers(200, {"contents": [CONTENT], "meta": {"next_page_url": following}})
    provider.answers(200, {"contents": [CONTENT | {"sid": "HX2"}], "meta": {"next_page_url": None}})
    assert [t.id for t in await twilio.templates()] == ["HX5fcd", "HX2"]
    assert provider.requests[0][0].startswith("GET /v2/ContentAndApprovals?PageSize=100 ")
    assert query(provider.requests[1]) == {"PageSize": ["100"], "Page": ["1"], "PageToken": ["DNHX5fcd"]}


async def test_every_blank_is_sent_and_no_text(twilio, provider):
    template = mapping.template(CONTENT, AT)
    assert template is not None
    provider.answers(201, {"sid": "SM1"})
    filled = fill(template, {"1": "Jennifer", "2": "A-1042", "3": "x"})
    await twilio.send_template(DirectTemplate("d-1", CUSTOMER, filled))
    sent = form(provider.requests[0])
    assert json.loads(sent.pop("ContentVariables")) == {"1": "Jennifer", "2": "A-1042", "3": "x"}
    assert sent.pop("ContentSid") == "HX5fcd"
    assert set(sent) == {"To", "From", "ValidityPeriod"}


async def test_a_template_without_blanks_sends_no_values(twilio, provider):
    plain = CONTENT | {"variables": {}, "types": {"twilio/text": {"body": "Hello"}}}
    template = mapping.template(plain, AT)
    assert template is not None
    provider.answers(201, {"sid": "SM1"})
    await twilio.send_template(DirectTemplate("d-1", CUSTOMER, fill(template, {})))
    assert "ContentVariables" not in form(provider.requests[0])


async def test_a_template_with_problems_is_not_sent(twilio, provider):
    template = mapping.template(CONTENT, AT)
    assert template is not None
    outcome = await twilio.send_template(DirectTemplate("d-1", CUSTOMER, fill(template, {"1": "a\nb"})))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, provider.requests) == (T.TEMPLATE_INVALID, [])


# --- errors --------------------------------------------------------------------------------------------------------


async def test_the_newer_form_of_errors(sms, provider):
    provider.answers(400, {"type": "x", "title": "Bad", "status": 400, "code": 21211, "detail": "The 'To' is wrong"})
    outcome = await sms.send_text(DirectMessage("d-1", CUSTOMER, "Hi"))
    assert isinstance(outcome, Refused)
    assert "“The 'To' is wrong”" in describe(outcome.reason)


async def test_a_server_error_with_a_code_settles_nothing(sms, provider):
    provider.answers(500, {"code": 20500, "message": "Internal", "status": 500})
    assert await sms.send_text(DirectMessage("d-1", CUSTOMER, "Hi")) == OutcomeUnknown("HTTP 500, code 20500")


# --- what became of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reached", "final_on_whatsapp", "final_on_sms"),
    [
        ("accepted", Delivery.ACCEPTED, False, False),
        ("scheduled", Delivery.ACCEPTED, False, False),
        ("queued", Delivery.ACCEPTED, False, False),
        ("sending", Delivery.ACCEPTED, False, False),
        ("sent", Delivery.SENT, False, False),
        ("partially_delivered", Delivery.SENT, False, False),
        ("delivered", Delivery.DELIVERED, False, True),
        ("read", Delivery.READ, True, True),
        ("undelivered", Delivery.FAILED, True, True),
        ("failed", Delivery.FAILED, True, True),
        ("canceled", Delivery.FAILED, True, True),
    ],
)
def test_message_states_give_the_delivery_and_whether_it_is_final(state, reached, final_on_whatsapp, final_on_sms):
    on_whatsapp = mapping.delivery(outbound(status=state), words)
    on_sms = mapping.delivery(outbound(status=state, to=CUSTOMER), words)
    assert on_whatsapp is not None
    assert on_sms is not None
    assert (on_whatsapp.delivery, on_whatsapp.final, on_sms.final) == (reached, final_on_whatsapp, final_on_sms)
    assert on_whatsapp.at == AT


def test_a_cancelled_message_says_so():
    found = mapping.delivery(outbound(status="canceled"), words)
    assert found is not None
    assert "cancelled" in describe(found.reason)


@pytest.mark.parametrize("state", ["received", "receiving", "new", None])
def test_states_that_say_nothing_about_ours(state):
    assert mapping.delivery(outbound(status=state), words) is None


async def test_status_is_asked_by_id(twilio, provider):
    provider.answers(200, outbound("SM/1", status="read"))
    assert await twilio.status("SM/1") == DeliveryFact("SM/1", Delivery.READ, True, AT)
    assert provider.requests[0][0] == "GET /2010-04-01/Accounts/AC0123/Messages/SM%2F1.json HTTP/1.1"


# --- evidence ------------------------------------------------------------------------------------------------------


def test_an_inbound_message():
    assert mapping.message(inbound(), words) == ChannelMessage(
        "SMin1", True, OUR_NUMBER, CUSTOMER, AT, "Where is my order?"
    )


def test_a_message_of_ours():
    assert mapping.message(outbound(), words) == ChannelMessage(
        "SMout1",
        False,
        OUR_NUMBER,
        CUSTOMER,
        AT,
        "On its way.",
        delivery=DeliveryFact("SMout1", Delivery.DELIVERED, False, AT),
        made_by_api=True,
    )


def test_addresses_stay_as_twilio_has_them():
    found = mapping.message(inbound(**{"from": "whatsapp:+5215512345678"}), words)
    assert found is not None
    assert found.customer_address == "+5215512345678"
    found = mapping.message(inbound(**{"from": "whatsapp:US.1349"}), words)
    assert found is not None
    assert found.customer_address == "US.1349"


@pytest.mark.parametrize("raw", [None, {}, {"sid": "SM1"}, {"sid": "SM1", "date_sent": "yesterday"}])
def test_what_is_no_message(raw):
    assert mapping.message(raw, words) is None


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.none(), max_size=1)
)


@given(st.dictionaries(st.sampled_from(sorted(inbound())), scalars))
def test_odd_messages_do_no_harm(change):
    mapping.message(inbound() | change, words)
    mapping.delivery(inbound() | change, words)


async def test_both_directions_newest_first_and_once(twilio, provider):
    since = AT - timedelta(hours=1)
    page = f"/2010-04-01/Accounts/AC0123/Messages.json?To=whatsapp%3A{OUR_NUMBER}&PageSize=100&Page=1&PageToken=PA1"
    provider.answers(200, {"messages": [inbound("SM4", AT), inbound("SM3")], "next_page_uri": page})
    provider.answers(200, {"messages": [inbound("SM3"), inbound("SM0", since - timedelta(1))], "next_page_uri": None})
    provider.answers(200, {"messages": [outbound("SM5", AT + timedelta(seconds=1))], "next_page_uri": None})
    found = await twilio.messages(since, CUSTOMER)
    assert found.complete
    assert [(m.remote_id, m.from_customer) for m in found.messages] == [("SM5", False), ("SM4", True), ("SM3", True)]
    first, second, third = map(query, provider.requests)
    sender, recipient, day = [f"whatsapp:{OUR_NUMBER}"], [f"whatsapp:{CUSTOMER}"], ["2026-11-22"]
    assert first == {"To": sender, "From": recipient, "DateSent>": day, "PageSize": ["100"]}
    assert second["PageToken"] == ["PA1"]
    # What is still queued has no date.
    assert third == {"From": sender, "To": recipient, "PageSize": ["100"]}
    assert "DateSent%3E=2026-11-22" in provider.requests[0][0]


async def test_the_sweep_over_all_customers_names_only_us(twilio, provider):
    provider.answers(200, {"messages": [], "next_page_uri": None})
    assert (await twilio.messages(AT)).complete
    assert [set(query(r)) for r in provider.requests] == [
        {"To", "DateSent>", "PageSize"},
        {"From", "PageSize"},
    ]


async def test_older_messages_of_ours_are_not_read_page_after_page(twilio, provider):
    older = [outbound("SM1", AT - timedelta(days=1)), outbound("SM0", AT - timedelta(days=2))]
    provider.answers(200, {"messages": [], "next_page_uri": None})
    provider.answers(200, {"messages": [outbound("SM2"), older[0]], "next_page_uri": "/x?Page=1&PageToken=PA"})
    provider.answers(200, {"messages": older, "next_page_uri": "/x?Page=2&PageToken=PB"})
    found = await twilio.messages(AT)
    assert ([m.remote_id for m in found.messages], found.complete, len(provider.requests)) == (["SM2"], True, 3)


async def test_the_day_is_gmts(twilio, provider):
    provider.answers(200, {"messages": [], "next_page_uri": None})
    await twilio.messages(datetime(2026, 11, 22, 12, 30, tzinfo=timezone(timedelta(hours=13))))
    assert query(provider.requests[0])["DateSent>"] == ["2026-11-21"]


async def test_too_many_pages_are_not_called_complete(twilio, provider):
    numbers = iter(range(1000))
    for _ in range(40):
        uri = f"/x?Page={next(numbers)}&PageToken=PA"
        provider.answers(200, {"messages": [inbound()], "next_page_uri": uri})
    assert not (await twilio.messages(AT)).complete


async def test_nothing_is_asked_of_a_service_or_a_stranger(provider, clock, twilio):
    service = make(provider, clock, sender="MG77")
    assert not (await service.messages(AT)).complete
    await service.aclose()
    assert not (await twilio.messages(AT, "Jennifer")).complete
    assert provider.requests == []


# --- after a lost answer -------------------------------------------------------------------------------------------

LOST = DirectMessage("d-1", CUSTOMER, "On its  way.\n")


async def test_a_lost_send_is_found_by_its_words_and_time(twilio, provider):
    listed = [
        outbound("SM9", AT + timedelta(seconds=9)),
        outbound("SM8", AT + timedelta(seconds=1), status="queued", date_sent=None),
        outbound("SM7", AT + timedelta(seconds=1), body="Other words"),
        outbound("SM6", AT + timedelta(seconds=1), direction="outbound-reply"),
        outbound("SM5", AT - timedelta(minutes=1)),
    ]
    provider.answers(200, {"messages": listed})
    assert await twilio.look_up_sent(LOST, AT, ()) == "SM8"
    assert await twilio.look_up_sent(LOST, AT, {"SM8"}) == "SM9"
    assert await twilio.look_up_sent(LOST, AT, {"SM8", "SM9"}) is None
    assert query(provider.requests[0]) == {
        "To": [f"whatsapp:{CUSTOMER}"],
        "From": [f"whatsapp:{OUR_NUMBER}"],
        "PageSize": ["100"],
    }


async def test_a_lost_template_is_found_by_what_it_says(twilio, provider):
    template = mapping.template(CONTENT, AT)
    assert template is not None
    out = DirectTemplate("d-1", CUSTOMER, fill(template, {"1": "Jennifer", "2": "A-1042", "3": "x"}))
    provider.answers(200, {"messages": [outbound("SM1", body="Hi Jennifer, order A-1042 has shipped.")]})
    assert await twilio.look_up_sent(out, AT, ()) == "SM1"
    assert await twilio.look_up_sent(DirectTemplate("d-1", "nobody", out.filled), AT, ()) is None


# --- accounts --------------------------------------------------------------------------------------------


async def test_a_key_that_may_not_read_the_account_is_good(twilio, provider):
    provider.answers(200, {"messages": []}).answers(401, {"code": 20003})
    assert (await twilio.check()).name == "AC0123"


@pytest.mark.parametrize("state", ["suspended", "closed"])
async def test_a_stopped_account_says_so(twilio, provider, state):
    provider.answers(200, {"messages": []}).answers(200, {"friendly_name": "Demo", "status": state})
    assert state in describe((await twilio.check()).remarks[0])
