"""What a start imports until the stored rows are on the screen: nothing that only later actions need."""

from __future__ import annotations

import sys
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import pytest

from tests.bench.rows.start_up import started
from tests.bench.started_profile import create_profile
from tests.bench.worlds import kept

NOT_YET = {
    "the sandbox and its server": {"desktop.sandbox", "desktop.demo", "starlette", "uvicorn"},
    "the HTTP library": {"httpx", "httpcore", "anyio", "h11", "truststore", "rich", "click"},
    "other wrappers and modules of Qt": {"qtawesome", "qtpy", "PySide6.QtOpenGL", "PySide6.QtSvg", "PySide6.QtTest"},
    "numbers": {"numpy", "phonenumbers"},
    "another system's files": {"plistlib"},
    "libraries of notifications": {"desktop_notifier", "dbus_fast"},
    "the window beside the customers": {
        "desktop.ui.composer",
        "desktop.ui.details",
        "desktop.ui.inbox",
        "desktop.ui.notifications",
        "desktop.ui.thread",
    },
    "windows that are not open": {
        "desktop.app.windows.error_window",
        "desktop.ui.help.first_day",
        "desktop.ui.settings.relay_test.sheet",
        "desktop.ui.settings.sheet",
        "desktop.ui.templates.picker",
        "desktop.ui.wizard",
    },
    "the feed of a team that nobody has joined": {"nats", "nacl", "desktop.channels.team"},
    "adapters of accounts that nobody has": {"desktop.channels.octopods.channel", "desktop.channels.twilio.channel"},
}

WITHOUT_MSGSPEC = ("desktop.domain.", "desktop.ports.", "desktop.text.")
"""Packages that use the standard library alone."""


def _dataclasses_of(modules: set[str]) -> set[str]:
    """The names of those that could be a `msgspec.Struct`, which is made in a hundredth of the time."""
    return {
        f"{name}.{kind.__name__}"
        for name in modules
        if name.startswith("desktop.") and not f"{name}.".startswith(WITHOUT_MSGSPEC)
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == name
    }


@pytest.mark.slow
def test_a_start_imports_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "worlds")
    (tmp_path / "profile").mkdir()
    arguments, environment = create_profile(tmp_path / "profile", kept.World(20, busy=5, long_threads=()))
    report = started([sys.executable, "-m", "tests.bench.start_probe", "program", *arguments], environment)
    imported = set(report["rows_modules"])  # type: ignore[call-overload]
    assert "desktop.ui.customers.customer_list" in imported
    assert {what: found for what, modules in NOT_YET.items() if (found := modules & imported)} == {}
    assert len(_dataclasses_of(imported)) < 30
    # Beside PySide's own modules, whose source it reads while it starts.
    assert report["sources"] < 30  # type: ignore[operator]
