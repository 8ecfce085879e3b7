"""The program from start to end on the real windows and loop: wizard, inbox, sample data, and obstacles."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_keyrings import FakeKeyring
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from team_invitations import make_line

from desktop.app import loop
from desktop.app.connect import sandbox_channels
from desktop.app.frame import InboxFrame
from desktop.app.profile_context import ProfileContext
from desktop.app.profile_paths import SETTINGS_FILE
from desktop.app.program import Program
from desktop.demo.sample import SampleWorkspace
from desktop.domain.model.reason import make_reason
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.profile_edits import channel_key
from desktop.engine.commands import SyncNow
from desktop.ports import WorkspaceConfig
from desktop.ports.reasons import AccountReason
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.system import logs
from desktop.text.names import password_store
from desktop.text.terminal import command_line as texts
from desktop.ui.look.theme import Theme

pytestmark = pytest.mark.slow

Scenario = Callable[[Program], Coroutine[Any, Any, None]]
PATIENCE_S = 30.0
OTHER = WorkspaceConfig("other", "Other Shop", "US", "Olga")


@pytest.fixture(scope="module")
def _theme(qapp: QApplication) -> Theme:
    return Theme(qapp, scheme=Qt.ColorScheme.Light)


@pytest.fixture
def theme(_theme: Theme) -> Iterator[Theme]:
    yield _theme
    _theme.set_text_scale(1.0)
    _theme.set_color_scheme(Qt.ColorScheme.Light)


@pytest.fixture
def play(qapp: QApplication, home: Callable[[], ProfileContext], theme: Theme) -> Callable[[Scenario], None]:
    """One start of the program beside a scenario, which has to leave no window open; nothing may outlive either."""

    def play(scenario: Scenario) -> None:
        async def main() -> int:
            program = Program(qapp, home(), SampleWorkspace.open, theme)
            acting = asyncio.create_task(scenario(program))
            running = asyncio.create_task(program.run())
            await asyncio.wait({acting, running}, return_when=asyncio.FIRST_EXCEPTION, timeout=2 * PATIENCE_S)
            if not running.done():
                running.cancel()
            await acting
            assert await running == 0
            others = [t.get_name() for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            assert others == []
            return 0

        assert loop.run(qapp, main) == 0

    return play


async def until(condition: Callable[[], object], what: str, pause_s: float = 0.02) -> None:
    for _ in range(int(PATIENCE_S / max(pause_s, 0.0001))):
        if condition():
            return
        await asyncio.sleep(pause_s)
    raise AssertionError(f"waited for {what}")


async def wizard_of(program: Program) -> Any:
    await until(lambda: program.wizard is not None and program.wizard.isVisible(), "the wizard")
    return program.wizard


async def inbox_of(program: Program) -> Any:
    def is_shown() -> bool:
        window = program.session.window if program.session is not None else None
        return window is not None and window.isVisible() and window.view is None and bool(window.list)

    await until(is_shown, "the inbox")
    assert program.session is not None
    return program.session.window


async def enter_token(wizard: Any, token: str) -> None:
    if wizard.step is wizard.request:
        wizard.next.click()
    await until(lambda: wizard.step is wizard.intercom, "the token's page")
    wizard.intercom.field.edit.setText(token)
    wizard.intercom.check.click()
    await until(lambda: wizard.intercom.can_continue, "the token's check")
    wizard.next.click()
    await until(lambda: wizard.step is not wizard.intercom, "the page after the token's")


async def connect(home: ProfileContext, token: str, *, also: tuple[WorkspaceConfig, ...] = ()) -> None:
    """As an earlier start left it."""
    accounts = Accounts(home.book, home.secrets, home.connector)
    await accounts.load()
    tried: Any = await accounts.try_intercom(token)
    await accounts.add_workspace(token, tried)
    for workspace in also:
        account = type(tried.account)(workspace.workspace_id, workspace.name, tried.account.teammate, "US")
        await accounts.add_workspace(token, type(tried)(account))
    await accounts.choose_workspace("sbx7pt3q")
    await accounts.aclose()
    home.secrets.close()


@pytest.fixture
def token(served: Sandbox) -> str:
    return str(served.urls["intercom"]["token"])


@pytest.fixture
def connected(home: Callable[[], ProfileContext], token: str) -> None:
    asyncio.run(connect(home(), token, also=(OTHER,)))


def files_below(folder: Path) -> list[Path]:
    """What the program wrote there."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != SETTINGS_FILE]


