"""Lists of customers: pages and counts equal what all rows make of them, and cost the same in any archive."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.model.facts import ChannelKind, ConversationState
from desktop.domain.model.list_view import ListView, TeamListView
from desktop.domain.window.window import Window, WindowKey
from desktop.ports import Account, Teammate
from desktop.store import customer_lists, customer_rows, settings
from desktop.store.core.columns import insert_row, to_us
from desktop.store.core.migrate import migrate, steps
from desktop.store.customer_lists import CustomerQuery, PageRequest
from tests.helpers.customer_filter import check_lists
from tests.helpers.database import open_in_memory
from tests.helpers.sql_steps import steps_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = ("a", "b", "c", "d")
KEY = WindowKey(ChannelKind.WHATSAPP, "+35315550100", "+353871234567")
REPLIED = "queued", "sending", "accepted", "held", "refused", "unconfirmed", "cancelled"


def window(closes_in_min: int, opened_ago_min: int | None = 0, *, is_expired: bool = False) -> Window:
    opened_at = None if opened_ago_min is None else NOW - timedelta(minutes=opened_ago_min)
    closes_at = NOW + timedelta(minutes=closes_in_min)
    return Window(KEY, "m", opened_at, closes_at, expired_by="fact" if is_expired else "")


def row(customer_id: str, **facts) -> CustomerRow:
    return CustomerRow(**{"customer_id": customer_id, "name": f"Name of {customer_id}", "last_at": NOW, **facts})


def add(db: apsw.Connection, *rows: CustomerRow) -> None:
    db.executemany("INSERT OR IGNORE INTO customers (id) VALUES (?)", [(r.customer_id,) for r in rows])
    for each in rows:
        customer_rows.save(db, each)


def reply(db: apsw.Connection, customer_id: str, text: str, at: datetime, state: str = "queued", **facts) -> None:
    columns = {
        "draft_id": uuid4().hex,
        "customer_id": customer_id,
        "conversation_id": "v",
        "author_id": "91",
        "text": text,
        "file_names": "[]",
        "internal": 0,
        "queued_at_us": to_us(at),
        "state": state,
        **facts,
    }
    insert_row(db, "outbox", columns)


def ids(db: apsw.Connection, **query) -> list[str]:
    return list(customer_lists.load_page(db, CustomerQuery(**query), PageRequest(0, 100), NOW).ids)


# --- what is listed --------------------------------------------------------------------------------------------------

windows = st.none() | st.builds(
    window,
    st.sampled_from([-60, 0, 1, 119, 120, 121, 1400]),
    st.sampled_from([None, -3, -2, 0, 60]),
    is_expired=st.booleans(),
)
rows = st.builds(
    CustomerRow,
    customer_id=st.sampled_from(PEOPLE),
    name=st.sampled_from(["", "Zoë Okafor", "STRASSE Åse", "Hung\nLe"]),
    last_at=st.sampled_from([NOW - HOUR, NOW - timedelta(seconds=1), NOW]),
    last_text=st.sampled_from(["", "Où est-elle", "h" * 400 + "z", "100 % \\_"]),
    waits=st.booleans(),
    unread=st.booleans(),
    messenger_only=st.booleans(),
    window=windows,
    newest_customer_message_at=st.none() | st.just(NOW - HOUR),
    assignee_ids=st.frozensets(st.sampled_from(["", "91", "92"])),
    team_ids=st.frozensets(st.sampled_from(["", "t1", "t2"])),
    mentioned_ids=st.frozensets(st.sampled_from(["91", "92"])),
    state=st.sampled_from(ConversationState),
)
replies = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(["Hello", "Größe"]),
    st.sampled_from([NOW - 2 * HOUR, NOW, NOW + HOUR]),
    st.sampled_from(REPLIED),
    st.fixed_dictionaries({"internal": st.sampled_from([0, 0, 1]), "is_done": st.sampled_from([0, 0, 1])}),
)
steps_taken = st.lists(
    st.tuples(st.just("save"), rows)
    | st.tuples(st.sampled_from(["remove", "clear", "seen", "settle", "mark", "unmark"]), st.sampled_from(PEOPLE))
    | st.tuples(st.just("reply"), replies)
    | st.tuples(st.just("wipe"), st.just(NOW - timedelta(minutes=1))),
    min_size=1,
    max_size=12,
)


def take(db: apsw.Connection, step: str, about) -> None:
    match step:
        case "save":
            add(db, about)
        case "remove":
            customer_rows.remove(db, about)
        case "clear":
            customer_rows.clear(db, about)
        case "seen":
            customer_rows.mark_seen(db, about, NOW)
        case "mark":
            customer_rows.mark_unread(db, about)
        case "unmark":
            customer_rows.end_unread_mark(db, about)
        case "settle":
            db.execute("UPDATE outbox SET is_done = 1 WHERE customer_id = ?", (about,))
        case "reply":
            *known, facts = about
            reply(db, *known, **facts)
        case "wipe":
            customer_rows.wipe_texts(db, to_us(about), 100)


@given(steps_taken)
def test_pages_and_counts_are_those_of_all_rows_after_anything(done):
    db = open_in_memory()
    settings.save(db, "account", asdict(Account("w", "Shop", Teammate("91", "Maria"))))
    for step, about in done:
        take(db, step, about)
    check_lists(db, NOW)


@pytest.mark.parametrize("view", [ListView.ALL, ListView.CLOSING_SOON])
def test_one_customer_can_be_kept_among_the_unread(db, view):
    facts = {"window": window(60), "waits": True}
    add(db, row("a", unread=True, **facts), row("b", **facts), row("c", **facts), row("d"))
    query = CustomerQuery(view, unread_only=True)

    def page(kept: str) -> tuple[set[str], int, int | None]:
        found = customer_lists.load_page(db, query, PageRequest(0, 9, kept, kept=kept), NOW)
        return set(found.ids), found.size, found.located

    assert page("") == ({"a"}, 1, None)
    assert page("a") == ({"a"}, 1, 0)
    assert page("b") == ({"a", "b"}, 2, 1 if view is ListView.CLOSING_SOON else 0)
    assert page("d")[1] == (1 if view is ListView.CLOSING_SOON else 2), "only of those in the view"


def test_customers_are_found_by_letters_of_their_name_newest_first(db):
    add(
        db,
        row("a", name="Jennifer Okafor", last_at=NOW - HOUR),
        row("b", name="John O'Keefe"),
        row("c", name="Tom", last_text="jok"),
        row("d", name="100%_"),
    )
    assert [r.customer_id for r in customer_lists.find(db, "J ok")] == ["b", "a"]
    assert [r.customer_id for r in customer_lists.find(db, "%_")] == ["d"]
    assert {r.customer_id for r in customer_lists.find(db, "")} == {"a", "b", "c", "d"}


def test_who_wrote_since(db):
    add(
        db,
        row("a", last_at=NOW - HOUR),
        row("b"),
        row("c", last_from_us=True),
        row("d", last_at=NOW - 2 * HOUR),
    )
    assert [r.customer_id for r in customer_lists.wrote_since(db, NOW - HOUR)] == ["b", "a"]


def test_an_earlier_database_is_listed_and_searched_as_a_new_one(tmp_path):
    path = tmp_path / "reachline.db"
    db = apsw.Connection(str(path))
    db.pragma("foreign_keys", True)
    every = steps()
    migrate(db, [s for s in every if s.version < 13])
    known = row(
        "a",
        name="Zoë Okafor",
        last_text="Où est " + "h" * 400,
        waits=True,
        window=window(60, -3),
        messenger_only=True,
        assignee_ids=frozenset({"", "91"}),
    )
    db.execute("INSERT INTO customers (id) VALUES ('a'), ('b')")
    for each in (known, row("b", window=window(60, 60, is_expired=True), waits=True)):
        customer_rows_before_lists(db, each)
    migrate(db, every)
    before = db.execute("SELECT folded_name, window_known_from_us FROM customer_rows ORDER BY customer_id").fetchall()
    assert {r.customer_id for r in customer_rows.load(db, "ab").values()} == {"a", "b"}
    check_lists(db, NOW)
    for stored in customer_rows.load(db, "ab").values():
        assert not customer_rows.save(db, stored), "nothing is left to write"
    assert (
        before
        == db.execute("SELECT folded_name, window_known_from_us FROM customer_rows ORDER BY customer_id").fetchall()
    )


def customer_rows_before_lists(db: apsw.Connection, of: CustomerRow) -> None:
    db.execute(
        "INSERT INTO customer_rows VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?)",
        (
            of.customer_id,
            to_us(of.last_at),
            of.last_text,
            of.last_from_us,
            of.unread,
            of.waits,
            of.messenger_only,
            of.state,
            to_us(of.window.closes_at) if of.window is not None and of.window.closes_at is not None else None,
            customer_rows.to_details(of, customer_rows.COLUMNS),
        ),
    )


def test_rows_of_an_earlier_database_get_what_their_conversations_say():
    older = apsw.Connection(":memory:")
    every = steps()
    migrate(older, [s for s in every if s.version < 21])
    older.execute("INSERT INTO customers (id) VALUES ('a'), ('b')")
    older.execute(
        "INSERT INTO contacts (id, customer_id, role, name, email, phone, takes_email, bridge_attributes, attributes, "
        "location) VALUES ('a', 'a', 'user', '', '', '', 0, '{}', '{}', ''), ('b', 'b', 'user', '', '', '', 0, '{}', "
        "'{}', '')"
    )
    for number, (owner, state, details) in enumerate(
        (
            ("a", "open", {"team_id": "7", "tags": [{"name": "vip"}], "assignee_id": "91"}),
            ("a", "open", {"tags": [{"name": "late"}, {"name": "vip"}]}),
            ("a", "snoozed", {"tags": [{"name": "other"}]}),
            ("b", "closed", {"team_id": "7", "tags": [{"name": "old"}]}),
            ("b", "closed", {"tags": [{"name": "new"}]}),
        )
    ):
        older.execute(
            "INSERT INTO conversations (id, owner_id, created_at_us, updated_at_us, state, title, is_read, is_whole, "
            "details) VALUES (?, ?, 0, ?, ?, '', 1, 1, ?)",
            (f"v{number}", owner, number, state, json.dumps(details)),
        )
    for customer_id, state, details in (("a", "open", {"assignee_ids": ["", "91"]}), ("b", "closed", {})):
        older.execute(
            "INSERT INTO customer_rows VALUES (?, 0, '', 0, NULL, 1, 0, 0, ?, NULL, ?, '', NULL)",
            (customer_id, state, json.dumps({"name": "N"} | details)),
        )
    migrate(older, every)
    a, b = (customer_rows.load(older, "ab")[i] for i in "ab")
    assert (a.conversation_ids, set(a.tags), a.team_ids) == (("v1", "v0"), {"vip", "late"}, {"", "7"})
    assert (b.conversation_ids, b.tags, b.team_ids) == (("v4",), ("new",), frozenset())
    check_lists(older, NOW)
    assert customer_lists.load_page(older, CustomerQuery(), PageRequest(0, 9), NOW).counts[TeamListView("7")] == 1


# --- what it costs ---------------------------------------------------------------------------------------------------


@pytest.fixture(params=[1_000, 20_000])
def archive(request, db) -> int:
    """So many customers, one more every minute back; one in ten is nobody's; ten wait."""
    db.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO customers (id) SELECT printf('c%06d', i) FROM n",
        (request.param,),
    )
    db.execute(
        "INSERT INTO customer_rows "
        "SELECT id, ?1 - n * 60000000, 'text', 0, NULL, n % 3 = 0 OR n % 100 = 0, n % 100 = 0 AND n <= 1000, "
        "n % 10 = 0, 'open', ?1 + n * 3000000, "
        "json_object('name', 'Name', 'lists', json_array('all', 'state:open', 'assignee:' "
        "|| CASE n % 10 WHEN 0 THEN '' ELSE '91' END, CASE n % 10 WHEN 0 THEN 'messenger_only' ELSE 'team:t1' END, "
        "'mention:91')), "
        "'name' || char(10) || 'text', NULL "
        "FROM (SELECT id, CAST(substr(id, 2) AS INTEGER) AS n FROM customers)",
        (to_us(NOW),),
    )
    settings.save(db, "account", asdict(Account("w", "Shop", Teammate("91", "Maria"))))
    return int(request.param)


