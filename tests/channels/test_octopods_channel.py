"""Octopods: both documented shapes of everything, every kind of variable, and errors by family."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.octopods import mapping
from desktop.channels.octopods.channel import OctopodsChannel
from desktop.channels.shared.exchange import Token
from desktop.domain.content.template import Header, HeaderKind, Status, Template, Unsendable, fill, list_slots
from desktop.domain.delivery import Delivery
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import make_reason
from desktop.ports import (
    Accepted,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
    Refused,
)
from desktop.text.reasons.describe import describe
from desktop.text.reasons.providers import FAILURES

T = ProviderErrorKind
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OUR_NUMBER, CUSTOMER = "+15551234567", "+353871234567"
FULL = {
    "created_at": "2026-02-10T15:42:00Z",
    "template_id": 84579,
    "template_name": "order_shipped_v1",
    "template_body": "Hi {{1}}, your order {{2}} has shipped.",
    "template_components": [
        {"type": "HEADER", "format": "TEXT", "text": "Shipping update"},
        {"type": "BODY", "text": "Hi {{1}}, your order {{2}} has shipped."},
        {"type": "FOOTER", "text": "Bye"},
    ],
    "account_phone_number": OUR_NUMBER,
    "template_status": "Accepted",
}
OLD = {k: v for k, v in FULL.items() if k not in ("template_components", "template_status")}
TAKEN = {"request_id": "r", "message_id": 77, "message_status_url": "https://…/77"}


def make(provider, clock, channel=ChannelKind.WHATSAPP) -> OctopodsChannel:
    return OctopodsChannel(
        Token("b2N0b3BvZHM"), clock, channel, OUR_NUMBER, base_url=f"{provider.base_url}/api/v1", jitter=lambda: 0.5
    )


@pytest.fixture
async def whatsapp(provider, clock):
    channel = make(provider, clock)
    yield channel
    await channel.aclose()


@pytest.fixture
async def sms(provider, clock):
    channel = make(provider, clock, ChannelKind.SMS)
    yield channel
    await channel.aclose()


def paths(provider) -> list[str]:
    return [line.split()[1] for line, *_ in provider.requests]


# --- templates -----------------------------------------------------------------------------------------------------


def test_a_template_with_components():
    found = mapping.template(FULL, (), AT)
    assert found == Template(
        "84579",
        "order_shipped_v1",
        "",
        "Hi {{1}}, your order {{2}} has shipped.",
        Status.APPROVED,
        header=Header(HeaderKind.TEXT, "Shipping update"),
        footer="Bye",
        sender=OUR_NUMBER,
        known_at=AT,
        lag=timedelta(hours=3),
    )


def test_an_old_template_has_only_its_body():
    found = mapping.template(OLD, {"84579"}, AT)
    assert found is not None
    assert (found.body, found.header, found.status) == (FULL["template_body"], None, Status.APPROVED)
    unknown = mapping.template(OLD, (), AT)
    assert unknown is not None
    assert unknown.status is Status.OTHER


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Accepted", Status.APPROVED),
        ("accepted", Status.APPROVED),
        ("Under review", Status.PENDING),
        ("under_review", Status.PENDING),
        ("Pending", Status.PENDING),
        ("Needs modification", Status.REJECTED),
        ("Rejected", Status.REJECTED),
        ("Deleted", Status.DELETED),
        ("Approved?", Status.OTHER),
    ],
)
def test_template_status_words_give_the_status(word, status):
    found = mapping.template(FULL | {"template_status": word}, {"84579"}, AT)
    assert found is not None
    assert found.status is status


def test_codes_to_copy_cannot_be_passed_on():
    components = [{"type": "BUTTONS", "buttons": [{"type": "COPY_CODE"}]}]
    found = mapping.template(FULL | {"template_components": components}, (), AT)
    assert found is not None
    assert found.not_sendable_reason == make_reason(Unsendable.COPY_CODE)


async def test_the_list_in_its_new_shape(whatsapp, provider):
    other = FULL | {"template_id": 2, "account_phone_number": "+15550000000"}
    provider.answers(
        200, [FULL, other, FULL | {"template_id": None}, FULL | {"template_id": 3, "account_phone_number": None}]
    )
    assert [t.id for t in await whatsapp.templates()] == ["84579", "3"]
    assert paths(provider) == ["/api/v1/whatsapp/templates"]
    assert provider.requests[0][1]["x-octopods-auth"] == "b2N0b3BvZHM"
    assert "authorization" not in provider.requests[0][1]


async def test_the_list_in_its_old_shape_is_asked_for_the_accepted_ones(whatsapp, provider):
    provider.answers(200, [OLD, OLD | {"template_id": 2}]).answers(200, [OLD])
    assert [(t.id, t.status) for t in await whatsapp.templates()] == [("84579", Status.APPROVED), ("2", Status.OTHER)]
    assert paths(provider) == ["/api/v1/whatsapp/templates", "/api/v1/whatsapp/templates?status=accepted"]


# --- sending -------------------------------------------------------------------------------------------------------


def filled(components: list, values: dict):
    template = mapping.template(FULL | {"template_components": components}, (), AT)
    assert template is not None
    found = fill(template, values)
    assert found.can_be_sent, (found.problems, list_slots(template))
    return found


BODY = {"type": "BODY", "text": "Hi {{1}}, order {{2}}."}
URL = {"type": "URL", "text": "Track", "url": "https://example.com/{{1}}"}


@pytest.mark.parametrize(
    ("components", "values", "sent"),
    [
        pytest.param([{"type": "BODY", "text": "Hello"}], {}, {}, id="none"),
        pytest.param(
            [BODY], {"body.2": "A-1042", "body.1": "Jennifer"}, {"message_variables": ["Jennifer", "A-1042"]}, id="body"
        ),
        pytest.param(
            [{"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"}, BODY],
            {"header.1": "H", "body.1": "A", "body.2": "B"},
            {"message_variables": {"header": ["H"], "body": ["A", "B"], "footer": [], "buttons": []}},
            id="header",
        ),
        pytest.param(
            [BODY, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}, URL]}],
            {"body.1": "A", "body.2": "B", "button.1": "A-1042"},
            {"message_variables": {"header": [], "body": ["A", "B"], "footer": [], "buttons": ["A-1042"]}},
            id="button",
        ),
        pytest.param(
            [{"type": "HEADER", "format": "IMAGE"}, BODY],
            {"header.media": "https://cdn.example/p.png", "body.1": "A", "body.2": "B"},
            {"message_variables": ["A", "B"], "header_attachment_url": "https://cdn.example/p.png"},
            id="picture",
        ),
    ],
)
async def test_every_kind_of_variable(whatsapp, provider, components, values, sent):
    provider.answers(201, TAKEN)
    out = DirectTemplate("d-1", " +353 87 1234567", filled(components, values))
    assert await whatsapp.send_template(out) == Accepted("77")
    assert provider.requests[0][0].startswith("POST /api/v1/whatsapp/templates/84579/messages ")
    assert json.loads(provider.requests[0][2]) == {"destination_phone": CUSTOMER} | sent


async def test_what_octopods_cannot_pass_on_is_not_sent(whatsapp, provider):
    components = [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look"}]
    picture = filled(components, {"header.media": "1037543291543636"})
    blank = fill(mapping.template(FULL, (), AT), {})
    for to, content, trouble in (
        (CUSTOMER, picture, T.FILE),
        (CUSTOMER, blank, T.TEMPLATE_INVALID),
        ("US.1349", picture, T.BAD_ADDRESS),
    ):
        outcome = await whatsapp.send_template(DirectTemplate("d-1", to, content))
        assert isinstance(outcome, Refused)
        assert outcome.kind is trouble
    assert provider.requests == []


async def test_a_text_message_is_sent_to_the_number_with_its_body(sms, provider):
    provider.answers(201, {"request_id": "r", "message_id": 5})
    assert await sms.send_text(DirectMessage("d-1", CUSTOMER, "Hi")) == Accepted("5")
    assert provider.requests[0][0].startswith("POST /api/v1/sms/messages ")
    assert json.loads(provider.requests[0][2]) == {"destination_phone": CUSTOMER, "body": "Hi"}


@pytest.mark.parametrize(("status", "trouble"), [(401, T.SIGNED_OUT), (403, T.FORBIDDEN), (400, T.REJECTED)])
async def test_refusals_without_a_code(sms, provider, status, trouble):
    provider.answers(status, {"request_id": "r"})
    outcome = await sms.send_text(DirectMessage("d-1", CUSTOMER, "Hi"))
    assert isinstance(outcome, Refused)
    assert outcome.kind is trouble


async def test_a_revoked_key_is_known_by_its_name(sms, provider):
    provider.answers(400, {"error_code": 42, "error": "DEPRECATED_API_KEY"})
    with pytest.raises(ProviderError) as caught:
        await sms.check()
    assert caught.value.kind is T.SIGNED_OUT


# --- checks --------------------------------------------------------------------------------------------------------


async def test_a_key_of_another_number_says_so(whatsapp, provider):
    provider.answers(200, [FULL | {"account_phone_number": "+15550000000"}])
    assert "+15550000000" in describe((await whatsapp.check()).remarks[0])
    assert paths(provider) == ["/api/v1/whatsapp/templates?status=accepted"]


async def test_an_account_without_templates_says_so(whatsapp, provider):
    provider.answers(200, [])
    assert "no approved template" in describe((await whatsapp.check()).remarks[0])


@pytest.mark.parametrize(("status", "body"), [(400, {"error_code": 9, "error": "No such message"}), (404, {})])
async def test_an_sms_key_is_good_when_only_the_message_is_missing(sms, provider, status, body):
    provider.answers(status, body)
    assert "can't be checked further" in describe((await sms.check()).remarks[0])
    assert paths(provider) == ["/api/v1/sms/messages/0"]


# --- what became of it ---------------------------------------------------------------------------------------------

FIRST = {
    "request_id": "r",
    "message_id": 77,
    "status": "DELIVERED",
    "status_message": "",
    "channel_message_id": "wamid.1",
    "intercom_conversation_id": "",
    "last_updated": "2026-11-22T09:00:00Z",
    "failure_reason": "",
}
SECOND = {
    "request_id": "r",
    "message_id": 77,
    "status": "delivered",
    "phone_number": CUSTOMER,
    "channel_message_id": None,
    "sent_at": "2026-11-22T08:59:00Z",
    "delivered_at": "2026-11-22T09:00:00Z",
    "read_at": None,
    "failure_reason": None,
}


@pytest.mark.parametrize("shape", [FIRST, SECOND])
async def test_a_status_in_both_shapes(whatsapp, provider, shape):
    provider.answers(200, shape)
    assert await whatsapp.status("77") == DeliveryFact("77", Delivery.DELIVERED, False, AT)
    assert paths(provider) == ["/api/v1/whatsapp/messages/77"]


@pytest.mark.parametrize(
    ("word", "reached", "final"),
    [("SENT", Delivery.SENT, False), ("unknown", Delivery.ACCEPTED, False), ("read", Delivery.READ, True)],
)
async def test_states_of_delivery(whatsapp, provider, word, reached, final):
    provider.answers(200, FIRST | {"status": word})
    found = await whatsapp.status("77")
    assert found is not None
    assert (found.delivery, found.final) == (reached, final)


async def test_an_sms_is_never_read(sms, provider):
    provider.answers(200, FIRST)
    found = await sms.status("77")
    assert found is not None
    assert found.final
    assert paths(provider) == ["/api/v1/sms/messages/77"]


@pytest.mark.parametrize("word", ["DELETED", "new", None])
async def test_states_that_we_do_not_know(whatsapp, provider, word):
    provider.answers(200, FIRST | {"status": word})
    assert await whatsapp.status("77") is None


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [
        ({"code": 131047, "title": "Re-engagement message"}, T.WINDOW_CLOSED),
        ("131026: Message undeliverable", T.UNREACHABLE),
        ("More than 24 hours have passed", T.WINDOW_CLOSED),
        ("Something else", T.UNKNOWN),
        ({}, T.UNKNOWN),
    ],
)
async def test_reasons_of_failure_in_both_shapes(whatsapp, provider, reason, trouble):
    provider.answers(200, FIRST | {"status": "failed", "failure_reason": reason})
    found = await whatsapp.status("77")
    assert found is not None
    assert (found.delivery, found.final, found.kind) == (Delivery.FAILED, True, trouble)
    assert describe(found.reason).startswith(FAILURES[trouble](provider="Octopods"))


def line_one(minutes: float = 0, wamid: str = "wamid.1", **more) -> dict:
    return {
        "user_phone_number": CUSTOMER,
        "created_at": (AT + timedelta(minutes=minutes)).isoformat(),
        "message_content": "Hello",
        "message_status": {"channel_message_id": wamid, "message_status": "FAILED", "failure_reason": {"code": 131026}},
    } | more


def line_two(minutes: float = 0, number: int = 77, **more) -> dict:
    at = (AT + timedelta(minutes=minutes)).isoformat()
    return {
        "message_id": number,
        "status": "sent",
        "phone_number": CUSTOMER,
        "sent_at": at,
        "failure_reason": "",
    } | more


LOST = DirectTemplate("d-1", CUSTOMER, fill(Template("84579", "x", "", "Hello", Status.APPROVED), {}))


async def test_a_lost_send_in_the_first_shape(whatsapp, provider):
    lines = [
        line_one(3, "wamid.4"),
        line_one(1, "wamid.3"),
        line_one(1, "wamid.2", message_content="Other"),
        line_one(1, "wamid.5", user_phone_number="+353000000000"),
        line_one(-1, "wamid.0"),
    ]
    provider.answers(200, lines)
    assert await whatsapp.look_up_sent(LOST, AT, ()) == "wamid.3"
    assert await whatsapp.look_up_sent(LOST, AT, {"wamid.3"}) == "wamid.4"
    assert await whatsapp.look_up_sent(LOST, AT, {"wamid.3", "wamid.4"}) is None
    assert paths(provider)[0] == "/api/v1/whatsapp/messages?limit=100"


async def test_a_lost_send_in_the_second_shape(whatsapp, provider):
    provider.answers(200, {"request_id": "r", "messages": [line_two(0.5), line_two(-1, 70)]})
    assert await whatsapp.look_up_sent(LOST, AT, ()) == "77"
    assert await whatsapp.look_up_sent(LOST, AT, {"77"}) is None


@pytest.mark.parametrize("lines", [[line_two(0.5), line_two(0.6, 78)], [line_two(2)], []])
async def test_a_line_without_words_is_taken_only_when_it_can_be_no_other(whatsapp, provider, lines):
    provider.answers(200, {"request_id": "r", "messages": lines})
    assert await whatsapp.look_up_sent(LOST, AT, ()) is None


async def test_an_empty_history_can_come_as_an_error(whatsapp, provider):
    provider.answers(400, {"request_id": "r", "error": "No messages"})
    assert await whatsapp.look_up_sent(LOST, AT, ()) is None


async def test_a_history_that_is_refused_is_told(whatsapp, provider):
    provider.answers(401, {})
    with pytest.raises(ProviderError):
        await whatsapp.look_up_sent(LOST, AT, ())


async def test_what_was_found_by_whatsapps_id_is_followed_in_the_list(whatsapp, provider, sms):
    provider.answers(200, [line_one()])
    found = await whatsapp.status("wamid.1")
    assert found is not None
    assert (found.delivery, found.kind) == (Delivery.FAILED, T.UNREACHABLE)
    assert await whatsapp.status("wamid.9") is None
    assert await sms.status("wamid.1") is None


async def test_a_lost_sms_cannot_be_looked_up(sms, provider):
    assert await sms.look_up_sent(DirectMessage("d-1", CUSTOMER, "Hi"), AT, ()) is None
    assert provider.requests == []


async def test_a_lost_answer_stays_lost(sms, provider):
    provider.answers(201, {"request_id": "r"})
    assert isinstance(await sms.send_text(DirectMessage("d-1", CUSTOMER, "Hi")), OutcomeUnknown)


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FIRST, *FULL, "message_status", "messages", "sent_at"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(odd)
def test_odd_answers_do_no_harm(raw):
    mapping.delivery(raw, "1", ChannelKind.WHATSAPP, lambda trouble, code, said: "")
    list(mapping.sent_messages(raw))
    for one in mapping.listed(raw):
        mapping.template(one, (), AT)
