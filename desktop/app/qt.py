"""Starts Qt: checks for a display and for Qt's system libraries, and creates the application object."""

from __future__ import annotations

import builtins
import ctypes
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app import language
from desktop.text.terminal import command_line as texts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

# What Qt's wheel expects from a Linux desktop, and the Debian/Ubuntu package that brings it (Qt 6.11, requirements for
# X11). Qt aborts the process where one is missing, so we look first.
BASE_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
}
# Of QtNetwork, by which a second start of the inbox finds the first.
NETWORK_LIBRARIES = {
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlidec.so.1": "libbrotli1",
    "libzstd.so.1": "libzstd1",
}
# Of QtMultimedia and of FFmpeg, which play voice notes; without them they open in the system's player.
MEDIA_LIBRARIES = {
    "libpulse.so.0": "libpulse0",
    "libXrandr.so.2": "libxrandr2",
    "libXext.so.6": "libxext6",
    "libdrm.so.2": "libdrm2",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


WINDOWS_APP_ID = "Reachline"
"""Also of `SystemNotifier`, under which the system lists this program's notifications, and of the installer's entry in
the Start menu.
"""


class NoScreen(Exception):
    """Qt cannot start here; the text says what to do."""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(*, with_x11: bool, with_network: bool, loads: Callable[[str], bool] = _loads) -> list[str]:
    """Packages of the system libraries that Qt needs and that are missing, in alphabetical order."""
    libraries = BASE_LIBRARIES | (X11_LIBRARIES if with_x11 else {}) | (NETWORK_LIBRARIES if with_network else {})
    return sorted(package for library, package in libraries.items() if not loads(library))


def has_display() -> bool:
    """Whether a window could be shown: always on Windows and macOS, on Linux with an X11 or Wayland session."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    else:
        return True


def uses_x11(environment: Mapping[str, str]) -> bool:
    """Whether Qt will show its windows on X11: asked to, or left to choose where there is no Wayland session."""
    platform = environment.get("QT_QPA_PLATFORM", "")
    # Options of the platform may follow a colon, other platforms to try after it a semicolon.
    return re.split("[:;]", platform)[0] == "xcb" if platform else not environment.get("WAYLAND_DISPLAY")


def _print_message(_kind: object, _where: object, message: str | None) -> None:
    """Print Qt's own messages on standard error, except what the offscreen platform says of every window."""
    if message and not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr)


def offscreen_environment() -> dict[str, str]:
    """The environment variables with which Qt draws without a display."""
    variables = {"QT_QPA_PLATFORM": "offscreen"}
    if sys.platform == "win32":
        # This platform looks for fonts in a folder of Qt's own, which is empty.
        fonts = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "Fonts"
        variables["QT_QPA_FONTDIR"] = os.environ.get("QT_QPA_FONTDIR", str(fonts))
    return variables


def start(*, offscreen: bool, requested_language: str = "", settings: Path | None = None) -> QApplication:
    """Create the application object. Raises NoScreen with a sentence where Qt would abort.

    requested_language: "" for the one chosen in the settings, or else the system's, if the screen can be shown in it.
    settings: the file of them.
    """
    if offscreen:
        os.environ.update(offscreen_environment())
    if sys.platform.startswith("linux"):
        missing = missing_packages(with_x11=uses_x11(os.environ), with_network=not offscreen)
        if missing:
            raise NoScreen(texts.MISSING_LIBRARIES(packages=" ".join(missing)))
    from PySide6.QtCore import Qt, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    _stop_scanning_imports()
    from desktop.ui.look.app_icon import app_icon
    from desktop.ui.look.application import Application

    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    # The window paints without OpenGL, and so do the threads that read videos: a driver's faults stay outside.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ForceRasterWidgets)
    if offscreen:
        qInstallMessageHandler(_print_message)
    if sys.platform == "win32":
        # Before the first window. The taskbar groups by it, whatever file was started; notifications have the same.
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(WINDOWS_APP_ID)
    application = Application(["reachline"])
    if sys.platform == "darwin":
        application.receive_links("reachline")
    application.setApplicationName("Reachline")
    application.setDesktopFileName("reachline")
    application.setWindowIcon(app_icon())
    chosen = language.chosen(settings) if settings is not None else ""
    language.follow(application, requested_language or chosen)
    return application


def _stop_scanning_imports() -> None:
    """Take back PySide's `__import__`, which reads the source of each module imported from then on: a tenth of a start.

    It looks for modules that use PySide and may have switched on its snake_case names, which nobody here does.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
