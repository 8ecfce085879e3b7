"""Whether the system is set to show less motion. Qt itself knows from 6.12 on."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import sys

log = logging.getLogger(__name__)

_IS_LINUX = sys.platform == "linux"
_GET_CLIENT_AREA_ANIMATION = 0x1042
"""Of Windows' `SystemParametersInfo`: what "Animation effects" of its settings switches."""
_PORTAL, _PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_ASKED = (
    ("org.freedesktop.appearance", "reduced-motion", 1),
    # Portals that don't know the first one pass on GNOME's own setting.
    ("org.gnome.desktop.interface", "enable-animations", False),
)
"""Namespace and key of a setting, and its value where less motion is wanted."""
_ANSWER_WITHIN_S = 5.0


async def prefers_reduced_motion() -> bool:
    """Ask Windows, or the portal of a Linux desktop. False where nobody answers, and on macOS, which is not asked."""
    if _IS_LINUX:
        return await _ask_portal()
    if sys.platform == "win32":
        is_animated = ctypes.c_int(1)
        known = ctypes.windll.user32.SystemParametersInfoW(_GET_CLIENT_AREA_ANIMATION, 0, ctypes.byref(is_animated), 0)
        return bool(known) and not is_animated.value
    else:
        return False


async def _ask_portal() -> bool:
    from dbus_fast import AuthError, DBusError, InvalidAddressError, Message, MessageType, Variant
    from dbus_fast.aio import MessageBus

    bus: MessageBus | None = None
    try:
        bus = await MessageBus().connect()
        for namespace, key, wanted in _ASKED:
            asked = Message(
                destination=_PORTAL,
                path=_PORTAL_PATH,
                interface="org.freedesktop.portal.Settings",
                member="Read",
                signature="ss",
                body=[namespace, key],
            )
            answer = await asyncio.wait_for(bus.call(asked), _ANSWER_WITHIN_S)
            if answer is not None and answer.message_type is MessageType.METHOD_RETURN and answer.body:
                value = answer.body[0]
                while isinstance(value, Variant):
                    value = value.value
                return bool(value == wanted)
    except (OSError, EOFError, TimeoutError, AuthError, DBusError, InvalidAddressError) as error:
        log.info("no portal to ask for motion: %s", type(error).__name__)
    finally:
        if bus is not None:
            bus.disconnect()
    return False
