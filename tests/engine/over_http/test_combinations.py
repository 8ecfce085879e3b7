"""What is new about a reply, together: its time, formatting, translation, placeholders, files, templates. The
customer's phone and Intercom are the judges."""

from __future__ import annotations

from pathlib import Path

import pytest
from direct_stage import DirectStage, open_direct_stage
from msgspec.structs import replace

from desktop.domain.content.translation import OwnText, TranslationService
from desktop.domain.model.channel import Provider
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.formatting import Span, SpanKind
from desktop.domain.model.outgoing import Schedule, State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import (
    Done,
    EditPending,
    Failed,
    NeedsConsent,
    Reschedule,
    ResolvePending,
    SendDirect,
    SendReply,
)
from desktop.ports import OutgoingFile

pytestmark = pytest.mark.slow
HOUR = 3600.0


def at(stage: DirectStage, seconds: float) -> Schedule:
    from datetime import timedelta

    return Schedule(stage.clock.now() + timedelta(seconds=seconds))


async def pass_time(stage: DirectStage, seconds: float) -> None:
    stage.clock.advance(seconds)
    await stage.engine.poller.run_once()
    await stage.run_outbox()
    await stage.engine.poller.run_once()


async def reply(stage: DirectStage, draft_id: str, text: str, **more: object) -> SendReply:
    view = await stage.view()
    to, seen_upto = (view.customer_id, view.thread.chats[0].id), view.newest_arrival
    return SendReply(draft_id, *to, text, seen_upto=seen_upto, **more)  # type: ignore[arg-type]


async def do(stage: DirectStage, command: SendReply | SendDirect) -> None:
    """Send or schedule it, against its warnings."""
    answer = await stage.engine.command_handler.do(command)
    if isinstance(answer, NeedsConsent):
        answer = await stage.engine.command_handler.do(replace(command, acknowledged=acknowledge(answer.warned)))
    assert answer == Done()


def our_bodies(stage: DirectStage) -> list[str]:
    code = stage.sandbox.urls["intercom"]["package_code"]
    with stage.sandbox.lock:
        parts = [p for c in stage.sandbox.world.workspace.conversations.values() for p in c.parts]
    return [p.body for p in parts if p.part_type == "comment" and p.package_code == code]


async def test_a_translated_and_formatted_reply_waits_is_edited_and_is_sent_as_it_is_then(tmp_path: Path) -> None:
    own = OwnText("It comes on Monday, {{first_name}}", "en", "ES", TranslationService.DEEPL)
    bold = (Span(SpanKind.BOLD, 6, 14),)
    async with open_direct_stage(tmp_path / "cache.db") as stage:
        # A placeholder stops it, whenever it is to be sent and whatever it is a translation of.
        raw = await reply(stage, "d1", "Llega el lunes, {{first_name}}", spans=bold, own=own, schedule=at(stage, HOUR))
        stopped = await stage.engine.command_handler.do(raw)
        assert isinstance(stopped, Failed)
        assert stopped.reason.code == CommandReason.PLACEHOLDER_LEFT
        waits = replace(raw, text="Llega el lunes, Jennifer")
        await do(stage, waits)
        await stage.restart()
        pending = await stage.pending("d1")
        assert (pending.state, pending.spans, pending.own, pending.schedule.at) == (
            *(State.SCHEDULED, bold, own),
            waits.schedule.at,
        )
        # Edited, it keeps all of that, also through another restart.
        assert await stage.engine.command_handler.do(EditPending("d1")) == Done()
        await stage.restart()
        [draft] = (await stage.view()).drafts
        assert (draft.text, draft.spans, draft.own, draft.schedule) == (waits.text, bold, own, waits.schedule)
        await do(stage, replace(waits, draft_id=draft.draft_id, text=f"{waits.text}!"))
        assert (await stage.view()).drafts == ()
        # Cancelled and brought back, too.
        handle = stage.engine.command_handler.do
        assert await handle(ResolvePending(draft.draft_id, cancel=True)) == Done()
        assert await handle(Reschedule(draft.draft_id, waits.schedule)) == Done()
        await pass_time(stage, HOUR - 60)
        assert our_bodies(stage) == []
        await pass_time(stage, 61)
        assert stage.phone_texts("whatsapp") == ["Llega el lunes, Jennifer!"]
        [body] = our_bodies(stage)
        assert "<b>el lunes</b>" in body
        [message] = [m for m in (await stage.view()).thread.messages if m.entry.text.startswith("Llega")]
        assert message.translation is not None
        assert (message.translation.source_text, message.translation.is_ours) == (own.text, True)
        # One whose time has passed when it is edited is a plain draft.
        await do(stage, await reply(stage, "d2", "Too late", schedule=at(stage, 60.0)))
        stage.clock.advance(120)
        assert await stage.engine.command_handler.do(EditPending("d2")) == Done()
        assert [d.schedule for d in (await stage.view()).drafts] == [None]


async def test_a_voice_note_and_a_template_wait_for_their_time_through_an_outage(tmp_path: Path) -> None:
    async with open_direct_stage(tmp_path / "cache.db") as stage:
        note = OutgoingFile("voice note.ogg", "audio/ogg", b"OggS" + bytes(200))
        route = (await stage.direct_route(Provider.WHATSAPP)).route
        template = await stage.filled(route.key)
        spoken = await reply(stage, "d1", "", files=(note,), schedule=at(stage, HOUR))
        stage.sandbox.unplug()
        await do(stage, spoken)
        later = SendDirect(
            *("d2", spoken.customer_id, spoken.conversation_id, route, template.text),
            template=template,
            seen_upto=spoken.seen_upto,
            schedule=at(stage, 2 * HOUR),
        )
        await do(stage, later)
        stage.clock.advance(60)
        stage.sandbox.plug_in()
        await stage.restart()
        listed = [w.pending for w in await stage.engine.queries.scheduled_replies()]
        assert [(p.draft_id, p.file_names, p.template) for p in listed] == [
            ("d1", ("voice note.ogg",), ""),
            ("d2", (), "we_have_news"),
        ]
        await pass_time(stage, HOUR)
        with stage.sandbox.lock:
            chat = stage.sandbox.world.customers[stage.customer_id].chats["whatsapp"]
            sent = [f.content_type for item in chat if item.who == "business" for f in item.files]
        assert sent == ["audio/ogg"]
        await pass_time(stage, HOUR)
        assert template.text in stage.phone_texts("whatsapp")
        assert await stage.engine.queries.scheduled_replies() == ()
