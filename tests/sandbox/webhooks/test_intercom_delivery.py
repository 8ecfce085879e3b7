"""Intercom checks an address, signs, repeats once after a minute, throttles, pauses and gives up."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from starlette.responses import Response
from webhook_receiver import HELD, NEVER, WebhookReceiver

from desktop.sandbox.model.people import Customer
from desktop.sandbox.server import Sandbox
from desktop.sandbox.webhooks.intercom import IntercomSubscription
from desktop.sandbox.webhooks.subscriptions import Attempt, Delivery, Outcome
from desktop.sandbox.world import AGENT, World

NOTED = "conversation.admin.noted"


@pytest.fixture
def conversation(stage: World, customer: Customer) -> str:
    found = stage.write(customer, on="messenger", text="Hi")
    assert found is not None
    return found


@pytest.fixture
def subscription(sandbox: Sandbox, stage: World, receiver: WebhookReceiver) -> str:
    """The receiver hears of notes."""
    made = sandbox.subscribe("intercom", receiver.url, topics=[NOTED], secret="s3cret")
    receiver.forget()
    return made


def note(sandbox: Sandbox, stage: World, conversation: str, text: str = "Ünïcode / note") -> None:
    stage.teammate_note(conversation, AGENT, text)
    assert sandbox.settle_webhooks()


def log(sandbox: Sandbox, subscription: str) -> list[Any]:
    with sandbox.lock:
        return sandbox.webhooks.log(subscription)


def state(sandbox: Sandbox, subscription: str) -> Any:
    with sandbox.lock:
        return sandbox.webhooks.find(subscription).describe()


def test_the_body_is_signed_with_the_apps_secret(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    note(sandbox, stage, conversation)
    (post,) = receiver.posts
    digest = hmac.new(b"s3cret", post.body, hashlib.sha1).hexdigest()
    assert post.headers["x-hub-signature"] == f"sha1={digest}"
    assert "Ünïcode".encode() in post.body
    assert state(sandbox, subscription)["delivered"] == 1


@pytest.mark.parametrize("status", [404, 405, 500, 302])
def test_an_address_must_answer_head(sandbox: Sandbox, stage: World, receiver: WebhookReceiver, status: int) -> None:
    receiver.answers.append(status)
    with pytest.raises(ValueError, match=f"answers HEAD with {status}"):
        sandbox.subscribe("intercom", receiver.url)
    assert [r.method for r in receiver.requests] == ["HEAD"]
    assert sandbox.webhooks.subscriptions == {}


@pytest.mark.parametrize(
    ("address", "options", "words"),
    [
        ("https://hub.example.com/hook", {}, "no web address on this computer"),
        ("ftp://127.0.0.1/hook", {}, "no web address on this computer"),
        ("http://127.0.0.1:99999/hook", {}, "no web address on this computer"),
        ("http://[::1", {}, "no web address on this computer"),
        ("http://127.0.0.1:9/", {"topics": ["conversation.user.sneezed"]}, "unknown topics: conversation.user.sneezed"),
        ("http://127.0.0.1:9/", {}, "answers HEAD with connect"),
    ],
)
def test_other_addresses_and_topics_are_refused(
    sandbox: Sandbox, address: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        sandbox.subscribe("intercom", address, **options)


@pytest.mark.parametrize("failure", [500, 404, 301, NEVER])
def test_a_failed_notification_is_repeated_once_after_a_minute(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str, failure: int
) -> None:
    if failure == NEVER:
        stage.settings.webhook_timeout_s = 0.05
    receiver.answers += [failure, 200]
    sent_at = int(stage.now)
    note(sandbox, stage, conversation)
    stage.advance(59)
    assert sandbox.settle_webhooks()
    assert len(receiver.posts) == 1
    stage.settings.webhook_timeout_s = 5.0
    stage.advance(1)
    assert sandbox.settle_webhooks()
    first, second = (post.json for post in receiver.posts)
    assert first["id"] == second["id"]
    assert [n["delivery_attempts"] for n in (first, second)] == [1, 2]
    assert [n["first_sent_at"] for n in (first, second)] == [sent_at, sent_at]
    (entry,) = log(sandbox, subscription)
    assert (entry["state"], [int(a["at"]) for a in entry["attempts"]]) == ("delivered", [sent_at, sent_at + 60])


def test_after_the_second_failure_it_is_given_up(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    receiver.unplug()
    note(sandbox, stage, conversation)
    stage.advance(60)
    assert sandbox.settle_webhooks()
    receiver.plug_in()
    stage.advance(90_000)
    assert sandbox.settle_webhooks()
    (entry,) = log(sandbox, subscription)
    assert (entry["state"], [a["error"] for a in entry["attempts"]]) == ("given_up", ["connect", "connect"])
    assert receiver.posts == []


def test_gone_ends_the_subscription_and_no_other(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    other = sandbox.subscribe("intercom", receiver.url + "/other", topics=[NOTED])
    receiver.answers.append(410)
    note(sandbox, stage, conversation)
    note(sandbox, stage, conversation)
    stage.advance(60)
    assert sandbox.settle_webhooks()
    assert (state(sandbox, subscription)["ended"], state(sandbox, other)["ended"]) == ("gone", "")
    assert sorted(post.path for post in receiver.posts) == ["/", "/other", "/other"]


def test_too_many_requests_throttle_for_longer_and_longer_and_lose_what_waits_two_hours(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    receiver.answers += [429] * 7
    start = stage.now
    note(sandbox, stage, conversation, "one")
    note(sandbox, stage, conversation, "two")
    assert len(receiver.posts) == 1
    tried = []
    for _ in range(7):
        tried.append(stage.now - start)
        closed_until = state(sandbox, subscription)["closed_until"]
        stage.advance(closed_until - stage.now)
        assert sandbox.settle_webhooks()
    # Pauses of 1, 2, 4, ... minutes, until both have waited longer than two hours.
    assert tried == [0, 60, 180, 420, 900, 1860, 3780]
    assert stage.now - start > 7200
    assert {entry["state"] for entry in log(sandbox, subscription)} == {"given_up"}
    note(sandbox, stage, conversation, "three")
    assert log(sandbox, subscription)[-1]["state"] == "delivered"


def test_more_than_a_thousand_errors_in_a_row_pause_it_for_a_quarter_of_an_hour() -> None:
    subscription = IntercomSubscription("one", "http://127.0.0.1:9/", topics=[NOTED])
    failed, start = Delivery("id", NOTED, {}, 0.0, [Attempt(0.0)]), 1_000_000.0
    for number in range(1000):
        subscription.next_attempt(failed, Outcome(500), start + number / 2)
    assert subscription.wants(NOTED, start + 500)
    subscription.next_attempt(failed, Outcome(500), start + 500)
    assert not subscription.wants(NOTED, start + 500 + 899)
    assert subscription.wants(NOTED, start + 500 + 900)


@pytest.mark.parametrize(("pause_s", "receipt_at"), [(0.91, None), (0.5, 600)])
def test_slower_or_interrupted_errors_do_not_pause_it(pause_s: float, receipt_at: int | None) -> None:
    subscription = IntercomSubscription("one", "http://127.0.0.1:9/", topics=[NOTED])
    failed = Delivery("id", NOTED, {}, 0.0, [Attempt(0.0)])
    for number in range(1500):
        if number == receipt_at:
            subscription.on_receipt(failed)
        subscription.next_attempt(failed, Outcome(error="timeout"), 1_000_000 + number * pause_s)
        assert subscription.wants(NOTED, 1_000_000 + number * pause_s)


def test_seven_days_of_errors_suspend_it(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    receiver.answers += [500] * 20
    for _ in range(9):
        note(sandbox, stage, conversation)
        stage.advance(86_400)
        assert sandbox.settle_webhooks()
    assert state(sandbox, subscription)["ended"] == "suspended"
    assert len(receiver.posts) == 16


def test_a_standing_clock_keeps_what_is_not_due(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    receiver.answers.append(Response("no", 503, headers={"Retry-After": "1"}))
    note(sandbox, stage, conversation)
    assert sandbox.settle_webhooks()
    assert len(receiver.posts) == 1
    assert state(sandbox, subscription)["waiting"] == 1


def test_several_connections_do_not_wait_for_a_slow_answer(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    stage.settings.webhook_connections = 3
    stage.settings.webhook_timeout_s = 60
    receiver.answers += [HELD, HELD, 200, 200]
    for text in ("one", "two", "three", "four"):
        stage.teammate_note(conversation, AGENT, text)
    receiver.wait_for(4)
    receiver.release()
    assert sandbox.settle_webhooks()
    assert [entry["state"] for entry in log(sandbox, subscription)] == ["delivered"] * 4


def test_one_connection_waits_for_the_answer_and_keeps_the_order(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    stage.settings.webhook_timeout_s = 60
    receiver.answers.append(HELD)
    for number in range(20):
        stage.teammate_note(conversation, AGENT, f"Nr {number}")
    receiver.wait_for(1)
    receiver.release()
    assert sandbox.settle_webhooks()
    parts = [post.json["data"]["item"]["conversation_parts"]["conversation_parts"] for post in receiver.posts]
    assert [part["body"] for (part,) in parts] == [f"Nr {number}" for number in range(20)]


def test_ping_is_sent_whatever_is_subscribed(sandbox: Sandbox, stage: World, receiver: WebhookReceiver) -> None:
    made = sandbox.subscribe("intercom", receiver.url, topics=[])
    with sandbox.lock:
        sandbox.webhooks.ping(made)
    assert sandbox.settle_webhooks()
    (post,) = receiver.posts
    assert (post.json["topic"], post.json["data"]["item"]["type"]) == ("ping", "ping")


def test_a_removed_subscription_hears_nothing_more(
    sandbox: Sandbox, stage: World, conversation: str, receiver: WebhookReceiver, subscription: str
) -> None:
    receiver.answers.append(500)
    note(sandbox, stage, conversation)
    with sandbox.lock:
        sandbox.webhooks.end(subscription)
    stage.advance(60)
    note(sandbox, stage, conversation)
    assert len(receiver.posts) == 1
    assert [entry["state"] for entry in log(sandbox, subscription)] == ["given_up"]


def test_without_subscribers_nothing_is_sent_and_nothing_is_built(
    sandbox: Sandbox, stage: World, conversation: str
) -> None:
    stage.teammate_note(conversation, AGENT, "Hm")
    assert stage.workspace.on_change == []
    assert sandbox.settle_webhooks()
    assert sandbox.webhooks.courier._client is None
