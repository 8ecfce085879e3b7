"""Decides which window is shown, from the first start to the last: wizard, inbox, sample data."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import build, caches, language
from desktop.app.frame import InboxFrame
from desktop.app.profile_context import ProfileContext
from desktop.app.profile_paths import SETTINGS_FILE
from desktop.app.session import Session
from desktop.app.windows.update import UpdateWindows
from desktop.domain.model.reason import NO_REASON
from desktop.engine.accounts.accounts import Accounts, cache_not_deleted
from desktop.engine.accounts.profile_edits import find_workspace
from desktop.engine.accounts.views import AccountsChange, Refusal
from desktop.engine.commands import SaveDraft
from desktop.engine.engine import Engine
from desktop.engine.tasks import Tasks
from desktop.ports import ProviderErrorKind, WorkspaceConfig
from desktop.system.accessibility.motion import prefers_reduced_motion
from desktop.system.links import place_of
from desktop.system.settings_file import SettingsFile
from desktop.text import catalog
from desktop.text.names import password_store
from desktop.text.reasons.describe import describe
from desktop.text.terminal import command_line as texts
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    # Imported where one is shown: most starts show neither.
    from desktop.app.windows.error_window import ErrorWindow
    from desktop.engine.notifications.updates import Updates
    from desktop.ui.inbox.main_window import MainWindow
    from desktop.ui.wizard.wizard import Wizard

log = logging.getLogger(__name__)

KEYRING_PATIENCE_S = 0.7
SESSION_END_MS, SESSION_STEP_MS = 2_000, 50
"""Windows ends a program that takes five seconds to answer."""

Job = Callable[[], Coroutine[Any, Any, None]]


class SampleWindows(Protocol):
    """The windows of the sample workspace, from `OpenSample` until `close`."""

    @property
    def window(self) -> QWidget: ...

    @property
    def screens(self) -> QWidget: ...

    def place_windows(self) -> None:
        """Show them side by side."""

    on_language: Callable[[str], object]
    """Called with the language that the agent has chosen; "" for the system's."""

    def show_anew(self) -> None:
        """Show windows in the language in use in the place of these."""

    async def close(self) -> None: ...


OpenSample = Callable[[Theme], Awaitable[SampleWindows]]


