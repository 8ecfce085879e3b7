"""Reported problems: what is said of them in the details, in the forecast and in the warning, and how a person ends
them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from direct_routes import sms_route, with_direct_routes
from fake_engine import FakeEngine, go_to, press_send, write
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from timeline_rows import build_entries

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.model.facts import ChannelKind, EntryKind, Role
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import MarkSolved
from desktop.engine.views import ThreadView
from desktop.text.screens.details import HOW_WE_KNOW
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.thread import pending_reply
from desktop.ui.thread.entries import EntryType
from desktop.ui.thread.timeline.accessible_text import accessible_text

MINUTE = timedelta(minutes=1)


def notice(people, age: timedelta, text: str):
    return people.entry(
        "wa",
        age,
        text,
        kind=EntryKind.NOTE,
        event="note",
        role=Role.BOT,
        author_name="Octopods",
        app_code="octopods-vv1",
    )


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    """The window with *How we know* unfolded."""
    next(b for b in window.details.findChildren(QToolButton) if b.text() == HOW_WE_KNOW()).setChecked(True)
    return window


@pytest.fixture
def blocked(people) -> ThreadView:
    people.workspace = replace(people.workspace, relay={ChannelKind.WHATSAPP: Relay.PROVEN})
    reply = people.entry("wa", 30 * MINUTE, "Shall we send it again?")
    note = notice(people, 29 * MINUTE, "This message could not be delivered: the user blocked this number.")
    return people.view([people.whatsapp(timedelta(hours=2), None, (reply, note))])


def visible_texts(window: MainWindow) -> list[str]:
    return [label.text() for label in window.details.findChildren(QLabel) if label.isVisible()]


def solved(window: MainWindow) -> list[QPushButton]:
    return [b for b in window.details.findChildren(QPushButton) if b.text() == "Mark as solved" and b.isVisible()]


@pytest.fixture
def sentence(blocked, people) -> str:
    at = (people.now - 29 * MINUTE).astimezone()
    return f"Octopods reported at {at:%H:%M} that this number blocked you."


def test_the_details_say_who_said_what_and_when(qtbot, window: MainWindow, engine, blocked, sentence) -> None:
    engine.queries.threads["c-1"] = blocked
    go_to(qtbot, window)
    assert sentence in visible_texts(window)
    assert solved(window)[0].accessibleName() == f"Mark as solved: {sentence}"


def test_a_person_calls_it_solved_and_can_take_that_back(qtbot, window, engine: FakeEngine, blocked) -> None:
    engine.queries.threads["c-1"] = blocked
    fact = blocked.thread.chat("wa").contrary[0]
    go_to(qtbot, window)
    qtbot.mouseClick(solved(window)[0], Qt.MouseButton.LeftButton)
    assert engine.command_handler.of(MarkSolved) == [MarkSolved(fact.id)]
    assert window.toast.text == "Marked as solved. We no longer warn about this problem."
    window.toast.press()
    assert engine.command_handler.of(MarkSolved)[-1] == MarkSolved(fact.id, solved=False)


def test_the_button_is_pressed_with_the_keyboard(qtbot, window: MainWindow, engine: FakeEngine, blocked) -> None:
    engine.queries.threads["c-1"] = blocked
    go_to(qtbot, window)
    solved(window)[0].setFocus()
    qtbot.keyClick(solved(window)[0], Qt.Key.Key_Space)
    assert len(engine.command_handler.of(MarkSolved)) == 1


def test_line_and_warning_say_it_too(qtbot, window: MainWindow, engine: FakeEngine, blocked, sentence) -> None:
    engine.queries.threads["c-1"] = blocked
    go_to(qtbot, window)
    write(qtbot, window, "Hello")
    assert window.composer._line.text == f"Messenger only. {sentence}"
    press_send(qtbot, window)
    shown = "\n".join(label.text() for label in window.warning_sheet.findChildren(QLabel))
    assert "Won't arrive on WhatsApp" in shown
    assert f"Jennifer will see this only in the Messenger. {sentence}" in shown


def test_what_is_over_is_said_to_count_no_longer(qtbot, window: MainWindow, engine: FakeEngine, people) -> None:
    reply = people.entry("wa", 30 * MINUTE, "Shall we send it again?")
    note = notice(people, 29 * MINUTE, "This message could not be delivered: the user blocked this number.")
    later = people.customer_message("wa", 5 * MINUTE, "Sorry, unblocked.", app_code="octopods-vv1")
    engine.queries.threads["c-1"] = people.view([people.whatsapp(timedelta(hours=2), None, (reply, note, later))])
    go_to(qtbot, window)
    assert any(t.endswith("that this number blocked you. No longer applies.") for t in visible_texts(window))
    assert solved(window) == []


def test_what_a_direct_route_was_refused_for_is_listed_too(
    qtbot, window: MainWindow, engine: FakeEngine, people
) -> None:
    direct_route = sms_route()
    said = ContraryFact(
        ContraryKind.ACCOUNT,
        ChannelKind.SMS,
        people.now - 10 * MINUTE,
        ContrarySource.REFUSAL,
        "draft-1",
        "wa",
        direct_route.route.our_address,
        direct_route.route.to,
        direct_route.route.key,
    )
    view = people.view([people.whatsapp(timedelta(hours=2), None)])
    engine.queries.threads["c-1"] = with_direct_routes(
        replace(view, thread=replace(view.thread, contrary=(said,))), direct_route
    )
    go_to(qtbot, window)
    at = said.at.astimezone()
    assert f"Twilio reported at {at:%H:%M} a problem with your SMS account." in visible_texts(window)
    qtbot.mouseClick(solved(window)[0], Qt.MouseButton.LeftButton)
    assert engine.command_handler.of(MarkSolved) == [MarkSolved(said.id)]


def test_a_closed_window_is_no_problem_that_a_person_solves(qtbot, window: MainWindow, jennifer) -> None:
    go_to(qtbot, window)
    assert any(t.endswith("that the 24-hour window was closed.") for t in visible_texts(window))
    assert solved(window) == []


def test_a_report_that_may_speak_of_several_replies_stands_under_each(people) -> None:
    more = (
        people.entry("wa", 10 * MINUTE, "Hello?"),
        people.entry("wa", 9 * MINUTE, "Are you there?"),
        notice(people, 8 * MINUTE, "Message was not delivered."),
    )
    view = people.view([people.whatsapp(timedelta(hours=2), None, more)])
    rows = [r for r in build_entries(view, people.now, pending_reply.describe) if r.type is EntryType.MESSAGE]
    under = [
        r.text for r in rows if "Octopods reported a problem with one of 2 replies" in accessible_text(r, people.now)
    ]
    assert under == ["Hello?", "Are you there?"]
