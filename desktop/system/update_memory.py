"""What is remembered of new versions of the program, among the screen's settings."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSettings

from desktop.ports.updates import UpdateMemory


class StoredUpdates:
    """Implements `ports.UpdateStore`. A value that makes no sense counts as none."""

    _GROUP = "updates"

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def load(self) -> UpdateMemory:
        checks = self._text("checks")
        return UpdateMemory(
            checks=checks == "true" if checks in ("true", "false") else None,
            asked_at=_time(self._text("asked_at")),
            version=self._text("version"),
            valid_until=_time(self._text("valid_until")),
            page=self._text("page"),
            skipped=self._text("skipped"),
            ran=self._text("ran"),
        )

    def save(self, memory: UpdateMemory) -> None:
        before = self.load()
        for name in UpdateMemory.__dataclass_fields__:
            value = getattr(memory, name)
            if value != getattr(before, name):
                self._settings.setValue(f"{self._GROUP}/{name}", _shown(value))

    def _text(self, name: str) -> str:
        return str(self._settings.value(f"{self._GROUP}/{name}", ""))


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _shown(value: bool | datetime | str | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else value or ""
