"""WhatsApp: every code that matters ends in its trouble, its sentence and the right kind of outcome."""

from __future__ import annotations

import json

import pytest

from desktop.channels.http import Token
from desktop.channels.whatsapp.channel import DOUBT_AFTER, Dialog360Channel, WhatsAppCloudChannel
from desktop.channels.words import WORDS
from desktop.domain.delivery import Delivery
from desktop.domain.template import Status, Template, fill
from desktop.ports import (
    Accepted,
    ChannelTrouble,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutgoingFile,
    Refused,
    Trouble,
    Unknown,
)

T = Trouble
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


REFUSED = [
    (401, 0, T.SIGNED_OUT), (401, 190, T.SIGNED_OUT),
    (500, 3, T.FORBIDDEN), (403, 10, T.FORBIDDEN), (403, 200, T.FORBIDDEN), (403, 299, T.FORBIDDEN),
    (403, 131005, T.FORBIDDEN),
    (400, 4, T.THROTTLED), (400, 80007, T.THROTTLED),
    (400, 131048, T.POLICY), (400, 131064, T.POLICY), (400, 133016, T.SENDER),
    (400, 131047, T.WINDOW_CLOSED), (400, 470, T.WINDOW_CLOSED), (400, 131026, T.UNREACHABLE),
    (400, 131051, T.MALFORMED), (400, 131049, T.POLICY), (400, 131050, T.OPTED_OUT), (400, 130472, T.POLICY),
    (400, 131063, T.POLICY), (400, 131021, T.BAD_ADDRESS), (400, 131008, T.MALFORMED), (400, 131009, T.MALFORMED),
    (400, 100, T.MALFORMED), (400, 33, T.GONE),
    (403, 131031, T.POLICY), (403, 368, T.POLICY), (403, 130497, T.POLICY), (400, 131042, T.BILLING),
    (400, 131037, T.SENDER), (500, 131045, T.SENDER), (400, 133010, T.SENDER), (400, 131052, T.FILE),
    (400, 131053, T.FILE), (400, 131030, T.SENDER), (400, 131062, T.BAD_ADDRESS),
    (400, 132000, T.TEMPLATE_INVALID), (404, 132001, T.TEMPLATE_INVALID), (400, 132005, T.TEMPLATE_INVALID),
    (400, 132007, T.TEMPLATE_INVALID), (400, 132008, T.TEMPLATE_INVALID), (400, 132012, T.TEMPLATE_INVALID),
    (400, 132015, T.TEMPLATE_UNAVAILABLE), (400, 132016, T.TEMPLATE_UNAVAILABLE), (400, 132018, T.TEMPLATE_INVALID),
    (400, 132068, T.TEMPLATE_UNAVAILABLE), (400, 132069, T.THROTTLED), (400, 134100, T.MALFORMED),
    (500, 134102, T.MALFORMED), (400, 135000, T.UNKNOWN), (400, 137000, T.REJECTED), (400, 999999, T.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "trouble"), REFUSED)
async def test_refusals(cloud, provider, status, code, trouble):
    provider.answers(status, fault(code))
    outcome = await cloud.send_text(MESSAGE)
    assert isinstance(outcome, Refused)
    assert outcome.trouble is trouble
    assert f"(code {code})" in outcome.sentence
    assert outcome.sentence.endswith(WORDS[trouble][1].format(provider="WhatsApp"))
    assert len(provider.requests) == 1


@pytest.mark.parametrize(("code", "pause_s"), [(130429, 5.0), (131056, 6.0)])
async def test_what_may_be_sent_again_after_a_pause(cloud, provider, code, pause_s):
    provider.answers(400, fault(code))
    outcome = await cloud.send_text(MESSAGE)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s == pause_s


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 1), (503, 2), (500, 131000), (500, 131016), (500, 133004), (500, 131057), (500, 999999), (500, 135000)],
)
async def test_what_may_have_been_processed_is_never_repeated(cloud, provider, status, code):
    provider.answers(status, fault(code))
    assert await cloud.send_text(MESSAGE) == Unknown(f"HTTP {status}, code {code}")
    assert len(provider.requests) == 1


async def test_metas_own_word_for_passing(cloud, provider):
    provider.answers(400, fault(987654, is_transient=True))
    assert isinstance(await cloud.send_text(MESSAGE), Unknown)


async def test_a_wrong_id_is_told_as_such(cloud, provider):
    provider.answers(400, fault(100, error_subcode=33))
    with pytest.raises(ChannelTrouble) as caught:
        await cloud.check()
    assert (caught.value.trouble, caught.value.request_id) == (T.GONE, "A1")


async def test_the_details_are_quoted(cloud, provider):
    provider.answers(400, fault(132012, error_data={"details": "header: Format mismatch"}))
    outcome = await cloud.send_text(MESSAGE)
    assert isinstance(outcome, Refused)
    assert "“header: Format mismatch”" in outcome.sentence


