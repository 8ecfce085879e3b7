"""The timeline: which rows a thread becomes, and that updates touch only what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import newest_messages
from msgspec import structs
from PySide6.QtCore import Qt
from reasons import said

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.ui.thread.entries import EntryType, TimelineEntry, build_rows
from desktop.ui.thread.pending_reply import OutgoingText
from desktop.ui.thread.timeline.model import ENTRY, TimelineModel


@pytest.fixture
def model(qapp, qtmodeltester) -> TimelineModel:
    """Watched by pytest-qt's model tester over its whole life."""
    model = TimelineModel(
        lambda row: f"spoken {row.key}", lambda pending, _view, _now: OutgoingText(pending.state.value)
    )
    qtmodeltester.check(model, force_py=True)
    return model


@pytest.fixture
def signals(model):
    seen: list[tuple] = []
    model.rowsInserted.connect(lambda _p, first, last: seen.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _p, first, last: seen.append(("out", first, last)))
    model.rowsMoved.connect(lambda *_: seen.append(("moved",)))
    model.dataChanged.connect(lambda first, last, _roles: seen.append(("changed", first.row(), last.row())))
    model.modelReset.connect(lambda: seen.append(("reset",)))
    return seen


def rows(model) -> list[TimelineEntry]:
    return [model.entry(at) for at in range(model.rowCount())]


def types(model) -> list[EntryType]:
    return [row.type for row in rows(model)]


def test_a_thread_is_days_rules_and_messages_in_time_order(model, jennifer, now):
    model.show(jennifer(), now)
    got = rows(model)
    assert types(model)[:4] == [EntryType.DAY, EntryType.RULE, EntryType.MESSAGE, EntryType.MESSAGE]
    rules = [(row.channel, row.title) for row in got if row.type is EntryType.RULE]
    assert rules == [(ChannelKind.MESSENGER, "Shipping"), (ChannelKind.WHATSAPP, "Order 4711")]
    times = [row.message.entry.sent_at for row in got if row.message is not None]
    assert times == sorted(times)
    assert {EntryType.NOTE, EntryType.EVENT} <= set(types(model))


def test_keys_are_unique_and_the_roles_answer(model, jennifer, now, people):
    model.show(jennifer(pending_replies=(people.pending(State.QUEUED),)), now)
    keys = [row.key for row in rows(model)]
    assert len(set(keys)) == len(keys)
    last = model.index(model.rowCount() - 1)
    assert last.data(ENTRY).type is EntryType.PENDING
    assert last.data(Qt.ItemDataRole.AccessibleTextRole) == f"spoken {last.data(ENTRY).key}"


def test_a_new_message_is_one_inserted_row(model, signals, jennifer, people, now):
    view = jennifer()
    model.show(view, now)
    signals.clear()
    before = rows(model)
    more = people.customer_message("wa", timedelta(0), "Hello?")
    chats = [c.conversation for c in view.thread.chats]
    chats = [replace(c, entries=(*c.entries, more)) if c.id == "wa" else c for c in chats]
    model.show(people.view(chats), now)
    assert signals == [("in", len(before), len(before))]
    assert all(row is same for row, same in zip(rows(model), before, strict=False))


def test_an_echo_that_becomes_a_message_leaves_and_the_message_comes(model, signals, jennifer, people, now):
    view = jennifer()
    model.show(view, now)
    signals.clear()
    count = model.rowCount()
    pending = people.pending(State.QUEUED)
    model.show(replace(view, pending_replies=(pending,)), now)
    model.show(replace(view, pending_replies=(structs.replace(pending, state=State.SENDING),)), now)
    model.show(view, now)
    assert signals == [("in", count, count), ("changed", count, count), ("out", count, count)]


def test_a_changed_reply_changes_its_row_only(model, signals, jennifer, people, now):
    view = jennifer(pending_replies=(people.pending(State.QUEUED),))
    model.show(view, now)
    signals.clear()
    held = structs.replace(view.pending_replies[0], state=State.HELD, reason=said("It closed."))
    model.show(replace(view, pending_replies=(held,)), now)
    assert signals == [("changed", model.rowCount() - 1, model.rowCount() - 1)]


def test_files_signed_anew_are_taken_without_a_stir(model, signals, jennifer, people, now):
    view = jennifer()
    model.show(view, now)
    signals.clear()

    def signed(entry):
        return replace(entry, attachments=tuple(replace(a, url=a.url + "?again") for a in entry.attachments))

    chats = [replace(c.conversation, entries=tuple(map(signed, c.conversation.entries))) for c in view.thread.chats]
    model.show(people.view(chats), now)
    assert signals == []
    files = [a for row in rows(model) if row.message for a in row.message.entry.attachments]
    assert files
    assert all(a.url.endswith("?again") for a in files)


