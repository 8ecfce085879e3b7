"""One opened workspace: where its cache lies, what it says when it cannot open, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from fake_keyrings import FakeKeyring
from fake_notifier import FakeLoginItem
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget
from team_invitations import make_line

from desktop.app.caches import DATABASE, cache_folder, wipe
from desktop.app.frame import InboxFrame
from desktop.app.profile_context import ProfileContext
from desktop.app.session import Session
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.engine.views import ConnectionState, TeamState
from desktop.ports import WorkspaceConfig
from desktop.sandbox.server import Sandbox
from desktop.system.clock import ServerClock
from desktop.text.reasons.describe import describe
from desktop.ui.customers.customer_list import CustomerList
from desktop.ui.customers.list_view import CustomerListView
from desktop.ui.look.theme import Theme


@given(st.text(), st.text())
def test_no_name_of_a_workspace_leads_out_of_the_cache_or_into_anothers(one: str, other: str) -> None:
    cache = Path("cache")
    folder = cache_folder(cache, one)
    assert folder.parent == cache
    assert folder.name.isascii()
    assert ".." not in folder.parts
    assert (folder == cache_folder(cache, other)) == (one == other)


def test_wiping_takes_one_workspace_alone(tmp_path: Path) -> None:
    for ident in ("one", "two"):
        cache_folder(tmp_path, ident).mkdir()
        (cache_folder(tmp_path, ident) / DATABASE).touch()
    asyncio.run(wipe(tmp_path, "one"))
    asyncio.run(wipe(tmp_path, "never there"))
    assert list(tmp_path.iterdir()) == [cache_folder(tmp_path, "two")]


@pytest.fixture
def context(home: Callable[[], ProfileContext]) -> ProfileContext:
    return home()


@pytest.fixture
async def accounts(context: ProfileContext) -> AsyncIterator[Accounts]:
    accounts = Accounts(context.book, context.secrets, context.connector)
    await accounts.load()
    yield accounts
    await accounts.aclose()
    context.secrets.close()


@pytest.fixture
async def workspace(accounts: Accounts, served: Sandbox) -> WorkspaceConfig:
    token = served.urls["intercom"]["token"]
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    added = await accounts.add_workspace(token, tried)
    assert isinstance(added, WorkspaceConfig)
    return added


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, scheme=Qt.ColorScheme.Light)


Opening = Callable[..., "asyncio.Future[Session | Refusal]"]


@pytest.fixture
def opening(accounts: Accounts, workspace: WorkspaceConfig, context: ProfileContext, theme: Theme) -> Opening:
    def open_session(cache: Path) -> asyncio.Future[Session | Refusal]:
        return asyncio.ensure_future(Session.open(accounts, workspace, context.clock, theme, None, cache))

    return open_session


async def test_its_engine_runs_until_it_is_closed(opening: Opening, tmp_path: Path) -> None:
    session = await opening(tmp_path / "cache")
    assert isinstance(session, Session)
    session.start_engine()
    online = asyncio.Event()
    session.engine.feed.subscribe(lambda _: online.set() if state() is ConnectionState.ONLINE else None)

    def state() -> ConnectionState:
        return session.engine.queries.connection().state

    async with asyncio.timeout(20):
        while state() is not ConnectionState.ONLINE:
            await online.wait()
    await session.close()
    assert (cache_folder(tmp_path / "cache", session.workspace_id) / DATABASE).exists()


async def test_a_team_that_cannot_be_opened_keeps_no_inbox_shut(
    opening: Opening, accounts: Accounts, workspace: WorkspaceConfig, ring: FakeKeyring, theme: Theme, tmp_path: Path
) -> None:
    joined = await accounts.join_team(workspace.workspace_id, make_line(workspace.workspace_id))
    assert isinstance(joined, WorkspaceConfig)
    clock = ServerClock()
    session = await Session.open(accounts, joined, clock, theme, None, tmp_path / "cache")
    assert isinstance(session, Session)
    assert session.not_opened == ()
    assert session.engine.queries.team().state is TeamState.CONNECTING
    await session.close()

    del ring.passwords[next(key for key in ring.passwords if key[1].endswith(":team"))]
    session = await Session.open(accounts, joined, clock, theme, None, tmp_path / "cache")
    assert isinstance(session, Session)
    assert [checked.what for checked in session.not_opened] == ["Team"]
    assert session.engine.queries.team().state is TeamState.NONE
    await session.close()


async def test_its_engine_starts_when_what_is_stored_is_on_the_screen(opening: Opening, tmp_path: Path) -> None:
    session = await opening(tmp_path / "cache")
    assert isinstance(session, Session)
    starts: list[str] = []
    session.engine.start_tasks = lambda: starts.append("started")  # type: ignore[method-assign]
    window = session.show(session.engine.tasks.start, FakeLoginItem())
    assert starts == []
    window.views_shown.emit()
    window.views_shown.emit()
    assert starts == ["started"]
    await session.close()


@pytest.fixture
def frame(theme: Theme) -> InboxFrame:
    frame = InboxFrame(theme)
    frame.show_at_once()
    return frame


@pytest.fixture
async def stored(
    accounts: Accounts,
    workspace: WorkspaceConfig,
    context: ProfileContext,
    theme: Theme,
    tmp_path: Path,
) -> tuple[Session, QSettings]:
    """A session of a workspace whose conversations were read once, and its settings."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    session = await Session.open(accounts, workspace, context.clock, theme, settings, tmp_path / "cache")
    assert isinstance(session, Session)
    are_read = asyncio.Event()
    session.engine.feed.subscribe(lambda _: are_read.set() if session.engine.poller.rounds else None)
    session.start_engine()
    async with asyncio.timeout(20):
        await are_read.wait()
    return session, settings


