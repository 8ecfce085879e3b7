"""The link on the forecast line: the action that helps most, and what pressing it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from direct_routes import octopods_route, with_direct_routes
from sample_people import BRIDGE, People

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.domain.reach import find_situation
from desktop.engine.views import ConnectionState, ConnectionView, ThreadView
from desktop.ui.composer.alternatives import LineAction
from desktop.ui.composer.composer import Composer

Jennifer = Callable[..., ThreadView]
OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}
LATER_IN_MESSENGER = {"whatsapp_age": timedelta(hours=2), "messenger_age": timedelta(hours=1)}


@pytest.fixture
def composer(qtbot, theme, ticker) -> Composer:
    composer = Composer(theme, ticker)
    qtbot.addWidget(composer)
    composer.resize(700, 300)
    composer.show()
    return composer


def press(composer: Composer) -> None:
    composer._line._link.click()


def proven(view: ThreadView) -> ThreadView:
    workspace = replace(view.workspace, relay={ChannelKind.WHATSAPP: Relay.PROVEN})
    return replace(view, situations={i: find_situation(view.thread, i, workspace) for i in view.situations})


def test_doubt_about_delivery_is_ended_by_a_test(composer: Composer, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    assert composer._line.action is LineAction.TEST
    with qtbot.waitSignal(composer.test_wanted) as wanted:
        press(composer)
    assert wanted.args == [ChannelKind.WHATSAPP]


def test_where_all_is_sure_there_is_no_link(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(proven(jennifer(**OPEN)), "wa", "91")
    assert composer._line.action is None
    assert composer._line._link.isHidden()


def test_a_message_that_is_missing_on_the_channel_is_quoted_once(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(proven(jennifer(**LATER_IN_MESSENGER)), "wa", "91")
    assert composer._line.action is LineAction.QUOTE
    assert "only your reply will appear there" in composer._line.text
    press(composer)
    assert composer.text.startswith("> ")
    assert composer._line.action is None
    assert composer._line.text.startswith("Arrives on WhatsApp and in the Messenger")


def test_a_closed_window_leads_to_a_template_if_there_is_one(composer: Composer, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(), "wa", "91")
    assert composer._line.action is LineAction.ASK
    with qtbot.waitSignal(composer.ask_wanted):
        press(composer)
    composer.show_conversation(with_direct_routes(jennifer(), octopods_route()), "wa", "91")
    assert composer._line.action is LineAction.TEMPLATE
    with qtbot.waitSignal(composer.template_wanted):
        press(composer)


def test_a_closed_window_leads_to_the_conversation_where_the_customer_has_written_since(
    composer: Composer, people: People, qtbot
) -> None:
    newer = people.customer_message("wa2", timedelta(minutes=2), "It's me again.", app_code=BRIDGE)
    chats = [
        people.whatsapp(timedelta(hours=26), timedelta(minutes=5)),
        people.conversation("wa2", [newer], tags=("whatsapp",)),
    ]
    composer.show_conversation(with_direct_routes(people.view(chats), octopods_route()), "wa", "91")
    # A template costs something, and isn't needed there.
    assert composer._line.action is LineAction.GO
    with qtbot.waitSignal(composer.go_to) as went:
        press(composer)
    assert went.args == ["wa2"]


def test_it_leads_to_where_the_customer_wrote_last(composer: Composer, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(whatsapp_age=timedelta(minutes=10), messenger_age=None), "web", "91")
    assert composer._line.action is LineAction.GO
    with qtbot.waitSignal(composer.go_to) as went:
        press(composer)
    assert went.args == ["wa"]


def test_a_window_that_closes_by_itself_changes_the_link(composer: Composer, jennifer: Jennifer, clock, ticker) -> None:
    composer.show_conversation(jennifer(whatsapp_age=timedelta(hours=23, minutes=50), messenger_age=None), "wa", "91")
    assert composer._line.action is LineAction.TEST
    clock.advance(timedelta(minutes=10))
    ticker.tick()
    assert composer._line.action is LineAction.ASK


def test_a_note_and_what_cannot_be_sent_have_no_link(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(jennifer(), "wa", "91")
    composer.set_internal(True)
    assert composer._line.action is None
    composer.set_internal(False)
    composer.append_text("Dear {{name}}")
    assert composer._line.action is None


def test_offline_the_link_stays(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    composer.set_connection(ConnectionView(ConnectionState.OFFLINE))
    assert composer._line.action is LineAction.TEST
