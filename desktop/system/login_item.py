"""Starts the program when this user signs in to the computer, as each system wants it."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.system.paths import make_folder

_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED_KEY = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Where Windows' own settings and its task manager write what they have switched off."""
_BUNDLE_ID = "io.github.reachline.desktop"


def launch_command(profile: Path | None) -> list[str]:
    """The command that starts this program without showing its window. profile: None for the user's own."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop"]
    return [*program, *([] if profile is None else ["--profile", str(profile)]), "--background"]


class SystemLoginItem:
    """Implements `ports.LoginItem`. One for each profile."""

    def __init__(self, command: Sequence[str], profile: Path | None, platform: str = sys.platform) -> None:
        """profile: None for the user's own."""
        self._command = list(command)
        self._platform = platform
        self._suffix = "" if profile is None else "-" + hashlib.sha256(str(profile).encode()).hexdigest()[:8]

    def is_enabled(self) -> bool:
        if self._platform == "win32":
            return self._registered() is not None and not self._is_switched_off()
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return False
        # A desktop's own settings may switch it off in this way.
        return re.search(r"^(Hidden=true|X-GNOME-Autostart-enabled=false)\s*$", text, re.MULTILINE) is None

    def set_enabled(self, is_enabled: bool) -> None:
        if self._platform == "win32":
            self._register(is_enabled)
        elif is_enabled:
            make_folder(self._file.parent)
            self._file.write_bytes(self._content())
        else:
            self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        if self._platform == "darwin":
            return Path.home() / "Library/LaunchAgents" / f"{_BUNDLE_ID}{self._suffix}.plist"
        config = os.environ.get("XDG_CONFIG_HOME", "")
        folder = Path(config) if Path(config).is_absolute() else Path.home() / ".config"
        return folder / "autostart" / f"reachline{self._suffix}.desktop"

    def _content(self) -> bytes:
        if self._platform == "darwin":
            import plistlib

            agent = {
                "Label": f"{_BUNDLE_ID}{self._suffix}",
                "ProgramArguments": self._command,
                "RunAtLoad": True,
                "LimitLoadToSessionType": "Aqua",
            }
            return plistlib.dumps(agent)
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            "Name=Reachline",
            "Icon=reachline",
            f"Exec={' '.join(map(_quoted, self._command))}",
            # Where the program has been uninstalled, desktops pass over the entry without a word.
            "TryExec=" + self._command[0].replace("\\", "\\\\"),
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        )
        return ("\n".join(lines) + "\n").encode()

    # --- Windows' registry -------------------------------------------------------------------------------------------

    @property
    def _value_name(self) -> str:
        return f"Reachline{self._suffix}"

    def _registered(self) -> str | None:
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                    return str(winreg.QueryValueEx(key, self._value_name)[0])
            except FileNotFoundError:
                pass
        return None

    def _is_switched_off(self) -> bool:
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _APPROVED_KEY) as key:
                    state = winreg.QueryValueEx(key, self._value_name)[0]
            except FileNotFoundError:
                return False
            # Of its first byte the lowest bit says so; the time of the change follows.
            return isinstance(state, bytes) and bool(state) and bool(state[0] & 1)
        else:
            return False

    def _register(self, is_enabled: bool) -> None:
        if sys.platform == "win32":
            import subprocess
            import winreg

            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                if is_enabled:
                    winreg.SetValueEx(key, self._value_name, 0, winreg.REG_SZ, subprocess.list2cmdline(self._command))
                elif self._registered() is not None:
                    winreg.DeleteValue(key, self._value_name)
            if is_enabled and self._is_switched_off():
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _APPROVED_KEY) as key:
                    winreg.DeleteValue(key, self._value_name)


def _quoted(argument: str) -> str:
    """An argument as `Exec` takes it (Desktop Entry Specification 1.5): quoted, escaped as in a shell, then as a
    string of the file; a percent sign stands for itself when doubled.
    """
    if re.fullmatch(r"[\w@+=:,./-]+", argument):
        return argument
    in_quotes = re.sub(r'(["`$\\])', r"\\\1", argument).replace("\\", "\\\\")
    return f'"{in_quotes.replace("%", "%%")}"'
