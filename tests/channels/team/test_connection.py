"""Connecting, being refused, and the ways in which a connection ends."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from broker import AGENTS, Broker, Workspace, make_certificates, opened
from listening_desk import PATIENCE_S, ListeningDesk
from nats.aio.msg import Msg

from desktop.channels.team import connection
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.nkeys import NKey, new_seed
from desktop.channels.team.sealed import new_key
from desktop.channels.team.subscriptions import Subscriptions
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.team import FeedBatch, Presence, PresenceState

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GREETING = {"server_id": "x", "version": "2.9.10", "max_payload": 1_048_576, "auth_required": True, "nonce": "n"}


def invitation_to(port: int, *, host: str = "localhost", ca: str | None = None) -> Invitation:
    ca = make_certificates().ca if ca is None else ca
    return Invitation((f"tls://{host}:{port}",), "w1", "anna", new_seed(), new_key(), ca)


async def refusal(invitation: Invitation) -> tuple[str, str, str]:
    """Kind, reason, and the host that it names."""
    desk = ListeningDesk(invitation)
    desk.begin()
    error = await desk.until_ended()
    return error.kind, error.reason.code, dict(error.reason.params).get("provider", "")


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[int]:
    """A server on loopback that is no broker; its port."""
    writers: list[asyncio.StreamWriter] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await serve(reader, writer)

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await server.wait_closed()


def greeting(**more: object) -> bytes:
    return b"INFO " + json.dumps(GREETING | more).encode() + b"\r\n"


# --- refused ----------------------------------------------------------------------------------------------------------


async def test_who_was_never_invited_is_signed_out(workspace: Workspace) -> None:
    stranger = msgspec.structs.replace(workspace.invitation("anna"), seed=new_seed())
    assert await refusal(stranger) == (ProviderErrorKind.SIGNED_OUT, "team_revoked", "localhost")


@pytest.mark.posix("the broker reads its configuration again by a signal")
async def test_an_agent_that_is_revoked_hears_nothing_from_then_on(own_workspace: Workspace) -> None:
    invitation = own_workspace.invitation("anna")
    desk, other = ListeningDesk(invitation), ListeningDesk(own_workspace.invitation("ben"))
    async with desk, other:
        own_workspace.broker.revoke("own", "anna")
        # Some versions of the broker say why at once, others when the desktop connects again.
        await desk.until_ended()
        await own_workspace.tell(1)
        await other.until(lambda: other.numbers == [1])
        assert desk.numbers == []
    assert (await refusal(invitation))[:2] == (ProviderErrorKind.SIGNED_OUT, "team_revoked")


async def test_an_agent_of_another_workspace_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STEP_TIMEOUT_S", 0.2)
    elsewhere = msgspec.structs.replace(workspace.invitation("anna"), workspace_id="elsewhere")
    assert (await refusal(elsewhere))[:2] == (ProviderErrorKind.FORBIDDEN, "team_refuses")


async def test_a_refusal_later_on_ends_nothing(own_workspace: Workspace) -> None:
    """A newer desktop may say what an older configuration of the broker does not know."""
    async with ListeningDesk(own_workspace.invitation("anna")) as anna:
        assert anna.feed._connection is not None
        for _ in range(30):
            await anna.feed._connection.publish("rl.own.desk.anna.of_a_later_version", b"")
        await own_workspace.tell(1)
        await anna.until(lambda: anna.numbers == [1])
        own_workspace.broker.kill()
        error = await anna.until_ended()
        assert (error.kind, error.reason.code) == (ProviderErrorKind.OFFLINE, "connection_broke")


async def test_a_certificate_of_an_unknown_authority_is_not_trusted(workspace: Workspace) -> None:
    invitation = workspace.invitation("anna", ca="")
    assert await refusal(invitation) == (ProviderErrorKind.OFFLINE, "untrusted_certificate", "localhost")


async def test_a_certificate_for_another_host_is_not_trusted(workspace: Workspace) -> None:
    invitation = workspace.invitation("anna")
    other = msgspec.structs.replace(invitation, servers=(f"tls://127.1:{workspace.broker.port}",))
    assert (await refusal(other))[:2] == (ProviderErrorKind.OFFLINE, "untrusted_certificate")


# --- nobody there, or somebody else -----------------------------------------------------------------------------------


async def test_a_broker_that_is_not_there(unused_port: int) -> None:
    assert await refusal(invitation_to(unused_port)) == (ProviderErrorKind.OFFLINE, "offline", "localhost")


async def test_one_server_of_several_is_enough(workspace: Workspace, unused_port: int) -> None:
    invitation = workspace.invitation("anna")
    invitation = msgspec.structs.replace(
        invitation, servers=(f"tls://localhost:{unused_port}", *invitation.servers, "wss://localhost:1")
    )
    async with ListeningDesk(invitation) as anna:
        assert anna.batches


async def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pass

    monkeypatch.setattr(connection, "STEP_TIMEOUT_S", 0.1)
    async with serving(say_nothing) as port:
        assert (await refusal(invitation_to(port)))[:2] == (ProviderErrorKind.TIMED_OUT, "timed_out")


async def test_a_page_in_the_brokers_place() -> None:
    async def show_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Sign in</html>")
        await writer.drain()

    async with serving(show_page) as port:
        assert (await refusal(invitation_to(port)))[:2] == (ProviderErrorKind.OFFLINE, "connection_intercepted")


async def test_a_server_without_tls_hears_nothing() -> None:
    heard = bytearray()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting())
        heard.extend(await reader.read())

    async with serving(greet) as port:
        assert (await refusal(invitation_to(port)))[:2] == (ProviderErrorKind.OFFLINE, "connection_intercepted")
    assert heard == b""


async def test_what_is_slipped_in_before_tls_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificates = make_certificates()
    (tmp_path / "certificate.pem").write_text(certificates.certificate)
    (tmp_path / "key.pem").write_text(certificates.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    encrypted: list[bytes] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting(tls_required=True) + b"-ERR 'Authorization Violation'\r\n")
        await writer.start_tls(context)
        encrypted.append(await reader.readline())

    monkeypatch.setattr(connection, "STEP_TIMEOUT_S", 0.3)
    async with serving(greet) as port:
        assert (await refusal(invitation_to(port)))[:2] == (ProviderErrorKind.TIMED_OUT, "timed_out")
    assert [line.split(b" ")[0] for line in encrypted] == [b"CONNECT"]


async def test_nothing_stays_open_when_the_connect_is_given_up() -> None:
    ended = asyncio.Event()
    arrived = asyncio.Event()

    async def wait_for_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read()
        ended.set()

    async with serving(wait_for_the_end) as port:
        desk = ListeningDesk(invitation_to(port))
        desk.begin()
        await arrived.wait()
        await desk.end()
        async with asyncio.timeout(10):
            await ended.wait()


# --- the end of a connection ------------------------------------------------------------------------------------------


async def test_nothing_is_lost_when_the_broker_is_killed(own_broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(own_broker, "own") as workspace:
        first = workspace
        invitation = workspace.invitation("anna")
        desk = ListeningDesk(invitation)
        async with desk:
            for number in range(20):
                await workspace.tell(number)
            await desk.until(lambda: len(desk.numbers) == 20)
            own_broker.kill()
            error = await desk.until_ended()
            assert (error.kind, error.reason.code) == (ProviderErrorKind.OFFLINE, "connection_broke")
    assert (await refusal(invitation))[:2] == (ProviderErrorKind.OFFLINE, "offline")
    own_broker.start()
    async with opened(own_broker, "own", is_new=False) as workspace:
        workspace.take_keys(first)
        await workspace.tell(20)
        async with desk:
            assert desk.numbers == [*range(21)]
            assert not any(batch.has_gap for batch in desk.batches)
            await workspace.tell(21)
            await desk.until(lambda: desk.numbers == [*range(22)])
    # asyncio would warn of the end of each connection with TLS, and the library of each that breaks.
    assert caplog.records == []


async def test_every_fact_is_heard_when_the_broker_is_killed_while_it_is_told(own_broker: Broker) -> None:
    """The hub tells again what was not acknowledged, in another order than before."""
    async with opened(own_broker, "own") as workspace:
        first, desk = workspace, ListeningDesk(workspace.invitation("anna"))
        async with desk:
            telling = {number: asyncio.create_task(workspace.tell(number)) for number in range(300)}
            await desk.until(lambda: len(desk.numbers) > 50)
            own_broker.kill()
            await desk.until_ended()
            for task in telling.values():
                task.cancel()
            acknowledged = await asyncio.gather(*telling.values(), return_exceptions=True)
    untold = [n for n, sequence in zip(telling, acknowledged, strict=True) if not isinstance(sequence, int)]
    own_broker.start()
    async with opened(own_broker, "own", is_new=False) as workspace:
        workspace.take_keys(first)
        await workspace.tell(1_000)
        for number in reversed(untold):
            await workspace.tell(number)
        async with desk:
            await desk.until(lambda: {*desk.numbers} == {*range(300), 1_000})


async def test_an_end_is_noticed_though_what_is_left_to_say_cannot_be_sent(
    own_broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(own_broker, own_broker.next_workspace()) as workspace:
        invitation = workspace.invitation("anna")
        connected = await connection.connect(invitation, NKey(invitation.seed))
        ended = asyncio.Event()
        connected.on_end(ended.set)

        async def cannot() -> None:
            raise ConnectionResetError

        monkeypatch.setattr(connected.client._transport, "drain", cannot)
        connected.client._pending, connected.client._pending_data_size = [b"PING\r\n"], 6
        own_broker.kill()
        async with asyncio.timeout(PATIENCE_S):
            await ended.wait()
        await connected.close()


@pytest.mark.posix("the broker is halted by a signal")
async def test_a_broker_that_falls_silent(own_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PING_EVERY_S", 0.1)
    async with ListeningDesk(own_workspace.invitation("anna")) as anna:
        own_workspace.broker.pause()
        error = await anna.until_ended()
        assert (error.kind, error.reason.code) == (ProviderErrorKind.TIMED_OUT, "timed_out")
        await anna.feed.publish_presence("1", PresenceState.LOOKING, "", "")


@pytest.mark.posix("the broker is halted by a signal")
async def test_a_question_is_not_waited_for_when_the_connection_ends(own_workspace: Workspace) -> None:
    open_one = await connection.connect(own_workspace.invitation("anna"), NKey(own_workspace.invitation("anna").seed))
    own_workspace.broker.pause()
    asking = asyncio.create_task(open_one.ask(open_one.request("$JS.API.STREAM.INFO.RL_own")))
    await asyncio.sleep(0)
    own_workspace.broker.kill()
    with pytest.raises(ProviderError) as caught:
        await asking
    assert caught.value.kind is ProviderErrorKind.OFFLINE
    assert not open_one.is_open
    # What is said into a connection that has ended is lost.
    await open_one.publish("rl.own.desk.anna.alive", b"")
    for subscribing in (open_one.subscribe("x", ignore), open_one.subscribe_directly("x", lambda data, headers: None)):
        with pytest.raises(ProviderError):
            await subscribing
    subscriptions = Subscriptions(open_one, "own")
    with pytest.raises(ProviderError):
        await subscriptions.watch({"1"})
    await open_one.close()


async def ignore(message: Msg) -> None:
    pass


# --- many -------------------------------------------------------------------------------------------------------------


async def test_many_desktops_need_no_threads_and_hear_the_same(workspace: Workspace) -> None:
    threads = threading.active_count()
    desks = [ListeningDesk(workspace.invitation(AGENTS[number % len(AGENTS)])) for number in range(60)]
    await asyncio.gather(*(desk.__aenter__() for desk in desks))
    # The loop's own few, which look up names.
    assert threading.active_count() <= threads + 8
    for number in range(10):
        await workspace.tell(number)
    await asyncio.gather(*(desk.until(lambda d=desk: len(d.numbers) == 10) for desk in desks))
    assert all(desk.numbers == [*range(10)] for desk in desks)
    await asyncio.gather(*(desk.end() for desk in desks))
    assert not any(desk.of(Presence) for desk in desks)
    assert all(isinstance(desk.events[0], FeedBatch) for desk in desks)