# --- the way in ------------------------------------------------------------------------------------------------------


def test_a_new_user_comes_to_the_inbox_and_finds_it_at_the_next_start(play, token, ring, tmp_path, caplog) -> None:
    caplog.set_level(logging.DEBUG)

    async def first(program: Program) -> None:
        wizard = await wizard_of(program)
        wizard.welcome.connect_choice.click()
        await enter_token(wizard, token)
        while wizard.step is not wizard.finish:
            step = wizard.step
            if step is wizard.teammate:
                await until(lambda: wizard.teammate.can_continue or wizard.teammate.list.count(), "the teammates")
                if not wizard.teammate.can_continue:
                    wizard.teammate.list.setCurrentRow(0)
            await until(lambda: wizard.next.isEnabled(), f"a way on from {step.NAME}")
            wizard.next.click()
            await until(lambda step=step: wizard.step is not step, f"the page after {step.NAME}")
        wizard.next.click()
        window = await inbox_of(program)
        assert program.wizard is None
        assert window.windowTitle() == "Harbour Parcels · Reachline (sandbox)"
        window.close()

    async def second(program: Program) -> None:
        (await inbox_of(program)).close()
        assert program.wizard is None

    play(first)
    assert ring.names() == {"sbx7pt3q:intercom", "sbx7pt3q:cache"}
    play(second)
    written = files_below(tmp_path / "profile")
    assert {"profile.json", "cache.db"} <= {path.name for path in written}
    for path in written:
        assert token.encode() not in path.read_bytes(), path
    assert token not in caplog.text


@pytest.mark.posix("rights of files are POSIX'")
def test_nobody_else_may_read_what_is_kept_whatever_the_umask(play, home, token, tmp_path) -> None:
    async def scenario(program: Program) -> None:
        window = await inbox_of(program)
        program._settings.setValue("look/scheme", "dark")
        program._settings.sync()
        window.close()

    before = os.umask(0)
    try:
        with logs.logging_to("debug", tmp_path / "profile" / "logs"):
            asyncio.run(connect(home(), token))
            play(scenario)
    finally:
        os.umask(before)
    kept = [tmp_path / "profile", *(tmp_path / "profile").rglob("*")]
    assert {"profile.json", "cache.db", "settings.ini", "reachline.log"} <= {file.name for file in kept}
    assert {str(file): oct(file.stat().st_mode) for file in kept if file.stat().st_mode & 0o077} == {}


def test_closing_the_wizard_at_the_first_start_ends_the_program(play, tmp_path, ring) -> None:
    async def scenario(program: Program) -> None:
        (await wizard_of(program)).close()

    play(scenario)
    assert ring.passwords == {}
    assert files_below(tmp_path / "profile") == []


def test_a_second_start_brings_the_windows_back(play) -> None:
    async def scenario(program: Program) -> None:
        wizard = await wizard_of(program)
        wizard.showMinimized()
        program.raise_windows()
        assert wizard.isVisible()
        assert not wizard.isMinimized()
        wizard.close()

    play(scenario)


def test_the_end_of_the_session_waits_until_the_draft_is_stored(play, connected, tmp_path) -> None:
    async def scenario(program: Program) -> None:
        window = await inbox_of(program)
        await until(lambda: window.list._model.rows, "the customers")
        window.choose_customer(next(iter(window.list._model.rows)))
        await until(lambda: window.view is not None and window.composer.isVisible(), "a thread")
        window.composer.append_text("Not sent yet")
        tasks, stored = program.session.engine.tasks, []

        def end_session() -> None:
            program.save_before_session_ends()
            stored.append(not tasks.is_running("SaveDraft"))

        # As the system calls it: from Qt, beside all coroutines.
        QTimer.singleShot(0, end_session)
        await until(lambda: stored, "the end of the session")
        assert stored == [True]
        assert await program.session.engine.queries.draft_count() == 1
        assert (tmp_path / "profile" / SETTINGS_FILE).exists()
        window.quitting.close_without_asking()

    play(scenario)