def test_a_page_and_all_counts_take_as_many_steps_in_any_archive(db, archive):
    for view in (*ListView, TeamListView("t1")):
        for unread_only in (False, True):
            query = CustomerQuery(view, unread_only=unread_only)
            request = PageRequest(0, 100, kept="c000005")
            page, steps_taken = steps_of(db, lambda q=query, r=request: customer_lists.load_page(db, q, r, NOW))
            assert bool(page.size) == (view not in (ListView.SNOOZED, ListView.CLOSED)), view
            assert steps_taken < 15_000


def test_a_change_reads_one_row_and_takes_as_many_steps_in_any_archive(db, archive):
    query, first = CustomerQuery(), PageRequest(0, 100)
    held = frozenset(customer_lists.load_page(db, query, first, NOW).ids)
    last = f"c{archive:06}"
    _, to_write = steps_of(
        db, lambda: customer_rows.save(db, row(last, last_text="news", assignee_ids=frozenset({"91"})))
    )
    page, to_read = steps_of(
        db, lambda: customer_lists.load_page(db, query, PageRequest(0, 100, "c000005", held=held), NOW)
    )
    assert page.ids[0] == last
    assert list(page.rows) == [last]
    assert page.located == 5
    assert to_write < 1_500
    assert to_read < 6_000
