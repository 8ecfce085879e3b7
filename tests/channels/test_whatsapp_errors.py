"""WhatsApp: refusals with more than a code, and what goes over the wire."""

from __future__ import annotations

import json

import pytest

from desktop.channels.shared.exchange import Token
from desktop.channels.whatsapp.channel import (
    MAX_EMPTY_HISTORIES,
    Dialog360Channel,
    WhatsAppCloudChannel,
)
from desktop.domain.content.template import ProblemCode, Status, Template, fill
from desktop.domain.delivery import Delivery
from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.ports import (
    Accepted,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    ProviderError,
    ProviderErrorKind,
    Refused,
)
from desktop.ports.reasons import ProviderReason
from desktop.text.reasons.describe import describe

T = ProviderErrorKind
MESSAGE = DirectMessage("d-1", "+353871234567", "Hello")
TAKEN = {"messages": [{"id": "wamid.1"}]}


def fault(code, **more) -> dict:
    return {"error": {"message": f"(#{code}) Something", "code": code, "fbtrace_id": "A1"} | more}


@pytest.fixture
async def cloud(provider, clock):
    channel = WhatsAppCloudChannel(
        Token("dG9rZW4"), clock, "106", "102", base_url=provider.base_url, version="v25.0", jitter=lambda: 0.5
    )
    yield channel
    await channel.aclose()


@pytest.fixture
async def d360(provider, clock):
    channel = Dialog360Channel(Token("dG9rZW4"), clock, "+15550001111", base_url=provider.base_url, jitter=lambda: 0.5)
    yield channel
    await channel.aclose()


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, 999999), (500, 135000)],
)
async def test_what_may_have_been_processed_is_never_repeated(cloud, provider, status, code):
    provider.answers(status, fault(code))
    assert await cloud.send_text(MESSAGE) == OutcomeUnknown(f"HTTP {status}, code {code}")
    assert len(provider.requests) == 1


async def test_metas_own_word_for_passing(cloud, provider):
    provider.answers(400, fault(987654, is_transient=True))
    assert isinstance(await cloud.send_text(MESSAGE), OutcomeUnknown)


NUMBER = {"id": "106", "display_phone_number": "+1 555-000-1111", "verified_name": "Demo"}


@pytest.mark.parametrize(
    ("status", "numbers", "remarks"),
    [
        (200, {"data": [{"id": "106"}]}, ()),
        (200, {"data": [{"id": "107"}], "paging": {"next": "more"}}, ()),
        (
            200,
            {"data": [{"id": "107"}], "paging": {"cursors": {"after": "x"}}},
            (make_reason(ProviderReason.NUMBER_OF_OTHER_ACCOUNT),),
        ),
        (403, fault(200), (make_reason(ProviderReason.TEMPLATES_NOT_READABLE),)),
    ],
)
async def test_the_number_is_looked_for_in_its_account(cloud, provider, status, numbers, remarks):
    provider.answers(200, NUMBER).answers(status, numbers)
    assert (await cloud.check()).remarks == remarks
    assert provider.requests[1][0].startswith("GET /v25.0/102/phone_numbers?fields=id")


async def test_the_id_of_something_else_is_no_account(cloud, provider):
    """Meta says of what has no numbers that it cannot use the question."""
    provider.answers(200, NUMBER).answers(400, fault(100))
    with pytest.raises(ProviderError) as caught:
        await cloud.check()
    assert caught.value.kind is T.GONE


async def test_a_wrong_id_is_told_as_such(cloud, provider):
    provider.answers(400, fault(100, error_subcode=33))
    with pytest.raises(ProviderError) as caught:
        await cloud.check()
    assert (caught.value.kind, caught.value.request_id) == (T.GONE, "A1")


async def test_the_details_are_quoted(cloud, provider):
    provider.answers(400, fault(132012, error_data={"details": "header: Format mismatch"}))
    outcome = await cloud.send_text(MESSAGE)
    assert isinstance(outcome, Refused)
    assert "“header: Format mismatch”" in describe(outcome.reason)


async def test_the_hourly_limit_says_when_it_ends(cloud, provider):
    usage = {"102": [{"type": "whatsapp_business_management", "estimated_time_to_regain_access": 7}]}
    provider.answers(400, fault(80007), headers={"x-business-use-case-usage": json.dumps(usage)})
    with pytest.raises(ProviderError) as caught:
        await cloud.templates()
    assert (caught.value.kind, caught.value.retry_after_s) == (T.THROTTLED, 420.0)
    assert len(provider.requests) == 1


