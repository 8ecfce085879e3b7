"""The guided relay test: from the agent's own phone to evidence, and no conclusion from silence or doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import FakeEngine, news, press
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import SendReply, SetRelay
from desktop.text.screens import settings as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.relay_test.sheet import EXPECTED, RelayTestSheet

pytestmark = pytest.mark.slow
WHATSAPP = ChannelKind.WHATSAPP
MINUTE = timedelta(minutes=1)


@pytest.fixture
def page(qtbot, window: MainWindow, engine: FakeEngine, people, now) -> RelayTestSheet:
    """Opened for WhatsApp, after Maria wrote from a phone of their own."""
    phone = people.row("c-1", "Maria's phone", last_at=now - MINUTE, last_text="Test")
    long_ago = people.row("c-2", "Tom Baker", last_at=now - 11 * MINUTE)
    engine.queries.rows = (long_ago, phone)
    engine.queries.threads["c-1"] = people.jennifer(whatsapp_age=MINUTE, messenger_age=None)
    news(qtbot, engine, customers=frozenset({"c-1"}))
    window.settings.open_relay_test(WHATSAPP)
    qtbot.waitUntil(lambda: bool(window.settings.relay_test.choices))
    return window.settings.relay_test


def click(qtbot, page: RelayTestSheet, word: str) -> None:
    button = next(b for b in page.findChildren(QPushButton) if b.text() == word and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose_phone(qtbot, window: MainWindow, page: RelayTestSheet) -> None:
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts.SEND_REPLY() in page.choices)


def with_echo(qtbot, engine: FakeEngine, people, state: State | None) -> None:
    """state: of the test reply; None once it stands in the thread."""
    sent = engine.command_handler.of(SendReply)[-1]
    view = people.jennifer(whatsapp_age=MINUTE, messenger_age=None)
    if state is None:
        said = people.entry(sent.conversation_id, timedelta(0), sent.text)
        view = people.jennifer(whatsapp_age=MINUTE, messenger_age=None, more=(said,))
    else:
        view = replace(
            view, pending_replies=(structs.replace(people.pending(state, sent.text), draft_id=sent.draft_id),)
        )
    engine.queries.threads["c-1"] = view
    news(qtbot, engine, threads=frozenset({"c-1"}))


def test_without_a_channel_it_asks_for_one(qtbot, window: MainWindow, page: RelayTestSheet) -> None:
    window.settings.open_relay_test()
    assert page.choices == ["WhatsApp", "Telegram", "SMS"]
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Return)
    assert "Write to your business on Telegram from your own phone" in page.text


def test_only_who_wrote_a_moment_ago_is_offered(page: RelayTestSheet) -> None:
    assert [c.replace("\u2068", "").replace("\u2069", "") for c in page.choices] == ["Maria's phone · 1 min ago · Test"]


def test_it_fills_while_the_agent_writes(qtbot, page: RelayTestSheet, window, engine: FakeEngine, people, now) -> None:
    window.settings.open_relay_test(ChannelKind.SMS)
    assert page.choices == []
    assert "Nobody wrote by text message (SMS) in the last 10 min." in page.text
    engine.queries.rows = (people.row("c-1", "Maria's phone", last_at=now, last_channel=ChannelKind.SMS),)
    news(qtbot, engine, customers=frozenset({"c-1"}))
    assert len(page.choices) == 1


def test_the_test_reply_goes_through_the_door_to_the_chosen_phone(
    qtbot, window: MainWindow, page: RelayTestSheet, engine: FakeEngine
) -> None:
    choose_phone(qtbot, window, page)
    assert window.customer_id == "c-1"
    assert "To: Jennifer Okafor" in page.text
    assert texts.TEST_REPLY() in page.text
    click(qtbot, page, texts.SEND_REPLY())
    *_, sent = engine.command_handler.of(SendReply)
    assert (sent.customer_id, sent.conversation_id, sent.text) == ("c-1", "wa", texts.TEST_REPLY())
    assert {code for code, _ in sent.acknowledged} <= EXPECTED


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.HELD, State.REFUSED, State.UNCONFIRMED])
def test_nothing_is_asked_before_intercom_has_it(
    qtbot, window, page: RelayTestSheet, engine: FakeEngine, people, state: State
) -> None:
    choose_phone(qtbot, window, page)
    click(qtbot, page, texts.SEND_REPLY())
    assert page.choices == []
    with_echo(qtbot, engine, people, state)
    assert texts.NOT_SENT_YET() in page.text
    assert page.choices == []


@pytest.mark.parametrize("state", [State.ACCEPTED, None])
@pytest.mark.parametrize(
    ("word", "relay"), [("Yes, it arrived", Relay.PROVEN), ("No, it didn't", Relay.REFUSED), ("Not sure", None)]
)
def test_the_answer_becomes_evidence_and_doubt_none(
    qtbot, window, page: RelayTestSheet, engine: FakeEngine, people, state, word, relay
) -> None:
    choose_phone(qtbot, window, page)
    click(qtbot, page, texts.SEND_REPLY())
    with_echo(qtbot, engine, people, state)
    assert "Did it arrive on WhatsApp on your phone?" in page.text
    click(qtbot, page, word)
    expected = [] if relay is None else [SetRelay(WHATSAPP, relay, RelayProof.GUIDED_TEST, "wa")]
    assert engine.command_handler.of(SetRelay) == expected
    click(qtbot, page, "Close")
    assert not page.is_open


def test_an_earlier_test_reply_proves_nothing(qtbot, window, page: RelayTestSheet, engine: FakeEngine, people) -> None:
    earlier = people.entry("wa", timedelta(hours=1), texts.TEST_REPLY())
    engine.queries.threads["c-1"] = people.jennifer(whatsapp_age=MINUTE, messenger_age=None, more=(earlier,))
    choose_phone(qtbot, window, page)
    click(qtbot, page, texts.SEND_REPLY())
    assert texts.NOT_SENT_YET() in page.text


def test_a_closed_window_would_tell_nothing(qtbot, window, page: RelayTestSheet, engine: FakeEngine, people) -> None:
    engine.queries.threads["c-1"] = people.jennifer()
    choose_phone(qtbot, window, page)
    click(qtbot, page, texts.SEND_REPLY())
    assert texts.CANNOT_TEST() in page.text
    assert "Won't arrive on WhatsApp" in page.text
    assert engine.command_handler.of(SetRelay) == []


def test_somebody_else_leads_back_and_escape_leaves_everything_as_it_was(
    qtbot, window, page: RelayTestSheet, engine: FakeEngine
) -> None:
    choose_phone(qtbot, window, page)
    click(qtbot, page, texts.CHOOSE_AGAIN())
    assert "from your own phone" in page.text
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not page.is_open
    assert engine.command_handler.of(SendReply) + engine.command_handler.of(SetRelay) == []


def test_a_refusal_of_the_door_is_said(qtbot, window, page: RelayTestSheet, engine: FakeEngine) -> None:
    choose_phone(qtbot, window, page)
    engine.command_handler.refuse = "Intercom cannot be reached."
    click(qtbot, page, texts.SEND_REPLY())
    assert "Intercom cannot be reached." in page.text
