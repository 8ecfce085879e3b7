"""The wizard page by page: what may be pressed when, what is kept, what is asked of whom and what a reader hears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, FakeTasks, press
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QUrl, QUrlQuery
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from reasons import said
from wizard_driver import Opened, button, enter, go_to_step, visible_text, wizard_opener

from desktop.channels.intercom import permissions
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.reason import make_reason
from desktop.engine.accounts.views import Refusal
from desktop.engine.changes import Changes
from desktop.engine.commands import CancelFirstSync, ChooseTeammate
from desktop.engine.views import Progress
from desktop.ports import ProviderErrorKind, Teammate
from desktop.text.screens import widgets
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.wizard.step_list import StepList
from desktop.ui.wizard.wizard import Wizard

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("block_font")]


@pytest.fixture
def accounts() -> FakeAccounts:
    return FakeAccounts()


@pytest.fixture
def opened(qtbot, theme: Theme, accounts: FakeAccounts, engine: FakeEngine) -> Iterator[Opened]:
    with wizard_opener(qtbot, theme, accounts, engine) as opened:
        yield opened


# The way through.


def test_enter_alone_leads_from_the_welcome_to_the_inbox(qtbot, opened: Opened, accounts: FakeAccounts) -> None:
    wizard = opened()
    go_to_step(qtbot, wizard, wizard.finish)
    with qtbot.waitSignal(wizard.inbox_wanted) as wanted:
        enter(qtbot, wizard)
    assert wanted.signal_triggered
    assert not wizard.isVisible()
    assert [call[0] for call in accounts.calls] == ["try_intercom", "add_workspace"]


def test_no_page_can_be_reached_before_those_it_rests_on(qtbot, opened: Opened) -> None:
    wizard = opened()
    press(qtbot, wizard, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert wizard.step is wizard.request
    for _ in range(4):
        press(qtbot, wizard, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert wizard.step is wizard.intercom
    assert not wizard.next.isEnabled()
    press(qtbot, wizard, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wizard.step is wizard.request


def test_the_page_stays_where_it_is_from_step_to_step(theme: Theme, qtbot) -> None:
    """The bold name of the current step takes more room than the others."""
    steps = StepList(theme, ["Welcome", "Ask your administrator", "Ready"])
    qtbot.addWidget(steps)
    steps.show()
    widths = set()
    for index in range(3):
        steps.show_step(index)
        QApplication.sendPostedEvents()
        widths.add(steps.sizeHint().width())
    assert len(widths) == 1


def test_sample_data_is_offered_at_the_first_start_only(qtbot, opened: Opened) -> None:
    wizard = opened()
    with qtbot.waitSignal(wizard.sample_wanted):
        wizard.welcome.sample.click()
    assert wizard.welcome not in opened(another=True).steps


def test_closing_it_early_is_told(qtbot, opened: Opened) -> None:
    wizard = opened()
    with qtbot.waitSignal(wizard.abandoned), qtbot.assertNotEmitted(wizard.inbox_wanted):
        wizard.close()


def test_a_token_that_is_gone_is_all_that_is_asked_for(qtbot, opened: Opened) -> None:
    wizard = opened(reason="The keyring has no token for Shop any more. Enter it again.")
    assert "no token for Shop any more" in visible_text(wizard.intercom)
    go_to_step(qtbot, wizard, wizard.finish)
    assert wizard.steps == [wizard.intercom, wizard.finish]


# The text for the admin.


def test_who_has_a_token_skips_the_text_with_one_key(qtbot, opened: Opened) -> None:
    wizard = opened(another=True)
    assert wizard.step is wizard.request
    assert wizard.next.text() == texts.HAVE_TOKEN()
    enter(qtbot, wizard)
    assert wizard.step is wizard.intercom
    assert wizard.intercom.field.edit.hasFocus()


def test_who_is_no_admin_gets_a_text_to_send_to_one(opened: Opened) -> None:
    wizard = opened(another=True)
    button(wizard.request, texts.COPY_REQUEST()).click()
    request = QApplication.clipboard().text()
    assert request == wizard.request.request.toPlainText()
    assert "https://app.intercom.com/a/apps/_/developer-hub" in request
    needed = (permissions.READ_ADMINS, permissions.READ_CONVERSATIONS, permissions.READ_CONTACTS)
    needed += (permissions.READ_ONE_CONTACT, permissions.WRITE_CONVERSATIONS)
    needed += (permissions.READ_TAGS, permissions.WRITE_TAGS)
    assert all(f"- {name}\n" in request for name in needed)
    assert "Please don't send it by email or chat" in request
    assert texts.REQUEST_COPIED() in visible_text(wizard.request)


def test_the_text_can_be_sent_by_email_and_an_admin_finds_the_developer_hub(opened: Opened) -> None:
    links: list[QUrl] = []
    wizard = opened(another=True, open_url=links.append)
    button(wizard.request, texts.EMAIL_REQUEST()).click()
    button(wizard.request, texts.OPEN_HUB()).click()
    message, hub = links
    sent = QUrlQuery(message)
    decoded = QUrl.ComponentFormattingOption.FullyDecoded
    assert message.scheme() == "mailto"
    assert sent.queryItemValue("subject", decoded) == texts.ADMIN_REQUEST_SUBJECT()
    assert sent.queryItemValue("body", decoded) == wizard.request.request.toPlainText()
    # What Windows hands on to a program for email.
    assert len(message.toEncoded().data()) < 2000
    assert hub.toString().startswith("https://app.intercom.com/")


def test_tab_leads_on_from_the_text(qtbot, opened: Opened) -> None:
    wizard = opened(another=True)
    wizard.request.request.setFocus()
    press(qtbot, wizard, Qt.Key.Key_Tab)
    assert button(wizard.request, texts.OPEN_HUB()).hasFocus()


# The token.


def test_a_pasted_token_is_checked_at_once(qtbot, opened: Opened, accounts: FakeAccounts) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.intercom)
    QApplication.clipboard().setText(" dG9rOjEyMzQ1Njc4OTA=\n")
    press(qtbot, wizard, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert accounts.calls == [("try_intercom", "dG9rOjEyMzQ1Njc4OTA=")]
    assert wizard.next.hasFocus()


def test_the_token_is_hidden_until_it_is_asked_to_be_shown(opened: Opened) -> None:
    field = opened().intercom.field
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password
    button(field, "Show").click()
    assert field.edit.echoMode() == QLineEdit.EchoMode.Normal
    button(field, "Hide").click()
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password


@given(st.text("dG9rOm=_-", min_size=1, max_size=30), st.text(" \t\n\r\u00a0\u200b\ufeff", max_size=4), st.integers(0))
def test_blanks_of_a_paste_are_forgiven_wherever_they_are(theme: Theme, token: str, blanks: str, at: int) -> None:
    field = LabelledField(theme, "Access token", secret=True)
    cut = at % (len(token) + 1)
    field.set_text(f"{blanks}{token[:cut]}{blanks}{token[cut:]}{blanks}")
    assert field.secret == token


def test_what_was_refused_keeps_its_text_and_is_said_below(qtbot, opened: Opened, accounts: FakeAccounts) -> None:
    accounts.tried = Refusal(said("Intercom does not accept this token."), ProviderErrorKind.SIGNED_OUT)
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.intercom)
    qtbot.keyClicks(wizard.intercom.field.edit, "dG9r")
    enter(qtbot, wizard)
    assert wizard.intercom.field.status.text == "Intercom does not accept this token."
    assert wizard.intercom.field.edit.accessibleDescription() == "Intercom does not accept this token."
    assert wizard.intercom.field.secret == "dG9r"
    assert not wizard.next.isEnabled()
    qtbot.keyClicks(wizard.intercom.field.edit, "x")
    assert wizard.intercom.field.status.text == ""


def test_every_permission_is_told_with_what_it_means(qtbot, opened: Opened) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.intercom)
    qtbot.keyClicks(wizard.intercom.field.edit, "dG9r")
    enter(qtbot, wizard)
    said = visible_text(wizard.intercom)
    assert "Shop · Europe" in said
    assert "This token belongs to Maria Lind." in said
    assert "Teammates cannot be listed. Allow “Read admins” for your app." in said
    assert "Reply: can't be checked in advance" in said
    spoken = [w.accessibleName() for w in wizard.intercom.findChildren(QWidget)]
    assert "OK: Read conversations" in spoken
    assert any(name.startswith("Error: Read teammates") for name in spoken)


def test_an_answer_counts_only_for_the_token_it_was_given_to(qtbot, opened: Opened) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.intercom)
    qtbot.keyClicks(wizard.intercom.field.edit, "dG9r")
    enter(qtbot, wizard)
    assert wizard.next.isEnabled()
    qtbot.keyClicks(wizard.intercom.field.edit, "x")
    assert not wizard.next.isEnabled()
    assert wizard.intercom.tried is None


def test_what_cannot_be_started_is_said_and_can_be_tried_again(qtbot, opened: Opened) -> None:
    wizard = opened(Refusal(said("The disk is full.")), another=True)
    come_to_connect(qtbot, wizard)
    assert wizard.step is wizard.intercom
    assert "The disk is full." in visible_text(wizard.intercom)
    assert wizard.next.hasFocus()


def come_to_connect(qtbot, wizard: Wizard) -> None:
    go_to_step(qtbot, wizard, wizard.intercom)
    qtbot.keyClicks(wizard.intercom.field.edit, "dG9r")
    enter(qtbot, wizard)
    enter(qtbot, wizard)


def test_going_back_connects_nothing_twice_and_another_token_does(
    qtbot, opened: Opened, accounts: FakeAccounts
) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.teammate)
    wizard.back.click()
    wizard.next.click()
    assert wizard.step is wizard.teammate
    assert len([call for call in accounts.calls if call[0] == "add_workspace"]) == 1
    wizard.back.click()
    wizard.intercom.field.edit.setFocus()
    qtbot.keyClicks(wizard.intercom.field.edit, "x")
    enter(qtbot, wizard)
    enter(qtbot, wizard)
    assert wizard.step is wizard.teammate
    assert accounts.calls[-1] == ("add_workspace", "dG9rx")


def test_no_token_stays_in_the_window_that_is_closed(qtbot, opened: Opened) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.teammate)
    wizard.close()
    assert wizard.intercom.field.edit.text() == ""


def test_the_keyring_that_is_missing_is_said_before_anything_is_typed(opened: Opened, accounts: FakeAccounts) -> None:
    accounts.keeps_secrets = False
    accounts.keyring_error = said("This system has no keyring that can be used.")
    wizard = opened()
    assert "This system has no keyring that can be used." in visible_text(wizard.welcome)


# Asking.


def test_an_answer_that_comes_after_cancel_is_nobodys(qtbot, theme: Theme) -> None:
    tasks, answers = FakeTasks(), []
    tasks.held = []
    progress = ProgressRow(theme, tasks.start)
    qtbot.addWidget(progress)

    async def answer() -> int:
        return 7

    progress.start(answer(), "Asking…", answers.append)
    assert progress.text == "Asking…"
    progress.cancel_button.click()
    assert progress.text == ""
    progress.start(answer(), "Asking again…", answers.append)
    # The first one was closed unheard; the second is answered.
    tasks.held[1]()
    assert answers == [7]
    assert not progress.is_running


def test_what_takes_long_says_what_may_be_the_reason(qtbot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.ui.widgets.progress_row.SLOW_AFTER_MS", 1)
    tasks = FakeTasks()
    tasks.held = []
    progress = ProgressRow(theme, tasks.start)
    qtbot.addWidget(progress)

    async def never() -> None:
        return None

    progress.start(never(), "Asking…", lambda _: None)
    qtbot.waitUntil(lambda: progress.text == f"Asking… {widgets.SLOW()}")
    progress.cancel()
    assert progress.text == ""


def test_a_question_that_breaks_is_a_refusal(qtbot, theme: Theme) -> None:
    class Broken:
        def add_done_callback(self, ended: Callable[[object], None]) -> None:
            ended(self)

    def run(work, _name, _then):
        work.close()
        return Broken()

    answers: list[Refusal] = []
    progress = ProgressRow(theme, run)
    qtbot.addWidget(progress)

    async def never() -> None:
        return None

    progress.start(never(), "Asking…", answers.append)
    assert answers == [Refusal(make_reason(CommandReason.COMMAND_BROKE))]


# Profile.


def test_the_owner_is_preselected_and_may_not_be_the_one(qtbot, opened: Opened, engine: FakeEngine) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.teammate)
    assert wizard.teammate.chosen_name == "Maria Lind"
    assert "If you're someone else, choose your name." in visible_text(wizard.teammate)
    qtbot.keyClicks(QApplication.focusWidget(), "co")
    enter(qtbot, wizard)
    assert engine.command_handler.of(ChooseTeammate) == [ChooseTeammate("92")]
    wizard.back.click()
    assert wizard.teammate.search.text() == "co"
    assert wizard.teammate.chosen_name == "Tom & Co"


def test_who_it_was_the_last_time_comes_before_the_owner(qtbot, opened: Opened, engine: FakeEngine) -> None:
    engine.queries.about = replace(engine.queries.about, me=Teammate("92", "Tom & Co"))
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.teammate)
    assert wizard.teammate.chosen_name == "Tom & Co"
    enter(qtbot, wizard)
    assert not engine.command_handler.of(ChooseTeammate)


def test_a_choice_survives_teammates_that_come_later(qtbot, opened: Opened, engine: FakeEngine) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.teammate)
    press(qtbot, wizard, Qt.Key.Key_Down)
    assert wizard.teammate.chosen_name == "Tom & Co"
    more = (*engine.queries.about.teammates, Teammate("93", "Ana"))
    engine.queries.about = replace(engine.queries.about, teammates=more)
    engine.feed.publish(Changes(settings=True))
    assert wizard.teammate.chosen_name == "Tom & Co"
    assert wizard.teammate.findChild(QListWidget).count() == 3


def test_a_choice_that_is_not_taken_is_said_and_stays(qtbot, opened: Opened, engine: FakeEngine) -> None:
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.teammate)
    press(qtbot, wizard, Qt.Key.Key_Down)
    engine.command_handler.refuse = "The disk is full."
    enter(qtbot, wizard)
    assert wizard.step is wizard.teammate
    assert "The disk is full." in visible_text(wizard.teammate)


# What is read meanwhile.


def test_the_first_reading_is_counted_and_can_be_stopped(qtbot, opened: Opened, engine: FakeEngine) -> None:
    engine.queries.first_sync = Progress(120, 500)
    wizard = opened(another=True)
    go_to_step(qtbot, wizard, wizard.teammate)
    assert "Loading conversations: 120 of 500" in visible_text(wizard)
    button(wizard, "Stop").click()
    assert engine.command_handler.of(CancelFirstSync)


# Everybody's.


def test_every_control_of_every_page_has_a_name(qtbot, opened: Opened) -> None:
    wizard = opened()
    go_to_step(qtbot, wizard, wizard.finish)
    controls = [c for kind in (QAbstractButton, QLineEdit, QPlainTextEdit) for c in wizard.findChildren(kind)]
    nameless = [c for c in controls if not c.accessibleName() and not getattr(c, "text", str)()]
    # Qt's own button that clears a search.
    assert [c for c in nameless if not isinstance(c.parent(), QLineEdit)] == []
    assert len(controls) > 10


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_nothing_is_cut_off_in_a_small_window(
    qtbot, opened: Opened, theme: Theme, scale: float, direction: Qt.LayoutDirection
) -> None:
    theme.set_text_scale(scale)
    wizard = opened()
    wizard.setLayoutDirection(direction)
    wizard.resize(1024, 700)
    for step in wizard.steps[:-1]:
        go_to_step(qtbot, wizard, step)
        qtbot.wait(1)
        for label in step.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
        for shown in step.findChildren(QPushButton):
            if shown.isVisible():
                assert shown.mapTo(step, shown.rect().topLeft()).x() >= 0
                assert shown.mapTo(step, shown.rect().bottomRight()).x() <= step.width()