# --- the Cloud API -------------------------------------------------------------------------------------------------


async def test_every_page_of_templates_by_its_cursor(cloud, provider):
    following = {"cursors": {"after": "MjQZD"}, "next": "http://127.0.0.1:1/v25.0/102?access_token=dG9rZW4&after=MjQZD"}
    listed = {"name": "a", "status": "APPROVED", "components": [{"type": "BODY", "text": "Hi"}]}
    provider.answers(200, {"data": [listed, {"no": "name"}], "paging": following})
    provider.answers(200, {"data": [listed | {"name": "b"}], "paging": {"cursors": {"after": "end"}}})
    assert [t.name for t in await cloud.templates()] == ["a", "b"]
    first, second = (line for line, *_ in provider.requests)
    assert first.startswith("GET /v25.0/102/message_templates?fields=")
    assert "after=MjQZD" in second
    assert "token" not in second


async def test_pages_that_go_in_a_circle_end(cloud, provider):
    provider.answers(200, {"data": [], "paging": {"cursors": {"after": "x"}, "next": "y"}})
    assert await cloud.templates() == []
    assert len(provider.requests) == 2


def filled(clock, age_s: float = 0.0):
    known_at = clock.now()
    clock.pauses_s.append(age_s)
    return fill(Template("594", "order_update", "en", "Hi!", Status.APPROVED, known_at=known_at), {})


async def test_a_fresh_template_is_sent_at_once(cloud, provider, clock):
    provider.answers(200, TAKEN)
    assert await cloud.send_template(DirectTemplate("d-1", "+353871234567", filled(clock))) == Accepted("wamid.1")
    assert provider.requests[0][0] == "POST /v25.0/106/messages HTTP/1.1"


async def test_an_old_template_is_asked_about_first(cloud, provider, clock):
    provider.answers(200, {"status": "APPROVED", "id": "594"}).answers(200, TAKEN)
    out = DirectTemplate("d-1", "+353871234567", filled(clock, 1000))
    assert await cloud.send_template(out) == Accepted("wamid.1")
    assert provider.requests[0][0].startswith("GET /v25.0/594?fields=status")
    assert len(provider.requests) == 2


async def test_a_template_that_was_paused_meanwhile_is_not_sent(cloud, provider, clock):
    provider.answers(200, {"status": "PAUSED", "id": "594"})
    outcome = await cloud.send_template(DirectTemplate("d-1", "+353871234567", filled(clock, 1000)))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, len(provider.requests)) == (T.TEMPLATE_UNAVAILABLE, 1)


async def test_nothing_is_sent_when_the_template_cannot_be_asked_about(cloud, provider, clock):
    provider.answers(503, b"")
    outcome = await cloud.send_template(DirectTemplate("d-1", "+353871234567", filled(clock, 1000)))
    assert isinstance(outcome, NotSent)
    assert {line.split()[0] for line, *_ in provider.requests} == {"GET"}


async def test_a_template_with_problems_is_not_sent(cloud, provider):
    empty = fill(Template("1", "x", "en", "Hi {{1}}", Status.APPROVED), {})
    outcome = await cloud.send_template(DirectTemplate("d-1", "+353871234567", empty))
    assert outcome == Refused(T.TEMPLATE_INVALID, make_reason(ProblemCode.MISSING))
    assert provider.requests == []


FILE = OutgoingFile("parcel.jpg", "image/jpeg", b"JPEG\x00bytes")


async def test_a_file_goes_up_before_its_message(cloud, provider):
    provider.answers(200, {"id": "77"}).answers(200, TAKEN)
    assert await cloud.send_text(DirectMessage("d-1", "+353871234567", "Look", FILE)) == Accepted("wamid.1")
    (up, headers, form), (message, _, body) = provider.requests
    assert (up, message) == ("POST /v25.0/106/media HTTP/1.1", "POST /v25.0/106/messages HTTP/1.1")
    assert headers["content-type"].startswith("multipart/form-data")
    assert b"JPEG\x00bytes" in form
    assert b'filename="parcel.jpg"' in form
    assert json.loads(body)["image"] == {"id": "77", "caption": "Look"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(400, fault(131053), Refused), (500, b"", NotSent), (429, fault(4), NotSent), (200, {}, Refused)],
)
async def test_a_file_that_does_not_go_up_sends_nothing(cloud, provider, status, body, kind):
    provider.answers(status, body)
    assert isinstance(await cloud.send_text(DirectMessage("d-1", "+353871234567", "Look", FILE)), kind)
    assert [line.split()[1] for line, *_ in provider.requests] == ["/v25.0/106/media"]


