"""Writing first, over real HTTP: the person's screens, Intercom's contacts and the providers' ledger are the judges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import DirectStage, open_direct_stage

from desktop.domain.delivery import Arrival
from desktop.domain.forecast.new_conversation import Beginning, forecast_new_conversation
from desktop.domain.model.channel import Provider
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.warning import WarningCode, acknowledge
from desktop.engine.commands import Answer, Done, Failed, NeedsConsent, StartConversation
from desktop.engine.views import RecipientView, ThreadView
from desktop.text.forecast.new_conversation import new_conversation_text

pytestmark = pytest.mark.slow
NEWS = "Hi Jennifer, we have news about your request. Please answer to go on."


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


def screens(stage: DirectStage, customer_id: str) -> dict[str, list[str]]:
    """Our texts on the person's screens, by channel; those without any are left out."""
    with stage.sandbox.lock:
        shown = stage.sandbox.world.screens(customer_id)
    ours: dict[str, list[str]] = {}
    for channel in ("whatsapp", "sms", "telegram"):
        ours[channel] = [i["text"] for chat in shown[channel].values() for i in chat if i["who"] == "business"]
    ours["messenger"] = [i["text"] for c in shown["messenger"] for i in c["items"] if i["who"] == "business"]
    ours["email"] = [i["text"] for i in shown["email"] if i["who"] == "business"]
    return {channel: texts for channel, texts in ours.items() if texts}


def contacts_with(stage: DirectStage, phone: str = "", email: str = "") -> list[str]:
    with stage.sandbox.lock:
        alive = [c for c in stage.sandbox.world.workspace.contacts.values() if c.merged_into is None]
    return [c.id for c in alive if (phone and c.phone == phone) or (email and c.email == email)]


def add(stage: DirectStage, name: str, **known: object) -> str:
    with stage.sandbox.lock:
        return stage.sandbox.world.add_customer(name, **known).id  # type: ignore[arg-type]


async def start(
    stage: DirectStage,
    draft_id: str,
    view: RecipientView,
    provider: Provider | None,
    channel: ChannelKind,
    **more: object,
) -> Answer:
    direct = next(
        (d for d in view.direct_routes if (d.route.key.provider, d.route.channel) == (provider, channel)), None
    )
    assert (direct is None) == (provider is None)
    template = None
    if direct is not None and channel is ChannelKind.WHATSAPP:
        template = await stage.filled(direct.route.key, language="" if provider is Provider.OCTOPODS else "en")
    text = "We found your parcel." if template is None else ""
    return await stage.engine.command_handler.do(
        StartConversation(
            draft_id,
            channel,
            text,
            view.recipient.contact.id,
            view.address,
            route=direct.route if direct is not None else None,
            template=template,
            **more,  # type: ignore[arg-type]
        )
    )


async def settle(stage: DirectStage) -> None:
    """Send, then let Intercom's search and the providers catch up."""
    await stage.run_outbox()
    for seconds in (3.0, 6.0, 6.0, 10.0):
        await stage.check_deliveries(seconds)
        await stage.engine.poller.run_once()
        await stage.run_outbox()


async def thread(stage: DirectStage, customer_id: str) -> ThreadView:
    view = await stage.engine.queries.thread(customer_id)
    assert view is not None
    return view


async def test_octopods_begins_the_conversation_and_makes_the_contact(stage: DirectStage) -> None:
    maeve = add(stage, "Maeve", phone="+353861112223")
    found = await stage.engine.recipients.find_here("+353 86 111 2223")
    assert (found.contacts, found.address) == ((), "+353 86 111 2223")
    view = await stage.engine.recipients.open("", "+353 86 111 2223")
    assert (view.customer_id, view.recipient.is_known, view.recipient.number.region) == ("", False, "IE")
    answer = await start(stage, "d1", view, Provider.OCTOPODS, ChannelKind.WHATSAPP, name="Maeve Kelly")
    assert isinstance(answer, Done)
    again = await start(stage, "d1", view, Provider.OCTOPODS, ChannelKind.WHATSAPP, name="Maeve Kelly")
    assert again == answer, "a second press does nothing"
    [pending] = (await thread(stage, answer.customer_id)).pending_replies
    assert (pending.state, pending.template) == (State.QUEUED, "we_have_news")
    await settle(stage)
    assert screens(stage, maeve) == {"whatsapp": [NEWS], "messenger": [NEWS]}
    [contact_id] = contacts_with(stage, "+353861112223")
    shown = await thread(stage, answer.customer_id)
    assert (shown.name, shown.pending_replies, [c.id for c in shown.thread.contacts]) == (
        "Maeve Kelly",
        (),
        [contact_id],
    )
    [message] = shown.thread.messages
    assert [(a.channel, a.arrival) for a in message.arrived] == [
        (ChannelKind.WHATSAPP, Arrival.DELIVERED),
        (ChannelKind.MESSENGER, Arrival.ACCEPTED),
    ]
    assert (message.entry.text, shown.older_count, stage.notes()) == (NEWS, 0, [])
    # The answer comes into the same conversation, and a new message to the person offers to go there.
    with stage.sandbox.lock:
        stage.sandbox.world.write(maeve, "whatsapp", "Which news?")
    await stage.engine.poller.run_once()
    [chat] = (await thread(stage, answer.customer_id)).thread.chats
    view = await stage.engine.recipients.open("", "+353861112223")
    direct = next(d for d in view.direct_routes if d.route.key.provider is Provider.OCTOPODS)
    forecast = forecast_new_conversation(
        view.recipient, Beginning(ChannelKind.WHATSAPP, direct, NEWS), stage.clock.now()
    )
    assert {w.code: w.ids for w in forecast.warned}[WarningCode.TALKING_ELSEWHERE] == {chat.id}


