"""Scenarios of the reach rules over real HTTP: the forecast before a reply, and what the screens then show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from direct_stage import HOUR_S, DirectStage, SandboxClock

from desktop.domain.bridge.notice import NoticeKind
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.domain.model.workspace import Relay, Tagging
from desktop.domain.window.window import WindowState
from desktop.engine.commands import (
    Done,
    MarkSolved,
    NeedsConsent,
    PinMapping,
    SendReply,
    SetBridgeChannels,
    SetBridgeCodes,
    SetMessageChannel,
    SetRelay,
)
from desktop.ports import OutgoingFile
from desktop.sandbox.intercom.automations import NoteRule
from desktop.sandbox.intercom.records import Author
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, COLLEAGUE, World
from desktop.sandbox.world.background import populate
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow

WHATSAPP, MESSENGER, TELEGRAM = ChannelKind.WHATSAPP, ChannelKind.MESSENGER, ChannelKind.TELEGRAM
NO_TRACE = {"bridge_attributes": "none", "sightings": False}


class Scene(DirectStage):
    """One customer in a world of one's own; the newest chat is the one that is answered."""

    @property
    def world(self) -> World:
        return self.sandbox.world

    def plays(self, act: Callable[[World], object]) -> object:
        with self.sandbox.lock:
            return act(self.world)

    async def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.engine.poller.run_once()

    async def says(self, on: str, text: str = "Where is my parcel?", **more: object) -> None:
        self.plays(lambda w: w.write(self.customer_id, on, text, **more))  # type: ignore[arg-type]
        self.clock.advance(2)
        await self.engine.poller.run_once()

    async def chat(self, number: int = 0):
        """By age of the conversation."""
        view = await self.view()
        return sorted(view.thread.chats, key=lambda c: c.conversation.created_at)[number]

    async def next_reply(self, number: int = 0) -> Forecast:
        view, chat = await self.view(), await self.chat(number)
        return compute_forecast(view.situations[chat.id], Reply("It ships today."), self.clock.now())

    async def customer_view(self):
        rows = await every_customer(self.engine.queries)
        found = next(r for r in rows if r.name == "Jennifer Okafor")
        return await self.engine.queries.thread(found.customer_id)

    async def view(self):
        view = await self.customer_view()
        assert view is not None
        return view


@asynccontextmanager
async def scene(
    path: Path, *, background: int = 0, code_known: bool = True, relay: Relay | None = Relay.PROVEN, **settings: object
) -> AsyncIterator[Scene]:
    """background: conversations of other customers. relay: what a person said, None for nothing."""
    with Sandbox.start() as sandbox:
        with sandbox.lock:
            sandbox.world.clock.run(0)
            sandbox.world.settings.update(dict(settings))
            if background:
                populate(sandbox.world, background, Random(7))
            jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567", telegram_id=9001)
        made = Scene(sandbox, path / "cache.db", SandboxClock(sandbox), jennifer.id)
        await made.restart()
        if code_known:
            await made.engine.command_handler.do(SetBridgeCodes(frozenset({sandbox.world.bridge_app.package_code})))
        for channel in (WHATSAPP, TELEGRAM, ChannelKind.SMS) if relay is not None else ():
            await made.engine.command_handler.do(SetRelay(channel, relay, RelayProof.PERSON))
        yield made
        await made.stop()


def promised(said: Forecast) -> list[str]:
    return sorted(c.value for c in said.reached)


# --- the bridge's words -----------------------------------------------------------------------------------------------


