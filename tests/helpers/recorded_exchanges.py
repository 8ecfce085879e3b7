"""HTTP exchanges of all adapters with the sandbox, recorded once and replayed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.octopods.channel import OctopodsChannel
from desktop.channels.shared.exchange import Token
from desktop.channels.telegram.channel import TelegramChannel
from desktop.channels.twilio.channel import TwilioChannel
from desktop.channels.whatsapp.channel import Dialog360Channel, WhatsAppCloudChannel
from desktop.domain.content.template import Filled, SlotKind, fill, list_slots
from desktop.domain.model.facts import ChannelKind, Priority
from desktop.ports import Channel, ConversationReply, DirectMessage, DirectTemplate, OutgoingFile, StateChange
from desktop.sandbox.model.people import File
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world.sample_files import make_png
from desktop.system.clock import ServerClock

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
Call = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class RecordedAnswer:
    """An answer with method and path of its request."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class InstantClock(ServerClock):
    """Sleeps return at once and advance the clock."""

    def __init__(self) -> None:
        self._passed_s = 0.0
        super().__init__(lambda: time.time() + self._passed_s, lambda: time.monotonic() + self._passed_s)

    async def sleep(self, seconds: float) -> None:
        self._passed_s += seconds
        await asyncio.sleep(0)


class Adapters:
    """One adapter of every kind, connected to the sandbox."""

    def __init__(self, sandbox: Sandbox, clock: InstantClock) -> None:
        urls = sandbox.urls
        with sandbox.lock:
            lines = dict(sandbox.world.lines)

        def options(provider: str) -> dict[str, Any]:
            return {"base_url": urls[provider]["base_url"], "jitter": lambda: 0.5}

        graph, dialog360, twilio = urls["graph"], urls["dialog360"], urls["twilio"]
        telegram, octopods = urls["telegram"], urls["octopods"]
        sid, content = twilio["account_sid"], {"content_base_url": twilio["content_base_url"]}
        key = Token(twilio["auth_token"])
        self.gateway = IntercomGateway(
            urls["intercom"]["base_url"], Token(urls["intercom"]["token"]), clock, jitter=lambda: 0.5
        )
        self.cloud = WhatsAppCloudChannel(
            Token(graph["token"]), clock, graph["phone_number_id"], graph["waba_id"], **options("graph")
        )
        telegram_bot = TelegramChannel(Token(telegram["token"]), clock, **options("telegram"))
        number, sms = lines["whatsapp"].address, lines["sms"].address
        self.channels: dict[str, Channel] = {
            "whatsapp": self.cloud,
            "360dialog": Dialog360Channel(Token(dialog360["api_key"]), clock, number, **options("dialog360")),
            "twilio-whatsapp": TwilioChannel(
                key, clock, ChannelKind.WHATSAPP, sid, lines["whatsapp-2"].address, **content, **options("twilio")
            ),
            "twilio-sms": TwilioChannel(key, clock, ChannelKind.SMS, sid, sms, **content, **options("twilio")),
            "telegram": telegram_bot,
            "octopods-whatsapp": OctopodsChannel(
                Token(octopods["waba_key"]), clock, ChannelKind.WHATSAPP, number, **options("octopods")
            ),
            "octopods-sms": OctopodsChannel(
                Token(octopods["channel_key"]), clock, ChannelKind.SMS, sms, **options("octopods")
            ),
        }

    def reset(self) -> None:
        """Reset what adapters learnt from answers, so that each call is like the first."""
        self.cloud._reports_status, self.cloud._empty_histories = True, 0

    async def aclose(self) -> None:
        await self.gateway.aclose()
        for channel in self.channels.values():
            await channel.aclose()


@dataclass
class Recording:
    """calls: by name. answered: answers of each call, in order."""

    adapters: Adapters
    calls: dict[str, Call]
    answered: dict[str, list[RecordedAnswer]]


