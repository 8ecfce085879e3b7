"""What stands between this computer and a provider ends in a sentence with a next step: over real sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from desktop.app.connect import PROBE_TIMEOUT_S, Hosts, LiveConnector
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.ports import ChannelConfig, ProviderErrorKind
from desktop.sandbox.server import Sandbox
from desktop.system.clock import ServerClock
from desktop.system.profile import JsonProfileBook
from desktop.system.secrets import MemorySecrets
from desktop.text.reasons.describe import describe

pytestmark = pytest.mark.slow

SECRET = "c2VjcmV0LW9mLWplbm5pZmVy"
BOT = f"110201543:{SECRET}{SECRET[:11]}"
IMPATIENT_S = 0.3


class NoPauses(ServerClock):
    """Pauses between two tries pass at once."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture
def accounts_on(tmp_path: Path) -> Callable[..., Accounts]:
    def make(hosts: Hosts, read_timeout_s: float = 5.0) -> Accounts:
        connector = LiveConnector(hosts, NoPauses(), read_timeout_s)
        return Accounts(JsonProfileBook(tmp_path), MemorySecrets(), connector)

    return make


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as sandbox:
        yield sandbox


def only(base_url: str) -> Hosts:
    """Every provider at one address."""
    return Hosts({"US": base_url}, base_url, base_url, base_url, base_url, base_url, base_url)


def closed_port() -> str:
    """Was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


@asynccontextmanager
async def serving(answer: bytes | None, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that gives everybody the same bytes once asked; None: never answers."""
    writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        try:
            await reader.read(1)
            if answer is not None:
                writer.write(answer)
                writer.close()
        except OSError:
            pass

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await server.wait_closed()


async def refused_both_ways(accounts: Accounts) -> list[Refusal]:
    """Intercom's and a channel's refusal; that no token is in them is part of every test."""
    telegram = ChannelConfig(Provider.TELEGRAM, ChannelKind.TELEGRAM, "")
    answers = [await accounts.try_intercom(SECRET), await accounts.try_channel(telegram, BOT)]
    for answer in answers:
        assert isinstance(answer, Refusal)
        assert SECRET not in describe(answer.reason)
    return [a for a in answers if isinstance(a, Refusal)]


