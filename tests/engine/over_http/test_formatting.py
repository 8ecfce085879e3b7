"""Formatted replies and mentions over real HTTP; what Intercom has and the customer's phone are the judges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from direct_stage import DirectStage, open_direct_stage
from msgspec.structs import replace

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.model.channel import Provider
from desktop.domain.model.formatting import Span, SpanKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import WarningCode, acknowledge
from desktop.engine.commands import ChooseTeammate, Done, EditPending, NeedsConsent, SaveDraft, SendDirect, SendReply
from desktop.engine.engine import Engine
from desktop.engine.notifications.model import NotificationKind, NotificationNews
from desktop.sandbox.world import COLLEAGUE
from desktop.store.core.database import Store
from desktop.text.forecast.context import quotes_newest
from tests.helpers.database import create_database
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

TEXT = "It's on its way. See our page (https://shop.example/t/1042):\n- today\n- tomorrow"
LINK_AT, LIST_AT = TEXT.index("our page"), TEXT.index("- today")
SPANS = (
    Span(SpanKind.BOLD, 5, 15),
    Span(SpanKind.LINK, LINK_AT, LIST_AT - 2, "https://shop.example/t/1042"),
    Span(SpanKind.BULLETS, LIST_AT, len(TEXT)),
)
MARKED = TEXT.replace("on its way", "*on its way*")


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


def bodies(stage: DirectStage, part_type: str) -> list[str]:
    """What Intercom has from us."""
    code = stage.sandbox.urls["intercom"]["package_code"]
    with stage.sandbox.lock:
        parts = [p for c in stage.sandbox.world.workspace.conversations.values() for p in c.parts]
        return [p.body for p in parts if p.part_type == part_type and p.package_code == code]


async def send(
    stage: DirectStage, draft_id: str, text: str, spans: tuple[Span, ...], *, internal: bool = False
) -> None:
    view = await stage.view()
    command = SendReply(
        draft_id,
        view.customer_id,
        view.thread.chats[0].id,
        text,
        internal=internal,
        seen_upto=view.newest_arrival,
        spans=spans,
    )
    assert await stage.engine.command_handler.do(command) == Done()
    await stage.run_outbox()


async def test_formatting_reaches_intercom_and_comes_back_once(stage: DirectStage) -> None:
    # A draft keeps it, and so does a reply that is taken back to be edited.
    view = await stage.view()
    chat_id = view.thread.chats[0].id
    draft = SaveDraft("d0", view.customer_id, chat_id, TEXT, spans=SPANS)
    await stage.engine.command_handler.do(draft)
    await stage.restart()
    assert [(d.text, d.spans) for d in (await stage.view()).drafts] == [(TEXT, SPANS)]
    queued = SendReply("d0", view.customer_id, chat_id, TEXT, seen_upto=view.newest_arrival, spans=SPANS)
    assert await stage.engine.command_handler.do(queued) == Done()
    assert (await stage.pending("d0")).spans == SPANS
    assert await stage.engine.command_handler.do(EditPending("d0")) == Done()
    assert [(d.text, d.spans) for d in (await stage.view()).drafts] == [(TEXT, SPANS)]

    # Through the bridge: styles are markup, and everything else is in the text, since markup may get lost on the way.
    await send(stage, "d1", TEXT, SPANS)
    [body] = bodies(stage, "comment")
    assert "<b>on its way</b>" in body
    assert "<ul>" not in body
    assert "<a " not in body
    assert stage.phone_texts("whatsapp") == [TEXT]
    view = await stage.view()
    assert view.pending_replies == ()
    [entry] = [m.entry for m in view.thread.messages if m.entry.text.startswith("It's on")]
    assert (entry.text, entry.formatting) == (TEXT, SPANS[:1])

    # A note stays at Intercom, with all of it; a lost answer is found again, and nothing is doubled.
    stage.add_fault("POST", "/reply$", "drop_after")
    await send(stage, "d2", TEXT, SPANS, internal=True)
    assert (await stage.pending("d2")).state is State.UNCONFIRMED
    await stage.engine.poller.run_once()
    assert (await stage.view()).pending_replies == ()
    [note] = bodies(stage, "note")
    assert '<a href="https://shop.example/t/1042">our page</a>:</p><ul><li>today</li><li>tomorrow</li></ul>' in note


async def test_the_messenger_gets_all_of_it(stage: DirectStage) -> None:
    stage.clock.advance(600)
    with stage.sandbox.lock:
        chat_id = stage.sandbox.world.write(
            stage.customer_id, "messenger", "Do you have it in blue?", new_conversation=True
        )
    await stage.engine.poller.run_once()
    view = await stage.view()
    reply = SendReply("d1", view.customer_id, chat_id, TEXT, seen_upto=view.newest_arrival, spans=SPANS)
    answer = await stage.engine.command_handler.do(reply)
    if isinstance(answer, NeedsConsent):
        accepted = acknowledge(answer.warned)
        answer = await stage.engine.command_handler.do(replace(reply, acknowledged=accepted))
    assert answer == Done()
    await stage.run_outbox()
    [body] = bodies(stage, "comment")
    assert body == (
        "<p>It's <b>on its way</b>. See "
        '<a href="https://shop.example/t/1042">our page</a>:</p><ul><li>today</li><li>tomorrow</li></ul>'
    )
    with stage.sandbox.lock:
        screens = stage.sandbox.world.screens(stage.customer_id)["messenger"]
    shown = next(c for c in screens if c["conversation_id"] == chat_id)["items"][-1]["text"]
    assert shown == "It's on its way. See our page:\n• today\n• tomorrow"
    view = await stage.view()
    assert view.pending_replies == ()
    [entry] = [m.entry for m in view.thread.messages if m.entry.text.startswith("It's on")]
    assert (entry.text, entry.formatting) == (TEXT, SPANS[:2])


async def test_channels_get_formatting_in_their_own_way(stage: DirectStage) -> None:
    shown = {
        Provider.WHATSAPP: ("whatsapp", MARKED),
        Provider.TWILIO: ("sms", TEXT),
        Provider.TELEGRAM: ("telegram", TEXT),
    }
    for number, (provider, (line, expected)) in enumerate(shown.items()):
        # The same text is warned of for ten minutes.
        stage.clock.advance(700)
        if line == "telegram":
            stage.customer_writes(line)
        await stage.engine.poller.run_once()
        view, direct_route = await stage.view(), await stage.direct_route(provider)
        command = SendDirect(
            f"d{number}",
            view.customer_id,
            view.thread.chats[0].id,
            direct_route.route,
            TEXT,
            seen_upto=view.newest_arrival,
            spans=SPANS,
        )
        assert await stage.engine.command_handler.do(command) == Done(), provider
        await stage.run_outbox()
        assert stage.phone_texts(line) == [expected]
        entry = (await stage.direct(f"d{number}")).entry
        assert (entry.text, entry.formatting) == (TEXT, SPANS[:1])


async def test_what_is_quoted_stands_on_whatsapp(stage: DirectStage) -> None:
    """As the link on the forecast line quotes it."""
    chat = (await stage.view()).thread.chats[0]
    stage.clock.advance(600)
    with stage.sandbox.lock:
        stage.sandbox.world.write(stage.customer_id, "messenger", "Any news?", conversation_id=chat.id)
    await stage.engine.poller.run_once()
    view = await stage.view()
    forecast = compute_forecast(view.situations[chat.id], Reply("Tomorrow."), stage.clock.now())
    assert WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL in forecast.warnings
    await send(stage, "d1", "> Any news?\nTomorrow.", (Span(SpanKind.BOLD, 12, 20),))
    assert stage.phone_texts("whatsapp") == ["> Any news?\nTomorrow."]
    # It is there now, and nothing offers to quote it again.
    assert not quotes_newest(view.situations[chat.id], "And another thing.")
    assert quotes_newest((await stage.view()).situations[chat.id], "And another thing.")


async def test_a_mention_calls_the_teammate(stage: DirectStage, tmp_path: Path) -> None:
    urls = stage.sandbox.urls["intercom"]
    gateway = IntercomGateway(urls["base_url"], Token(urls["token"]), stage.clock)
    other = Engine(gateway, await Store.open(create_database(tmp_path / "other.db")), stage.clock, Random(1))
    news: list[NotificationNews] = []
    try:
        await other.poller.run_once()
        await other.command_handler.do(ChooseTeammate(COLLEAGUE))
        other.notifications.listen(other.feed)
        other.notifications.subscribe(news.append)
        await other.notifications.step()
        await send(stage, "d1", "@Priya Nair please have a look", (), internal=True)
        stage.clock.advance(30)
        await other.poller.run_once()
        await other.notifications.step()
        [mention] = [n for each in news for n in each.shown if n.kind is NotificationKind.MENTION]
        assert (mention.author, mention.text) == ("Lukas Brandt", "@Priya Nair please have a look")
        assert [row.customer_id for row in await every_customer(other.queries)] == [mention.customer_id]
    finally:
        await other.stop()
