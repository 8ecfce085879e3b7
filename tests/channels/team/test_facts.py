"""What the hub passes on of the providers' webhooks, as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.intercom.conversations import map_conversation
from desktop.channels.team.envelope import Envelope, EnvelopeKind
from desktop.channels.team.facts import map_envelope
from desktop.domain.delivery import Delivery
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ChannelMessage, DeliveryFact, MessageChange, ProviderErrorKind
from desktop.ports.team import (
    ConversationChanged,
    ConversationUpdated,
    DeliveryReported,
    MessageChangeReported,
    MessageReported,
)

AT = datetime.fromtimestamp(1_795_338_000, UTC)
RECEIVED = datetime(2026, 11, 22, 9, 1, tzinfo=UTC)
META = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "106540352242922")
BOT = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "7012345678")


# --- Intercom ---------------------------------------------------------------------------------------------------------


def test_a_conversation_is_told_in_part(answers: Any) -> None:
    raw = answers.conversation(answers.part(1), answers.part(2))
    (told,) = map_envelope(Envelope(EnvelopeKind.CONVERSATION, raw, is_plain=True))
    assert told == ConversationUpdated(replace(map_conversation(raw), is_partial=True), is_plain=True)
    assert told.conversation.is_partial
    assert told.conversation.fingerprint == 0


def test_a_conversation_that_changed() -> None:
    changed = Envelope(EnvelopeKind.CHANGED, {"id": 215, "updated_at": 1_795_338_000})
    assert map_envelope(changed) == (ConversationChanged("215", AT),)


@pytest.mark.parametrize(
    "body", [None, {}, {"id": "215"}, {"updated_at": 1_795_338_000}, {"id": {}, "updated_at": "x"}]
)
@pytest.mark.parametrize("kind", [EnvelopeKind.CHANGED])
def test_what_names_no_conversation_or_no_time_changed_nothing(kind: EnvelopeKind, body: object) -> None:
    assert map_envelope(Envelope(kind, body)) == ()


# --- WhatsApp ---------------------------------------------------------------------------------------------------------


def whatsapp(**fields: object) -> Envelope:
    about = {"display_phone_number": "+1 555-078-3881", "phone_number_id": META.sender}
    return Envelope(EnvelopeKind.WHATSAPP, {"messaging_product": "whatsapp", "metadata": about} | fields)


def status(word: str, **more: object) -> dict[str, object]:
    return {"id": "wamid.1", "status": word, "timestamp": "1795338000", "recipient_id": "16505551234"} | more


@pytest.mark.parametrize(
    ("word", "state", "final"),
    [
        ("sent", Delivery.SENT, False),
        ("delivered", Delivery.DELIVERED, False),
        ("read", Delivery.READ, True),
        ("played", Delivery.READ, True),
    ],
)
def test_a_message_of_ours_on_whatsapp(word: str, state: Delivery, final: bool) -> None:
    told = map_envelope(whatsapp(statuses=[status(word)]))
    assert told == (DeliveryReported(META, DeliveryFact("wamid.1", state, final, AT)),)


@pytest.mark.parametrize("word", ["read", "failed"])
def test_what_the_sender_gave_comes_back_with_the_report(word: str) -> None:
    (told,) = map_envelope(whatsapp(statuses=[status(word, biz_opaque_callback_data="rl1:2154:9:ab:d-1")]))
    assert isinstance(told, DeliveryReported)
    assert told.fact.reference == "rl1:2154:9:ab:d-1"


def test_a_message_of_ours_that_failed_on_whatsapp() -> None:
    errors = [
        {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "More than 24 hours have passed."}}
    ]
    (told,) = map_envelope(whatsapp(statuses=[status("failed", errors=errors)]))
    assert isinstance(told, DeliveryReported)
    assert told.fact.delivery is Delivery.FAILED
    assert told.fact.final
    assert told.fact.kind is ProviderErrorKind.WINDOW_CLOSED


def test_a_failure_without_a_reason_is_one_all_the_same() -> None:
    (told,) = map_envelope(whatsapp(statuses=[status("failed")]))
    assert isinstance(told, DeliveryReported)
    assert (told.fact.delivery, told.fact.kind) == (Delivery.FAILED, ProviderErrorKind.UNKNOWN)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"type": "text", "text": {"body": "Is my order on its way?"}}, "Is my order on its way?"),
        ({"type": "image", "image": {"id": "1", "caption": "Broken"}}, "Broken"),
        ({"type": "button", "button": {"text": "Yes", "payload": "y"}}, "Yes"),
        ({"type": "interactive", "interactive": {"button_reply": {"id": "1", "title": "Tomorrow"}}}, "Tomorrow"),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, ""),
    ],
)
def test_a_customers_message_on_whatsapp(content: dict[str, object], text: str) -> None:
    message = {"from": "16505551234", "id": "wamid.2", "timestamp": "1795338000"} | content
    told = map_envelope(whatsapp(messages=[message]))
    expected = ChannelMessage("wamid.2", True, "+15550783881", "+16505551234", AT, text)
    assert told == (MessageReported(META, expected),)


def test_a_customer_who_hides_their_number() -> None:
    message = {"from_user_id": "US.1349", "id": "wamid.2", "timestamp": "1795338000", "type": "text"}
    (told,) = map_envelope(whatsapp(messages=[message]))
    assert isinstance(told, MessageReported)
    assert told.message.customer_address == "US.1349"


@pytest.mark.parametrize(
    "more",
    [
        {"type": "reaction", "reaction": {"emoji": "👍"}},
        {"type": "system"},
        {"type": "edit"},
        {"type": "revoke"},
        {"type": "text", "group_id": "g1"},
        {"type": "text", "timestamp": "soon"},
        {"type": "text", "id": ""},
        {"type": "text", "from": {}},
        {},
    ],
)
def test_what_opens_no_window_is_no_message(more: dict[str, object]) -> None:
    message = {"from": "16505551234", "id": "wamid.2", "timestamp": "1795338000"} | more
    assert map_envelope(whatsapp(messages=[message])) == ()


# --- Twilio -----------------------------------------------------------------------------------------------------------


def twilio(received_at: datetime | None = RECEIVED, **parameters: str) -> Envelope:
    return Envelope(EnvelopeKind.TWILIO, parameters, sender="+15557654321", received_at=received_at)


def test_a_message_of_ours_through_twilio() -> None:
    callback = {"MessageSid": "SM1", "MessageStatus": "delivered", "From": "+15557654321", "To": "+16505551234"}
    key = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+15557654321")
    fact = DeliveryFact("SM1", Delivery.DELIVERED, True, RECEIVED)
    assert map_envelope(twilio(**callback)) == (DeliveryReported(key, fact),)


def test_a_message_of_ours_that_failed_through_twilio() -> None:
    callback = {
        "MessageSid": "SM1",
        "MessageStatus": "undelivered",
        "From": "whatsapp:+15557654321",
        "To": "whatsapp:+16505551234",
        "ErrorCode": "63016",
    }
    (told,) = map_envelope(twilio(**callback))
    assert isinstance(told, DeliveryReported)
    assert told.key == ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+15557654321")
    assert told.fact.kind is ProviderErrorKind.WINDOW_CLOSED


@pytest.mark.parametrize("status", [{"SmsStatus": "received"}, {}])
def test_a_customers_message_through_twilio(status: dict[str, str]) -> None:
    callback = {
        "MessageSid": "SM2",
        "From": "whatsapp:+16505551234",
        "To": "whatsapp:+15557654321",
        "Body": "Hello",
    }
    key = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+15557654321")
    message = ChannelMessage("SM2", True, "+15557654321", "+16505551234", RECEIVED, "Hello")
    assert map_envelope(twilio(**callback, **status)) == (MessageReported(key, message),)


def test_a_customers_message_of_no_known_time_is_passed_over() -> None:
    callback = {"MessageSid": "SM2", "From": "+16505551234", "To": "+15557654321", "Body": "Hello"}
    assert map_envelope(twilio(None, **callback)) == ()


# --- Telegram ---------------------------------------------------------------------------------------------------------


def telegram(**more: object) -> Envelope:
    message = {
        "message_id": 5,
        "date": 1_795_338_000,
        "from": {"id": 42, "is_bot": False, "first_name": "Jennifer"},
        "chat": {"id": 42, "type": "private"},
        "text": "Hello",
    }
    return Envelope(EnvelopeKind.TELEGRAM, {"update_id": 1, "message": message | more}, sender=BOT.sender)


def test_a_customers_message_on_telegram() -> None:
    expected = ChannelMessage("42:5", True, "", "42", AT, "Hello")
    assert map_envelope(telegram()) == (MessageReported(BOT, expected),)


@pytest.mark.parametrize(
    "more",
    [
        {"chat": {"id": -100, "type": "group"}},
        {"chat": {"id": -100, "type": "private"}},
        {"from": {"id": 7, "is_bot": True}},
        {"date": None},
        {"message_id": None},
    ],
)
def test_what_is_no_message_of_a_customer_on_telegram(more: dict[str, object]) -> None:
    assert map_envelope(telegram(**more)) == ()


def test_an_edit_on_telegram() -> None:
    edited = telegram(text=None, caption="Hello!", edit_date=1_795_338_060).body["message"]
    told = Envelope(EnvelopeKind.TELEGRAM, {"update_id": 1, "edited_message": edited}, sender=BOT.sender)
    change = MessageChange("42:5", "Hello!", AT + timedelta(minutes=1))
    assert map_envelope(told) == (MessageChangeReported(BOT, change),)
    for more in ({"edit_date": None}, {"from": {"id": 7, "is_bot": True}}, {"chat": {"id": -100, "type": "group"}}):
        assert map_envelope(Envelope(EnvelopeKind.TELEGRAM, {"edited_message": edited | more})) == ()


def test_an_update_of_another_kind_says_nothing() -> None:
    assert map_envelope(Envelope(EnvelopeKind.TELEGRAM, {"update_id": 1, "my_chat_member": {}})) == ()


# --- anything ---------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["id", "status", "timestamp", "failed", "errors", "code", "messages", "statuses", "from", "type", "text", "body",
     "metadata", "conversation_parts", "created_at", "source", "author", "message", "chat", "date", "private", "",
     "MessageSid", "MessageStatus", "From", "To", "Body", "delivered", "received", "1795338000", "\ud800"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)


@given(kind=st.sampled_from(EnvelopeKind), body=VALUES, sender=st.text(max_size=5))
@examples(200)
def test_no_body_is_too_odd(kind: EnvelopeKind, body: object, sender: str) -> None:
    for fact in map_envelope(Envelope(kind, body, sender=sender, received_at=RECEIVED)):
        assert isinstance(fact, ConversationUpdated | ConversationChanged | DeliveryReported | MessageReported)


@given(value=VALUES, statuses=st.lists(VALUES, max_size=3), messages=st.lists(VALUES, max_size=3))
@examples(150)
def test_nothing_within_a_webhook_is_too_odd(value: object, statuses: list[object], messages: list[object]) -> None:
    map_envelope(whatsapp(metadata=value, statuses=statuses, messages=messages))
    for content in messages:
        map_envelope(Envelope(EnvelopeKind.TELEGRAM, {"message": content}))
        map_envelope(Envelope(EnvelopeKind.TELEGRAM, {"edited_message": content}))
