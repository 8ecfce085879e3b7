"""No credential of any adapter gets out: every way of failing, logs at DEBUG, a provider that quotes what it got."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.octopods.channel import OctopodsChannel
from desktop.channels.shared.exchange import Token
from desktop.channels.telegram.channel import TelegramChannel
from desktop.channels.twilio.channel import TwilioChannel
from desktop.channels.whatsapp.channel import Dialog360Channel, WhatsAppCloudChannel
from desktop.domain.content.template import Status, Template, fill
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ConversationReply, DirectMessage, DirectTemplate, OutgoingFile, StateChange

pytestmark = pytest.mark.slow

SECRET = "Zm9y+LWplbm5/pZmVyLW9ubHk="
HALF = "AAHZm9yLWplbm5pZmVyLW9ubHk"
BOT = f"42:{HALF}"
USER = "SK0123"
BARE = (SECRET, quote(SECRET, safe=""))


@dataclass(frozen=True)
class Adapter:
    """secrets: every form in which the credential travels. refuses: a refusal with a text, in the provider's shape."""

    name: str
    make: Callable[[str, Any, float], Any]
    secrets: tuple[str, ...]
    refuses: Callable[[str], Any]


def meta(said: str) -> Any:
    return {"error": {"message": said, "code": said, "fbtrace_id": said, "error_data": {"details": said}}}


def octopods(said: str) -> Any:
    return {"request_id": said, "error_code": said, "error": said}


ADAPTERS = [
    Adapter(
        "whatsapp",
        lambda url, clock, s: WhatsAppCloudChannel(Token(SECRET), clock, "106", "102", base_url=url, read_timeout_s=s),
        BARE,
        meta,
    ),
    Adapter(
        "360dialog",
        lambda url, clock, s: Dialog360Channel(Token(SECRET), clock, "+15550001111", base_url=url, read_timeout_s=s),
        BARE,
        lambda said: {"meta": {"success": False, "http_code": 400, "developer_message": said}},
    ),
    *(
        Adapter(
            f"twilio-{channel}",
            lambda url, clock, s, channel=channel: TwilioChannel(
                Token(SECRET), clock, channel, "AC01", "+15550001111", user=USER, base_url=url, content_base_url=url,
                read_timeout_s=s,
            ),
            (*BARE, b64encode(f"{USER}:{SECRET}".encode()).decode()),
            lambda said: {"code": said, "message": said, "detail": said, "status": 400},
        )
        for channel in (ChannelKind.WHATSAPP, ChannelKind.SMS)
    ),
    Adapter(
        "telegram",
        lambda url, clock, s: TelegramChannel(Token(BOT), clock, base_url=url, read_timeout_s=s),
        (BOT, quote(BOT, safe=""), HALF),
        lambda said: {"ok": False, "error_code": said, "description": f"Bad Request: {said}"},
    ),
    *(
        Adapter(
            f"octopods-{channel}",
            lambda url, clock, s, channel=channel: OctopodsChannel(
                Token(SECRET), clock, channel, "+15550001111", base_url=url, read_timeout_s=s
            ),
            BARE,
            octopods,
        )
        for channel in (ChannelKind.WHATSAPP, ChannelKind.SMS)
    ),
    Adapter(
        "intercom",
        lambda url, clock, s: IntercomGateway(url, Token(SECRET), clock, read_timeout_s=s),
        BARE,
        lambda said: {"type": "error.list", "request_id": said, "errors": [{"code": said, "message": said}]},
    ),
]  # fmt: skip


# --- the search ----------------------------------------------------------------------------------------------------

DEEPEST = 12
OF_LIBRARIES = (httpx.Request, httpx.Response, httpx.Headers, httpx.URL)


def written(thing: object, depth: int = 0) -> Iterator[str]:
    """Everything that could be read off something that got out: its texts, attributes, causes and traceback.

    Not what the frames of a traceback still hold: it is not written anywhere. Adapters are not walked: they have to
    hold the credential, and show it to nobody.
    """
    if depth > DEEPEST or thing is None:
        return
    within: list[object] = []
    if isinstance(thing, bytes):
        yield thing.decode("latin-1")
    elif isinstance(thing, dict):
        within = [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set):
        within = list(thing)
    else:
        yield str(thing)
        yield repr(thing)
    if isinstance(thing, BaseException):
        yield "".join(traceback.format_exception(thing))
        within = [thing.args, thing.__cause__, thing.__context__, vars(thing)]
    elif isinstance(thing, httpx.Headers):
        within = [thing.raw]
    elif isinstance(thing, OF_LIBRARIES) and hasattr(thing, "__dict__"):
        within = [vars(thing)]
    for one in within:
        yield from written(one, depth + 1)


