"""Colleagues in the header, in the list and on the forecast line; and what the team is told of the agent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fake_engine import FakeEngine, go_to, press_send, write
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QStyleOptionViewItem, QToolTip

from desktop.domain.model.presence import Colleague, PresenceState
from desktop.domain.model.warning import WarningCode
from desktop.engine.changes import Changes
from desktop.engine.commands import SendReply, SetTyping, SetVisibleCustomers
from desktop.engine.views import TeamState, TeamView
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.forecast_line import ForecastLine
from desktop.ui.inbox import team_presence
from desktop.ui.inbox.main_window import MainWindow

SAM = Colleague("sam", PresenceState.TYPING, "Sam Byrne")
ANA = Colleague("ana", PresenceState.LOOKING, "Ana Souza")
OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_presence, "SETTLED_AFTER_MS", 5)


@pytest.fixture
def team(window: MainWindow, engine: FakeEngine) -> None:
    """This computer is in a team."""
    engine.queries.team_view = TeamView(TeamState.LIVE, desk="maria")
    engine.feed.publish(Changes(team=True))


@pytest.fixture
def shown(qtbot, window: MainWindow, engine: FakeEngine, team, jennifer) -> MainWindow:
    """Jennifer's thread, whose window on WhatsApp is open."""
    engine.queries.threads["c-1"] = jennifer(**OPEN)
    go_to(qtbot, window)
    window.thread_pane.choose_conversation("wa")
    return window


def come(engine: FakeEngine, *colleagues: Colleague, conversation_id: str = "wa", customer_id: str = "c-1") -> None:
    engine.queries.by_conversation = {conversation_id: colleagues} if colleagues else {}
    engine.queries.by_customer = {customer_id: colleagues} if colleagues else {}
    engine.feed.publish(Changes(presence=frozenset({customer_id})))


def spoken(window: MainWindow, customer_id: str = "c-1") -> str:
    model = window.list._model
    return str(model.index(model.row_of(customer_id)).data(Qt.ItemDataRole.AccessibleTextRole))


# --- shown ----------------------------------------------------------------------------------------------------------


def test_the_header_says_who_is_here(shown: MainWindow, engine: FakeEngine) -> None:
    line = shown.thread_pane.header.colleagues
    assert (line.text(), line.accessibleName()) == ("", "")
    come(engine, SAM, ANA)
    assert line.text() == "Sam is writing…"
    assert line.toolTip() == line.accessibleName() == "Sam Byrne is writing…\nAna Souza is here"
    come(engine)
    assert (line.text(), line.toolTip()) == ("", "")


def test_another_conversation_has_other_colleagues(shown: MainWindow, engine: FakeEngine) -> None:
    come(engine, SAM)
    shown.thread_pane.choose_conversation("web")
    assert shown.thread_pane.header.colleagues.text() == ""
    shown.thread_pane.choose_conversation("wa")
    assert shown.thread_pane.header.colleagues.text() == "Sam is writing…"


@pytest.mark.parametrize("width", [700, 1024, 1400])
def test_nothing_moves_when_somebody_comes(shown: MainWindow, engine: FakeEngine, qtbot, width: int) -> None:
    shown.resize(width, 800)
    header, composer = shown.thread_pane.header, shown.composer
    parts = (header, header.conversation_button, header.countdown, header.action_bar, shown.thread_pane.timeline)
    parts += (composer, composer.findChild(ForecastLine), composer.findChild(ComposerEdit))

    def places() -> list[object]:
        shown.layout().activate()
        return [(part.geometry(), part.mapTo(shown, QPoint(0, 0))) for part in parts]

    qtbot.waitUntil(lambda: places() == places())
    before = places()
    for colleagues in ((SAM,), (ANA,), (SAM, ANA), ()):
        come(engine, *colleagues)
        qtbot.wait(0)
        assert places() == before


def test_the_rows_of_the_list_say_it_too(shown: MainWindow, engine: FakeEngine, qtbot) -> None:
    assert "Sam" not in spoken(shown)
    come(engine, SAM)
    assert "Sam Byrne is writing" in spoken(shown)
    assert "Sam" not in spoken(shown, "c-2")
    rows, delegate = shown.list._list, shown.list._delegate
    index = shown.list._model.index(shown.list._model.row_of("c-1"))
    help_event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), rows.viewport().mapToGlobal(QPoint(5, 5)))
    delegate.helpEvent(help_event, rows, QStyleOptionViewItem(), index)
    qtbot.waitUntil(lambda: "Sam Byrne is writing…" in QToolTip.text().splitlines())
    QToolTip.hideText()


