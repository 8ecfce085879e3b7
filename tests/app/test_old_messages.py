"""The window in which earlier messages are read during an update: pages, search, keys, and names for screen readers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from screen_fixtures import delete_later, only_theme, theme

from desktop.app.windows.old_messages import OldMessagesWindow
from desktop.store.core.columns import to_us
from desktop.store.core.old_messages import OldCustomer, OldMessage
from desktop.text.screens import old_messages as texts
from tests.helpers.earlier_profile import AT

__all__ = ["delete_later", "only_theme", "theme"]

PAGE = 60


class FakeOldMessages:
    """150 customers, the first of whom has as many messages."""

    def __init__(self) -> None:
        self.is_open = True
        ats = [AT - timedelta(minutes=number) for number in range(150)]
        self._customers = [OldCustomer(f"c{n}", f"Ann {n}" if n else "", at, to_us(at)) for n, at in enumerate(ats)]
        self._messages = [
            OldMessage(at, to_us(at), str(n), "" if n % 2 else "Sam", n % 2 == 1, n == 2, f"Message {n}.", int(n == 4))
            for n, at in enumerate(ats)
        ]

    async def customers(self, search: str, after: OldCustomer | None) -> list[OldCustomer]:
        found = [c for c in self._customers if search in c.name and (after is None or c.last_at < after.last_at)]
        return found[:PAGE]

    async def messages(self, customer_id: str, before: OldMessage | None) -> list[OldMessage]:
        written = self._messages if customer_id == "c0" else []
        return [m for m in written if before is None or m.sent_at < before.sent_at][:PAGE]


def run(work, _name, then):
    """At once: nothing here waits."""
    try:
        work.send(None)
    except StopIteration as done:
        then(done.value)


@pytest.fixture
def old():
    return FakeOldMessages()


@pytest.fixture
def window(qtbot, theme, old):
    window = OldMessagesWindow(old, run, theme)
    qtbot.addWidget(window)
    window.show()
    return window


def texts_of(window):
    return [window.list.item(row).text() for row in range(window.list.count())]


def test_customers_come_in_pages_the_newest_first(window, qtbot):
    assert [text.split("\n")[0] for text in texts_of(window)][:3] == ["Unnamed customer", "Ann 1", "Ann 2"]
    assert window.list.count() == PAGE
    bar = window.list.verticalScrollBar()

    def is_whole():
        bar.setValue(bar.maximum())
        return window.list.count() == 150

    qtbot.waitUntil(is_whole)


def test_older_messages_come_above_while_scrolling_and_what_is_read_stays(window):
    window.list.setCurrentRow(0)
    bar = window.messages.verticalScrollBar()
    lines = window.messages.toPlainText().split("\n")
    assert bar.value() == bar.maximum()
    assert [line for line in lines if line.startswith("Message")] == [f"Message {n}." for n in reversed(range(PAGE))]
    below = bar.maximum() - 5
    bar.setValue(5)
    assert bar.maximum() - bar.value() == below
    bar.setValue(5)
    bar.setValue(5)
    assert "Message 149." in window.messages.toPlainText()


def test_each_message_says_who_wrote_it_when_and_with_what(window):
    window.list.setCurrentRow(0)
    text = window.messages.toPlainText()
    assert "Unnamed customer · 20 November 2026, 13:59\nMessage 1.\n" in text
    assert "Sam · 20 November 2026, 13:58 · note\nMessage 2.\n" in text
    assert "Message 4.\n(1 file)\n" in text


def test_a_customer_is_found_by_name_and_one_without_messages_says_so(window, qtbot):
    qtbot.keyClicks(window.search, "Ann 14")
    qtbot.waitUntil(lambda: window.list.count() == 11)
    qtbot.keyClick(window.list, Qt.Key.Key_Down)
    assert window.customer_id
    assert window.messages.toPlainText() == texts.NO_MESSAGES()
    window.search.setText("nobody")
    qtbot.waitUntil(lambda: texts_of(window) == [texts.NO_MATCH()])
    assert window.customer_id == ""


def test_after_the_update_what_was_read_stays_and_nothing_more_comes(window, old):
    window.list.setCurrentRow(0)
    shown = window.messages.toPlainText()
    old.is_open = False
    window.messages.verticalScrollBar().setValue(0)
    assert window.messages.toPlainText() == shown
    assert window.customer_id == "c0"


def test_everything_has_a_name_and_can_be_reached_by_keys(window, qtbot):
    named = (window.search, window.list, window.messages)
    assert all(widget.accessibleName() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus for widget in named)
    window.list.setCurrentRow(0)
    assert window.messages.accessibleName() == window.heading.text() == "Messages with Unnamed customer"
    assert window.messages.isReadOnly()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
