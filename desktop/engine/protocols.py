"""What the screen sees of the engine. Widgets depend on these types and on frozen views, never on an engine class."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from desktop.domain.history.report_events import ReportKind
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import MessageKey
from desktop.domain.model.media import MediaKey
from desktop.domain.model.presence import Colleague
from desktop.domain.model.reason import Reason
from desktop.domain.search.query import SearchQuery
from desktop.engine.accounts.views import (
    AccountsChange,
    ChannelView,
    Checked,
    Refusal,
    TranslatedDraft,
    TranslationView,
    TriedChannel,
    TriedIntercom,
)
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, Command
from desktop.engine.customer.thread_pages import PAGE, ThreadPage
from desktop.engine.notifications.model import Attention, NotificationNews, NotificationSettings
from desktop.engine.views import (
    THREAD_PAGE,
    ConnectionView,
    CustomerDetails,
    CustomerPage,
    CustomerQuery,
    CustomerRow,
    DueActions,
    FoundCustomer,
    FoundInThread,
    FoundRecipients,
    IntercomResults,
    LoadedPlace,
    MediaFile,
    PageRequest,
    Progress,
    RecipientView,
    ReportRow,
    ReportsView,
    SearchResults,
    SearchValues,
    TeamView,
    TemplatesView,
    ThreadView,
    WaitingReply,
    WorkspaceView,
)
from desktop.ports import ChannelConfig, Clock, Profile, WorkspaceConfig
from desktop.ports.translation import TranslationAccount, TranslationConfig

T = TypeVar("T")


class Submit(Protocol):
    """Carries out a command soon; `then` gets the answer on the loop's thread."""

    def __call__(self, command: Command, then: Callable[[Answer], None] | None = None) -> None: ...


class CommandHandler(Protocol):
    """See `engine.handlers.command_handler.CommandHandler`."""

    def submit(self, command: Command, then: Callable[[Answer], None] | None = None) -> None: ...


class Queries(Protocol):
    """See `engine.queries.Queries`: each answer is one consistent state of the store."""

    async def customer_page(self, query: CustomerQuery, request: PageRequest) -> CustomerPage: ...

    async def find_customers(self, text: str) -> tuple[FoundCustomer, ...]: ...

    async def search(self, query: SearchQuery, *, is_thorough: bool = False) -> SearchResults: ...

    async def wrote_since(self, since: datetime) -> tuple[CustomerRow, ...]: ...

    async def find_in_thread(self, customer_id: str, query: SearchQuery) -> FoundInThread: ...

    async def search_values(self) -> SearchValues: ...

    async def message_depth(self, conversation_id: str, entry_id: str) -> int | None: ...

    async def thread(
        self, customer_id: str, limit: int = THREAD_PAGE, conversations: Collection[str] | None = ()
    ) -> ThreadView | None: ...

    async def thread_with_older(
        self, customer_id: str, limit: int, conversations: Collection[str] | None = ()
    ) -> ThreadView | None: ...

    async def thread_page(self, customer_id: str, before: ThreadPage | None, size: int = PAGE) -> ThreadPage | None: ...

    async def row_counts(self) -> dict[str, int]: ...

    async def undecided(self) -> tuple[WaitingReply, ...]: ...

    async def find_place(self, kind: str, provider_id: str) -> tuple[str, str] | None: ...

    async def waiting_replies(self) -> tuple[WaitingReply, ...]: ...

    async def waiting_count(self) -> int: ...

    async def scheduled_replies(self) -> tuple[WaitingReply, ...]: ...

    async def scheduled_count(self) -> int: ...
    async def due_actions(self) -> tuple[DueActions, ...]: ...

    async def draft_count(self) -> int: ...

    async def workspace(self) -> WorkspaceView: ...

    async def reports(self) -> ReportsView: ...

    async def report_rows(self, kind: ReportKind) -> tuple[ReportRow, ...]: ...

    async def templates(self, key: ChannelKey) -> TemplatesView: ...

    def accounts(self) -> tuple[ChannelView, ...]: ...

    def connection(self) -> ConnectionView: ...

    def progress(self) -> Progress | None: ...

    def team(self) -> TeamView: ...

    def colleagues_in(self, conversation_id: str) -> tuple[Colleague, ...]: ...

    def colleagues_with(self, customer_id: str) -> tuple[Colleague, ...]: ...


class IntercomSearch(Protocol):
    """See `engine.sync.intercom_search.IntercomSearch`."""

    async def find(self, query: SearchQuery, cursor: str = "") -> IntercomResults: ...

    async def load_conversation(self, conversation_id: str) -> LoadedPlace: ...

    async def load_contact(self, contact_id: str) -> LoadedPlace: ...