async def test_an_account_of_ours_gets_a_conversation_for_colleagues_first(stage: DirectStage) -> None:
    ada = add(stage, "Ada", phone="+353861112224")
    view = await stage.engine.recipients.open("", "086 111 2224")
    assert view.recipient.number.digits == "", "without a country it may be anybody's number"
    view = await stage.engine.recipients.open("", "+353861112224")
    with stage.sandbox.lock:
        stage.sandbox.world.settings.contact_lag_s = 4.0
    answer = await start(stage, "d1", view, Provider.WHATSAPP, ChannelKind.WHATSAPP, name="Ada")
    assert isinstance(answer, Done)
    await settle(stage)
    assert screens(stage, ada) == {"whatsapp": [NEWS]}, "nobody can open the Messenger as that contact"
    [contact_id] = contacts_with(stage, "+353861112224")
    shown = await thread(stage, answer.customer_id)
    [chat] = shown.thread.chats
    assert (chat.conversation.contact_ids, chat.conversation.delivered_as) == ((contact_id,), "admin_initiated")
    message, note = shown.thread.messages
    assert [a.arrival for a in message.arrived] == [Arrival.DELIVERED, Arrival.ACCEPTED]
    assert "we_have_news" in note.entry.text
    # The next message to them is noted in that conversation: there is no other, and no other contact.
    view = await stage.engine.recipients.open("", "+353861112224")
    assert view.recipient.conversation_id == chat.id
    answer = await start(stage, "d2", view, Provider.TWILIO, ChannelKind.SMS)
    assert answer == Done(customer_id=shown.customer_id, conversation_id=chat.id)
    await settle(stage)
    assert screens(stage, ada)["sms"] == ["We found your parcel."]
    assert contacts_with(stage, "+353861112224") == [contact_id]


async def test_email_and_messenger_go_through_intercom(stage: DirectStage) -> None:
    bo = add(stage, "Bo", email="bo@example.com", known_as="user")
    view = await stage.engine.recipients.open("", "bo@example.com")
    assert view.recipient.is_known
    blocked = await start(stage, "d1", view, None, ChannelKind.EMAIL)
    assert isinstance(blocked, NeedsConsent)
    assert [w.code for w in blocked.warned] == [WarningCode.NO_SUBJECT]
    answer = await start(stage, "d1", view, None, ChannelKind.EMAIL, subject="Your parcel")
    assert isinstance(answer, Done)
    await settle(stage)
    assert screens(stage, bo) == {"email": ["We found your parcel."]}
    [message] = (await thread(stage, answer.customer_id)).thread.messages
    assert [a.channel for a in message.arrived] == [ChannelKind.EMAIL]
    answer = await start(stage, "d2", view, None, ChannelKind.MESSENGER)
    await settle(stage)
    assert screens(stage, bo)["messenger"] == ["We found your parcel."]
    assert len((await thread(stage, answer.customer_id)).thread.chats) == 2
    # An email that Intercom does not have: a contact is made, and none twice while its search lags.
    new = add(stage, "Cy", email="cy@example.com")
    with stage.sandbox.lock:
        stage.sandbox.world.settings.search_lag_s = 300.0
    for draft_id in ("d3", "d4"):
        view = await stage.engine.recipients.open("", "cy@example.com")
        assert isinstance(await start(stage, draft_id, view, None, ChannelKind.EMAIL, subject="Hello"), Done)
        await stage.run_outbox()
    assert screens(stage, new) == {"email": ["We found your parcel."] * 2}
    assert len(contacts_with(stage, email="cy@example.com")) == 1