def leaks(things: object, secrets: tuple[str, ...]) -> list[str]:
    return [text for text in written(things) for secret in secrets if secret in text]


class Everything(logging.Handler):
    """Keeps what is logged, as it is handed over and as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = record.exc_info[1] if record.exc_info else None
        self.heard.append((record.msg, record.args, record.getMessage(), trace, record.exc_text, record.stack_info))


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    handler, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.heard
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def loosen(heard) -> Iterator[Callable[[], None]]:
    """Undoes what the adapters do against the libraries' own logs, once they have been made."""
    libraries = ("httpx", "httpcore", "desktop", "asyncio")

    def all_of_them() -> None:
        for library in libraries:
            logging.getLogger(library).setLevel(logging.DEBUG)

    yield all_of_them
    for library in libraries:
        logging.getLogger(library).setLevel(logging.NOTSET)


# --- every way of failing ------------------------------------------------------------------------------------------

TEMPLATE = Template("594", "order_update", "en", "Hi!", Status.APPROVED)
FILE = OutgoingFile("a.png", "image/png", b"PNG")


def calls(adapter: Any, clock: Any) -> list[Callable[[], Awaitable[Any]]]:
    """Everything that an adapter can be asked."""
    since = clock.now() - timedelta(hours=1)
    if isinstance(adapter, IntercomGateway):
        return [
            adapter.account,
            adapter.teammates,
            adapter.macros,
            lambda: adapter.changed_since(since),
            lambda: adapter.conversation("1", background=False),
            lambda: adapter.contact("c1"),
            lambda: adapter.contacts_with(phones=["+353871234567"]),
            lambda: adapter.change("1", StateChange.CLOSE, "7001"),
            lambda: adapter.send(ConversationReply("d-1", "1", "7001", "Hello", (FILE,))),
        ]
    to = "9001" if isinstance(adapter, TelegramChannel) else "+353871234567"
    text, template = DirectMessage("d-1", to, "Hello"), DirectTemplate("d-1", to, fill(TEMPLATE, {}))
    return [
        adapter.check,
        adapter.templates,
        lambda: adapter.send_text(text),
        lambda: adapter.send_text(DirectMessage("d-1", to, "Hello", FILE)),
        lambda: adapter.send_template(template),
        lambda: adapter.status("77"),
        lambda: adapter.look_up_sent(text, since, {"77"}),
        lambda: adapter.look_up_sent(template, since, {"77"}),
        lambda: adapter.messages(since),
    ]


async def outcomes(adapter: Any, clock: Any) -> list[Any]:
    """What comes out of every call: results and exceptions alike."""
    found = [repr(adapter), repr(vars(adapter))]
    for call in calls(adapter, clock):
        (came,) = await asyncio.gather(call(), return_exceptions=True)
        found.append(came)
    return found


def refusals(adapter: Adapter) -> Iterator[tuple[int, Any, dict[str, str]]]:
    """Status, body and headers of answers that quote the credential in every form and place."""
    quoted = " ".join(adapter.secrets)
    for status in (400, 401, 403, 404, 409, 422, 429, 500):
        yield status, adapter.refuses(f"Nobody knows {quoted}"), {"Retry-After": "60"}
    for secret in adapter.secrets:
        yield 400, adapter.refuses(secret), {}
    yield 400, quoted.encode(), {}
    yield 500, f"<html>{quoted}</html>".encode(), {}
    yield 200, quoted.encode(), {}
    yield 200, b"", {}
    yield 200, b"\xff\x00" + quoted.encode(), {"Content-Encoding": "gzip"}
    yield 302, b"", {"Location": "http://127.0.0.1:1/elsewhere"}


