"""Creates the parts of the engine, starts them and ends them."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from desktop.engine.accounts.translation.translations import Translations
from desktop.engine.changes import Changes, Feed
from desktop.engine.channels import Channels
from desktop.engine.customer.contact_changes import ContactChanges
from desktop.engine.customer.contact_details import ContactDetails
from desktop.engine.handlers.command_handler import CommandHandler
from desktop.engine.handlers.customers import CustomerHandler
from desktop.engine.handlers.replies import ReplyHandler
from desktop.engine.handlers.screen import ScreenHandler
from desktop.engine.handlers.settings import SettingsHandler
from desktop.engine.notifications.notifications import Notifications
from desktop.engine.outbox.beginning import Beginnings
from desktop.engine.outbox.conversation.after_sending import AfterSending
from desktop.engine.outbox.conversation.changes import ConversationChanges
from desktop.engine.outbox.conversation.workspace_tags import WorkspaceTags
from desktop.engine.outbox.delivery_tracking import DeliveryTracking
from desktop.engine.outbox.direct_sender import DirectSender
from desktop.engine.outbox.pre_send_refresh import PreSendRefresh
from desktop.engine.outbox.reacting import Reacting
from desktop.engine.outbox.recipients import Recipients
from desktop.engine.outbox.worker import Outbox
from desktop.engine.queries import Queries
from desktop.engine.retention import Retention
from desktop.engine.sync.connection_monitor import BROKE, ConnectionMonitor
from desktop.engine.sync.contact_reader import ContactReader
from desktop.engine.sync.intercom_search import IntercomSearch
from desktop.engine.sync.learning import OutdatedDecisions
from desktop.engine.sync.media import Media
from desktop.engine.sync.older_conversations import OlderConversations
from desktop.engine.sync.open_conversation import OpenConversation
from desktop.engine.sync.poller import Poller
from desktop.engine.sync.provider_lists import ProviderLists
from desktop.engine.sync.reader import Reader
from desktop.engine.sync.team.colleagues import Colleagues
from desktop.engine.sync.team.learned import LearnedExchange
from desktop.engine.sync.team.pacing import Pacing
from desktop.engine.sync.team.presence import OwnPresence
from desktop.engine.sync.team.team_sync import TeamSync
from desktop.engine.tasks import Tasks
from desktop.engine.templates import Templates
from desktop.engine.views import ConnectionState, TeamView
from desktop.ports import Channel, ChannelConfig, Clock, ConversationGateway
from desktop.ports.team import TeamFeed
from desktop.store import settings
from desktop.store.core.database import Store
from desktop.store.core.errors import KnownError
from desktop.store.core.media_cache import MediaCache

DRAIN_S = 5.0
FIRST_SYNC = 500


class Engine:
    """Everything behind the screen, on the loop's thread. Owns what it is given: `stop` closes all of it.

    first_sync: how many conversations, newest first, an empty store begins with, before it reads older ones.
    channels: the channel accounts that are connected at the start; others may follow (`channels.add`).
    media_cache: where files of messages are kept; None fetches none.
    team: the connection to the team; None for a desktop that is in none.
    """

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        rng: Random | None = None,
        first_sync: int = FIRST_SYNC,
        channels: Iterable[tuple[ChannelConfig, Channel]] = (),
        media_cache: MediaCache | None = None,
        team: TeamFeed | None = None,
    ) -> None:
        rng = rng or Random()
        self.clock = clock
        self.feed = Feed()
        self.tasks = Tasks()
        self._gateway = gateway
        self._store = store
        self._connection = ConnectionMonitor(clock, self.feed)
        self.pacing = Pacing(clock, rng, is_in_team=team is not None)
        self.colleagues = Colleagues(clock, self.feed)
        self.channels = Channels(clock, self.feed, channels)
        self._templates = Templates(store, clock, self.feed, self.channels, rng)
        reader = Reader(gateway, store, clock, self.feed, self._connection)
        contact_reader = ContactReader(gateway, store, clock, self.feed)
        self.decisions = OutdatedDecisions(store, self.feed, clock)
        self.poller = Poller(
            gateway,
            store,
            clock,
            self.feed,
            self._connection,
            reader,
            contact_reader,
            self.decisions,
            rng,
            first_sync,
            self.pacing,
        )
        self.older_conversations = OlderConversations(
            gateway,
            store,
            clock,
            self.feed,
            self._connection,
            reader,
            contact_reader,
            self.decisions,
            rng,
            self.pacing,
        )
        self.open_conversation = OpenConversation(
            clock, self._connection, reader, contact_reader, self.poller, self.pacing
        )
        self.team = None if team is None else self._join(team, rng)
        self.provider_lists = ProviderLists(
            store, clock, self.feed, self.channels, self.decisions, lambda: self.open_conversation.is_visible, rng
        )
        self.delivery_tracking = DeliveryTracking(store, clock, self.feed, self.tasks, self.channels)
        self.outbox = Outbox(
            gateway,
            store,
            clock,
            self.feed,
            self.tasks,
            self._connection,
            reader,
            PreSendRefresh(gateway, store, clock, reader),
            self.poller.wake,
            DirectSender(self.channels, store),
            self.delivery_tracking,
        )
        self.media = Media(gateway, store, media_cache, clock, self.feed)
        self.translation = Translations(store, self.feed)
        self.retention = Retention(store, clock)
        self.notifications = Notifications(store, clock, lambda: self.poller.rounds)
        self.queries = Queries(
            store,
            clock,
            self._connection,
            self.channels,
            self._templates,
            lambda: self.poller.progress or self.older_conversations.progress,
            self.outbox.upload,
            self.media.usage,
            lambda: TeamView() if self.team is None else self.team.view,
            self.colleagues,
        )
        tags = WorkspaceTags(gateway, store, self.feed)
        self._conversation_changes = ConversationChanges(
            gateway, store, clock, self.feed, self._connection, reader, tags, self.poller.wake
        )
        self.contact_details = ContactDetails(gateway, store, clock, self.feed, self._connection)
        self.intercom_search = IntercomSearch(gateway, store, reader, self._connection)
        self.recipients = Recipients(gateway, store, clock, reader, self._connection, self.channels)
        self.command_handler = self._make_command_handler(reader, tags)
        self.feed.subscribe(self._on_change)

    def _join(self, team: TeamFeed, rng: Random) -> TeamSync:
        return TeamSync(
            team,
            self._store,
            self.clock,
            self.feed,
            rng,
            self.pacing,
            OwnPresence(team, self._store, self.clock, self.colleagues),
            LearnedExchange(team, self._store, self.clock, self.feed, self.decisions),
            self.poller.search_within,
            self.open_conversation.read_soon,
        )

    def _make_command_handler(self, reader: Reader, tags: WorkspaceTags) -> CommandHandler:
        gateway, store, clock, feed, connection = self._gateway, self._store, self.clock, self.feed, self._connection
        contact_changes = ContactChanges(
            gateway, store, clock, feed, connection, self.contact_details, tags, reader, self.poller.wake
        )
        replies = ReplyHandler(
            store,
            clock,
            feed,
            connection,
            self.outbox,
            Reacting(store, feed, self.channels),
            Beginnings(store, self.recipients),
            AfterSending(store, clock, reader, self._conversation_changes),
            self.team,
        )
        customers = CustomerHandler(
            gateway,
            store,
            clock,
            feed,
            self.tasks,
            connection,
            reader,
            self.open_conversation,
            contact_changes,
            self.media,
        )
        screen = ScreenHandler(
            store,
            self.poller,
            self.older_conversations,
            self.open_conversation,
            self.outbox,
            self._templates,
            self.team,
        )
        return CommandHandler(
            self.tasks,
            connection,
            replies,
            self._conversation_changes,
            contact_changes,
            customers,
            SettingsHandler(store, clock, feed, self.decisions, self.media),
            screen,
        )

    async def start(self) -> None:
        """Put in order what the last run left, then start to read and to send in tasks."""
        await self.prepare()
        self.start_tasks()

    async def prepare(self) -> None:
        """Put in order what the last run left. From then on everything that is stored can be shown."""
        offset = await self._store.read(settings.clock_offset)
        if offset is not None:
            self.clock.restore_offset(offset)
        await self.retention.erase_old_copies()
        await self.media.prepare()
        await self.outbox.recover()
        await self._conversation_changes.recover()

    def start_tasks(self) -> None:
        """Start to read and to send. Call it once, after `prepare`."""
        for name, run in (
            ("poller", self.poller.run),
            ("older_conversations", self.older_conversations.run),
            ("decisions", self.decisions.run),
            ("open_conversation", self.open_conversation.run),
            ("outbox", self.outbox.run),
            ("delivery_tracking", self.delivery_tracking.run),
            ("templates", self._templates.run),
            ("provider_lists", self.provider_lists.run),
            ("media", self.media.run),
            ("retention", self.retention.run),
            *(() if self.team is None else self.team.workers),
        ):
            self.tasks.keep_running(run, name, self.clock, self._on_broken)

    def start_notifications(self) -> None:
        """Start to publish notifications. Call it once, where somebody shows them."""
        self.notifications.listen(self.feed)
        self.tasks.keep_running(self.notifications.run, "notifications", self.clock, self._on_broken)

    async def stop(self) -> None:
        """Refuse further work, let the sends under way end (at most 5 s), cancel the tasks, and close everything it
        owns.
        """
        self.command_handler.close()
        await self.outbox.drain(DRAIN_S)
        if self.team is not None:
            await self.team.leave()
        await self.tasks.aclose()
        if self.team is not None:
            await self.team.aclose()
        await self._gateway.aclose()
        await self.channels.aclose()
        await self.media.aclose()
        await self.translation.aclose()
        await self._store.close()

    def _on_broken(self, name: str, broken: Exception) -> None:
        self._connection.report_failure(name, broken.reason if isinstance(broken, KnownError) else BROKE)

    def _on_change(self, changes: Changes) -> None:
        if changes.connection:
            self.retention.start_when_ready()
        if changes.connection and self._connection.view.state is ConnectionState.ONLINE:
            self.outbox.wake()
            self.media.wake()
        if changes.threads:
            self.media.wake()
            self.outbox.look_for_messages()
        if changes.connection or (changes.progress and self.poller.progress is None):
            self.older_conversations.wake()
        if changes.settings:
            self.retention.wake()
        if self.team is not None and (changes.threads or changes.settings):
            self.team.publish_news()
        if changes.accounts:
            self.outbox.wake()
            self.delivery_tracking.wake()
