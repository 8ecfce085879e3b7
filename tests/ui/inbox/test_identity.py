"""Who is who on the screen: a person's word by mouse and keyboard, its way back, and forgetting after a question."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton

from desktop.demo.sample import SampleWorkspace
from desktop.demo.tour.tour import Tour
from desktop.text.screens import details
from desktop.text.screens import inbox as texts
from desktop.ui.look.theme import Theme
from tests.helpers.every_customer import every_customer

ANNA, MEI = "Anna Kowalska", "Mei Lin Chen"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]


@pytest.fixture
def running_tour(qapp, tmp_path: Path):
    from desktop.app import loop

    def play(scenario) -> None:
        async def main() -> int:
            workspace = await SampleWorkspace.open(Theme(qapp))
            tour = Tour(workspace, tmp_path)
            try:
                await scenario(tour)
            finally:
                await workspace.close()
            return 0

        assert loop.run(qapp, main) == 0

    return play


def buttons(tour: Tour, words: str) -> list[QPushButton]:
    return [b for b in tour.window.details.findChildren(QPushButton) if b.text() == words and not b.isHidden()]


async def link_with(tour: Tour, words: str) -> None:
    """By keyboard alone."""
    QTest.keyClick(tour.window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    chooser = tour.window._identity.chooser
    await tour.wait_until(lambda: chooser.is_open, "the choice of customers")
    chooser._field.setText(words)
    await tour.wait_until(lambda: chooser.titles and chooser.titles[0].startswith(words), "the customer in the choice")
    tour.press(Qt.Key.Key_Return, "\r")


def test_two_customers_are_joined_and_parted_with_a_way_back(running_tour) -> None:
    async def scenario(tour: Tour) -> None:
        await tour.choose("mei", MEI)
        alone = len(tour.view.thread.messages)
        await link_with(tour, ANNA)
        await tour.wait_until(lambda: len(tour.view.thread.contacts) > 1, "Anna's contacts in Mei's thread")
        assert len(tour.view.thread.messages) > alone
        assert "are now one customer" in tour.window.toast.text
        tour.window.toast.press()
        await tour.wait_until(lambda: len(tour.view.thread.contacts) == 1, "the way back")
        await tour.choose("mei", MEI)
        assert len(tour.view.thread.messages) == alone
        await link_with(tour, ANNA)
        await tour.wait_until(lambda: len(tour.view.thread.contacts) > 1, "Anna's contacts again")
        headings = tour.window.details.findChildren(QToolButton)
        next(b for b in headings if b.text() == details.HOW_WE_KNOW()).click()
        await tour.wait_until(lambda: bool(buttons(tour, details.UNDO())), "the word that was said")
        buttons(tour, details.UNDO())[0].click()
        await tour.wait_until(lambda: len(tour.view.thread.contacts) == 1, "each alone again")
        assert not tour.view.identity_decisions

    running_tour(scenario)


def test_a_customer_is_forgotten_after_a_question_and_never_by_enter(running_tour) -> None:
    async def scenario(tour: Tour) -> None:
        await tour.choose("mei", MEI)
        customer = tour.view.customer_id
        actions = tour.window.details.findChildren(QAction)
        next(action for action in actions if action.text() == details.DELETE_DATA()).trigger()
        question = tour.window.question
        assert question.is_open
        assert MEI in question.text
        tour.press(Qt.Key.Key_Return, "\r")
        assert question.is_open
        question.confirm()

        await tour.wait_until(lambda: texts.DATA_DELETED() == tour.window.toast.text, "what was done to be told")
        assert tour.window.view is None
        assert customer not in {row.customer_id for row in await every_customer(tour.workspace.engine.queries)}
        assert await tour.workspace.engine.queries.thread(customer) is None

    running_tour(scenario)
