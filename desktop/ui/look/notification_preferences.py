"""What the agent wants to be notified of, saved in QSettings."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, QSettings, Signal

from desktop.engine.notifications.model import Audience, NotificationSettings, QuietHours

PAUSE_FOR = timedelta(hours=1)
"""How long the short *Do not disturb* lasts."""

_MORNING_HOUR = 8
_GROUP = "notifications"
_QUIET_FROM, _QUIET_UNTIL = time(20, 0), time(8, 0)


class Choices(msgspec.Struct, frozen=True):
    """Everything on the settings page. keeps_running: when the window is closed; None while nobody has said it."""

    mine: bool = True
    team: bool = True
    unassigned: bool = True
    messages: bool = True
    while_in_front: bool = False
    windows: bool = True
    replies: bool = True
    mentions: bool = True
    snoozes: bool = True
    shows_text: bool = True
    sound: bool = True
    quiet: bool = False
    quiet_from: time = _QUIET_FROM
    quiet_until: time = _QUIET_UNTIL
    keeps_running: bool | None = None

    def settings(self, paused_until: datetime | None) -> NotificationSettings:
        chosen = {Audience.MINE: self.mine, Audience.TEAM: self.team, Audience.UNASSIGNED: self.unassigned}
        return NotificationSettings(
            audiences=frozenset(audience for audience, is_chosen in chosen.items() if is_chosen),
            messages=self.messages,
            while_in_front=self.while_in_front,
            windows=self.windows,
            replies=self.replies,
            mentions=self.mentions,
            snoozes=self.snoozes,
            quiet_hours=QuietHours(self.quiet_from, self.quiet_until) if self.quiet else None,
            paused_until=paused_until,
        )


class MachineFacts(msgspec.Struct, frozen=True):
    """What this machine can do. shows_notifications: None while the system has not answered.
    starts_at_login: None where that cannot be set.
    """

    shows_notifications: bool | None = None
    has_tray: bool = True
    starts_at_login: bool | None = None


SWITCHES = (
    *("mine", "team", "unassigned", "messages", "while_in_front", "windows", "replies", "mentions", "snoozes"),
    *("shows_text", "sound", "quiet", "keeps_running"),
)
"""The fields of `Choices` that are on or off."""


class NotificationPreferences(QObject):
    """Load and save the agent's choices. One never made is not written. paused_until: do not disturb until then;
    may have passed.

    Signals:
        changed: a choice has been made.
    """

    changed = Signal()

    def __init__(self, settings: QSettings | None, parent: QObject) -> None:
        """settings: None saves nothing."""
        super().__init__(parent)
        self._settings = settings
        self.choices = self._load()
        self.paused_until = self._load_pause()

    def set_switch(self, name: str, is_on: bool) -> None:
        """name: one of `SWITCHES`."""
        self._save(name, "true" if is_on else "false")

    def set_quiet_hours(self, start: time, end: time) -> None:
        self._save("quiet_from", start.strftime("%H:%M"))
        self._save("quiet_until", end.strftime("%H:%M"))

    def pause(self, until: datetime | None) -> None:
        """Do not disturb until then; None ends it."""
        self.paused_until = until
        if self._settings is not None:
            self._settings.setValue(f"{_GROUP}/paused_until", "" if until is None else until.isoformat())
        self.changed.emit()

    def _load(self) -> Choices:
        choices = Choices()
        for name in SWITCHES:
            stored = self._value(name)
            if stored in ("true", "false"):
                choices = replace(choices, **{name: stored == "true"})
        for name in ("quiet_from", "quiet_until"):
            try:
                choices = replace(choices, **{name: time.fromisoformat(self._value(name))})
            except ValueError:
                pass
        return choices

    def _load_pause(self) -> datetime | None:
        try:
            until = datetime.fromisoformat(self._value("paused_until"))
        except ValueError:
            return None
        return until if until.tzinfo is not None else None

    def _value(self, name: str) -> str:
        return str(self._settings.value(f"{_GROUP}/{name}", "")) if self._settings is not None else ""

    def _save(self, name: str, value: str) -> None:
        if self._settings is not None:
            self._settings.setValue(f"{_GROUP}/{name}", value)
        parsed: bool | time = value == "true" if name in SWITCHES else time.fromisoformat(value)
        self.choices = replace(self.choices, **{name: parsed})
        self.changed.emit()


def next_morning(now: datetime) -> datetime:
    """Tomorrow morning by the computer's local time."""
    tomorrow = now.astimezone() + timedelta(days=1)
    return tomorrow.replace(hour=_MORNING_HOUR, minute=0, second=0, microsecond=0)
