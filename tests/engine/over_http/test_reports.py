"""What failed later, and the texts that ask to continue on WhatsApp, over HTTP and on the customer's screens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import HOUR_S, DirectStage, open_direct_stage

from desktop.domain.delivery import Arrival
from desktop.domain.history.report_events import ReportKind
from desktop.domain.model.channel import Provider
from desktop.domain.model.customer_texts import CustomerTexts
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.list_view import ListView
from desktop.engine.commands import Done, MarkReportsDone, MarkTextsSet, NeedsConsent, SetCustomerTexts
from desktop.engine.views import CustomerQuery, PageRequest, ReportsView
from desktop.ui.composer.alternatives import whatsapp_question
from desktop.ui.thread.pending_reply import send_again_actions

pytestmark = pytest.mark.slow
TEXT = "It was delayed, sorry."


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


async def to_do(stage: DirectStage) -> list[ReportKind]:
    return [customer.event.kind for customer in (await stage.engine.queries.reports()).to_do]


def total(view: ReportsView, kind: ReportKind) -> int:
    return sum(sum(numbers) for numbers in view.counts[kind].values())


async def in_view(stage: DirectStage) -> int:
    page = await stage.engine.queries.customer_page(CustomerQuery(ListView.MESSENGER_ONLY), PageRequest(0, 10))
    return page.size


async def test_what_failed_later_is_to_do_until_a_template_arrives(stage: DirectStage) -> None:
    do, phone = stage.engine.command_handler.do, lambda: stage.phone_texts("whatsapp")
    assert await to_do(stage) == []
    # The clock moves on: the window closes, and nothing new is heard of.
    stage.clock.advance(25 * HOUR_S)
    assert await to_do(stage) == [ReportKind.WINDOW_CLOSED]

    # Through Intercom: the bridge reports afterwards that it did not arrive.
    await stage.engine.poller.run_once()
    asked = await stage.reply("d1", TEXT)
    assert isinstance(asked, NeedsConsent)
    await stage.reply("d1", TEXT, *asked.warned)
    await stage.run_outbox()
    stage.clock.advance(60)
    await stage.engine.poller.run_once()
    reply = next(m for m in (await stage.view()).thread.messages if m.entry.text == TEXT)
    assert Arrival.FAILED in [a.arrival for a in reply.arrived]
    assert [action for action, _ in send_again_actions(reply)] == ["template", "direct"]
    assert phone() == []
    assert await to_do(stage) == [ReportKind.MESSENGER_ONLY]
    assert await in_view(stage) == 1

    # Sent directly, a provider takes it and reports the failure later.
    direct_route = await stage.direct_route(Provider.WHATSAPP)
    asked = await stage.send("d2", TEXT, direct_route)
    assert isinstance(asked, NeedsConsent)
    assert await stage.send("d2", TEXT, direct_route, *asked.warned) == Done()
    await stage.run_outbox()
    assert await to_do(stage) == [], "as long as nobody says that it failed"
    await stage.check_deliveries(5)
    failed = await stage.direct("d2")
    assert failed.arrived[0].arrival is Arrival.FAILED
    assert [action for action, _ in send_again_actions(failed)] == ["template", "direct"]
    assert await to_do(stage) == [ReportKind.MESSENGER_ONLY]

    # Marked as done, and undone.
    [customer] = (await stage.engine.queries.reports()).to_do
    await do(MarkReportsDone((customer.event,)))
    assert (await to_do(stage), await in_view(stage)) == ([], 0)
    await do(MarkReportsDone((customer.event,), is_done=False))
    assert (await to_do(stage), await in_view(stage)) == ([ReportKind.MESSENGER_ONLY], 1)

    # The template arrives.
    template = await stage.filled(direct_route.route.key)
    assert await stage.send("d3", "", direct_route, template=template) == Done()
    await stage.run_outbox()
    await stage.check_deliveries(3)
    assert [text.startswith("Hi Jennifer") for text in phone()] == [True]
    assert (await to_do(stage), await in_view(stage)) == ([], 0)

    # What happened stays in the reports, over a restart too.
    await stage.restart()
    view = await stage.engine.queries.reports()
    assert (total(view, ReportKind.MESSENGER_ONLY), total(view, ReportKind.WINDOW_CLOSED)) == (1, 1)
    [row] = await stage.engine.queries.report_rows(ReportKind.MESSENGER_ONLY)
    assert (row.name, row.event.channel, row.is_to_do) == ("Jennifer Okafor", ChannelKind.WHATSAPP, False)


async def test_the_customer_is_asked_in_their_language_and_answers_are_counted(stage: DirectStage) -> None:
    with stage.sandbox.lock:
        customer = stage.sandbox.world.customers[stage.customer_id]
        customer.language = "de-AT"
        number = stage.sandbox.world.lines["whatsapp"].address
    stage.clock.advance(25 * HOUR_S)
    stage.customer_writes("messenger", "Noch da?")
    await stage.engine.poller.run_once()
    view = await stage.view()
    chat = next(c for c in view.thread.chats if c.mapping is not None)
    question = whatsapp_question(view, chat.id)
    assert question.startswith("Hallo Jennifer, könnten Sie uns eine kurze Nachricht auf WhatsApp schicken")
    assert question.endswith(f"https://wa.me/{number.removeprefix('+')}")

    asked = await stage.reply("d1", question)
    assert isinstance(asked, NeedsConsent)
    await stage.reply("d1", question, *asked.warned)
    await stage.run_outbox()
    with stage.sandbox.lock:
        seen = stage.sandbox.world.texts(stage.customer_id)
    assert question in seen["messenger"]

    # A workspace has its own words, in one language.
    own = CustomerTexts("+353 1 555 0199", {"de": "{{first_name}}, bitte auf WhatsApp:\n{{link}}"})
    do = stage.engine.command_handler.do
    assert await do(SetCustomerTexts(own)) == Done()
    assert whatsapp_question(await stage.view(), chat.id).startswith("Jennifer, bitte auf WhatsApp:\nhttps://wa.me/")

    # The answers in the Messenger before and after the texts are set there.
    assert await do(MarkTextsSet()) == Done()
    stage.clock.advance(4 * 24 * HOUR_S)
    stage.customer_writes("messenger", "Hallo?")
    stage.customer_writes("messenger", "Hallo??")
    await stage.engine.poller.run_once()
    reports = await stage.engine.queries.reports()
    assert total(reports, ReportKind.MESSENGER_ANSWER) == 3
    assert [count for _, count in reports.weeks] == [0, 0, 0, 1, 2]
    assert (await stage.engine.queries.workspace()).texts_set_at == reports.texts_set_at
