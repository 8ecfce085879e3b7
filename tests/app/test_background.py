"""A start without a window, as at login: the inbox is there, and comes when it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.app import loop
from desktop.app.profile_context import ProfileContext
from desktop.app.program import Program
from desktop.demo.sample import SampleWorkspace
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import TriedIntercom
from desktop.sandbox.server import Sandbox
from desktop.ui.look.theme import Theme

pytestmark = pytest.mark.slow


async def connect(context: ProfileContext, token: str) -> None:
    accounts = Accounts(context.book, context.secrets, context.connector)
    await accounts.load()
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    await accounts.add_workspace(token, tried)
    await accounts.aclose()


async def until(condition: Callable[[], object], what: str) -> None:
    for _ in range(1500):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited for {what}")


def test_it_runs_without_a_window_until_one_is_wanted(
    qapp: QApplication, home: Callable[[], ProfileContext], served: Sandbox
) -> None:
    theme = Theme(qapp, scheme=Qt.ColorScheme.Light)

    async def scenario(program: Program) -> None:
        await until(lambda: program.session is not None and program.session.is_in_background, "the inbox")
        session = program.session
        assert session is not None
        window, background = session.window, session.background
        assert window is not None
        assert background is not None
        # It reads all the same, and a link opens its place.
        await until(lambda: session.engine.poller.rounds, "a sync round")
        assert not window.isVisible()
        with served.lock:
            conversation_id = served.world.conversation_ids(served.cast["jennifer"].id)[0]
        program.open_link(f"reachline://conversation/{conversation_id}")
        await until(lambda: window.view is not None, "the conversation")
        assert window.isVisible()
        assert window.view.name == "Jennifer Okafor"
        assert not session.is_in_background
        # Closing goes on; starting again shows it; quitting from the tray ends the program.
        window.settings.notifications.set_switch("keeps_running", True)
        window.window().close()
        assert (window.isVisible(), session.is_in_background) == (False, True)
        program.open_link("")
        assert (window.isVisible(), session.is_in_background) == (True, False)
        window.window().close()
        assert program.quit()

    async def main() -> int:
        await connect(home(), served.urls["intercom"]["token"])
        program = Program(qapp, home(), SampleWorkspace.open, theme, in_background=True)
        running = asyncio.create_task(program.run())
        acting = asyncio.create_task(scenario(program))
        await asyncio.wait({acting, running}, return_when=asyncio.FIRST_EXCEPTION, timeout=60)
        if not running.done():
            running.cancel()
        await acting
        assert await running == 0
        return 0

    assert loop.run(qapp, main) == 0