def through(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """As a person sets a proxy for everything."""
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://{proxy}")


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


# --- no network ------------------------------------------------------------------------------------------------------


async def test_a_closed_port_is_offline(accounts_on):
    for refused in await refused_both_ways(accounts_on(only(f"http://{closed_port()}"))):
        assert refused.kind is ProviderErrorKind.OFFLINE
        assert describe(refused.reason).endswith("Check your network connection.")


async def test_a_network_that_is_too_slow(accounts_on):
    async with serving(None) as silent:
        for refused in await refused_both_ways(accounts_on(only(f"http://{silent}"), IMPATIENT_S)):
            assert refused.kind is ProviderErrorKind.TIMED_OUT
            assert "didn't respond in time. Try again" in describe(refused.reason)


async def test_a_connection_that_breaks_off(accounts_on):
    async with serving(b"") as gone:
        for refused in await refused_both_ways(accounts_on(only(f"http://{gone}"))):
            assert refused.kind is ProviderErrorKind.OFFLINE
            assert "broke. Try again." in describe(refused.reason)


# --- certificates ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Company inspection")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_certificate_that_nobody_vouches_for(accounts_on, self_signed):
    async with serving(b"", self_signed) as inspected:
        for refused in await refused_both_ways(accounts_on(only(f"https://{inspected}"))):
            assert refused.kind is ProviderErrorKind.OFFLINE
            assert "doesn't trust the certificate" in describe(refused.reason)
            assert "ask your IT department to install the certificate of your company's proxy" in describe(
                refused.reason
            )
            assert "Check this computer's date and time" in describe(refused.reason)


async def test_something_else_answers_in_its_place(accounts_on):
    async with serving(b"HTTP/1.1 302 Found\r\nLocation: http://hotel.example/\r\n\r\n") as hotel:
        for refused in await refused_both_ways(accounts_on(only(f"https://{hotel}"))):
            assert refused.kind is ProviderErrorKind.OFFLINE
            assert "open any page in a browser and sign in" in describe(refused.reason)


# --- proxies ---------------------------------------------------------------------------------------------------------


async def test_a_proxy_that_wants_a_sign_in(accounts_on, monkeypatch):
    challenge = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with serving(challenge) as proxy:
        through(monkeypatch, proxy)
        for refused in await refused_both_ways(accounts_on(Hosts.real())):
            assert refused.kind is ProviderErrorKind.OFFLINE
            assert "needs a sign-in" in describe(refused.reason)
            assert "(407)" in describe(refused.reason)
            assert "this computer's proxy settings" in describe(refused.reason)


async def test_a_proxy_that_forbids_it(accounts_on, monkeypatch):
    async with serving(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as proxy:
        through(monkeypatch, proxy)
        intercom, telegram = await refused_both_ways(accounts_on(Hosts.real()))
        assert "doesn't let Reachline reach Intercom (403)" in describe(intercom.reason)
        assert "ask your IT department to allow Telegram" in describe(telegram.reason)


async def test_a_proxy_that_is_not_there(accounts_on, monkeypatch):
    through(monkeypatch, closed_port())
    for refused in await refused_both_ways(accounts_on(Hosts.real())):
        assert refused.kind is ProviderErrorKind.OFFLINE
        assert "the proxy set on this computer doesn't respond" in describe(refused.reason)


async def test_the_sandbox_is_never_behind_a_proxy(accounts_on, monkeypatch, sandbox):
    through(monkeypatch, closed_port())
    monkeypatch.setenv("HTTP_PROXY", f"http://{closed_port()}")
    accounts = accounts_on(Hosts.of_sandbox(sandbox.urls))
    assert isinstance(await accounts.try_intercom(sandbox.urls["intercom"]["token"]), TriedIntercom)


# --- regions ---------------------------------------------------------------------------------------------------------


def regions(sandbox: Sandbox, **urls: str) -> Hosts:
    return replace(Hosts.of_sandbox(sandbox.urls), intercom=urls)


@asynccontextmanager
async def strangers() -> AsyncIterator[str]:
    """A region that does not know the token."""
    body = b'{"type":"error.list","errors":[{"code":"unauthorized","message":"Access Token Invalid"}]}'
    head = f"HTTP/1.1 401 Unauthorized\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    async with serving(head.encode() + body) as address:
        yield f"http://{address}"


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_token_is_found_in_whatever_region_knows_it(accounts_on, sandbox, place):
    async with strangers() as other:
        # The sandbox calls itself US, so its region must bear another name to be missed there.
        urls = dict.fromkeys(("EU", "AU", "CA"), other) | {
            ("EU", "AU", "CA")[place]: sandbox.urls["intercom"]["base_url"]
        }
        tried = await accounts_on(regions(sandbox, **urls)).try_intercom(sandbox.urls["intercom"]["token"])
    assert isinstance(tried, TriedIntercom)
    assert tried.account.workspace_name == "Harbour Parcels"


async def test_a_region_that_cannot_be_reached_does_not_hide_the_one_that_knows_the_token(accounts_on, sandbox):
    urls = {"AU": f"http://{closed_port()}", "EU": sandbox.urls["intercom"]["base_url"]}
    tried = await accounts_on(regions(sandbox, **urls)).try_intercom(sandbox.urls["intercom"]["token"])
    assert isinstance(tried, TriedIntercom)


async def test_a_region_that_keeps_silent_does_not_hold_up_the_one_that_answers(sandbox):
    async with serving(None) as silent:
        urls = {"US": f"http://{silent}", "EU": sandbox.urls["intercom"]["base_url"], "AU": f"http://{silent}"}
        connector = LiveConnector(regions(sandbox, **urls), NoPauses())
        # Sooner than anybody's patience with the silent ones ends.
        async with asyncio.timeout(PROBE_TIMEOUT_S - 1):
            gateway = await connector.gateway(sandbox.urls["intercom"]["token"])
        await gateway.aclose()


async def test_a_token_that_no_region_knows(accounts_on, sandbox):
    async with strangers() as other:
        refused = await accounts_on(regions(sandbox, US=other, EU=other)).try_intercom(SECRET)
    assert isinstance(refused, Refusal)
    assert refused.kind is ProviderErrorKind.SIGNED_OUT
    assert "in any of its regions (US, EU)" in describe(refused.reason)
    assert "Developer Hub > your app > Configure > Authentication" in describe(refused.reason)


async def test_a_region_that_could_not_be_asked_is_not_called_a_refusal(accounts_on, sandbox):
    async with strangers() as other:
        urls = {"US": other, "EU": f"http://{closed_port()}"}
        refused = await accounts_on(regions(sandbox, **urls)).try_intercom(SECRET)
    assert isinstance(refused, Refusal)
    assert refused.kind is ProviderErrorKind.OFFLINE
    assert describe(refused.reason).startswith("Intercom doesn't accept this token in US, and EU couldn't be checked.")
    assert describe(refused.reason).endswith("Check your network connection.")


async def test_a_region_that_knows_the_token_and_refuses_it_is_believed(accounts_on, sandbox):
    body = b'{"type":"error.list","errors":[{"code":"api_plan_restricted","message":"Active subscription needed"}]}'
    head = f"HTTP/1.1 403 Forbidden\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    async with strangers() as other, serving(head.encode() + body) as plan:
        urls: Mapping[str, str] = {"US": other, "EU": f"http://{plan}"}
        refused = await accounts_on(regions(sandbox, **urls)).try_intercom(SECRET)
    assert isinstance(refused, Refusal)
    assert refused.kind is ProviderErrorKind.FORBIDDEN
    assert "Active subscription needed" in describe(refused.reason)
