"""Notifications by the system's own service: D-Bus on Linux, toasts on Windows, the Notification Center on macOS."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from desktop import RESOURCES
from desktop.ports.machine import DISMISSED, OPENED, DesktopNotification

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus
    from desktop_notifier import DesktopNotifier

T = TypeVar("T")
log = logging.getLogger(__name__)

_IS_LINUX = sys.platform.startswith("linux")

_ICON = RESOURCES / "icons/reachline-128.png"
_SERVICE, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_BODY_CHARS = 400

# Of SHQueryUserNotificationState: busy, a full-screen program, a presentation, the quiet time, an app of the store.
_WINDOWS_BUSY = frozenset({2, 3, 4, 6, 7})


class SystemNotifier:
    """Implements `ports.Notifier`. Loop's thread. Imports the system's libraries when it is first used."""

    def __init__(self, name: str = "Reachline") -> None:
        self._name = name
        self._library: DesktopNotifier | None = None
        # Of the library, by our keys.
        self._shown: dict[str, str] = {}
        self._bus: MessageBus | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def is_available(self) -> bool:
        if _IS_LINUX:
            return await self._server_capabilities() is not None
        return await _attempt(self._has_capabilities(), False)

    async def is_do_not_disturb(self) -> bool:
        if _IS_LINUX:
            # KDE's; others hold back by themselves what is sent to them.
            answer = await self._call("Get", "org.freedesktop.DBus.Properties", "ss", [_SERVICE, "Inhibited"])
            return answer is not None and bool(answer[0].value)
        if sys.platform == "win32":
            state = ctypes.c_int(0)
            failed = ctypes.windll.shell32.SHQueryUserNotificationState(ctypes.byref(state))
            return not failed and state.value in _WINDOWS_BUSY
        else:
            return False

    async def show(self, notification: DesktopNotification, on_action: Callable[[str], None]) -> bool:
        body = notification.body
        if len(body) > _BODY_CHARS:
            body = f"{body[: _BODY_CHARS - 1]}…"
        if _IS_LINUX:
            capabilities = await self._server_capabilities()
            if capabilities is None:
                # The library would say that it was shown.
                return False
            body = escape(body) if "body-markup" in capabilities else without_tags(body)
        await self.withdraw(notification.key)
        is_sent = False
        number: int | None = None

        def on_dispatched() -> None:
            nonlocal is_sent
            is_sent = True

        def report(action: str) -> None:
            self._shown.pop(notification.key, None)
            if number is not None and action != DISMISSED:
                self._close(number)
            on_action(action)

        async def send() -> str:
            from desktop_notifier import Button, Urgency

            return await self._notifier().send(
                notification.title,
                body,
                urgency=Urgency.Critical if notification.is_urgent else Urgency.Normal,
                buttons=[Button(label, partial(report, name), name) for name, label in notification.actions],
                on_dispatched=on_dispatched,
                on_clicked=partial(report, OPENED),
                on_dismissed=partial(report, DISMISSED),
            )

        identifier = await _attempt(send(), "")
        if is_sent:
            self._shown[notification.key] = identifier
            number = self._number_of(identifier)
        return is_sent

    async def withdraw(self, key: str) -> None:
        identifier = self._shown.pop(key, None)
        if identifier is not None:
            # One that is gone by itself is unknown to the library.
            await _attempt(self._notifier().clear(identifier), None)

    async def aclose(self) -> None:
        for key in tuple(self._shown):
            await self.withdraw(key)
        await asyncio.gather(*self._closing)
        backend: Any = self._library._backend if self._library is not None else None
        for bus in (self._bus, getattr(backend, "bus", None)):
            if bus is not None:
                bus.disconnect()
        self._bus = self._library = None

    async def _has_capabilities(self) -> bool:
        return bool(await self._notifier().get_capabilities())

    def _notifier(self) -> DesktopNotifier:
        if self._library is None:
            from desktop_notifier import DesktopNotifier, Icon

            # It reports every failure with a traceback, and we ask for the reason ourselves.
            logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
            self._library = DesktopNotifier(self._name, Icon(path=_ICON))
        return self._library

    # --- the service on Linux, for what the library does not tell ---------------------------------------------------

    def _number_of(self, identifier: str) -> int | None:
        """The service's number of a notification, which the library forgets with the first action."""
        backend: Any = self._notifier()._backend
        numbers = getattr(backend, "_platform_to_interface_notification_identifier", None)
        return None if numbers is None else numbers.inverse.get(identifier)

    def _close(self, number: int) -> None:
        """Close a notification after one of its actions was chosen: some services leave it open, with buttons that no
        longer work.
        """
        task = asyncio.get_running_loop().create_task(self._call("CloseNotification", _SERVICE, "u", [number]))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _server_capabilities(self) -> frozenset[str] | None:
        """None where there is no service."""
        answer = await self._call("GetCapabilities", _SERVICE)
        return None if answer is None else frozenset(answer[0])

    async def _call(self, member: str, interface: str, signature: str = "", body: list[Any] | None = None) -> Any:
        """The answer's values; None without a bus or a service, and for an error."""
        from dbus_fast import Message, MessageType

        message = Message(
            destination=_SERVICE, path=_PATH, interface=interface, member=member, signature=signature, body=body or []
        )
        answer = await _attempt(self._ask(message), None)
        return answer.body if answer is not None and answer.message_type is MessageType.METHOD_RETURN else None

    async def _ask(self, message: Message) -> Message | None:
        from dbus_fast.aio import MessageBus

        if self._bus is None or not self._bus.connected:
            self._bus = await MessageBus().connect()
        return await self._bus.call(message)


async def _attempt(work: Awaitable[T], otherwise: T) -> T:
    """Whatever keeps the system from notifying, the program goes on: each system's library raises its own."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001
        log.info("no notification: %s", type(error).__name__)
        return otherwise


def escape(text: str) -> str:
    """Text as it stands in the markup of a notification's body."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def without_tags(text: str) -> str:
    """Text in which no service finds markup: dunst without a configuration says that it takes none, and draws it."""
    return text.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}").replace(
        ">", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    )
