"""Telegram's webhook: one for the bot, updates in order, each repeated until it is received.

Sources: Bot API 10.1, "setWebhook", "Update" and "WebhookInfo"; Telegram says only that it repeats a reasonable number
of times. The pauses, and that an answer's Retry-After is honoured, are modelled on its open Bot API server and were not
compared with it.
"""

from __future__ import annotations

import json

from desktop.sandbox.providers.telegram.bot import Bot
from desktop.sandbox.providers.telegram.webhook import Webhook
from desktop.sandbox.webhooks.subscriptions import Delivery, Json, Outcome, Request, Subscription

_LONGEST_PAUSE_S = 60.0
_ERRORS = {
    "connect": "Connection refused",
    "timeout": "Read timeout expired",
    "closed": "Connection closed",
}


class TelegramSubscription(Subscription):
    """The bot's webhook. Updates wait in the bot's queue, which keeps them for 24 hours."""

    provider = "telegram"
    in_order = True

    def __init__(self, subscription_id: str, bot: Bot, webhook: Webhook) -> None:
        super().__init__(subscription_id, webhook.url)
        self._bot = bot
        self._webhook = webhook

    def request(self, delivery: Delivery) -> Request:
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._webhook.secret_token
        return Request(self.address, headers, json.dumps(delivery.content, ensure_ascii=False).encode())

    def next_attempt(self, delivery: Delivery, outcome: Outcome, now: float) -> float | None:
        text = _ERRORS.get(outcome.error) or f"Wrong response from the webhook: {outcome.status} {outcome.reason}"
        self._webhook.last_error = int(now), text.strip()
        pause_s = min(2.0 ** min(len(delivery.attempts) - 1, 10), _LONGEST_PAUSE_S)
        return now + max(pause_s, outcome.retry_after_s or 0.0)

    def is_wanted(self, delivery: Delivery, now: float) -> bool:
        if self._bot.active_webhook is not self._webhook:
            return False
        wanted = delivery.content["update_id"]
        return delivery.is_copy or any(update["update_id"] == wanted for update in self._bot.updates.waiting())

    def settle(self, delivery: Delivery) -> None:
        if delivery.state != "given_up":
            self._bot.updates.confirm(delivery.content["update_id"])

    def settings(self) -> Json:
        return {"max_connections": self._webhook.max_connections}