async def test_false_proof_a_late_note_about_a_colleagues_reply_proves_nothing(tmp_path):
    async with scene(tmp_path, relay=None, relay_api_replies=False, note_delay_s=330.0) as s:
        await s.says("whatsapp")
        await s.passes(25 * HOUR_S)
        chat = await s.chat()
        s.plays(lambda w: w.teammate_reply(chat.id, COLLEAGUE, "From the inbox."))
        await s.passes(270)
        s.plays(
            lambda w: w.intercom.reply(
                chat.id,
                {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": "<p>Ours.</p>"},
                w.reachline,
            )
        )
        await s.passes(90)
        view = await s.view()
        notes = [m for m in view.thread.messages if m.author.value == "bridge"]
        assert len(notes) == 1
        ours = next(m for m in view.thread.messages if m.entry.text == "Ours.")
        assert ours.notice is None or not ours.notice.is_matched
        assert view.workspace.relay_of(WHATSAPP) is Relay.UNPROVEN


async def test_a_notice_beats_our_arithmetic_until_the_customer_writes_on_the_channel(tmp_path):
    async with scene(tmp_path) as s:
        await s.says("whatsapp")
        chat = await s.chat()
        await s.passes(HOUR_S)
        assert promised(await s.next_reply()) == ["messenger", "whatsapp"]
        s.plays(lambda w: w.teammate_reply(chat.id, COLLEAGUE, "From the inbox."))
        s.plays(lambda w: w.notice(chat.id, "window", code=w.bridge_app.package_code))
        await s.passes(60)
        said = await s.next_reply()
        assert (promised(said), said.verdict) == (["messenger"], Verdict.WARN)
        assert WarningCode.WINDOW_CLOSED in said.warnings
        await s.says("messenger", "Still there?", conversation_id=chat.id)
        assert WarningCode.WINDOW_CLOSED in (await s.next_reply()).warnings, "words in the Messenger change nothing"
        await s.says("whatsapp", "Hello again")
        assert promised(await s.next_reply()) == ["messenger", "whatsapp"]


@pytest.mark.parametrize("language", ["es", "pt", "ar", "de", "fr"])
async def test_failures_are_recognised_in_other_languages(tmp_path, language):
    async with scene(tmp_path, notice_language=language, report_blocked=True) as s:
        await s.says("telegram")
        s.plays(lambda w: w.block(s.customer_id, "telegram"))
        chat = await s.chat()
        s.plays(lambda w: w.teammate_reply(chat.id, COLLEAGUE, "From the inbox."))
        await s.passes(10)
        reply = next(m for m in (await s.view()).thread.messages if m.entry.text == "From the inbox.")
        assert reply.notice is not None
        assert reply.notice.kind is NoticeKind.UNKNOWN_FAILURE
        said = await s.next_reply()
        assert (promised(said), said.warnings[0]) == (["messenger"], WarningCode.CHANNEL_REFUSED_LATELY)


@pytest.mark.parametrize("code", [None, "crm-app-9"])
async def test_a_note_of_another_app_or_person_marks_and_maps_nothing(tmp_path, code):
    async with scene(tmp_path, background=80) as s:
        rule = NoteRule("SLA: answer within 24 hours", Author("admin", COLLEAGUE), code, 1.0, "teammate")
        s.plays(lambda w: w.rules.notes.append(rule))
        await s.says("messenger", client="web")
        chat = await s.chat()
        s.plays(lambda w: w.teammate_reply(chat.id, AGENT, "One moment."))
        await s.passes(10)
        chat = await s.chat()
        assert chat.mapping is None
        assert [m.notice for m in chat.messages if m.entry.text == "One moment."] == [None]
        assert (await s.next_reply()).verdict is Verdict.CLEAR


async def test_blocked_by_notice_warns_until_it_is_solved_or_the_customer_writes(tmp_path):
    async with scene(tmp_path) as s:
        await s.says("telegram")
        chat = await s.chat()
        s.plays(lambda w: w.block(s.customer_id, "telegram"))
        s.plays(lambda w: w.teammate_reply(chat.id, COLLEAGUE, "From the inbox."))
        await s.passes(10)
        said = await s.next_reply()
        assert [r.channel for r in said.reaches] == [MESSENGER]
        assert said.warnings == (WarningCode.CHANNEL_REFUSED_LATELY,)
        [fact] = (await s.view()).thread.contrary
        assert await s.engine.command_handler.do(MarkSolved(fact.id)) == Done()
        assert (await s.next_reply()).warnings == ()
        assert await s.engine.command_handler.do(MarkSolved(fact.id, solved=False)) == Done()
        assert (await s.next_reply()).warnings == (WarningCode.CHANNEL_REFUSED_LATELY,)
        s.plays(lambda w: w.unblock(s.customer_id, "telegram"))
        await s.passes(60)
        await s.says("telegram", "Back again")
        assert (await s.next_reply()).warnings == ()


async def test_stop_in_a_text_message_warns_at_once(tmp_path):
    async with scene(tmp_path) as s:
        await s.says("sms")
        await s.passes(60)
        await s.says("sms", "STOP")
        said = await s.next_reply()
        assert ([r.channel for r in said.reaches], said.warnings) == (
            [MESSENGER],
            (WarningCode.CHANNEL_REFUSED_LATELY,),
        )
        await s.passes(60)
        await s.says("sms", "START")
        assert (await s.next_reply()).warnings == ()


async def test_a_slow_bridge_is_learnt_from_and_the_margin_follows(tmp_path):
    async with scene(tmp_path, bridge_delay_s=300.0) as s:
        await s.says("whatsapp")
        await s.passes(310)
        posted = (await s.chat()).window.opened_at
        await s.passes((posted + timedelta(hours=24, seconds=-200) - s.clock.now()).total_seconds())
        chat = await s.chat()
        assert chat.window.state(s.clock.now()) is WindowState.CLOSING, "nothing spoke against it yet"
        s.plays(lambda w: w.teammate_reply(chat.id, COLLEAGUE, "From the inbox."))
        await s.passes(10)
        assert (await s.next_reply()).warnings[0] is WarningCode.WINDOW_CLOSED

        await s.says("whatsapp", "Hello again")
        await s.passes(310)
        window = (await s.chat()).window
        true_end = window.opened_at + timedelta(hours=24, seconds=-300)
        learnt = (await s.view()).workspace.bridge_delay
        # Providers' seconds are whole, and the world's are not.
        assert timedelta(seconds=200) <= learnt <= timedelta(seconds=201)
        assert window.margin == learnt
        assert window.closes_at <= true_end + timedelta(seconds=100)


# --- tags and persons -------------------------------------------------------------------------------------------------


async def test_a_hand_tag_is_never_promised_and_nothing_of_it_stays(tmp_path):
    async with scene(tmp_path, background=80) as s:
        await s.says("messenger", client="web")
        chat = await s.chat()
        assert (await s.next_reply()).verdict is Verdict.CLEAR
        await s.passes(2 * HOUR_S)
        s.plays(lambda w: w.teammate_tag(chat.id, COLLEAGUE, "whatsapp"))
        await s.passes(20)
        assert promised(await s.next_reply()) == ["messenger"]
        s.plays(lambda w: w.teammate_untag(chat.id, COLLEAGUE, "whatsapp"))
        await s.passes(20)
        chat = await s.chat()
        assert chat.mapping is None
        assert promised(await s.next_reply()) == ["messenger"]


async def test_a_hand_tag_on_a_mobile_messenger_chat_is_doubted(tmp_path):
    async with scene(tmp_path, **NO_TRACE) as s:
        await s.says("messenger", client="ios")
        chat = await s.chat()
        await s.passes(2 * HOUR_S)
        s.plays(lambda w: w.teammate_tag(chat.id, COLLEAGUE, "whatsapp"))
        await s.passes(20)
        said = await s.next_reply()
        assert (promised(said), said.verdict) == (["messenger"], Verdict.WARN)
        assert WarningCode.MAPPING_UNKNOWN in said.warnings


async def test_a_persons_word_gives_origin_and_window_to_what_says_nothing_itself(tmp_path):
    async with scene(tmp_path, tags=False, **NO_TRACE) as s:
        await s.says("whatsapp")
        chat = await s.chat()
        assert WarningCode.MAPPING_UNKNOWN in (await s.next_reply()).warnings
        assert await s.engine.command_handler.do(PinMapping(chat.id, WHATSAPP)) == Done()
        [message] = (await s.chat()).messages
        assert (message.origin.channel, message.origin.confidence) == (WHATSAPP, 100)
        assert promised(await s.next_reply()) == ["messenger", "whatsapp"]
        assert await s.engine.command_handler.do(PinMapping(chat.id, WHATSAPP, forget=True)) == Done()
        assert WarningCode.MAPPING_UNKNOWN in (await s.next_reply()).warnings


async def test_a_persons_word_on_one_message_is_about_that_message(tmp_path):
    async with scene(tmp_path, tags=False, **NO_TRACE) as s:
        await s.says("whatsapp")
        chat = await s.chat()
        assert await s.engine.command_handler.do(SetMessageChannel(chat.id, f"source:{chat.id}", WHATSAPP)) == Done()
        [message] = (await s.chat()).messages
        assert (message.origin.channel, message.origin.confidence) == (WHATSAPP, 100)
        assert WarningCode.MAPPING_UNKNOWN in (await s.next_reply()).warnings, "the conversation is another question"


async def test_pinned_then_the_trap(tmp_path):
    async with scene(tmp_path, tags=False, **NO_TRACE) as s:
        await s.says("whatsapp")
        chat = await s.chat()
        await s.engine.command_handler.do(PinMapping(chat.id, WHATSAPP))
        await s.passes(30 * HOUR_S)
        await s.says("messenger", "Hello?", conversation_id=chat.id)
        said, chat = await s.next_reply(), await s.chat()
        assert chat.window.state(s.clock.now()) is WindowState.CLOSED
        assert chat.messages[-1].origin.channel is MESSENGER
        assert (promised(said), said.verdict) == (["messenger"], Verdict.WARN)
        assert WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in said.warnings


# --- days -------------------------------------------------------------------------------------------------------------


async def test_first_day_nothing_is_promised_and_nothing_is_silent(tmp_path):
    async with scene(tmp_path, code_known=False, tags=False, **NO_TRACE) as s:
        await s.says("whatsapp")
        await s.passes(30)
        await s.says("whatsapp", "Hello?")
        await s.passes(26 * HOUR_S)
        chat = await s.chat()
        said = await s.next_reply()
        assert chat.mapping is not None
        assert not chat.mapping.is_known
        assert (promised(said), said.verdict) == (["messenger"], Verdict.WARN)
        assert WarningCode.MAPPING_UNKNOWN in said.warnings


async def test_an_ordinary_day_is_calm(tmp_path):
    async with scene(tmp_path, background=120, code_known=False) as s:
        workspace = (await s.engine.queries.workspace()).workspace
        assert workspace.bridge_codes == {s.world.bridge_app.package_code}, "learnt from the first sync"
        assert workspace.tagging is Tagging.ESTABLISHED
        await s.says("whatsapp")
        said = await s.next_reply()
        assert (promised(said), said.verdict) == (["messenger", "whatsapp"], Verdict.CLEAR)
        await s.passes(600)
        await s.says("messenger", "And a question here", client="ios", new_conversation=True)
        await s.passes(150)
        chat = await s.chat(1)
        assert chat.mapping is None
        assert chat.unmapped is not None
        assert chat.unmapped.is_sure
        assert (await s.next_reply(1)).verdict is Verdict.CLEAR
        chat = await s.chat(0)
        assert await s.reply("d1", "It ships today.") == Done()
        await s.run_outbox()
        assert s.phone_texts("whatsapp") == [] or s.phone_texts("whatsapp") == ["It ships today."]


async def test_a_confirmed_channel_makes_days_without_tags_calm(tmp_path):
    async with scene(tmp_path, tags=False, **NO_TRACE) as s:
        await s.says("whatsapp")
        await s.passes(30)
        await s.says("whatsapp", "Hello?")
        assert (await s.next_reply()).verdict is Verdict.WARN, "nothing says which channel"
        assert await s.engine.command_handler.do(SetBridgeChannels(frozenset({WHATSAPP}))) == Done()
        said = await s.next_reply()
        assert (promised(said), said.verdict) == (["messenger", "whatsapp"], Verdict.CLEAR)
        assert await s.reply("d1", "It ships today.") == Done()
        await s.run_outbox()
        assert s.phone_texts("whatsapp") == ["It ships today."]


# --- files ------------------------------------------------------------------------------------------------------------

PNG_TALL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    + (300).to_bytes(4, "big")
    + (12_000).to_bytes(4, "big")
    + b"\x08\x02\x00\x00\x00"
    + bytes(64)
)


