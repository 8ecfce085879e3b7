"""The whole program on the sandbox: screen, store and sandbox agree after each step."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop.app import loop
from desktop.demo.sample import SampleWorkspace
from desktop.demo.tour.tour import Tour
from desktop.domain.model.outgoing import State
from desktop.engine.commands import SyncNow
from desktop.engine.views import ConnectionState
from desktop.sandbox.model.settings import Fault
from desktop.ui.look.theme import Theme
from desktop.ui.thread.entries import EntryType

JENNIFER = "Jennifer Okafor"
Scenario = Callable[[Tour], Coroutine[Any, Any, None]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]


@pytest.fixture
def run_scenario(qapp: QApplication, tmp_path: Path) -> Callable[[Scenario], list[str]]:
    """Runs a scenario on the real windows and loop. Returns names of tasks that outlived the program."""

    def play(scenario: Scenario) -> list[str]:
        remaining: list[str] = []

        async def main() -> int:
            workspace = await SampleWorkspace.open(Theme(qapp))
            tour = Tour(workspace, tmp_path)
            try:
                await tour.choose("jennifer", JENNIFER)
                await scenario(tour)
            finally:
                await workspace.close()
            others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            remaining.extend(t.get_name() for t in others)
            return 0

        assert loop.run(qapp, main) == 0
        return remaining

    return play


async def check_agreement(tour: Tour) -> None:
    """Check that screen, store and sandbox have the same entries, and the customer's screens no duplicates."""
    sandbox = tour.workspace.sandbox
    customer = tour.workspace.customer.customer_id

    def at_intercom() -> set[tuple[str, str]]:
        with sandbox.lock:
            world = sandbox.world
            conversation_ids = world.conversation_ids(customer)
            parts = {(c, part["id"]) for c in conversation_ids for part in world.intercom.parts(c)}
            return parts | {(c, f"source:{c}") for c in conversation_ids}

    def on_screen() -> list[tuple[str, str]]:
        model = tour.window.thread_pane.timeline.model()
        rows = [model.entry(row) for row in range(model.rowCount())]
        shown = (EntryType.MESSAGE, EntryType.NOTE, EntryType.EVENT)
        return [row.message.key for row in rows if row.type in shown]

    async def in_store() -> list[tuple[str, str]]:
        view = await tour.workspace.engine.queries.thread(tour.view.customer_id)
        return [m.key for m in view.thread.messages]

    tour.submit(SyncNow())
    await tour.wait_until(lambda: set(on_screen()) == at_intercom(), "the screen to show what Intercom holds")
    assert await in_store() == on_screen()
    seen = await tour.workspace.customer.refresh()
    for channel in ("whatsapp", "sms", "telegram"):
        for items in seen[channel].values():
            ours = Counter(item["text"] for item in items if item["who"] == "business")
            assert all(count == 1 for count in ours.values()), ours
    replies = Counter(reply.text for reply in sandbox.processed_replies())
    assert all(count == 1 for count in replies.values()), replies


def pending_states(tour: Tour) -> list[State]:
    return [pending.state for pending in tour.view.pending_replies]


async def send(tour: Tour, text: str) -> None:
    await tour.write(text)
    await tour.send(JENNIFER)


def test_nothing_is_lost_or_sent_twice_with_lost_answers_and_offline(run_scenario) -> None:
    async def scenario(tour: Tour) -> None:
        sandbox = tour.workspace.sandbox
        await check_agreement(tour)

        await send(tour, "It remaining our hub this morning.")
        await tour.wait_for_message("It remaining our hub this morning.")
        await check_agreement(tour)

        with sandbox.lock:
            sandbox.world.settings.fail_next.append(Fault("POST", "/reply$", "drop_after"))
        await send(tour, "The answer to this one gets lost.")
        await tour.wait_for_message("The answer to this one gets lost.")
        await tour.wait_until(lambda: not tour.view.pending_replies, "the echo to become a message")
        await check_agreement(tour)

        sandbox.unplug()
        connection = tour.workspace.engine.queries.connection
        tour.submit(SyncNow())
        await tour.wait_until(
            lambda: connection().state is ConnectionState.OFFLINE, "the connection to be seen as gone"
        )
        await send(tour, "Written while offline.")
        await tour.wait_until(lambda: pending_states(tour) == [State.QUEUED], "the reply to be queued")
        sandbox.plug_in()
        tour.submit(SyncNow())
        await tour.wait_for_message("Written while offline.")
        await check_agreement(tour)

        await tour.customer_writes("jennifer", "whatsapp", "Thank you for telling me.")
        await tour.wait_for_message("Thank you for telling me.")
        await check_agreement(tour)

    assert run_scenario(scenario) == []


def test_a_reply_queued_offline_whose_window_closed_meanwhile_is_held(run_scenario) -> None:
    async def scenario(tour: Tour) -> None:
        sandbox = tour.workspace.sandbox
        connection = tour.workspace.engine.queries.connection
        sandbox.unplug()
        tour.submit(SyncNow())
        await tour.wait_until(
            lambda: connection().state is ConnectionState.OFFLINE, "the connection to be seen as gone"
        )
        await send(tour, "This should have gone out in time.")
        await tour.wait_until(lambda: pending_states(tour) == [State.QUEUED], "the reply to be queued")
        await tour.workspace.customer.control.clock(advance_s=25 * 3600)
        sandbox.plug_in()
        tour.submit(SyncNow())
        await tour.wait_until(lambda: pending_states(tour) == [State.HELD], "the reply to be held")
        assert tour.view.pending_replies[0].warned
        await check_agreement(tour)
        assert not sandbox.processed_replies()

    assert run_scenario(scenario) == []


def test_closing_in_the_middle_of_a_send_leaves_nothing_running(run_scenario) -> None:
    async def scenario(tour: Tour) -> None:
        sandbox = tour.workspace.sandbox
        with sandbox.lock:
            sandbox.world.settings.fail_next.append(Fault("POST", "/reply$", "delay_after", seconds=1.0))
        await send(tour, "On its way when the window closes.")
        await tour.wait_until(sandbox.processed_replies, "the reply to be under way")

    assert run_scenario(scenario) == []
