"""Every channel with templates: all of them with their states, and what arrives of a filled one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.content.template import SlotKind, Status, Unsendable, fill, list_slots
from desktop.domain.delivery import Delivery
from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.ports import (
    Accepted,
    DirectMessage,
    DirectTemplate,
    ProviderErrorKind,
    Refused,
)
from desktop.sandbox.model.networks import window_open
from desktop.text.reasons.describe import describe

WHATSAPP = ("whatsapp", "360dialog", "twilio-whatsapp", "octopods-whatsapp")
META = ("whatsapp", "360dialog")
FREE_WHATSAPP = (*META, "twilio-whatsapp")


STATES = {"winter_sale": Status.PAUSED, "spring_sale": Status.REJECTED, "new_opening_hours": Status.PENDING}
NOT_APPROVED = {
    "PENDING": Unsendable.NOT_APPROVED_YET,
    "REJECTED": Unsendable.REJECTED_BY_WHATSAPP,
    "PAUSED": Unsendable.PAUSED_BY_WHATSAPP,
    "DISABLED": Unsendable.DISABLED_BY_WHATSAPP,
}
UNSENDABLE = {
    "sign_in": make_reason(Unsendable.SIGN_IN_CODE),
    "pick_up": make_reason(Unsendable.HEADER, kind="location"),
}
AT_META = {
    ("order_update", "en_US"), ("order_shipped", "en"), ("we_have_news", "en"), ("we_have_news", "de"),
    ("still_there", "en_US"), ("your_invoice", "en"), ("pick_up", "en"), ("thank_you_code", "en"), ("sign_in", "en"),
    ("winter_sale", "en"), ("spring_sale", "en"), ("new_opening_hours", "en"),
}  # fmt: skip
NOT_AT_TWILIO = {"pick_up", "thank_you_code", "sign_in"}
"""Of content types that Twilio has no form for here."""


@pytest.mark.ours(*WHATSAPP)
@pytest.mark.parametrize("page", [1, 5, 100])
async def test_every_template_is_listed_with_its_state(stage, account, channel, page):
    stage.settings.page_limit = page
    found = await channel.templates()
    # Octopods tells no language, and learns only every three hours that a template was paused.
    languages, lags = account.word != "octopods", account.word == "octopods"
    expected = {pair for pair in AT_META if account.word != "twilio" or pair[0] not in NOT_AT_TWILIO}
    assert sorted((t.name, t.language) for t in found) == sorted((n, lang if languages else "") for n, lang in expected)
    for template in found:
        state = STATES.get(template.name, Status.APPROVED)
        if lags and state is Status.PAUSED:
            state = Status.APPROVED
            assert template.lag == timedelta(hours=3)
        assert template.status is state, template.name
        approved = NO_REASON if state is Status.APPROVED else make_reason(NOT_APPROVED[state.name])
        reason = UNSENDABLE.get(template.name, approved)
        if account.word == "octopods" and template.name == "thank_you_code":
            reason = make_reason(Unsendable.COPY_CODE)
        if account.word == "octopods" and template.name == "sign_in":
            # Its category is not told there; nothing keeps it from being sent.
            reason = NO_REASON
        assert template.not_sendable_reason == reason, template.name
        assert template.is_fresh(stage.now())


@pytest.mark.ours("whatsapp", "360dialog", "twilio-whatsapp")
@pytest.mark.parametrize("state", ["PAUSED", "DISABLED", "REJECTED"])
async def test_a_template_that_was_stopped_says_why_not(stage, account, channel, state):
    with stage.lock:
        stage.world.templates.change("still_there", "en_US", status=state, rejected_reason="SCAM")
    found = await account.listed(channel, "still_there")
    assert found.not_sendable_reason == make_reason(NOT_APPROVED[state])
    customer = stage.person(account)
    outcome = await channel.send_template(account.template(customer, found))
    assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.TEMPLATE_INVALID)
    assert found.not_sendable_reason == outcome.reason
    assert stage.sent_to(customer) == []


@pytest.mark.ours(*META)
@pytest.mark.parametrize("state", ["PAUSED", "DISABLED"])
async def test_a_template_that_is_stopped_between_list_and_send(stage, account, channel, state):
    template = await account.listed(channel, "still_there")
    with stage.lock:
        stage.world.templates.change("still_there", "en_US", status=state)
    for age in (timedelta(0), timedelta(hours=1)):
        stage.advance(age.total_seconds())
        customer = stage.person(account)
        outcome = await channel.send_template(account.template(customer, template))
        assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.TEMPLATE_UNAVAILABLE)
        assert "Choose another template." in describe(outcome.reason)
        assert stage.sent_to(customer) == []


@pytest.mark.ours("twilio-whatsapp", "octopods-whatsapp")
async def test_a_template_that_is_paused_unseen_fails_later(stage, account, channel):
    template = await account.listed(channel, "still_there")
    with stage.lock:
        stage.world.templates.change("still_there", "en_US", status="PAUSED")
    customer = stage.person(account)
    outcome = await channel.send_template(account.template(customer, template))
    assert isinstance(outcome, Accepted)
    stage.advance(60)
    fact = await channel.status(outcome.entry_id)
    assert (fact.delivery, fact.kind, fact.final) == (Delivery.FAILED, ProviderErrorKind.TEMPLATE_UNAVAILABLE, True)
    assert stage.screen(account, customer) == []


@pytest.mark.ours(*WHATSAPP)
async def test_every_sendable_template_arrives_word_for_word(stage, account, channel, complete):
    """Positional and named blanks, headers of text and of files, ends of links, codes, quick replies."""
    sent = set()
    for template in await channel.templates():
        if template.not_sendable_reason or template.name in STATES:
            continue
        customer = stage.person(account, wrote_ago_s=None)
        filled = complete(template)
        assert filled.can_be_sent, (template.name, filled.problems)
        outcome = await channel.send_template(DirectTemplate("d-1", account.address(customer), filled))
        assert isinstance(outcome, Accepted), (template.name, outcome)
        (row,), (item,) = stage.sent_to(customer), stage.screen(account, customer)
        shown = "\n".join(filter(None, (filled.header, filled.body, template.footer)))
        assert (row.kind, row.text) == ("template", shown)
        assert (item["kind"], item["text"]) == ("template", shown)
        assert "{{" not in item["text"]
        named = filled.file_name or filled.media.rpartition("/")[2]
        assert [f["name"] for f in item["attachments"]] == [named] * bool(filled.media)
        assert item["buttons"] == [b.text or "Copy code" for b in filled.buttons]
        codes = [filled.values[s.key] for s in list_slots(template) if s.kind is SlotKind.CODE]
        assert [o for o in item["opens"] if o] == [b.url for b in filled.buttons if b.url] + codes
        sent |= {s.kind for s in list_slots(template)} | {
            "numbered" if s.name.isdecimal() else "named" for s in list_slots(template) if s.kind is SlotKind.TEXT
        }
        assert window_open(customer, account.line, stage.world.now) is False
    expected = {SlotKind.TEXT, SlotKind.LINK_END, "numbered"}
    expected |= {SlotKind.MEDIA} if account.word != "twilio" else set()
    expected |= {"named"} if account.word != "twilio" else set()
    expected |= {SlotKind.CODE, SlotKind.FILE_NAME} if account.word in ("graph", "dialog360") else set()
    assert sent == expected


@pytest.mark.ours(*FREE_WHATSAPP)
async def test_a_template_opens_no_window_and_an_answer_does(stage, account, channel):
    customer = stage.person(account, wrote_ago_s=25 * 3600)
    template = await account.listed(channel, "still_there")
    out = account.template(customer, template)
    assert isinstance(await channel.send_template(out), Accepted)
    stage.advance(60)
    assert isinstance(await channel.send_text(account.message(customer, "too early")), Accepted)
    stage.advance(60)
    stage.writes(account, customer, "Yes")
    assert isinstance(await channel.send_text(account.message(customer, "in time")), Accepted)
    assert [item["text"] for item in stage.screen(account, customer)] == ["Is your question still open?", "in time"]


@pytest.mark.ours(*META, "twilio-whatsapp")
async def test_an_address_that_nobody_has(stage, account, channel):
    """Taken, and failed later where anybody tells."""
    outcome = await channel.send_text(DirectMessage("d-1", "+353870000999", "Hi"))
    assert isinstance(outcome, Accepted)
    stage.advance(60)
    fact = await channel.status(outcome.entry_id)
    expected = (Delivery.FAILED, ProviderErrorKind.UNREACHABLE) if channel.capabilities.reports_status else None
    assert (fact and (fact.delivery, fact.kind)) == expected


@pytest.mark.ours("whatsapp", "360dialog", "octopods-whatsapp")
@pytest.mark.parametrize(
    "media", ["https://[x/y.pdf", "https://ex.com/\ud83d.pdf", "https://ex.com:port/%ff.pdf", "https://x"]
)
async def test_an_odd_link_never_breaks_a_send(stage, account, channel, media):
    """It is taken or refused; the agent typed it."""
    template = await account.listed(channel, "your_invoice")
    filled = fill(template, {"body.1": "A-1", "header.media": media, "header.name": "invoice.pdf"})
    assert filled.can_be_sent
    customer = stage.person(account)
    outcome = await channel.send_template(DirectTemplate("d-1", account.address(customer), filled))
    assert isinstance(outcome, Accepted | Refused)
    assert len(stage.sent_to(customer)) == isinstance(outcome, Accepted)
