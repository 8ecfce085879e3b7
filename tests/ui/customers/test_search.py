"""The search of the customer pane: by keys and by mouse, filters, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fake_engine import press
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPolygon
from PySide6.QtWidgets import QApplication, QMenu
from reasons import said
from recipient_views import recipient_view

from desktop.domain.model.facts import Contact
from desktop.domain.search.excerpt import Excerpt
from desktop.domain.search.query import MAX_CHARS, FilterName, SearchQuery
from desktop.engine.views import FoundElsewhere, IntercomResults, LoadedPlace, SearchResults
from desktop.text.catalog import strip_isolates
from desktop.text.formats import short_age
from desktop.text.screens import search as texts
from desktop.ui.customers.search.results_model import FEW_CUSTOMERS, Place, ResultRow, ResultsModel, RowKind
from desktop.ui.customers.search.results_view import ResultsView

Key = Qt.Key


@pytest.fixture
def search(window):
    return window.list.search


def type_in(qtbot, window, text: str) -> None:
    press(qtbot, window, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.list.search.bar.field, text)


def rows(search, kind: RowKind | None = None) -> list[ResultRow]:
    return [row for row in search.view.results.rows if kind is None or row.kind is kind]


def marked(row: ResultRow) -> list[str]:
    return [row.title[a:b] for a, b in row.title_ranges] + [row.line[a:b] for a, b in row.line_ranges]


def test_by_keys_from_the_field_to_the_message_and_back(qtbot, window, search, engine):
    word = engine.queries.threads["c-1"].thread.loaded[0].entry.text.split()[0]
    type_in(qtbot, window, word)
    assert window.list._stack.currentWidget() is search.view
    assert not window.list.picker.isVisible()
    found = rows(search, RowKind.MESSAGE)[0]
    assert [m.casefold() for m in marked(found)][:1] == [word.casefold()]
    press(qtbot, window, Key.Key_Down)
    assert QApplication.focusWidget() is search.view
    press(qtbot, window, Key.Key_Up)
    assert QApplication.focusWidget() is search.bar.field
    press(qtbot, window, Key.Key_Down)
    with qtbot.waitSignal(window.customer_shown):
        press(qtbot, window, Key.Key_Return)
    timeline = window.thread_pane.timeline
    assert QApplication.focusWidget() is timeline
    current = timeline.timeline.entry(timeline.currentIndex().row())
    assert current.key == f"{found.place.conversation_id}/{found.place.entry_id}"
    type_in(qtbot, window, "")
    press(qtbot, window, Key.Key_Escape)
    assert window.list._stack.currentWidget() is window.list._list
    assert window.list.picker.isVisible()
    assert window.list.current() == found.place.customer_id
    press(qtbot, window, Key.Key_Escape)
    assert QApplication.focusWidget() is window.list._list


def test_by_mouse_a_customer_and_a_filter(qtbot, window, search):
    type_in(qtbot, window, "tom")
    view = search.view
    [customer] = rows(search, RowKind.CUSTOMER)
    assert (customer.title, marked(customer)) == ("Tom Baker", ["Tom"])
    at = view.results.rows.index(customer)
    view.executeDelayedItemsLayout()
    with qtbot.waitSignal(window.customer_shown) as shown:
        place = view.visualRect(view.results.index(at)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown.args == ["c-2"]
    assert search.is_open, "the results stay for the next one"
    search.close()
    menu = search.bar.menu
    channels = next(a.menu() for a in menu.actions() if "on:" in a.text())
    assert isinstance(channels, QMenu)
    channels.actions()[0].trigger()
    assert search.bar.field.text() == "on:whatsapp "
    next(a for a in menu.actions() if "has:" in a.text()).trigger()
    assert search.bar.field.text() == "on:whatsapp has:file "
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_enter_in_the_field_opens_the_first_result_of_what_is_typed(qtbot, window, engine):
    engine.tasks.held = held = []
    type_in(qtbot, window, "tom")
    press(qtbot, window, Key.Key_Return)
    engine.tasks.held = None
    with qtbot.waitSignal(window.list.customer_chosen) as chosen:
        for answer in held:
            answer()
    assert chosen.args == ["c-2"]


def test_an_older_answer_is_not_shown_over_a_newer_one(qtbot, window, search, engine):
    engine.tasks.held = held = []
    type_in(qtbot, window, "to")
    older, newer = held
    newer()
    titles = [row.title for row in rows(search)]
    older()
    assert [row.title for row in rows(search)] == titles
    qtbot.keyClicks(search.bar.field, "m")
    search.close()
    held[-1]()
    assert window.list._stack.currentWidget() is window.list._list


def test_nothing_found_says_what_was_searched_and_what_to_try(qtbot, window, search):
    type_in(qtbot, window, "xyzzy")
    assert "xyzzy" in titles(search)[0]
    assert titles(search)[1] == texts.WHAT_TO_TRY()
    press(qtbot, window, Key.Key_Down)
    assert QApplication.focusWidget() is search.view
    press(qtbot, window, Key.Key_Escape)
    assert QApplication.focusWidget() is window.list._list
    assert not search.is_open


def test_a_wrong_value_is_said_below_the_field_and_goes_with_it(qtbot, window, search):
    type_in(qtbot, window, "before:soon ")
    assert "soon" in search.bar.problem
    search.bar.field.setText("before:yesterday ")
    assert search.bar.problem == ""
    search.bar.field.setText("on:fax")
    assert "fax" in search.bar.problem
    assert rows(search) == [], "one sentence is enough"
    search.bar.field.setText("on:fax x")
    assert "fax" in search.bar.problem
    search.close()
    assert search.bar.problem == ""


def test_filters_are_completed_while_they_are_typed(qtbot, window, search):
    field = search.bar.field
    type_in(qtbot, window, "late fr")
    assert field.offers == ["from:"]
    press(qtbot, field, Key.Key_Tab)
    assert field.text() == "late from:"
    assert field.offers == ["me", "Maria Lind", "Tom & Co"]
    qtbot.keyClicks(field, "tom")
    press(qtbot, field, Key.Key_Tab)
    assert field.text() == 'late from:"Tom & Co" '
    qtbot.keyClicks(field, "is:")
    assert field.offers == ["open", "closed", "snoozed"]
    search.close()


def test_many_customers_leave_room_for_messages_until_all_are_wanted(qtbot, window, search, engine, people):
    engine.queries.rows = tuple(people.row(f"c-{n}", f"Tom {n}") for n in range(9))
    view = engine.queries.threads["c-1"]
    word = view.thread.messages[-1].entry.text.split()[0]
    engine.queries.rows = tuple(replace(row, name=f"{word} {row.name}") for row in engine.queries.rows)
    type_in(qtbot, window, word)
    assert len(rows(search, RowKind.CUSTOMER)) == FEW_CUSTOMERS
    search.view.chosen.emit(rows(search, RowKind.ACTION)[0])
    assert len(rows(search, RowKind.CUSTOMER)) == 9
    assert next(row.count for row in rows(search, RowKind.HEADING)) == "9"


@pytest.mark.parametrize(
    ("row", "step", "customer", "expected"),
    [
        (1, 1, "a", 2),
        # After the customers, messages of others than those.
        (2, 1, "b", 7),
        # Nobody twice: a's messages were passed.
        (4, 1, "a", 5),
        (5, 1, "b", 7),
        (7, 1, "c", None),
        (7, -1, "c", 6),
        (1, -1, "a", None),
        # Not among the results.
        (-1, 1, "z", 1),
        (-1, -1, "z", None),
    ],
)
def test_the_next_result_is_of_a_customer_who_was_not_passed(row, step, customer, expected):
    kinds = {"h": RowKind.HEADING, "c": RowKind.CUSTOMER, "m": RowKind.MESSAGE}
    listed = ("h", "ca", "cb", "h", "ma", "mb", "ma", "mc")
    model = ResultsModel(lambda: datetime.now(UTC))
    model.show((*(ResultRow(kinds[x[0]], place=Place(x[1:])) for x in listed), remote_row()))
    assert model.next_of_others(row, step, customer) == expected


def remote_row() -> ResultRow:
    """Of Intercom: who it belongs to isn't known before it's loaded."""
    return ResultRow(RowKind.MESSAGE, place=Place(remote_id="9"))


def test_what_was_not_compared_can_be(qtbot, window, search, engine):
    asked = []

    async def cut_off(query, *, is_thorough=False):
        asked.append(is_thorough)
        return SearchResults(query, has_more=not is_thorough, is_cut_off=not is_thorough)

    engine.queries.search = cut_off
    type_in(qtbot, window, "x")
    assert texts.CUT_OFF() in [row.title for row in rows(search)]
    search.view.choose_first()
    assert asked == [False, True]
    assert texts.CUT_OFF() not in [row.title for row in rows(search)]


def test_results_follow_a_customer_who_is_deleted(qtbot, window, search, engine, ticker):
    type_in(qtbot, window, "tom")
    engine.queries.rows = engine.queries.rows[:1]
    window.list.update_customers({"c-2"})
    ticker.tick()
    assert rows(search, RowKind.CUSTOMER) == []


def test_every_filter_is_in_the_menu(search):
    labels = " ".join(a.text() for a in search.bar.menu.actions())
    assert all(f"{name}:" in labels for name in FilterName)


def test_rows_are_painted_in_both_directions_and_say_what_they_are(qtbot, window, search, theme):
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        window.setLayoutDirection(direction)
        type_in(qtbot, window, "o")
        assert isinstance(search.view, ResultsView)
        assert not search.view.grab().isNull()
        search.close()
    type_in(qtbot, window, "tom")
    spoken = [search.view.results.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(len(rows(search)))]
    assert spoken[0] == "Customers: 1"
    assert spoken[1].startswith("Customer Tom Baker.")


# --- at Intercom ------------------------------------------------------------------------------------------------------


def choose(search, title: str) -> None:
    search.view.chosen.emit(next(row for row in rows(search) if row.title == title))


def titles(search) -> list[str]:
    return [row.title for row in rows(search)]


def found(number: int, name: str = "Old Customer") -> FoundElsewhere:
    return FoundElsewhere(f"r{number}", name, Excerpt("An old order", ((7, 12),)))


def test_intercom_is_asked_page_by_page_and_what_is_chosen_is_loaded(qtbot, window, search, engine):
    intercom = engine.intercom_search
    intercom.pages = [
        IntercomResults(SearchQuery(), (found(9, "Jane"),), (found(1),), "next", 2),
        IntercomResults(SearchQuery(), (), (found(2),), "", 2),
    ]
    type_in(qtbot, window, "order")
    assert intercom.asked == []
    choose(search, texts.SEARCH_INTERCOM())
    assert texts.IN_INTERCOM() in titles(search)
    assert "Jane" in titles(search)
    choose(search, texts.MORE_FROM_INTERCOM())
    assert intercom.asked == ["order", "order next"]
    assert titles(search).count("Old Customer") == 2
    assert texts.MORE_FROM_INTERCOM() not in titles(search)
    newest = engine.queries.threads["c-2"].thread.messages[-1].entry
    intercom.places["r1"] = LoadedPlace("c-2", newest.conversation_id, newest.id)
    with qtbot.waitSignal(window.customer_shown) as shown:
        choose(search, "Old Customer")
    assert shown.args == ["c-2"]
    current = window.thread_pane.timeline.timeline.entry(window.thread_pane.timeline.currentIndex().row())
    assert current.key == f"{newest.conversation_id}/{newest.id}"


def test_what_goes_wrong_at_intercom_is_said_and_can_be_tried_again(qtbot, window, search, engine):
    intercom = engine.intercom_search
    intercom.pages = [IntercomResults(SearchQuery(), error=said("Too many requests."))]
    type_in(qtbot, window, "order")
    choose(search, texts.SEARCH_INTERCOM())
    assert "Too many requests." in titles(search)
    choose(search, texts.SEARCH_INTERCOM())
    assert texts.NOTHING_ELSEWHERE() in titles(search)
    intercom.pages = [IntercomResults(SearchQuery(), (found(9, "Jane"),))]
    search.bar.field.setText("orders")
    choose(search, texts.SEARCH_INTERCOM())
    choose(search, "Jane")
    assert window.toast.isVisible()
    # Somebody whom nobody has written to yet is there to be written to.
    intercom.places["r9"] = LoadedPlace(unwritten_id="r9")
    engine.recipients.views["r9"] = recipient_view(Contact("r9", "user", name="Jane", email="jane@example.com"), "")
    choose(search, "Jane")
    assert window.new_conversation.sheet.is_open
    assert strip_isolates(window.new_conversation.sheet.recipient.who) == "Jane · jane@example.com"


def test_a_search_at_intercom_can_be_cancelled_and_ends_with_another_key(qtbot, window, search, engine):
    type_in(qtbot, window, "order")
    engine.tasks.held = held = []
    choose(search, texts.SEARCH_INTERCOM())
    assert texts.searching(0, 0) in titles(search)
    choose(search, texts.CANCEL())
    assert texts.SEARCH_INTERCOM() in titles(search)
    held[0]()
    assert texts.IN_INTERCOM() not in titles(search)


def test_filters_that_intercom_does_not_have_are_named(qtbot, window, search):
    type_in(qtbot, window, "order from:me ")
    assert texts.NOT_AT_INTERCOM() in titles(search)
    assert texts.SEARCH_INTERCOM() not in titles(search)


def test_filters_alone_need_a_text_before_intercom_is_asked(qtbot, window, search):
    type_in(qtbot, window, "is:snoozed ")
    assert texts.NO_TEXT_FOR_INTERCOM() in titles(search)
    assert texts.NOT_AT_INTERCOM() not in titles(search)


def test_the_time_beside_a_result_is_not_cut_off(qtbot, theme, ticker):
    """The overhang of a last letter, such as that of "Sat", counts as width where a text is laid out."""
    sent_at = ticker.now() - timedelta(days=1)
    while not short_age(sent_at, ticker.now()).endswith("t"):
        sent_at -= timedelta(days=1)
    shown = time_as_painted(qtbot, theme, ticker, sent_at, Qt.LayoutDirection.LeftToRight)
    width = QFontMetrics(theme.font(delta=-1)).horizontalAdvance(short_age(sent_at, ticker.now()))
    assert shown.width() >= width - 4


def test_the_time_beside_a_result_reads_the_same_in_a_mirrored_window(qtbot, theme, ticker):
    """Not "h 3"."""
    sent_at = ticker.now() - timedelta(hours=3)
    directions = (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft)
    one, other = (time_as_painted(qtbot, theme, ticker, sent_at, direction) for direction in directions)
    assert one == other


def time_as_painted(qtbot, theme, ticker, sent_at, direction: Qt.LayoutDirection) -> QImage:
    """What the row of a message has more than one without a time."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    # A painter takes the application's.
    application.setLayoutDirection(direction)
    view = ResultsView(theme, ticker, None)
    qtbot.addWidget(view)
    view.resize(280, 200)
    drawn = []
    for at in (sent_at, None):
        view.show_rows((ResultRow(RowKind.MESSAGE, "", at=at),), keeps_place=False)
        drawn.append(view.grab().toImage())
    application.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    text, bare = drawn
    changed = [QPoint(x, y) for x in range(280) for y in range(60) if text.pixel(x, y) != bare.pixel(x, y)]
    return text.copy(QPolygon(changed).boundingRect())


def test_of_a_long_text_what_can_be_searched_is_kept(qtbot, window, search):
    """As when a whole message is pasted."""
    for field in (search.bar.field, window.command_palette._field):
        field.setText("a " * MAX_CHARS)
        assert len(field.text()) == MAX_CHARS
