"""A fake engine that records commands and answers them by the real forecasts, and helpers for the main window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from customer_filter import CustomerFilter, find_by_name, found_texts, wrote_since
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from reasons import said

from desktop.domain.content.translation import OwnText, TranslationService
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply, compute_forecast, compute_scheduled_forecast
from desktop.domain.history.report_events import ReportKind
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import Attachment, MessageKey
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.presence import Colleague
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.domain.search.query import SearchQuery
from desktop.engine.accounts.views import ChannelView, Refusal, TranslatedDraft, TranslationView
from desktop.engine.changes import Changes, Feed
from desktop.engine.commands import (
    Answer,
    CarryOutActions,
    ChangeSeveral,
    Command,
    ConversationChange,
    Done,
    Failed,
    FocusCustomer,
    MarkSeen,
    NeedsConsent,
    PartlyDone,
    SaveDraft,
    SendDirect,
    SendReply,
    StartConversation,
    UndoChanges,
)
from desktop.engine.customer.thread_pages import PAGE, ThreadPage
from desktop.engine.outbox.conversation.changes import undo_of
from desktop.engine.views import (
    THREAD_PAGE,
    ConnectionState,
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
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def newest_messages(view: ThreadView, limit: int) -> ThreadView:
    """The view as the engine answers it with this limit, without any earlier message."""
    messages = view.thread.loaded[-limit:]
    kept = {m.key for m in messages}
    chats = tuple(replace(c, messages=tuple(m for m in c.messages if m.key in kept)) for c in view.thread.chats)
    thread = replace(view.thread, messages=messages, earlier=(), chats=chats)
    return replace(view, thread=thread, older_count=view.older_count + len(view.thread.loaded) - len(messages))


class FakeTasks:
    """Runs every task to its end at once, or later: with a list in `held`, tests call its entries."""

    def __init__(self) -> None:
        self.held: list[Callable[[], None]] | None = None

    def start(self, work: Coroutine[Any, Any, Any], name: str, then: Callable[[Any], None] | None = None) -> None:
        if self.held is None:
            self._run(work, name, then)
        else:
            self.held.append(lambda: self._run(work, name, then))

    def _run(self, work: Coroutine[Any, Any, Any], name: str, then: Callable[[Any], None] | None) -> None:
        try:
            work.send(None)
        except StopIteration as done:
            if then is not None:
                then(done.value)
        else:
            raise AssertionError(f"{name} waits for something")


def no_reports() -> ReportsView:
    """30 days on which nothing happened."""
    days = tuple(date(2026, 11, 20) - timedelta(days=ago) for ago in range(29, -1, -1))
    return ReportsView(days, {kind: {} for kind in ReportKind})


@dataclass
class FakeQueries:
    """Returns prepared answers and records the queries in `asked`.

    lists: loaded templates by account. connected: the channel accounts. by_conversation, by_customer: colleagues.
    """

    threads: dict[str, ThreadView]
    rows: tuple[CustomerRow, ...]
    about: WorkspaceView
    state: ConnectionView = field(default_factory=lambda: ConnectionView(ConnectionState.ONLINE))
    first_sync: Progress | None = None
    waiting: tuple[WaitingReply, ...] = ()
    queued: int = 0
    scheduled: tuple[WaitingReply, ...] = ()
    drafts: int = 0
    lists: dict[ChannelKey, TemplatesView] = field(default_factory=dict)
    connected: tuple[ChannelView, ...] = ()
    places: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    due: tuple[DueActions, ...] = ()
    clock: Any = None
    team_view: TeamView = field(default_factory=TeamView)
    reported: ReportsView = field(default_factory=lambda: no_reports())
    report_lines: tuple[ReportRow, ...] = ()
    by_conversation: dict[str, tuple[Colleague, ...]] = field(default_factory=dict)
    by_customer: dict[str, tuple[Colleague, ...]] = field(default_factory=dict)

    async def customer_page(self, query: CustomerQuery, request: PageRequest) -> CustomerPage:
        self.asked.append("customers")
        me_id = self.about.me.id if self.about.me is not None else ""
        return CustomerFilter(self.rows, me_id, query).page(request, self.clock.now())

    async def find_customers(self, text: str) -> tuple[FoundCustomer, ...]:
        return find_by_name(self.rows, text)

    async def search(self, query: SearchQuery, *, is_thorough: bool = False) -> SearchResults:
        """By names, and in the loaded messages of `threads`."""
        self.asked.append(f"search {query.text}")
        found = find_by_name(self.rows, query.text) if query.text and not query.has_filters else ()
        messages = tuple(found_texts(self.threads.values(), query)) if not query.is_empty else ()
        return SearchResults(query, found, len(found), messages=messages)

    async def find_in_thread(self, customer_id: str, query: SearchQuery) -> FoundInThread:
        """In the loaded messages of the thread."""
        threads = [self.threads[customer_id]] if customer_id in self.threads else []
        return FoundInThread(tuple(found.message.key for found in found_texts(threads, query)))

    async def wrote_since(self, since: datetime) -> tuple[CustomerRow, ...]:
        return wrote_since(self.rows, since)

    async def search_values(self) -> SearchValues:
        return SearchValues(tuple(t.name for t in self.about.teammates), ("vip", "whatsapp"))

    async def message_depth(self, conversation_id: str, entry_id: str) -> int | None:
        for view in self.threads.values():
            keys = [m.key for m in reversed(view.thread.loaded)]
            if (conversation_id, entry_id) in keys:
                return keys.index((conversation_id, entry_id)) + 1
        return None

    async def thread(
        self, customer_id: str, limit: int = THREAD_PAGE, conversations: Collection[str] | None = ()
    ) -> ThreadView | None:
        self.asked.append(f"thread {customer_id}")
        view = self.threads.get(customer_id)
        return newest_messages(view, limit) if view is not None and len(view.thread.loaded) > limit else view

    async def thread_with_older(
        self, customer_id: str, limit: int, conversations: Collection[str] | None = ()
    ) -> ThreadView | None:
        return await self.thread(customer_id, limit, conversations)

    async def workspace(self) -> WorkspaceView:
        self.asked.append("workspace")
        return self.about

    async def find_place(self, kind: str, provider_id: str) -> tuple[str, str] | None:
        return self.places.get((kind, provider_id))

    async def waiting_replies(self) -> tuple[WaitingReply, ...]:
        return self.waiting

    async def waiting_count(self) -> int:
        return self.queued

    async def due_actions(self) -> tuple[DueActions, ...]:
        return self.due

    async def scheduled_replies(self) -> tuple[WaitingReply, ...]:
        return self.scheduled

    async def scheduled_count(self) -> int:
        return len(self.scheduled)

    async def draft_count(self) -> int:
        return self.drafts

    async def undecided(self) -> tuple[WaitingReply, ...]:
        self.asked.append("undecided")
        return self.waiting

    async def reports(self) -> ReportsView:
        self.asked.append("reports")
        return self.reported

    async def report_rows(self, kind: ReportKind) -> tuple[ReportRow, ...]:
        return tuple(row for row in self.report_lines if row.event.kind is kind)

    async def templates(self, key: ChannelKey) -> TemplatesView:
        self.asked.append(f"templates {key.sender}")
        return self.lists.get(key, TemplatesView(key))

    async def thread_page(self, customer_id: str, before: ThreadPage | None, size: int = PAGE) -> ThreadPage | None:
        """All messages are on one page."""
        view = self.threads.get(customer_id)
        return ThreadPage(view.thread, 0, {}) if view is not None and before is None else None

    async def row_counts(self) -> dict[str, int]:
        return {"contacts": len(self.threads)}

    def accounts(self) -> tuple[ChannelView, ...]:
        return self.connected

    def connection(self) -> ConnectionView:
        return self.state

    def progress(self) -> Progress | None:
        return self.first_sync

    def team(self) -> TeamView:
        return self.team_view

    def colleagues_in(self, conversation_id: str) -> tuple[Colleague, ...]:
        return self.by_conversation.get(conversation_id, ())

    def colleagues_with(self, customer_id: str) -> tuple[Colleague, ...]:
        return self.by_customer.get(customer_id, ())


class FakeCommandHandler:
    """Records every command; decides on replies and direct messages by the real forecasts.

    refuse: what every command says that fails; "" lets them pass. carried_out: the answer to `CarryOutActions`.
    refused: what changes of several conversations say that fail, by conversation id. held: with a list, answers to
        sends are appended instead of given.
    """

    def __init__(self, queries: FakeQueries, clock: Any) -> None:
        self._queries, self._clock = queries, clock
        self.commands: list[Command] = []
        self.refuse = ""
        self.carried_out: Answer = Done()
        self.refused: dict[str, str] = {}
        self.held: list[Callable[[], None]] | None = None

    def submit(self, command: Command, then: Callable[[Answer], None] | None = None) -> None:
        if isinstance(command, UndoChanges):
            command = command.undo
        self.commands.append(command)
        if then is not None:
            if self.held is not None and isinstance(command, (SendReply, SendDirect, StartConversation)):
                self.held.append(lambda: then(self._answer(command)))
            else:
                then(self._answer(command))

    def of(self, kind: type) -> list[Any]:
        return [c for c in self.commands if isinstance(c, kind)]

    def _answer(self, command: Command) -> Answer:
        if self.refuse and not isinstance(command, (FocusCustomer, MarkSeen, SaveDraft)):
            return Failed(said(self.refuse))
        if isinstance(command, (SendReply, SendDirect)):
            forecast = self._forecast(command)
            unacknowledged = forecast.unacknowledged(command.acknowledged)
            return NeedsConsent(forecast, unacknowledged) if unacknowledged else Done()
        if isinstance(command, StartConversation):
            return Done(customer_id="c-2")
        if isinstance(command, CarryOutActions):
            return self.carried_out
        if isinstance(command, ChangeSeveral):
            return self._change_several(command)
        return Done(undo=self._undo(command)) if isinstance(command, ConversationChange) else Done()

    def _change_several(self, command: ChangeSeveral) -> Answer:
        """Those of the conversations in `refused` are refused."""
        failed = tuple((c, said(self.refused[c.conversation_id])) for c in command.changes if self._is_refused(c))
        undone = tuple(u for c in command.changes if not self._is_refused(c) if (u := self._undo(c)) is not None)
        undo = ChangeSeveral(undone) if undone else None
        return PartlyDone(failed, undo) if failed else Done(undo=undo)

    def _is_refused(self, change: ConversationChange) -> bool:
        return change.conversation_id in self.refused

    def _undo(self, change: ConversationChange) -> ConversationChange | None:
        threads = (view.thread for view in self._queries.threads.values())
        chats = (chat for thread in threads for chat in thread.chats)
        before = next((c.conversation for c in chats if c.id == change.conversation_id), None)
        return undo_of(change, before) if before is not None else None

    def _forecast(self, command: SendReply | SendDirect) -> Forecast:
        view = self._queries.threads[command.customer_id]
        situation = view.situations[command.conversation_id]
        files = tuple(Attachment(f.name, "", f.content_type, len(f.data)) for f in command.files)
        if isinstance(command, SendReply):
            reply = Reply(command.text, files, command.internal, command.draft_id, command.seen_upto, "91")
            if command.schedule is not None:
                return compute_scheduled_forecast(situation, reply, command.schedule, self._clock.now())
            return compute_forecast(situation, reply, self._clock.now())
        template = command.template.template if command.template is not None else None
        reply = Reply(
            command.text,
            files,
            seen_upto=command.seen_upto,
            author_id="91",
            template=template.name if template is not None else "",
            template_used_at=view.templates_used.get(template.id) if template is not None else None,
        )
        direct_route = next(w for w in view.direct_routes if w.route == command.route)
        return compute_forecast(find_direct_situation(view.thread, direct_route, situation), reply, self._clock.now())


class FakeMedia:
    """Files of messages by key; every other one is on its way. asked, retried: for which files."""

    def __init__(self) -> None:
        self.files: dict[MediaKey, MediaFile] = {}
        self.asked: list[MediaKey] = []
        self.retried: list[MediaKey] = []

    async def load(self, key: MediaKey) -> MediaFile:
        self.asked.append(key)
        return self.files.get(key, MediaFile(key, MediaState.WAITING))

    async def retry(self, key: MediaKey) -> None:
        self.retried.append(key)


class FakeIntercomSearch:
    """Answers with `pages` in turn, and with `places` by id. asked: what was asked."""

    def __init__(self) -> None:
        self.pages: list[IntercomResults] = []
        self.places: dict[str, LoadedPlace] = {}
        self.asked: list[str] = []

    async def find(self, query: SearchQuery, cursor: str = "") -> IntercomResults:
        self.asked.append(f"{query.text} {cursor}".strip())
        return structs.replace(self.pages.pop(0), query=query) if self.pages else IntercomResults(query)

    async def load_conversation(self, conversation_id: str) -> LoadedPlace:
        return self.places.get(conversation_id, LoadedPlace())

    async def load_contact(self, contact_id: str) -> LoadedPlace:
        return self.places.get(contact_id, LoadedPlace())


class FakeContactDetails:
    """Answers with `known`. asked: contact ids, call by call."""

    def __init__(self) -> None:
        self.known = CustomerDetails()
        self.asked: list[tuple[str, ...]] = []

    async def load(self, contact_ids: Collection[str]) -> CustomerDetails:
        self.asked.append(tuple(contact_ids))
        return self.known


class FakeRecipients:
    """Finds `here` and `elsewhere`, whatever is asked for; knows of each contact id or address what is in `views`."""

    def __init__(self) -> None:
        self.here = self.elsewhere = FoundRecipients()
        self.views: dict[str, RecipientView] = {}
        self.asked: list[str] = []

    async def find_here(self, text: str) -> FoundRecipients:
        self.asked.append(text)
        return self.here

    async def find_at_intercom(self, text: str) -> FoundRecipients:
        return self.elsewhere

    async def open(self, contact_id: str, address: str) -> RecipientView:
        return self.views[contact_id or address]


class FakeTranslation:
    """Puts the language's code before every text. view: the account; None while none is set up. asked: all texts."""

    def __init__(self) -> None:
        self.view: TranslationView | None = None
        self.asked: list[object] = []
        self.refused: Refusal | None = None

    async def translate_messages(self, keys: Sequence[MessageKey], *, again: bool = False) -> Reason:
        self.asked.append(tuple(keys))
        return self.refused.reason if self.refused is not None else NO_REASON

    async def translate_draft(self, text: str, target: str) -> TranslatedDraft | Refusal:
        self.asked.append((text, target))
        own = OwnText(text, "en", target, TranslationService.DEEPL)
        return self.refused or TranslatedDraft(f"[{target}] {text}", own)


