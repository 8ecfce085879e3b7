"""`reachline hub serve`: one copy of the hub, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from functools import partial

import uvicorn

from desktop.channels.intercom.api import IntercomApi
from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.intercom.regions import find_base_url
from desktop.channels.shared.exchange import LearningClock, Token
from desktop.channels.shared.provider_client import ProviderClient
from desktop.channels.team import subjects
from desktop.channels.team.live import LiveFact
from desktop.channels.telegram.api import TelegramApi
from desktop.hub import config as names
from desktop.hub.broker import LOCK_LIVES_S, Broker, BrokerUnavailable
from desktop.hub.config import Config, ConfigProblem, Folder
from desktop.hub.copies import STATE_EVERY_S, Copies
from desktop.hub.keys import SharedKeys
from desktop.hub.learned import LearnedFacts
from desktop.hub.metrics import Metrics
from desktop.hub.polling.election import Election, standing
from desktop.hub.polling.intercom import INTERVALS, IntercomPoller, PollIntervals
from desktop.hub.polling.notes import BrokerCursor
from desktop.hub.polling.telegram import TelegramPoller
from desktop.hub.tasks import Job, running
from desktop.hub.webhooks.bodies import BODY_TIMEOUT_S, Bodies
from desktop.hub.webhooks.receiver import Receiver, WebhookSecrets
from desktop.ports import ProviderError
from desktop.text.terminal import hub as texts

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 500
GRACE_S = 10
"""For webhooks that are being answered when the hub is told to end."""

POLLING_FAILS_AFTER_S = 90.0
RETRY_S = 10.0
_LOOK_S = 0.5


class Hub:
    """One copy of the hub on the running loop.

    intervals, body_timeout_s, state_every_s, lock_lives_s: shorter in tests.
    """

    def __init__(
        self,
        folder: Folder,
        clock: LearningClock,
        *,
        intervals: PollIntervals = INTERVALS,
        body_timeout_s: float = BODY_TIMEOUT_S,
        state_every_s: float = STATE_EVERY_S,
        lock_lives_s: float = LOCK_LIVES_S,
    ) -> None:
        config = self._config = folder.config()
        self._folder = folder
        self._clock = clock
        self._intervals = intervals
        self._state_every_s = state_every_s
        self._intercom_token = folder.token(names.INTERCOM_TOKEN)
        bots = folder.bots()
        self.metrics = Metrics()
        self.copy_id = f"{socket.gethostname()}-{random.getrandbits(32):08x}"
        self._keys = SharedKeys(config.workspace, folder.hub_key(), folder.workspace_keys())
        self.broker = Broker(config, folder.own_invitation(), self._keys.ring, clock, self.metrics, lock_lives_s)
        self.copies = Copies(config.workspace, self.broker, clock, self.metrics)
        self._learned = LearnedFacts(config.workspace, self.broker, clock, self.metrics)
        lock = partial(self.broker.bucket, subjects.lock_bucket(config.workspace))
        self.election = Election(self.copy_id, lock, clock, lock_lives_s)
        self.poller: IntercomPoller | None = None
        self._clients: list[ProviderClient] = []
        self._telegram: list[TelegramPoller] = []
        for bot in bots:
            if not bot.webhook_secret:
                api = TelegramApi(config.telegram_url, bot.token, clock)
                self._clients.append(api)
                self._telegram.append(TelegramPoller(config.workspace, bot.id, api, self.broker, clock, self.metrics))
        secrets = WebhookSecrets(
            intercom_client_secret=folder.secret(names.INTERCOM_CLIENT_SECRET),
            meta_app_secret=folder.secret(names.META_APP_SECRET),
            meta_verify_token=folder.secret(names.META_VERIFY_TOKEN),
            twilio_auth_token=folder.secret(names.TWILIO_AUTH_TOKEN),
            bots={bot.id: bot.webhook_secret for bot in bots if bot.webhook_secret},
            public_url=config.public_url,
        )
        self.bodies = Bodies(body_timeout_s)
        self.receiver = Receiver(
            config.workspace,
            secrets,
            self.broker,
            clock,
            self.metrics,
            self.bodies,
            are_plain=config.webhooks_are_plain,
            on_intercom=self.copies.note_webhook,
        )

    async def run(self, listening: socket.socket, ending: asyncio.Event, on_start: Callable[[], None]) -> None:
        """Serve until `ending` is set: answer what has come, let another copy poll, and end the connections.

        Raises what nobody expected, so that whoever watches over the process starts it anew.

        listening: a bound socket. on_start: called once requests are answered.
        """
        self.copies.listen()
        self._learned.listen()
        self.broker.add_preparation(self._share_keys)
        self.broker.listen_to_facts(self._on_live)
        server = _Server(
            uvicorn.Config(
                self.receiver.app(),
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                proxy_headers=False,
                server_header=False,
                limit_concurrency=MAX_CONNECTIONS,
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        server.on_start = on_start
        run = partial(running, ending=ending)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._close_clients)
            stack.push_async_callback(self.broker.aclose)
            await stack.enter_async_context(run(self.broker.run))
            await stack.enter_async_context(standing(self.election))
            await stack.enter_async_context(run(self._publish_state))
            await stack.enter_async_context(run(self._poll_while_elected))
            serving = asyncio.create_task(server.serve(sockets=[listening]), name="web server")
            asked = asyncio.create_task(ending.wait(), name="ending")
            await asyncio.wait((serving, asked), return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            server.should_exit = True
            await serving

    async def _share_keys(self) -> None:
        """Before a fact is sealed with a key, every desktop must find it on the broker."""
        await self._keys.hand_out_missing(self.broker, self._folder.desks())

    async def _close_clients(self) -> None:
        for client in self._clients:
            await client.aclose()

    # --- for as long as it lives -------------------------------------------------------------------------------------

    def _on_live(self, facts: Sequence[LiveFact]) -> None:
        if self.poller is not None:
            for fact in facts:
                if fact.updated_at:
                    self.poller.note_published(fact.conversation_id, fact.updated_at)

    async def _publish_state(self) -> None:
        """Publish again and again that the hub runs, and take up newer keys."""
        while True:
            if self.broker.is_ready:
                with suppress(BrokerUnavailable):
                    if await self._keys.refresh(self.broker):
                        log.info("sealing with a newer key")
                await self.copies.share_with_copies()
                if self.election.is_elected:
                    newest = await self.broker.newest()
                    await self.copies.publish_state(
                        polls=self._polls_well(), spare_calls=self._spare_calls(), newest=newest
                    )
            self.metrics.polls_intercom.set(self.election.is_elected and self._intercom_token is not None)
            await self._clock.sleep(self._state_every_s)

    def _polls_well(self) -> bool:
        if self.poller is None:
            return False
        return self._clock.monotonic() - self.poller.last_success_s < self.poller.interval_s + POLLING_FAILS_AFTER_S

    def _spare_calls(self) -> int | None:
        return None if self.poller is None else self.poller.spare_calls

    # --- polling -----------------------------------------------------------------------------------------------------

    async def _poll_while_elected(self) -> None:
        """Ask the providers for as long as this copy is the elected one."""
        jobs: list[Job] = [poller.run for poller in self._telegram]
        if self._intercom_token is not None:
            jobs.append(partial(self._poll_intercom, self._intercom_token))
        while True:
            while not self.election.is_elected:
                await self._clock.sleep(_LOOK_S)
            async with AsyncExitStack() as stack:
                for job in jobs:
                    await stack.enter_async_context(running(partial(self._restart_forever, job)))
                while self.election.is_elected:
                    await self._clock.sleep(_LOOK_S)

    async def _restart_forever(self, job: Job) -> None:
        """Run a job again whenever it ends, so that trouble with one provider stops neither others nor webhooks."""
        while True:
            try:
                await job()
            except Exception:
                log.exception("polling stopped, and starts again")
            await self._clock.sleep(RETRY_S)

    async def _poll_intercom(self, token: Token) -> None:
        if self.poller is None:
            try:
                api = await _open_intercom(self._config, token, self._clock)
            except ProviderError as error:
                self.metrics.poll_failures.labels("intercom", error.kind.value).inc()
                log.warning("Intercom", extra={"kind": error.kind.value, "request_id": error.request_id})
                return
            except ConfigProblem as problem:
                log.error("%s", problem)
                return
            self._clients.append(api)
            cursor = BrokerCursor(self._config.workspace, self.broker)
            self.poller = IntercomPoller(
                self._config.workspace,
                api,
                self.broker,
                cursor,
                self._clock,
                self.metrics,
                lambda: self.copies.webhooks_at,
                self._intervals,
            )
        await self.poller.run()


async def _open_intercom(config: Config, token: Token, clock: LearningClock) -> IntercomApi:
    """The workspace's API. Raises ProviderError, and ConfigProblem where the token is another workspace's."""
    base_url = config.intercom_url or await find_base_url(token, clock)
    gateway = IntercomGateway(base_url, token, clock)
    try:
        account = await gateway.account()
    finally:
        await gateway.aclose()
    if account.workspace_id != config.workspace:
        raise ConfigProblem(texts.OTHER_WORKSPACE(token=account.workspace_id, config=config.workspace))
    return IntercomApi(base_url, token, clock)


class _Server(uvicorn.Server):
    """Leaves the process' signals alone: what else runs must end in order, too."""

    on_start: Callable[[], None]

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_start()


def listen(address: str) -> socket.socket:
    """A socket that is bound to `HOST:PORT`. Raises OSError, and ConfigProblem for what is no address."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ConfigProblem(texts.NOT_AN_ADDRESS(address=address))
    host = host.strip("[]")
    return socket.create_server(
        (host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=512
    )


def run(hub_of: Callable[[], Hub], address: str, say: Callable[[str], None]) -> None:
    """Serve until the process is asked to end (SIGTERM, Ctrl+C). say: prints a line once it serves."""

    async def main() -> None:
        ending = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ending.set))
        with listen(address) as listening:
            host, port = listening.getsockname()[:2]
            await hub_of().run(listening, ending, lambda: say(texts.SERVING(address=f"{host}:{port}")))

    asyncio.run(main())