async def test_a_file_whose_answer_is_lost_may_go_up_again(cloud, provider):
    """Only its message is what a customer sees."""
    provider.hangs_up()
    assert isinstance(await cloud.send_text(DirectMessage("d-1", "+353871234567", "Look", FILE)), NotSent)


async def test_the_history_is_asked_as_long_as_it_tells(cloud, provider):
    event = {"delivery_status": "DELIVERED", "timestamp": 1795338063}
    provider.answers(200, {"data": [{"message_id": "wamid.1", "events": {"data": [event]}}]})
    assert cloud.capabilities.reports_status
    found = await cloud.status("wamid.1")
    assert found is not None
    assert found.delivery is Delivery.DELIVERED
    provider.answers(200, {"data": []})
    for _ in range(MAX_EMPTY_HISTORIES + 1):
        assert await cloud.status("wamid.2") is None
    assert cloud.capabilities.reports_status
    assert "message_id=wamid.1" in provider.requests[0][0]


async def test_an_account_whose_history_stays_empty_is_not_asked_for_ever(cloud, provider):
    provider.answers(200, {"data": []})
    for _ in range(MAX_EMPTY_HISTORIES + 3):
        assert await cloud.status("wamid.1") is None
    assert not cloud.capabilities.reports_status
    assert len(provider.requests) == MAX_EMPTY_HISTORIES


@pytest.mark.parametrize(("status", "code"), [(403, 10), (400, 100), (403, 200), (500, 3), (404, 999)])
async def test_an_account_that_is_refused_its_history_is_not_asked_again(cloud, provider, status, code):
    provider.answers(status, fault(code))
    assert await cloud.status("wamid.1") is None
    assert not cloud.capabilities.reports_status
    assert await cloud.status("wamid.1") is None
    assert len(provider.requests) == 1


async def test_a_passing_trouble_settles_nothing_about_the_history(cloud, provider):
    provider.answers(401, fault(190))
    with pytest.raises(ProviderError):
        await cloud.status("wamid.1")
    assert cloud.capabilities.reports_status


# --- 360dialog -----------------------------------------------------------------------------------------------------


async def test_360dialog_is_asked_with_its_own_key(d360, provider):
    provider.answers(200, TAKEN)
    await d360.send_text(MESSAGE)
    line, headers, _ = provider.requests[0]
    assert line == "POST /messages HTTP/1.1"
    assert headers["d360-api-key"] == "dG9rZW4"
    assert "authorization" not in headers


async def test_360dialogs_templates_by_offset(d360, provider):
    one = {"name": "a", "status": "approved", "components": [{"type": "BODY", "text": "Hi"}]}
    provider.answers(200, {"total": 3, "waba_templates": [one, one | {"name": "b"}]})
    provider.answers(200, {"total": 3, "waba_templates": [one | {"name": "c"}]})
    assert [(t.name, t.not_sendable_reason) for t in await d360.templates()] == [
        ("a", NO_REASON),
        ("b", NO_REASON),
        ("c", NO_REASON),
    ]
    assert ["offset=0" in provider.requests[0][0], "offset=2" in provider.requests[1][0]] == [True, True]


async def test_a_good_key_of_a_troubled_account_is_a_remark(d360, provider):
    provider.answers(400, {"meta": {"httpCode": 400, "developerMessage": "Channel unpaid"}})
    found = await d360.check()
    assert found.address == "+15550001111"
    assert "Channel unpaid" in describe(found.remarks[0])


async def test_360dialog_tells_nothing_later(d360, provider):
    assert not d360.capabilities.reports_status
    assert await d360.status("wamid.1") is None
    assert provider.requests == []


@pytest.mark.parametrize("answer", [{"id": "77"}, {"media": [{"id": "77"}]}])
async def test_360dialog_takes_files(d360, provider, answer):
    provider.answers(200, answer).answers(200, TAKEN)
    await d360.send_text(DirectMessage("d-1", "+353871234567", "", FILE))
    assert json.loads(provider.requests[1][2])["image"] == {"id": "77"}