def test_a_look_around_leads_back_to_the_wizard(play, ring) -> None:
    async def scenario(program: Program) -> None:
        wizard = await wizard_of(program)
        wizard.welcome.sample.click()
        await until(lambda: program.sample is not None and program.sample.window.isVisible(), "the sample windows")
        await until(lambda: not wizard.isVisible(), "the wizard to step aside")
        stage = program.sample
        assert stage is not None
        stage.window.close()
        await until(lambda: wizard.isVisible() and program.sample is None, "the wizard again")
        wizard.close()

    play(scenario)
    assert ring.passwords == {}


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_that_is_gone_is_asked_for_with_the_reason(play, connected, token, ring) -> None:
    ring.passwords.clear()

    async def scenario(program: Program) -> None:
        wizard = await wizard_of(program)
        assert wizard.step is wizard.intercom
        assert "The token of Harbour Parcels is no longer in" in wizard.intercom.error_line.text
        await enter_token(wizard, token)
        wizard.next.click()
        (await inbox_of(program)).close()

    play(scenario)
    assert ring.names() == {"sbx7pt3q:intercom", "sbx7pt3q:cache"}


def test_lost_messages_are_told_in_a_window_that_stays_beside_the_inbox(play, connected, ring) -> None:
    async def scenario(program: Program) -> None:
        (await inbox_of(program)).close()

    async def after_the_loss(program: Program) -> None:
        window = await inbox_of(program)
        assert program.error_window is not None
        assert program.error_window.sentence.text().startswith(
            "The key for the messages on this computer is no longer in"
        )
        program.error_window.close()
        window.close()

    play(scenario)
    del ring.passwords[next(key for key in ring.passwords if key[1] == "sbx7pt3q:cache")]
    play(after_the_loss)
    play(scenario)


def test_a_token_that_intercom_accepts_no_more_is_asked_for_over_the_inbox(play, connected, served) -> None:
    async def scenario(program: Program) -> None:
        window = await inbox_of(program)
        with served.lock:
            served.world.settings.fail_next.append(Fault("*", ".", "status", status=401, times=None))
        assert program.session is not None
        program.session.engine.command_handler.submit(SyncNow())
        wizard = await wizard_of(program)
        assert wizard.intercom.error_line.text == "Intercom no longer accepts your access token. Enter a new one."
        wizard.close()
        await until(lambda: program.wizard is None, "the wizard to go")
        assert window.isVisible()
        window.close()

    play(scenario)


def test_another_workspace_is_connected_over_the_inbox_which_stays_if_one_thinks_better_of_it(
    play, connected, token
) -> None:
    async def scenario(program: Program) -> None:
        first = await inbox_of(program)
        first.settings.add_workspace_requested.emit()
        wizard = await wizard_of(program)
        assert wizard.step is wizard.request
        wizard.close()
        await until(lambda: program.wizard is None, "the wizard to go")
        assert await inbox_of(program) is first

        first.settings.add_workspace_requested.emit()
        wizard = await wizard_of(program)
        await enter_token(wizard, token)
        wizard.close()
        await until(lambda: program.wizard is None, "the wizard to go")
        second = await inbox_of(program)
        assert second is not first
        second.close()

    play(scenario)


# --- what can be in the way ------------------------------------------------------------------------------------------


def test_without_a_keyring_nothing_is_left_on_the_disk(play, token, ring, tmp_path) -> None:
    ring.locked = True

    async def scenario(program: Program) -> None:
        wizard = await wizard_of(program)
        wizard.welcome.connect_choice.click()
        await enter_token(wizard, token)
        assert program.session is not None
        wizard.close()

    for _ in range(2):
        play(scenario)
    assert files_below(tmp_path / "profile") == []


