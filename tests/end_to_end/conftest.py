"""Fixtures of first starts: a keyring, a sandbox, and the program on an empty profile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_keyrings import FakeKeyring, use_fake_keyring
from first_start import ProgramDriver, create_context
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from desktop.app import loop
from desktop.app.connect import Hosts
from desktop.sandbox.server import Sandbox
from desktop.ui.look.theme import Theme

Scenario = Callable[[ProgramDriver], Coroutine[Any, Any, None]]
Play = Callable[..., list[str]]


@pytest.fixture
def ring() -> Iterator[FakeKeyring]:
    with use_fake_keyring() as ring:
        yield ring


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(demo_story=True) as sandbox:
        yield sandbox


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, ring: FakeKeyring, sandbox: Sandbox) -> Play:
    """Runs a scenario on a program with the profile in `tmp_path`. Returns names of tasks that outlived it."""
    theme = Theme(qapp, scheme=Qt.ColorScheme.Light)

    def play(scenario: Scenario, hosts: Hosts | None = None, read_timeout_s: float = 10.0) -> list[str]:
        remaining: list[str] = []

        async def main() -> int:
            context = create_context(tmp_path, hosts or Hosts.of_sandbox(sandbox.urls), read_timeout_s)
            driver = ProgramDriver(qapp, context, theme, sandbox)
            await driver.start()
            try:
                await scenario(driver)
            finally:
                await driver.quit()
            remaining.extend(t.get_name() for t in asyncio.all_tasks() if t is not asyncio.current_task())
            return 0

        assert loop.run(qapp, main) == 0
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return remaining

    return play
