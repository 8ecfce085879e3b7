"""Whatever stands in a thread, and however old a reply that waits is: every row is there once and can be found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_people import People

from desktop.domain.model.outgoing import State
from desktop.ui.thread.entries import EntryType, build_entries
from desktop.ui.thread.pending_reply import OutgoingText
from desktop.ui.thread.timeline.model import PAGE_SIZE, TimelineModel

AGES = st.integers(0, 5 * 24 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))
CONVERSATIONS = st.sampled_from(["wa", "web", "sms"])
MESSAGES = st.lists(st.tuples(CONVERSATIONS, AGES, st.booleans()), max_size=8)
ECHOES = st.lists(st.tuples(CONVERSATIONS, AGES, st.sampled_from(State)), max_size=4)


def describe(pending, _view, _now) -> OutgoingText:
    return OutgoingText(pending.state.value)


def thread_of(people: People, messages, pending_replies):
    """The same number in both names the same message or reply, so that from view to view some stay."""
    entries = {"wa": [], "web": [], "sms": []}
    for number, (place, age, is_from_customer) in enumerate(messages):
        make = people.customer_message if is_from_customer else people.entry
        entries[place].append(replace(make(place, age, f"{number}"), id=f"m{number}"))
    pending = tuple(
        replace(people.pending(state, conversation_id=place), draft_id=f"d{number}", queued_at=people.now - age)
        for number, (place, age, state) in enumerate(pending_replies)
    )
    return people.view([people.conversation(c, held) for c, held in entries.items()], pending_replies=pending)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.tuples(MESSAGES, ECHOES, st.integers(0, 2)), min_size=2, max_size=4))
def test_rows_follow_every_view_with_keys_that_are_there_once(qapp, now, views) -> None:
    people = People(now)
    model = TimelineModel(lambda row: row.key, describe)
    for messages, pending_replies, days in views:
        view, at = thread_of(people, messages, pending_replies), now + timedelta(days=days)
        model.show(view, at)
        shown = [model.entry(row) for row in range(model.rowCount())]
        keys = [row.key for row in shown]
        assert len(set(keys)) == len(keys)
        assert shown == build_entries(view, at, PAGE_SIZE, describe)
        waiting = {e.draft_id for e in view.pending_replies if e.state is not State.CANCELLED}
        assert {row.pending.draft_id for row in shown if row.pending is not None} == waiting
        assert all(model.row_of(key) == row for row, key in enumerate(keys))


def test_a_refused_reply_of_yesterday_is_shown_below_todays_messages(qapp, now, jennifer, people) -> None:
    model = TimelineModel(lambda row: row.key, describe)
    old = replace(people.pending(State.REFUSED), queued_at=now - timedelta(days=1))
    model.show(jennifer(), now)
    model.show(jennifer(pending_replies=(old,)), now)
    model.show(jennifer(pending_replies=(old, replace(people.pending(State.QUEUED), queued_at=now))), now)
    types = [model.entry(row).type for row in range(model.rowCount())]
    assert types[-4:] == [EntryType.DAY, EntryType.PENDING, EntryType.DAY, EntryType.PENDING]
    assert len({model.entry(row).key for row in range(model.rowCount())}) == model.rowCount()
