"""Files of messages: only from the provider's hosts, without credentials, and never more than was asked for."""

from __future__ import annotations

import pytest

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.sandbox.model.people import File
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world.sample_files import sample

LIMIT = 1_000_000


def link(sandbox: Sandbox, file: File | None = None) -> str:
    with sandbox.lock:
        workspace = sandbox.world.workspace
        return workspace.file_url(workspace.add_files([file or sample("picture")])[0])


def fail(sandbox: Sandbox, *faults: Fault) -> None:
    with sandbox.lock:
        sandbox.world.settings.fail_next += faults


async def kind_of_failure(live: IntercomGateway, url: str, limit: int = LIMIT) -> ProviderErrorKind:
    with pytest.raises(ProviderError) as caught:
        await live.attachment(url, limit)
    return caught.value.kind


async def test_a_file_comes_as_it_is(sandbox: Sandbox, live: IntercomGateway) -> None:
    file = await live.attachment(link(sandbox), LIMIT)
    assert (file.data, file.content_type) == (sample("picture").data, "image/jpeg")


async def test_an_address_that_has_expired(sandbox: Sandbox, live: IntercomGateway) -> None:
    url = link(sandbox)
    with sandbox.lock:
        sandbox.world.advance(1801)
    assert await kind_of_failure(live, url) is ProviderErrorKind.GONE


async def test_a_larger_file_is_left(sandbox: Sandbox, live: IntercomGateway) -> None:
    url = link(sandbox)
    assert await kind_of_failure(live, url, 1000) is ProviderErrorKind.TOO_LARGE
    fail(sandbox, Fault("GET", "/attachments/", "endless"))
    assert await kind_of_failure(live, url) is ProviderErrorKind.TOO_LARGE


async def test_a_file_that_trickles_ends_at_the_deadline(sandbox: Sandbox, clock) -> None:
    access = sandbox.urls["intercom"]
    hasty = IntercomGateway(access["base_url"], Token(access["token"]), clock, read_timeout_s=0.1)
    fail(sandbox, Fault("GET", "/attachments/", "trickle", seconds=0.01))
    assert await kind_of_failure(hasty, link(sandbox)) is ProviderErrorKind.TIMED_OUT
    await hasty.aclose()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("GET", "/attachments/", "redirect"), ProviderErrorKind.FORBIDDEN),
        (Fault("GET", "/attachments/", "close_mid_answer"), ProviderErrorKind.OFFLINE),
        (Fault("GET", "/attachments/", "drop_before"), ProviderErrorKind.OFFLINE),
        (Fault("GET", "/attachments/", "status", status=503), ProviderErrorKind.BUSY),
        (Fault("GET", "/attachments/", "empty"), ProviderErrorKind.BAD_ANSWER),
    ],
    ids=lambda value: getattr(value, "action", str(value)),
)
async def test_what_does_not_come_whole(
    sandbox: Sandbox, live: IntercomGateway, fault: Fault, kind: ProviderErrorKind
) -> None:
    fail(sandbox, fault)
    assert await kind_of_failure(live, link(sandbox)) is kind


@pytest.mark.parametrize("more", ["x" * 100_000, "\x00", "\n", "é" * 50, "%zz"])
async def test_an_address_that_cannot_be_asked(sandbox: Sandbox, live: IntercomGateway, more: str) -> None:
    kind = await kind_of_failure(live, link(sandbox) + more)
    assert kind in (ProviderErrorKind.BAD_ANSWER, ProviderErrorKind.GONE)


async def test_other_hosts_are_not_asked(sandbox: Sandbox, live: IntercomGateway) -> None:
    own = link(sandbox)
    for url in (
        "http://127.0.0.1:1/attachments/x",
        own.replace("127.0.0.1", "localhost"),
        "https://downloads.intercomcdn.com/i/o/1/photo.jpg",
        "file:///etc/passwd",
        "not an address",
        "http://[",
    ):
        assert await kind_of_failure(live, url) is ProviderErrorKind.FORBIDDEN


@pytest.mark.parametrize(
    ("url", "is_asked"),
    [
        ("https://downloads.intercomcdn.com/i/o/1/photo.jpg?expires=1&signature=2", True),
        ("https://uploads.intercomusercontent.com/a", True),
        ("https://reachline.intercom-attachments-1.com/i/o/1", True),
        ("https://downloads.intercomcdn.eu/a", True),
        ("http://downloads.intercomcdn.com/a", False),
        ("https://downloads.intercomcdn.com:8443/a", False),
        ("https://user@downloads.intercomcdn.com/a", False),
        ("https://intercomcdn.com.evil.example/a", False),
        ("https://evilintercomcdn.com/a", False),
    ],
)
async def test_the_providers_own_hosts(clock, url: str, is_asked: bool) -> None:
    gateway = IntercomGateway("https://api.intercom.io", Token("secret"), clock)
    assert gateway._downloads._is_allowed(url) is is_asked
    await gateway.aclose()
