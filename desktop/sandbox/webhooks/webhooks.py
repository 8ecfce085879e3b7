"""All subscriptions of a sandbox: making them with the provider's check of the address, and what they are sent."""

from __future__ import annotations

import itertools
import secrets
import threading
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from desktop.sandbox.model.settings import WebhookProvider
from desktop.sandbox.providers.graph.sending import Sending
from desktop.sandbox.providers.telegram.bot import Bot
from desktop.sandbox.webhooks import meta, twilio
from desktop.sandbox.webhooks.courier import Courier
from desktop.sandbox.webhooks.intercom import IntercomSubscription
from desktop.sandbox.webhooks.meta import MetaSubscription
from desktop.sandbox.webhooks.subscriptions import Delivery, Json, Request, Subscription, check_address, is_here
from desktop.sandbox.webhooks.telegram import TelegramSubscription
from desktop.sandbox.webhooks.topics import Event, Topics
from desktop.sandbox.webhooks.twilio import Kind, TwilioSubscription
from desktop.sandbox.world import World

S = TypeVar("S", bound=Subscription)


class Webhooks:
    """Subscriptions by id, ended ones included. Without any, nothing is made of what happens in the world."""

    def __init__(self, world: World, lock: threading.RLock, sending: Sending, bot: Bot, twilio_url: str) -> None:
        """sending and bot: of the providers, whose ids and files the notifications name."""
        self._world = world
        self._lock = lock
        self._bot = bot
        self.courier = Courier(world, lock)
        self.subscriptions: dict[str, Subscription] = {}
        self._of_messages: dict[str, TwilioSubscription] = {}  # by the callback address that a message named
        self._numbers = itertools.count(1)
        self._listening: set[str] = set()
        self._topics = Topics(world.workspace, self._post_events)
        self._notifications = meta.Notifications(world, sending, self._post_to_meta)
        twilio.Callbacks(world, twilio_url, self._twilio_receivers, self._post)
        bot.on_webhook.append(self._follow_bot)
        bot.on_update.append(self._post_update)

    # Subscribing, on the server's loop and without the lock: the address is asked first.

    async def subscribe(self, provider: WebhookProvider, address: str, **options: Any) -> Subscription:
        """Check the address as the provider does, and subscribe it. Raises ValueError with what is wrong.

        options: of the provider's subscription class; `verify_token` for Meta; `secret_token` and the other parameters
        of `setWebhook` for Telegram.
        """
        makers: dict[str, Callable[..., Awaitable[Subscription]]] = {
            "intercom": self._subscribe_intercom,
            "meta": self._subscribe_meta,
            "twilio": self._subscribe_twilio,
            "telegram": self._subscribe_telegram,
        }
        if provider not in makers:
            raise ValueError(f"provider must be one of {', '.join(makers)}")
        check_address(address)
        for name, value in options.items():
            if provider != "telegram" and not _fits(name, value):
                raise ValueError(f"{name} cannot be {value!r}")
        return await makers[provider](address, **options)

    async def _subscribe_intercom(self, address: str, **options: Any) -> Subscription:
        made = IntercomSubscription(self._next_id("intercom"), address, **options)
        answer = await self.courier.send(Request(address, {}, method="HEAD"))
        if not answer.is_success:
            raise ValueError(f"the address answers HEAD with {answer.status or answer.error}")
        return self._add(made, self._topics.listen)

    async def _subscribe_meta(
        self, address: str, *, verify_token: str = meta.VERIFY_TOKEN, **options: Any
    ) -> Subscription:
        made = MetaSubscription(self._next_id("meta"), address, **options)
        challenge = str(secrets.randbelow(10**10))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        url = f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"
        answer = await self.courier.send(Request(url, {"User-Agent": "facebookplatform/1.0"}, method="GET"))
        if answer.status != 200 or answer.body.strip() != challenge.encode():
            raise ValueError(f"the address does not answer the challenge: {answer.status or answer.error}")
        return self._add(made, self._notifications.listen)

    async def _subscribe_twilio(self, address: str, **options: Any) -> Subscription:
        return self._add(TwilioSubscription(self._next_id("twilio"), address, **options))

    async def _subscribe_telegram(self, address: str, **parameters: Any) -> Subscription:
        """As `setWebhook` does, which may be called as well."""
        with self._lock:
            self._bot.set_webhook({**parameters, "url": address})
            return self._live(TelegramSubscription)[-1]

    def _next_id(self, provider: WebhookProvider) -> str:
        return f"{provider}-{next(self._numbers)}"

    def _add(self, subscription: Subscription, listen: Callable[[], None] | None = None) -> Subscription:
        """listen: registers for what its provider tells, with the first subscription."""
        with self._lock:
            if listen is not None and subscription.provider not in self._listening:
                self._listening.add(subscription.provider)
                listen()
            self.subscriptions[subscription.id] = subscription
        return subscription

    # Everything below holds the lock.

    def end(self, subscription_id: str) -> None:
        """Remove a subscription; its log stays. Raises ValueError for an unknown one."""
        subscription = self.find(subscription_id)
        if isinstance(subscription, TelegramSubscription) and not subscription.ended:
            self._bot.set_webhook({"url": ""})
        self.courier.end(subscription, "removed")

    def find(self, subscription_id: str) -> Subscription:
        try:
            return self.subscriptions[subscription_id]
        except KeyError:
            raise ValueError(f"no subscription {subscription_id!r}") from None

    def describe(self) -> list[Json]:
        return [subscription.describe() for subscription in self.subscriptions.values()]

    def log(self, subscription_id: str) -> list[Json]:
        """The newest notifications of a subscription with all their attempts, oldest first."""
        return [delivery.describe() for delivery in self.find(subscription_id).log]

    def ping(self, subscription_id: str) -> None:
        """Send Intercom's topic `ping`, which is always subscribed to."""
        subscription = self.find(subscription_id)
        if not isinstance(subscription, IntercomSubscription):
            raise ValueError(f"{subscription_id} is no subscription of Intercom")
        self._post(subscription, self._notification_id(), "ping", {"type": "ping", "message": "Hello"})

    def _live(self, kind: type[S]) -> list[S]:
        return [s for s in self.subscriptions.values() if isinstance(s, kind) and not s.ended]

    def _post(self, subscription: Subscription, notification_id: str, topic: str, content: Any) -> None:
        self.courier.post(subscription, Delivery(notification_id, topic, content, self._world.now))

    def _notification_id(self) -> str:
        """An id that no other notification has, not even of a sandbox that ran before."""
        name = f"sandbox notification {self._world.seed} {self._world.now} {next(self._numbers)}"
        return f"notif_{uuid.uuid5(uuid.NAMESPACE_URL, name)}"

    def _post_events(self, events: Sequence[Event]) -> None:
        now = self._world.now
        for subscription in self._live(IntercomSubscription):
            for event in events:
                if subscription.wants(event.topic, now):
                    self._post(subscription, self._notification_id(), event.topic, event.item(subscription.version))

    def _post_to_meta(self, notification_id: str, topic: str, value: Json) -> None:
        for subscription in self._live(MetaSubscription):
            self._post(subscription, notification_id, topic, value)

    def _twilio_receivers(self, kind: Kind, callback: str) -> list[TwilioSubscription]:
        """A message's own callback replaces the account's."""
        if not callback:
            return [s for s in self._live(TwilioSubscription) if kind in s.kinds]
        if not is_here(callback):
            return []
        if callback not in self._of_messages:
            made = TwilioSubscription(self._next_id("twilio"), callback, kinds=())
            self._of_messages[callback] = self.subscriptions[made.id] = made
        known = self._of_messages[callback]
        return [] if known.ended else [known]

    # The bot's webhook is set through the Bot API.

    def _follow_bot(self) -> None:
        for earlier in self._live(TelegramSubscription):
            self.courier.end(earlier, "replaced" if self._bot.webhook is not None else "removed")
        webhook = self._bot.active_webhook
        if webhook is None or not is_here(webhook.url):
            return
        made = TelegramSubscription(self._next_id("telegram"), self._bot, webhook)
        self.subscriptions[made.id] = made
        for update in self._bot.updates.waiting():
            self._post_update(update)

    def _post_update(self, update: Json) -> None:
        if self._bot.active_webhook is None:
            return
        (kind,) = update.keys() - {"update_id"}
        for subscription in self._live(TelegramSubscription):
            self._post(subscription, str(update["update_id"]), kind, update)


def _fits(name: str, value: object) -> bool:
    """Whether the option is a string, or a list of strings where it names several things."""
    if name in ("topics", "kinds"):
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)
