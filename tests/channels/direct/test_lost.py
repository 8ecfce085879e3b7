"""Every channel: what is lost is never repeated, nothing goes out twice, and it is found where one can look."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.delivery import Delivery
from desktop.ports import Accepted, DirectTemplate, NotSent, OutcomeUnknown, ProviderErrorKind, Refused
from desktop.sandbox.model.settings import Fault, Provoked
from desktop.text.reasons.describe import describe

pytestmark = pytest.mark.slow

PATIENCE_S = 0.4
LATE_S = 1.2
"""Far beyond the patience, so that a busy machine does not blur the two."""

LOOKS_UP = ("twilio-whatsapp", "twilio-sms", "octopods-whatsapp", "octopods-whatsapp:older")

# What happens to the request -> how the send ends, and how many messages reach the customer.
LOST = [
    (Fault("POST", "", "drop_after"), OutcomeUnknown, 1),
    (Fault("POST", "", "drop_before"), OutcomeUnknown, 0),
    (Fault("POST", "", "close_mid_answer"), OutcomeUnknown, 1),
    (Fault("POST", "", "truncate"), OutcomeUnknown, 1),
    (Fault("POST", "", "empty"), OutcomeUnknown, 1),
    (Fault("POST", "", "delay", seconds=LATE_S), OutcomeUnknown, 1),
    (Fault("POST", "", "delay_after", seconds=600), OutcomeUnknown, 1),
    (Fault("POST", "", "status_after", status=500), OutcomeUnknown, 1),
    (Fault("POST", "", "status_after", status=502, html=True), OutcomeUnknown, 1),
    (Fault("POST", "", "status", status=500), OutcomeUnknown, 0),
    (Fault("POST", "", "status", status=503, html=True), OutcomeUnknown, 0),
    (Fault("POST", "", "status", status=200, html=True), OutcomeUnknown, 0),
    (Fault("POST", "", "status", status=302, html=True), OutcomeUnknown, 0),
    (Fault("POST", "", "status", status=408, html=True), OutcomeUnknown, 0),
    (Fault("POST", "", "wrong_type"), Accepted, 1),
    (Fault("POST", "", "status", status=429), NotSent, 0),
    (Fault("POST", "", "status", status=429, html=True), NotSent, 0),
    (Fault("POST", "", "status", status=401, html=True), Refused, 0),
    (Fault("POST", "", "status", status=403, html=True), Refused, 0),
]


@pytest.mark.parametrize(
    ("fault", "ends", "arrive"), LOST, ids=[f"{f.action}{f.status * (f.action[:6] == 'status')}" for f, *_ in LOST]
)
async def test_however_it_is_lost(stage, account, connect, way, send, eventually, fault, ends, arrive):
    customer, channel = stage.person(account), connect(account)
    out = await account.written(channel, customer, way)
    hasty = connect(account, patience_s=PATIENCE_S) if fault.seconds else channel
    stage.settings.fail_next.append(replace(fault, path=account.sends))
    outcome = await send(hasty, out)
    assert type(outcome) is ends, outcome
    await eventually(lambda: len(stage.sent_to(customer)) >= arrive)
    assert len(stage.screen(account, customer)) == arrive
    assert len(stage.sent_to(customer)) == arrive
    if ends is OutcomeUnknown:
        assert outcome.detail
        assert account.message(customer).text not in outcome.detail
    if ends is NotSent:
        assert outcome.retry_after_s > 0
    # The fault has passed: only a new wish goes out, and once.
    assert isinstance(await send(channel, out), Accepted)
    assert len(stage.sent_to(customer)) == arrive + 1


async def test_a_cable_that_was_out_before_sends_nothing(stage, account, channel, way, send):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    stage.sandbox.unplug()
    outcome = await send(channel, out)
    assert isinstance(outcome, NotSent)
    assert describe(outcome.reason).endswith("Check your network connection.")
    assert stage.sent_to(customer) == []
    stage.sandbox.plug_in()
    assert isinstance(await send(channel, out), Accepted)
    assert len(stage.sent_to(customer)) == 1


async def test_a_cable_that_is_pulled_in_the_middle_leaves_it_open(stage, account, channel, way, send, eventually):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    stage.settings.fail_next.append(Fault("POST", account.sends, "delay_after", seconds=600))
    sending = asyncio.create_task(send(channel, out))
    await eventually(lambda: len(stage.sent_to(customer)) == 1)
    await asyncio.to_thread(stage.sandbox.unplug)
    assert isinstance(await sending, OutcomeUnknown)
    await asyncio.to_thread(stage.sandbox.plug_in)
    assert len(stage.sent_to(customer)) == 1


@pytest.mark.ours("whatsapp", "360dialog")
@pytest.mark.parametrize("action", ["drop_after", "drop_before", "status", "empty"])
async def test_a_file_that_is_lost_on_its_way_up_reaches_nobody(stage, account, connect, action):
    """Only its message shows it to the customer, so the whole may be tried again."""
    customer, channel = stage.person(account), connect(account)
    file = stage.picture()
    stage.settings.fail_next.append(Fault("POST", "/media$", action, status=503))
    outcome = await channel.send_text(account.message(customer, "Look", file=file))
    assert isinstance(outcome, NotSent if action != "empty" else Refused), outcome
    assert stage.sent_to(customer) == []
    assert isinstance(await channel.send_text(account.message(customer, "Look", file=file)), Accepted)
    assert len(stage.sent_to(customer)) == 1


# --- looking it up -------------------------------------------------------------------------------------------------


async def lose(stage, account, channel, send, out, action="drop_after"):
    """A send whose answer never comes, and when it began."""
    since = stage.now()
    stage.settings.fail_next.append(Fault("POST", account.sends, action))
    assert isinstance(await send(channel, out), OutcomeUnknown)
    return since


@pytest.mark.ours(*LOOKS_UP)
async def test_a_lost_message_is_found(stage, account, channel, way, send):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    since = await lose(stage, account, channel, send, out)
    for _ in range(2):
        found = await channel.look_up_sent(out, since, ())
        assert found in stage.ids(account, stage.sent_to(customer)[0])
        stage.advance(60)
    fact = await channel.status(found)
    assert (fact.remote_id, fact.delivery >= Delivery.DELIVERED, fact.kind) == (found, True, None)
    assert len(stage.sent_to(customer)) == 1


@pytest.mark.ours(*LOOKS_UP)
async def test_what_never_arrived_is_not_found(stage, account, channel, way, send):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    since = await lose(stage, account, channel, send, out, "drop_before")
    assert await channel.look_up_sent(out, since, ()) is None


@pytest.mark.ours(*LOOKS_UP)
@pytest.mark.parametrize("lost", [True, False], ids=["processed", "not-processed"])
async def test_no_other_message_is_taken_for_it(stage, account, channel, way, send, lost):
    """Not one of ours with the same words just before or after, not one to somebody else, not other words."""
    customer, somebody = stage.person(account), stage.person(account)
    out = await account.written(channel, customer, way)
    before = await send(channel, out)
    elsewhere = await send(channel, replace(out, to=account.address(somebody)))
    since = await lose(stage, account, channel, send, out, "drop_after" if lost else "drop_before")
    rows = len(stage.sent_to(customer))
    after = await send(channel, out)
    other = await send(channel, await another(account, channel, customer, out))
    known = {o.entry_id for o in (before, elsewhere, after, other)}
    stage.writes(account, customer, out.text if way == "text" else "Is your question still open?")
    found = await channel.look_up_sent(out, since, known)
    if lost:
        assert found in stage.ids(account, stage.sent_to(customer)[rows - 1])
    else:
        assert found is None


async def another(account, channel, customer, out):
    if isinstance(out, DirectTemplate):
        return account.template(customer, await account.listed(channel, "we_have_news"))
    return replace(out, text=out.text + "?")


@pytest.mark.ours(*LOOKS_UP)
async def test_an_earlier_message_of_a_colleague_is_not_taken_for_it(stage, account, channel, way, send):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    assert isinstance(await send(channel, out), Accepted)
    stage.advance(10)
    since = await lose(stage, account, channel, send, out, "drop_before")
    assert await channel.look_up_sent(out, since, ()) is None


@pytest.mark.ours(*LOOKS_UP)
async def test_two_lost_messages_are_two(stage, account, channel, way, send):
    """Octopods' newer list shows no words: there it stays open which is which."""
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    first_since = await lose(stage, account, channel, send, out)
    stage.advance(5)
    second_since = await lose(stage, account, channel, send, out)
    first = await channel.look_up_sent(out, first_since, ())
    if account.word == "octopods" and stage.settings.octopods_shape == "newer":
        assert first is None
        return
    second = await channel.look_up_sent(out, second_since, {first})
    rows = stage.sent_to(customer)
    assert [first in stage.ids(account, rows[0]), second in stage.ids(account, rows[1])] == [True, True]


