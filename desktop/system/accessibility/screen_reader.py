"""Which screen readers of a Linux desktop hear announcements: its registry knows what each of them listens to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

log = logging.getLogger(__name__)

_ANNOUNCEMENT, _APPEARANCE = "object:announcement:", "object:statechanged:showing"


class ScreenReaders:
    """Asks anew each time: a reader may be started, or another one, while the program runs. Loop's thread."""

    def __init__(self) -> None:
        self._bus: MessageBus | None = None
        self._asking = set[asyncio.Task[None]]()

    def if_announcements_are_not_heard(self, act: Callable[[], None]) -> None:
        """Call `act`, soon, if a reader is running that listens for what appears, and not for announcements."""
        task = asyncio.get_running_loop().create_task(self._ask(act))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _ask(self, act: Callable[[], None]) -> None:
        listeners: dict[str, set[str]] = {}
        for name, event in await self._registered_events():
            listeners.setdefault(name, set()).add(event.lower())
        if any(_APPEARANCE in events and _ANNOUNCEMENT not in events for events in listeners.values()):
            act()

    async def _registered_events(self) -> list[tuple[str, str]]:
        """The name on the bus of who listens, and the event; nothing without an accessibility bus."""
        from dbus_fast import AuthError, DBusError, InvalidAddressError
        from dbus_fast.aio import MessageBus

        try:
            if self._bus is None or not self._bus.connected:
                session = await MessageBus().connect()
                answer = await session.call(_message("org.a11y.Bus", "/org/a11y/bus", "GetAddress"))
                session.disconnect()
                address = _first_value(answer)
                if not address:
                    return []
                self._bus = await MessageBus(bus_address=address).connect()
            registry = "org.a11y.atspi.Registry"
            found = _first_value(
                await self._bus.call(_message(registry, "/org/a11y/atspi/registry", "GetRegisteredEvents"))
            )
        except (OSError, EOFError, AuthError, DBusError, InvalidAddressError) as error:
            log.info("no accessibility bus: %s", type(error).__name__)
            return []
        return [(name, event) for name, event in found or ()]


def _message(destination: str, path: str, member: str) -> Message:
    from dbus_fast import Message

    return Message(destination=destination, path=path, interface=destination, member=member)


def _first_value(answer: Message | None) -> Any:
    """None for an error."""
    from dbus_fast import MessageType

    is_good = answer is not None and answer.message_type is MessageType.METHOD_RETURN and answer.body
    return answer.body[0] if answer is not None and is_good else None