def test_only_the_mark_on_the_avatar_is_painted(shown: MainWindow, engine: FakeEngine) -> None:
    rows, model = shown.list._list, shown.list._model

    def picture() -> QImage:
        return rows.viewport().grab(rows.visualRect(model.index(model.row_of("c-1")))).toImage()

    before = picture()
    come(engine, SAM)
    after = picture()
    changed = [
        (x, y) for x in range(before.width()) for y in range(before.height()) if before.pixel(x, y) != after.pixel(x, y)
    ]
    assert changed
    # Left of the name and below the middle.
    assert max(x for x, _ in changed) < 40
    assert min(y for _, y in changed) > before.height() // 2


def test_the_forecast_warns_of_a_second_answer_before_send(shown: MainWindow, engine: FakeEngine, qtbot) -> None:
    write(qtbot, shown, "On its way")
    assert WarningCode.COLLEAGUE_IS_WRITING not in shown.composer.forecast.warnings
    come(engine, SAM)
    line = shown.composer.findChild(ForecastLine)
    assert WarningCode.COLLEAGUE_IS_WRITING in shown.composer.forecast.warnings
    assert "Sam Byrne is writing here too." in line.text
    assert "Sam Byrne is writing here too." in line.accessibleName()
    # A notice: it asks nothing.
    press_send(qtbot, shown)
    assert [c.text for c in engine.command_handler.of(SendReply)] == ["On its way"]
    come(engine, ANA)
    assert "Ana" not in line.text


# --- told -----------------------------------------------------------------------------------------------------------


def typed(engine: FakeEngine) -> list[tuple[str, bool]]:
    return [(c.conversation_id, c.is_typing) for c in engine.command_handler.of(SetTyping)]


def test_the_team_is_told_who_writes_until_it_is_sent(shown: MainWindow, engine: FakeEngine, qtbot, clock) -> None:
    write(qtbot, shown, "On its way")
    assert typed(engine) == [("wa", True)]
    clock.advance(timedelta(seconds=2))
    write(qtbot, shown, "!")
    assert typed(engine) == [("wa", True)] * 2
    press_send(qtbot, shown)
    assert typed(engine)[2:] == [("wa", False)]


def test_an_emptied_or_left_reply_is_no_writing(shown: MainWindow, engine: FakeEngine, qtbot, clock) -> None:
    write(qtbot, shown, "O")
    edit = shown.composer.findChild(ComposerEdit)
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert typed(engine) == [("wa", True), ("wa", False)]
    clock.advance(timedelta(seconds=2))
    write(qtbot, shown, "O")
    go_to(qtbot, shown, "c-2")
    assert typed(engine)[2:] == [("wa", True), ("wa", False)]


def test_a_note_is_no_answer_to_the_customer(shown: MainWindow, engine: FakeEngine, qtbot) -> None:
    shown.composer.set_internal(True)
    write(qtbot, shown, "Ask the depot")
    assert typed(engine) == []


def test_rows_that_stay_in_view_are_told_once(shown: MainWindow, engine: FakeEngine, qtbot) -> None:
    def told() -> list[tuple[str, ...]]:
        return [c.customer_ids for c in engine.command_handler.of(SetVisibleCustomers)]

    shown.list.reload()
    qtbot.waitUntil(lambda: told() == [("c-2", "c-1")])
    shown.list.reload()
    shown.list.view_moved.emit()
    qtbot.wait(20)
    assert told() == [("c-2", "c-1")]
    shown.hide()
    assert told()[1:] == [()]
    shown.show()
    qtbot.waitUntil(lambda: told()[2:] == [("c-2", "c-1")])


def test_without_a_team_nothing_is_told(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "On its way")
    window.list.view_moved.emit()
    qtbot.wait(20)
    assert typed(engine) == []
    assert engine.command_handler.of(SetVisibleCustomers) == []
    assert window.thread_pane.header.colleagues.minimumSizeHint().width() == 0
