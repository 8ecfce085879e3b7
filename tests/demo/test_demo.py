"""What the customers of a sandbox see, in a window of its own beside an inbox that talks to the same sandbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop.app import loop
from desktop.app.connect import BadSandboxFile, RunningSandbox
from desktop.demo import demo
from desktop.demo.customer_screens.window import CustomerScreens
from desktop.sandbox.server import Sandbox

pytestmark = pytest.mark.slow


def screens_of(application: QApplication) -> CustomerScreens | None:
    return next((w for w in application.topLevelWidgets() if isinstance(w, CustomerScreens) and w.isVisible()), None)


async def until(condition: Any, what: str) -> None:
    for _ in range(400):
        if condition():
            return
        await asyncio.sleep(0.025)
    raise AssertionError(f"waited in vain for {what}")


def test_a_running_sandbox_shows_its_customers_and_takes_what_they_write(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sandbox.json"

    async def use_it(sandbox: Sandbox, shown: Coroutine[Any, Any, int]) -> int:
        running = asyncio.ensure_future(shown)
        await until(lambda: screens_of(qapp) is not None, "the window")
        window = screens_of(qapp)
        assert window is not None
        jennifer, anna = sandbox.cast["jennifer"].id, sandbox.cast["anna"].id
        assert window.customer_id == jennifer
        window.customer_changed.emit(anna)
        await until(lambda: window.customer_id == anna, "another customer")
        window.write_requested.emit({"customer": jennifer, "on": "whatsapp", "text": "Still there?"})

        def is_written() -> bool:
            with sandbox.lock:
                chats = sandbox.world.customers[jennifer].chats.values()
                return any(item.text == "Still there?" for chat in chats for item in chat)

        await until(is_written, "the message")
        window.close()
        return await running

    with Sandbox.start(demo_story=True) as sandbox:
        file.write_text(json.dumps(sandbox.urls))
        running = RunningSandbox.of_file(file)
        assert running.first_customer == sandbox.cast["jennifer"].id
        assert loop.run(qapp, lambda: use_it(sandbox, demo.show_customers(qapp, running))) == 0
    assert loop.run(qapp, lambda: demo.show_customers(qapp, running)) == 2, "it has ended meanwhile"
    assert "doesn't respond" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ({"base_url": "https://elsewhere.example/control", "token": "x"}, "sandbox_elsewhere"),
        ({"token": "x"}, "sandbox_file_wrong"),
        (None, "sandbox_file_wrong"),
    ],
)
def test_a_file_that_names_no_sandbox_on_this_computer_is_refused(tmp_path: Path, control: Any, code: str) -> None:
    file = tmp_path / "sandbox.json"
    with Sandbox.start() as sandbox:
        urls = {**sandbox.urls, "control": control}
    file.write_text(json.dumps(urls))
    with pytest.raises(BadSandboxFile, match=code):
        RunningSandbox.of_file(file)
