"""New versions, from the script that signs a release to what the engine tells of it, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from release_server import ReleaseServer, load_script, release_server

from desktop.channels.updates.feed import MOST_BYTES, SOURCE_FILE, ReleaseFeed
from desktop.channels.updates.manifest import read_manifest
from desktop.engine.notifications.updates import CHECK_EVERY, FIRST_AFTER_S, LOOK_EVERY_S, Updates, UpdateView
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import ProviderReason, UpdateReason
from desktop.system.settings_file import SettingsFile
from desktop.system.update_memory import StoredUpdates
from desktop.text.reasons.describe import describe
from tests.conftest import NOW, FakeClock

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FakeClock:
    """Sleeping takes no time."""
    return FakeClock(NOW)


@pytest.fixture(scope="module")
def served() -> Iterator[ReleaseServer]:
    with release_server() as server:
        yield server


@pytest.fixture
def server(served: ReleaseServer, clock) -> ReleaseServer:
    served.status, served.headers, served.is_slow = 200, {}, False
    served.asked.clear()
    served.publish("0.2.0", clock.now() + 30 * DAY)
    return served


@pytest.fixture
def stored(tmp_path: Path) -> QSettings:
    return SettingsFile(tmp_path / "settings.ini")


@pytest.fixture
def start(server: ReleaseServer, stored: QSettings, clock) -> Callable[..., Updates]:
    """The search for new versions of one profile; a new start each time."""

    def start(installed: str = "0.1.0", *, by_default: bool = True, address: str = "") -> Updates:
        feed = ReleaseFeed(address or server.url, (server.public_key,), read_timeout_s=0.2)
        return Updates(feed, StoredUpdates(stored), clock, installed, "deb", checks_by_default=by_default)

    return start


async def test_a_release_is_told_of_until_it_is_skipped_or_installed(
    server: ReleaseServer, start: Callable[..., Updates], clock, tmp_path: Path
) -> None:
    package = tmp_path / "reachline_0.2.0_amd64.deb"
    package.write_bytes(b"package")
    valid_until = clock.now() + 30 * DAY
    server.publish("0.2.0", valid_until, package)
    updates, seen = start(), list[UpdateView]()
    updates.subscribe(seen.append)
    assert updates.view == UpdateView("0.1.0", "127.0.0.1", checks=True)
    assert not updates.take_is_updated(), "the first start has nothing new"
    await updates.check()
    assert [view.is_checking for view in seen[-2:]] == [True, False]
    view = updates.view
    assert (view.available, view.page, view.asked_at) == ("0.2.0", "https://reachline.example/get", clock.now())
    assert view.download is not None
    assert (view.download.url, view.download.size_bytes) == (f"https://x.example/{package.name}", 7)
    assert server.asked == [("/release.json", "Reachline/0.1.0")], "nothing else is asked, and nothing is downloaded"

    restarted = start()
    assert restarted.view.available == "0.2.0"
    assert not restarted.take_is_updated()
    restarted.skip()
    assert start().view.is_skipped
    server.publish("0.2.1", valid_until)
    await restarted.check()
    assert (restarted.view.available, restarted.view.is_skipped) == ("0.2.1", False)

    updated = start("0.2.1")
    assert updated.view.available == ""
    assert updated.take_is_updated()
    assert not updated.take_is_updated()
    assert not start("0.2.1").take_is_updated(), "told once"
    assert not start("0.2.0").take_is_updated(), "an older one is nothing new"

    clock.advance(40 * DAY)
    late = start("0.2.0").view
    assert (late.available, late.is_known) == ("", False), "what was known has expired"


async def test_what_is_not_the_makers_word_changes_nothing(
    server: ReleaseServer, start: Callable[..., Updates], clock, stored: QSettings
) -> None:
    now = clock.now()
    updates = start()
    older = server.publish("0.2.0", now + 60 * DAY)
    newest = server.publish("0.3.0", now + 30 * DAY)
    await updates.check()
    known = updates.view
    assert known.available == "0.3.0"
    envelope = json.loads(newest)
    tampered = {**envelope, "signed": envelope["signed"].replace("0.3.0", "0.9.0")}
    other = server.publish("0.9.0", now + 30 * DAY, key=server.other_key)
    expired = server.publish("0.9.0", now - timedelta(seconds=1))
    shorter = server.publish("0.3.0", now + 29 * DAY)
    unsafe = server.script.signed('{"version":"0.9.0","page":"file:///etc"}', b64encode(bytes(server.key)).decode())
    bad = str(ProviderErrorKind.BAD_ANSWER)
    for body, code in (
        (json.dumps(tampered).encode(), UpdateReason.UNSIGNED),
        (other, UpdateReason.UNSIGNED),
        (json.dumps({**envelope, "signature": "AAAA"}).encode(), UpdateReason.UNSIGNED),
        (json.dumps({**envelope, "signature": "no base64"}).encode(), bad),
        (b"<html>Sign in to the hotel's network</html>", bad),
        (unsafe.encode(), bad),
        (expired, UpdateReason.EXPIRED),
        (older, UpdateReason.OLDER),
        (shorter, UpdateReason.OLDER),
        (b" " * (MOST_BYTES + 1), ProviderReason.ANSWER_TOO_LARGE),
    ):
        server.body = body
        await updates.check()
        assert updates.view.reason.code == code, body[:80]
        assert describe(updates.view.reason).endswith((".", "admin.")), code
        assert updates.view.available == "0.3.0"
        assert start().view == structs_without_reason(updates.view)
    server.body = newest
    server.status, server.headers = 302, {"Location": f"http://127.0.0.1:{server.port}/elsewhere"}
    await updates.check()
    assert updates.view.reason.code == UpdateReason.REDIRECTED
    server.status, server.headers = 503, {}
    await updates.check()
    assert updates.view.reason.code == str(ProviderErrorKind.BUSY)
    server.status, server.is_slow = 200, True
    await updates.check()
    assert updates.view.reason.code == str(ProviderErrorKind.TIMED_OUT)
    assert {path for path, _ in server.asked} == {"/release.json"}, "no redirect is followed"
    server.is_slow = False
    await updates.check()
    assert not updates.view.reason
    assert str(stored.value("updates/version")) == "0.3.0"
    asked_at = updates.view.asked_at
    clock.advance(DAY)
    offline = start(address="http://127.0.0.1:9/release.json")
    await offline.check()
    assert offline.view.reason.code == str(ProviderErrorKind.OFFLINE)
    assert offline.view.asked_at == asked_at, "nobody was asked"


def structs_without_reason(view: UpdateView) -> UpdateView:
    """What the next start knows of it."""
    from msgspec.structs import replace

    from desktop.domain.model.reason import NO_REASON

    return replace(view, reason=NO_REASON, download=None)


async def test_it_asks_once_a_day_and_only_where_that_is_wanted(
    server: ReleaseServer, start: Callable[..., Updates], clock, stored: QSettings
) -> None:
    class Day(Exception):
        """The end of what is watched."""

    def ending_after(length: timedelta) -> None:
        end, sleep = clock.now() + length, type(clock).sleep

        async def sleep_until(seconds: float) -> None:
            if clock.now() >= end:
                raise Day
            await sleep(clock, seconds)

        clock.sleep = sleep_until

    async def run(updates: Updates, length: timedelta) -> int:
        ending_after(length)
        server.asked.clear()
        with pytest.raises(Day):
            await updates.run()
        return len(server.asked)

    updates = start()
    assert await run(updates, timedelta(seconds=FIRST_AFTER_S - 1)) == 1, "the first, when the start is over"
    assert await run(start(), CHECK_EVERY - timedelta(seconds=LOOK_EVERY_S)) == 0, "not again on the same day"
    assert await run(start(), 3 * DAY) in (2, 3)
    updates = start()
    updates.set_checks(False)
    assert not start().view.checks
    assert await run(start(), 3 * DAY) == 0
    stored.clear()
    assert await run(start(by_default=False), 3 * DAY) == 0
    updates = Updates(None, StoredUpdates(stored), clock, "0.1.0", "checkout", checks_by_default=True)
    assert await run(updates, 3 * DAY) == 0
    assert (updates.view.host, updates.view.checks) == ("", False)
    stored.setValue("updates/asked_at", (clock.now() + 300 * DAY).isoformat())
    assert await run(start(), DAY / 2) == 1, "a wrong clock does not end it"
    for name in ("checks", "asked_at", "valid_until", "version"):
        stored.setValue(f"updates/{name}", "nonsense")
    assert start().view == UpdateView("0.1.0", "127.0.0.1", checks=True)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=70), st.booleans())
def test_no_answer_is_believed_by_accident(content: bytes, signature: bytes, is_enveloped: bool) -> None:
    envelope = {"signed": content.decode("latin-1"), "signature": b64encode(signature).decode()}
    body = json.dumps(envelope).encode() if is_enveloped else content
    with pytest.raises(ProviderError):
        read_manifest(body, [bytes(32), bytes(range(32)), b"short"], "x")


def test_a_release_is_signed_by_a_key_that_stays_outside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script, key_file, package = load_script(), tmp_path / "release.key", tmp_path / "reachline-0.2.0-setup.exe"
    package.write_bytes(b"setup")
    script.main(["new-key", str(key_file)])
    public = capsys.readouterr().out.strip()
    with pytest.raises(FileExistsError):
        script.main(["new-key", str(key_file)])
    command = ["sign", "--version", "0.2.0", "--page", "https://x.example/", "--base", "https://x.example/v0.2.0"]
    command.append(f"installer={package}")
    monkeypatch.delenv("REACHLINE_RELEASE_KEY", raising=False)
    with pytest.raises(SystemExit, match="no key"):
        script.main(command)
    monkeypatch.setenv("REACHLINE_RELEASE_KEY", key_file.read_text())
    with pytest.raises(SystemExit, match="update_unsigned"):
        script.main(command)
    capsys.readouterr()
    monkeypatch.setattr(script, "HERE", tmp_path / "resources" / "updates")
    script.HERE.mkdir(parents=True)
    source = script.HERE / "source.json"
    source.write_text(json.dumps({"manifest": "https://x.example/release.json", "public_keys": [public]}))
    script.main(command)
    release = read_manifest(capsys.readouterr().out.encode(), [b64decode(public)], "")
    assert (release.version, release.downloads["installer"].size_bytes) == ("0.2.0", 5)
    feed = ReleaseFeed.of_file(source)
    assert feed is not None
    assert feed.host == "x.example"
    for broken in ("{", json.dumps({"manifest": "", "public_keys": [public]}), json.dumps({"manifest": 1})):
        source.write_text(broken)
        assert ReleaseFeed.of_file(source) is None
    assert ReleaseFeed.of_file(tmp_path / "none") is None
    assert set(json.loads(SOURCE_FILE.read_text())) == {"manifest", "public_keys"}


def test_the_memory_of_a_profile_is_a_few_lines(start: Callable[..., Updates], stored: QSettings) -> None:
    asyncio.run(start().check())
    assert sorted(stored.allKeys()) == [f"updates/{name}" for name in ("asked_at", "page", "valid_until", "version")]
