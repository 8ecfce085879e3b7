"""Twilio, called by its official client, and by plain HTTP where that hides details."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.providers.twilio.errors import CODES
from desktop.sandbox.providers.twilio.resources import segments
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World
from desktop.sandbox.world.sample_files import make_png

PHONE, WHATSAPP = "+353871234567", "whatsapp:+353871234567"
OUR_SMS, OUR_WHATSAPP = "+35315550199", "whatsapp:+35315550101"
DAY = 86_400


@pytest.fixture
def client(sandbox: Sandbox, stage: World) -> Iterator[Client]:
    urls = sandbox.urls["twilio"]
    http = TwilioHttpClient(timeout=10)
    twilio = Client(urls["account_sid"], urls["auth_token"], http_client=http)
    twilio.api.base_url = urls["base_url"]
    twilio.content.base_url = urls["content_base_url"]
    yield twilio
    http.session.close()


@pytest.fixture
def http(sandbox: Sandbox, stage: World) -> Iterator[httpx.Client]:
    urls = sandbox.urls["twilio"]
    account = f"{urls['base_url']}/2010-04-01/Accounts/{urls['account_sid']}"
    with httpx.Client(base_url=account, auth=(urls["key_sid"], urls["key_secret"]), verify=False) as plain:
        yield plain


def refusal(client: Client, **message: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**message)
    return refused.value.status, refused.value.code


def phone_screen(world: World, customer: Customer, line: str) -> list[dict[str, Any]]:
    channel = "sms" if line == "sms" else "whatsapp"
    return list(world.screens(customer)[channel][line])


def test_an_sms_goes_out_and_its_states_advance(client: Client, stage: World, customer: Customer) -> None:
    sent = client.messages.create(to=PHONE, from_=OUR_SMS, body="Your parcel has left")
    assert (sent.status, sent.direction, sent.date_sent) == ("queued", "outbound-api", None)
    assert (sent.num_segments, sent.num_media, sent.error_code) == ("1", "0", None)
    seen = []
    for pause in (1.5, 1):
        stage.advance(pause)
        seen.append(client.messages(sent.sid).fetch().status)
    assert seen == ["sent", "delivered"]
    assert [i["text"] for i in phone_screen(stage, customer, "sms")] == ["Your parcel has left"]


def test_text_outside_the_window_is_queued_and_fails_without_words(
    client: Client, stage: World, customer: Customer
) -> None:
    stage.write(customer, text="Hello?", line="whatsapp")
    sent = client.messages.create(to=WHATSAPP, from_=OUR_WHATSAPP, body="Another number's window does not count")
    assert (sent.status, sent.error_code) == ("queued", None)
    stage.advance(3)
    failed = client.messages(sent.sid).fetch()
    assert (failed.status, failed.error_code, failed.error_message) == ("failed", 63016, None)
    stage.write(customer, text="Hello there", line="whatsapp-2")
    client.messages.create(to=WHATSAPP, from_=OUR_WHATSAPP, body="Hi!")
    assert [i["text"] for i in phone_screen(stage, customer, "whatsapp-2")] == ["Hello there", "Hi!"]


def test_both_directions_are_listed_and_a_relayed_reply_is_proved(
    client: Client, stage: World, customer: Customer
) -> None:
    conversation = stage.write(customer, text="Where is it?", line="whatsapp-2")
    stage.advance(60)
    stage.teammate_reply(conversation, "7001", "On its way")
    stage.advance(DAY)
    late = stage.teammate_reply(conversation, "7001", "Still there?")
    stage.advance(60)
    incoming = client.messages.list(from_=WHATSAPP, to=OUR_WHATSAPP)
    outgoing = client.messages.list(from_=OUR_WHATSAPP, to=WHATSAPP)
    assert [(m.body, m.direction, m.status) for m in incoming] == [("Where is it?", "inbound", "received")]
    assert [(m.body, m.status, m.error_code) for m in outgoing] == [
        ("Still there?", "failed", 63016),
        ("On its way", "read", None),
    ]
    assert outgoing[1].date_sent - incoming[0].date_sent == timedelta(seconds=61)
    assert stage.delivery(late)["whatsapp"] is False
    assert client.messages.list(from_=PHONE) == []


def test_the_exact_start_of_the_window_is_earlier_than_intercoms(
    client: Client, stage: World, customer: Customer
) -> None:
    stage.settings.bridge_delay_s = 40.0
    stage.write(customer, text="Hello?", line="whatsapp-2")
    stage.advance(60)
    (conversation,) = stage.conversation_ids(customer)
    (row,) = client.messages.list(from_=WHATSAPP)
    created_at = stage.intercom.get_conversation(conversation)["created_at"]
    assert created_at - int(row.date_sent.timestamp()) == 40


def test_lists_page_newest_first_and_go_by_date(
    client: Client, http: httpx.Client, stage: World, customer: Customer
) -> None:
    stage.settings.message_page_limit = 3
    start = datetime.fromtimestamp(stage.now, UTC)
    for number in range(7):
        stage.write(customer, "sms", f"Number {number}")
        stage.advance(3600)
    assert [m.body for m in client.messages.list(page_size=2)] == [f"Number {n}" for n in range(6, -1, -1)]
    first = http.get("/Messages.json", params={"PageSize": 1000}).json()
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 3, 0, 2)
    assert first["next_page_uri"].startswith("/2010-04-01/Accounts/AC")
    assert "PageToken=" in first["next_page_uri"]
    after = client.messages.list(date_sent_after=start + timedelta(hours=4, minutes=30))
    assert [m.body for m in after] == ["Number 6", "Number 5"]
    before = client.messages.list(date_sent_before=start + timedelta(minutes=90))
    assert [m.body for m in before] == ["Number 1", "Number 0"]
    wire = http.get("/Messages.json", params={"DateSent>": (start + timedelta(days=2)).strftime("%Y-%m-%d")})
    assert wire.json()["messages"] == []
    assert wire.json()["next_page_uri"] is None


def test_addresses_of_mexico_and_of_people_without_a_number(client: Client, stage: World) -> None:
    stage.write(stage.add_customer("Marisol", phone="+525512345678"), text="Hola", line="whatsapp-2")
    stage.write(stage.add_customer("Nia", bsuid="US.13491208655302741918"), text="Hi", line="whatsapp-2")
    assert {m.from_ for m in client.messages.list(to=OUR_WHATSAPP)} == {
        "whatsapp:+5215512345678",
        "whatsapp:US.13491208655302741918",
    }
    client.messages.create(to="whatsapp:US.13491208655302741918", from_=OUR_WHATSAPP, body="Hi Nia")
    client.messages.create(to="whatsapp:+525512345678", from_=OUR_WHATSAPP, body="Hola Marisol")
    shown = [phone_screen(stage, c, "whatsapp-2")[-1]["text"] for c in (stage.customers["c2"], stage.customers["c3"])]
    assert shown == ["Hola Marisol", "Hi Nia"]


def test_a_content_template_needs_no_window_and_opens_none(client: Client, stage: World, customer: Customer) -> None:
    by_name = {(c.friendly_name, c.language): c for c in client.content.v2.content_and_approvals.list(page_size=3)}
    found = by_name["order_update", "en_US"]
    assert found.variables == {"1": "Jennifer", "2": "A-1042", "3": "A-1042"}
    assert found.approval_requests["status"] == "approved"
    assert len(by_name) > 5
    values = json.dumps({"1": "Jen", "2": "A-7", "3": "A-7"})
    sent = client.messages.create(to=WHATSAPP, from_=OUR_WHATSAPP, content_sid=found.sid, content_variables=values)
    assert sent.body == "Hi Jen, order A-7 has shipped.\nHarbour Parcels"
    client.messages.create(to=WHATSAPP, from_=OUR_WHATSAPP, body="Not yet")
    (item,) = phone_screen(stage, customer, "whatsapp-2")
    assert (item["kind"], item["buttons"]) == ("template", ["Track", "Stop"])
    fallback = client.messages.create(to=WHATSAPP, from_=OUR_WHATSAPP, content_sid=found.sid)
    assert fallback.body.startswith("Hi Jennifer, order A-1042")


def test_approvals_are_filtered_and_a_paused_template_fails_later(client: Client, stage: World) -> None:
    listed = client.content.v2.content_and_approvals.list(channel_eligibility=["whatsapp:paused"])
    assert [c.friendly_name for c in listed] == ["winter_sale"]
    assert [c.friendly_name for c in client.content.v2.content_and_approvals.list(language=["de"])] == ["we_have_news"]
    approval = client.content.v1.contents(listed[0].sid).approval_fetch().fetch()
    assert approval.whatsapp["status"] == "paused"
    sent = client.messages.create(to=WHATSAPP, from_=OUR_WHATSAPP, content_sid=listed[0].sid, content_variables="{}")
    stage.advance(3)
    assert client.messages(sent.sid).fetch().error_code == 63041


def test_media_come_by_a_redirect(client: Client, http: httpx.Client, stage: World, customer: Customer) -> None:
    photo = make_png(20, 10)
    stage.write(customer, text="Look", line="whatsapp-2", attachments=[photo])
    (message,) = client.messages.list(from_=WHATSAPP)
    assert (message.num_media, message.sid[:2]) == ("1", "MM")
    (media,) = client.messages(message.sid).media.list()
    assert media.content_type == "image/png"
    path = f"/Messages/{message.sid}/Media/{media.sid}"
    redirect = http.get(path)
    assert redirect.status_code == 307
    assert httpx.get(redirect.headers["Location"]).content == photo.data


def test_stop_and_start(client: Client, stage: World, customer: Customer) -> None:
    conversation = stage.write(customer, "sms", " stop ")
    assert refusal(client, to=PHONE, from_=OUR_SMS, body="Please stay") == (400, 21610)
    stage.teammate_reply(conversation, "7001", "Are you sure?")
    stage.advance(5)
    parts = stage.intercom.get_conversation(conversation)["conversation_parts"]["conversation_parts"]
    assert "unsubscribed" in parts[-1]["body"]
    stage.write(customer, "sms", "START")
    client.messages.create(to=PHONE, from_=OUR_SMS, body="Welcome back")
    assert [i["text"] for i in phone_screen(stage, customer, "sms")] == [" stop ", "START", "Welcome back"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"to": "+15005550001", "from_": OUR_SMS, "body": "x"}, 21211),
        ({"to": "+15005550002", "from_": OUR_SMS, "body": "x"}, 21612),
        ({"to": "+15005550003", "from_": OUR_SMS, "body": "x"}, 21408),
        ({"to": "+15005550004", "from_": OUR_SMS, "body": "x"}, 21610),
        ({"to": "+15005550009", "from_": OUR_SMS, "body": "x"}, 21614),
        ({"to": PHONE, "from_": "+15005550001", "body": "x"}, 21212),
        ({"to": PHONE, "from_": "+15005550007", "body": "x"}, 21606),
        ({"to": PHONE, "from_": "+15005550008", "body": "x"}, 21611),
        ({"to": "0871234567", "from_": OUR_SMS, "body": "x"}, 21211),
        ({"to": WHATSAPP, "from_": "whatsapp:+35315550100", "body": "x"}, 63007),
        ({"to": PHONE, "from_": OUR_SMS, "body": "x" * 1601}, 21617),
        ({"to": PHONE, "from_": OUR_SMS}, 21602),
        ({"to": PHONE, "body": "x"}, 21603),
        ({"to": PHONE, "from_": OUR_SMS, "media_url": ["ftp://a"]}, 21620),
        ({"to": WHATSAPP, "from_": OUR_WHATSAPP, "content_sid": "HX1"}, 21655),
        ({"to": PHONE, "messaging_service_sid": "MG1", "body": "x"}, 21703),
    ],
)
def test_immediate_refusals(
    client: Client, stage: World, customer: Customer, message: dict[str, Any], code: int
) -> None:
    assert refusal(client, **message) == (400, code)
    assert client.messages.list() == []
    assert phone_screen(stage, customer, "sms") == []


def test_the_good_magic_number_and_the_messaging_service(
    client: Client, sandbox: Sandbox, stage: World, customer: Customer
) -> None:
    client.messages.create(to=PHONE, from_="+15005550006", body="One")
    service = sandbox.urls["twilio"]["messaging_service_sid"]
    sent = client.messages.create(to=PHONE, messaging_service_sid=service, body="Two")
    assert sent.messaging_service_sid == service
    assert [i["text"] for i in phone_screen(stage, customer, "sms")] == ["One", "Two"]


def test_unused_numbers(client: Client, stage: World) -> None:
    landline = stage.add_customer("Gran", phone="+35315551234", on_whatsapp=False)
    sms = client.messages.create(to="+4915112345678", from_=OUR_SMS, body="x")
    chat = client.messages.create(to=f"whatsapp:{landline.phone}", from_=OUR_WHATSAPP, body="x")
    stage.advance(3)
    assert [client.messages(m.sid).fetch().error_code for m in (sms, chat)] == [30005, 63024]


def test_credentials_accounts_and_unknown_resources(
    client: Client, http: httpx.Client, sandbox: Sandbox, stage: World
) -> None:
    assert client.api.v2010.accounts(client.account_sid).fetch().status == "active"
    assert [n.phone_number for n in client.incoming_phone_numbers.list()] == [OUR_SMS]
    with pytest.raises(TwilioRestException) as missing:
        client.messages("SM" + "0" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)
    wrong = http.get("/Messages.json", auth=(client.account_sid, "wrong"))
    assert wrong.status_code == 401
    assert wrong.json() == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }
    other = httpx.get(
        f"{sandbox.urls['twilio']['base_url']}/2010-04-01/Accounts/AC{'0' * 32}/Messages.json",
        auth=(client.account_sid, sandbox.urls["twilio"]["auth_token"]),
    )
    assert other.json()["code"] == 20404


def test_every_listed_error_can_be_provoked_at_once_and_any_later(
    client: Client, stage: World, customer: Customer
) -> None:
    for code, (status, _) in CODES.items():
        stage.settings.provoked.append(Provoked("twilio", code, path="/Messages.json$"))
        assert refusal(client, to=PHONE, from_=OUR_SMS, body="x") == (status, code)
    for code in (30002, 30003, 30004, 30006, 30007, 30008, 30034, 30036, 63018, 63032):
        stage.settings.provoked.append(Provoked("twilio", code, later=True))
        sent = client.messages.create(to=PHONE, from_=OUR_SMS, body="x")
        stage.advance(3)
        failed = client.messages(sent.sid).fetch()
        assert (failed.status, failed.error_code) == ("undelivered", code)
    assert phone_screen(stage, customer, "sms") == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ż" * 70, 1),
        ("ż" * 71, 2),
        ("😀" * 35, 1),
        ("", 1),
    ],
)
def test_parts_of_an_sms(text: str, parts: int) -> None:
    assert segments(text) == parts
