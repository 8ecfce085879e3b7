"""Whether the system is set to show less motion."""

from __future__ import annotations

import asyncio
import ctypes
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from desktop.system.accessibility import motion
from desktop.system.accessibility.motion import prefers_reduced_motion


@pytest.mark.parametrize(("answers", "is_animated", "prefers"), [(1, 0, True), (1, 1, False), (0, 0, False)])
def test_windows_says_whether_it_animates(monkeypatch, answers: int, is_animated: int, prefers: bool) -> None:
    def answer(_asked: int, _unused: int, place: object, _flags: int) -> int:
        place._obj.value = is_animated
        return answers

    monkeypatch.setattr(motion, "_IS_LINUX", False)
    monkeypatch.setattr(sys, "platform", "win32")
    user32 = SimpleNamespace(SystemParametersInfoW=answer)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=user32), raising=False)
    assert asyncio.run(prefers_reduced_motion()) is prefers


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("dbus-daemon") is None, reason="needs a session bus")
@pytest.mark.parametrize(
    ("settings", "prefers"),
    [
        ({("org.freedesktop.appearance", "reduced-motion"): ("u", 1)}, True),
        ({("org.gnome.desktop.interface", "enable-animations"): ("b", False)}, True),
        ({("org.gnome.desktop.interface", "enable-animations"): ("b", True)}, False),
        ({}, False),
    ],
)
def test_the_portal_of_a_linux_desktop_is_asked(monkeypatch, settings, prefers: bool) -> None:
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert asyncio.run(_answer_of_portal(address, settings)) is prefers
        daemon.terminate()


async def _answer_of_portal(address: str, settings: dict[tuple[str, str], tuple[str, object]]) -> bool:
    from dbus_fast import Message, MessageType, Variant
    from dbus_fast.aio import MessageBus

    def answer(asked: Message) -> Message | None:
        if asked.member != "Read":
            return None
        if tuple(asked.body) not in settings:
            return Message.new_error(asked, "org.freedesktop.portal.Error.NotFound", "Requested setting not found")
        # Twice, as the real one does.
        return Message.new_method_return(asked, "v", [Variant("v", Variant(*settings[tuple(asked.body)]))])

    bus = await MessageBus(bus_address=address).connect()
    bus.add_message_handler(lambda m: answer(m) if m.message_type is MessageType.METHOD_CALL else None)
    await bus.request_name("org.freedesktop.portal.Desktop")
    try:
        return await prefers_reduced_motion()
    finally:
        bus.disconnect()


@pytest.mark.skipif(sys.platform != "linux", reason="its library is there on Linux alone")
def test_without_a_session_bus_nothing_is_reduced(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert not asyncio.run(prefers_reduced_motion())
