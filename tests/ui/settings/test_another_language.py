"""Another language of the screen: the window that comes in the place of the first shows what was open and entered."""

from __future__ import annotations

from fake_accounts import FakeAccounts
from fake_engine import go_to
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLineEdit
from recipient_views import recipient_view

from desktop.domain.model.facts import ChannelKind, Contact
from desktop.ports import Profile, WorkspaceConfig
from desktop.text import catalog
from desktop.text.screens.channel_accounts.forms import FORMS
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.accounts import AccountsPage
from desktop.ui.settings.appearance import AppearancePage
from desktop.ui.settings.customer_texts import CustomerTextsPage
from desktop.ui.settings.octopods import OctopodsPage
from desktop.ui.settings.page import Page
from desktop.ui.settings.recognition.failure_notices import FailureNoticesPage
from desktop.ui.settings.sheet import SettingsSheet
from desktop.ui.settings.team import TeamPage

NUMBER = "+353 86 111 2223"


def opened(sheet: SettingsSheet, page: type[Page]) -> Page:
    sheet.open_at(page)
    return sheet.page


def test_the_settings_and_every_half_filled_form_stay(qtbot, window: MainWindow, engine, theme, ticker) -> None:
    engine.recipients.views[NUMBER] = recipient_view(Contact("", "lead", phone="+353861112223"), NUMBER)
    go_to(qtbot, window)
    starting = window.new_conversation.sheet
    starting.open_for("", NUMBER)
    starting.choose_channel(next(label for label in starting.channels if label.startswith("SMS")))
    starting.text.setPlainText("We found it.")
    starting._name.setText("Maeve")
    starting.dismiss()
    accounts = FakeAccounts()
    accounts.profile = Profile((WorkspaceConfig("w1", "Shop", "EU", "Maria Lind"),), "w1")
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    sheet = window.settings.sheet
    qtbot.keyClicks(opened(sheet, FailureNoticesPage)._edit, "nope ")
    opened(sheet, OctopodsPage).boxes[ChannelKind.SMS].setChecked(True)
    own = opened(sheet, CustomerTextsPage)
    for code in ("fr", "de"):
        own.languages.setCurrentIndex(own.languages.findData(code))
        own.edit.setPlainText(f"Own {code}")
    own.number.edit.selectAll()
    qtbot.keyClicks(own.number.edit, "+49 30 123456")
    for field in opened(sheet, TeamPage).findChildren(QLineEdit):
        qtbot.keyClicks(field, "half a line")
    forms = opened(sheet, AccountsPage)._channels
    for form in FORMS[:2]:
        forms.open(form)
        qtbot.keyClicks(next(iter(forms.open_form.fields.values())).edit, f"typed for {form.title()}")
        forms.leave_form()
    forms.open(FORMS[0])
    sheet.open_at(AppearancePage)
    window.checklist.open()

    window.retire()
    again = MainWindow(engine, theme, ticker)
    qtbot.addWidget(again)
    again.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    again.continue_from(window)
    again.show()

    shown = again.settings.sheet
    assert (shown.is_open, type(shown.page), window.settings.sheet.is_open) == (True, AppearancePage, False)
    assert opened(shown, FailureNoticesPage)._edit.toPlainText().startswith("nope ")
    carried = opened(shown, OctopodsPage)
    assert (carried.used.isChecked(), carried.boxes[ChannelKind.SMS].isChecked()) == (True, True)
    texts = opened(shown, CustomerTextsPage)
    assert (texts.languages.currentData(), texts.edit.toPlainText()) == ("de", "Own de")
    assert (texts._edited["fr"], texts.number.value) == ("Own fr", "+49 30 123456")
    assert all(f.text() == "half a line" for f in opened(shown, TeamPage).findChildren(QLineEdit))
    forms = opened(shown, AccountsPage)._channels
    assert forms.open_form.form is FORMS[0]
    for form in FORMS[:2]:
        assert next(iter(forms._forms[form.title()].fields.values())).value == f"typed for {form.title()}"
    assert [not forms._forms[form.title()].isHidden() for form in FORMS[:2]] == [True, False]
    assert not forms.isHidden()
    assert not opened(shown, AccountsPage)._heading.isVisible()
    assert again.checklist._is_wanted
    new = again.new_conversation.sheet
    assert (new.text.toPlainText(), new._name.text(), new.draft_id) == ("We found it.", "Maeve", starting.draft_id)
    assert new.option.channel is ChannelKind.SMS
    again.retire()


def test_a_language_of_the_command_line_is_the_one_that_is_chosen(window: MainWindow, monkeypatch) -> None:
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("fr-FR"))
    preferences = window.settings.preferences
    system = catalog.first_translated(QLocale("fr-FR").uiLanguages())
    monkeypatch.setattr(catalog, "language", lambda: system)
    assert preferences.language_in_use == ""
    monkeypatch.setattr(catalog, "language", lambda: "ar")
    page = opened(window.settings.sheet, AppearancePage)
    assert page.language.currentData() == "ar"
    preferences.set_language("de")
    assert (preferences.language, preferences.language_before) == ("de", "ar")
    monkeypatch.setattr(catalog, "language", lambda: "de")
    assert preferences.language_in_use == "de"
