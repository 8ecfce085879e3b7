"""From the settings to the customer's phone: translation is set up, a message translated, and a reply written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_keyrings import FakeKeyring
from first_start import ProgramDriver, connect, finish_wizard
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.domain.history.thread import Message
from desktop.sandbox.server import Sandbox
from desktop.text.thread import translation as texts
from desktop.ui.settings.translation import TranslationPage

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]

ASKED, ENGLISH = "مرحبا، أين طلبي رقم 4821؟", "Hello, where is my order number 4821?"
OWN, SENT = "Your parcel arrives tomorrow between 9 and 11.", "يصل طردك غدا بين الساعة التاسعة والحادية عشرة."


def test_a_customer_is_understood_and_answered_in_their_language(
    play: Play, ring: FakeKeyring, sandbox: Sandbox
) -> None:
    def received() -> list[str]:
        with sandbox.lock:
            return list(sandbox.world.translated)

    def message(driver: ProgramDriver, text: str) -> Message | None:
        view = driver.inbox.view
        return next((m for m in view.thread.messages if m.entry.text == text), None) if view is not None else None

    async def show_omar(driver: ProgramDriver) -> None:
        engine = driver.program.session.engine
        omar = sandbox.cast["omar"].name
        found = await engine.queries.find_customers(omar)
        driver.inbox.choose_customer(found[0].row.customer_id)
        await driver.wait_until(lambda: message(driver, ASKED) is not None, "Omar's thread")

    async def scenario(driver: ProgramDriver) -> None:
        await connect(driver)
        await finish_wizard(driver)
        await driver.wait_until(lambda: driver.inbox.list.current() is not None or driver.inbox.list, "the customers")
        engine = driver.program.session.engine
        await driver.wait_until(lambda: engine.queries.progress() is None and engine.poller.rounds > 0, "the sync")
        await show_omar(driver)
        timeline = driver.inbox.thread_pane.timeline
        assert timeline.timeline.reads == ""

        sheet = driver.inbox.settings.sheet
        sheet.open_at(TranslationPage)
        await driver.wait_for_text(texts.IS_OFF())
        [key] = [field for field in sheet.page.findChildren(QLineEdit) if field.isVisible()]
        key.setFocus()
        driver.type(str(sandbox.urls["deepl"]["key"]))
        driver.press(Qt.Key.Key_Return)
        await driver.wait_for_text("DeepL responds.")
        driver.save_picture("translation-tested")
        driver.click(texts.SAVE())
        await driver.wait_for_text("On: DeepL, into English (British).")
        driver.press(Qt.Key.Key_Escape)
        await driver.wait_until(lambda: timeline.timeline.reads == "EN-GB", "the account to be used")

        row = timeline.timeline.row_of("/".join(message(driver, ASKED).key))
        assert timeline.timeline.entry(row).offers_translation
        assert received() == []
        timeline.setCurrentIndex(timeline.timeline.index(row))
        timeline.setFocus()
        driver.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        await driver.wait_until(lambda: message(driver, ASKED).translation is not None, "the translation")
        assert message(driver, ASKED).translation.translated_text == ENGLISH
        await driver.wait_for_text("writes in Arabic.")
        driver.save_picture("message-translated")
        assert received() == [ASKED]

        composer = driver.inbox.composer
        composer.focus_text()
        driver.type(OWN)
        driver.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        await driver.wait_until(lambda: composer.text == SENT, "the draft in Arabic")
        assert composer.own_text.text == OWN
        driver.save_picture("draft-translated")
        driver.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        if driver.inbox.warning_sheet.is_open:
            driver.inbox.warning_sheet.choices[-1].click()

        def on_the_phone() -> bool:
            with sandbox.lock:
                chats = sandbox.world.customers[sandbox.cast["omar"].id].chats.values()
                return any(item.text == SENT for chat in chats for item in chat if item.who == "business")

        await driver.wait_until(on_the_phone, "the phone to show it")
        await driver.wait_until(lambda: message(driver, SENT) and message(driver, SENT).translation, "our message")
        assert message(driver, SENT).translation.source_text == OWN

        def note() -> bool:
            with sandbox.lock:
                parts = [p for c in sandbox.world.workspace.conversations.values() for p in c.parts]
                return any(p.part_type == "note" and OWN in p.body for p in parts)

        await driver.wait_until(note, "the note for colleagues")
        driver.save_picture("reply-translated")
        assert received() == [ASKED, OWN]
        assert list(ring.passwords.values()).count(sandbox.urls["deepl"]["key"]) == 1

    assert play(scenario) == []
