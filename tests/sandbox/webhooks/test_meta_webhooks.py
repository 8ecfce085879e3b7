"""WhatsApp Cloud API tells messages and states, as pywa reads and verifies them, and repeats them for seven days."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pywa import WhatsApp
from pywa.errors import ReEngagementMessage
from pywa.types import Message, MessageStatus
from pywa.types.message_status import MessageStatusType
from pywa.utils import webhook_updates_validator
from webhook_receiver import NEVER, Received, WebhookReceiver

from desktop.sandbox.model.people import Customer, File
from desktop.sandbox.model.settings import DeliveryFault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World

SECRET = "sandbox-app-secret"
PICTURE = File("a.png", "image/png", b"\x89PNG\r\n\x1a\n")
VOICE = File("a.ogg", "audio/ogg; codecs=opus", b"OggS")
Told = Callable[[], list[Received]]


@pytest.fixture
def told(sandbox: Sandbox, stage: World, receiver: WebhookReceiver, since_last: Told) -> Told:
    """Subscribes the receiver."""
    sandbox.subscribe("meta", receiver.url + "/whatsapp")
    receiver.forget()
    return since_last


@pytest.fixture
def pywa(sandbox: Sandbox) -> WhatsApp:
    """A client that reads updates; it sends nothing."""
    graph = sandbox.urls["graph"]
    return WhatsApp(phone_id=graph["phone_number_id"], token=graph["token"], server=None, app_secret=SECRET)


def values(found: list[Received]) -> list[Any]:
    return [change["value"] for r in found for entry in r.json["entry"] for change in entry["changes"]]


def send(sandbox: Sandbox, **body: Any) -> str:
    graph = sandbox.urls["graph"]
    answer = httpx.post(
        f"{graph['base_url']}/v26.0/{graph['phone_number_id']}/messages",
        json={"messaging_product": "whatsapp", **body},
        headers={"Authorization": f"Bearer {graph['token']}"},
    )
    assert answer.status_code == 200
    return str(answer.json()["messages"][0]["id"])


def test_a_message_is_signed_and_read_by_an_independent_client(
    sandbox: Sandbox, stage: World, customer: Customer, told: Told, pywa: WhatsApp
) -> None:
    stage.write(customer, on="whatsapp", text="Où est mon colis? 24/7 😀")
    (post,) = told()
    signature = post.headers["x-hub-signature-256"]
    assert webhook_updates_validator(SECRET, post.body, signature)
    assert not webhook_updates_validator("another", post.body, signature)
    assert signature == "sha256=" + hmac.new(SECRET.encode(), post.body, hashlib.sha256).hexdigest()
    assert post.body.isascii()
    assert b"24\\/7" in post.body
    message = Message.from_update(pywa, post.json)
    assert (message.text, message.from_user.name) == ("Où est mon colis? 24/7 😀", "Jennifer Okafor")
    assert (message.from_user.wa_id, message.metadata.phone_number_id) == (
        "353871234567",
        sandbox.urls["graph"]["phone_number_id"],
    )
    assert message.timestamp.timestamp() == int(stage.now)
    assert post.json["entry"][0]["id"] == sandbox.urls["graph"]["waba_id"]


def test_files_can_be_fetched_by_their_id(
    sandbox: Sandbox, stage: World, customer: Customer, told: Told, pywa: WhatsApp
) -> None:
    stage.write(customer, on="whatsapp", text="Look", attachments=[PICTURE, VOICE])
    picture, voice = told()
    first, second = Message.from_update(pywa, picture.json), Message.from_update(pywa, voice.json)
    assert first.image is not None
    assert second.audio is not None
    assert (first.caption, first.image.mime_type, second.audio.voice) == ("Look", "image/png", True)
    assert first.id != second.id
    graph = sandbox.urls["graph"]
    headers = {"Authorization": f"Bearer {graph['token']}"}
    media = httpx.get(f"{graph['base_url']}/v26.0/{first.image.id}", headers=headers).json()
    assert media["sha256"] == first.image.sha256 == hashlib.sha256(PICTURE.data).hexdigest()
    assert httpx.get(media["url"], headers=headers).content == PICTURE.data


def test_states_follow_a_sent_message(
    sandbox: Sandbox, stage: World, customer: Customer, told: Told, pywa: WhatsApp
) -> None:
    stage.write(customer, on="whatsapp", text="Hi")
    told()
    wamid = send(sandbox, to="+353871234567", type="text", text={"body": "Hello"})
    assert told() == []
    stage.advance(22)
    statuses = [MessageStatus.from_update(pywa, post.json) for post in told()]
    assert [status.id for status in statuses] == [wamid] * 3
    assert [status.status for status in statuses] == [
        MessageStatusType.SENT,
        MessageStatusType.DELIVERED,
        MessageStatusType.READ,
    ]
    assert [status.timestamp.timestamp() - int(stage.now) for status in statuses] == [-21, -20, 0]
    assert {status.from_user.wa_id for status in statuses} == {"353871234567"}


def test_states_give_back_what_the_sender_gave(
    sandbox: Sandbox, stage: World, customer: Customer, told: Told, pywa: WhatsApp
) -> None:
    stage.write(customer, on="whatsapp", text="Hi")
    assert "biz_opaque_callback_data" not in values(told())[0]["messages"][0]
    send(sandbox, to="+353871234567", type="text", text={"body": "One"}, biz_opaque_callback_data="order:4711")
    send(sandbox, to="+353871234567", type="text", text={"body": "Two"})
    stage.advance(22)
    posts = told()
    given = [status.get("biz_opaque_callback_data") for value in values(posts) for status in value["statuses"]]
    assert sorted(given, key=str) == [None] * 3 + ["order:4711"] * 3
    assert {MessageStatus.from_update(pywa, post.json).tracker for post in posts} == {None, "order:4711"}


def test_a_failure_has_metas_code(
    sandbox: Sandbox, stage: World, customer: Customer, told: Told, pywa: WhatsApp
) -> None:
    stage.write(customer, on="whatsapp", text="Hi")
    stage.advance(90_000)
    told()
    send(sandbox, to="+353871234567", type="text", text={"body": "Too late"})
    stage.advance(5)
    (post,) = told()
    status = MessageStatus.from_update(pywa, post.json)
    assert status.status == MessageStatusType.FAILED
    assert isinstance(status.error, ReEngagementMessage)
    (error,) = values([post])[0]["statuses"][0]["errors"]
    assert error["title"] == "Re-engagement message"


def test_who_shows_no_number_is_a_user_id(sandbox: Sandbox, stage: World, told: Told) -> None:
    hidden = stage.add_customer("Ana", bsuid="US.13491208655302741918")
    stage.write(hidden, on="whatsapp", text="Hi")
    send(sandbox, recipient="US.13491208655302741918", type="text", text={"body": "Hello"})
    stage.advance(1)
    message, status = values(told())
    assert "from" not in message["messages"][0]
    assert message["messages"][0]["from_user_id"] == "US.13491208655302741918"
    assert message["contacts"] == [{"profile": {"name": "Ana"}, "user_id": "US.13491208655302741918"}]
    assert "recipient_id" not in status["statuses"][0]
    assert status["statuses"][0]["recipient_user_id"] == "US.13491208655302741918"


def test_the_user_id_of_a_webhook_can_be_written_to(
    sandbox: Sandbox, stage: World, customer: Customer, told: Told, pywa: WhatsApp
) -> None:
    stage.write(customer, on="whatsapp", text="Hi")
    (post,) = told()
    user_id = Message.from_update(pywa, post.json).from_user.bsuid
    send(sandbox, recipient=user_id, type="text", text={"body": "Hello"})
    assert stage.texts(customer)["whatsapp"]["Hello"] == 1
    stage.change_number(customer, "+353871230000")
    stage.write(customer, on="whatsapp", text="New number")
    assert Message.from_update(pywa, told()[0].json).from_user.bsuid != user_id


def test_other_channels_are_not_metas(stage: World, customer: Customer, told: Told) -> None:
    stage.write(customer, on="sms", text="Hi")
    stage.write(customer, on="whatsapp", line="whatsapp-2", text="At Twilio")
    stage.phone_reply(customer, "From the phone", line="whatsapp-2")
    stage.add_line("whatsapp", "+35315550300", carrier="Intercom")
    stage.write(customer, on="whatsapp", line="intercom-whatsapp", text="Native")
    stage.advance(60)
    assert told() == []


@pytest.mark.parametrize(("answer", "words"), [(403, "403"), (200, "200"), (NEVER, "timeout")])
def test_an_address_must_answer_the_challenge(
    sandbox: Sandbox, stage: World, receiver: WebhookReceiver, answer: int, words: str
) -> None:
    if answer == NEVER:
        stage.settings.webhook_timeout_s = 0.05
    receiver.answers.append(answer)
    with pytest.raises(ValueError, match=f"challenge: {words}"):
        sandbox.subscribe("meta", receiver.url + "/?a=b")
    (asked,) = receiver.requests
    assert (asked.method, asked.query["a"], asked.query["hub.mode"]) == ("GET", "b", "subscribe")
    assert asked.query["hub.challenge"].isdecimal()


def test_a_wrong_verify_token_is_the_receivers_to_refuse(sandbox: Sandbox, receiver: WebhookReceiver) -> None:
    with pytest.raises(ValueError, match="challenge: 403"):
        sandbox.subscribe("meta", receiver.url, verify_token="guess")


def test_failures_are_repeated_with_growing_pauses_for_seven_days(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    made = sandbox.subscribe("meta", receiver.url)
    receiver.unplug()
    stage.write(customer, on="whatsapp", text="Hi")
    for _ in range(8 * 24):
        stage.advance(3600)
        assert sandbox.settle_webhooks()
    with sandbox.lock:
        (entry,) = sandbox.webhooks.log(made)
    times = [attempt["at"] - entry["created_at"] for attempt in entry["attempts"]]
    assert entry["state"] == "given_up"
    assert 6.5 * 86_400 < times[-1] <= 7 * 86_400
    pauses = [round(later - earlier) for earlier, later in itertools.pairwise(times)]
    assert pauses == sorted(pauses)


@pytest.mark.parametrize("status", [201, 204, 301, 500])
def test_anything_but_200_is_repeated(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, told: Told, status: int
) -> None:
    receiver.answers.append(status)
    stage.write(customer, on="whatsapp", text="Hi")
    (first,) = told()
    stage.advance(10)
    (second,) = told()
    assert first.body == second.body
    stage.advance(90_000)
    assert told() == []


def test_faults_of_states_alone(sandbox: Sandbox, stage: World, customer: Customer, told: Told) -> None:
    stage.settings.fail_deliveries.append(DeliveryFault("meta", "lose", "statuses", times=1))
    stage.write(customer, on="whatsapp", text="Hi")
    send(sandbox, to="+353871234567", type="text", text={"body": "Hello"})
    stage.advance(3)
    kinds = [value.get("statuses", value.get("messages"))[0].get("status") for value in values(told())]
    assert kinds == [None, "delivered"]


def test_each_app_has_its_own_secret(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    for name in ("one", "two"):
        sandbox.subscribe("meta", f"{receiver.url}/{name}", secret=name)
    stage.write(customer, on="whatsapp", text="Hi")
    assert sandbox.settle_webhooks()
    assert sorted(post.path for post in receiver.posts) == ["/one", "/two"]
    for post in receiver.posts:
        assert webhook_updates_validator(post.path.strip("/"), post.body, post.headers["x-hub-signature-256"])