class RecordingTransport:
    """Replaces httpx's transport. Records answers in `recorded`, or after `serve` replays the given ones.

    The last replayed answer is repeated. asked: all requests since `serve`.
    """

    def __init__(self) -> None:
        self._real = httpx.AsyncHTTPTransport.handle_async_request
        self.recorded: list[RecordedAnswer] = []
        self.asked: list[httpx.Request] = []
        self._serving: list[RecordedAnswer] | None = None

    def serve(self, answers: list[RecordedAnswer]) -> None:
        self._serving, self.asked = list(answers), []

    async def handle(self, transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self._serving is None:
            return await self._record(transport, request)
        answer = self._serving.pop(0) if len(self._serving) > 1 else self._serving[0]
        return httpx.Response(answer.status, headers=dict(answer.headers), stream=_BytesStream(answer.body))

    async def _record(self, transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        response = await self._real(transport, request)
        body = b"".join([piece async for piece in response.aiter_raw()])
        await response.aclose()
        headers = {k: v for k, v in response.headers.items() if k.lower() in ("content-type", "location")}
        self.recorded.append(RecordedAnswer(request.method, request.url.path, response.status_code, headers, body))
        return httpx.Response(response.status_code, headers=response.headers, stream=_BytesStream(body))


class _BytesStream(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


async def record(sandbox: Sandbox, wire: RecordingTransport, clock: InstantClock) -> Recording:
    """Run every call of every adapter once."""
    sample = _prepare(sandbox)
    adapters = Adapters(sandbox, clock)
    sample["admin"] = (await adapters.gateway.account()).teammate.id
    found = Recording(adapters, _intercom(adapters.gateway, sample), {})
    for kind, channel in adapters.channels.items():
        found.calls |= await _direct(kind, channel, sample)
    for name, call in found.calls.items():
        adapters.reset()
        wire.recorded = []
        await call()
        found.answered[name] = list(wire.recorded)
    return found


def _prepare(sandbox: Sandbox) -> dict[str, Any]:
    """Add a customer who wrote on all channels and got replies. Returns ids and addresses for the calls."""
    with sandbox.lock:
        world = sandbox.world
        world.clock.run(0)
        world.settings.telegram_webhook = ""
        second = world.add_line("whatsapp", "+35315550101", tag="twilio_whatsapp")
        who = world.add_customer("Jennifer O'Kafor", phone="+353871234567", telegram_id=900_001, known_as="lead")
        file = File("parcel.png", "image/png", make_png(60, 40).data)
        for on, line in (("whatsapp", None), ("whatsapp", second), ("sms", None), ("telegram", None)):
            world.write(who, on, "Where is <my> parcel & bill? 😀", line=line)
            world.advance(30)
        for on, line in (("whatsapp", None), ("whatsapp", second), ("telegram", None)):
            world.write(who, on, "And this?", line=line, attachments=[file])
        world.write(who, "messenger", "Any news?", client="ios")
        world.advance(60)
        conversation_ids = world.conversation_ids(who)
        admin = next(iter(world.workspace.admins))
        for conversation_id in conversation_ids:
            world.teammate_reply(conversation_id, admin, "It is on its way.")
            world.teammate_note(conversation_id, admin, "Asked the carrier.")
            world.advance(30)
        world.teammate_close(conversation_ids[-1], admin, "Good bye")
        world.advance(60)
        return {
            "conversation": conversation_ids[0],
            "contact": world.contact_ids(who)[0],
            "phone": "+353871234567",
            "file": file,
        }


def _intercom(gateway: IntercomGateway, sample: dict[str, Any]) -> dict[str, Call]:
    conversation, contact, admin = sample["conversation"], sample["contact"], sample["admin"]
    return {
        "intercom account": gateway.account,
        "intercom teammates": gateway.teammates,
        "intercom teams": gateway.teams,
        "intercom tags": gateway.tags,
        "intercom macros": gateway.macros,
        "intercom permissions": gateway.permissions,
        "intercom changed_since": lambda: gateway.changed_since(LONG_AGO),
        "intercom conversations_of": lambda: gateway.conversations_of([contact]),
        "intercom conversation": lambda: gateway.conversation(conversation),
        "intercom contact": lambda: gateway.contact(contact),
        "intercom contacts_with": lambda: gateway.contacts_with(phones=[sample["phone"]]),
        "intercom change": lambda: gateway.change(conversation, StateChange.OPEN, admin),
        "intercom create_tag": lambda: gateway.create_tag("Refund"),
        "intercom set_priority": lambda: gateway.set_priority(conversation, Priority.HIGH, admin),
        "intercom send": lambda: gateway.send(ConversationReply("d-1", conversation, "Still there?", admin)),
    }


async def _direct(kind: str, channel: Channel, sample: dict[str, Any]) -> dict[str, Call]:
    to = "900001" if kind == "telegram" else sample["phone"]
    text = DirectMessage("d-1", to, "Still there?")
    calls: dict[str, Call] = {
        "check": channel.check,
        "templates": channel.templates,
        "send_text": lambda: channel.send_text(text),
        "look_up_sent": lambda: channel.look_up_sent(text, LONG_AGO, ()),
        "messages": lambda: channel.messages(LONG_AGO),
    }
    if channel.capabilities.max_file_bytes:
        file = OutgoingFile("parcel.png", "image/png", sample["file"].data)
        calls["send_file"] = lambda: channel.send_text(replace(text, file=file))
    template = next((t for t in await channel.templates() if t.name == "still_there"), None)
    if template is not None:
        filled: Filled = fill(template, {s.key: "A-77" for s in list_slots(template) if s.kind is not SlotKind.MEDIA})
        out = DirectTemplate("d-2", to, filled)
        calls["send_template"] = lambda: channel.send_template(out)
        calls["look_up_template"] = lambda: channel.look_up_sent(out, LONG_AGO, ())
    sent = await channel.send_text(text) if kind != "octopods-whatsapp" else await calls["send_template"]()
    entry_id = getattr(sent, "entry_id", "")
    calls["status"] = lambda: channel.status(entry_id)
    return {f"{kind} {name}": call for name, call in calls.items()}
