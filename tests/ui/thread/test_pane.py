"""The middle pane: where a reply goes, the countdown, staying in place, selecting, and what clicks ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import newest_messages
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu
from reasons import said

from desktop.domain.history.thread import Message
from desktop.domain.model.outgoing import State
from desktop.engine.views import THREAD_PAGE
from desktop.text.formats import day_heading
from desktop.text.thread import pane as texts
from desktop.ui.commands.table import shown_keys
from desktop.ui.look.ring import RingStage
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.media.link_targets import LinkTarget
from desktop.ui.thread.pane import OLDER_PAGE, ThreadPane
from desktop.ui.thread.pending_reply import OutgoingText
from desktop.ui.thread.timeline.delegate import TimelineDelegate
from desktop.ui.thread.timeline.row_menu import order_number, row_menu

pytestmark = pytest.mark.usefixtures("block_font")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SIZE = (620, 700)


@pytest.fixture
def pane(qtbot, theme, ticker) -> ThreadPane:
    pane = ThreadPane(theme, ticker)
    qtbot.addWidget(pane)
    pane.resize(*SIZE)
    pane.show()
    return pane


def settle() -> None:
    """The heights of the buttons in the header follow their texts a little later, and the thread follows the header."""
    for _ in range(4):
        QApplication.processEvents()


@pytest.fixture
def emitted(pane) -> list[tuple]:
    """What the pane asked for, in order."""
    asked: list[tuple] = []
    for name in ("conversation_changed", "quote_requested", "pending_action", "link_activated"):
        getattr(pane, name).connect(lambda *args, name=name: asked.append((name, *args)))
    return asked


def row_of(pane, text: str) -> int:
    model = pane.timeline.timeline
    return next(at for at in range(model.rowCount()) if model.entry(at).text.startswith(text))


def position(pane, row: int, offset: QPointF) -> QPoint:
    """A point of the viewport, `offset` into the words of a row; scrolls it into view."""
    view = pane.timeline
    index = view.timeline.index(row)
    view.scrollTo(index)
    body = view.text_selection.layout_at(index).body
    return view.visualRect(index).topLeft() + (body.rect.topLeft() + offset).toPoint()


def press_on(pane, qtbot, row: int, action: str) -> None:
    view = pane.timeline
    index = view.timeline.index(row)
    view.scrollTo(index)
    piece = next(p for p in view.text_selection.layout_at(index).pieces if p.action == action)
    point = view.visualRect(index).topLeft() + piece.rect.center().toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


def description_of(pane, pending) -> OutgoingText:
    model = pane.timeline.timeline
    return next(r.description for r in map(model.entry, range(model.rowCount())) if r.pending == pending)


def with_entries(view, people, *entries):
    """The same customer with more messages in the WhatsApp conversation."""
    chats = [c.conversation for c in view.thread.chats]
    chats = [replace(c, entries=(*c.entries, *entries)) if c.id in ("wa", "long") else c for c in chats]
    return people.view(chats, customer_id=view.customer_id, name=view.name)


# --- where a reply goes ----------------------------------------------------------------------------------------------


def test_nobody_chosen_is_an_empty_state_with_a_sentence(pane):
    assert pane.placeholder.isVisible()
    assert pane.placeholder.text.startswith(texts.NOTHING_CHOSEN())
    assert "Ctrl+K" in pane.placeholder.text
    assert pane.conversation_id == ""


def test_a_customer_without_conversations_is_no_empty_space(pane, jennifer, people):
    pane.show_thread(people.view([], name="Jennifer Okafor"))
    assert pane._no_conversations.isVisible()
    assert "No conversations with Jennifer Okafor yet" in pane._no_conversations.text
    assert not pane.timeline.isVisible()
    pane.show_thread(jennifer())
    assert pane.timeline.isVisible()
    assert not pane._no_conversations.isVisible()


def test_a_reply_goes_to_the_conversation_of_the_newest_customer_message(pane, emitted, jennifer, people):
    pane.show_thread(jennifer())
    assert pane.conversation_id == "wa"
    assert emitted == [("conversation_changed", "wa")]
    pane.show_thread(people.view([people.whatsapp(26 * HOUR, None), _newer_web(people)]))
    assert pane.conversation_id == "web"


def _newer_web(people):
    web = people.web()
    return replace(web, entries=(*web.entries, people.customer_message("web", MINUTE, "One more thing")))


def test_what_the_agent_chose_stays_chosen_until_another_customer(pane, emitted, jennifer, people):
    view = jennifer()
    pane.show_thread(view)
    pane.choose_conversation("web")
    pane.choose_conversation("not hers")
    pane.show_thread(with_entries(view, people, people.customer_message("wa", timedelta(0), "Hello?")))
    assert pane.conversation_id == "web"
    assert emitted == [("conversation_changed", "wa"), ("conversation_changed", "web")]
    pane.show_thread(None)
    pane.show_thread(view)
    assert pane.conversation_id == "wa"


def test_the_switch_offers_every_conversation_with_channel_subject_and_state(pane, emitted, jennifer):
    pane.show_thread(jennifer())
    menu = pane.header.conversation_button.menu()
    menu.aboutToShow.emit()
    actions = menu.actions()
    assert [a.text() for a in actions] == [
        "WhatsApp · Order 4711 (Open · Maria Lind)",
        "Messenger · Shipping (Closed · Unassigned)",
    ]
    actions[1].trigger()
    assert emitted[-1] == ("conversation_changed", "web")
    assert pane.header.countdown.isHidden(), "the Messenger has no window"


def test_the_status_of_a_conversation_names_its_team_where_it_has_no_teammate(jennifer):
    chat = jennifer().thread.chat("web")
    assigned = replace(chat, conversation=replace(chat.conversation, team_id="502"))
    assert texts.conversation_status(assigned, {}, {"502": "Refunds"}) == "Closed · Refunds"
    assert texts.conversation_status(assigned, {}, {}) == "Closed · Assigned"


def test_the_switch_asks_for_old_conversations_and_lists_them_when_they_come(pane, qtbot, jennifer):
    view = jennifer()
    chats = view.thread.chats
    left_out = replace(view.thread, chats=chats[:1], left_out=1, left_out_upto=chats[1].conversation.updated_at)
    pane.show_thread(replace(view, thread=left_out))
    assert pane.wanted_conversations == frozenset()
    menu = pane.header.conversation_button.menu()
    with qtbot.waitSignal(pane.all_conversations_requested):
        menu.popup(pane.mapToGlobal(pane.rect().center()))
    assert len(menu.actions()) == 1
    assert pane.wanted_conversations is None
    pane.show_thread(view)
    assert len(menu.actions()) == 2
    menu.close()
    pane.choose_conversation("web")
    pane.show_thread(None)
    pane.show_thread(view)
    assert pane.wanted_conversations == frozenset(), "of another customer, or the same one later, the newest are enough"
    pane.choose_conversation("web")
    assert pane.wanted_conversations == {"web"}


# --- countdown -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "text", "stage"),
    [
        (timedelta(), "WhatsApp · 23 h 58 min left", RingStage.OPEN),
        (20 * HOUR, "WhatsApp · 3 h 58 min left", RingStage.SOON),
        (23 * HOUR, "WhatsApp · 58 min 0 s left", RingStage.CLOSING),
        (24 * HOUR - 2 * MINUTE, "WhatsApp closed just now", RingStage.CLOSED),
        (26 * HOUR, "WhatsApp closed 2 h 2 min ago", RingStage.CLOSED),
    ],
)
def test_the_countdown_says_how_long(pane, jennifer, age, text, stage):
    pane.show_thread(jennifer(whatsapp_age=age, messenger_age=None))
    assert pane.header.countdown.text() == text
    assert pane.header.countdown._stage is stage


def test_it_follows_the_clock_across_thresholds_and_a_long_sleep(pane, jennifer, clock, ticker):
    pane.show_thread(jennifer(whatsapp_age=23 * HOUR, messenger_age=None))
    texts = []
    for step in (1, 57 * 60 + 58, 1, 25 * 3600):
        clock.advance(timedelta(seconds=step))
        ticker.tick()
        texts.append(pane.header.countdown.text())
    assert texts == [
        "WhatsApp · 57 min 59 s left",
        "WhatsApp · 1 s left",
        "WhatsApp closed just now",
        "WhatsApp closed 25 h ago",
    ]


def test_its_words_are_set_only_when_they_change_and_readers_hear_thresholds_only(pane, jennifer, clock, ticker):
    pane.show_thread(jennifer(whatsapp_age=17 * HOUR, messenger_age=None))
    countdown = pane.header.countdown
    name = countdown.accessibleName()
    assert name == "WhatsApp · 6 hours and 58 minutes left"
    set_to = []
    countdown.setText = lambda text: (set_to.append(text), type(countdown).setText(countdown, text))
    for _ in range(50):
        clock.advance(timedelta(seconds=1))
        ticker.tick()
    assert set_to == ["WhatsApp · 6 h 57 min left"]
    assert countdown.accessibleName() == name
    clock.advance(58 * MINUTE)
    ticker.tick()
    assert countdown.accessibleName() == "WhatsApp · 5 hours and 59 minutes left"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_or_space_on_the_countdown_opens_the_chart_with_a_sentence(pane, jennifer, qtbot, key):
    pane.show_thread(jennifer())
    qtbot.keyClick(pane.header.countdown, key)
    popup = pane.header.chart_popup
    assert popup.isVisible()
    assert popup.why.text().startswith("Jennifer last wrote on WhatsApp 26 h ago.")
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


# --- staying in place ------------------------------------------------------------------------------------------------


def at_end(pane) -> bool:
    bar = pane.timeline.verticalScrollBar()
    return bar.value() == bar.maximum() > 0


def test_it_opens_at_the_newest_message_and_follows_new_ones(pane, people, qtbot):
    view = people.long_thread(60)
    pane.show_thread(view)
    qtbot.waitUntil(lambda: at_end(pane))
    pane.show_thread(with_entries(view, people, people.customer_message("long", timedelta(0), "New " * 60)))
    qtbot.waitUntil(lambda: at_end(pane))
    assert not pane.newest_button.isVisible()


def test_scrolled_up_nothing_moves_and_a_pill_counts(pane, people, qtbot):
    view = people.long_thread(60)
    pane.show_thread(view)
    qtbot.waitUntil(lambda: at_end(pane))
    timeline = pane.timeline
    timeline.verticalScrollBar().setValue(500)
    index = timeline.indexAt(QPoint(200, 0))
    key, top = timeline.timeline.entry(index.row()).key, timeline.visualRect(index).top()
    more = [people.customer_message("long", timedelta(0), "New " * 60), people.entry("long", timedelta(0), "Ours")]
    view = with_entries(view, people, more[0])
    pane.show_thread(view)
    pane.show_thread(with_entries(view, people, more[1]))
    moved = timeline.timeline.index(timeline.timeline.row_of(key))
    assert timeline.visualRect(moved).top() == top
    assert pane.newest_button.isVisible()
    assert pane.newest_button.text() == "2 new"
    qtbot.mouseClick(pane.newest_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_end(pane))
    assert not pane.newest_button.isVisible()


def test_far_from_the_newest_message_a_button_leads_there(pane, people, qtbot):
    pane.show_thread(people.long_thread(60))
    qtbot.waitUntil(lambda: at_end(pane))
    bar = pane.timeline.verticalScrollBar()
    bar.setValue(bar.maximum() - 20)
    assert not pane.newest_button.isVisible(), "it is on the screen still"
    bar.setValue(bar.maximum() // 2)
    assert pane.newest_button.isVisible()
    assert pane.newest_button.text() == ""
    assert pane.newest_button.accessibleName() == "Go to the newest message"
    qtbot.mouseClick(pane.newest_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_end(pane))
    assert not pane.newest_button.isVisible()


def test_each_customer_is_found_where_they_were_left_unless_they_wrote(pane, people, jennifer, qtbot):
    view = people.long_thread(60)
    pane.show_thread(view)
    qtbot.waitUntil(lambda: at_end(pane))
    timeline = pane.timeline
    timeline.verticalScrollBar().setValue(500)
    index = timeline.indexAt(QPoint(200, 40))
    key, top = timeline.timeline.entry(index.row()).key, timeline.visualRect(index).top()

    def place() -> int:
        return timeline.visualRect(timeline.timeline.index(timeline.timeline.row_of(key))).top()

    pane.show_thread(jennifer())
    qtbot.waitUntil(lambda: timeline.at_bottom)
    pane.show_thread(view)
    assert place() == top
    assert not timeline.at_bottom
    pane.show_thread(None)
    pane.show_thread(with_entries(view, people, people.customer_message("long", timedelta(0), "Hello?")))
    qtbot.waitUntil(lambda: at_end(pane))


def test_what_the_agent_sends_comes_into_view(pane, people, qtbot):
    view = people.long_thread(60)
    pane.show_thread(view)
    qtbot.waitUntil(lambda: at_end(pane))
    pane.timeline.verticalScrollBar().setValue(100)
    pane.show_thread(replace(view, pending_replies=(people.pending(State.QUEUED, conversation_id="long"),)))
    qtbot.waitUntil(lambda: at_end(pane))


def test_the_keyboard_starts_at_the_newest_row(pane, people, qtbot):
    pane.show_thread(people.long_thread(60))
    qtbot.waitUntil(lambda: at_end(pane))
    pane.timeline.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(pane.timeline, Qt.Key.Key_Up)
    assert pane.timeline.currentIndex().row() == pane.timeline.timeline.rowCount() - 2


@pytest.fixture
def paged(pane, people, qtbot):
    """A thread of 700 messages of which the pane gets what it asks for."""
    view = people.long_thread(700)
    limits = []

    def load() -> None:
        limits.append(pane.message_limit)
        pane.show_thread(newest_messages(view, pane.message_limit))

    pane.older_requested.connect(load, Qt.ConnectionType.QueuedConnection)
    pane.show_thread(newest_messages(view, pane.message_limit))
    qtbot.waitUntil(lambda: at_end(pane))
    return limits


def test_older_messages_load_while_scrolling_up_without_moving_what_is_read(pane, paged, qtbot):
    view, bar = pane.timeline, pane.timeline.verticalScrollBar()
    while not paged:
        bar.setValue(bar.value() - 100)
        middle = view.indexAt(QPoint(200, 350))
        key, top = view.timeline.entry(middle.row()).key, view.visualRect(middle).top()
        QApplication.processEvents()
        moved = view.timeline.index(view.timeline.row_of(key))
        assert view.visualRect(moved).top() == top
    assert paged == [THREAD_PAGE + OLDER_PAGE]
    assert bar.value() > view.viewport().height()


def test_older_messages_cost_the_same_however_many_are_loaded(pane, people, monkeypatch):
    whole, costs = people.long_thread(600), []
    asked: Counter[str] = Counter()

    def count(owner: type, name: str) -> None:
        method = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args, **more: asked.update([name]) or method(*args, **more))

    count(TimelineDelegate, "estimated_height")
    count(TimelineEntry, "__init__")
    count(TimelineDelegate, "paint")
    count(Message, "__eq__")
    for loaded in (120, 480):
        pane.show_thread(None)
        pane.show_thread(newest_messages(whole, loaded))
        settle()
        assert asked["paint"] > 0
        asked.clear()
        pane.show_thread(newest_messages(whole, loaded + 100))
        settle()
        costs.append(+asked)
    assert costs[0]["estimated_height"] >= 100
    assert costs[0]["__eq__"] == costs[0]["paint"] == 0, "nothing changed that was there"
    assert costs[0] == costs[1]


def test_what_looks_different_is_painted_at_once(pane, people, theme, monkeypatch):
    view, timeline, painted = people.long_thread(60), pane.timeline, []
    paint = TimelineDelegate.paint
    monkeypatch.setattr(TimelineDelegate, "paint", lambda *args: painted.append(True) or paint(*args))
    message = people.customer_message("long", timedelta(0), "New " * 2_000)
    more, fewer = with_entries(view, people, message), newest_messages(view, 59)

    def is_painted(change: Callable[[], object]) -> bool:
        settle()
        painted.clear()
        change()
        settle()
        return bool(painted)

    assert is_painted(lambda: pane.show_thread(view))
    assert not is_painted(lambda: pane.show_thread(view))
    assert is_painted(lambda: theme.set_text_scale(1.2))
    assert is_painted(lambda: pane.show_thread(more)), "at the end"
    assert is_painted(lambda: timeline._act(timeline.timeline.entry(timeline.timeline.rowCount() - 1), "show_all"))
    assert is_painted(lambda: pane.show_thread(view))
    timeline.verticalScrollBar().setValue(0)
    assert is_painted(lambda: pane.show_thread(fewer)), "at the start"


def test_the_keyboard_reaches_the_oldest_message(pane, paged, qtbot):
    view = pane.timeline
    view.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range((700 - THREAD_PAGE) // OLDER_PAGE):
        qtbot.keyClick(view, Qt.Key.Key_Home)
        QApplication.processEvents()
        assert view.currentIndex().row() >= THREAD_PAGE, "the oldest message before stays the current row"
        qtbot.keyClick(view, Qt.Key.Key_PageUp)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.timeline.entry(0).type is EntryType.DAY
    assert view.currentIndex().row() == 0
    assert view.timeline.rowCount() > 700
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert at_end(pane)


def test_the_row_of_earlier_messages_is_never_the_current_one(pane, paged, qtbot):
    view = pane.timeline
    view.setFocus(Qt.FocusReason.TabFocusReason)
    pane.older_requested.disconnect()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.timeline.entry(0).type is EntryType.OLDER
    assert view.currentIndex().row() == 1
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 1


def test_older_messages_paint_only_what_is_above_those_on_the_screen(pane, people, qtbot, monkeypatch):
    view, whole = pane.timeline, people.long_thread(400)
    pane.show_thread(newest_messages(whole, 100))
    qtbot.waitUntil(lambda: at_end(pane))
    view.verticalScrollBar().setValue(0)
    settle()
    stay = {view.timeline.entry(row).key for row in view.shown_rows if view.can_anchor(row)}
    painted = Counter()
    paint = view.delegate.paint

    def count(painter, option, index):
        painted[view.timeline.entry(index.row()).key] += 1
        paint(painter, option, index)

    monkeypatch.setattr(view.delegate, "paint", count)
    pane.show_thread(newest_messages(whole, 300))
    qtbot.waitUntil(lambda: bool(painted))
    assert len(stay) > 3
    assert len(painted.keys() & stay) <= 1, "below the button that leads to the newest message"


def test_scrolling_below_the_button_paints_what_comes_into_view_and_what_is_around_the_button(
    pane, people, qtbot, monkeypatch
):
    view = pane.timeline
    pane.show_thread(people.long_thread(200))
    qtbot.waitUntil(lambda: at_end(pane))
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() - 3000)
    assert pane.newest_button.isVisible()
    painted = Counter()
    paint = view.delegate.paint

    def count(painter, option, index):
        painted[index.row()] += 1
        paint(painter, option, index)

    monkeypatch.setattr(view.delegate, "paint", count)
    for step in (-15, 15, -40, 40):
        settle()
        painted.clear()
        before = pane.screen().grabWindow(pane.winId()).toImage()
        bar.setValue(bar.value() + step)
        QApplication.processEvents()
        assert 0 < painted.total() <= 4 < len(view.shown_rows)
        on_screen = pane.screen().grabWindow(pane.winId()).toImage()
        assert on_screen != before
        view.viewport().repaint()
        assert pane.screen().grabWindow(pane.winId()).toImage() == on_screen


def test_back_at_the_newest_message_one_page_is_enough(pane, paged, people, qtbot):
    bar = pane.timeline.verticalScrollBar()
    bar.setValue(0)
    qtbot.waitUntil(lambda: len(paged) == 1)
    assert pane.message_limit > THREAD_PAGE
    pane.timeline.scrollToBottom()
    assert pane.message_limit == THREAD_PAGE


def test_messages_that_come_while_older_ones_are_read_take_none_away(pane, people, qtbot):
    whole = people.long_thread(600)

    def grown(count):
        return replace(whole, thread=replace(whole.thread, messages=whole.thread.messages[:count]))

    pane.show_thread(newest_messages(grown(500), pane.message_limit))
    qtbot.waitUntil(lambda: at_end(pane))
    pane.timeline.verticalScrollBar().setValue(3000)
    for count in range(510, 601, 10):
        pane.show_thread(newest_messages(grown(count), pane.message_limit))
    assert pane.message_limit == THREAD_PAGE + 100, "those that were there, and the new ones"
    assert pane.newest_button.text() == "100 new"


def test_a_narrower_pane_stays_at_the_newest_message(pane, people, qtbot):
    pane.show_thread(people.long_thread(60))
    qtbot.waitUntil(lambda: at_end(pane))
    pane.resize(420, 700)
    qtbot.waitUntil(lambda: at_end(pane))


def heights_on_screen(pane) -> dict[int, int]:
    view = pane.timeline
    return {row: view.visualRect(view.timeline.index(row)).height() for row in view.shown_rows}


def measured_heights(pane, rows) -> dict[int, int]:
    view = pane.timeline
    return {row: view.text_selection.layout_at(view.timeline.index(row)).size.height() for row in rows}


def test_opening_measures_only_what_is_on_the_screen(pane, people, qtbot):
    for count in (60, 500):
        built = pane.timeline.delegate.build_count
        pane.show_thread(people.long_thread(count, customer_id=f"c-{count}"))
        qtbot.waitUntil(lambda: at_end(pane))
        pane.grab()
        assert pane.timeline.delegate.build_count - built == len(pane.timeline.shown_rows) < 20


def test_another_width_lays_out_only_what_is_on_the_screen(pane, people, qtbot):
    pane.show_thread(people.long_thread(600))
    qtbot.waitUntil(lambda: at_end(pane))
    delegate = pane.timeline.delegate
    for width in (600, 560, 520):
        built = delegate.build_count
        pane.resize(width, SIZE[1])
        assert 0 < delegate.build_count - built < 20
        assert at_end(pane)
        shown = heights_on_screen(pane)
        pane.grab()
        assert shown == measured_heights(pane, shown)
        assert delegate.build_count - built < 20, "everything that is painted was measured before"


def test_another_width_leaves_what_is_read_where_it_is(pane, people, qtbot):
    pane.show_thread(people.long_thread(300))
    qtbot.waitUntil(lambda: at_end(pane))
    view = pane.timeline
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    first = view.indexAt(QPoint(100, 0)).row()
    top = view.visualRect(view.timeline.index(first)).top()
    for width in (560, 480, 600):
        pane.resize(width, SIZE[1])
        assert view.visualRect(view.timeline.index(first)).top() == top


def test_rows_scrolled_into_view_have_their_right_height(pane, people, qtbot):
    pane.show_thread(people.long_thread(300))
    qtbot.waitUntil(lambda: at_end(pane))
    view = pane.timeline
    for value in (view.verticalScrollBar().maximum() // 3, 40, 0):
        view.verticalScrollBar().setValue(value)
        shown = heights_on_screen(pane)
        assert shown == measured_heights(pane, shown)


@pytest.mark.parametrize("step", [-40, 40])
def test_what_is_on_the_screen_scrolls_by_the_same_distance_whatever_comes_into_view(pane, people, qtbot, step):
    pane.show_thread(people.long_thread(300))
    qtbot.waitUntil(lambda: at_end(pane))
    view = pane.timeline
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    for _ in range(60):
        middle = view.indexAt(QPoint(100, 350))
        top = view.visualRect(middle).top()
        bar.setValue(bar.value() + step)
        assert view.visualRect(middle).top() == top - step


def test_the_last_pixels_of_both_ends_are_reached(pane, people, qtbot):
    pane.show_thread(people.long_thread(120))
    qtbot.waitUntil(lambda: at_end(pane))
    view = pane.timeline
    view.scrollToTop()
    assert view.visualRect(view.timeline.index(0)).top() == 0
    view.scrollToBottom()
    last = view.visualRect(view.timeline.index(view.timeline.rowCount() - 1))
    assert last.bottom() == view.viewport().height() - 1


def test_scrolling_builds_no_layout_twice(pane, people, qtbot):
    pane.show_thread(people.long_thread(100))
    qtbot.waitUntil(lambda: at_end(pane))
    delegate, view = pane.timeline.delegate, pane.timeline
    bar = view.verticalScrollBar()
    for _ in range(2):
        while bar.value() > 0:
            bar.setValue(bar.value() - 300)
            pane.grab()
        while bar.value() < bar.maximum():
            bar.setValue(bar.value() + 300)
            pane.grab()
        assert delegate.build_count == view.timeline.rowCount()


def test_a_new_message_builds_one_layout(pane, people, qtbot):
    view = people.long_thread(100)
    pane.show_thread(view)
    qtbot.waitUntil(lambda: at_end(pane))
    built = pane.timeline.delegate.build_count
    pane.show_thread(with_entries(view, people, people.customer_message("long", timedelta(0), "New")))
    qtbot.waitUntil(lambda: at_end(pane))
    assert pane.timeline.delegate.build_count == built + 1


# --- words and clicks ------------------------------------------------------------------------------------------------


def drag(pane, qtbot, start: QPoint, end: QPoint) -> None:
    viewport = pane.timeline.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    # qtbot's mouseMove carries no pressed button in every Qt; the event itself does.
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, QPointF(end), QPointF(viewport.mapToGlobal(end)), left, left, none)
    QApplication.sendEvent(viewport, move)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def test_words_are_selected_inside_a_message_and_copied(pane, jennifer, qtbot):
    pane.show_thread(jennifer())
    row = row_of(pane, "Any news")
    start = position(pane, row, QPointF(0, 4))
    drag(pane, qtbot, start, start + QPoint(2000, 0))
    qtbot.keyClick(pane.timeline, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Any news about my parcel?"


def test_words_are_selected_across_messages(pane, jennifer, qtbot):
    pane.resize(620, 1500)
    pane.show_thread(jennifer())
    upper = position(pane, row_of(pane, "Are you at home"), QPointF(-1, 4))
    lower = position(pane, row_of(pane, "Any news"), QPointF(300, 4))
    drag(pane, qtbot, lower, upper)
    expected = "Are you at home tomorrow between 9 and 11?\nAny news about my parcel?"
    assert pane.timeline.text_selection.text() == expected


def test_a_double_click_takes_the_word(pane, jennifer, qtbot):
    pane.show_thread(jennifer())
    point = position(pane, row_of(pane, "Any news"), QPointF(2, 4))
    qtbot.mouseDClick(pane.timeline.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert pane.timeline.text_selection.text() == "Any"


def test_a_selection_survives_new_messages(pane, jennifer, people, qtbot):
    view = jennifer()
    pane.show_thread(view)
    point = position(pane, row_of(pane, "Any news"), QPointF(2, 4))
    qtbot.mouseDClick(pane.timeline.viewport(), Qt.MouseButton.LeftButton, pos=point)
    pane.show_thread(with_entries(view, people, people.customer_message("wa", timedelta(0), "Hello?")))
    assert pane.timeline.text_selection.text() == "Any"


def test_a_link_a_file_and_an_echo_answer_clicks(pane, emitted, jennifer, people, qtbot):
    pending = people.pending(State.HELD, reason=said("It closed."))
    pane.show_thread(jennifer(pending_replies=(pending,)))
    emitted.clear()
    row = row_of(pane, "We do!")
    body = pane.timeline.text_selection.layout_at(pane.timeline.timeline.index(row)).body
    point = position(pane, row, QPointF(body.rect.width() - 10, 6))
    qtbot.mouseClick(pane.timeline.viewport(), Qt.MouseButton.LeftButton, pos=point)
    press_on(pane, qtbot, row_of(pane, "Thank you"), "file:0")
    press_on(pane, qtbot, row_of(pane, "One moment"), "reply:send")
    assert emitted == [
        ("link_activated", LinkTarget("https://shop.example/shipping")),
        ("link_activated", LinkTarget("https://files.example/invoice.pdf", file_name="invoice-4711.pdf")),
        ("pending_action", pending.draft_id, "send", description_of(pane, pending)),
    ]


def menu_of(pane, qtbot, row: int) -> dict[str, object]:
    timeline = pane.timeline
    timeline.setCurrentIndex(timeline.timeline.index(row))
    qtbot.keyClick(timeline, Qt.Key.Key_Return)
    menu = timeline.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    return {a.text(): a for a in menu.actions() if a.text()}


def test_the_menu_copies_quotes_and_answers_without_a_mouse(pane, emitted, jennifer, people, qtbot):
    pending = people.pending(State.UNCONFIRMED)
    pane.show_thread(jennifer(pending_replies=(pending,)))
    emitted.clear()
    actions = menu_of(pane, qtbot, row_of(pane, "Hi, my order"))
    actions[texts.COPY_MESSAGE()].trigger()
    assert QGuiApplication.clipboard().text() == "Hi, my order #4711 has not arrived."
    actions[texts.QUOTE()].trigger()
    assert emitted == [("quote_requested", "Hi, my order #4711 has not arrived.")]
    menu_of(pane, qtbot, row_of(pane, "One moment"))["Mark as arrived\tY"].trigger()
    assert emitted[-1][:3] == ("pending_action", pending.draft_id, "arrived")


@pytest.mark.parametrize(
    ("word", "number"), [("(#4711),", "#4711"), ("4711-22", "4711-22"), ("911", ""), ("word", ""), ("", "")]
)
def test_order_numbers_are_offered_for_copying(word, number):
    assert order_number(word) == number


def test_arrows_and_j_k_move_from_row_to_row(pane, jennifer, qtbot):
    pane.show_thread(jennifer())
    timeline = pane.timeline
    timeline.setCurrentIndex(timeline.timeline.index(2))
    for key, row in ((Qt.Key.Key_J, 3), (Qt.Key.Key_Down, 4), (Qt.Key.Key_K, 3), (Qt.Key.Key_Up, 2)):
        qtbot.keyClick(timeline, key)
        assert timeline.currentIndex().row() == row


def test_midnight_turns_today_into_yesterday(pane, jennifer, clock, ticker):
    pane.show_thread(jennifer())
    model = pane.timeline.timeline
    clock.advance(timedelta(days=1))
    ticker.tick()
    days = [model.entry(at) for at in range(model.rowCount()) if model.entry(at).type is EntryType.DAY]
    assert day_heading(days[-1].day, days[-1].today) == "Yesterday"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_pane_never_asks_for_more_width_than_a_small_screen_leaves(pane, jennifer, theme, scale):
    theme.set_text_scale(scale)
    pane.show_thread(jennifer())
    assert pane.minimumSizeHint().width() <= 424


def test_another_look_lays_out_anew_and_stays_at_the_newest_message(pane, people, theme, qtbot):
    pane.show_thread(people.long_thread(60))
    qtbot.waitUntil(lambda: at_end(pane))
    rows = pane.timeline.timeline
    before = pane.timeline.visualRect(rows.index(5)).height()
    theme.set_text_scale(1.6)
    qtbot.waitUntil(lambda: at_end(pane))
    assert pane.timeline.visualRect(rows.index(5)).height() > before
    theme.set_color_scheme(Qt.ColorScheme.Dark)
    qtbot.waitUntil(lambda: at_end(pane))


def test_the_menu_offers_what_is_under_the_mouse(pane, people, qtbot):
    asked = []
    pending = people.pending(State.HELD)
    description = OutgoingText("Held back", actions=(("send", "Send anyway"), ("cancel", "Take back")))
    menu = row_menu(
        pane,
        TimelineEntry("echo", EntryType.PENDING, pending=pending, description=description),
        selected="some words",
        link="https://a.example/",
        word="(#4711)",
        on_quote=lambda text: asked.append(("quote", text)),
        on_action=lambda action: asked.append(("answer", action)),
        on_channel=print,
    )
    actions = {a.text(): a for a in menu.actions() if a.text()}
    for word, copied in (
        (texts.COPY_SELECTION(), "some words"),
        (texts.COPY_MESSAGE(), pending.text),
        (texts.COPY_LINK(), "https://a.example/"),
        ("Copy #4711", "#4711"),
    ):
        actions[word].trigger()
        assert QGuiApplication.clipboard().text() == copied
    for word in (texts.QUOTE(), f"Send anyway\t{shown_keys('Ctrl+Return')}", f"Take back\t{shown_keys('Del')}"):
        actions[word].trigger()
    assert asked == [("quote", "some words"), ("answer", "send"), ("answer", "cancel")]


def test_tips_tell_reason_and_exact_time(pane, jennifer):
    pane.show_thread(jennifer())
    view = pane.timeline
    row = row_of(pane, "Any news")
    layout = view.text_selection.layout_at(view.timeline.index(row))
    tips = [piece.tip for piece in layout.pieces if piece.tip]
    assert any("No app posted it" in tip for tip in tips)
    assert any("2026" in tip for tip in tips)


def test_a_customer_without_any_conversation_is_an_empty_thread(pane, emitted, people):
    pane.show_thread(people.view([]))
    assert pane.conversation_id == ""
    assert pane.header.conversation_button.isHidden()
    assert pane.header.countdown.isHidden()
