"""Intercom's webhooks: signature, answers, one retry, throttling and suspension.

Sources: Intercom's developer documentation, "Webhook Topics" (section "Handling Webhook notifications") and "Webhook
Notifications", read November 2026. Where the two differ about too many errors, notifications of the pause are dropped.
"""

from __future__ import annotations

import hmac
import json
from collections import deque
from collections.abc import Sequence

from desktop.sandbox.intercom.records import WORKSPACE_ID
from desktop.sandbox.intercom.responses import versions
from desktop.sandbox.intercom.responses.versions import Version
from desktop.sandbox.webhooks.subscriptions import Delivery, Json, Outcome, Request, Subscription
from desktop.sandbox.webhooks.topics import TOPICS

CLIENT_SECRET = "sandbox-client-secret-of-reachline"
RETRY_AFTER_S = 60.0
_ATTEMPTS = 2
_THROTTLE_S, _LONGEST_THROTTLE_S = 60.0, 7_200.0
_PAUSE_S = 900.0
_ERRORS_BEFORE_PAUSE = 1_000
_SUSPENDED_AFTER_S = 7 * 86_400.0


class IntercomSubscription(Subscription):
    """An app's endpoint. version: the API version that the app's webhooks have."""

    provider = "intercom"

    def __init__(
        self,
        subscription_id: str,
        address: str,
        *,
        secret: str = CLIENT_SECRET,
        topics: Sequence[str] = TOPICS,
        version: str = "2.16",
    ) -> None:
        super().__init__(subscription_id, address)
        unknown = set(topics) - set(TOPICS)
        if unknown:
            raise ValueError(f"unknown topics: {', '.join(sorted(unknown))}")
        self._secret = secret.encode()
        self.topics = frozenset(topics)
        self._version_name = version
        self.version: Version = versions.parse(version, version)
        self._throttle_s = 0.0
        self._paused_until = 0.0
        # When the failures since the last receipt were.
        self._errors: deque[float] = deque(maxlen=_ERRORS_BEFORE_PAUSE + 1)
        self._failing_since: float | None = None

    def wants(self, topic: str, now: float) -> bool:
        """Whether a notification of the topic is made for it."""
        return not self.ended and topic in self.topics and now >= self._paused_until

    def request(self, delivery: Delivery) -> Request:
        notification: Json = {
            "type": "notification_event",
            "app_id": WORKSPACE_ID,
            "data": {"type": "notification_event_data", "item": delivery.content},
            "links": {},
            "id": delivery.id,
            "topic": delivery.topic,
            "delivery_status": "pending",
            "delivery_attempts": len(delivery.attempts),
            "delivered_at": 0,
            "first_sent_at": int(delivery.attempts[0].at),
            "created_at": int(delivery.created_at),
            "self": None,
        }
        body = json.dumps(notification, ensure_ascii=False).encode()
        headers = {
            "User-Agent": "intercom-parrot-service-client/1.0",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-Hub-Signature": "sha1=" + hmac.new(self._secret, body, "sha1").hexdigest(),
        }
        return Request(self.address, headers, body)

    def on_receipt(self, delivery: Delivery) -> None:
        self._throttle_s = 0.0
        self._errors.clear()
        self._failing_since = None

    def next_attempt(self, delivery: Delivery, outcome: Outcome, now: float) -> float | None:
        if outcome.status == 410:
            self.ended = "gone"
            return None
        if outcome.status == 429:
            self._throttle_s = min(max(_THROTTLE_S, 2 * self._throttle_s), _LONGEST_THROTTLE_S)
            self.closed_until = max(self.closed_until, now + self._throttle_s)
            return self.closed_until
        self._count_error(now)
        return now + RETRY_AFTER_S if len(delivery.attempts) < _ATTEMPTS else None

    def _count_error(self, now: float) -> None:
        self._errors.append(now)
        if len(self._errors) > _ERRORS_BEFORE_PAUSE and now - self._errors[0] <= _PAUSE_S:
            self._paused_until = now + _PAUSE_S
            self._errors.clear()
        if self._failing_since is None:
            self._failing_since = now
        elif now - self._failing_since > _SUSPENDED_AFTER_S:
            self.ended = "suspended"

    def is_wanted(self, delivery: Delivery, now: float) -> bool:
        """A notification that throttling has delayed by more than two hours is dropped."""
        was_throttled = self.closed_until > delivery.created_at
        return not was_throttled or now - delivery.created_at <= _LONGEST_THROTTLE_S

    def settings(self) -> Json:
        return {"topics": sorted(self.topics), "version": self._version_name, "paused_until": self._paused_until}
