"""Ready texts to customers: in every language, edited for the workspace, copied for Intercom's Messenger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fake_engine import FakeEngine, news
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from desktop.domain.model.customer_texts import CustomerTexts
from desktop.engine.commands import MarkTextsSet, SetCustomerTexts
from desktop.text.screens import settings as texts
from desktop.text.writing.continue_on import LINK, NAME, READY_TEXTS, fill, ready_language, whatsapp_link
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.customer_texts import CustomerTextsPage


def press(page: CustomerTextsPage, words: str) -> None:
    button = next(b for b in page.findChildren(QPushButton) if words in (b.text(), b.accessibleName()))
    assert button.isEnabled()
    button.click()


def test_texts_are_edited_previewed_saved_and_copied(qtbot, window: MainWindow, engine: FakeEngine, now) -> None:
    window.settings.open_customer_texts()
    page = window.settings.sheet.page
    assert isinstance(page, CustomerTextsPage)
    commands = engine.command_handler

    # Without a number no link is promised; that of an account is suggested, and gives way to another.
    page.suggest_number("+353 1 555 0100")
    assert page.preview.text().endswith("https://wa.me/35315550100")
    page.suggest_number("+353 1 555 0199")
    assert page.number.value == "+353 1 555 0100"
    page.number.edit.clear()
    page.number.edited.emit()
    assert "wa.me" not in page.preview.text()
    assert page.preview.text().startswith("Hi Jennifer, could you")
    page.number.edit.setText("087 123")
    page.number.edited.emit()
    assert page.number.status.text == texts.NOT_A_WHATSAPP_NUMBER()
    page.number.edit.setText("+353 1 234 5678")
    page.number.edited.emit()
    assert page.number.status.text == ""
    assert page.preview.text().endswith("https://wa.me/35312345678")

    # Another language; what is edited in one stays.
    page.edit.setPlainText("Mine, {{first_name}}!")
    page.languages.setCurrentIndex(page.languages.findData("de"))
    assert page.welcome.text().startswith("Sie haben uns auf WhatsApp geschrieben?")
    page.languages.setCurrentIndex(page.languages.findData("en"))
    assert page.preview.text() == "Mine, Jennifer!"
    press(page, texts.SAVE())
    saved = CustomerTexts("+353 1 234 5678", {"en": "Mine, {{first_name}}!"})
    assert commands.of(SetCustomerTexts) == [SetCustomerTexts(saved)]
    engine.queries.about = replace(engine.queries.about, customer_texts=saved)
    news(qtbot, engine, settings=True)
    assert not page._save_button.isEnabled()
    press(page, texts.RESTORE_DEFAULTS())
    assert commands.of(SetCustomerTexts)[-1] == SetCustomerTexts(CustomerTexts("+353 1 234 5678"))

    for title, shown in ((texts.WELCOME_TEXT(), page.welcome), (texts.NOTICE_TEXT(), page.notice)):
        press(page, texts.COPY_TEXT(text=title))
        assert QGuiApplication.clipboard().text() == shown.text()
        assert shown.text().endswith("https://wa.me/35312345678")

    press(page, texts.MARK_TEXTS_SET())
    assert commands.of(MarkTextsSet) == [MarkTextsSet()]
    engine.queries.about = replace(engine.queries.about, texts_set_at=now - timedelta(days=3))
    news(qtbot, engine, settings=True)
    assert page._set_on.text() == "Set on 17 November."
    press(page, texts.TEXTS_NOT_SET())
    assert commands.of(MarkTextsSet)[-1] == MarkTextsSet(is_set=False)


def test_every_ready_text_can_be_filled() -> None:
    assert len({ready.asking for ready in READY_TEXTS.values()}) == len(READY_TEXTS) == 6
    for code, ready in READY_TEXTS.items():
        assert ready_language(code) == ready_language(ready.language) == code
        for text in (ready.asking, ready.welcome, ready.notice):
            assert text.count(LINK) == 1
            for name in ("", "Amal"):
                filled = fill(text, name, "+353 1 234 5678")
                assert filled.endswith("https://wa.me/35312345678")
                assert "{{" not in filled + fill(text, name)
                assert "wa.me" not in fill(text, name)
                assert not any(gap in filled for gap in ("  ", " ,", " ،"))
        assert ready.asking.count(NAME) == 1
        assert NAME not in ready.welcome + ready.notice
    assert [whatsapp_link(n) for n in ("", "353123", "acme", "+12", "00353 1 234 5678", "+" + "9" * 16)] == [""] * 6
    assert [whatsapp_link(n) for n in ("+0353 1 234 5678", "+")] == [""] * 2
    # As people write it: wa.me takes no zero after the country code, and no other digits.
    for spelling in ("+35312345678", "+353 (0)1 234 5678", "+353 01 234 5678", " +353-1-2345678", "+٣٥٣١٢٣٤٥٦٧٨"):
        assert whatsapp_link(spelling) == "https://wa.me/35312345678"
    assert [ready_language(c) for c in ("", "nl", "PT", "zz-DE", "Deutsch", "arabic")] == [
        "",
        "",
        "pt-BR",
        "",
        "de",
        "",
    ]