class FakeEngine:
    def __init__(self, queries: FakeQueries, clock: Any) -> None:
        self.contact_details = FakeContactDetails()
        self.media = FakeMedia()
        self.translation = FakeTranslation()
        self.intercom_search = FakeIntercomSearch()
        self.recipients = FakeRecipients()
        self.queries, self.clock = queries, clock
        queries.clock = clock
        self.command_handler, self.feed, self.tasks = FakeCommandHandler(queries, clock), Feed(), FakeTasks()


def go_to(qtbot, window: MainWindow, customer_id: str = "c-1") -> None:
    with qtbot.waitSignal(window.customer_shown):
        window.choose_customer(customer_id)


def news(qtbot, engine: FakeEngine, **changes: Any) -> None:
    """Publish changes and wait until the screen has queried them."""
    before = Counter(engine.queries.asked)
    news = Changes(**changes)
    engine.feed.publish(news)
    wanted = {"customers"} if news.customers or news.settings else set()
    wanted |= {"workspace"} if news.settings else set()

    def is_shown() -> bool:
        new = Counter(engine.queries.asked) - before
        return bool(new) and wanted <= new.keys()

    qtbot.waitUntil(is_shown)


def write(qtbot, window: MainWindow, text: str) -> None:
    qtbot.keyClicks(window.composer.findChild(ComposerEdit), text)


def press_send(qtbot, window: MainWindow) -> None:
    qtbot.keyClick(window.composer.findChild(ComposerEdit), Qt.Key.Key_Return, CONTROL)


def press(qtbot, window: MainWindow, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def menu_of(window: MainWindow, title: str) -> QMenu:
    return next(m for m in window.findChildren(QMenu) if m.title() == title)
