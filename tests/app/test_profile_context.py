"""Where a profile lives: the real one, one of one's own and the sandbox's never share a token or a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from fake_keyrings import FakeKeyring

from desktop.app.connect import BadSandboxFile, Hosts
from desktop.app.profile_context import ProfileContext
from desktop.domain.model.frozen import frozen
from desktop.text.reasons.describe import describe


async def test_no_profile_finds_the_tokens_of_another(urls_file: Path, tmp_path: Path, ring: FakeKeyring) -> None:
    direct_routes = [(None, None), (None, urls_file), (tmp_path / "one", None), (tmp_path / "two", None)]
    direct_routes.append((tmp_path / "one", urls_file))
    homes = [
        ProfileContext.of(argparse.Namespace(profile=profile, sandbox_urls=urls)) for profile, urls in direct_routes
    ]
    for number, home in enumerate(homes):
        assert await home.secrets.read("ws:intercom") is None
        await home.secrets.write("ws:intercom", str(number))
        home.secrets.close()
    assert len(ring.passwords) == len(homes)
    real, sandbox, one, two, _ = (home.paths.profile for home in homes)
    assert len({real, sandbox, one, two}) == 4
    assert (one, two) == (tmp_path / "one", tmp_path / "two")
    assert not one.exists()
    assert [home.is_sandbox for home in homes] == [False, True, False, False, True]


def test_the_hosts_are_the_real_ones_unless_a_sandbox_is_named(urls_file: Path, served) -> None:
    real = Hosts.of_file(None)
    addresses = [*real.intercom.values(), real.octopods, real.graph, real.dialog360, real.twilio, real.telegram]
    assert all(address.startswith("https://") for address in addresses)
    sandbox = Hosts.of_file(urls_file)
    assert sandbox == Hosts.of_sandbox(served.urls)
    assert list(sandbox.intercom.values()) == [served.urls["intercom"]["base_url"]]


def test_a_host_that_is_forgotten_beside_the_sandbox_is_refused(served) -> None:
    """A new adapter would otherwise send tokens to its real provider."""

    @frozen
    class MoreHosts(Hosts):
        viber: str = "https://viber.example"

    with pytest.raises(BadSandboxFile) as refused:
        MoreHosts.of_sandbox(served.urls)
    assert "viber.example" in describe(refused.value.reason)


def test_a_sandbox_that_is_named_wrongly_is_not_replaced_by_the_real_hosts(tmp_path: Path) -> None:
    with pytest.raises(BadSandboxFile) as refused:
        Hosts.of_file(tmp_path / "nowhere.json")
    assert "nowhere.json can't be read. The system says: “" in describe(refused.value.reason)


def test_a_sandbox_that_is_still_starting_is_waited_for(urls_file: Path, served) -> None:
    """As when both commands are pasted together: the shell has made the file, and the line comes later."""
    line, pauses = urls_file.read_text(), []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if sum(pauses) > 1:
            urls_file.write_text(line)

    urls_file.write_text("")
    assert Hosts.of_file(urls_file, pause) == Hosts.of_sandbox(served.urls)
    urls_file.write_text("")
    pauses.clear()
    with pytest.raises(BadSandboxFile):
        Hosts.of_file(urls_file, pauses.append)
    assert sum(pauses) == pytest.approx(10)


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1:80",
        "https://api.intercom.example",
        "http://127.0.0.1@api.intercom.example",
        "http://127.0.0.1.api.intercom.example",
        "http://localhost.example:8000",
        "http://[::ffff:192.0.2.1]",
        "http://",
        "",
        "http://x:port",
    ],
)
@pytest.mark.parametrize(
    ("provider", "name"), [("intercom", "base_url"), ("telegram", "base_url"), ("twilio", "content_base_url")]
)
def test_a_sandbox_on_another_computer_is_refused(urls_file: Path, provider: str, name: str, address: str) -> None:
    urls = json.loads(urls_file.read_text())
    urls[provider][name] = address
    urls_file.write_text(json.dumps(urls))
    with pytest.raises(BadSandboxFile, match="sandbox_elsewhere"):
        Hosts.of_file(urls_file)
