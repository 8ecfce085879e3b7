"""Dunst, a notification daemon that desktops run, on a session bus and an X server of the test's own."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    # Not installed where there is no D-Bus.
    from dbus_fast import Message

_PROGRAMS = ("dbus-daemon", "Xvfb", "dunst")
MISSING = [name for name in _PROGRAMS if shutil.which(name) is None] if sys.platform.startswith("linux") else ["Linux"]
"""What this machine lacks."""

SERVICE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
PATIENCE_S = 20.0

# Its menu is a program that reads the choices and prints one of them.
_SETTINGS = """
[global]
dmenu = {menu}
font = Sans 10
markup = full
idle_threshold = 0
history_length = 100
[urgency_low]
timeout = 0
[urgency_normal]
timeout = 0
[urgency_critical]
timeout = 0
"""


@dataclass(frozen=True)
class Desktop:
    """address: of the session bus. choice: the file whose text the menu chooses."""

    address: str
    choice: Path


@contextmanager
def run_dunst(folder: Path) -> Iterator[Desktop]:
    """Start everything; dunst is on the bus once `DunstClient.open` returns."""
    choice, menu, settings = folder / "choice", folder / "menu", folder / "dunstrc"
    menu.write_text(f'#!/bin/sh\nexec grep -m1 -F "$(cat {choice})"\n')
    menu.chmod(0o700)
    settings.write_text(_SETTINGS.format(menu=menu))
    with ExitStack() as stack:
        bus = _started(stack, "dbus-daemon", "--session", "--nofork", "--print-address")
        server = _started(stack, "Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp")
        assert bus.stdout is not None
        assert server.stdout is not None
        address = bus.stdout.readline().strip()
        display = server.stdout.readline().strip()
        environment = os.environ | {"DISPLAY": f":{display}", "DBUS_SESSION_BUS_ADDRESS": address}
        _started(stack, "dunst", "-conf", str(settings), environment=environment)
        yield Desktop(address, choice)


def _started(stack: ExitStack, *command: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    process = stack.enter_context(subprocess.Popen(command, stdout=pipe, stderr=quiet, text=True, env=environment))
    stack.callback(process.terminate)
    return process


@dataclass(frozen=True)
class Sent:
    """What a program asked the daemon to show."""

    summary: str
    body: str
    actions: tuple[str, ...]


class DunstClient:
    """Listens to everything on the bus, and uses dunst as somebody at the desktop does.

    sent: every notification that was asked for, in order. acted: what was chosen. closed: how many were closed.
    """

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self.sent: list[Sent] = []
        self.acted: list[str] = []
        self.closed = 0
        self._has_owner = False
        self._heard = asyncio.Event()

    async def open(self) -> None:
        """Returns once dunst is on the bus."""
        from dbus_fast import BusType, Message, MessageType
        from dbus_fast.aio import MessageBus

        self._monitor = await MessageBus(bus_address=self._desktop.address, bus_type=BusType.SESSION).connect()
        self._bus = await MessageBus(bus_address=self._desktop.address, bus_type=BusType.SESSION).connect()
        self._monitor.add_message_handler(self._hear)
        become = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus.Monitoring",
            member="BecomeMonitor",
            signature="asu",
            body=[[], 0],
        )
        answer = await self._monitor.call(become)
        assert answer is not None
        assert answer.message_type is MessageType.METHOD_RETURN, answer.body
        owned = await self._call("org.freedesktop.DBus", "NameHasOwner", "s", [SERVICE], "org.freedesktop.DBus")
        await self.wait_for(lambda: self._has_owner or owned[0], "dunst")

    def close(self) -> None:
        self._monitor.disconnect()
        self._bus.disconnect()

    def _hear(self, message: Message) -> bool:
        from dbus_fast import MessageType

        if message.member == "Notify" and message.message_type is MessageType.METHOD_CALL:
            _, _, _, summary, body, actions, *_ = message.body
            self.sent.append(Sent(summary, body, tuple(actions)))
        elif message.member == "ActionInvoked":
            self.acted.append(message.body[1])
        elif message.member == "NotificationClosed":
            self.closed += 1
        elif message.member == "NameOwnerChanged" and message.body[0] == SERVICE:
            self._has_owner = bool(message.body[2])
        self._heard.set()
        # A monitor must not answer what others are asked.
        return message.message_type is MessageType.METHOD_CALL

    async def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Look again with each message on the bus."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise AssertionError(f"waited for {what}; sent: {self.sent}; acted: {self.acted}") from None

    async def choose(self, label: str) -> None:
        """Press the button of the notification on the screen."""
        self._desktop.choice.write_text(f"#{label} ")
        before = len(self.acted)
        await self._call("org.dunstproject.cmd0", "ContextMenuCall")
        await self.wait_for(lambda: len(self.acted) > before, f"the button {label}")

    async def click(self) -> None:
        """Click the newest notification on the screen."""
        before = len(self.acted)
        await self._call("org.dunstproject.cmd0", "NotificationAction", "u", [0])
        await self.wait_for(lambda: len(self.acted) > before, "the click")

    async def shown(self) -> list[tuple[str, str]]:
        """What everything that is no longer on the screen looked like, oldest first: its text, and its bold parts."""
        [entries] = await self._call("org.dunstproject.cmd0", "NotificationListHistory")
        return [_drawn(entry["message"].value) for entry in reversed(entries)]

    async def count(self) -> int:
        """How many are on the screen."""
        body = ["org.dunstproject.cmd0", "displayedLength"]
        [value] = await self._call("org.freedesktop.DBus.Properties", "Get", "ss", body)
        return int(value.value)

    async def _call(
        self, interface: str, member: str, signature: str = "", body: list[Any] | None = None, to: str = SERVICE
    ) -> Any:
        from dbus_fast import Message, MessageType

        path = PATH if to == SERVICE else "/org/freedesktop/DBus"
        message = Message(
            destination=to, path=path, interface=interface, member=member, signature=signature, body=body or []
        )
        answer = await self._bus.call(message)
        assert answer is not None
        assert answer.message_type is MessageType.METHOD_RETURN, answer.body
        return answer.body


def _drawn(markup: str) -> tuple[str, str]:
    """Pango reads it in this way: what it draws, and what of that is bold."""
    root = ElementTree.fromstring(f"<markup>{markup}</markup>")
    return "".join(root.itertext()), "\n".join("".join(bold.itertext()) for bold in root.iter("b"))
