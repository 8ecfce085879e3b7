"""Whatever stands in a thread, and however old a reply that waits is: every row is there once and can be found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from examples import examples
from fake_engine import newest_messages
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from sample_people import People
from timeline_rows import build_entries

from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.domain.model.outgoing import State
from desktop.ui.thread.entries import EntryType
from desktop.ui.thread.pending_reply import OutgoingText
from desktop.ui.thread.timeline.accessible_text import accessible_text
from desktop.ui.thread.timeline.model import TimelineModel

AGES = st.integers(0, 5 * 24 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))
CONVERSATIONS = st.sampled_from(["wa", "web", "sms"])
MESSAGES = st.lists(st.tuples(CONVERSATIONS, AGES, st.booleans()), max_size=8)
LIMITS = st.integers(1, 12)
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
        structs.replace(people.pending(state, conversation_id=place), draft_id=f"d{number}", queued_at=people.now - age)
        for number, (place, age, state) in enumerate(pending_replies)
    )
    return people.view([people.conversation(c, held) for c, held in entries.items()], pending_replies=pending)


def test_an_assignment_has_the_name_of_whom_it_names(now) -> None:
    people = People(now)
    held = [
        people.entry("wa", timedelta(hours=age), "", kind=EntryKind.EVENT, event="assignment", assigned_to=assigned_to)
        for age, assigned_to in ((3, "team:501"), (2, "teammate:9"), (1, ""))
    ]
    view = replace(people.view([people.conversation("wa", held)]), assignees={"team:501": "Deliveries"})
    events = [row for row in build_entries(view, now, describe) if row.type is EntryType.EVENT]
    assert [row.assignee for row in events] == ["Deliveries", "", ""]
    assert "to Deliveries" in accessible_text(events[0], now)


@pytest.mark.slow
@examples(60)
@given(st.lists(st.tuples(MESSAGES, ECHOES, st.integers(0, 2), LIMITS), min_size=2, max_size=4))
def test_rows_follow_every_view_with_keys_that_are_there_once(qapp, now, views) -> None:
    people = People(now)
    model = TimelineModel(lambda row: row.key, describe)
    for messages, pending_replies, days, limit in views:
        view = newest_messages(thread_of(people, messages, pending_replies), limit)
        at = now + timedelta(days=days)
        model.show(view, at)
        shown = [model.entry(row) for row in range(model.rowCount())]
        keys = [row.key for row in shown]
        assert len(set(keys)) == len(keys)
        assert shown == build_entries(view, at, describe)
        waiting = {e.draft_id for e in view.pending_replies if e.state is not State.CANCELLED}
        assert {row.pending.draft_id for row in shown if row.pending is not None} == waiting
        assert all(model.row_of(key) == row for row, key in enumerate(keys))


@pytest.mark.slow
@examples(60)
@given(
    MESSAGES.filter(bool),
    st.lists(st.tuples(st.sampled_from(["newer", "older", "status", "page"]), st.integers(1, 6)), max_size=8),
)
def test_a_thread_that_grows_at_both_ends_and_changes_within_has_the_rows_of_one_built_at_once(
    qapp, now, messages, steps
) -> None:
    """Page after page, message after message; the same messages are the same objects, as the engine keeps them."""
    people = People(now)
    model = TimelineModel(lambda row: row.key, describe)
    entries = thread_of(people, messages, ()).thread
    loaded, limit = list(entries.messages), 3
    for step, number in [("page", 3), *steps]:
        if step == "newer":
            more = people.view([people.conversation("wa", [people.entry("wa", timedelta(minutes=-number), "More")])])
            loaded = sorted([*loaded, *more.thread.messages], key=lambda m: m.entry.order)
        elif step == "older":
            limit += number
        elif step == "page":
            limit = number
        else:
            at = number % len(loaded)
            loaded[at] = replace(loaded[at], unseen_on=ChannelKind.WHATSAPP)
        view = replace(people.view([]), thread=replace(entries, messages=tuple(loaded)))
        view = newest_messages(view, limit)
        model.show(view, now)
        shown = [model.entry(row) for row in range(model.rowCount())]
        assert shown == build_entries(view, now, describe)
        assert all(model.row_of(row.key) == at for at, row in enumerate(shown))


def test_a_refused_reply_of_yesterday_is_shown_below_todays_messages(qapp, now, jennifer, people) -> None:
    model = TimelineModel(lambda row: row.key, describe)
    old = structs.replace(people.pending(State.REFUSED), queued_at=now - timedelta(days=1))
    model.show(jennifer(), now)
    model.show(jennifer(pending_replies=(old,)), now)
    model.show(jennifer(pending_replies=(old, structs.replace(people.pending(State.QUEUED), queued_at=now))), now)
    types = [model.entry(row).type for row in range(model.rowCount())]
    assert types[-4:] == [EntryType.DAY, EntryType.PENDING, EntryType.DAY, EntryType.PENDING]
    assert len({model.entry(row).key for row in range(model.rowCount())}) == model.rowCount()
