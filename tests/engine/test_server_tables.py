"""Server tables change only from provider answers: every command is traced down to the tables it writes."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import get_args

import pytest

from desktop.domain.facts import ChannelKind
from desktop.domain.workspace import Relay
from desktop.engine import commands as c
from desktop.engine import ingest
from desktop.ports import Refused, Trouble

HOUR = timedelta(hours=1)
SERVER_TABLES = ("customers", "contacts", "contact_aliases", "conversations", "entries", "origins", "summaries")


class Trace:
    """Which server tables were written by whom: through `take` and `merge` with a provider's answer, through `decide`
    with the answers that are here, or past all of them."""

    def __init__(self) -> None:
        self.past: set[str] = set()
        self.answers: set[str] = set()

    def note(self, table: str) -> None:
        frame, names = sys._getframe(), set()
        while frame is not None:
            if frame.f_code.co_filename == ingest.__file__:
                names.add(frame.f_code.co_name)
            frame = frame.f_back
        if names & {"take", "merge"}:
            self.answers.add(table)
        elif "decide" not in names or table not in ("origins", "summaries"):
            self.past.add(table)

    def watch(self, db) -> None:
        db.create_scalar_function("traced", self.note, 1)
        for table in SERVER_TABLES:
            for change in ("INSERT", "UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TEMP TRIGGER trace_{table}_{change} AFTER {change} ON main.{table} "
                    f"BEGIN SELECT traced('{table}'); END"
                )


EVERY = {
    c.SaveDraft: [c.SaveDraft("d1", "c1", "v1", "It")],
    c.SendReply: [c.SendReply("d1", "c1", "v1", "It ships"), c.SendReply("d2", "c1", "v1", "Now")],
    c.ResolveEcho: [
        c.ResolveEcho("d3", send=True),
        c.ResolveEcho("d3", cancel=True),
        c.ResolveEcho("d3", arrived=True),
    ],
    c.EditEcho: [c.EditEcho("d3")],
    c.CloseConversation: [c.CloseConversation("v1")],
    c.ReopenConversation: [c.ReopenConversation("v1")],
    c.SnoozeConversation: [c.SnoozeConversation("v1", None)],
    c.AssignConversation: [c.AssignConversation("v1", "7002")],
    c.MarkSeen: [c.MarkSeen("c1")],
    c.PinMapping: [c.PinMapping("v1", ChannelKind.TELEGRAM), c.PinMapping("v1", None, forget=True)],
    c.SetRelay: [c.SetRelay(ChannelKind.WHATSAPP, Relay.REFUSED)],
    c.ChooseTeammate: [c.ChooseTeammate("7001")],
    c.SetBridgeCodes: [c.SetBridgeCodes(frozenset({"some-bridge"}))],
    c.SetNoticePatterns: [c.SetNoticePatterns(("nope",))],
    c.Focus: [c.Focus("c1")],
    c.SyncNow: [c.SyncNow()],
    c.CancelFirstSync: [c.CancelFirstSync()],
}
ASK_INTERCOM = (c.CloseConversation, c.ReopenConversation, c.SnoozeConversation, c.AssignConversation, c.MarkSeen)


@pytest.fixture
async def traced(world, kit):
    """A conversation, a refused reply in it, and every write watched from now on."""
    world.trunk.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    world.trunk.outcomes = [Refused(Trouble.REJECTED, "No.")]
    await world.engine.door.do(c.SendReply("d3", "c1", "v1", "Refused"))
    await world.engine.outbox.step()
    trace = Trace()
    await world.store.read(trace.watch)
    return world, trace


def test_every_command_is_traced():
    assert set(EVERY) == set(get_args(c.Command))


@pytest.mark.parametrize(
    "command", [one for several in EVERY.values() for one in several], ids=lambda x: type(x).__name__
)
async def test_a_command_writes_no_server_table_by_itself(traced, kit, command):
    world, trace = traced
    await world.engine.door.do(command)
    assert trace.past == set()
    if not isinstance(command, ASK_INTERCOM):
        assert trace.answers == set()


async def test_sending_writes_them_from_the_answer(traced):
    world, trace = traced
    await world.engine.door.do(c.SendReply("d1", "c1", "v1", "It ships"))
    assert await world.engine.outbox.step()
    assert trace.past == set()
    assert "entries" in trace.answers


async def test_the_trace_sees_what_goes_past_the_answers(traced):
    world, trace = traced
    await world.store.write(lambda db: db.execute("UPDATE entries SET text = 'forged'"))
    assert trace.past == {"entries"}