def test_cancelled_echoes_are_gone(model, jennifer, people, now):
    model.show(jennifer(pending_replies=(people.pending(State.CANCELLED),)), now)
    assert EntryType.PENDING not in types(model)


def test_a_page_says_how_many_messages_are_above_it_and_the_next_page_comes_above(model, signals, people, now):
    view = people.long_thread(1600)
    model.show(newest_messages(view, 600), now)
    first = rows(model)[0]
    assert (first.type, first.count) == (EntryType.OLDER, 1000)
    assert types(model).count(EntryType.MESSAGE) == 600
    held = {id(row) for row in rows(model) if row.type is EntryType.MESSAGE}
    signals.clear()
    model.show(newest_messages(view, 1200), now)
    assert rows(model)[0].count == 400
    assert {kind for kind, *_ in signals} <= {"in", "out", "changed"}
    assert held <= {id(row) for row in rows(model)}, "rows of messages that were there are not built again"
    model.show(view, now)
    assert types(model)[0] is EntryType.DAY


@pytest.mark.parametrize("held", [50, 500])
def test_a_message_more_builds_two_rows_however_long_the_page_is(model, people, now, held, monkeypatch):
    """The page moves on: its oldest message goes, and the rows around both ends get their separators."""
    view = people.long_thread(held + 1)
    older = replace(view, thread=replace(view.thread, messages=view.thread.messages[:-1]))
    model.show(newest_messages(older, held - 1), now)
    built = []

    def counting(run, context, *, after):
        built.extend(run)
        return build_rows(run, context, after=after)

    monkeypatch.setattr("desktop.ui.thread.timeline.model.build_rows", counting)
    model.show(newest_messages(view, held - 1), now)
    assert len(built) == 2


def test_another_customer_is_a_reset(model, signals, people, jennifer, now):
    model.show(newest_messages(people.long_thread(60), 50), now)
    model.show(jennifer(), now)
    assert signals[-1] == ("reset",)
    model.show(newest_messages(people.long_thread(60), 50), now)
    assert rows(model)[0].count == 10
    model.show(None, now)
    assert model.rowCount() == 0


def test_midnight_changes_only_the_day_rows(model, signals, jennifer, now):
    view = jennifer()
    model.show(view, now)
    signals.clear()
    model.show(view, now + timedelta(days=1))
    changed = {first for kind, first, _ in signals if kind == "changed"}
    assert len(changed) == len(signals)
    assert {model.entry(at).type for at in changed} == {EntryType.DAY}


def test_a_conversation_that_comes_with_older_messages_builds_no_other_row(model, people, now, monkeypatch):
    old = people.conversation("old", [people.entry("old", timedelta(days=2, hours=n)) for n in range(5)])
    new = people.conversation("new", [people.entry("new", timedelta(hours=n)) for n in range(20)])
    whole = people.view([old, new])
    thread = whole.thread
    newest = tuple(chat for chat in thread.chats if chat.id == "new")
    built: list[int] = []
    monkeypatch.setattr(
        "desktop.ui.thread.timeline.model.build_rows",
        lambda run, context, *, after: built.append(len(run)) or build_rows(run, context, after=after),
    )
    model.show(replace(whole, thread=replace(thread, chats=newest, messages=newest[0].messages)), now)
    built.clear()
    model.show(whole, now)
    # The first of the newer ones loses its separators.
    assert built == [5 + 1]
    expected = TimelineModel(lambda row: "", lambda *_: OutgoingText(""))
    expected.show(whole, now)
    assert [(r.key, r.title, r.channel) for r in rows(model)] == [(r.key, r.title, r.channel) for r in rows(expected)]


def test_a_line_stands_above_what_is_new_as_long_as_the_customer_is_shown(model, people, now):
    entries = [people.customer_message("web", timedelta(hours=h), f"{h}", is_first=h == 5) for h in (5, 3, 1)]

    def view(seen: timedelta | None, *more):
        made = people.view([people.conversation("web", [*entries, *more])])
        return replace(made, seen_upto=now - seen if seen is not None else None)

    def below_line() -> str:
        row = model.row_of("new")
        return model.entry(row + 1).text if row is not None else ""

    model.show(view(timedelta(hours=4)), now)
    assert below_line() == "3"
    model.show(view(timedelta(0), people.customer_message("web", timedelta(0), "0")), now)
    assert below_line() == "3"
    model.show(None, now)
    for seen, expected in ((None, ""), (timedelta(hours=9), "3"), (timedelta(hours=2), "1"), (timedelta(0), "")):
        model.show(None, now)
        model.show(view(seen), now)
        assert below_line() == expected