def test_without_a_keyring_what_was_chosen_stays_until_the_program_ends(
    play, token, ring, tmp_path, monkeypatch
) -> None:
    ring.locked = True
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))

    async def scenario(program: Program) -> None:
        wizard = await wizard_of(program)
        wizard.welcome.connect_choice.click()
        await enter_token(wizard, token)
        first: Any = program.session
        listed = wizard.teammate.list
        await until(lambda: listed.findItems("Sam Byrne", Qt.MatchFlag.MatchContains), "the teammates")
        listed.setCurrentItem(listed.findItems("Sam Byrne", Qt.MatchFlag.MatchContains)[0])
        wizard.next.click()
        await until(lambda: wizard.step is wizard.finish, "the last page")
        wizard.next.click()
        await inbox_of(program)
        await program.accounts.join_team("sbx7pt3q", make_line("sbx7pt3q"))
        await until(lambda: program.session not in (None, first), "the session with the team")
        await inbox_of(program)
        view = await program.session.engine.queries.workspace()
        assert (view.me.name, view.keeps_nothing) == ("Sam Byrne", True)
        assert list(passing.iterdir()) != []
        program.quit()

    play(scenario)
    assert list(passing.iterdir()) == []


def test_a_prompt_of_the_keyring_is_said_and_can_be_left(play, ring) -> None:
    ring.gate.clear()

    async def patient(program: Program) -> None:
        await until(lambda: program.error_window is not None, "a word about the keyring")
        assert program.error_window.sentence.text() == texts.WAITING_FOR_KEYRING(store=password_store())
        ring.gate.set()
        (await wizard_of(program)).close()

    async def impatient(program: Program) -> None:
        await until(lambda: program.error_window is not None, "a word about the keyring")
        program.error_window.close_button.click()

    async def content(program: Program) -> None:
        await until(lambda: program.error_window is not None, "a word about the keyring")
        assert program.error_window.alternative_button.text() == texts.CONTINUE_WITHOUT()
        program.error_window.alternative_button.click()
        wizard = await wizard_of(program)
        assert program.error_window is None
        assert program.accounts.keyring_error == make_reason(AccountReason.KEYRING_SKIPPED)
        wizard.close()

    for scenario in (patient, impatient, content):
        play(scenario)
        ring.gate.clear()
    assert ring.passwords == {}


@pytest.mark.posix("made with a file in the place of a folder")
def test_a_cache_that_cannot_be_opened_is_told_and_tried_again(play, connected, tmp_path) -> None:
    in_the_way = tmp_path / "profile" / "cache"
    in_the_way.touch()

    async def scenario(program: Program) -> None:
        await until(lambda: program.error_window is not None, "a word about the disk")
        assert "Check the disk and its permissions" in program.error_window.sentence.text()
        in_the_way.unlink()
        program.error_window.retry_button.click()
        (await inbox_of(program)).close()
        assert program.error_window is None

    play(scenario)


# --- accounts that change --------------------------------------------------------------------------------------------


def test_another_workspace_takes_the_place_of_the_first(play, connected, tmp_path) -> None:
    async def scenario(program: Program) -> None:
        first = await inbox_of(program)
        await program.accounts.choose_workspace("other")
        await until(lambda: program.session is not None and program.session.workspace_id == "other", "the other one")
        second = await inbox_of(program)
        assert second is not first
        assert second.windowTitle() == "Other Shop · Reachline (sandbox)"
        second.close()

    play(scenario)
    folders = {path.name for path in (tmp_path / "profile" / "cache").iterdir()}
    assert folders == {"workspace-sbx7pt3q", "workspace-other"}


def test_a_removed_workspace_leaves_no_message_behind(play, connected, ring, tmp_path) -> None:
    cache = tmp_path / "profile" / "cache"

    async def scenario(program: Program) -> None:
        await inbox_of(program)
        assert (cache / "workspace-sbx7pt3q" / "cache.db").exists()
        await program.accounts.remove_workspace("sbx7pt3q")
        await until(lambda: program.session is not None and program.session.workspace_id == "other", "the other one")
        await inbox_of(program)
        assert not (cache / "workspace-sbx7pt3q").exists()
        await program.accounts.remove_workspace("other")
        wizard = await wizard_of(program)
        assert wizard.step is wizard.welcome
        wizard.close()

    play(scenario)
    assert ring.passwords == {}
    assert list(cache.iterdir()) == []


