"""The composer's route: chosen for one draft, told in full, sent directly, and gone after it was used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from direct_routes import CUSTOMER_PHONE, octopods_route, sms_route, telegram_route, whatsapp_route, with_direct_routes
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.domain.model.warning import Verdict, WarningCode
from desktop.engine.commands import SaveDraft, SendDirect, SendReply
from desktop.engine.views import ConnectionState, ConnectionView, ThreadView
from desktop.ports import OutgoingFile
from desktop.ui.composer.attachments import AttachmentRow
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.route_menu import RouteButton
from desktop.ui.composer.writing.sms_counter import SmsCounter

Jennifer = Callable[..., ThreadView]
OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}
PHOTO = OutgoingFile("parcel.jpg", "image/jpeg", b"x" * 2000)


@pytest.fixture
def composer(qtbot, theme, ticker) -> Composer:
    composer = Composer(theme, ticker)
    qtbot.addWidget(composer)
    composer.resize(700, 300)
    composer.show()
    return composer


@pytest.fixture
def asked(composer: Composer) -> list[SendReply | SendDirect]:
    commands: list[SendReply | SendDirect] = []
    composer.send_requested.connect(commands.append)
    return commands


def type_in(qtbot, composer: Composer, text: str) -> None:
    qtbot.keyClicks(composer.findChild(ComposerEdit), text)


def switch_of(composer: Composer) -> RouteButton:
    return composer.findChild(RouteButton)


def send_button(composer: Composer) -> QPushButton:
    return next(b for b in composer.findChildren(QPushButton) if b.objectName() == "primary")


def line_of(composer: Composer) -> str:
    return composer._line.text


# What can be chosen.


def test_with_no_way_past_intercom_there_is_no_switch(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    assert switch_of(composer).isHidden()
    assert not composer.open_routes()


def test_a_way_for_templates_alone_is_none_for_what_is_typed(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), octopods_route()), "wa", "91")
    assert switch_of(composer).isHidden()


def test_intercom_stands_first_and_is_what_is_meant(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), whatsapp_route(), telegram_route()), "wa", "91")
    texts = [action.text() for action in switch_of(composer).route_menu.actions()]
    assert texts[0].startswith("Intercom")
    assert texts[1:] == [
        f"WhatsApp · Acme support to {CUSTOMER_PHONE}",
        "Telegram · Acme bot to 555123",
    ]
    assert [a.isChecked() for a in switch_of(composer).route_menu.actions()] == [True, False, False]
    assert composer.route is None
    assert "Through Intercom" in switch_of(composer).accessibleName()


def test_what_is_chosen_is_told_to_everybody(composer: Composer, jennifer: Jennifer) -> None:
    direct_route = whatsapp_route()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    name = switch_of(composer).accessibleName()
    for fact in ("Directly on WhatsApp", "through WhatsApp", CUSTOMER_PHONE, "+35312345678", "Acme support"):
        assert fact in name
    assert "WhatsApp" in switch_of(composer).text()
    assert send_button(composer).accessibleName() == "Send reply directly on WhatsApp"
    assert "directly on WhatsApp" in composer.findChild(ComposerEdit).accessibleName()


def test_the_switch_shows_less_where_there_is_less_room(composer: Composer, jennifer: Jennifer, theme, qtbot) -> None:
    direct_route = whatsapp_route(name="The support number of our shop in Cork")
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    composer.resize(900, 300)
    qtbot.waitUntil(lambda: "Cork" in switch_of(composer).text())
    composer.resize(480, 300)
    qtbot.waitUntil(lambda: "Cork" not in switch_of(composer).text())
    assert "WhatsApp" in switch_of(composer).accessibleName()
    assert composer.width() == 480


def test_a_note_goes_no_other_way(composer: Composer, jennifer: Jennifer, asked, qtbot) -> None:
    direct_route = whatsapp_route()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    composer.set_internal(True)
    assert switch_of(composer).isHidden()
    assert not composer.open_routes()
    type_in(qtbot, composer, "She called.")
    composer.choose_route(direct_route.route)
    composer.send()
    assert [type(c) for c in asked] == [SendReply]
    composer.set_internal(False)
    assert composer.route == direct_route.route


# The draft.


def test_the_words_are_the_same_draft_whichever_way(composer: Composer, jennifer: Jennifer, qtbot) -> None:
    direct_route = whatsapp_route()
    saved: list[SaveDraft] = []
    composer.draft_changed.connect(saved.append)
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    type_in(qtbot, composer, "On its way")
    before = composer.draft_id
    for route in (direct_route.route, None, direct_route.route):
        composer.choose_route(route)
        assert (composer.draft_id, composer.text) == (before, "On its way")
    composer.flush()
    assert [d.draft_id for d in saved] == [before]


def test_it_is_sent_past_intercom_once_and_then_through_it_again(
    composer: Composer, jennifer: Jennifer, asked, qtbot
) -> None:
    direct_route = whatsapp_route()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    type_in(qtbot, composer, "On its way")
    draft = composer.draft_id
    composer.send(frozenset({(WarningCode.WINDOW_UNKNOWN, "")}))
    composer.send()
    assert asked == [
        SendDirect(
            draft,
            "c-1",
            "wa",
            direct_route.route,
            "On its way",
            acknowledged=frozenset({(WarningCode.WINDOW_UNKNOWN, "")}),
        )
    ]
    composer.sent(draft)
    assert (composer.text, composer.route) == ("", None)
    type_in(qtbot, composer, "Anything else?")
    composer.send()
    assert isinstance(asked[-1], SendReply)


def test_until_there_is_an_answer_the_way_cannot_be_changed(
    composer: Composer, jennifer: Jennifer, asked, qtbot
) -> None:
    direct_route = whatsapp_route()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    type_in(qtbot, composer, "On its way")
    composer.send()
    composer.choose_route(None)
    assert composer.route == direct_route.route
    assert not composer.open_routes()
    composer.refused("WhatsApp did not take it.")
    composer.choose_route(None)
    assert composer.route is None


def test_another_customer_begins_with_intercom(composer: Composer, jennifer: Jennifer, people) -> None:
    direct_route = whatsapp_route()
    routed_view = with_direct_routes(jennifer(**OPEN), direct_route)
    composer.show_conversation(routed_view, "wa", "91")
    composer.choose_route(direct_route.route)
    tom = with_direct_routes(people.view([people.web()], customer_id="c-2", name="Tom Baker"), direct_route)
    composer.show_conversation(tom, "web", "91")
    assert composer.route is None
    composer.show_conversation(routed_view, "wa", "91")
    assert composer.route is None


def test_newer_facts_leave_the_way_chosen(composer: Composer, jennifer: Jennifer) -> None:
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), whatsapp_route(carries_bridge=False)), "wa", "91")
    composer.choose_route(whatsapp_route(carries_bridge=False).route)
    assert "Might not arrive on WhatsApp" in line_of(composer)
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), whatsapp_route()), "wa", "91")
    assert composer.route == whatsapp_route().route
    assert line_of(composer).startswith("Arrives on WhatsApp only")


def test_an_account_that_is_gone_leaves_intercom_and_says_so(composer: Composer, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), whatsapp_route()), "wa", "91")
    type_in(qtbot, composer, "On its way")
    composer.choose_route(whatsapp_route().route)
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    assert composer.route is None
    assert composer.text == "On its way"
    assert composer.error_text == (
        "Your channel account for WhatsApp is no longer connected. This reply is now sent through Intercom."
    )
    assert "Reaches the Messenger" in line_of(composer)


# The forecast.


@pytest.mark.parametrize(
    ("age", "carries_bridge", "verdict", "said"),
    [
        (
            timedelta(hours=2),
            True,
            Verdict.CLEAR,
            "Arrives on WhatsApp only · 21 h 58 min left.",
        ),
        (
            timedelta(hours=26),
            True,
            Verdict.WARN,
            "Won't arrive: WhatsApp closed 2 h 2 min ago. A template doesn't need an open window.",
        ),
        (
            timedelta(hours=2),
            False,
            Verdict.WARN,
            "Might not arrive on WhatsApp. We don't see what the customer writes to this number."
            " A template doesn't need an open window.",
        ),
    ],
    ids=["open", "closed", "unseen"],
)
def test_the_line_speaks_of_the_way(
    composer: Composer, jennifer: Jennifer, age: timedelta, carries_bridge: bool, verdict: Verdict, said: str
) -> None:
    direct_route = whatsapp_route(carries_bridge=carries_bridge)
    composer.show_conversation(
        with_direct_routes(jennifer(whatsapp_age=age, messenger_age=None), direct_route), "wa", "91"
    )
    composer.choose_route(direct_route.route)
    assert line_of(composer) == said
    assert composer.forecast is not None
    assert composer.forecast.verdict is verdict
    composer.choose_route(None)
    assert "on WhatsApp only" not in line_of(composer)


def test_a_closing_way_is_judged_by_the_clock(composer: Composer, jennifer: Jennifer, clock, ticker) -> None:
    direct_route = whatsapp_route()
    view = with_direct_routes(jennifer(whatsapp_age=timedelta(hours=23, minutes=57), messenger_age=None), direct_route)
    composer.show_conversation(view, "wa", "91")
    composer.choose_route(direct_route.route)
    assert "1 min 0 s left." in line_of(composer)
    clock.advance(timedelta(minutes=2))
    ticker.tick()
    assert "Won't arrive: WhatsApp closed 1 min ago." in line_of(composer)


def test_offline_it_says_that_it_waits(composer: Composer, jennifer: Jennifer) -> None:
    direct_route = telegram_route()
    composer.show_conversation(with_direct_routes(jennifer(), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    composer.set_connection(ConnectionView(ConnectionState.OFFLINE))
    assert line_of(composer) == (
        "Arrives on Telegram only. You're offline. When you're back, we'll check this reply again, then send it or ask"
        " you. Your team sees a note in Intercom."
    )
    assert send_button(composer).text() == "Send when online"


def test_two_files_are_not_sent_past_intercom(composer: Composer, jennifer: Jennifer, asked, qtbot) -> None:
    direct_route = whatsapp_route()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    files = composer.findChild(AttachmentRow)
    files.set_files((PHOTO, PHOTO))
    files.changed.emit()
    assert "WhatsApp accepts one file at a time." in line_of(composer)
    composer.send()
    assert asked == []
    assert composer.error_text == "WhatsApp accepts one file at a time. Send them one by one."
    composer.choose_route(None)
    composer.send()
    assert [len(c.files) for c in asked] == [2]


# SMS.


def count_of(composer: Composer) -> str:
    counter = composer.findChild(SmsCounter)
    return "" if counter.isHidden() else counter.text()


def test_an_sms_is_counted_while_it_is_typed_and_not_before(composer: Composer, jennifer: Jennifer, qtbot) -> None:
    direct_route = sms_route()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    composer.choose_route(direct_route.route)
    assert count_of(composer) == ""
    type_in(qtbot, composer, "Hello")
    assert count_of(composer) == "5 characters · 1 SMS · 155 left"
    composer.choose_route(None)
    assert count_of(composer) == ""


def test_a_bridged_sms_is_counted_with_a_reserve(composer: Composer, people, qtbot) -> None:
    chat = people.conversation(
        "sms", [people.customer_message("sms", timedelta(hours=1), "Hi", app_code="octopods-vv1")], tags=("twilio",)
    )
    composer.show_conversation(people.view([chat]), "sms", "91")
    type_in(qtbot, composer, "Hello")
    assert count_of(composer) == "5 characters · at least 1 SMS · 155 left"
    composer.set_internal(True)
    type_in(qtbot, composer, "A note")
    assert count_of(composer) == ""


def test_the_switch_is_reached_and_opened_with_the_keyboard(composer: Composer, jennifer: Jennifer, qtbot) -> None:
    direct_route = telegram_route()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), direct_route), "wa", "91")
    switch = switch_of(composer)
    assert switch.focusPolicy() & Qt.FocusPolicy.TabFocus
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    qtbot.waitUntil(switch.route_menu.isVisible)
    qtbot.keyClick(switch.route_menu, Qt.Key.Key_Down)
    qtbot.keyClick(switch.route_menu, Qt.Key.Key_Return)
    assert composer.route == direct_route.route
