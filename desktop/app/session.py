"""One opened workspace: its engine, its channel accounts, its window."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QSettings

from desktop.app import build, caches
from desktop.app.frame import InboxFrame
from desktop.domain.model.reason import NO_REASON
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.profile_edits import channel_key, find_workspace
from desktop.engine.accounts.views import AccountsChange, Checked, Refusal
from desktop.engine.changes import Changes
from desktop.engine.engine import Engine
from desktop.engine.protocols import Run
from desktop.engine.views import ConnectionState
from desktop.ports import Clock, LoginItem, WorkspaceConfig
from desktop.ports.team import TeamFeed
from desktop.store.core.database import NO_LISTENER, UpdateListener
from desktop.store.core.errors import KnownError
from desktop.system.problem_log import recent_problems
from desktop.text.reasons.describe import describe
from desktop.text.terminal import command_line as texts
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.customers.saved_state import is_folded, restore_state
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.look.window_place import restore_place

# Imported once the customers are on the screen.
if TYPE_CHECKING:
    from desktop.ui.inbox.main_window import MainWindow
    from desktop.ui.notifications.background import Background
    from desktop.ui.notifications.center import NotificationCenter

log = logging.getLogger(__name__)

START_WITHIN_S = 2.0
"""The engine reads and sends after this at the latest, even if nothing that is stored can be shown."""

CUSTOMERS_WITHIN_S = 0.3
"""The rest of the window waits so long at most for the customers to be read."""


class Session:
    """The engine answers from `open` to `close`; the window exists from the first `show`. Loop's thread.

    not_opened: channel accounts that could not be opened, each with what to do.
    remark: what happened to the messages stored here, `NO_REASON` where they are simply there.
    on_closed: called when the window was closed for good while it was hidden.
    on_language: called with the language that the agent has chosen; "" for the system's.
    on_signed_out: called once, with Intercom's reason, when it no longer accepts the token.
    """

    def __init__(
        self,
        workspace: WorkspaceConfig,
        engine: Engine,
        accounts: Accounts,
        not_opened: tuple[Checked, ...],
        theme: Theme,
        settings: QSettings | None,
    ) -> None:
        self.workspace_id = workspace.workspace_id
        self.name = workspace.name or workspace.workspace_id
        self.engine = engine
        self.window: MainWindow | None = None
        self.center: NotificationCenter | None = None
        self.background: Background | None = None
        self.on_closed: Callable[[], None] = _do_nothing
        self.not_opened = not_opened
        self.remark = NO_REASON
        self._accounts = accounts
        self._theme = theme
        self._settings = settings
        self._ticker: Ticker | None = None
        self._customers: CustomerList | None = None
        self._is_engine_started = self._notifies = False
        # What they still wait for may come until the engine has stopped.
        self._former: list[MainWindow] = []
        self.on_language: Callable[[str], None] = _ignore
        self.on_signed_out: Callable[[str], None] = _ignore
        self._has_reported_sign_out = False
        self._unsubscribe = accounts.subscribe(self._on_accounts)
        engine.feed.subscribe(self._on_changes)

    @classmethod
    async def open(
        cls,
        accounts: Accounts,
        workspace: WorkspaceConfig,
        clock: Clock,
        theme: Theme,
        settings: QSettings | None,
        cache: Path,
        listener: UpdateListener = NO_LISTENER,
    ) -> Self | Refusal:
        """cache: folder of all workspaces' caches. settings: None stores nothing.
        listener: of a large cache that is brought to this version.

        Returns a Refusal with SIGNED_OUT where the token has to be entered. May take as long as the keyring's prompt.
        """
        gateway = await accounts.open_gateway(workspace)
        if isinstance(gateway, Refusal):
            return gateway
        async with AsyncExitStack() as undo:
            undo.push_async_callback(gateway.aclose)
            channels, not_opened = await accounts.open_channels(workspace)
            for _, channel in channels:
                undo.push_async_callback(channel.aclose)
            # Beside the cache: most of it is waiting for the keyring and imports.
            opening_team = asyncio.create_task(accounts.open_team(workspace), name="team")
            undo.push_async_callback(_close_team, opening_team)
            try:
                opened = await caches.open_cache(accounts, cache, workspace.workspace_id, listener)
                if isinstance(opened, Refusal):
                    return opened
                undo.push_async_callback(opened.store.close)
                if opened.media is not None:
                    undo.push_async_callback(opened.media.close)
                team = await opening_team
                if isinstance(team, Refusal):
                    not_opened = (*not_opened, Checked(texts.TEAM(), False, team.reason))
                    team = None
                translator = await accounts.open_translation(workspace)
                if isinstance(translator, Refusal):
                    not_opened = (*not_opened, Checked(texts.TRANSLATION(), False, translator.reason))
                    translator = None
                engine = build.create_engine(gateway, clock, opened.store, channels, opened.media, team)
                # The engine owns gateway, channels, team and store from here on.
                undo.pop_all()
                undo.push_async_callback(engine.stop)
                if translator is not None:
                    engine.translation.use(workspace.translation, translator)
                await engine.prepare()
            except (KnownError, OSError) as error:
                return caches.refusal(error)
            undo.pop_all()
        session = cls(workspace, engine, accounts, not_opened, theme, settings)
        session.remark = opened.remark
        return session

    async def show_customers(self, frame: InboxFrame) -> None:
        """Paint the customers before the rest of the window, which takes a quarter of a start to import and to build.
        `show` comes next, with the same window.
        """
        if self._settings is not None and is_folded(self._settings):
            return
        self._ticker = Ticker(self.engine.clock)
        customers = self._customers = CustomerList(self.engine, self._theme, self._ticker, frame)
        if self._settings is not None:
            restore_state(customers, self._settings)
            preferences = Preferences(self._theme, self._settings, customers)
            customers.set_closing_within(preferences.closing_within)
            customers.set_compact(preferences.compact_rows)
        are_read = asyncio.Event()
        customers.loaded.connect(are_read.set)
        frame.show_customers(customers)
        customers.reload()
        with suppress(TimeoutError):
            await asyncio.wait_for(are_read.wait(), CUSTOMERS_WITHIN_S)
        customers.loaded.disconnect(are_read.set)
        frame.repaint()

    def show(
        self, run: Run, login_item: LoginItem, frame: InboxFrame | None = None, *, in_background: bool = False
    ) -> MainWindow:
        """run: `Tasks.start` of tasks that outlive this session, for changes of accounts. frame: the window to show it
        in, which is closed with it; None for one of its own. in_background: go on without showing it.
        """
        if self.window is None:
            from desktop.system.notifications.notifier import SystemNotifier
            from desktop.system.notifications.sound import SoundPlayer
            from desktop.system.spelling.checker import SpellingProcess
            from desktop.ui.inbox.main_window import MainWindow
            from desktop.ui.notifications.background import Background
            from desktop.ui.notifications.center import NotificationCenter
            from desktop.ui.notifications.machine_settings import MachineSettings
            from desktop.ui.widgets.screen_reader.factory import untold

            self._ticker = self._ticker or Ticker(self.engine.clock)
            with untold():
                self.window = MainWindow(
                    self.engine,
                    self._theme,
                    self._ticker,
                    title=texts.TITLE(name=self.name),
                    settings=self._settings,
                    parent=frame,
                    customers=self._customers,
                )
            self.window.spelling.open_checker = SpellingProcess.of_this_machine
            self.window.set_problem_log(lambda: recent_problems.lines)
            self.window.settings.connect_accounts(self._accounts, run, self.workspace_id)
            # What is stored comes first on the screen.
            self.window.views_shown.connect(self.start_engine)
            asyncio.get_running_loop().call_later(START_WITHIN_S, self.start_engine)
            if frame is not None:
                frame.set_content(self.window)
            elif self._settings is not None:
                restore_place(self.window, self._settings)
            notifier = SystemNotifier()
            self.background = background = Background(self.window, self.engine)
            background.closed.connect(self._on_closed)
            self.center = NotificationCenter(
                self.window, self.engine, self.engine.notifications, notifier, SoundPlayer().play, background
            )
            MachineSettings(self.center, self.window.settings, self.engine, notifier, login_item)
            if not self._notifies:
                self._notifies = True
                self.engine.start_notifications()
            self.window.settings.preferences.language_chosen.connect(self._on_language)
            if self._former:
                self.window.continue_from(self._former[-1])
                self.window.say_language()
        assert self.background is not None
        if in_background:
            self.background.hide()
        else:
            self.background.open_window()
        if self.not_opened:
            first, *others = self.not_opened
            sentences = [texts.NOT_CONNECTED(account=first.what, sentence=describe(first.reason))]
            if others:
                sentences.append(texts.MORE_NOT_CONNECTED(len(others)))
            self.window.toast.show_message(" ".join(sentences))
            self.not_opened = ()
        return self.window

    @property
    def is_in_background(self) -> bool:
        """Whether its window is hidden while the program goes on."""
        return self.background is not None and self.background.is_active

    async def retire_window(self) -> MainWindow | None:
        """Give up the window, which the caller hides once the next `show` has made another one in its place."""
        former, self.window = self.window, None
        if former is None:
            return None
        former.retire()
        if self.center is not None:
            await self.center.aclose()
        if self._ticker is not None:
            self._ticker.stop()
        self.center = self.background = self._ticker = self._customers = None
        self._former.append(former)
        return former

    def _on_language(self, language: str) -> None:
        self.on_language(language)

    def _on_closed(self) -> None:
        self.on_closed()

    def start_engine(self) -> None:
        """Let the engine read and send, unless it does so already."""
        if not self._is_engine_started:
            self._is_engine_started = True
            self.engine.start_tasks()

    async def close(self) -> None:
        """Close everything in the order in which the parts depend on each other."""
        self._unsubscribe()
        if self.center is not None:
            await self.center.aclose()
        if self.window is not None:
            self.window.quitting.close_without_asking()
        if self._ticker is not None:
            self._ticker.stop()
        await self.engine.stop()
        for window in (self.window, *self._former):
            if window is not None:
                window.window().deleteLater()

    def _on_changes(self, changes: Changes) -> None:
        if changes.connection and not self._has_reported_sign_out:
            connection = self.engine.queries.connection()
            if connection.state is ConnectionState.SIGNED_OUT:
                self._has_reported_sign_out = True
                self.on_signed_out(describe(connection.reason))

    def _on_accounts(self, change: AccountsChange) -> None:
        if change.workspace_id == self.workspace_id and change.channels:
            self.engine.tasks.start(self._update_channels(change), "follow the channel accounts")
        if change.workspace_id == self.workspace_id and change.translation:
            self.engine.tasks.start(self._update_translation(change), "follow the translation account")

    async def _update_translation(self, change: AccountsChange) -> None:
        workspace = find_workspace(change.profile, self.workspace_id)
        translator = await self._accounts.open_translation(workspace) if workspace is not None else None
        if workspace is None or translator is None or isinstance(translator, Refusal):
            self.engine.translation.use(None, None)
        else:
            self.engine.translation.use(workspace.translation, translator)

    async def _update_channels(self, change: AccountsChange) -> None:
        """Make the engine's channel accounts those of the profile."""
        workspace = find_workspace(change.profile, self.workspace_id)
        configs = {channel_key(config): config for config in workspace.channels} if workspace is not None else {}
        for key in change.channels:
            if key not in configs:
                await self.engine.channels.remove(key)
                continue
            channel = await self._accounts.open_channel(self.workspace_id, configs[key])
            if isinstance(channel, Refusal):
                log.warning("an account that was just added cannot be opened")
            else:
                self.engine.channels.add(configs[key], channel)


async def _close_team(opening: asyncio.Task[TeamFeed | Refusal | None]) -> None:
    team = await opening
    if team is not None and not isinstance(team, Refusal):
        await team.aclose()


def _do_nothing() -> None:
    return None


def _ignore(_reason: str) -> None:
    return None
