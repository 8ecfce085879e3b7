"""The forms of channel accounts: what each kind asks for, where a refusal stands, what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from reasons import said
from wizard_driver import visible_text

from desktop.domain.model.channel import Provider
from desktop.domain.model.reason import make_reason
from desktop.engine.accounts.views import Refusal, TriedChannel
from desktop.ports import Profile, ProviderErrorKind, WorkspaceConfig
from desktop.ports.reasons import AccountReason
from desktop.text.reasons.describe import describe
from desktop.text.screens.channel_accounts.forms import FORMS, Form
from desktop.ui.accounts.channel_accounts import ChannelAccounts
from desktop.ui.accounts.form import ChannelForm
from desktop.ui.inbox.main_window import MainWindow

pytestmark = pytest.mark.slow

TYPED = {"sender": "+353 1 555 0100", "account_id": "1022", "account_sid": "AC1", "user": "SK1", "version": "v26.0"}


@pytest.fixture
def accounts() -> FakeAccounts:
    accounts = FakeAccounts()
    accounts.profile = Profile((WorkspaceConfig("w1", "Shop", "EU", "Maria Lind"),), "w1")
    return accounts


@pytest.fixture
def channels(window: MainWindow, engine: FakeEngine, accounts: FakeAccounts) -> ChannelAccounts:
    """Shown in the settings."""
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    window.settings.open_accounts()
    channels = window.settings.sheet.page.findChild(ChannelAccounts)
    assert channels is not None
    return channels


def fill(form: ChannelForm) -> None:
    for field in form.form.fields:
        form.fields[field.key].set_text(TYPED.get(field.key, "s e-cret\n"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.provider}-{form.channel}")
def test_every_kind_is_checked_with_what_was_typed_and_then_added(
    qtbot, window: MainWindow, channels: ChannelAccounts, accounts: FakeAccounts, form: Form
) -> None:
    channels.choices[form.title()].click()
    shown = channels.open_form
    assert shown is not None
    fill(shown)
    shown.check.click()
    _, config, secret = accounts.calls[-1]
    assert (config.provider, config.channel, secret) == (form.provider, form.channel, "se-cret")
    assert set(config.ids) == {f.key for f in form.fields} - {"sender", "secret"}
    assert shown.bridge.isChecked() is (form.provider is Provider.OCTOPODS)
    shown.bridge.setChecked(True)
    assert shown.add.hasFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    [kept] = accounts.profile.workspaces[0].channels
    assert kept.carries_bridge
    assert shown.fields["secret"].edit.text() == ""
    assert channels.open_form is None
    assert "is connected." in channels.status.text


def test_what_is_missing_is_said_beside_the_first_empty_field(
    qtbot, window: MainWindow, channels: ChannelAccounts, accounts: FakeAccounts
) -> None:
    channels.choices["SMS through Twilio"].click()
    form = channels.open_form
    assert form is not None
    form.fields["sender"].set_text("+353 1 555 0100")
    form.check.click()
    assert form.fields["account_sid"].status.text == "Enter a value."
    assert form.fields["account_sid"].edit.hasFocus()
    assert not [call for call in accounts.calls if call[0] == "try_channel"]


@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        (Refusal(said("Twilio does not accept the credential."), ProviderErrorKind.SIGNED_OUT), "secret"),
        (Refusal(said("This number is not one of this account."), ProviderErrorKind.SENDER), "sender"),
        (Refusal(make_reason(AccountReason.ACCOUNT_SID_FORM), field="account_sid"), "account_sid"),
        (Refusal(make_reason(AccountReason.API_KEY_SID_FORM), field="user"), "user"),
        (Refusal(make_reason(AccountReason.NUMBER_FORM), field="sender"), "sender"),
        (Refusal(make_reason(AccountReason.TOKEN_FORM), field="secret"), "secret"),
        (
            Refusal(said("Twilio cannot be reached. Check the network connection."), ProviderErrorKind.OFFLINE),
            "",
        ),
    ],
)
def test_a_refusal_stands_beside_what_it_is_about(
    qtbot, window: MainWindow, channels: ChannelAccounts, accounts: FakeAccounts, refusal: Refusal, key: str
) -> None:
    channels.choices["WhatsApp through Twilio"].click()
    form = channels.open_form
    assert form is not None
    fill(form)
    accounts.channel = refusal
    form.check.click()
    said = {name: field.status.text for name, field in form.fields.items() if field.status.text}
    assert said == ({key: describe(refusal.reason)} if key else {})
    assert form.error_line.text == ("" if key else describe(refusal.reason))
    assert not form.add.isVisible()


def test_remarks_are_read_before_it_is_added_and_an_edit_takes_the_answer_back(
    qtbot, window: MainWindow, channels: ChannelAccounts, accounts: FakeAccounts
) -> None:
    channels.choices["Telegram bot"].click()
    form = channels.open_form
    assert form is not None
    fill(form)
    remark = "Another program receives this bot's messages; from here it only sends."
    accounts.channel = TriedChannel(replace(form._config(), sender="1", name="Shop", address="@shop"), (said(remark),))
    form.check.click()
    assert remark in visible_text(form)
    qtbot.keyClicks(form.fields["secret"].edit, "x")
    assert remark not in visible_text(form)
    assert not form.add.isVisible()


def test_a_form_that_is_left_keeps_what_was_typed(qtbot, window: MainWindow, channels: ChannelAccounts) -> None:
    channels.choices["Telegram bot"].click()
    qtbot.keyClicks(QApplication.focusWidget(), "12:ab")
    press(qtbot, window, Qt.Key.Key_Escape)
    assert channels.open_form is None
    assert window.settings.sheet.is_open
    channels.choices["Telegram bot"].click()
    form = channels.open_form
    assert form is not None
    assert form.fields["secret"].secret == "12:ab"
