"""The windows and popups of a day's work, at every size: nothing is cut off, overlaps or is too pale to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from color_contrast import contrast
from fake_engine import FakeEngine, go_to, press
from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QListWidget, QMenu, QWidget
from screen_texts import cut_off, outgrown, overlapping

from desktop.domain.model.facts import Tag
from desktop.engine.views import ConnectionState, ConnectionView, Progress
from desktop.ports import Teammate
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.targets import target_of_chat
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.privacy import PrivacyPage

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SMALL, LARGE = QSize(1024, 700), QSize(1600, 1000)
LONG = "Maximiliane Friederike von Habsburg-Lothringen 🙂 <b>& Söhne</b> عمر حداد " * 3
LONGEST_SHOWN = 60
"""In a row of a list; what is longer ends in three dots."""
LEAST_CONTRAST = 4.5
Screens = Iterator[tuple[str, QWidget]]


def screens(qtbot, window: MainWindow, engine: FakeEngine) -> Screens:
    """Open one after the other: what it is called, and the widget to look at."""
    yield "inbox", window
    yield from _popups(window)
    yield from _search(qtbot, window)
    yield from _lists(qtbot, window, engine)
    for name, overlay in (("palette", window.command_palette), ("shortcuts", window.shortcut_sheet)):
        window._commands.run(name)
        yield name, overlay
        overlay.dismiss()
    sheet = window.settings.sheet
    sheet.open_at(PrivacyPage)
    yield "privacy and files", sheet
    sheet.dismiss()


def _popups(window: MainWindow) -> Screens:
    actions = window.findChild(ConversationActions)
    bar = window.thread_pane.header.action_bar
    targets = [target_of_chat(window.view, window.view.thread.chat("wa"))]
    for name, open_list in (("assign", actions.choose_assignee), ("tag", actions.choose_tag)):
        open_list(targets, window._workspace, bar.anchor(name))
        yield name, actions.popup
        actions.popup.close()
    menu = actions.snooze_menu(targets, bar.anchor("snooze"))
    yield "snooze", menu
    menu.close()
    actions._pick_time(targets, bar.anchor("snooze"))
    picker = actions.picker
    yield "snooze until", picker
    picker.field.setDateTime(picker.field.minimumDateTime())
    yield "snooze until a time that is past", picker
    picker.close()
    bar.more_menu.popup(bar.anchor(""))
    yield "more", bar.more_menu
    bar.more_menu.close()


def _search(qtbot, window: MainWindow) -> Screens:
    search = window.list.search
    for text in ("Where", "is:snoozed nothing at all", "on:fax", "from:me on:sms x"):
        search.bar.field.setText(text)
        yield f"search for {text}", window
    search.bar._show_menu()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    yield "filters", menu
    for inner in menu.findChildren(QMenu):
        yield "values of a filter", inner
    menu.close()
    search.close()


def _lists(qtbot, window: MainWindow, engine: FakeEngine) -> Screens:
    rows = window.list._list
    rows.setFocus()
    press(qtbot, window, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert window.list._selection_bar.isVisible()
    yield "selection bar", window
    press(qtbot, window, Qt.Key.Key_Escape)
    point = rows.visualRect(rows.model().index(window.list._model.row_of("c-1"), 0)).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, rows.viewport().mapToGlobal(point))
    QApplication.sendEvent(rows.viewport(), asked)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    yield "row menu", menu
    menu.close()
    empty = window.list.empty
    shown = window.list._stack.currentWidget()
    window.list._stack.setCurrentWidget(empty)
    for state in (ConnectionState.ONLINE, ConnectionState.OFFLINE):
        empty.show_connection(ConnectionView(state))
        yield f"empty list, {state.value}", window
    empty.show_progress(Progress(120, 300))
    yield "empty list, first sync", window
    window.list._stack.setCurrentWidget(shown)


def cut_off_rows(screen: QWidget) -> list[str]:
    """Rows of lists that can't be scrolled sideways and are wider than the list."""
    lists = [view for view in screen.findChildren(QListWidget) if view.isVisible()]
    return [
        f"{view.item(row).text()!r} is cut off"
        for view in lists
        for row in range(view.count())
        if len(view.item(row).text()) <= LONGEST_SHOWN
        and view.visualItemRect(view.item(row)).width() > view.viewport().width() + 1
    ]


def too_pale(screen: QWidget) -> list[str]:
    """Enabled labels and buttons whose text has too little contrast, as it is painted."""
    image, ratio = screen.grab().toImage(), screen.devicePixelRatioF()
    found = []
    for widget in [*screen.findChildren(QLabel), *screen.findChildren(QAbstractButton)]:
        seen = widget.visibleRegion().boundingRect()
        if not widget.isEnabled() or not widget.text() or seen.width() < 8 or seen.height() < 8:
            continue
        at = QRect(widget.mapTo(screen, seen.topLeft()) if widget is not screen else QPoint(), seen.size())
        colors = Counter(
            image.pixel(x, y)
            for x in range(round(at.left() * ratio), round((at.right() + 1) * ratio))
            for y in range(round(at.top() * ratio), round((at.bottom() + 1) * ratio))
            if image.valid(x, y)
        )
        ground = QColor(colors.most_common(1)[0][0]).name()
        best = max(contrast(QColor(ink).name(), ground) for ink in colors)
        if best < LEAST_CONTRAST:
            found.append(f"{widget.text()!r}: {best:.1f} on {ground}")
    return found


@pytest.fixture
def engine(engine: FakeEngine, people) -> FakeEngine:
    """Names and tags as long and as odd as people make them."""
    queries = engine.queries
    tags = (Tag("vip"), Tag(LONG), Tag("<b>&amp;</b>"))
    view = queries.threads["c-1"]
    chats = tuple(replace(c, conversation=replace(c.conversation, tags=tags)) for c in view.thread.chats)
    queries.threads["c-1"] = replace(view, name=LONG, thread=replace(view.thread, chats=chats))
    queries.rows = (people.row("c-1", LONG, tags=(LONG,)), *people.rows())
    queries.about = replace(queries.about, teammates=(*queries.about.teammates, Teammate("93", LONG[:42])))
    return engine


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_everything_fits(qtbot, theme, engine, window, qapp, size: QSize, scale: float, direction) -> None:
    theme.set_text_scale(scale)
    qapp.setLayoutDirection(direction)
    window.resize(size)
    go_to(qtbot, window)
    found = {}
    for name, screen in screens(qtbot, window, engine):
        # What a text wraps to at its new width may lead to another width.
        for _ in range(4):
            QCoreApplication.processEvents()
        wrong = [*outgrown(window, size), *cut_off(screen), *overlapping(screen), *cut_off_rows(screen)]
        if wrong:
            found[name] = wrong
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert not found, chr(10).join(f"{n}: {w}" for n, w in found.items())


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark], ids=["light", "dark"])
def test_everything_can_be_read(qtbot, theme, engine, window, scheme) -> None:
    theme.set_color_scheme(scheme)
    window.resize(SMALL)
    go_to(qtbot, window)
    found = {}
    for name, screen in screens(qtbot, window, engine):
        QCoreApplication.processEvents()
        if pale := too_pale(screen):
            found[name] = pale
    assert not found, chr(10).join(f"{n}: {w}" for n, w in found.items())
