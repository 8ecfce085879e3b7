"""The note that teammates read in Intercom about a message that was sent outside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import OutboxReason
from desktop.domain.model.reason import make_reason
from desktop.ports.reasons import ProviderReason
from desktop.text.team_notes import direct_message_ending, direct_message_note

ROUTE = Route(
    ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "106540352242922"), "+353871234567", our_address="+35315550100"
)
SENT = DirectSent(
    "d1",
    "wamid.1",
    "v1",
    ROUTE,
    "Hi Jennifer, your parcel is on its way.",
    datetime(2026, 11, 20, 14, 5, tzinfo=UTC),
    author_name="Sam Byrne",
    template="order_shipped",
)


def test_who_sent_what_to_whom_from_where_and_what_is_known() -> None:
    assert direct_message_note(SENT) == (
        "Sam Byrne sent the WhatsApp template “order_shipped” to +353871234567, outside Intercom. "
        "WhatsApp accepted it; delivery isn't confirmed yet. "
        "Sent from +35315550100 (20 November 2026, 14:05 UTC).\n\n"
        "Hi Jennifer, your parcel is on its way."
    )


def test_free_text_with_a_file_by_text_message() -> None:
    key = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+35315550102")
    sms = replace(SENT, route=Route(key, "+353871234567"), template="", text="", file_names=("a.pdf", "b.png"))
    assert direct_message_note(sms) == (
        "Sam Byrne sent this by text message (SMS) to +353871234567, outside Intercom. "
        "Twilio accepted it; delivery isn't confirmed yet. "
        "Sent from +35315550102 (20 November 2026, 14:05 UTC).\n\n"
        "Attached: a.pdf, b.png"
    )


def test_its_end_is_known_before_the_provider_answers() -> None:
    told = replace(SENT, file_names=("a.pdf",), remark=make_reason(ProviderReason.DELAYED_BY_PAUSE))
    ending = direct_message_ending(ROUTE, SENT.sent_at, SENT.text, ("a.pdf",))
    assert direct_message_note(told).endswith(f" {ending}")
    assert ending == (
        "Sent from +35315550100 (20 November 2026, 14:05 UTC).\n\n"
        "Hi Jennifer, your parcel is on its way.\n\nAttached: a.pdf"
    )


def test_an_author_who_is_not_known_is_not_named() -> None:
    template, text = direct_message_note(replace(SENT, author_name="")), replace(SENT, author_name="", template="")
    assert template.startswith("The WhatsApp template “order_shipped” was sent to +353871234567, outside Intercom.")
    assert direct_message_note(text).startswith("This was sent on WhatsApp to +353871234567, outside Intercom.")


def test_what_a_teammate_confirmed_is_not_called_accepted() -> None:
    reason = make_reason(OutboxReason.CONFIRMED_BY_TEAMMATE, provider="WhatsApp")
    note = direct_message_note(replace(SENT, reason=reason))
    assert "WhatsApp didn't respond, but a teammate confirmed that this arrived." in note
    assert "accepted" not in note


def test_what_the_provider_remarked_is_told() -> None:
    remark = make_reason(ProviderReason.DELAYED_BY_PAUSE)
    note = direct_message_note(replace(SENT, remark=remark, delivery=Delivery.ACCEPTED))
    assert "WhatsApp accepted it; delivery isn't confirmed yet. WhatsApp paused the template" in note
