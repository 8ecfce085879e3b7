"""`reachline hub status`: how the broker and the hub are, from what the broker has and what the hub says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from nats.aio.msg import Msg
from nats.js.errors import KeyNotFoundError

from desktop.channels.team import signals, subjects
from desktop.channels.team.sealed import NotSealed
from desktop.hub.broker import BROKER_ERRORS, BrokerUnavailable
from desktop.hub.config import Folder
from desktop.hub.copies import STATE_EVERY_S
from desktop.hub.polling.election import KEY
from desktop.hub.setup.invitations import make_broker
from desktop.ports import Clock, ProviderError
from desktop.ports.team import HubState
from desktop.text.reasons.describe import describe
from desktop.text.terminal import hub as texts

WAIT_S = STATE_EVERY_S + 2.0


async def show(folder: Folder, clock: Clock, say: Callable[[str], None], wait_s: float = WAIT_S) -> bool:
    """Say how everything is; whether the broker answers and a hub lives. Raises ConfigProblem."""
    config, desks = folder.config(), folder.desks()
    broker = make_broker(folder, clock)
    received: asyncio.Future[HubState] = asyncio.get_running_loop().create_future()

    async def on_state(message: Msg) -> None:
        with suppress(NotSealed):
            if not received.done():
                received.set_result(signals.read_hub_state(message.data))

    broker.listen(subjects.hub_state(config.workspace), on_state)
    say(texts.INVITED(names=", ".join(sorted(desks))) if desks else texts.NOBODY_INVITED())
    try:
        try:
            await broker.open()
            facts = await broker.usage()
        except ProviderError as error:
            say(texts.NO_BROKER(servers=", ".join(config.broker), reason=describe(error.reason)))
            return False
        except (BrokerUnavailable, *BROKER_ERRORS) as error:
            say(texts.NO_BROKER(servers=", ".join(config.broker), reason=type(error).__name__))
            return False
        say(texts.BROKER(servers=", ".join(config.broker)))
        if facts.count:
            since = facts.oldest_at.isoformat(timespec="seconds") if facts.oldest_at is not None else "-"
            say(texts.FACTS(facts.count, megabytes=f"{facts.size_bytes / 1e6:.1f}", first=since))
        else:
            say(texts.NO_FACTS())
        try:
            hub = await asyncio.wait_for(received, wait_s)
        except TimeoutError:
            say(texts.NO_HUB())
            return False
        say(texts.DESKTOPS(hub.desks))
        with suppress(KeyNotFoundError, BrokerUnavailable, *BROKER_ERRORS):
            entry = await (await broker.bucket(subjects.lock_bucket(config.workspace))).get(KEY)
            polls = texts.POLLS if hub.polls else texts.POLLS_NOT
            say(polls(copy=(entry.value or b"").decode()))
        if hub.webhooks_at is None:
            say(texts.NO_WEBHOOKS())
        else:
            say(texts.WEBHOOKS(at=hub.webhooks_at.isoformat(timespec="seconds")))
        return True
    finally:
        await broker.aclose()
