"""The first start of a new version with a large archive that an earlier one stored."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest
from first_start import ProgramDriver, connect

from desktop.app.caches import DATABASE
from desktop.app.windows import error_window, update
from desktop.app.windows.error_window import ErrorWindow
from desktop.store.core import migrate, migration_copy
from desktop.store.core.connection import set_up
from desktop.text.terminal import command_line as texts
from tests.helpers.earlier_profile import write_large_profile
from tests.helpers.every_customer import every_customer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]
CONVERSATIONS = 60


def leave_earlier_profile(folder: Path) -> None:
    [path] = folder.rglob(DATABASE)
    for part in path.parent.glob(f"{DATABASE}*"):
        part.unlink()
    write_large_profile(path, 5, CONVERSATIONS)


def test_the_update_shows_how_far_it_is_and_leads_to_the_inbox(
    play: Callable[..., list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    class NotedWindow(ErrorWindow):
        def show(self) -> None:
            seen.append(self.sentence.text())
            self.sentence.setText = lambda text: seen.append(text)
            super().show()

    async def first(driver: ProgramDriver) -> None:
        await connect(driver)

    async def second(driver: ProgramDriver) -> None:
        await driver.wait_until(lambda: driver.program.session and driver.program.session.window, "the inbox")
        assert driver.program.error_window is None
        rows = await every_customer(driver.program.session.engine.queries)
        assert len([row for row in rows if row.last_text == "Where is my parcel?"]) == CONVERSATIONS

    play(first)
    leave_earlier_profile(tmp_path)
    monkeypatch.setattr(migrate, "BATCH", 10)
    monkeypatch.setattr(update, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(error_window, "ErrorWindow", NotedWindow)
    assert play(second) == []
    shown = [next(n for n in range(101) if texts.UPDATING_MESSAGES(percent=n) == text) for text in seen]
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 100)
    assert len(set(shown)) > 10


def test_messages_are_read_during_the_update_and_stay_chosen_after_it(
    play: Callable[..., list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_read = threading.Event()

    def set_up_later(*args: Any) -> apsw.Connection:
        assert was_read.wait(20)
        return set_up(*args)

    async def first(driver: ProgramDriver) -> None:
        await connect(driver)

    async def second(driver: ProgramDriver) -> None:
        program = driver.program
        await driver.wait_until(lambda: program.error_window is not None, "the progress")
        assert program.error_window is not None
        assert program.error_window.alternative_button.text() == texts.READ_MEANWHILE()
        program.error_window.alternative_button.click()
        reading = program._update.reading
        await driver.wait_until(lambda: reading.list.count() > 20, "customers")
        assert reading in program._shown
        reading.list.setCurrentRow(20)
        await driver.wait_until(lambda: "Where is parcel" in reading.messages.toPlainText(), "messages")
        chosen = reading.customer_id
        was_read.set()
        await driver.wait_until(lambda: program.session and program.session.window, "the inbox")
        await driver.wait_until(lambda: program.session.window.view, "a thread")
        assert program.session.window.view.customer_id == chosen
        assert (program.error_window, program._update.reading) == (None, None)

    play(first)
    leave_earlier_profile(tmp_path)
    monkeypatch.setattr(migration_copy, "COPY_FROM_BYTES", 1)
    monkeypatch.setattr(migration_copy, "set_up", set_up_later)
    monkeypatch.setattr(update, "SHOWN_AFTER_S", 0.0)
    assert play(second) == []
