"""The lines of events: who did what, and to whom a conversation was assigned where that is known."""

from __future__ import annotations

import pytest
from conversation_factory import entry

from desktop.domain.model.facts import ASSIGNED_TO_NOBODY, EntryKind, Role
from desktop.text.thread.events import event_line


@pytest.mark.parametrize(
    ("event", "assigned_to", "assignee", "line"),
    [
        ("assignment", "teammate:7002", "Priya Nair", "Sam Byrne assigned the conversation to Priya Nair"),
        ("assignment", "team:501", "Deliveries", "Sam Byrne assigned the conversation to Deliveries"),
        ("assignment", "teammate:7001", "", "Sam Byrne assigned the conversation to themselves"),
        ("assignment", ASSIGNED_TO_NOBODY, "", "Sam Byrne removed the assignee"),
        # Somebody who has left the workspace, and what was stored before anybody looked.
        ("assignment", "teammate:7009", "", "Sam Byrne changed the assignment"),
        ("assignment", "", "", "Sam Byrne changed the assignment"),
        (
            "assign_and_reopen",
            "team:501",
            "Deliveries",
            "Sam Byrne reopened the conversation and assigned it to Deliveries",
        ),
        ("away_mode_assignment", ASSIGNED_TO_NOBODY, "", "Unassigned because the assignee is away"),
        ("default_assignment", "team:501", "Deliveries", "Assigned to Deliveries by Intercom"),
        ("close", "", "", "Sam Byrne closed the conversation"),
    ],
)
def test_an_assignment_says_to_whom(event: str, assigned_to: str, assignee: str, line: str) -> None:
    happened = entry(
        1, kind=EntryKind.EVENT, role=Role.TEAMMATE, event=event, author_name="Sam Byrne", assigned_to=assigned_to
    )
    assert event_line(happened, assignee) == line
