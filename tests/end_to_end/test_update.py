"""The first start of a new version with a large archive that an earlier one stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from first_start import ProgramDriver, connect

from desktop.app import error_window, program
from desktop.app.caches import DATABASE
from desktop.app.error_window import ErrorWindow
from desktop.store.core import migrate
from desktop.text import command_line as texts
from tests.helpers.earlier_profile import write_large_profile
from tests.helpers.every_customer import every_customer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]
CONVERSATIONS = 60


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
    [path] = tmp_path.rglob(DATABASE)
    for part in path.parent.glob(f"{DATABASE}*"):
        part.unlink()
    write_large_profile(path, 5, CONVERSATIONS)
    monkeypatch.setattr(migrate, "BATCH", 10)
    monkeypatch.setattr(program, "PROGRESS_AFTER_S", 0.0)
    monkeypatch.setattr(error_window, "ErrorWindow", NotedWindow)
    assert play(second) == []
    shown = [next(n for n in range(101) if texts.UPDATING_MESSAGES(percent=n) == text) for text in seen]
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 100)
    assert len(set(shown)) > 10
