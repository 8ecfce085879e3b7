"""Notifications on a real session bus, received by a service of the test's own."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from desktop.ports import DISMISSED, OPENED, DesktopNotification
from desktop.system.notifications.notifier import SystemNotifier, escape


def needs_bus(test: Any) -> Any:
    has_daemon = sys.platform.startswith("linux") and shutil.which("dbus-daemon")
    return pytest.mark.posix("D-Bus is Linux's")(
        pytest.mark.skipif(not has_daemon, reason="dbus-daemon is not installed")(test)
    )


@pytest.fixture(scope="module")
def bus_address() -> Iterator[str]:
    """A session bus that nobody else is on."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@pytest.fixture
def bus(bus_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus_address)
    return bus_address


class Service:
    """The notification service: keeps what is shown, and acts as the agent."""

    def __init__(self, capabilities: list[str]) -> None:
        from notification_service import NotificationInterface

        self.interface = NotificationInterface(capabilities)
        self._connection: Any = None

    async def start(self, address: str) -> None:
        from dbus_fast.aio import MessageBus

        self._connection = await MessageBus(bus_address=address).connect()
        self._connection.export("/org/freedesktop/Notifications", self.interface)
        await self._connection.request_name("org.freedesktop.Notifications")

    @property
    def shown(self) -> list[Any]:
        return list(self.interface.shown.values())

    async def act(self, action: str) -> None:
        [number] = self.interface.shown
        self.interface.ActionInvoked(number, action)
        await asyncio.sleep(0)

    async def close(self, reason: int) -> None:
        [number] = self.interface.shown
        del self.interface.shown[number]
        self.interface.NotificationClosed(number, reason)

    async def stop(self) -> None:
        await self._connection.release_name("org.freedesktop.Notifications")
        self._connection.disconnect()


@pytest_asyncio.fixture
async def service(bus: str) -> AsyncIterator[Service]:
    service = Service(["body", "body-markup", "actions"])
    await service.start(bus)
    yield service
    await service.stop()


@pytest_asyncio.fixture
async def notifier(bus: str) -> AsyncIterator[SystemNotifier]:
    notifier = SystemNotifier()
    yield notifier
    await notifier.aclose()


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.002)


HELLO = DesktopNotification(
    "message:100", "Jennifer <i>O'Neill</i>", "Is <b>it</b> &amp; here?", (("reply", "Reply"), ("open", "Open"))
)


@needs_bus
async def test_a_customers_words_are_never_markup(service: Service, notifier: SystemNotifier) -> None:
    assert await notifier.is_available()
    assert await notifier.show(HELLO, lambda _: None)
    [shown] = service.shown
    # The title is plain by the specification.
    assert shown.summary == "Jennifer <i>O'Neill</i>"
    assert shown.body == "Is &lt;b&gt;it&lt;/b&gt; &amp;amp; here?"
    assert shown.app_name == "Reachline"
    assert shown.icon.endswith("resources/icons/reachline-128.png")
    assert shown.actions == ["default", "", "reply", "Reply", "open", "Open"]


@needs_bus
async def test_a_service_that_says_it_takes_no_markup_gets_none(service: Service, notifier: SystemNotifier) -> None:
    """dunst without a configuration says so, and draws it."""
    service.interface.capabilities = ["body"]
    assert await notifier.show(HELLO, lambda _: None)
    assert service.shown[0].body == "Is ‹b›it‹/b› &amp; here?"


@needs_bus
@pytest.mark.parametrize(("action", "expected"), [("reply", "reply"), ("open", "open"), ("default", OPENED)])
async def test_each_action_calls_back_once(
    service: Service, notifier: SystemNotifier, action: str, expected: str
) -> None:
    done: list[str] = []
    await notifier.show(HELLO, done.append)
    [number] = service.interface.shown
    await service.act(action)
    await until(lambda: done)
    # Not every service takes it away, and its buttons would do nothing more.
    await until(lambda: not service.shown)
    service.interface.ActionInvoked(number, action)
    await notifier.is_available()
    assert done == [expected]


@needs_bus
async def test_closed_by_the_agent_is_told_and_gone_by_itself_is_not(
    service: Service, notifier: SystemNotifier
) -> None:
    done: list[str] = []
    await notifier.show(HELLO, done.append)
    await service.close(reason=2)
    await until(lambda: done)
    assert done == [DISMISSED]
    await notifier.show(HELLO, done.append)
    await service.close(reason=1)
    await notifier.withdraw(HELLO.key)
    assert done == [DISMISSED]


@needs_bus
async def test_a_later_one_takes_the_place_and_one_that_is_over_goes(
    service: Service, notifier: SystemNotifier
) -> None:
    await notifier.show(HELLO, lambda _: None)
    await notifier.show(DesktopNotification(HELLO.key, "Jennifer", "Anybody?"), lambda _: None)
    assert [shown.body for shown in service.shown] == ["Anybody?"]
    await notifier.withdraw("message:other")
    await notifier.withdraw(HELLO.key)
    await notifier.withdraw(HELLO.key)
    assert service.shown == []
    await notifier.show(HELLO, lambda _: None)
    await notifier.aclose()
    assert service.shown == []


@needs_bus
async def test_do_not_disturb_of_the_desktop_is_known(service: Service, notifier: SystemNotifier) -> None:
    assert not await notifier.is_do_not_disturb()
    service.interface.inhibited = True
    assert await notifier.is_do_not_disturb()


@needs_bus
async def test_without_a_service_it_says_so(notifier: SystemNotifier) -> None:
    assert not await notifier.is_available()
    assert not await notifier.show(HELLO, lambda _: None)
    assert not await notifier.is_do_not_disturb()
    await notifier.withdraw(HELLO.key)


async def test_without_a_bus_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    notifier = SystemNotifier()
    if sys.platform.startswith("linux"):
        assert not await notifier.is_available()
        assert not await notifier.show(HELLO, lambda _: None)
    await notifier.aclose()


def test_nothing_of_the_words_is_lost_by_escaping() -> None:
    assert escape("a < b > c & d &lt; “e”") == "a &lt; b &gt; c &amp; d &amp;lt; “e”"
