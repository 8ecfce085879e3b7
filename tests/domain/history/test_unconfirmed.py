"""Unconfirmed changes laid over conversations and threads."""

from __future__ import annotations

import pytest
from conversation_factory import NOW, PAGE, WORKSPACE, conversation, first, jennifer

from desktop.domain.history.thread import assemble_thread
from desktop.domain.history.unconfirmed import ChangedFact, UnconfirmedChange, lay_over, lay_over_thread
from desktop.domain.model.facts import ConversationState, Priority

HELD = conversation(
    "1",
    first(3),
    state=ConversationState.SNOOZED,
    snoozed_until=NOW,
    assignee_id="7001",
    team_id="9",
    tags=("VIP", "late"),
    page_url=PAGE,
)


def changed(fact: ChangedFact, value: str, until: object = None):
    return lay_over(HELD, [UnconfirmedChange("1", fact, value, until)])


def test_each_fact_changes_by_itself() -> None:
    closed = changed(ChangedFact.STATE, "closed")
    assert (closed.state, closed.snoozed_until, closed.assignee_id) == (ConversationState.CLOSED, None, "7001")
    assert changed(ChangedFact.STATE, "snoozed", NOW).snoozed_until == NOW
    assert (changed(ChangedFact.ASSIGNEE, "7002").assignee_id, changed(ChangedFact.ASSIGNEE, "").assignee_id) == (
        "7002",
        None,
    )
    assert (changed(ChangedFact.TEAM, "8").team_id, changed(ChangedFact.TEAM, "").team_id) == ("8", None)
    assert changed(ChangedFact.PRIORITY, "high").priority is Priority.HIGH


@pytest.mark.parametrize(
    ("fact", "name", "names"),
    [
        (ChangedFact.TAG, "new", ["VIP", "late", "new"]),
        (ChangedFact.TAG, " vip ", ["VIP", "late"]),
        (ChangedFact.UNTAG, "vip", ["late"]),
        (ChangedFact.UNTAG, "none", ["VIP", "late"]),
    ],
)
def test_tags_match_in_any_case(fact: ChangedFact, name: str, names: list[str]) -> None:
    assert [tag.name for tag in changed(fact, name).tags] == names


def test_the_last_of_several_holds_and_other_conversations_stay() -> None:
    thread = assemble_thread([HELD, conversation("2", first(9), page_url=PAGE)], [jennifer()], WORKSPACE, now=NOW)
    assert lay_over_thread(thread, []) is thread
    changes = [UnconfirmedChange("1", ChangedFact.STATE, state) for state in ("open", "closed")]
    shown = lay_over_thread(thread, [*changes, UnconfirmedChange("unknown", ChangedFact.TEAM, "8")])
    assert shown.chat("1").conversation.state is ConversationState.CLOSED
    assert shown.chat("2") == thread.chat("2")
    assert shown.messages == thread.messages
