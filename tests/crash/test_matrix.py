"""Every sequence of three attempts over all kinds of answers and crash points.

Without `--whole` every sequence of two, and a part of those of three.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice, product

import pytest
from crashable_program import AFTER, BEFORE, CRASHES, Crash

from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import Done, ResolvePending

ATTEMPTS = 3
RUNS_PER_CHAT = 5
KINDS = (*AFTER, *BEFORE, *CRASHES)

pytestmark = pytest.mark.slow


async def attempt(program, kind):
    """Attempt to send with the outcome `kind`, and run what the program then does by itself."""
    program.api.script = lambda: "accepted" if kind in CRASHES else kind
    program.store.crash_point = kind if kind in CRASHES else None
    try:
        await program.engine.outbox.step()
    except Crash:
        await program.clean_up_crash()
        await program.start()
        await program.engine.poller.run_once()
    await program.finish_lookups()
    program.api.is_blind = False
    # Delayed replies are due again, and a lost reply has been looked up.
    program.world.advance(600)


async def resend_undecided(program, draft_id):
    """Send again, against all warnings."""
    reply = await program.load_reply(draft_id)
    if reply.state in (State.REFUSED, State.UNCONFIRMED, State.HELD):
        again = ResolvePending(draft_id, send=True, acknowledged=acknowledge(reply.warned))
        assert await program.engine.command_handler.do(again) == Done()


async def play(program, chat, script, number):
    """Send a reply with scripted outcomes. Returns the number of attempts and the errors."""
    draft_id, text = f"d{number}", f"Reply number {number}"
    await program.send(chat, draft_id, text)
    errors: Counter[str] = Counter()
    attempts = 0
    for kind in (*script, "accepted"):
        attempts += 1
        await attempt(program, kind)
        errors += await program.find_errors(chat, {draft_id: text})
        if (await program.load_reply(draft_id)).is_done:
            break
        await resend_undecided(program, draft_id)
    # It took at most one attempt after the script, and the customer has it once on both screens.
    if [shown[-1:] for shown in program.screens(chat)] != [[text], [text]] or not (
        await program.load_reply(draft_id)
    ).is_done:
        errors["not there in the end"] += 1
    return attempts, errors


@pytest.mark.parametrize("first", KINDS)
async def test_every_sequence_of_three_attempts(program, amount, record_property, first):
    await program.start()
    errors: Counter[str] = Counter()
    # Scripts that start like one that ended early would repeat it.
    ended: set[tuple[str, ...]] = set()
    covered = runs = 0
    for later in islice(product(KINDS, repeat=ATTEMPTS - 1), None, None, amount(40, 1)):
        script = (first, *later)
        covered += 1
        if any(script[:n] in ended for n in range(1, ATTEMPTS)):
            continue
        if runs % RUNS_PER_CHAT == 0:
            chat = await program.new_chat()
        runs += 1
        attempts, new_errors = await play(program, chat, script, runs)
        ended.add(script[:attempts])
        errors += new_errors
        assert not errors, (script, errors)
    await program.engine.stop()
    record_property("crash matrix: sequences of three attempts", covered)
    record_property("crash matrix: runs that differ", runs)
    record_property("crash matrix: replies lost, doubled or shown as accepted that were not", errors.total())