def test_a_cache_that_stays_after_its_workspace_is_told(play, connected, tmp_path, monkeypatch) -> None:
    async def refuses(cache: Path, workspace_id: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("desktop.app.caches.wipe", refuses)

    async def scenario(program: Program) -> None:
        await inbox_of(program)
        await program.accounts.remove_workspace("sbx7pt3q")
        await until(lambda: program.session is not None and program.session.workspace_id == "other", "the other one")
        window = await inbox_of(program)
        await until(lambda: window.toast.text, "a word about the cache")
        assert window.toast.text.startswith("Harbour Parcels is removed, but its messages on this computer couldn't")
        await program.accounts.remove_workspace("other")
        wizard = await wizard_of(program)
        await until(lambda: program.error_window is not None, "a word about the other cache")
        assert "Other Shop is removed, but" in program.error_window.sentence.text()
        program.error_window.close_button.click()
        wizard.close()

    play(scenario)


def test_channel_accounts_are_used_from_the_moment_they_are_connected(play, connected, home, served) -> None:
    async def scenario(program: Program) -> None:
        window = await inbox_of(program)
        channels = program.session.engine.channels
        found = await sandbox_channels(home().connector, served.urls)
        for config, secret in found:
            await program.accounts.add_channel("sbx7pt3q", config, secret)
        keys = {channel_key(config) for config, _ in found}
        await until(lambda: {channel_key(config) for config, _ in channels.all()} == keys, "the accounts")
        first = found[0][0]
        await program.accounts.remove_channel("sbx7pt3q", first)
        await until(lambda: channels.get(channel_key(first)) is None, "the account to go")
        window.close()

    play(scenario)

    async def later(program: Program) -> None:
        window = await inbox_of(program)
        assert len(program.session.engine.channels.all()) == 3
        window.close()

    play(later)


def test_a_channel_account_that_cannot_be_opened_is_told_at_the_start(play, connected, home, served, ring) -> None:
    async def add(home: ProfileContext) -> None:
        accounts = Accounts(home.book, home.secrets, home.connector)
        await accounts.load()
        for config, secret in await sandbox_channels(home.connector, served.urls):
            await accounts.add_channel("sbx7pt3q", config, secret)
        home.secrets.close()

    asyncio.run(add(home()))
    gone = next(key for key in ring.passwords if "telegram" in key[1])
    del ring.passwords[gone]

    async def scenario(program: Program) -> None:
        window = await inbox_of(program)
        assert window.toast.text.startswith("Telegram · @HarbourParcelsBot isn't connected.")
        assert len(program.session.engine.channels.all()) == 3
        window.close()

    play(scenario)


@pytest.fixture(autouse=True)
def nothing_unfinished(ring: FakeKeyring) -> Iterator[None]:
    """A folder or connection that was never closed is told by the garbage collector, as an error."""
    yield
    gc.collect()


# The window before it is whole.


class _CloseWhenFilled(QObject):
    """Closes a window as soon as there is anything in it."""

    def eventFilter(self, frame: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ChildAdded and isinstance(frame, QWidget):
            QTimer.singleShot(0, frame.close)
        return False


@pytest.mark.usefixtures("connected")
def test_closing_the_window_beside_its_customers_ends_the_program(
    qapp: QApplication, home: Callable[[], ProfileContext], theme: Theme
) -> None:
    frame, closer = InboxFrame(theme), _CloseWhenFilled()
    frame.show_at_once()
    frame.installEventFilter(closer)

    async def main() -> int:
        program = Program(qapp, home(), SampleWorkspace.open, theme, frame)
        running = asyncio.create_task(program.run())
        # The session may last no longer than a pause.
        await until(lambda: program.session is not None, "the session", pause_s=0)
        session = program.session
        status = await asyncio.wait_for(running, PATIENCE_S)
        assert session is not None
        assert session.window is None
        return status

    assert loop.run(qapp, main) == 0
