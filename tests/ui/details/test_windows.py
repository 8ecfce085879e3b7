"""Why the countdown says what it says, also where only the channel's provider shows what opened it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import NOW, WORKSPACE, ago, conversation, jennifer, on_channel

from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.views import ThreadView
from desktop.ui.details.evidence import find_opener, window_sentences

OURS, CUSTOMER_NUMBER = "+35315550101", "+353871234567"
ROW = ProviderMessage(
    ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, OURS),
    "SM1",
    True,
    OURS,
    CUSTOMER_NUMBER,
    ago(2) - timedelta(minutes=4),
    text_digest("Order 1042"),
)
ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": OURS}


def said(*rows: ProviderMessage) -> str:
    held = conversation("1", on_channel(2, text="Order 1042"), tags=("twilio_whatsapp",))
    thread = assemble_thread([held], [jennifer(bridge_attributes=ATTRIBUTES)], WORKSPACE, provider_messages=rows)
    view = ThreadView("c1", "Jennifer", thread, WORKSPACE, {})
    window = thread.chat("1").window
    return window_sentences(window, view.name, find_opener(view, window), NOW)


def test_by_intercom_alone_the_bridges_delay_is_allowed_for() -> None:
    assert "“Order 1042”" in said()
    assert said().endswith("Octopods forwards messages with a delay, so we count 2 min less than 24 h.")


def test_a_time_of_the_providers_own_is_said_to_be_that() -> None:
    assert "“Order 1042”" in said(ROW)
    assert "We count 1 min less than 24 h" in said(ROW)
    assert "The time comes from WhatsApp itself." in said(ROW)
    assert "posts later" not in said(ROW)
    assert f"{ROW.sent_at.astimezone():%H:%M}" in said(ROW)


@pytest.mark.parametrize("seconds", [30, 3600])
def test_a_message_that_intercom_does_not_show_is_said_to_be_missing_there(seconds: int) -> None:
    newest = replace(ROW, remote_id="SM2", sent_at=NOW - timedelta(seconds=seconds), text_digest=text_digest("Hello?"))
    assert "Intercom doesn't show that message yet." in said(ROW, newest)
    assert "“" not in said(ROW, newest)
