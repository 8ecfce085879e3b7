"""A profile whose owner has said that closing the window ends the program, so that nobody is asked."""

from __future__ import annotations

from pathlib import Path

from desktop.app.profile_paths import SETTINGS_FILE
from desktop.system.settings_file import SettingsFile


def closing_ends_the_program(profile: Path) -> None:
    settings = SettingsFile(profile / SETTINGS_FILE)
    settings.setValue("notifications/keeps_running", "false")
    settings.sync()
