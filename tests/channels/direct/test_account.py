"""Every channel that is written to directly: whose the credential is, what it can do; looking changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.content.template import Status, Template
from desktop.domain.model.reason import NO_REASON, join_reasons, make_reason
from desktop.ports import (
    Accepted,
    OutgoingFile,
    ProviderError,
    ProviderErrorKind,
    Refused,
)
from desktop.ports.reasons import ProviderReason
from desktop.text.reasons.describe import describe

TWILIO = ("twilio-whatsapp", "twilio-sms")


async def test_a_good_credential_says_whose_it_is(account, channel):
    found = await channel.check()
    assert found.name
    assert found.address == account.line.address
    expected = {
        "telegram": make_reason(ProviderReason.BOT_READ_ELSEWHERE),
        "octopods-sms": make_reason(ProviderReason.SMS_KEY_UNCHECKED),
        **dict.fromkeys(TWILIO, make_reason(ProviderReason.NOTHING_SENT_FROM, address=found.address)),
    }
    assert join_reasons(*found.remarks) == expected.get(account.kind, NO_REASON)


async def test_a_wrong_credential_is_told_at_once(stage, account, connect, trouble_of):
    channel = connect(account, secret=account.other)
    customer = stage.person(account)
    asked = [channel.check()]
    asked += [channel.templates()] if channel.capabilities.has_templates else []
    asked += [channel.status("1")] if channel.capabilities.reports_status else []
    asked += [channel.messages(stage.now())] if channel.capabilities.lists_messages else []
    for call in asked:
        trouble = await trouble_of(call)
        assert trouble.kind is ProviderErrorKind.SIGNED_OUT
        assert describe(trouble.reason).count("Enter a new one in Settings > Accounts.")
    if channel.capabilities.sends_free_text:
        outcome = await channel.send_text(account.message(customer))
        assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.SIGNED_OUT)
    assert stage.sent_to(customer) == []


WRONG_IDS = [
    ("whatsapp", {"phone_number_id": "106540352249999"}, ProviderErrorKind.GONE),
    ("whatsapp", {"waba_id": "102290129349999"}, ProviderErrorKind.GONE),
    ("twilio-whatsapp", {"account_sid": "AC" + "0" * 32}, ProviderErrorKind.SIGNED_OUT),
    ("twilio-sms", {"account_sid": "AC" + "0" * 32}, ProviderErrorKind.SIGNED_OUT),
    ("telegram", {"secret": "110201544:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX"}, ProviderErrorKind.SIGNED_OUT),
    ("telegram", {"secret": "42:short"}, ProviderErrorKind.SIGNED_OUT),
]


@pytest.mark.parametrize(("kind", "wrong", "trouble"), WRONG_IDS)
async def test_a_wrong_id_is_told(stage, connect, kind, wrong, trouble, trouble_of):
    found = await trouble_of(connect(stage.account(kind), **wrong).check())
    assert found.kind is trouble
    assert "Settings > Accounts" in describe(found.reason)


@pytest.mark.ours("360dialog", "octopods-whatsapp")
async def test_a_number_that_the_key_does_not_open_is_remarked_upon(account, connect):
    """There the key alone names the number."""
    (remark,) = (await connect(account, sender="+15550000000").check()).remarks
    assert account.line.address in describe(remark)


@pytest.mark.ours(*TWILIO)
async def test_a_number_that_has_sent_is_the_accounts_own(stage, account, channel, connect):
    """Twilio takes any number in a question, and names none."""
    assert isinstance(await channel.send_text(account.message(stage.person(account))), Accepted)
    assert (await channel.check()).remarks == ()
    (remark,) = (await connect(account, sender="+15550000000").check()).remarks
    assert "+15550000000" in describe(remark)


@pytest.mark.ours(*TWILIO)
async def test_an_api_key_opens_the_account_too(stage, account, connect, trouble_of):
    access = account.urls["twilio"]
    channel = connect(account, secret=access["key_secret"], user=access["key_sid"])
    assert (await channel.check()).address == account.line.address
    assert isinstance(await channel.send_text(account.message(stage.person(account))), Accepted)
    wrong = connect(account, secret=access["key_secret"], user=access["key_sid"], account_sid="AC" + "0" * 32)
    assert (await trouble_of(wrong.check())).kind is ProviderErrorKind.GONE


async def test_looking_changes_nothing_at_the_provider(stage, account, channel, connect):
    """Checks with good and bad credentials and every other question."""
    customer = stage.person(account)
    accepted = await channel.send_text(account.message(customer)) if channel.capabilities.sends_free_text else None
    stage.advance(600)
    before = stage.state()
    await channel.check()
    with pytest.raises(ProviderError):
        await connect(account, secret=account.other).check()
    await channel.templates()
    await channel.messages(stage.now() - timedelta(days=2), account.address(customer))
    await channel.look_up_sent(account.message(customer), stage.now(), ())
    if accepted is not None:
        await channel.status(accepted.entry_id)
    assert stage.state() == before
    stage.writes(account, customer, "Hello?")
    assert stage.state() != before, "the comparison sees changes"


async def test_it_can_do_what_it_says(stage, account, channel):
    capabilities, customer = channel.capabilities, stage.person(account)
    assert capabilities.needs_window is (account.channel == "whatsapp" and capabilities.sends_free_text)
    if capabilities.sends_free_text:
        accepted = await channel.send_text(account.message(customer, "x" * capabilities.max_text))
        assert isinstance(accepted, Accepted)
        longer = await channel.send_text(account.message(customer, "x" * (capabilities.max_text + 1)))
        assert (type(longer), longer.kind) == (Refused, ProviderErrorKind.TOO_LARGE)
        assert [len(item["text"]) for item in stage.screen(account, customer)] == [capabilities.max_text]
    if capabilities.has_templates:
        assert await channel.templates()
    if capabilities.lists_messages:
        found = await channel.messages(stage.now() - timedelta(hours=1), account.address(customer))
        assert found.complete
        assert found.messages


async def test_what_it_cannot_do_is_answered_by_nothing(stage, account, channel):
    capabilities, customer, before = channel.capabilities, stage.person(account), stage.state()
    if not capabilities.has_templates:
        template = Template("1", "still_there", "en_US", "Hello", Status.APPROVED)
        outcome = await channel.send_template(account.template(customer, template))
        assert list(await channel.templates()) == []
        assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.TEMPLATE_UNAVAILABLE)
    if not capabilities.sends_free_text:
        assert isinstance(await channel.send_text(account.message(customer)), Refused)
    if not capabilities.reports_status:
        assert await channel.status("x") is None
    if not capabilities.lists_messages:
        assert not (await channel.messages(stage.now())).complete
    if not capabilities.can_look_up_sent:
        assert await channel.look_up_sent(account.message(customer), stage.now(), ()) is None
    if not capabilities.max_file_bytes:
        file = OutgoingFile("a.png", "image/png", b"x")
        assert isinstance(await channel.send_text(account.message(customer, file=file)), Refused)
    assert stage.state() == before


async def test_closing_leaves_no_connection(stage, account, connect, eventually):
    channel = connect(account)
    await channel.check()
    await channel.templates()
    await eventually(lambda: stage.sandbox.connections > 0)
    await channel.aclose()
    await eventually(lambda: stage.sandbox.connections == 0)
