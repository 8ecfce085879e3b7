"""What the agent chose about notifications comes back with the next start."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from desktop.system.settings_file import SettingsFile
from desktop.ui.look.notification_preferences import NotificationPreferences

UNTIL = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_choices_and_a_pause_come_back(tmp_path: Path) -> None:
    file, parent = tmp_path / "settings.ini", QObject()
    before = NotificationPreferences(SettingsFile(file), parent)
    before.set_switch("sound", False)
    before.set_quiet_hours(time(21, 30), time(7, 0))
    before.pause(UNTIL)
    after = NotificationPreferences(SettingsFile(file), parent)
    assert after.choices == before.choices
    assert after.paused_until == UNTIL
    after.pause(None)
    assert NotificationPreferences(SettingsFile(file), parent).paused_until is None


@pytest.mark.parametrize("stored", ["soon", "2026-11-21T08:00:00", "2026"])
def test_a_damaged_pause_is_none(tmp_path: Path, stored: str) -> None:
    settings = SettingsFile(tmp_path / "settings.ini")
    settings.setValue("notifications/paused_until", stored)
    assert NotificationPreferences(settings, QObject()).paused_until is None
