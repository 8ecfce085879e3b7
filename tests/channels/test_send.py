"""Sending: one of four answers for everything that can happen, and never a second request."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import suppress

import pytest

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared import http
from desktop.channels.shared.exchange import Token
from desktop.domain.model.facts import EntryKind
from desktop.ports import Accepted, ConversationReply, NotSent, OutcomeUnknown, OutgoingFile, ProviderErrorKind, Refused
from desktop.sandbox.model.settings import Fault
from desktop.text.reasons.describe import describe

AGENT = "7001"
PNG = OutgoingFile("label.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(16))


def reply(text="Hello, it left our hub.", conversation="215471234500001", **more) -> ConversationReply:
    return ConversationReply("draft-1", conversation, AGENT, text, **more)


@pytest.fixture
def chat(sandbox):
    """A WhatsApp conversation in the sandbox: its id."""
    with sandbox.lock:
        jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567", known_as="user")
        sandbox.world.write(jennifer, "whatsapp", "Where is my parcel?")
        return sandbox.world.write(jennifer, "whatsapp", "Hello?")


def texts(sandbox, conversation_id) -> list[str]:
    with sandbox.lock:
        return [p["body"] for p in sandbox.world.intercom.parts(conversation_id) if p["author"]["id"] == AGENT]


async def test_accepted_names_the_new_entry(live, sandbox, chat):
    text = "Hi Jennifer,\n<b>not bold</b> & co.\n\nBest regards"
    outcome = await live.send(reply(text, chat))
    assert isinstance(outcome, Accepted)
    [entry] = [e for e in outcome.conversation.entries if e.id == outcome.entry_id]
    assert (entry.text, entry.kind, entry.author_id) == (text, EntryKind.MESSAGE, AGENT)
    assert texts(sandbox, chat) == ["<p>Hi Jennifer,<br>&lt;b&gt;not bold&lt;/b&gt; &amp; co.</p><p>Best regards</p>"]


async def test_the_same_words_again_are_the_newer_entry(live, chat):
    first, second = await live.send(reply("Hello", chat)), await live.send(reply("Hello", chat))
    assert first.entry_id != second.entry_id
    assert [e.id for e in second.conversation.entries if e.text == "Hello"] == [first.entry_id, second.entry_id]


async def test_a_note_stays_internal(live, chat):
    outcome = await live.send(reply("For the team", chat, internal=True))
    [entry] = [e for e in outcome.conversation.entries if e.id == outcome.entry_id]
    assert (entry.kind, entry.text) == (EntryKind.NOTE, "For the team")


@pytest.mark.parametrize("text", ["See the label", ""])
async def test_files_go_along(live, chat, text):
    outcome = await live.send(reply(text, chat, files=(PNG,)))
    [entry] = [e for e in outcome.conversation.entries if e.id == outcome.entry_id]
    assert [(a.name, a.content_type, a.size_bytes) for a in entry.attachments] == [("label.png", "image/png", 24)]


async def test_files_travel_as_base64_and_without_words_without_a_body(provider, gateway, answers):
    provider.answers(200, answers.conversation())
    await gateway.send(reply("", files=(PNG,)))
    line, _, body = provider.requests[0]
    sent = json.loads(body)
    assert line == "POST /conversations/215471234500001/reply HTTP/1.1"
    assert "body" not in sent
    assert base64.b64decode(sent["attachment_files"][0]["data"]) == PNG.data


async def test_an_answer_without_our_entry_is_still_accepted(provider, gateway, answers):
    provider.answers(200, answers.conversation(answers.part(1, "<p>Something else</p>", by="admin")))
    outcome = await gateway.send(reply())
    assert isinstance(outcome, Accepted)
    assert outcome.entry_id == ""


async def test_an_older_message_with_the_same_words_is_not_taken_for_ours(provider, gateway, answers):
    provider.answers(200, answers.conversation(answers.part(1, "<p>Hello</p>", by="admin", created_at=1_600_000_000)))
    assert (await gateway.send(reply("Hello"))).entry_id == ""


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, ProviderErrorKind.REJECTED),
        (401, ProviderErrorKind.SIGNED_OUT),
        (403, ProviderErrorKind.FORBIDDEN),
        (404, ProviderErrorKind.GONE),
        (413, ProviderErrorKind.TOO_LARGE),
        (422, ProviderErrorKind.REJECTED),
    ],
)
async def test_a_refusal_is_an_outcome_with_its_kind_and_is_not_repeated(provider, gateway, status, trouble):
    provider.fails(status, "Body is required")
    outcome = await gateway.send(reply())
    assert isinstance(outcome, Refused)
    assert outcome.kind is trouble
    assert describe(outcome.reason).endswith(".")
    assert len(provider.requests) == 1


async def test_refused_by_the_sandbox(live, sandbox):
    outcome = await live.send(reply(conversation="215471234599999"))
    assert isinstance(outcome, Refused)
    assert outcome.kind is ProviderErrorKind.GONE


async def test_not_sent_when_throttled(provider, gateway):
    provider.fails(429, "Slow down", headers={"Retry-After": "7"})
    outcome = await gateway.send(reply())
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s == pytest.approx(8)
    assert len(provider.requests) == 1


async def test_not_sent_when_the_brake_on_replies_bites(live, sandbox, chat):
    with sandbox.lock:
        sandbox.world.settings.replies_per_conversation_per_10s = 1
    assert isinstance(await live.send(reply("One", chat)), Accepted)
    outcome = await live.send(reply("Two", chat))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s == 15
    assert texts(sandbox, chat) == ["<p>One</p>"]


async def test_not_sent_when_nobody_is_there(unreachable):
    gateway = unreachable()
    assert isinstance(await gateway.send(reply()), NotSent)
    await gateway.aclose()


@pytest.mark.parametrize(("action", "arrived"), [("drop_before", 0), ("drop_after", 1), ("truncate", 1), ("status", 0)])
async def test_unknown_when_the_answer_is_lost(live, sandbox, chat, action, arrived):
    with sandbox.lock:
        sandbox.world.settings.fail_next.append(Fault("POST", "/reply", action, status=502, html=True))
    assert isinstance(await live.send(reply(conversation=chat)), OutcomeUnknown)
    assert len(texts(sandbox, chat)) == arrived


@pytest.mark.parametrize("status", [302, 408, 500, 504])
async def test_unknown_for_what_settles_nothing(provider, gateway, status):
    provider.fails(status, "?")
    assert await gateway.send(reply()) == OutcomeUnknown(f"HTTP {status}")
    assert len(provider.requests) == 1


async def test_unknown_when_the_provider_stays_silent(provider, impatient):
    provider.stays_silent()
    assert await impatient.send(reply()) == OutcomeUnknown("ReadTimeout")
    assert len(provider.requests) == 1


@pytest.mark.parametrize("failure", ["hangs_up", "talks_nonsense"])
async def test_unknown_when_there_is_no_answer(provider, gateway, failure):
    getattr(provider, failure)()
    outcome = await gateway.send(reply("Secret words"))
    assert isinstance(outcome, OutcomeUnknown)
    assert "Secret" not in outcome.detail
    assert len(provider.requests) == 1


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]", b'{"type": "conversation"}', b'{"id": "1"'])
async def test_unknown_when_a_good_answer_cannot_be_read(provider, gateway, body):
    provider.answers(200, body)
    assert isinstance(await gateway.send(reply()), OutcomeUnknown)


async def test_unknown_when_the_answer_is_endless(provider, gateway, monkeypatch):
    monkeypatch.setattr(http, "MAX_RESPONSE_BYTES", 1000)
    provider.answers(200, {"id": "x" * 2000})
    assert await gateway.send(reply()) == OutcomeUnknown("AnswerTooLarge")


# --- a request that is followed on its way out ---


class StallingServer:
    """Reads the beginning of a request and then nothing more, until the connection ends."""

    def __init__(self, read_bytes: int) -> None:
        self._read_bytes = read_bytes
        self.received = b""
        self.has_stalled, self.go_on, self.has_ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.received += await reader.readexactly(self._read_bytes)
        self.has_stalled.set()
        await self.go_on.wait()
        with suppress(ConnectionError):
            while piece := await reader.read(1 << 20):
                self.received += piece
        writer.close()
        self.has_ended.set()


class RecordedUpload:
    def __init__(self) -> None:
        self.total_bytes, self.taken = 0, []

    def begin(self, total_bytes, stop) -> None:
        self.total_bytes, self.stop = total_bytes, stop

    def take(self, upto_bytes: int) -> bool:
        self.taken.append(upto_bytes)
        return True


async def test_an_upload_stopped_on_a_line_that_takes_nothing_ends_at_once_and_is_incomplete(clock):
    """The rest of the body never leaves, so there is no JSON that anybody could have read."""
    server = StallingServer(200_000)
    serving = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = serving.sockets[0].getsockname()[1]
    gateway, upload = IntercomGateway(f"http://127.0.0.1:{port}", Token("secret"), clock), RecordedUpload()
    film = OutgoingFile("film.mp4", "video/mp4", bytes(15_000_000))
    sending = asyncio.create_task(gateway.send(reply(files=(film,)), upload))
    await server.has_stalled.wait()
    assert upload.taken[-1] < upload.total_bytes
    upload.stop()
    outcome = await sending
    server.go_on.set()
    await server.has_ended.wait()
    head, _, body = server.received.partition(b"\r\n\r\n")
    assert isinstance(outcome, NotSent)
    assert f"Content-Length: {upload.total_bytes}".encode() in head
    assert len(body) < upload.total_bytes
    await gateway.aclose()
    serving.close()
    await serving.wait_closed()


async def test_an_upload_that_goes_on_is_the_same_request_and_is_counted_to_its_end(provider, gateway, answers):
    provider.answers(200, answers.conversation())
    upload = RecordedUpload()
    photo = OutgoingFile("photo.jpg", "image/jpeg", bytes(100_000))
    await gateway.send(reply(files=(photo,)), upload)
    [(line, headers, body)] = provider.requests
    assert line.startswith("POST /conversations/")
    assert json.loads(body)["attachment_files"][0]["data"] == base64.b64encode(photo.data).decode()
    assert upload.total_bytes == len(body) == int(headers["content-length"])
    assert upload.taken == [http.PIECE_BYTES, 2 * http.PIECE_BYTES, len(body)]


async def test_an_upload_that_is_refused_a_piece_was_not_sent(provider, gateway, answers):
    provider.answers(200, answers.conversation())
    upload = RecordedUpload()
    upload.take = lambda upto_bytes: upto_bytes <= http.PIECE_BYTES
    outcome = await gateway.send(reply(files=(OutgoingFile("photo.jpg", "image/jpeg", bytes(100_000)),)), upload)
    assert isinstance(outcome, NotSent)
    assert provider.requests == []