def quoting_headers(adapter: Adapter) -> Iterator[tuple[int, Any, dict[str, str]]]:
    """The same in headers."""
    for secret in adapter.secrets:
        yield 400, adapter.refuses(secret), {"X-Request-Id": secret, "Twilio-Request-Id": secret}
        yield 429, b"", {"Retry-After": secret, "X-RateLimit-Reset": secret}
        yield 410, b"", {"Link": f'</contacts/{secret}>; rel="canonical"'}
        for place in (f"http://127.0.0.1:1/?access_token={secret}", secret, f"http://[{secret}"):
            yield 307, b"", {"Location": place}


each = pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.name)


@each
async def test_nothing_gets_out_of_a_refusal(adapter, provider, clock, heard, loosen):
    found: list[Any] = []
    one = adapter.make(provider.base_url, clock, 5.0)
    loosen()
    for status, body, headers in refusals(adapter):
        provider.restart().answers(status, body, headers=headers)
        found += await outcomes(one, clock)
    await one.aclose()
    assert len(provider.requests) > 50
    assert len(heard) > 50
    assert leaks(found, adapter.secrets) == []
    assert leaks(heard, adapter.secrets) == []


@each
async def test_nothing_gets_out_of_quoting_headers(adapter, provider, clock, heard):
    """With the libraries as the adapters leave them: at DEBUG they would log every answer's headers."""
    found: list[Any] = []
    one = adapter.make(provider.base_url, clock, 5.0)
    for status, body, headers in quoting_headers(adapter):
        provider.restart().answers(status, body, headers=headers)
        found += await outcomes(one, clock)
    await one.aclose()
    assert leaks(found, adapter.secrets) == []
    assert leaks(heard, adapter.secrets) == []


@each
async def test_nothing_gets_out_of_a_lost_answer(adapter, provider, clock, heard, loosen):
    """A dropped one, garbage, half of one, silence, and a cable that is out."""
    found: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    for lose in ("hangs_up", "talks_nonsense", "stays_silent", "cut", "nobody"):
        provider.restart()
        if lose == "cut":
            provider.answers(200, {"data": ["x" * 100]}, cut=20)
        elif lose != "nobody":
            getattr(provider, lose)()
        one = adapter.make(nobody if lose == "nobody" else provider.base_url, clock, 0.05)
        loosen()
        found += await outcomes(one, clock)
        await one.aclose()
    assert len(found) > 30
    assert leaks(found, adapter.secrets) == []
    assert leaks(heard, adapter.secrets) == []


# --- the search itself ---------------------------------------------------------------------------------------------


async def broken_off(headers: dict[str, str], url: str = "http://127.0.0.1:1/") -> httpx.RequestError:
    async with httpx.AsyncClient(headers=headers) as client:
        with pytest.raises(httpx.RequestError) as caught:
            await client.get(url)
    return caught.value


def chained(error: Exception, *, hidden: bool) -> Exception:
    try:
        try:
            raise error
        except (httpx.RequestError, ValueError) as inner:
            raise ValueError("something else") from (None if hidden else inner)
    except ValueError as outer:
        return outer


async def test_the_search_finds_what_leaks(heard):
    """Each of these is a way in which a careless adapter would have told."""
    secret = (SECRET,)
    told = await broken_off({"Authorization": f"Bearer {SECRET}"})
    in_url = await broken_off({}, f"http://127.0.0.1:1/bot{SECRET}/getMe")
    assert leaks([told], secret), "in the request's headers, which do not show it"
    assert leaks([in_url], secret), "in the request's address"
    assert leaks(chained(told, hidden=False), secret), "in the cause"
    assert leaks(chained(told, hidden=True), secret), "in the context that `from None` only hides"
    assert leaks(chained(ValueError(SECRET), hidden=True), secret)
    assert leaks(ValueError(f"Bearer {SECRET}"), secret)
    assert leaks([("x", {"y": SECRET.encode()})], secret)
    noted = ValueError("x")
    noted.add_note(SECRET)
    assert leaks(noted, secret)
    assert not leaks([ValueError("x"), repr(Token(SECRET))], secret)
    for log in (
        lambda logger: logger.debug("token %s", SECRET),
        lambda logger: logger.debug("asked %s", {"headers": [SECRET]}),
        lambda logger: logger.error("failed", exc_info=told),
    ):
        heard.clear()
        log(logging.getLogger("desktop.channels.probe"))
        assert leaks(heard, secret)
