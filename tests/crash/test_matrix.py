"""Crash matrix: every sequence of three attempts over the kinds of answer and the points at which a process can die.

Without `--whole` every sequence of two, and of those of three one in four.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice, product

import pytest

from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import Done, ResolvePending

ATTEMPTS = 3
RUNS_IN_ONE_TALK = 5
BEFORE = ("refused", "never_left", "429", "500_before", "html_502", "login_page", "drop_before", "brake")
AFTER = ("accepted", "drop_after", "500_after", "truncated", "timed_out", "unseen")
DEATHS = ("dies_before_claim", "dies_after_claim", "dies_after_bytes", "dies_before_settle", "dies_after_settle")
KINDS = (*AFTER, *BEFORE, *DEATHS)

pytestmark = pytest.mark.slow


async def one_attempt(stage, kit, kind):
    """The next try of the reply ends as `kind` says; then whatever the program does by itself is done."""
    stage.api.script = lambda: "accepted" if kind in kit.deaths else kind
    stage.store.dies = kind if kind in kit.deaths else None
    try:
        await stage.engine.outbox.step()
    except kit.death:
        await stage.bury()
        await stage.start()
        await stage.engine.poller.run_once()
    await stage.quiet()
    stage.api.is_blind = False
    # Whoever was put off is due again, and a reply that is nowhere has been looked for.
    stage.world.advance(600)


async def the_agent_insists(stage, draft_id):
    """They want it out, whatever the program says."""
    row = await stage.row(draft_id)
    if row.state in (State.REFUSED, State.UNCONFIRMED, State.HELD):
        again = ResolvePending(draft_id, send=True, acknowledged=acknowledge(row.warned))
        assert await stage.engine.command_handler.do(again) == Done()


async def play(stage, kit, talk, script, number):
    """One reply through a script; gives how many attempts it took, and what went wrong at any step."""
    draft_id, text = f"d{number}", f"Reply number {number}"
    await stage.press(talk, draft_id, text)
    wrong: Counter[str] = Counter()
    attempts = 0
    for kind in (*script, "accepted"):
        attempts += 1
        await one_attempt(stage, kit, kind)
        wrong += await stage.judge(talk, {draft_id: text})
        if (await stage.row(draft_id)).is_done:
            break
        await the_agent_insists(stage, draft_id)
    # It took at most one attempt after the script, and she has it once, wherever she looks.
    if [shown[-1:] for shown in stage.screens(talk)] != [[text], [text]] or not (await stage.row(draft_id)).is_done:
        wrong["not there in the end"] += 1
    return attempts, wrong


@pytest.mark.parametrize("first", KINDS)
async def test_every_sequence_of_three_attempts(stage, kit, amount, record_property, first):
    assert set(KINDS) == {*kit.after, *kit.before, *kit.deaths}
    await stage.start()
    wrong: Counter[str] = Counter()
    # Scripts that begin like one that ended early would be the same run again.
    ended: set[tuple[str, ...]] = set()
    covered = runs = 0
    for later in islice(product(KINDS, repeat=ATTEMPTS - 1), None, None, amount(8, 1)):
        script = (first, *later)
        covered += 1
        if any(script[:n] in ended for n in range(1, ATTEMPTS)):
            continue
        if runs % RUNS_IN_ONE_TALK == 0:
            talk = await stage.new_talk()
        runs += 1
        attempts, found = await play(stage, kit, talk, script, runs)
        ended.add(script[:attempts])
        wrong += found
        assert not wrong, (script, wrong)
    await stage.engine.stop()
    record_property("crash matrix: sequences of three attempts", covered)
    record_property("crash matrix: runs that differ", runs)
    record_property("crash matrix: replies lost, doubled or shown as accepted that were not", wrong.total())