async def test_the_customers_are_shown_before_the_rest(stored: tuple[Session, QSettings], frame: InboxFrame) -> None:
    session, settings = stored
    settings.setValue("customers/compact_rows", "true")
    await session.show_customers(frame)
    customers = frame.findChild(CustomerList)
    view = frame.findChild(CustomerListView)
    assert view.isVisible()
    rows, row_height = view.model().rowCount(), view.row_height
    assert rows > 0
    window = session.show(session.engine.tasks.start, FakeLoginItem(), frame)
    assert window.list is customers
    assert view.isVisible()
    assert (view.model().rowCount(), view.row_height) == (rows, row_height)
    await session.close()


async def test_a_folded_list_is_not_shown_before_the_rest(stored: tuple[Session, QSettings], frame: InboxFrame) -> None:
    session, settings = stored
    settings.setValue("main_window/customers", "folded")
    await session.show_customers(frame)
    assert frame.findChildren(QWidget) == []
    window = session.show(session.engine.tasks.start, FakeLoginItem(), frame)
    assert window.isVisible()
    assert not window.list.isVisible()
    await session.close()


async def test_a_damaged_database_is_put_aside_and_told(
    opening: Opening, workspace: WorkspaceConfig, tmp_path: Path
) -> None:
    folder = cache_folder(tmp_path / "cache", workspace.workspace_id)
    folder.mkdir(parents=True)
    (folder / DATABASE).write_bytes(b"not a database" * 1000)
    session = await opening(tmp_path / "cache")
    assert isinstance(session, Session)
    await session.close()
    assert "The key for the messages on this computer is no longer in" in describe(session.remark)
    assert (folder / "cache.db.unreadable-1").read_bytes() == b"not a database" * 1000


async def test_a_folder_that_cannot_be_made_is_told(opening: Opening, tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    refused = await opening(tmp_path / "cache")
    assert isinstance(refused, Refusal)
    assert "can't create its folder on this computer" in describe(refused.reason)


async def test_giving_up_while_it_opens_leaves_nothing_running(opening: Opening, tmp_path: Path) -> None:
    # At every point where it waits once.
    for steps in range(40):
        asking = opening(tmp_path / "cache")
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        try:
            session = await asking
        except asyncio.CancelledError:
            continue
        assert isinstance(session, Session)
        await session.close()
    others = {task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()}
    assert others == set()