async def test_no_contact_is_made_twice_and_nothing_sent_while_nobody_knows(stage: DirectStage) -> None:
    dot = add(stage, "Dot", phone="+353861112225")
    view = await stage.engine.recipients.open("", "+353861112225")
    with stage.sandbox.lock:
        stage.sandbox.world.settings.search_lag_s = 600.0
    stage.add_fault("POST", "/contacts$", "drop_after")
    lost = await start(stage, "d1", view, Provider.TWILIO, ChannelKind.SMS)
    assert isinstance(lost, Failed)
    assert lost.reason.code == CommandReason.RECIPIENT_UNCONFIRMED
    await stage.restart()
    view = await stage.engine.recipients.open("", "+353861112225")
    waiting = await start(stage, "d1", view, Provider.TWILIO, ChannelKind.SMS)
    assert isinstance(waiting, Failed)
    assert waiting.reason.code == CommandReason.CONTACT_PENDING
    assert screens(stage, dot) == {}
    stage.clock.advance(timedelta(minutes=11).total_seconds())
    view = await stage.engine.recipients.open("", "+353861112225")
    assert isinstance(await start(stage, "d1", view, Provider.TWILIO, ChannelKind.SMS), Done)
    # The conversation for colleagues may have been begun: the program does not repeat it, and finds it.
    stage.add_fault("POST", "/messages$", "drop_after")
    await stage.run_outbox()
    pending = (
        await thread(stage, (await stage.engine.recipients.open("", "+353861112225")).customer_id)
    ).pending_replies
    assert [(p.state, p.reason.code) for p in pending] == [(State.UNCONFIRMED, OutboxReason.ANSWER_LOST)]
    with stage.sandbox.lock:
        stage.sandbox.world.settings.search_lag_s = 0.0
    stage.clock.advance(601)
    await settle(stage)
    assert screens(stage, dot) == {"sms": ["We found your parcel."]}
    assert len(contacts_with(stage, "+353861112225")) == 1
    with stage.sandbox.lock:
        assert (
            sum(
                c.source.delivered_as == "admin_initiated" for c in stage.sandbox.world.workspace.conversations.values()
            )
            == 1
        )


async def test_who_said_no_is_not_written_to(stage: DirectStage) -> None:
    with stage.sandbox.lock:
        world = stage.sandbox.world
        eve = world.add_customer("Eve", phone="+353861112226", email="eve@example.com", known_as="user")
        world.write(eve, "sms", "Where is it?")
        world.write(eve, "sms", "STOP")
        [eve_id] = world.contact_ids(eve)
        world.edit_contact(eve_id, unsubscribed_from_emails=True)
        fay = world.add_customer("Fay", phone="+353861112227", known_as="lead", on_whatsapp=False)
        [fay_id] = world.contact_ids(fay)
    await stage.engine.poller.run_once()
    view = await stage.engine.recipients.open(eve_id, "")
    refused = await start(stage, "d1", view, Provider.TWILIO, ChannelKind.SMS)
    assert isinstance(refused, NeedsConsent)
    assert [w.code for w in refused.warned] == [WarningCode.OPTED_OUT]
    refused = await start(stage, "d2", view, None, ChannelKind.EMAIL, subject="Hello")
    assert isinstance(refused, NeedsConsent)
    assert [w.code for w in refused.warned] == [WarningCode.OPTED_OUT]
    text, _ = new_conversation_text(
        view.recipient, Beginning(ChannelKind.EMAIL, text="Hi"), refused.forecast, "Eve", stage.clock.now()
    )
    assert "opted out" in text
    # Telegram only where the person has begun a chat.
    assert all(d.route.channel is not ChannelKind.TELEGRAM for d in view.direct_routes)
    jennifer = await stage.engine.recipients.open("", "+353871234567")
    assert any(d.route.channel is ChannelKind.TELEGRAM for d in jennifer.direct_routes) is False
    # Not on WhatsApp: reported later, before there is a conversation, and then known.
    view = await stage.engine.recipients.open(fay_id, "")
    answer = await start(stage, "d3", view, Provider.OCTOPODS, ChannelKind.WHATSAPP)
    assert isinstance(answer, Done)
    await settle(stage)
    [pending] = (await thread(stage, answer.customer_id)).pending_replies
    assert pending.state is State.REFUSED
    warned = await start(stage, "d4", view, Provider.OCTOPODS, ChannelKind.WHATSAPP)
    assert isinstance(warned, NeedsConsent)
    assert [w.code for w in warned.warned] == [WarningCode.CHANNEL_REFUSED_LATELY]
    assert acknowledge(warned.warned)
    assert (screens(stage, eve.id), screens(stage, fay.id)) == ({}, {})
