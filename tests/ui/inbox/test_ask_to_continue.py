"""Asking the customer to continue on WhatsApp: offered where it helps, written with one key, never sent by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fake_engine import CONTROL, FakeEngine, go_to, news, press, press_send, write
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.domain.model.customer_texts import CustomerTexts
from desktop.engine.commands import SendReply
from desktop.text.screens import composer as texts
from desktop.ui.composer.alternatives import whatsapp_question
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow

ASKED = "Hi Jennifer, could you send us a short message on WhatsApp, so that we can answer you there?"
BUTTON = "Ask to continue on WhatsApp…"


def choice_texts(window: MainWindow) -> list[str]:
    return [b.text() for b in window.warning_sheet.choices]


def test_one_key_in_the_warning_adds_the_question_and_sends_nothing(qtbot, window: MainWindow, engine) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    assert BUTTON in choice_texts(window)
    sent = len(engine.command_handler.of(SendReply))
    press(qtbot, window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert not window.warning_sheet.is_open
    assert window.composer.text == f"Are you at home?\n\n{ASKED}"
    assert isinstance(QApplication.focusWidget(), ComposerEdit)
    assert len(engine.command_handler.of(SendReply)) == sent
    assert window.toast.text == "Added below your draft. Nothing was sent."
    window.toast.press()
    assert window.composer.text == "Are you at home?"
    # Its Undo is gone with the next change, and its sentence with the reply.
    window.composer.ask_wanted.emit()
    write(qtbot, window, "!")
    assert window.toast.text == ""
    window.composer.undo()
    window.composer.undo()
    window.composer.ask_wanted.emit()
    assert window.toast.text == "Added below your draft. Nothing was sent."
    press_send(qtbot, window)
    next(b for b in window.warning_sheet.choices if b.text() == "Send to Messenger only").click()
    assert (window.composer.text, window.toast.text) == ("", "")


def test_whoever_types_on_when_the_warning_appears_adds_nothing(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    for key in (Qt.Key.Key_A, Qt.Key.Key_N, Qt.Key.Key_D):
        press(qtbot, window, key)
    assert window.warning_sheet.is_open
    assert window.composer.text == "Are you at home?"


def test_the_key_works_from_every_button_of_the_warning(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Tab)
    press(qtbot, window, Qt.Key.Key_Tab)
    assert isinstance(QApplication.focusWidget(), QPushButton)
    press(qtbot, window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert window.composer.text.endswith(ASKED)


def test_the_line_offers_it_to_an_empty_draft_too(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    button = next(b for b in window.composer.findChildren(QPushButton) if b.text() == texts.ASK_ON_WHATSAPP())
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.composer.text == ASKED
    assert not button.isVisible(), "it stands there already"
    assert window.toast.text == ""


def test_asked_for_again_the_question_is_not_written_twice(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    for _ in range(2):
        press(qtbot, window, Qt.Key.Key_W, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.composer.text == ASKED
    press_send(qtbot, window)
    assert BUTTON not in choice_texts(window)
    assert "Send to Messenger only" in choice_texts(window)


def test_a_note_becomes_a_reply_and_keeps_its_own_words(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    window.composer.set_internal(True)
    write(qtbot, window, "For us")
    press(qtbot, window, Qt.Key.Key_W, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert not window.composer.internal
    assert window.composer.text == ASKED
    window.composer.set_internal(True)
    assert window.composer.text == "For us"


def test_where_whatsapp_is_open_nobody_is_asked(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> None:
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    go_to(qtbot, window)
    assert not any(b.isVisible() for b in window.composer.findChildren(QPushButton) if "WhatsApp" in b.accessibleName())


def test_our_number_is_named_where_it_is_known(qtbot, window: MainWindow, engine: FakeEngine, people) -> None:
    chat = people.whatsapp(timedelta(hours=26), None)
    contact = people.contact(bridge_attributes={"octopods_whatsapp_account_phone": "+353 1 234 5678"})
    engine.queries.threads["c-1"] = people.view([chat], contact=contact)
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_W, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.composer.text == f"{ASKED}\nThis link opens the chat: https://wa.me/35312345678"


def test_it_is_asked_in_the_customers_language_and_in_the_workspaces_words(
    qtbot, window: MainWindow, engine: FakeEngine, people
) -> None:
    chat = people.whatsapp(timedelta(hours=26), None)
    for facts, begins in (
        ({"language": "pt-br"}, "Olá Jennifer, você poderia"),
        ({"language": "es-419"}, "Hola Jennifer, ¿podrías"),
        ({"language": "ar"}, "مرحبًا Jennifer، هل"),
        ({"language": "nl"}, "Hi Jennifer, could"),
        ({"language": "en", "attributes": {"Language": "Français"}}, "Bonjour Jennifer, pourriez-vous"),
        ({"language": "en", "attributes": {"locale": "de_CH"}}, "Hallo Jennifer, könnten Sie"),
    ):
        view = people.view([chat], contact=people.contact(**facts))
        assert whatsapp_question(view, "wa").startswith(begins)
    own = CustomerTexts("+353 1 555 0100", {"de": "{{first_name}}: {{link}}\nDanke!"})
    view = replace(people.view([chat], contact=people.contact(language="de")), customer_texts=own)
    assert whatsapp_question(view, "wa") == "Jennifer: https://wa.me/35315550100\nDanke!"
    view = replace(view, customer_texts=replace(own, number=""))
    assert whatsapp_question(view, "wa") == "Danke!"


def test_without_a_name_nobody_is_called_by_a_number(qtbot, window: MainWindow, engine: FakeEngine, people) -> None:
    chat = people.whatsapp(timedelta(hours=26), None)
    view = people.view([chat], contact=people.contact(name=""), name="+353871234567")
    engine.queries.threads["c-1"] = view
    go_to(qtbot, window)
    news(qtbot, engine, threads=frozenset({"c-1"}))
    press(qtbot, window, Qt.Key.Key_W, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert window.composer.text == (
        "Hi, could you send us a short message on WhatsApp, so that we can answer you there?"
    )
