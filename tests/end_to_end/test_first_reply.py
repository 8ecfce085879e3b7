"""A new agent's way from the first start to the first reply, by keyboard alone, counted step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from fake_keyrings import FakeKeyring
from first_start import READY, REQUEST, TOKEN, WELCOME, WHO, ProgramDriver, connect, finish_wizard
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.text.screens import first_day as texts

if TYPE_CHECKING:
    from desktop.ui.help.first_day.checklist import Checklist

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]

ANSWER = "Hi! I'll look into it."


def checklist_of(driver: ProgramDriver) -> Checklist | None:
    return driver.inbox.checklist.widget


def test_from_the_first_start_to_the_first_reply(play: Play, ring: FakeKeyring) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await connect(driver)
        await driver.wait_until(lambda: driver.wizard.teammate.list.count() > 1, "the teammates")
        fields = len([f for f in driver.wizard.findChildren(QLineEdit) if f.accessibleName()])
        driver.type("sam")
        await finish_wizard(driver)
        assert driver.pages == [WELCOME, REQUEST, TOKEN, WHO, READY]
        assert fields == 2
        # Enter on each page, the paste, and three letters of a name.
        assert driver.input_count == 5 + 1 + 3

        await driver.wait_until(lambda: checklist_of(driver) is not None, "the checklist")
        await driver.wait_until(driver.inbox.list._list.hasFocus, "the customers to have the keyboard")
        assert texts.CHECKLIST() in driver.visible_text()
        driver.save_picture("inbox")
        # The first customer is current; it leads on to the reply.
        driver.press(Qt.Key.Key_Return)
        await driver.wait_until(lambda: driver.inbox.view is not None, "the thread")
        # It leaves the room to the thread.
        assert checklist_of(driver).is_folded
        await driver.wait_until(driver.inbox.composer.text_field.hasFocus, "the reply to have the keyboard")
        before = driver.input_count
        driver.type(ANSWER)
        driver.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await driver.wait_until(lambda: is_answered(driver), "the reply in the thread")
        driver.save_picture("first-reply")
        # The customer, and *Send*.
        assert driver.input_count - len(ANSWER) == 9 + 2
        assert driver.input_count - before == len(ANSWER) + 1

    assert play(scenario) == []


def is_answered(driver: ProgramDriver) -> bool:
    view = driver.inbox.view
    return view is not None and any(ANSWER in m.entry.text for m in view.thread.messages)


def test_the_checklist_comes_back_until_it_is_dismissed(play: Play, ring: FakeKeyring) -> None:
    async def first(driver: ProgramDriver) -> None:
        await connect(driver)
        await finish_wizard(driver)
        await driver.wait_until(lambda: checklist_of(driver) is not None, "the checklist")
        driver.click("Test…: Test delivery to your own phone")
        await driver.wait_until(lambda: driver.inbox.settings.relay_test.is_open, "the delivery test")
        driver.press(Qt.Key.Key_Escape)

    async def second(driver: ProgramDriver) -> None:
        await driver.wait_until(lambda: driver.program.session and driver.program.session.window, "the inbox at once")
        await driver.wait_until(lambda: checklist_of(driver) is not None, "the checklist")
        driver.click("Dismiss")
        assert checklist_of(driver) is None

    async def third(driver: ProgramDriver) -> None:
        await driver.wait_until(lambda: driver.program.session and driver.program.session.window, "the inbox at once")
        await driver.wait_until(lambda: driver.inbox._workspace is not None, "the workspace")
        assert checklist_of(driver) is None

    for scenario in (first, second, third):
        assert play(scenario) == []
