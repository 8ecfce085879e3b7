"""The page on the team: its state, joining by an invitation, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from reasons import said

from desktop.engine.accounts.views import Refusal
from desktop.engine.changes import Changes
from desktop.engine.commands import SyncNow
from desktop.engine.views import TeamState, TeamView
from desktop.ports import Profile, WorkspaceConfig
from desktop.text.screens import settings as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.team import TeamPage

LINE = "reachline-team:eyJzZXJ2ZXJzIjpb"
ALONE = WorkspaceConfig("w1", "Shop", "EU", "Maria Lind")
JOINED = WorkspaceConfig("w1", "Shop", "EU", "Maria Lind", team="maria")


@pytest.fixture
def accounts() -> FakeAccounts:
    accounts = FakeAccounts()
    accounts.profile = Profile((ALONE,), "w1")
    return accounts


@pytest.fixture
def page(window: MainWindow, engine: FakeEngine, accounts: FakeAccounts) -> TeamPage:
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    window.settings.open_team()
    found = window.settings.sheet.page
    assert isinstance(found, TeamPage)
    return found


def told(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def buttons(page: QWidget) -> dict[str, QAbstractButton]:
    return {b.accessibleName() or b.text(): b for b in page.findChildren(QAbstractButton) if b.isVisible()}


def show(engine: FakeEngine, view: TeamView) -> None:
    engine.queries.team_view = view
    engine.feed.publish(Changes(team=True))


def field(page: QWidget) -> QLineEdit:
    return page.findChild(QLineEdit)


def test_the_sample_workspace_has_no_team(window: MainWindow) -> None:
    window.settings.open_team()
    page = window.settings.sheet.page
    assert texts.SAMPLE_TEAM() in told(page)
    assert (buttons(page), field(page).isVisible()) == ({}, False)


def test_a_team_is_joined_with_a_pasted_line_that_is_then_gone(
    qtbot, window: MainWindow, page: TeamPage, accounts: FakeAccounts, engine: FakeEngine
) -> None:
    assert texts.NO_TEAM() in told(page)
    assert not buttons(page)["Join team"].isEnabled()
    field(page).setFocus()
    QApplication.clipboard().setText(f"  {LINE[:20]}\n{LINE[20:]}\n")
    field(page).paste()
    assert field(page).echoMode() is QLineEdit.EchoMode.Password
    press(qtbot, window, Qt.Key.Key_Return)
    assert accounts.calls == [("join_team", "w1", LINE)]
    assert field(page).text() == ""
    show(engine, TeamView(TeamState.CONNECTING, desk="maria"))
    assert texts.TEAM_CONNECTING() in told(page)
    assert "This computer's name in the team: maria" in told(page)
    assert set(buttons(page)) == {"Leave team…"}


def test_where_the_invitation_is_kept_is_said_before_it_is_pasted(
    window: MainWindow, engine: FakeEngine, accounts: FakeAccounts
) -> None:
    accounts.keeps_secrets = False
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    window.settings.open_team()
    page = window.settings.sheet.page
    assert isinstance(page, TeamPage)
    assert texts.INVITATION_IN_MEMORY() in told(page)
    show(engine, TeamView(TeamState.LIVE, desk="maria"))
    accounts.profile = Profile((JOINED,), "w1")
    page.refresh()
    assert texts.INVITATION_IN_MEMORY() not in told(page)


def test_what_is_wrong_with_an_invitation_is_said_beside_it(page: TeamPage, accounts: FakeAccounts) -> None:
    accounts.refused = Refusal(said("This invitation isn't complete."), field="invitation")
    page._invitation.set_text(LINE)
    page._update_buttons()
    buttons(page)["Join team"].click()
    assert "This invitation isn't complete." in told(page)
    assert field(page).hasFocus()
    assert field(page).accessibleDescription() == "This invitation isn't complete."
    assert page._invitation.secret == LINE


def test_the_state_of_the_connection_is_shown(
    page: TeamPage, engine: FakeEngine, accounts: FakeAccounts, clock, ticker
) -> None:
    accounts.profile = Profile((JOINED,), "w1")
    heard = clock.now() - timedelta(minutes=3)
    show(engine, TeamView(TeamState.LIVE, desk="maria", desks=1_204, hub_seen_at=heard))
    said_now = told(page)
    assert texts.TEAM_CONNECTED() in said_now
    assert "1,204 computers are connected." in said_now
    assert "Last heard from the team's server: 3 min ago." in said_now
    assert set(buttons(page)) == {"Leave team…"}

    show(engine, TeamView(TeamState.LIVE, said("The server is silent."), desk="maria"))
    assert page._state.accessibleName() == "Warning: Connected to your team. The server is silent."
    assert texts.TEAM_NOT_HEARD() in told(page)

    soon = clock.now() + timedelta(seconds=20)
    show(engine, TeamView(TeamState.BROKEN, said("Nobody answers."), soon, "maria"))
    assert "Nobody answers. Trying again in 20 s." in told(page)
    clock.advance(timedelta(seconds=5))
    ticker.tick()
    assert "Nobody answers. Trying again in 15 s." in told(page)
    assert not field(page).isVisible()
    buttons(page)[texts.TRY_TEAM_NOW()].click()
    assert engine.command_handler.commands[-1] == SyncNow()


def test_a_revoked_invitation_can_be_replaced(page: TeamPage, engine: FakeEngine, accounts: FakeAccounts) -> None:
    accounts.profile = Profile((JOINED,), "w1")
    show(engine, TeamView(TeamState.BROKEN, said("The server no longer accepts it."), desk="maria"))
    assert "The server no longer accepts it." in told(page)
    assert field(page).isVisible()
    page._invitation.set_text(LINE)
    page._update_buttons()
    buttons(page)["Join team"].click()
    assert accounts.calls == [("join_team", "w1", LINE)]


def test_an_invitation_that_could_not_be_opened_says_so(page: TeamPage, accounts: FakeAccounts) -> None:
    accounts.profile = Profile((JOINED,), "w1")
    page.refresh()
    assert texts.TEAM_NOT_OPENED() in told(page)
    assert {"Join team", "Leave team…"} <= set(buttons(page))


def test_leaving_asks_first_and_rests_on_staying(
    qtbot, window: MainWindow, page: TeamPage, engine: FakeEngine, accounts: FakeAccounts
) -> None:
    accounts.profile = Profile((JOINED,), "w1")
    show(engine, TeamView(TeamState.LIVE, desk="maria"))
    buttons(page)["Leave team…"].click()
    assert texts.LEAVE_TEAM_QUESTION() in told(page)
    press(qtbot, window, Qt.Key.Key_Return)
    assert (accounts.calls, texts.LEAVE_TEAM_QUESTION() in told(page)) == ([], False)
    buttons(page)["Leave team…"].click()
    buttons(page)["Leave team"].click()
    assert accounts.calls == [("leave_team", "w1")]
    show(engine, TeamView())
    assert texts.NO_TEAM() in told(page)
    assert field(page).isVisible()


def test_a_keyring_that_does_not_let_go_is_said(page: TeamPage, engine: FakeEngine, accounts: FakeAccounts) -> None:
    accounts.profile = Profile((JOINED,), "w1")
    show(engine, TeamView(TeamState.LIVE, desk="maria"))
    accounts.refused = Refusal(said("The password store doesn't let go."))
    buttons(page)["Leave team…"].click()
    buttons(page)["Leave team"].click()
    assert page.result == "The password store doesn't let go."
    assert "Leave team…" in buttons(page)
