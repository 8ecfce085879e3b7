"""Every error code that matters, from each provider, at once and late: what it is called, what the agent is told, and
whether the message may be sent again. The tables follow the providers' own (all read 2026-11-22)."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from desktop.channels.octopods.errors import CODES
from desktop.channels.shared import meta_codes, twilio_codes
from desktop.domain.delivery import Delivery
from desktop.domain.model.facts import ChannelKind
from desktop.ports import Accepted, DirectMessage, NotSent, OutcomeUnknown, ProviderErrorKind, Refused
from desktop.sandbox.model.settings import Provoked
from desktop.text.reasons.describe import describe
from desktop.text.reasons.providers import FAILURES

pytestmark = pytest.mark.slow

T = ProviderErrorKind


class Row(NamedTuple):
    """Codes, HTTP status of a refusal (None: only ever late), whether it may come late, our word, how a send ends."""

    codes: tuple[int, ...]
    http: int | None
    late: bool
    kind: ProviderErrorKind
    ends: type = Refused


# Meta, "Error codes". The same behind 360dialog.
META = [
    Row((0, 190), 401, False, T.SIGNED_OUT),
    Row((3,), 500, False, T.FORBIDDEN),
    Row((10, *range(200, 300), 131005), 403, False, T.FORBIDDEN),
    Row((4, 80007), 400, False, T.THROTTLED),
    Row((130429,), 400, False, T.THROTTLED, NotSent),
    Row((131056,), 400, False, T.PAIR_THROTTLED, NotSent),
    Row((131048, 131064), 400, False, T.POLICY),
    Row((133016,), 400, False, T.SENDER),
    Row((131047,), 400, True, T.WINDOW_CLOSED),
    Row((470,), 400, True, T.WINDOW_CLOSED),
    Row((131026,), 400, True, T.UNREACHABLE),
    Row((131051,), 400, False, T.REJECTED),
    Row((131050,), 400, True, T.OPTED_OUT),
    Row((131049, 130472, 131063), 400, True, T.POLICY),
    Row((131021,), 400, False, T.BAD_ADDRESS),
    Row((131008, 131009, 100), 400, False, T.MALFORMED),
    Row((33,), 400, False, T.GONE),
    Row((131000, 131016), 500, False, T.BUSY, OutcomeUnknown),
    Row((1,), 400, False, T.BUSY, OutcomeUnknown),
    Row((2, 133004), 503, False, T.BUSY, OutcomeUnknown),
    Row((131031, 368, 130497), 403, False, T.POLICY),
    Row((131042,), 400, False, T.BILLING),
    Row((131037, 133010), 400, False, T.SENDER),
    Row((131045,), 500, False, T.SENDER),
    Row((131052, 131053), 400, False, T.FILE),
    Row((131057,), 500, False, T.BUSY, OutcomeUnknown),
    Row((131030,), 400, False, T.SENDER),
    Row((131062,), 400, False, T.BAD_ADDRESS),
    Row((132000,), 400, False, T.TEMPLATE_INVALID),
    Row((132001,), 404, False, T.TEMPLATE_INVALID),
    Row((132005, 132007, 132008), 400, False, T.TEMPLATE_INVALID),
    Row((132012,), 400, False, T.TEMPLATE_INVALID),
    Row((132015, 132016), 400, True, T.TEMPLATE_UNAVAILABLE),
    Row((132018,), 400, False, T.TEMPLATE_INVALID),
    Row((131058,), 400, False, T.TEMPLATE_UNAVAILABLE),
    Row((132068,), 400, False, T.TEMPLATE_UNAVAILABLE),
    Row((132069,), 400, False, T.THROTTLED),
    Row((134100,), 400, False, T.MALFORMED),
    Row((134101, 134102), 500, False, T.MALFORMED),
    Row((135000,), 400, False, T.UNKNOWN),
    Row((137000,), 400, False, T.REJECTED),
]

# Twilio, "Error and warning dictionary".
TWILIO = [
    Row((20003,), 401, False, T.SIGNED_OUT),
    Row((20404,), 404, False, T.GONE),
    Row((20429,), 429, False, T.THROTTLED, NotSent),
    Row((21211, 21604), 400, False, T.BAD_ADDRESS),
    Row((63031,), None, True, T.BAD_ADDRESS),
    Row((21607, 21608), 400, False, T.FORBIDDEN),
    Row((21212, 21601, 21606, 21603, 21616, 21621, 21622, 21657, 21659, 21660), 400, False, T.SENDER),
    Row((21408,), 400, False, T.SENDER),
    Row((21610,), 400, True, T.OPTED_OUT),
    Row((21611, 30001), 400, True, T.THROTTLED),
    Row((21612, 21614), 400, False, T.UNREACHABLE),
    Row((30011, 63036), None, True, T.UNREACHABLE),
    Row((21605, 21617, 21658), 400, False, T.TOO_LARGE),
    Row((30019,), None, True, T.TOO_LARGE),
    Row((63019, 63025, 63034, 63037), None, True, T.FILE),
    Row((21730,), 400, False, T.BUSY, OutcomeUnknown),
    Row((63009, 63010, 63011, 63012), None, True, T.BUSY),
    Row((21620, 21623), 400, False, T.FILE),
    Row((21654, 21655, 21656), 400, False, T.TEMPLATE_INVALID),
    Row((30002,), None, True, T.BILLING),
    Row((30003, 30005, 30006), None, True, T.UNREACHABLE),
    Row((30004,), None, True, T.OPTED_OUT),
    Row((30007,), None, True, T.POLICY),
    Row((30008,), None, True, T.UNKNOWN),
    Row((30017,), None, True, T.THROTTLED),
    Row((30022, 30023, 30027, 30032, 30033, 30034, 30035), None, True, T.SENDER),
    Row((30036,), None, True, T.EXPIRED),
    Row((63001, 63007, 63020), 400, True, T.SENDER),
    Row((63002, 63008, 63022, 63035), None, True, T.SENDER),
    Row((63026, 63039), None, True, T.POLICY),
    Row((63006,), None, True, T.REJECTED),
    Row((63014,), None, True, T.OPTED_OUT),
    Row((63030,), None, True, T.TEMPLATE_INVALID),
    Row((63029,), None, True, T.TEMPLATE_UNAVAILABLE),
    Row((63051,), 400, True, T.POLICY),
    Row((63003, 63024), None, True, T.UNREACHABLE),
    Row((63005, 63013, 63021), None, True, T.REJECTED),
    Row((63015,), None, True, T.SENDER),
    Row((63016,), None, True, T.WINDOW_CLOSED),
    Row((63017, 63018), None, True, T.THROTTLED),
    Row((63027, 63028), None, True, T.TEMPLATE_INVALID),
    Row((63040, 63041, 63042), None, True, T.TEMPLATE_UNAVAILABLE),
    Row((63032,), None, True, T.POLICY),
    Row((63033,), None, True, T.OPTED_OUT),
    Row((63038,), None, True, T.THROTTLED),
    Row((63049,), None, True, T.POLICY),
]

# Octopods, article "API error reference": a code means something else in each family.
OCTOPODS_WHATSAPP = [
    Row((1, 2), 400, False, T.MALFORMED),
    Row((3,), 400, False, T.TEMPLATE_UNAVAILABLE),
    Row((4, 9), 400, False, T.TEMPLATE_INVALID),
    Row((5,), 400, False, T.BAD_ADDRESS),
    Row((6,), 400, False, T.SIGNED_OUT),
    Row((8,), 400, False, T.FILE),
    Row((10,), 400, False, T.MALFORMED),
]
OCTOPODS_SMS = [
    Row((1,), 400, False, T.MALFORMED),
    Row((2,), 400, False, T.REJECTED),
    Row((3,), 400, False, T.BAD_ADDRESS),
    Row((5,), 400, False, T.SIGNED_OUT),
]
TABLES = {
    "whatsapp": META,
    "360dialog": META,
    "twilio-whatsapp": TWILIO,
    "twilio-sms": TWILIO,
    "octopods-whatsapp": OCTOPODS_WHATSAPP,
    "octopods-sms": OCTOPODS_SMS,
}

# Telegram has no codes of its own: a status and a sentence (Bot API 10.1).
TELEGRAM = [
    (400, "Bad Request: chat not found", T.UNREACHABLE, Refused),
    (400, "Bad Request: message text is empty", T.REJECTED, Refused),
    (400, "Bad Request: message is too long", T.TOO_LARGE, Refused),
    (400, "Bad Request: message caption is too long", T.TOO_LARGE, Refused),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", T.FILE, Refused),
    (400, "Bad Request: file is too big", T.FILE, Refused),
    (401, "Unauthorized", T.SIGNED_OUT, Refused),
    (403, "Forbidden: bot was blocked by the user", T.OPTED_OUT, Refused),
    (403, "Forbidden: user is deactivated", T.UNREACHABLE, Refused),
    (403, "Forbidden: bot can't initiate conversation with a user", T.UNREACHABLE, Refused),
    (403, "Forbidden: something new", T.FORBIDDEN, Refused),
    (404, "Not Found", T.SIGNED_OUT, Refused),
    (413, "Request Entity Too Large", T.FILE, Refused),
    (429, "Too Many Requests: retry after 17", T.PAIR_THROTTLED, NotSent),
    (500, "Internal Server Error", T.BUSY, OutcomeUnknown),
    (502, "Bad Gateway", T.BUSY, OutcomeUnknown),
]

# 360dialog's own layer: a status and a sentence; its limits come as 400.
DIALOG360 = [
    (400, "Channel has been disabled", T.SENDER, Refused),
    (400, "Rate limit of this endpoint is reached", T.THROTTLED, NotSent),
    (400, "This account is unpaid", T.BILLING, Refused),
    (401, "Invalid api_key or token expired", T.SIGNED_OUT, Refused),
    (403, "This path is blocked", T.FORBIDDEN, Refused),
    (500, "Internal error", T.BUSY, OutcomeUnknown),
    (502, "Bad gateway", T.BUSY, OutcomeUnknown),
]

# Octopods' statuses that come without a code.
OCTOPODS_STATUS = [
    (401, T.SIGNED_OUT, Refused),
    (403, T.FORBIDDEN, Refused),
    (404, T.GONE, Refused),
    (429, T.THROTTLED, NotSent),
    (500, T.BUSY, OutcomeUnknown),
]

MAGIC = {"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610,
         "+15005550009": 21614}  # fmt: skip


def codes_of(table) -> set[int]:
    return {code for row in table for code in row.codes}


def at_once():
    """Of the many codes from 200 to 299 the first and the last."""
    for kind, table in TABLES.items():
        for row in table:
            for code in row.codes:
                # A number that 360dialog's own layer would take for an HTTP status.
                if row.http is not None and code not in range(201, 299) and (kind, code) != ("360dialog", 470):
                    yield pytest.param(kind, code, row, id=f"{kind}-{code}")


def late():
    known = {"whatsapp": META, "twilio-whatsapp": TWILIO, "twilio-sms": TWILIO}
    known |= {f"octopods-{c}{s}": t for c, t in (("whatsapp", META), ("sms", TWILIO)) for s in ("", ":older")}
    for kind, table in known.items():
        for row in table:
            for code in row.codes:
                if row.late and (kind, code) not in UNTOLD:
                    yield pytest.param(kind, code, row, id=f"{kind}-{code}")


# Octopods passes on the title alone, and of these none is published.
UNTOLD = {(kind, code) for kind in ("octopods-whatsapp", "octopods-whatsapp:older") for code in (470, 131063)}


def judge_sentence(sentence: str, trouble: ProviderErrorKind, code: object, name: str) -> None:
    """Plain: one line of whole sentences, with what happened, the next step, and the code."""
    assert sentence.startswith(FAILURES[trouble](provider=name)), sentence
    assert code is None or f"code {code}" in sentence, sentence
    assert sentence == " ".join(sentence.split())
    assert len(sentence) < 400
    for machine in ("{", "}", "None", "HTTP", "Trouble", "error_", "Traceback"):
        assert machine not in sentence, sentence


def judge_outcome(outcome, trouble: ProviderErrorKind, ends: type, code: object, http: int, name: str) -> None:
    assert type(outcome) is ends, outcome
    if ends is Refused:
        assert outcome.kind is trouble
        judge_sentence(describe(outcome.reason), trouble, code, name)
    elif ends is NotSent:
        assert outcome.retry_after_s > 0
        judge_sentence(describe(outcome.reason), trouble, code, name)
    else:
        assert outcome.detail == f"HTTP {http}" + (f", code {code}" if code is not None else "")


def question(channel, account):
    """Something harmless to ask, of which every refusal is told."""
    if account.word == "twilio" or account.kind == "octopods-sms":
        return channel.status("77")
    return channel.check() if account.word == "telegram" else channel.templates()


async def judge_both(stage, account, channel, send, trouble_of, error, trouble, ends, code, http) -> None:
    """As the answer to a send and, as often as it is asked again, to a question."""
    customer = stage.person(account)
    out = await account.written(channel, customer, "text" if channel.capabilities.sends_free_text else "template")
    stage.settings.provoked.append(Provoked(path=account.provoked, **error))
    judge_outcome(await send(channel, out), trouble, ends, code, http, account.name)
    assert stage.settings.provoked == []
    assert stage.sent_to(customer) == []
    stage.settings.provoked.append(Provoked(times=None, **error))
    found = await trouble_of(question(channel, account))
    assert found.kind is trouble
    judge_sentence(describe(found.reason), trouble, code, account.name)


@pytest.mark.parametrize(("kind", "code", "row"), list(at_once()))
async def test_refused_at_once(stage, connect, send, trouble_of, kind, code, row):
    account = stage.account(kind)
    error = {"provider": account.word, "code": code, "status": row.http}
    if account.word == "octopods":
        # Its family is the path's.
        error["text"] = f"Octopods says no, number {code}"
    channel = connect(account)
    await judge_both(stage, account, channel, send, trouble_of, error, row.kind, row.ends, code, row.http)


@pytest.mark.parametrize(("kind", "code", "row"), list(late()))
async def test_a_failure_after_acceptance_is_reported_with_its_kind(stage, connect, send, kind, code, row):
    account = stage.account(kind)
    channel, customer = connect(account), stage.person(account)
    out = await account.written(channel, customer, "text" if channel.capabilities.sends_free_text else "template")
    stage.settings.provoked.append(Provoked(account.word, code, later=True))
    accepted = await send(channel, out)
    assert isinstance(accepted, Accepted)
    before = await channel.status(accepted.entry_id)
    assert before is None or before.kind is None, "nothing is known yet"
    stage.advance(60)
    fact = await channel.status(accepted.entry_id)
    assert (fact.delivery, fact.final, fact.kind) == (Delivery.FAILED, True, row.kind)
    # Octopods passes a code of WhatsApp's on by its title alone.
    judge_sentence(
        describe(fact.reason), row.kind, None if kind.startswith("octopods-whatsapp") else code, account.name
    )
    assert stage.screen(account, customer) == []


@pytest.mark.parametrize("code", sorted(code for row in META if row.late for code in row.codes))
async def test_where_nobody_tells_a_late_failure_is_not_claimed_either_way(stage, connect, code):
    account = stage.account("360dialog")
    channel, customer = connect(account), stage.person(account)
    stage.settings.provoked.append(Provoked("dialog360", code, later=True))
    accepted = await channel.send_text(account.message(customer))
    assert isinstance(accepted, Accepted)
    stage.advance(60)
    assert await channel.status(accepted.entry_id) is None


@pytest.mark.parametrize(("status", "said", "trouble", "ends"), TELEGRAM)
async def test_telegrams_sentences(stage, connect, send, trouble_of, status, said, trouble, ends):
    account = stage.account("telegram")
    error = {"provider": "telegram", "code": status, "text": said, "retry_after_s": 17}
    channel = connect(account)
    await judge_both(stage, account, channel, send, trouble_of, error, trouble, ends, status, status)


@pytest.mark.parametrize("snake_case", [False, True])
@pytest.mark.parametrize(("status", "said", "trouble", "ends"), DIALOG360)
async def test_360dialogs_own_layer(stage, connect, send, trouble_of, snake_case, status, said, trouble, ends):
    stage.settings.dialog360_snake_case = snake_case
    account = stage.account("360dialog")
    error = {"provider": "dialog360", "code": status, "text": said}
    await judge_both(stage, account, connect(account), send, trouble_of, error, trouble, ends, None, status)


@pytest.mark.ours("octopods-whatsapp", "octopods-sms")
@pytest.mark.parametrize(("status", "trouble", "ends"), OCTOPODS_STATUS)
async def test_octopods_without_a_code(stage, account, channel, send, trouble_of, status, trouble, ends):
    error = {"provider": "octopods", "code": status}
    await judge_both(stage, account, channel, send, trouble_of, error, trouble, ends, None, status)


@pytest.mark.ours("octopods-whatsapp", "octopods-sms")
async def test_a_revoked_key_of_octopods_is_no_401(stage, account, channel, trouble_of):
    stage.settings.octopods_key_revoked = True
    found = await trouble_of(channel.check())
    assert found.kind is T.SIGNED_OUT
    judge_sentence(describe(found.reason), T.SIGNED_OUT, 6 if account.channel == "whatsapp" else 5, "Octopods")


@pytest.mark.parametrize(("to", "code"), list(MAGIC.items()))
async def test_twilios_magic_numbers(stage, connect, to, code):
    (row,) = (row for row in TWILIO if code in row.codes)
    outcome = await connect(stage.account("twilio-sms")).send_text(DirectMessage("d-1", to, "Hi"))
    judge_outcome(outcome, row.kind, Refused, code, 400, "Twilio")


@pytest.mark.parametrize("sender", ["+15005550001", "+15005550007", "+15005550008"])
async def test_twilios_magic_senders(stage, connect, sender):
    account = stage.account("twilio-sms")
    outcome = await connect(account, sender=sender).send_text(account.message(stage.person(account)))
    assert isinstance(outcome, Refused)
    assert outcome.kind is (T.THROTTLED if sender.endswith("8") else T.SENDER)


async def test_an_expired_token_of_metas(stage, connect, trouble_of):
    stage.settings.graph_token_expired = True
    found = await trouble_of(connect(stage.account("whatsapp")).check())
    judge_sentence(describe(found.reason), T.SIGNED_OUT, 190, "WhatsApp")


@pytest.mark.parametrize(("kind", "code"), [("whatsapp", 999999), ("360dialog", 999999), ("twilio-sms", 99999)])
async def test_a_code_that_nobody_knows_is_shown_and_never_repeated(stage, connect, send, trouble_of, kind, code):
    account = stage.account(kind)
    error = {"provider": account.word, "code": code, "status": 400}
    await judge_both(stage, account, connect(account), send, trouble_of, error, T.UNKNOWN, Refused, code, 400)


# Codes that say little, as the providers send them: what decides is the text, else the family.
CATCH_ALL = [
    ("whatsapp", 100, "Parameter name is missing or empty", T.TEMPLATE_INVALID),
    ("360dialog", 100, "Parameter name is missing or empty", T.TEMPLATE_INVALID),
    ("whatsapp", 100, "Param template['components'][0] is not a valid array", T.TEMPLATE_INVALID),
    ("whatsapp", 100, "Param text['body'] must be at most 4096 characters long.", T.TOO_LARGE),
    ("whatsapp", 100, "Param file must be a file with one of the following types: audio/aac, image/png", T.FILE),
    ("whatsapp", 100, "The parameter 'to' is required", T.BAD_ADDRESS),
    ("whatsapp", 100, "Unsupported message type", T.REJECTED),
    ("whatsapp", 100, "Something that nobody wrote down", T.MALFORMED),
    ("whatsapp", 131008, "Button at index 0 of type Url requires a parameter", T.TEMPLATE_INVALID),
    ("whatsapp", 131008, "Parameter name is missing", T.TEMPLATE_INVALID),
    ("whatsapp", 131008, "Recipient is missing", T.BAD_ADDRESS),
    ("whatsapp", 131009, "Media URL is invalid", T.FILE),
    ("whatsapp", 131009, "Phone number is not valid", T.BAD_ADDRESS),
    ("whatsapp", 131058, "Hello World templates can only be sent from the Public Test Numbers", T.TEMPLATE_UNAVAILABLE),
    ("whatsapp", 135000, "Template name is wrong", T.TEMPLATE_INVALID),
    ("twilio-sms", 21608, "The number +1555 is unverified. Trial accounts cannot write to it.", T.FORBIDDEN),
    ("twilio-sms", 21659, "'From' +1555 is not a Twilio phone number", T.SENDER),
    ("twilio-sms", 21661, "From number is not SMS-capable", T.SENDER),
    ("twilio-sms", 21618, "The message body cannot be sent", T.REJECTED),
    ("twilio-sms", 21699, "Something that nobody wrote down", T.REJECTED),
    ("twilio-sms", 21703, "The Messaging Service does not have a phone number available", T.SENDER),
    ("twilio-sms", 21704, "The Messaging Service contains no phone numbers", T.SENDER),
    ("twilio-sms", 21799, "Something that nobody wrote down", T.SENDER),
    ("twilio-whatsapp", 63099, "Something that nobody wrote down", T.REJECTED),
]


@pytest.mark.parametrize(("kind", "code", "said", "trouble"), CATCH_ALL)
async def test_codes_that_say_little_are_told_apart_by_text_or_family(
    stage, connect, send, trouble_of, kind, code, said, trouble
):
    account = stage.account(kind)
    error = {"provider": account.word, "code": code, "text": said, "status": 400}
    await judge_both(stage, account, connect(account), send, trouble_of, error, trouble, Refused, code, 400)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [(63010, T.BUSY), (63019, T.FILE), (63023, T.REJECTED), (63099, T.REJECTED), (21704, T.SENDER), (64000, T.UNKNOWN)],
)
async def test_a_late_code_of_twilios_without_a_text_is_told_by_table_or_family(stage, connect, send, code, trouble):
    account = stage.account("twilio-whatsapp")
    channel, customer = connect(account), stage.person(account)
    stage.settings.provoked.append(Provoked(account.word, code, later=True))
    accepted = await send(channel, await account.written(channel, customer, "text"))
    stage.advance(60)
    fact = await channel.status(accepted.entry_id)
    assert fact.kind is trouble
    judge_sentence(describe(fact.reason), trouble, code, account.name)


def test_the_adapters_know_these_codes_and_no_others():
    assert codes_of(META) == set(meta_codes.CODES)
    assert codes_of(TWILIO) == set(twilio_codes.CODES)
    assert codes_of(OCTOPODS_WHATSAPP) == set(CODES[ChannelKind.WHATSAPP])
    assert codes_of(OCTOPODS_SMS) == set(CODES[ChannelKind.SMS])
