"""Editing in the details pane: what can be edited, what stays of it, and what Intercom is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine, go_to
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit
from reasons import said

from desktop.domain.identity.contact_data import (
    AttributeDefinition,
    AttributeKind,
    ContactExtras,
    ContactField,
    ContactFieldKind,
    ContactNote,
)
from desktop.domain.model.facts import Contact
from desktop.engine.changes import Changes
from desktop.engine.commands import AddContactNote, EditContact, UntagContact, ValueChanged
from desktop.engine.views import ConnectionState, ConnectionView, CustomerDetails
from desktop.text.screens import details as texts
from desktop.ui.details.editing.inline_editor import InlineEditor
from desktop.ui.details.editing.values import create_field, shown_value
from desktop.ui.inbox.main_window import MainWindow

DAY = AttributeDefinition("since", "Since", AttributeKind.DATE)
DECIMAL = AttributeDefinition("spent", "Spent", AttributeKind.FLOAT)
LOCKED = AttributeDefinition("score", "Score", AttributeKind.INTEGER, is_writable=False)
YES_NO = AttributeDefinition("vip", "VIP", AttributeKind.BOOLEAN)
LIST = AttributeDefinition("plan", "Plan", options=("Basic", "Gold"))


@pytest.fixture
def pane(qtbot, window: MainWindow, engine: FakeEngine):
    window.resize(1500, 900)
    for customer_id in ("c-1", "c-2"):
        view = engine.queries.threads[customer_id]
        attributes = {"since": "1671028894", "score": "7", "vip": "true"}
        contact = replace(view.thread.contacts[0], id=customer_id, attributes=attributes)
        lead = Contact("conversation:x", role="lead", name="Made up", phone="+15550100")
        engine.queries.threads[customer_id] = replace(view, thread=replace(view.thread, contacts=(contact, lead)))
        extras = ContactExtras(contact, "de", ("vip",), (), (ContactNote("1", "Likes tea", "91", "Maria Lind"),))
    engine.contact_details.known = CustomerDetails((extras,), (DAY, DECIMAL, LOCKED, YES_NO, LIST))
    go_to(qtbot, window)
    window.details.editing._load()
    return window.details


def button(pane, spoken: str) -> QAbstractButton | None:
    found = (b for b in pane.findChildren(QAbstractButton) if b.isVisible())
    return next((b for b in found if (b.accessibleName() or b.text()).startswith(spoken)), None)


def shown(pane) -> str:
    return "\n".join(w.text() for w in pane.findChildren(QLabel) if w.isVisible())


def editor(pane) -> InlineEditor:
    return next(e for e in pane.findChildren(InlineEditor) if e.isVisible())


def test_what_is_entered_is_kept_until_it_is_saved_or_given_up(qtbot, pane, window, engine) -> None:
    assert "14 December 2022, 14:41 UTC" in shown(pane)
    assert "German" in shown(pane).splitlines()
    assert "Likes tea" in shown(pane)
    assert texts.YES() in shown(pane)
    for spoken, can_edit in (("Edit Since", True), ("Edit Score", False), ("Edit Phone: +15550100", False)):
        assert (button(pane, spoken) is not None) is can_edit, spoken
    # Another customer in between: what was entered is there again, with the customer it is of.
    button(pane, "Edit Phone").click()
    field = editor(pane).findChild(QLineEdit)
    assert field.hasFocus()
    field.setText("+353 86 1")
    go_to(qtbot, window, "c-2")
    assert not [e for e in pane.findChildren(InlineEditor) if e.isVisible()]
    go_to(qtbot, window, "c-1")
    button(pane, "Edit Phone").click()
    field = editor(pane).findChild(QLineEdit)
    assert field.text() == "+353 86 1"
    # News about the customer take nothing away either.
    pane.show_customer(*pane._shown[:1], None, pane._shown[2])
    assert field.isVisible()
    engine.command_handler.refuse = "No connection."
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "No connection." in shown(pane)
    assert field.text() == "+353 86 1"
    engine.command_handler.refuse = ""
    answer = engine.command_handler._answer
    engine.command_handler._answer = lambda _command: ValueChanged("+353 86 9")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "+353 86 9" in shown(pane)
    engine.command_handler._answer = answer
    button(pane, texts.REPLACE()).click()
    edits = engine.command_handler.of(EditContact)
    assert [(e.value, e.seen) for e in edits][-1] == ("+353 86 1", "+353 86 9")
    assert edits[-1].field == ContactField(ContactFieldKind.PHONE)
    assert button(pane, "Edit Phone").hasFocus()
    assert window.toast.text == texts.CHANGED(field=texts.PHONE())
    # Escape gives up what was entered.
    button(pane, "Edit Phone").click()
    field = editor(pane).findChild(QLineEdit)
    field.setText("x")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    button(pane, "Edit Phone").click()
    assert editor(pane).findChild(QLineEdit).text() != "x"
    editor(pane).cancel()
    button(pane, "Remove tag vip").click()
    assert engine.command_handler.of(UntagContact) == [UntagContact("c-2", "vip")]
    window._commands.run("customer_note")
    QApplication.focusWidget().setPlainText("Prefers mornings")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert engine.command_handler.of(AddContactNote) == [AddContactNote("c-1", "Prefers mornings")]


def test_what_could_not_be_read_is_asked_for_again_once_intercom_is_reached(qtbot, pane, window, engine) -> None:
    known, engine.contact_details.known = engine.contact_details.known, CustomerDetails(error=said("Not reached."))
    window.details.editing._load()
    assert "Not reached." in shown(pane)
    engine.contact_details.known = known
    for state in (ConnectionState.OFFLINE, ConnectionState.ONLINE):
        engine.queries.state = ConnectionView(state)
        engine.feed.publish(Changes(connection=True))
    qtbot.waitUntil(lambda: "Not reached." not in shown(pane))
    asked = len(engine.contact_details.asked)
    engine.feed.publish(Changes(connection=True))
    assert (window.details.editing._timer.isActive(), len(engine.contact_details.asked)) == (False, asked)


def test_values_are_entered_by_their_types(theme) -> None:
    for definition, value, entered, expected in (
        (YES_NO, "true", None, "true"),
        (LIST, "Gold", None, "Gold"),
        (LIST, "Old plan", None, "Old plan"),
        (DAY, "1671028894", None, "1671028894"),
        (DECIMAL, "", "12.5", "12.5"),
        (DECIMAL, "", "1,234.5", "1234.5"),
        (DECIMAL, "", "much", "much"),
        (None, "x", " y ", "y"),
    ):
        field = create_field(definition, value, "Name", theme)
        if entered is not None:
            field.edit.setText(entered)
        assert field.value == expected, definition
    assert shown_value(DAY, "1671062400") == "15 December 2022"
    assert shown_value(DAY, "9" * 18) == "9" * 18
    assert shown_value(None, "0012") == "0012"