@pytest.mark.parametrize("known", [20, 21])
async def test_too_many_messages_to_compare_leave_it_open(stage, connect, send, known):
    """Octopods' older list has only WhatsApp's ids, so each of ours is asked about."""
    account = stage.account("octopods-whatsapp:older")
    channel, customer = connect(account), stage.person(account)
    out = await account.written(channel, customer, "template")
    ours = {(await send(channel, out)).entry_id for _ in range(known)}
    stage.advance(60)
    since = await lose(stage, account, channel, send, out)
    assert (await channel.look_up_sent(out, since, ours) is None) is (known > 20)


@pytest.mark.ours(*LOOKS_UP)
async def test_looking_up_says_when_nobody_answers(stage, account, channel, way, send, trouble_of):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    since = await lose(stage, account, channel, send, out)
    stage.settings.provoked.append(Provoked(account.word, {"twilio": 20003, "octopods": 401}[account.word]))
    assert (await trouble_of(channel.look_up_sent(out, since, ()))).kind is ProviderErrorKind.SIGNED_OUT
    stage.sandbox.unplug()
    assert (await trouble_of(channel.look_up_sent(out, since, ()))).kind is ProviderErrorKind.OFFLINE


@pytest.mark.ours("whatsapp", "360dialog", "telegram", "octopods-sms")
async def test_where_nobody_can_be_asked_nothing_is_found(stage, account, channel, way, send):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    since = await lose(stage, account, channel, send, out)
    assert await channel.look_up_sent(out, since - timedelta(hours=1), ()) is None
    assert not channel.capabilities.can_look_up_sent
