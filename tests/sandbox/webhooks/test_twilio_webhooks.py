"""Twilio posts signed forms, as its own library validates them; its retries, overrides and fallback address."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from webhook_receiver import Received, WebhookReceiver

from desktop.sandbox.model.people import Customer, File
from desktop.sandbox.server import Sandbox
from desktop.sandbox.webhooks.subscriptions import Attempt, Delivery
from desktop.sandbox.webhooks.twilio import TwilioSubscription
from desktop.sandbox.world import World

PUBLIC = "https://hub.example.com/hooks/twilio?team=a"
PICTURE = File("a.png", "image/png", b"\x89PNG\r\n\x1a\n")


def validate(sandbox: Sandbox, post: Received, url: str) -> bool:
    token = sandbox.urls["twilio"]["auth_token"]
    return bool(RequestValidator(token).validate(url, post.form, post.headers["x-twilio-signature"]))


def send(sandbox: Sandbox, **form: str) -> Any:
    twilio = sandbox.urls["twilio"]
    answer = httpx.post(
        f"{twilio['base_url']}/2010-04-01/Accounts/{twilio['account_sid']}/Messages.json",
        data=form,
        auth=(twilio["account_sid"], twilio["auth_token"]),
    )
    assert answer.status_code == 201
    return answer.json()


def test_an_incoming_sms_is_signed_over_the_public_address(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    sandbox.subscribe("twilio", receiver.url + "/twilio", public_url=PUBLIC)
    stage.write(customer, on="sms", text="Où est-il? a=b&c")
    assert sandbox.settle_webhooks()
    (post,) = receiver.posts
    assert validate(sandbox, post, PUBLIC)
    assert not validate(sandbox, post, receiver.url + "/twilio")
    form = post.form
    assert (form["From"], form["To"], form["Body"]) == ("+353871234567", "+35315550199", "Où est-il? a=b&c")
    assert (form["SmsStatus"], form["NumMedia"], form["FromCity"]) == ("received", "0", "")
    assert post.headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_an_incoming_whatsapp_message_has_name_and_files(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    sandbox.subscribe("twilio", receiver.url, kinds=["incoming"])
    stage.write(customer, on="whatsapp", line="whatsapp-2", attachments=[PICTURE])
    stage.write(customer, on="whatsapp", text="At Meta")
    stage.advance(60)
    assert sandbox.settle_webhooks()
    (post,) = receiver.posts
    assert validate(sandbox, post, receiver.url)
    form = post.form
    assert (form["From"], form["WaId"]) == ("whatsapp:+353871234567", "353871234567")
    assert (form["ProfileName"], form["Body"], form["MessageType"]) == ("Jennifer Okafor", "", "image")
    twilio = sandbox.urls["twilio"]
    auth = (twilio["account_sid"], twilio["auth_token"])
    assert httpx.get(form["MediaUrl0"], auth=auth, follow_redirects=True).content == PICTURE.data


def test_states_are_told_as_they_are_listed(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    sandbox.subscribe("twilio", receiver.url, kinds=["status"])
    stage.write(customer, on="whatsapp", line="whatsapp-2", text="Hi")
    sent = send(sandbox, From="whatsapp:+35315550101", To="whatsapp:+353871234567", Body="Hello")
    stage.advance(60)
    assert sandbox.settle_webhooks()
    forms = [post.form for post in receiver.posts]
    assert all(validate(sandbox, post, receiver.url) for post in receiver.posts)
    assert [form["MessageStatus"] for form in forms] == ["sent", "delivered", "read"]
    assert {form["MessageSid"] for form in forms} == {sent["sid"]}
    assert [form.get("EventType") for form in forms] == [None, "DELIVERED", "READ"]
    assert len({post.headers["i-twilio-idempotency-token"] for post in receiver.posts}) == 3


def test_a_failure_has_twilios_code(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    sandbox.subscribe("twilio", receiver.url)
    send(sandbox, From="whatsapp:+35315550101", To="whatsapp:+353871234567", Body="Uninvited")
    stage.advance(60)
    assert sandbox.settle_webhooks()
    (post,) = receiver.posts
    assert (post.form["MessageStatus"], post.form["ErrorCode"]) == ("failed", "63016")


def test_a_message_names_its_own_callback(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    callback = receiver.url + "/mine"
    send(sandbox, From="+35315550199", To="+353871234567", Body="One", StatusCallback=callback)
    send(sandbox, From="+35315550199", To="+353871234567", Body="Two")
    send(sandbox, From="+35315550199", To="+353871234567", Body="Three", StatusCallback="https://x.example/")
    stage.advance(60)
    assert sandbox.settle_webhooks()
    assert [post.form["MessageStatus"] for post in receiver.posts] == ["sent", "delivered"]
    assert all(validate(sandbox, post, callback) for post in receiver.posts)
    assert "RawDlrDoneDate" in receiver.posts[1].form


def test_by_default_only_a_failed_connection_is_repeated_once_at_once(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    made = sandbox.subscribe("twilio", receiver.url)
    receiver.answers.append(500)
    stage.write(customer, on="sms", text="Answered with an error")
    assert sandbox.settle_webhooks()
    assert len(receiver.posts) == 1
    receiver.unplug()
    stage.write(customer, on="sms", text="Nobody there")
    stage.advance(90_000)
    assert sandbox.settle_webhooks()
    with sandbox.lock:
        answered, unreachable = sandbox.webhooks.log(made)
    assert [a["status"] for a in answered["attempts"]] == [500]
    assert [a["error"] for a in unreachable["attempts"]] == ["connect", "connect"]
    assert {answered["state"], unreachable["state"]} == {"given_up"}


@pytest.mark.parametrize(
    ("fragment", "answers", "tries"),
    [
        ("#rc=2&rp=5xx", [500, 503, 200], 3),
        ("#rc=2&rp=5xx", [404, 200], 1),
        ("#rc=9&rp=all", [500] * 9, 6),
        ("#rc=0", [500], 1),
        ("#rc=x&rp=4xx,5xx", [404, 200], 2),
    ],
)
def test_the_fragment_overrides_the_retries_and_is_not_signed(
    sandbox: Sandbox,
    stage: World,
    customer: Customer,
    receiver: WebhookReceiver,
    fragment: str,
    answers: list[int],
    tries: int,
) -> None:
    sandbox.subscribe("twilio", receiver.url + "/sms" + fragment, kinds=["incoming"])
    receiver.answers += answers
    stage.write(customer, on="sms", text="Hi")
    assert sandbox.settle_webhooks()
    assert len(receiver.posts) == tries
    assert all(validate(sandbox, post, receiver.url + "/sms") for post in receiver.posts)
    assert len({post.headers["i-twilio-idempotency-token"] for post in receiver.posts}) == 1


def test_the_fallback_gets_incoming_messages_and_the_error(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    fallback, public = receiver.url + "/fallback", "https://hub.example.com/fallback"
    sandbox.subscribe("twilio", receiver.url + "/main", fallback=fallback, fallback_public_url=public)
    receiver.answers += [500, 500]
    stage.write(customer, on="sms", text="Hi")
    assert sandbox.settle_webhooks()
    main, second = receiver.posts
    assert (main.path, second.path) == ("/main", "/fallback")
    assert validate(sandbox, second, public)
    assert (second.form["ErrorCode"], second.form["ErrorUrl"]) == ("11200", receiver.url + "/main")
    assert second.form["Body"] == "Hi"
    receiver.forget()
    receiver.answers.append(500)
    send(sandbox, From="+35315550199", To="+353871234567", Body="Hello")
    stage.advance(1)
    assert sandbox.settle_webhooks()
    assert [post.path for post in receiver.posts] == ["/main"]


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXTS.filter(bool), TEXTS, max_size=8), TEXTS)
def test_signature_and_form_agree_with_twilios_library_for_any_text(form: dict[str, str], token: str) -> None:
    subscription = TwilioSubscription("one", "http://127.0.0.1:9/hook", public_url=PUBLIC, secret=token)
    delivery = Delivery("id", "status", list(form.items()), 0.0, [Attempt(0.0)])
    request = subscription.request(delivery)
    received = Received("POST", "/hook", {}, request.headers, request.body)
    assert received.form == form
    assert request.headers["X-Twilio-Signature"] == RequestValidator(token).compute_signature(PUBLIC, form)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kinds": ["calls"]}, "kinds must be of incoming, status"),
        ({"fallback": "https://x.example/"}, "no web address on this computer"),
        ({"fallback": "http://127.0.0.1:9/#rc=1"}, "must be another address"),
    ],
)
def test_impossible_subscriptions_are_refused(sandbox: Sandbox, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sandbox.subscribe("twilio", "http://127.0.0.1:9/", **options)
