"""A bridge's failure notice is recognised, classified and tied to the reply it speaks of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk import BRIDGE, OURS, WORKSPACE, entry, event, failure_note, in_messenger, reply

from desktop.domain.facts import Entry, EntryKind, Role
from desktop.domain.notice import NoticeKind, recognise, tie


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The 24-hour messaging window has closed (for non-template sends).", NoticeKind.WINDOW_CLOSED),
        ("Re-engagement window expired", NoticeKind.WINDOW_CLOSED),
        ("Error 63016", NoticeKind.WINDOW_CLOSED),
        ("Recipient is not a WhatsApp user.", NoticeKind.NOT_ON_CHANNEL),
        ("Octopods: Your origin sending Channel / Number is unknown to us.", NoticeKind.CHANNEL_TROUBLE),
        ("This message could not be delivered.", NoticeKind.UNKNOWN_FAILURE),
    ],
)
def test_kinds(text: str, kind: NoticeKind) -> None:
    note = failure_note(1, text)
    found = recognise(note, WORKSPACE)
    assert found is not None
    assert (found.entry_id, found.kind, found.text) == (note.id, kind, text)


TELLING = "Your message was not delivered, the 24 hour window is over"


@pytest.mark.parametrize(
    ("candidate", "is_notice"),
    [
        (entry(1, role=Role.BOT, text=TELLING, app_code=BRIDGE), True),
        (entry(1, role=Role.BOT, kind=EntryKind.NOTE, text=TELLING), True),
        (entry(1, role=Role.TEAMMATE, kind=EntryKind.NOTE, text=TELLING, app_code="not-learnt-yet"), True),
        (entry(1, role=Role.TEAMMATE, kind=EntryKind.NOTE, text=TELLING), False),
        (entry(1, role=Role.TEAMMATE, kind=EntryKind.NOTE, text=TELLING, app_code=OURS), False),
        (entry(1, role=Role.TEAMMATE, text=TELLING), False),
        (entry(1, role=Role.BOT, text=TELLING), False),
        (entry(1, text=TELLING, app_code=BRIDGE), False),
        (entry(1, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="Template sent", app_code=BRIDGE), False),
        (entry(1, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="", app_code=BRIDGE), False),
        (event(1), False),
    ],
)
def test_only_a_bridges_own_words_are_a_notice(candidate: Entry, is_notice: bool) -> None:
    assert (recognise(candidate, WORKSPACE) is not None) == is_notice


def test_patterns_are_a_setting() -> None:
    workspace = replace(WORKSPACE, notice_patterns=("nicht zugestellt",))
    assert recognise(failure_note(1, "Nicht zugestellt."), workspace) is not None
    assert recognise(failure_note(1), workspace) is None
    assert recognise(failure_note(1), replace(WORKSPACE, notice_patterns=())) is None


MINUTE = 1 / 60


def test_a_notice_belongs_to_the_reply_before_it() -> None:
    early, late = reply(3), reply(1)
    note = failure_note(1 - MINUTE)
    assert set(tie([early, note, late, in_messenger(2)], WORKSPACE)) == {late.id}


def test_two_replies_and_two_notices_in_their_order() -> None:
    one, two = reply(1), reply(1 - MINUTE)
    first_note, second_note = failure_note(1 - 2 * MINUTE, "470 first"), failure_note(1 - 3 * MINUTE, "470 second")
    tied = tie([second_note, one, first_note, two], WORKSPACE)
    assert (tied[one.id].text, tied[two.id].text) == ("470 first", "470 second")


def test_a_single_notice_goes_to_the_reply_whose_window_was_closed() -> None:
    fine, doomed = reply(1), reply(1 - MINUTE)
    assert set(tie([fine, doomed, failure_note(1 - 2 * MINUTE)], WORKSPACE, frozenset({doomed.id}))) == {doomed.id}


def test_a_notice_long_after_the_reply_is_nobodys() -> None:
    assert tie([reply(1), failure_note(1 - 6 * MINUTE)], WORKSPACE) == {}


@given(st.permutations(range(5)))
def test_the_order_of_arrival_does_not_matter(order: list[int]) -> None:
    talk = [
        replace(e, id=str(number))
        for number, e in enumerate(
            [reply(1), failure_note(1 - MINUTE), reply(0.5), failure_note(0.5 - MINUTE), in_messenger(0.1)]
        )
    ]
    assert {reply_id: notice.entry_id for reply_id, notice in tie([talk[i] for i in order], WORKSPACE).items()} == {
        "0": "1",
        "2": "3",
    }