class Recipients(Protocol):
    """See `engine.outbox.recipients.Recipients`."""

    async def find_here(self, text: str) -> FoundRecipients: ...

    async def find_at_intercom(self, text: str) -> FoundRecipients: ...

    async def open(self, contact_id: str, address: str) -> RecipientView: ...


class Feed(Protocol):
    """See `engine.changes.Feed`."""

    def subscribe(self, listener: Callable[[Changes], None]) -> Callable[[], None]: ...


class Notifications(Protocol):
    """See `engine.notifications.notifications.Notifications`."""

    settings: NotificationSettings

    def subscribe(self, listener: Callable[[NotificationNews], None]) -> Callable[[], None]: ...

    def set_attention(self, attention: Attention) -> None: ...

    def dismiss(self, key: str) -> None: ...


class Media(Protocol):
    """See `engine.sync.media.Media`."""

    async def load(self, key: MediaKey) -> MediaFile: ...

    async def retry(self, key: MediaKey) -> None: ...


class ContactDetails(Protocol):
    """See `engine.customer.contact_details.ContactDetails`."""

    async def load(self, contact_ids: Sequence[str]) -> CustomerDetails: ...


class Translations(Protocol):
    """See `engine.accounts.translation.translations.Translations`."""

    @property
    def view(self) -> TranslationView | None: ...

    async def translate_messages(self, keys: Sequence[MessageKey], *, again: bool = False) -> Reason: ...

    async def translate_draft(self, text: str, target: str) -> TranslatedDraft | Refusal: ...


class Run(Protocol):
    """Starts `work` beside the screen; `then` gets its result. None where the owner of the tasks has ended."""

    def __call__(
        self, work: Coroutine[object, None, T], name: str, then: Callable[[T], None] | None = None
    ) -> asyncio.Future[object] | None: ...


class Tasks(Protocol):
    """See `engine.tasks.Tasks`."""

    def start(
        self, work: Coroutine[object, None, T], name: str, then: Callable[[T], None] | None = None
    ) -> asyncio.Future[object] | None: ...


class Engine(Protocol):
    """One workspace's engine as its window uses it."""

    @property
    def command_handler(self) -> CommandHandler: ...

    @property
    def queries(self) -> Queries: ...

    @property
    def intercom_search(self) -> IntercomSearch: ...

    @property
    def recipients(self) -> Recipients: ...

    @property
    def feed(self) -> Feed: ...

    @property
    def media(self) -> Media: ...

    @property
    def contact_details(self) -> ContactDetails: ...

    @property
    def translation(self) -> Translations: ...

    @property
    def tasks(self) -> Tasks: ...

    @property
    def clock(self) -> Clock: ...


class Accounts(Protocol):
    """See `engine.accounts.accounts.Accounts`: what the wizard and the settings do with workspaces and accounts."""

    profile: Profile
    profile_error: Reason

    @property
    def keeps_secrets(self) -> bool: ...

    @property
    def keyring_error(self) -> Reason: ...

    def subscribe(self, listener: Callable[[AccountsChange], None]) -> Callable[[], None]: ...

    async def try_intercom(self, token: str) -> TriedIntercom | Refusal: ...

    async def add_workspace(self, token: str, tried: TriedIntercom) -> WorkspaceConfig | Refusal: ...

    async def remove_workspace(self, workspace_id: str) -> Profile | Refusal: ...

    async def choose_workspace(self, workspace_id: str) -> Profile | Refusal: ...

    async def try_channel(self, config: ChannelConfig, secret: str) -> TriedChannel | Refusal: ...

    async def add_channel(self, workspace_id: str, config: ChannelConfig, secret: str) -> WorkspaceConfig | Refusal: ...

    async def remove_channel(self, workspace_id: str, config: ChannelConfig) -> WorkspaceConfig | Refusal: ...

    async def join_team(self, workspace_id: str, line: str) -> WorkspaceConfig | Refusal: ...

    async def leave_team(self, workspace_id: str) -> WorkspaceConfig | Refusal: ...

    async def try_translation(
        self, workspace_id: str, config: TranslationConfig, key: str
    ) -> TranslationAccount | Refusal: ...

    async def save_translation(
        self, workspace_id: str, config: TranslationConfig, key: str
    ) -> WorkspaceConfig | Refusal: ...

    async def remove_translation(self, workspace_id: str) -> WorkspaceConfig | Refusal: ...

    def check_all(self) -> AsyncIterator[Checked]: ...
