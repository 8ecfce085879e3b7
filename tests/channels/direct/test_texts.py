"""Every channel with free text: what arrives, inside a window and outside, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.delivery import Delivery
from desktop.domain.model.reason import NO_REASON
from desktop.ports import (
    Accepted,
    DirectMessage,
    DirectTemplate,
    NotSent,
    ProviderErrorKind,
    Refused,
)
from desktop.sandbox.model.settings import Provoked
from desktop.text.reasons.describe import describe

pytestmark = pytest.mark.slow

META = ("whatsapp", "360dialog")
FREE_WHATSAPP = (*META, "twilio-whatsapp")


@pytest.mark.ours(*FREE_WHATSAPP, "twilio-sms", "telegram", "octopods-sms")
async def test_free_text_arrives_as_it_was_written(stage, account, channel):
    customer, text = stage.person(account, wrote_ago_s=23 * 3600), "1 < 2 & *bold* 😀 <b>&amp;</b>\nBye "
    outcome = await channel.send_text(account.message(customer, text + "\ud83d"))
    assert isinstance(outcome, Accepted)
    assert outcome.entry_id
    assert outcome.address in ("", account.address(customer))
    (item,) = stage.screen(account, customer)
    assert item["text"] == text + "\ufffd"
    assert [m.route for m in stage.sent_to(customer)] == [account.word]
    fact = await channel.status(outcome.entry_id)
    if fact is not None:
        assert fact.delivery <= Delivery.SENT, "taken is not delivered"
    stage.advance(60)
    fact = await channel.status(outcome.entry_id)
    if channel.capabilities.reports_status:
        read = account.channel == "whatsapp"
        assert (fact.remote_id, fact.delivery) == (outcome.entry_id, Delivery.READ if read else Delivery.DELIVERED)
        assert (fact.final, fact.kind, fact.reason) == (True, None, NO_REASON)
        assert stage.now() - timedelta(seconds=60) <= fact.at <= stage.now()
    else:
        assert fact is None


@pytest.mark.ours(*FREE_WHATSAPP)
@pytest.mark.parametrize("ago_s", [24 * 3600, 30 * 3600, None])
async def test_free_text_outside_the_window_is_taken_and_fails_later(stage, account, channel, ago_s):
    customer = stage.person(account, wrote_ago_s=ago_s)
    outcome = await channel.send_text(account.message(customer))
    assert isinstance(outcome, Accepted)
    stage.advance(60)
    assert stage.screen(account, customer) == []
    fact = await channel.status(outcome.entry_id)
    if channel.capabilities.reports_status:
        assert (fact.delivery, fact.kind, fact.final) == (Delivery.FAILED, ProviderErrorKind.WINDOW_CLOSED, True)
        assert describe(fact.reason).count("Send a template, or wait until they write again.")
    else:
        assert fact is None


@pytest.mark.ours(*META)
async def test_a_closed_window_can_be_told_at_once(stage, account, channel):
    stage.settings.graph_window = "at_once"
    customer = stage.person(account, wrote_ago_s=25 * 3600)
    outcome = await channel.send_text(account.message(customer))
    assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.WINDOW_CLOSED)
    assert "code 131047" in describe(outcome.reason)
    assert stage.sent_to(customer) == []


@pytest.mark.parametrize("mode", ["empty", "denied", "absent"])
async def test_where_the_history_does_not_tell_nothing_is_claimed(stage, connect, mode):
    stage.settings.graph_history = mode
    account = stage.account("whatsapp")
    channel, customer = connect(account), stage.person(account)
    accepted = await channel.send_text(account.message(customer))
    stage.advance(60)
    for _ in range(4):
        assert await channel.status(accepted.entry_id) is None
    assert not channel.capabilities.reports_status


@pytest.mark.ours("octopods-whatsapp", "octopods-whatsapp:older", "octopods-sms", "octopods-sms:older")
async def test_octopods_tells_what_became_of_it_in_both_shapes(stage, account, channel, send, complete):
    way = "text" if channel.capabilities.sends_free_text else "template"
    accepted = await send(channel, await account.written(channel, stage.person(account), way))
    stage.advance(60)
    on_whatsapp = account.channel == "whatsapp"
    fact = await channel.status(accepted.entry_id)
    assert (fact.delivery, fact.final) == (Delivery.READ if on_whatsapp else Delivery.DELIVERED, True)
    nobody = stage.person(account, wrote_ago_s=None, on_whatsapp=False) if on_whatsapp else None
    to = nobody.phone if nobody else "+353870000998"
    if on_whatsapp:
        lost = DirectTemplate("d-2", to, complete(await account.listed(channel, "still_there")))
        accepted = await channel.send_template(lost)
    else:
        accepted = await channel.send_text(DirectMessage("d-2", to, "Hi"))
    stage.advance(60)
    fact = await channel.status(accepted.entry_id)
    assert (fact.delivery, fact.kind) == (Delivery.FAILED, ProviderErrorKind.UNREACHABLE)


async def test_stop_by_sms_is_told_at_once_by_twilio(stage, connect):
    account = stage.account("twilio-sms")
    channel, customer = connect(account), stage.person(account)
    stage.writes(account, customer, "STOP")
    outcome = await channel.send_text(account.message(customer))
    assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.OPTED_OUT)
    assert "code 21610" in describe(outcome.reason)
    assert stage.sent_to(customer) == []
    stage.writes(account, customer, "START")
    assert isinstance(await channel.send_text(account.message(customer)), Accepted)


@pytest.mark.ours("octopods-sms", "octopods-sms:older")
async def test_stop_by_sms_is_told_later_by_octopods(stage, account, channel):
    customer = stage.person(account)
    stage.writes(account, customer, "STOP")
    accepted = await channel.send_text(account.message(customer))
    stage.advance(60)
    fact = await channel.status(accepted.entry_id)
    assert (fact.delivery, fact.kind, fact.final) == (Delivery.FAILED, ProviderErrorKind.OPTED_OUT, True)
    assert "code 21610" in describe(fact.reason)


async def test_a_blocked_bot_is_refused_until_it_is_started_again(stage, connect):
    account = stage.account("telegram")
    stage.settings.telegram_webhook = ""
    channel, customer = connect(account), stage.person(account)
    with stage.lock:
        stage.world.block(customer, account.line)
    outcome = await channel.send_text(account.message(customer))
    assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.OPTED_OUT)
    assert stage.sent_to(customer) == []
    with stage.lock:
        stage.world.unblock(customer, account.line)
    assert isinstance(await channel.send_text(account.message(customer)), Accepted)


@pytest.mark.parametrize(("wrote", "known"), [(None, True), (60.0, False)])
async def test_a_bot_writes_to_nobody_who_did_not_start_it(stage, connect, wrote, known):
    account = stage.account("telegram")
    customer = stage.person(account, wrote_ago_s=wrote)
    to = account.address(customer) if known else "424242"
    outcome = await connect(account).send_text(DirectMessage("d-1", to, "Hi"))
    assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.UNREACHABLE)
    assert stage.sent_to(customer) == []


@pytest.mark.ours(*FREE_WHATSAPP)
async def test_who_blocked_the_number_looks_only_sent(stage, account, channel):
    """WhatsApp tells nobody."""
    customer = stage.person(account)
    with stage.lock:
        stage.world.block(customer, account.line)
    accepted = await channel.send_text(account.message(customer))
    stage.advance(3600)
    fact = await channel.status(accepted.entry_id)
    assert stage.screen(account, customer) == []
    if fact is not None:
        assert (fact.delivery, fact.final) == (Delivery.SENT, False)


PAUSES_S = {"graph": 6.0, "dialog360": 6.0, "telegram": 1.0, "octopods": 10.0, "twilio": 10.0}


async def test_too_much_at_once_is_sent_after_the_pause(stage, account, channel, way, send):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    stage.advance(3600)
    stage.settings.pair_limit = stage.settings.telegram_burst = stage.settings.octopods_calls_per_10s = 1
    assert isinstance(await send(channel, out), Accepted)
    if account.word == "twilio":
        stage.settings.provoked.append(Provoked("twilio", 20429, account.provoked))
    refused = await send(channel, out)
    assert isinstance(refused, NotSent)
    assert refused.retry_after_s == PAUSES_S[account.word]
    assert "try again" in describe(refused.reason).casefold()
    assert len(stage.sent_to(customer)) == 1
    stage.advance(refused.retry_after_s)
    assert isinstance(await send(channel, out), Accepted)
    assert len(stage.sent_to(customer)) == 2


@pytest.mark.ours("360dialog")
async def test_a_limit_of_360dialogs_own_is_told_apart_by_its_words(stage, account, channel):
    customer = stage.person(account)
    said = "Rate limit reached for this endpoint"
    stage.settings.provoked.append(Provoked("dialog360", 400, account.provoked, text=said))
    assert isinstance(await channel.send_text(account.message(customer)), NotSent)
    assert stage.sent_to(customer) == []


async def test_questions_sit_a_pause_out(stage, account, channel):
    """Where the provider names one that is not too long."""
    codes = {"graph": 80007, "dialog360": 130429, "twilio": 20429, "telegram": 429, "octopods": 429}
    stage.settings.provoked.append(Provoked(account.word, codes[account.word], times=3, retry_after_s=17))
    began = stage.now()
    assert (await channel.check()).name
    assert stage.settings.provoked == []
    assert stage.now() - began > timedelta(seconds=2 if account.word != "telegram" else 50)


@pytest.mark.ours("whatsapp", "360dialog", "twilio-whatsapp", "twilio-sms", "telegram", "octopods-sms")
@examples(40)
@given(text=st.text(st.characters(exclude_categories=()), max_size=80))
async def test_any_text_arrives_unchanged_or_is_refused(stage, account, channel, text):
    """Halves of emoji become replacement characters; they cannot be sent."""
    stage.settings.pair_limit = stage.settings.telegram_burst = stage.settings.octopods_calls_per_10s = 10_000
    customer = stage.person(account)
    outcome = await channel.send_text(account.message(customer, text))
    shown = [item["text"] for item in stage.screen(account, customer)]
    if isinstance(outcome, Accepted):
        assert shown == [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")]
    else:
        assert (type(outcome), shown) == (Refused, [])
        assert not text.strip()


@pytest.mark.ours(*FREE_WHATSAPP, "telegram", "octopods-whatsapp")
async def test_a_reaction_is_shown_at_the_message_replaced_and_removed(stage, account, channel):
    customer = stage.person(account, wrote_ago_s=3600)
    message, remote_id = stage.received_from(customer, account)

    def shown():
        return [item["text"] for item in stage.screen(account, customer) if item["kind"] == "reaction"]

    offered = channel.capabilities.reactions
    assert bool(offered) == (account.kind in (*META, "telegram"))
    if not offered:
        assert isinstance(await channel.react(account.address(customer), remote_id, "👍"), Refused)
        return
    for emoji in (*offered, ""):
        stage.advance(10)
        assert isinstance(await channel.react(account.address(customer), remote_id, emoji), Accepted)
        plain = emoji.replace("\ufe0f", "") if account.kind == "telegram" else emoji
        assert shown() == ([plain] if emoji else [])
    assert isinstance(await channel.react("not an address", remote_id, "👍"), Refused)
    if account.kind == "telegram":
        wrong = (f"{customer.telegram_id}:999999", f"1:{message.number}", "")
        outcomes = [await channel.react(account.address(customer), name, "👍") for name in (*wrong, remote_id)]
        assert [type(o) for o in outcomes] == [Refused, Refused, Refused, Accepted]
        assert isinstance(await channel.react(account.address(customer), remote_id, "🥖"), Refused)