async def test_the_hourly_limit_says_when_it_ends(cloud, provider):
    usage = {"102": [{"type": "whatsapp_business_management", "estimated_time_to_regain_access": 7}]}
    provider.answers(400, fault(80007), headers={"x-business-use-case-usage": json.dumps(usage)})
    with pytest.raises(ChannelTrouble) as caught:
        await cloud.templates()
    assert (caught.value.trouble, caught.value.retry_after_s) == (T.THROTTLED, 420.0)
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
    assert (outcome.trouble, len(provider.requests)) == (T.TEMPLATE_UNAVAILABLE, 1)


async def test_nothing_is_sent_when_the_template_cannot_be_asked_about(cloud, provider, clock):
    provider.answers(503, b"")
    outcome = await cloud.send_template(DirectTemplate("d-1", "+353871234567", filled(clock, 1000)))
    assert isinstance(outcome, NotSent)
    assert {line.split()[0] for line, *_ in provider.requests} == {"GET"}


async def test_a_template_with_problems_is_not_sent(cloud, provider):
    empty = fill(Template("1", "x", "en", "Hi {{1}}", Status.APPROVED), {})
    outcome = await cloud.send_template(DirectTemplate("d-1", "+353871234567", empty))
    assert outcome == Refused(T.TEMPLATE_INVALID, "Fill this in.")
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
    assert cloud.abilities.reports_status
    found = await cloud.status("wamid.1")
    assert found is not None
    assert found.delivery is Delivery.DELIVERED
    provider.answers(200, {"data": []})
    for _ in range(DOUBT_AFTER + 1):
        assert await cloud.status("wamid.2") is None
    assert cloud.abilities.reports_status
    assert "message_id=wamid.1" in provider.requests[0][0]


async def test_an_account_whose_history_stays_empty_is_not_asked_for_ever(cloud, provider):
    provider.answers(200, {"data": []})
    for _ in range(DOUBT_AFTER + 3):
        assert await cloud.status("wamid.1") is None
    assert not cloud.abilities.reports_status
    assert len(provider.requests) == DOUBT_AFTER


@pytest.mark.parametrize(("status", "code"), [(403, 10), (400, 100), (403, 200), (500, 3), (404, 999)])
async def test_an_account_that_is_refused_its_history_is_not_asked_again(cloud, provider, status, code):
    provider.answers(status, fault(code))
    assert await cloud.status("wamid.1") is None
    assert not cloud.abilities.reports_status
    assert await cloud.status("wamid.1") is None
    assert len(provider.requests) == 1


async def test_a_passing_trouble_settles_nothing_about_the_history(cloud, provider):
    provider.answers(401, fault(190))
    with pytest.raises(ChannelTrouble):
        await cloud.status("wamid.1")
    assert cloud.abilities.reports_status


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
    assert [(t.name, t.why_not) for t in await d360.templates()] == [("a", ""), ("b", ""), ("c", "")]
    assert ["offset=0" in provider.requests[0][0], "offset=2" in provider.requests[1][0]] == [True, True]


@pytest.mark.parametrize(
    ("status", "said", "kind", "trouble"),
    [
        (400, "Rate limit reached for this endpoint", NotSent, None),
        (400, "Too many requests", NotSent, None),
        (400, "Channel unpaid", Refused, T.BILLING),
        (400, "Account disabled", Refused, T.SENDER),
        (400, "Anything else", Refused, T.REJECTED),
        (401, "Invalid api_key or token expired", Refused, T.SIGNED_OUT),
        (403, "Path blocked", Refused, T.FORBIDDEN),
        (502, "Bad gateway", Unknown, None),
    ],
)
@pytest.mark.parametrize("names", [("httpCode", "developerMessage"), ("http_code", "developer_message")])
async def test_360dialogs_own_refusals(d360, provider, status, said, kind, trouble, names):
    provider.answers(status, {"meta": {"success": False, names[0]: 555, names[1]: said}})
    outcome = await d360.send_text(MESSAGE)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "trouble", None) is trouble


async def test_metas_refusals_pass_through_360dialog(d360, provider):
    provider.answers(400, fault(131056))
    outcome = await d360.send_text(MESSAGE)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s == 6.0


async def test_a_good_key_of_a_troubled_account_is_a_remark(d360, provider):
    provider.answers(400, {"meta": {"httpCode": 400, "developerMessage": "Channel unpaid"}})
    found = await d360.check()
    assert found.address == "+15550001111"
    assert "Channel unpaid" in found.remarks[0]


async def test_360dialog_tells_nothing_later(d360, provider):
    assert not d360.abilities.reports_status
    assert await d360.status("wamid.1") is None
    assert provider.requests == []


@pytest.mark.parametrize("answer", [{"id": "77"}, {"media": [{"id": "77"}]}])
async def test_360dialog_takes_files(d360, provider, answer):
    provider.answers(200, answer).answers(200, TAKEN)
    await d360.send_text(DirectMessage("d-1", "+353871234567", "", FILE))
    assert json.loads(provider.requests[1][2])["image"] == {"id": "77"}
