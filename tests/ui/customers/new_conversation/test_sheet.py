"""Starting a conversation by mouse and keyboard: whom, on which channel, what is said before, and what is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fake_engine import FakeEngine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from reasons import said
from recipient_views import ROUTES, recipient_view
from template_picker_driver import ALL, NEWS

from desktop.domain.forecast import Forecast
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.engine.commands import Done, Failed, NeedsConsent, StartConversation
from desktop.engine.views import FoundRecipient, FoundRecipients, TemplatesView
from desktop.text.catalog import strip_isolates
from desktop.ui.inbox.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
NUMBER = "+353 86 111 2223"


def said_by(text: str) -> str:
    return strip_isolates(text)


def test_a_bare_number_is_written_to_by_template(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    engine.recipients.here = FoundRecipients((), NUMBER)
    engine.recipients.views[NUMBER] = recipient_view(Contact("", "lead", phone="+353861112223"), NUMBER)
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    sheet = window.new_conversation.sheet
    assert (sheet.is_open, sheet.bar.obstacle) == (True, "Choose who gets this message.")
    qtbot.keyClicks(sheet.recipient.edit, NUMBER)
    assert engine.recipients.asked[-1] == NUMBER
    assert [said_by(row) for row in sheet.recipient.rows] == [f"Write to {NUMBER}"]
    qtbot.waitUntil(lambda: not sheet.recipient._is_searching)
    qtbot.keyClick(sheet.recipient.edit, Qt.Key.Key_Return)
    assert (said_by(sheet.recipient.who), sheet.recipient.remark) == (NUMBER, "Not a contact in Intercom yet.")
    assert [said_by(label).partition(" · ")[0] for label in sheet.channels] == [
        "WhatsApp",
        "WhatsApp",
        "SMS",
        "Telegram",
    ]
    sheet.show_templates(TemplatesView(ROUTES[0].route.key, ALL, window._ticker.now()))
    sheet._choose_template(NEWS)
    for slot in sheet._filling.slots:
        sheet._filling.set_value(slot.key, "Maeve")
    sheet._update_forecast()
    assert said_by(sheet.bar.forecast) == "Arrives on WhatsApp if this number can be reached there."
    assert said_by(sheet.bar.remark) == (
        "Octopods starts a conversation in Intercom, where your team sees it and answers arrive. "
        "Intercom gets a new contact."
    )
    assert sheet.bar.send in sheet.tab_order()
    assert sheet.bar.later not in sheet.tab_order(), "a first message can't be sent later"
    engine.command_handler.held = []
    qtbot.keyClick(sheet, Qt.Key.Key_Return, CONTROL)
    [command] = engine.command_handler.of(StartConversation)
    assert not sheet.recipient.isEnabled()
    window.new_conversation._on_answer(command, Done(customer_id="c-2"))
    assert (command.channel, command.address, command.contact_id) == (ChannelKind.WHATSAPP, NUMBER, "")
    assert (command.route, command.template.template) == (ROUTES[0].route, NEWS)
    assert not sheet.is_open
    qtbot.waitUntil(lambda: window.customer_id == "c-2")
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    assert (sheet.recipient.who, sheet.bar.obstacle) == ("", "Choose who gets this message.")
    assert sheet.recipient.edit.hasFocus()
    qtbot.keyClicks(sheet.recipient.edit, "Tom")
    assert engine.recipients.asked[-1] == "Tom"


def test_warnings_are_accepted_in_place_and_refusals_keep_the_text(qtbot, window, engine: FakeEngine, people) -> None:
    thread = people.jennifer(whatsapp_age=timedelta(hours=2)).thread
    jennifer = Contact("c-1", name="Jennifer Okafor", phone="+353871234567", email="j@example.com", takes_email=True)
    engine.recipients.views["c-1"] = recipient_view(jennifer, customer_id="c-1", thread=thread)
    window.choose_customer("c-1")
    qtbot.waitUntil(lambda: window.view is not None)
    window.details.new_conversation_requested.emit("c-1")
    sheet = window.new_conversation.sheet
    assert said_by(sheet.recipient.who) == "Jennifer Okafor · +353 87 123 4567"
    email = next(label for label in sheet.channels if "Email" in label)
    sheet.choose_channel(email)
    sheet.text.setPlainText("We found it.")
    assert sheet.bar.obstacle == "Enter a subject first."
    sheet._subject.setText("Your parcel")
    assert said_by(sheet.bar.forecast) == "Arrives by email. Jennifer is already in a conversation with you."
    # They are talking there already.
    assert sheet._go.isVisible()
    engine.command_handler.held = []
    for answer in (
        NeedsConsent(Forecast(()), (ForecastWarning(WarningCode.EMAIL_MAY_NOT_ARRIVE),)),
        Failed(said("Intercom is busy.")),
    ):
        sheet.bar.send.click()
        command = engine.command_handler.of(StartConversation)[-1]
        assert sheet.bar.send.text() == "Sending…"
        sheet.show_answer(answer, command.draft_id)
    assert sheet.bar.error_text == "Intercom is busy."
    sheet.text.setPlainText("")
    assert sheet.bar.obstacle == "Write a message first."
    sheet.text.setPlainText("We found it.")
    sheet._go.click()
    assert (sheet.is_open, window.customer_id) == (False, "c-1")
    # What was written for them goes along, and is not there for the next one.
    qtbot.waitUntil(lambda: window.composer.text == "We found it.")
    assert (sheet.text.toPlainText(), sheet._subject.text()) == ("", "")
    assert window.composer.text_field.hasFocus()


def test_other_ways_in(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    engine.recipients.here = FoundRecipients((FoundRecipient("c-2", "Tom Baker", "+353861112224"),))
    nobody = recipient_view(Contact("c-2", "lead", "Tom Baker"), has_routes=False)
    engine.recipients.views["c-2"] = nobody
    engine.recipients.views[NUMBER] = recipient_view(Contact("", "lead", phone="+353861112223"), NUMBER)
    button = next(b for b in window.list.findChildren(QToolButton) if b.accessibleName() == "New conversation")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    sheet = window.new_conversation.sheet
    qtbot.keyClicks(sheet.recipient.edit, "Tom")
    assert [said_by(row) for row in sheet.recipient.rows] == ["Tom Baker · +353861112224"]
    sheet.choose("c-2", "")
    assert said_by(sheet._no_channel.text()).startswith("Tom Baker can't be reached yet.")
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    # From a search that finds nobody.
    engine.queries.rows = ()
    window.list.search.bar.field.setText(NUMBER)
    rows = window.list.search.view.results
    qtbot.waitUntil(lambda: any("Write to" in row.title for row in rows.rows))
    window.list.search._on_chosen(next(row for row in rows.rows if "Write to" in row.title))
    assert (sheet.is_open, said_by(sheet.recipient.who)) == (True, NUMBER)
    # An answer after Escape is told.
    sheet._draft_id = "d1"
    command = StartConversation("d1", ChannelKind.SMS, "Hi", address=NUMBER)
    sheet.dismiss()
    window.new_conversation._on_answer(command, Failed(said("Intercom is busy.")))
    assert "Intercom is busy." in said_by(window.toast.text)
    window.new_conversation._on_answer(replace_draft(command), Done(customer_id="c-2"))


def replace_draft(command: StartConversation) -> StartConversation:
    """The same message under another id: of a sheet that has gone on."""
    return StartConversation("d0", command.channel, command.text, address=command.address)


def test_who_opted_out_cannot_be_written_to(window: MainWindow, engine: FakeEngine) -> None:
    contact = Contact("c-1", name="Jennifer Okafor", email="j@example.com", takes_email=False)
    view = recipient_view(contact, "j@example.com", customer_id="c-1")
    engine.recipients.views["c-1"] = replace(view)
    window.new_conversation.open("c-1")
    sheet = window.new_conversation.sheet
    sheet.text.setPlainText("We found it.")
    sheet._subject.setText("Your parcel")
    assert said_by(sheet.bar.obstacle) == "Jennifer opted out of messages by email. Won't arrive by email."
    assert not sheet.bar.send.isEnabled()
