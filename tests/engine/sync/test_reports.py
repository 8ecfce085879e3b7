"""Reports: what is kept with every change is what the whole thread says, and the list of what to do empties."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from conversation_factory import (
    BRIDGE,
    NOW,
    OWN_CODE,
    PAGE,
    conversation,
    event,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)
from examples import examples
from hypothesis import example, given
from hypothesis import strategies as st
from partial_threads import LIMIT, small_numbers

from desktop.domain.history.report_events import ReportKind, find_events, find_unreached
from desktop.domain.history.thread import assemble_thread
from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.facts import ChannelKind, Conversation, ConversationState, Entry
from desktop.domain.model.workspace import Relay
from desktop.engine.sync import ingest, thread_loader
from desktop.engine.sync.ingest import Facts, refresh_customers, store_facts
from desktop.engine.sync.thread_loader import load_thread
from desktop.store import forget, settings
from desktop.store.core.columns import fetch_all
from desktop.store.core.database import Database
from desktop.store.history import reports
from desktop.store.history.reports import Period, ReportsView
from tests.helpers.database import open_in_memory

DAY = timedelta(days=1)
STEPS = {
    "whatsapp": on_channel,
    "messenger": in_messenger,
    "reply": reply,
    "failure": failure_note,
    "close": lambda age: event(age, "close"),
    "open": lambda age: event(age, "open"),
}


def new_database() -> Database:
    db = open_in_memory()
    settings.save(db, "bridge_codes_chosen", [BRIDGE])
    settings.save(db, "own_codes", [OWN_CODE])
    settings.save_relay(db, RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.PERSON, NOW))
    return db


@contextmanager
def small_pages() -> Iterator[None]:
    with small_numbers(), patch.object(ingest, "THREAD_PAGE", LIMIT), patch.object(reports, "SHORT", 1):
        yield


def store(db: Database, *found: Conversation) -> None:
    store_facts(db, Facts(found, (jennifer(),)), NOW)


def mirrored(*entries: Entry) -> Conversation:
    words = [e.event for e in entries if e.event in ("close", "open")]
    state = ConversationState.CLOSED if words[-1:] == ["close"] else ConversationState.OPEN
    return conversation("v", *entries, tags=("whatsapp",), state=state)


def stored(db: Database, table: str) -> set[object]:
    return {reports._event(row) for row in fetch_all(db, f"SELECT * FROM {table}")}


def check(db: Database) -> set[object]:
    """What is stored is what everything there is says."""
    whole = load_thread(db, "c1", settings.load(db), NOW)
    events = find_events(whole)
    assert stored(db, "report_events") == set(events)
    assert stored(db, "unreached_customers") == set(find_unreached(whole, events))
    return set(events)


STORY = st.lists(
    st.tuples(st.sampled_from((0.1, 3.0, 13.0, 26.0)), st.sampled_from([*STEPS, "elsewhere"]), st.booleans()),
    min_size=1,
    max_size=14,
)


@examples(30)
@given(STORY, st.booleans())
@example([(26.0, "messenger", False), (0.1, "messenger", False), (0.1, "messenger", False)], False)
def test_what_is_kept_step_by_step_is_what_the_whole_thread_says(steps, elsewhere_is_late: bool) -> None:
    age = sum(gap for gap, *_ in steps) + 1
    here, elsewhere = [first(age)], [in_messenger(age + 1)]
    with small_pages():
        db = new_database()
        store(db, mirrored(*here))
        for gap, word, is_stored in steps:
            age -= gap
            if word == "elsewhere":
                elsewhere.append(reply(age))
            else:
                here.append(STEPS[word](age))
            # Several may come at once, and more than a page of them.
            if is_stored:
                store(db, mirrored(*here))
                if not elsewhere_is_late:
                    store(db, conversation("w", *elsewhere, page_url=PAGE))
        store(db, mirrored(*here), conversation("w", *elsewhere, page_url=PAGE))
        check(db)
        refresh_customers(db, ["c1"], NOW)
        check(db)


def test_a_conversation_of_several_pages_that_is_new_is_assembled_once() -> None:
    entries = [first(100), *(on_channel(90 - n) for n in range(3 * LIMIT))]
    with small_pages(), patch.object(thread_loader, "assemble_thread", wraps=assemble_thread) as assembled:
        db = new_database()
        store(db, mirrored(*entries))
        assert assembled.call_count == 1
        assembled.reset_mock()
        store(db, mirrored(*entries, in_messenger(1)))
        assert assembled.call_count == 1
    check(db)


def shown(db: Database, now=NOW) -> ReportsView:
    today = now.date()
    days: dict[date, Period] = {}
    for ago in range(29, -1, -1):
        start = now.replace(hour=0, minute=0) - ago * DAY
        days[today - ago * DAY] = Period(start, start + DAY)
    return reports.load(db, days, now)


def kinds(view: ReportsView) -> list[ReportKind]:
    return [c.event.kind for c in view.to_do]


def test_a_customer_is_on_the_list_until_they_are_reached_or_it_is_said_to_be_done() -> None:
    db = new_database()
    asked, answered = first(100), in_messenger(40)
    store(db, mirrored(asked))
    # The window closed while the program did not run; nobody has to look for that.
    closes_at = asked.sent_at + DAY - settings.load(db).bridge_margin
    assert shown(db, closes_at - timedelta(minutes=1)).to_do_count == 0
    assert kinds(shown(db, closes_at)) == [ReportKind.WINDOW_CLOSED]
    assert shown(db).counts[ReportKind.WINDOW_CLOSED][ChannelKind.WHATSAPP][-4] == 1
    [listed] = shown(db).to_do
    assert (listed.name, listed.event.entry_id) == ("Jennifer Okafor", "source:v")

    # Done, and undone; a reply that reaches the Messenger only makes it something else to do.
    refresh_customers(db, reports.mark_done(db, [listed.event], True), NOW)
    assert shown(db).to_do_count == 0
    assert [row.is_to_do for row in reports.load_rows(db, ReportKind.WINDOW_CLOSED, NOW - 30 * DAY, NOW)] == [False]
    refresh_customers(db, reports.mark_done(db, [listed.event], False), NOW)
    assert shown(db).to_do_count == 1
    late = reply(20)
    store(db, mirrored(asked, answered, late))
    assert kinds(shown(db)) == [ReportKind.MESSENGER_ONLY]
    assert shown(db).counts[ReportKind.MESSENGER_ANSWER] == {ChannelKind.WHATSAPP: (*[0] * 27, 1, 0, 0)}

    # The list "Messenger-only replies" has the same customers.
    def messenger_only() -> bool:
        [row] = fetch_all(db, "SELECT messenger_only FROM customer_rows")
        return bool(row.messenger_only)

    assert messenger_only()
    [listed] = shown(db).to_do
    refresh_customers(db, reports.mark_done(db, [listed.event], True), NOW)
    assert (shown(db).to_do_count, messenger_only()) == (0, False)
    refresh_customers(db, reports.mark_done(db, [listed.event], False), NOW)
    assert messenger_only()

    # They write on WhatsApp again, which reaches nobody; then a reply does.
    again = on_channel(3)
    store(db, mirrored(asked, answered, late, again))
    assert kinds(shown(db)) == [ReportKind.MESSENGER_ONLY]
    store(db, mirrored(asked, answered, late, again, reply(2)))
    assert shown(db).to_do_count == 0
    assert shown(db).counts[ReportKind.MESSENGER_ONLY] == {ChannelKind.WHATSAPP: (*[0] * 28, 1, 0)}

    # Before and after the texts were set.
    settings.save_texts_set_at(db, NOW - 1.5 * DAY)
    weeks = shown(db).weeks
    assert [(count, period.start < NOW - 1.5 * DAY) for period, count in weeks] == [
        (0, True),
        (0, True),
        (0, True),
        (1, True),
        (0, False),
    ]
    assert weeks[-1][0].end == NOW

    # The rows hold no words, and go with the customer.
    forget.forget_customer(db, "c1")
    for table in ("report_events", "unreached_customers", "done_reports", "reported_customers"):
        assert fetch_all(db, f"SELECT * FROM {table}") == []


def test_nobody_waits_who_was_answered_or_whose_conversation_was_closed() -> None:
    for more in ([reply(90)], [event(90, "close")], [reply(90), event(80, "close")]):
        db = new_database()
        store(db, mirrored(first(100), *more))
        assert check(db) == set()
    # A note is no answer, and what was opened again waits again.
    for more in ([event(90, "note")], [event(90, "close"), event(85, "open")]):
        db = new_database()
        store(db, mirrored(first(100), *more))
        assert {e.kind for e in check(db)} == {ReportKind.WINDOW_CLOSED}
