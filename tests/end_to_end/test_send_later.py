"""A reply that is sent later, from the keyboard to the customer's phone, and one whose time passes while the program is
closed. Everything over HTTP; only the sandbox's clock jumps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from first_start import ProgramDriver, connect, finish_wizard
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.domain.model.outgoing import State
from desktop.engine.commands import ResolvePending, SyncNow

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
IN_TIME, MISSED = "Your parcel is on its way.", "Good morning! Did it arrive?"


def on_phone(driver: ProgramDriver) -> list[str]:
    with driver.sandbox.lock:
        return [item.text for item in driver.sandbox.cast["jennifer"].chats["whatsapp"] if item.who == "business"]


def pending(driver: ProgramDriver) -> list[tuple[str, State]]:
    view = driver.inbox.view
    return [(p.text, p.state) for p in view.pending_replies] if view is not None else []


async def open_customer(driver: ProgramDriver, name: str) -> None:
    model = driver.inbox.list._list.model()

    def found() -> list[str]:
        return [row.customer_id for row in model.rows.values() if row.name.startswith(name)]

    await driver.wait_until(found, "the customers")
    driver.inbox.choose_customer(found()[0])
    await driver.wait_until(lambda: driver.inbox.view is not None and driver.inbox.view.name.startswith(name), name)
    await driver.wait_until(driver.inbox.composer.isVisible, "the composer")


async def schedule(driver: ProgramDriver, text: str, downs: int) -> None:
    """Write, open the menu of times by its key, and choose in it."""
    # A menu leaves no window in front on the offscreen platform.
    driver.inbox.window().activateWindow()
    await driver.wait_until(driver.inbox.isActiveWindow, "the inbox in front")
    driver.inbox.write_reply()
    driver.type(text)
    driver.press(Qt.Key.Key_S, CONTROL | SHIFT)
    await driver.wait_until(QApplication.activePopupWidget, "the menu")
    driver.save_picture("menu")
    for _ in range(downs):
        driver.press_in(QApplication.activePopupWidget(), Qt.Key.Key_Down)
    driver.press_in(QApplication.activePopupWidget(), Qt.Key.Key_Return)
    await driver.wait_until(lambda: (text, State.SCHEDULED) in pending(driver), "the scheduled reply in the thread")
    driver.save_picture("scheduled")


def time_passes(driver: ProgramDriver, by: timedelta) -> None:
    with driver.sandbox.lock:
        driver.sandbox.world.advance(by.total_seconds())


def test_a_reply_is_sent_at_its_time_or_waits_for_the_agent(play: Play, sandbox) -> None:
    async def first(driver: ProgramDriver) -> None:
        await connect(driver)
        await finish_wizard(driver)
        await open_customer(driver, "Jennifer")
        await schedule(driver, IN_TIME, 1)
        assert driver.inbox.composer.text == ""
        assert IN_TIME not in on_phone(driver)
        time_passes(driver, timedelta(hours=1))
        driver.program.session.engine.command_handler.submit(SyncNow())
        await driver.wait_until(lambda: on_phone(driver).count(IN_TIME) == 1, "the reply on the phone")
        await driver.wait_until(lambda: pending(driver) == [], "nothing pending")
        await schedule(driver, MISSED, 1)
        await driver.wait_until(lambda: "1 reply scheduled" in driver.button_names(), "the count")
        driver.inbox.window().close()
        assert driver.inbox.quitting.question.is_open
        assert "1 reply is scheduled" in driver.inbox.quitting.question.text
        driver.inbox.quitting.question.confirm()
        await driver.wait_until_ended()

    async def second(driver: ProgramDriver) -> None:
        await driver.wait_until(lambda: driver.program.session and driver.program.session.window, "the inbox")
        await driver.wait_for_text("1 reply needs your decision.")
        await open_customer(driver, "Jennifer")
        await driver.wait_until(lambda: (MISSED, State.HELD) in pending(driver), "the held reply")
        driver.save_picture("missed")
        assert MISSED not in on_phone(driver)
        [waiting] = driver.inbox.view.pending_replies
        driver.program.session.engine.command_handler.submit(ResolvePending(waiting.draft_id, send=True))
        await driver.wait_until(lambda: on_phone(driver).count(MISSED) == 1, "the reply on the phone")

    assert play(first) == []
    with sandbox.lock:
        sandbox.world.advance(2 * 3600)
    assert play(second) == []
    with sandbox.lock:
        shown = [item.text for item in sandbox.cast["jennifer"].chats["whatsapp"]]
    assert (shown.count(IN_TIME), shown.count(MISSED)) == (1, 1)
