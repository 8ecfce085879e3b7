"""Fixtures of the webhook tests: a served world, and one who receives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from webhook_receiver import Received, WebhookReceiver

from desktop.sandbox.server import Sandbox


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as served:
        yield served


@pytest.fixture
def since_last(sandbox: Sandbox, receiver: WebhookReceiver) -> Callable[[], list[Received]]:
    """Each call gives what the receiver was told since the one before, when nothing more is due."""

    def told() -> list[Received]:
        assert sandbox.settle_webhooks()
        found = receiver.posts
        receiver.forget()
        return found

    return told
