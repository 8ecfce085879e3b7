"""From a customer's message at the provider to a notification on a real session bus, and back by its buttons."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from notification_service import NotificationInterface
from PySide6.QtWidgets import QApplication

from desktop.app import loop
from desktop.demo.sample import SampleWorkspace
from desktop.engine.commands import SyncNow
from desktop.system.notifier import SystemNotifier
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.look.theme import Theme
from desktop.ui.notifications.background import Background
from desktop.ui.notifications.center import NotificationCenter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("whole app"),
    pytest.mark.skipif(
        not (sys.platform.startswith("linux") and shutil.which("dbus-daemon")), reason="dbus-daemon is not installed"
    ),
]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


async def until(condition: Callable[[], object], what: str) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited for {what}")


def test_a_message_calls_and_its_buttons_answer(qapp: QApplication, bus: str) -> None:
    async def scenario(workspace: SampleWorkspace, service: NotificationInterface) -> None:
        window, engine = workspace.window, workspace.engine
        notifications = engine.notifications
        background = Background(window, engine)
        center = NotificationCenter(window, engine, notifications, SystemNotifier(), lambda: True, background)
        # Of the story's customers one waits on a window that closes soon.
        window.settings.notifications.set_switch("windows", False)
        engine.start_notifications()
        window.show()

        async def work_elsewhere() -> None:
            workspace.screens.show()
            workspace.screens.activateWindow()
            await until(lambda: not window.isActiveWindow(), "another window in the front")

        await until(lambda: notifications._catching_up is None and notifications._last_look, "the first look")
        await work_elsewhere()
        jennifer = workspace.customer_id

        async def write(text: str) -> None:
            await workspace.control.write(customer=jennifer, on="whatsapp", text=text)
            engine.command_handler.submit(SyncNow())

        def bodies() -> list[str]:
            return [shown.body for shown in service.shown.values()]

        await write("Is <b>it</b> here?")
        await until(bodies, "the notification")
        [number] = service.shown
        assert bodies() == ["Is &lt;b&gt;it&lt;/b&gt; here?"]
        assert service.shown[number].summary == "Jennifer Okafor"
        # A sync round later it has not called again.
        rounds = engine.poller.rounds
        engine.command_handler.submit(SyncNow())
        await until(lambda: engine.poller.rounds > rounds, "a sync round")
        await notifications.step()
        assert list(service.shown) == [number]

        service.ActionInvoked(number, "reply")
        await until(lambda: isinstance(window.focusWidget(), ComposerEdit), "the keyboard in the reply")
        await until(window.isActiveWindow, "the window in the front")
        assert window.view is not None
        assert window.view.customer_id == window.customer_id
        assert window.view.name == "Jennifer Okafor"
        service.shown.clear()

        # What is open in the front does not call, also where messages call while working.
        window.settings.notifications.set_switch("while_in_front", True)
        await write("And now?")
        await until(lambda: any(m.entry.text == "And now?" for m in window.view.thread.loaded), "the message")
        await notifications.step()
        assert bodies() == []

        # Snooze leaves the window where it is.
        await work_elsewhere()
        await write("Hello?")
        await until(bodies, "the second notification")
        [number] = service.shown
        before = engine.clock.now()
        service.ActionInvoked(number, "snooze")
        conversations = workspace.sandbox.world.intercom

        def snoozed() -> Any:
            with workspace.sandbox.lock:
                ids = workspace.sandbox.world.conversation_ids(jennifer)
                return [c.snoozed_until for i in ids if (c := conversations.ws.conversations[i]).state == "snoozed"]

        await until(snoozed, "the snooze")
        [snoozed_until] = snoozed()
        assert abs(snoozed_until - (before + timedelta(hours=1)).timestamp()) < 120
        assert not window.isActiveWindow()
        await center.aclose()
        window.settings.notifications.set_switch("keeps_running", False)

    async def main() -> int:
        from dbus_fast.aio import MessageBus

        service = NotificationInterface(["body", "body-markup", "actions"])
        connection = await MessageBus(bus_address=bus).connect()
        connection.export("/org/freedesktop/Notifications", service)
        await connection.request_name("org.freedesktop.Notifications")
        workspace = await SampleWorkspace.open(Theme(qapp))
        try:
            await scenario(workspace, service)
        finally:
            await workspace.close()
            connection.disconnect()
        return 0

    assert loop.run(qapp, main) == 0