class Program:
    """Opens and closes the program's windows. Each change of windows is a job; `run` alone carries
    them out, in order.
    """

    def __init__(
        self,
        application: QApplication,
        context: ProfileContext,
        open_sample: OpenSample,
        theme: Theme | None = None,
        frame: InboxFrame | None = None,
        *,
        in_background: bool = False,
        link: str = "",
    ) -> None:
        """open_sample: opens the sample workspace, which the wizard offers before anything is connected. frame: shown
        already, for the first inbox. in_background: the first inbox is not shown. link: what it shows, as
        `links.find_link` returns it.
        """
        self.accounts = Accounts(context.book, context.secrets, context.connector, self._wipe)
        self.tasks = Tasks(self._on_broken)
        self.theme = theme or Theme(application)
        self.session: Session | None = None
        self.wizard: Wizard | None = None
        self.sample: SampleWindows | None = None
        self._open_sample = open_sample
        self._frame = frame
        self._in_background = in_background
        self._link = link
        self.error_window: ErrorWindow | None = None
        self._update: UpdateWindows | None = None
        self._updates: Updates | None = None
        self._application = application
        self._context = context
        self._settings: QSettings | None = None
        self._preferences = Preferences(self.theme, None, application)
        self._cache = context.paths.cache
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        """Without a keyring: the caches, so that what was chosen and written outlives the session, not the program."""
        self._is_loading = True
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        # Held while a session is opened or closed: the wizard opens one outside the jobs.
        self._changing = asyncio.Lock()
        self._to_wipe: set[str] = set()
        self._unshown_error = NO_REASON
        """What went wrong while no window was there to say it."""
        self._wizard_reason = ""
        self._is_over_inbox = False
        """Whether the wizard was opened over an inbox, to which it leads back."""

    async def run(self) -> int:
        """Run until the last window is closed. Returns the exit status."""
        self._application.lastWindowClosed.connect(self._on_last_window_closed)
        self._application.commitDataRequest.connect(self.save_before_session_ends, Qt.ConnectionType.DirectConnection)
        unsubscribe = self.accounts.subscribe(self._on_accounts)
        try:
            self._enqueue(self._start_loading)
            while self._is_loading or self._shown or self._is_in_background or not self._jobs.empty():
                await (await self._jobs.get())()
        finally:
            self._application.lastWindowClosed.disconnect(self._on_last_window_closed)
            self._application.commitDataRequest.disconnect(self.save_before_session_ends)
            unsubscribe()
            await self._shut_down()
        return 0

    # --- what happens ----------------------------------------------------------------------------------------------

    def _enqueue(self, job: Job) -> None:
        self._jobs.put_nowait(job)

    def _on_last_window_closed(self) -> None:
        """By the time this job runs there may be another window."""
        self._is_loading = False
        self._enqueue(self._close_sample_if_open)

    async def _close_sample_if_open(self) -> None:
        if self.sample is not None:
            await self._close_sample()

    @property
    def _shown(self) -> list[QWidget]:
        inbox = self.session.window if self.session is not None else None
        sample = [self.sample.screens, self.sample.window] if self.sample is not None else []
        reading = self._update.reading if self._update is not None else None
        windows: list[QWidget | None] = [inbox, *sample, self.wizard, self.error_window, reading, self._frame]
        return [window for window in windows if window is not None and window.isVisible()]

    @property
    def _is_in_background(self) -> bool:
        return self.session is not None and self.session.is_in_background

    def raise_windows(self) -> None:
        """Bring the windows to the front: somebody has started the program again and looks for them."""
        if self.session is not None and self.session.background is not None and self._is_in_background:
            self.session.background.open_window()
        for shown in self._shown:
            window = shown.window()
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.raise_()
            window.activateWindow()

    def quit(self) -> bool:
        """Quit as the agent does from the tray; False where there is no inbox."""
        if self.session is None or self.session.background is None:
            return False
        self.session.background.quit()
        return True

    def save_before_session_ends(self, _manager: object = None) -> None:
        """Save what was written. The system ends all programs next, and waits for nothing but this call; macOS makes it
        also when only this program is quit.
        """
        session = self.session
        if session is None or session.window is None:
            return
        session.window.save_unsaved()
        if self._settings is not None:
            self._settings.sync()
        give_up = QDeadlineTimer(SESSION_END_MS)
        while session.engine.tasks.is_running(SaveDraft.__name__) and not give_up.hasExpired():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, SESSION_STEP_MS)

    def open_link(self, link: str) -> None:
        """Bring the windows to the front and show what the link leads to. link: "" for none."""
        self.raise_windows()
        place, center = place_of(link), self.session.center if self.session is not None else None
        if place is not None and center is not None:
            center.open_place(*place)
        elif place is not None:
            self._link = link

    def _on_broken(self, _name: str, _broken: Exception) -> None:
        """The exception is logged; where it left no window at all, nobody could even quit."""
        self._is_loading = False
        self._enqueue(self._close_sample_if_open)

    def _on_accounts(self, change: AccountsChange) -> None:
        """Reopen what a change of accounts concerns. While the wizard is open, that is done when it closes."""
        session = self.session
        if self.wizard is not None or session is None:
            return
        is_shown = change.workspace_id == session.workspace_id
        if change.team and is_shown:
            self._enqueue(self._reopen_for_team)
        elif change.token and is_shown:
            self._enqueue(self._reopen)
        elif change.profile.current != session.workspace_id:
            self._enqueue(self._open_current)

    # --- start and end ---------------------------------------------------------------------------------------------

    async def _start_loading(self) -> None:
        loading = self.tasks.start(self.accounts.load(), "load the accounts", lambda _: self._enqueue(self._open_first))
        if loading is not None:
            # Shown only when the keyring takes noticeably long.
            await asyncio.wait({loading}, timeout=KEYRING_PATIENCE_S)
            if not loading.done():
                waiting = self._show_error_window(
                    texts.WAITING_FOR_KEYRING(store=password_store()), None, texts.CONTINUE_WITHOUT()
                )
                waiting.alternative_chosen.connect(self.accounts.skip_keyring)

    async def _open_first(self) -> None:
        self._is_loading = False
        if self._frame is not None and not self._frame.isVisible():
            # Closed meanwhile, and so the program.
            return
        if self.accounts.keeps_secrets:
            self._settings = SettingsFile(self._context.paths.profile / SETTINGS_FILE)
            # Applies the chosen colors and text size before the first window is shown.
            self._preferences = Preferences(self.theme, self._settings, self._application)
        else:
            self._temporary = tempfile.TemporaryDirectory(prefix="reachline-", ignore_cleanup_errors=True)
            self._cache = Path(self._temporary.name)
        self._preferences.language_chosen.connect(self._on_language_chosen)
        await self._open_current()
        self.tasks.start(prefers_reduced_motion(), "ask about motion", self.theme.set_system_reduces_motion)

    def _on_language_chosen(self, _language: str) -> None:
        self._enqueue(self._show_anew)

    async def _show_anew(self) -> None:
        """Show in the chosen language what is open, with all that was written and chosen there."""
        before = catalog.language()
        language.follow(self._application, self._preferences.language)
        if catalog.language() == before:
            return
        former = await self.session.retire_window() if self.session is not None else None
        if self.session is not None and former is not None:
            self._show_inbox(self.session)
            former.window().hide()
        if self.sample is not None:
            self.sample.show_anew()
        if self.wizard is not None:
            former_wizard, is_shown = self.wizard, self.wizard.isVisible()
            self.wizard = self._create_wizard(self._wizard_reason)
            self.wizard.continue_from(former_wizard)
            self.wizard.setVisible(is_shown)
            former_wizard.retire()
            former_wizard.deleteLater()

    async def _shut_down(self) -> None:
        await self.tasks.aclose()
        if self.sample is not None:
            await self.sample.close()
        self._close_wizard()
        self._close_error_window()
        self._close_frame()
        async with self._changing:
            await self._close_session()
        await self.accounts.aclose()
        if self._temporary is not None:
            self._temporary.cleanup()
        self._context.secrets.close()

    # --- the inbox -------------------------------------------------------------------------------------------------

    async def _reopen(self) -> None:
        async with self._changing:
            await self._close_session()
        await self._open_current()

    async def _reopen_for_team(self) -> None:
        """An engine follows one team, or none, from its start to its end."""
        await self._reopen()
        if self.session is not None and self.session.window is not None:
            # Where the agent was, and sees how it went.
            self.session.window.settings.open_team()

    async def _open_current(self) -> None:
        """Open the inbox of the current workspace; or the wizard, or a window with a sentence, on what it takes to get
        there.
        """
        profile = self.accounts.profile
        workspace = find_workspace(profile, profile.current)
        if workspace is None:
            async with self._changing:
                await self._close_session()
            self._show_wizard()
            if self._unshown_error:
                self._show_error_window(describe(self._unshown_error), None)
                self._unshown_error = NO_REASON
            return
        opened = await self._open_session(workspace)
        if not isinstance(opened, Refusal):
            if self._frame is not None:
                await opened.show_customers(self._frame)
                if not self._frame.isVisible():
                    # Closed meanwhile, and so the program.
                    return
            self._show_inbox(opened)
        elif opened.kind is ProviderErrorKind.SIGNED_OUT:
            self._show_wizard(describe(opened.reason))
        else:
            self._show_error_window(describe(opened.reason), self._open_current)
            self._close_frame()

    def _show_inbox(self, session: Session) -> None:
        is_new = session.window is None
        frame, self._frame = self._frame, None
        in_background, self._in_background = self._in_background, False
        window = session.show(self.tasks.start, self._context.login_item, frame, in_background=in_background)
        if is_new:
            if self._context.is_sandbox:
                window.setWindowTitle(texts.SANDBOX_TITLE(title=window.windowTitle()))
            window.settings.add_workspace_requested.connect(self._show_wizard)
            self._connect_updates(window)
            session.on_signed_out = self._on_signed_out
            session.on_closed = self._on_last_window_closed
            session.on_language = self._preferences.set_language
        if self._unshown_error:
            window.toast.show_message(describe(self._unshown_error))
            self._unshown_error = NO_REASON
        if self._update is not None and self._update.customer_id:
            window.choose_customer(self._update.customer_id)
        link, self._link = self._link, ""
        if link:
            self.open_link(link)
        self._close_error_window()
        if session.remark:
            # Drafts may be lost: it stays until it is closed.
            self._show_error_window(describe(session.remark), None)
            session.remark = NO_REASON

    def _connect_updates(self, window: MainWindow) -> None:
        """A sandbox's profile is for tests, and without a keyring nothing is remembered: neither asks anybody."""
        if self._context.is_sandbox or self._settings is None:
            return
        if self._updates is None:
            self._updates = build.create_updates(self._settings, self._context.clock)
            self.tasks.start(self._updates.run(), "look for new versions")
        window.updates.connect_updates(self._updates, self.tasks.start)

    def _on_signed_out(self, reason: str) -> None:
        if self.wizard is None:
            self._show_wizard(reason)

    async def _open_session(self, workspace: WorkspaceConfig) -> Session | Refusal:
        """Open the session of this workspace, in the place of any other."""
        async with self._changing:
            if self.session is not None and self.session.workspace_id == workspace.workspace_id:
                return self.session
            await self._close_session()
            self._update = UpdateWindows(partial(self._show_error_window, again=None), self.tasks.start, self.theme)
            opened = await Session.open(
                self.accounts,
                workspace,
                self._context.clock,
                self.theme,
                self._settings,
                self._cache,
                self._update,
            )
            if not isinstance(opened, Refusal):
                self.session = opened
            return opened

    async def _close_session(self) -> None:
        session, self.session = self.session, None
        if session is None:
            return
        await session.close()
        if session.workspace_id in self._to_wipe:
            self._to_wipe.discard(session.workspace_id)
            try:
                await caches.wipe(self._cache, session.workspace_id)
            except OSError as error:
                log.error("the cache of workspace %s stays: %s", session.workspace_id, type(error).__name__)
                self._unshown_error = cache_not_deleted(session.name, error)

    async def _wipe(self, workspace_id: str) -> None:
        """Delete a workspace's cache. An open one is deleted when it is closed, which its removal brings about."""
        if self.session is not None and self.session.workspace_id == workspace_id:
            self._to_wipe.add(workspace_id)
        else:
            await caches.wipe(self._cache, workspace_id)

    # --- the wizard ------------------------------------------------------------------------------------------------

    def _show_wizard(self, reason: str = "") -> None:
        """reason: why the token has to be entered again."""
        if self.wizard is None:
            self._is_over_inbox, self._wizard_reason = self.session is not None, reason
            self.wizard = self._create_wizard(reason)
        self.wizard.show()
        self.wizard.raise_()
        self.wizard.activateWindow()
        self._close_error_window()
        self._close_frame()

    def _create_wizard(self, reason: str) -> Wizard:
        from desktop.ui.wizard.wizard import Wizard

        wizard = Wizard(
            self.accounts,
            self.theme,
            self.tasks.start,
            self._start_workspace,
            another=self._is_over_inbox,
            reason=reason,
            language=self._preferences.language_in_use,
        )
        wizard.inbox_wanted.connect(self._on_inbox_wanted)
        wizard.sample_wanted.connect(self._on_sample_wanted)
        wizard.abandoned.connect(self._on_abandoned)
        wizard.language_chosen.connect(self._preferences.set_language)
        return wizard

    async def _start_workspace(self, workspace: WorkspaceConfig) -> Engine | Refusal:
        """For the wizard: the engine of what it just added, its window not shown yet."""
        async with self._changing:
            await self._close_session()
        opened = await self._open_session(workspace)
        if isinstance(opened, Refusal):
            return opened
        opened.start_engine()
        return opened.engine

    def _on_inbox_wanted(self) -> None:
        self._enqueue(self._leave_wizard)

    def _on_abandoned(self) -> None:
        """At the first start this was the last window, and the program ends."""
        self._enqueue(self._on_wizard_abandoned)

    async def _leave_wizard(self) -> None:
        is_new = self.wizard is not None and self.wizard.request in self.wizard.steps
        self._close_wizard()
        await self._open_current()
        if is_new and self.session is not None and self.session.window is not None:
            self.session.window.begin_first_day()

    async def _on_wizard_abandoned(self) -> None:
        self._close_wizard()
        if self._is_over_inbox:
            await self._open_current()

    def _close_wizard(self) -> None:
        wizard, self.wizard = self.wizard, None
        if wizard is not None:
            wizard.close()
            wizard.deleteLater()

    # --- sample data -----------------------------------------------------------------------------------------------

    def _on_sample_wanted(self) -> None:
        self._enqueue(self._show_sample)

    async def _show_sample(self) -> None:
        if self.sample is not None:
            return
        self.sample = await self._open_sample(self.theme)
        self.sample.on_language = self._preferences.set_language
        self.sample.place_windows()
        if self.wizard is not None:
            self.wizard.hide()

    async def _close_sample(self) -> None:
        # First, so that there is a window all the time.
        if self.wizard is not None:
            self.wizard.show()
        else:
            await self._open_current()
        sample, self.sample = self.sample, None
        if sample is not None:
            await sample.close()

    # --- standing still --------------------------------------------------------------------------------------------

    def _show_error_window(self, sentence: str, again: Job | None, alternative: str = "") -> ErrorWindow:
        from desktop.app.windows.error_window import ErrorWindow

        self._close_error_window()
        window = ErrorWindow(self.theme, sentence, can_repeat=again is not None, alternative=alternative)
        if again is not None:
            window.retry_requested.connect(lambda: self._enqueue(again))
        window.show()
        self.error_window = window
        return window

    def _close_frame(self) -> None:
        """Close the window of an inbox that is not there, once another one is shown."""
        frame, self._frame = self._frame, None
        if frame is not None:
            frame.close()
            frame.deleteLater()

    def _close_error_window(self) -> None:
        """With the window that it may have opened."""
        if self._update is not None:
            self._update.close()
        error_window, self.error_window = self.error_window, None
        if error_window is not None:
            error_window.close()
            error_window.deleteLater()