@pytest.mark.parametrize(
    ("channel", "name", "content_type", "data", "refused"),
    [
        ("whatsapp", "photo.jpg", "image/jpeg", bytes(4_900_000), False),
        ("whatsapp", "photo.jpg", "image/jpeg", bytes(6_000_000), True),
        ("whatsapp", "film.mp4", "video/mp4", bytes(17_000_000), True),
        ("whatsapp", "setup.exe", "", b"MZ", True),
        ("whatsapp", "wave.gif", "image/gif", b"GIF89a" + bytes(20), True),
        ("whatsapp", "list.csv", "text/csv", b"a,b", True),
        ("whatsapp", "photo.heic", "image/heic", bytes(100), True),
        ("whatsapp", "bill.pdf", "application/pdf", b"%PDF-1.4", False),
        ("telegram", "tall.png", "image/png", PNG_TALL, True),
        ("telegram", "list.csv", "text/csv", b"a,b", False),
    ],
)
async def test_files_that_the_channel_does_not_take_are_told_before_the_send(
    tmp_path, channel, name, content_type, data, refused
):
    async with scene(tmp_path) as s:
        await s.says(channel)
        view, chat = await s.view(), await s.chat()
        file = OutgoingFile(name, content_type, data)
        answer = await s.engine.command_handler.do(
            SendReply("d1", view.customer_id, chat.id, "Here", (file,), seen_upto=view.newest_arrival)
        )
        if refused:
            assert isinstance(answer, NeedsConsent)
            assert [w.code for w in answer.warned] == [WarningCode.ATTACHMENT_REFUSED]
        else:
            assert answer == Done()
