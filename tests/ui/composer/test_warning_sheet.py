"""The warning sheet: told in words, driven by real keys, and never sending on Enter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from direct_routes import octopods_route, telegram_route, whatsapp_route, with_direct_routes
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.warning import WarningCode
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.ui.composer.warning_sheet import WarningSheet

Jennifer = Callable[..., ThreadView]


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


@pytest.fixture
def sheet(window: QWidget, theme) -> WarningSheet:
    return WarningSheet(theme, window)


def ask(
    sheet: WarningSheet, view: ThreadView, now, conversation_id: str = "wa", text: str = "Are you at home?"
) -> None:
    command = SendReply("d1", view.customer_id, conversation_id, text)
    forecast = compute_forecast(view.situations[conversation_id], Reply(text), now)
    sheet.ask(view, command, Reply(text), forecast, forecast.unacknowledged(frozenset()), now)


def ask_direct(
    sheet: WarningSheet, view: ThreadView, now, direct_route: DirectRoute, text: str = "Are you at home?"
) -> None:
    command = SendDirect("d1", view.customer_id, "wa", direct_route.route, text)
    forecast = compute_forecast(
        find_direct_situation(view.thread, direct_route, view.situations["wa"]), Reply(text), now
    )
    sheet.ask(view, command, Reply(text), forecast, forecast.unacknowledged(frozenset()), now)


def press(qtbot, sheet: WarningSheet, text: str) -> None:
    qtbot.mouseClick(next(b for b in sheet.choices if b.text() == text), Qt.MouseButton.LeftButton)


def shown(sheet: WarningSheet) -> str:
    return "\n".join(label.text() for label in sheet.findChildren(QLabel))


def labels(sheet: WarningSheet) -> list[str]:
    return [b.text() for b in sheet.choices]


def focused() -> QWidget | None:
    return QApplication.focusWidget()


def reach(qtbot, text: str) -> None:
    """Press Tab until the button with that text has the focus."""
    for _ in range(10):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        if focused().text() == text:
            return
    pytest.fail(f"Tab does not reach {text!r}")


def test_it_says_what_happens_why_and_with_which_words(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    ask(sheet, jennifer(), now)
    told = shown(sheet)
    assert "Won't arrive on WhatsApp" in told
    assert (
        "Jennifer will see this only in the Messenger. WhatsApp closed 2 h 2 min ago, and Jennifer's latest message"
        " came from the Messenger, which doesn't extend the 24-hour window."
    ) in told
    assert told.count("doesn't extend") == 1
    assert "still closed" not in told
    assert "Are you at home?" in told
    assert sheet.accessibleName().startswith("Will not arrive on WhatsApp. Jennifer will see this only")


def test_each_choice_says_what_it_does(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    ask(sheet, with_direct_routes(jennifer(), octopods_route(), telegram_route()), now)
    told = shown(sheet)
    for choice in sheet.choices:
        assert choice.accessibleDescription() != ""
        assert choice.accessibleDescription() in told


def test_one_choice_stands_out_and_it_never_sends(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    views = (jennifer(), with_direct_routes(jennifer(), octopods_route()))
    for view, recommended in zip(views, ("Ask to continue on WhatsApp…", "Send template…"), strict=True):
        ask(sheet, view, now)
        assert [b.text() for b in sheet.choices if b.objectName() == "primary"] == [recommended]
        assert [b.text() for b in sheet.choices if b.objectName() == "quiet"] == ["Send to Messenger only"]


def test_where_the_customer_is_elsewhere_going_there_stands_out(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    view = with_direct_routes(jennifer(whatsapp_age=timedelta(minutes=10), messenger_age=None), octopods_route())
    ask(sheet, view, now, "web")
    assert "Send template…" in labels(sheet)
    assert [b.text() for b in sheet.choices if b.objectName() == "primary"] == ["Go to the WhatsApp conversation"]


def test_nothing_is_cut_off_at_twice_the_text_size(sheet: WarningSheet, window: QWidget, jennifer, now, theme) -> None:
    theme.set_text_scale(2.0)
    window.resize(724, 640)
    ask(sheet, with_direct_routes(jennifer(), octopods_route(), telegram_route()), now)
    assert window.rect().contains(sheet._card.geometry())
    bottoms = []
    for button in sheet.choices:
        corner = button.mapTo(window, button.rect().topLeft())
        assert not bottoms or corner.y() >= bottoms[-1], "one below the other"
        bottoms.append(corner.y() + button.height())
        for label in button.findChildren(QLabel):
            assert label.isHidden() or label.height() >= label.heightForWidth(label.width())
    for label in sheet._text_area.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
    assert bottoms[-1] <= window.height()


def test_the_ways_out_stand_in_order_of_helpfulness(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    ask(sheet, jennifer(), now)
    assert labels(sheet) == [
        "Connect WhatsApp to send a template…",
        "Ask to continue on WhatsApp…",
        "Reply in Intercom",
        "Send to Messenger only",
        "Keep draft",
    ]


def test_a_customer_who_is_elsewhere_can_be_answered_there(sheet: WarningSheet, jennifer: Jennifer, now, qtbot) -> None:
    ask(sheet, jennifer(whatsapp_age=timedelta(minutes=10), messenger_age=None), now, "web")
    assert labels(sheet) == [
        "Go to the WhatsApp conversation",
        "Reply in Intercom",
        "Send to Messenger only",
        "Keep draft",
    ]
    with qtbot.waitSignal(sheet.go_to) as went:
        qtbot.mouseClick(sheet.choices[0], Qt.MouseButton.LeftButton)
    assert went.args == ["wa"]
    assert not sheet.is_open


def test_another_chat_with_an_open_window_is_offered(sheet: WarningSheet, people, now) -> None:
    telegram = people.conversation(
        "tg", [people.customer_message("tg", timedelta(days=2), "Hi", app_code="octopods-vv1")], tags=("telegram",)
    )
    ask(sheet, people.view([people.whatsapp(timedelta(hours=26), None), telegram]), now)
    assert "Go to the Telegram conversation" in labels(sheet)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_enter_presses_no_choice_wherever_the_focus_is(
    sheet: WarningSheet, jennifer: Jennifer, now, qtbot, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    sent: list[object] = []
    sheet.send_anyway.connect(sent.append)
    ask(sheet, jennifer(), now)
    assert focused() is sheet
    qtbot.keyClick(focused(), key, modifier)
    assert sheet.is_open
    for choice in labels(sheet):
        reach(qtbot, choice)
        qtbot.keyClick(focused(), key, modifier)
        assert sheet.is_open
    assert sent == []


def test_space_presses_a_choice(sheet: WarningSheet, jennifer: Jennifer, now, qtbot) -> None:
    ask(sheet, jennifer(), now)
    reach(qtbot, "Keep draft")
    with qtbot.waitSignal(sheet.kept):
        qtbot.keyClick(focused(), Qt.Key.Key_Space)


def test_nothing_is_a_default_button(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    ask(sheet, jennifer(), now)
    assert not any(b.isDefault() or b.autoDefault() for b in sheet.findChildren(QPushButton))


def test_space_on_the_button_sends_with_what_was_accepted(sheet: WarningSheet, jennifer: Jennifer, now, qtbot) -> None:
    ask(sheet, jennifer(), now)
    reach(qtbot, "Send to Messenger only")
    with qtbot.waitSignal(sheet.send_anyway) as sent:
        qtbot.keyClick(focused(), Qt.Key.Key_Space)
    accepted, route = sent.args
    assert {code for code, _ in accepted} == {WarningCode.WINDOW_CLOSED, WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN}
    assert all(id for _, id in accepted), "each with what it rests on"
    assert route is None


def test_tab_passes_every_button_and_stays_inside(sheet: WarningSheet, jennifer: Jennifer, now, qtbot) -> None:
    ask(sheet, jennifer(whatsapp_age=timedelta(minutes=10), messenger_age=None), now, "web")
    passed = []
    for _ in range(5):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        passed.append(focused().text())
    assert passed[:4] == labels(sheet)
    assert passed[4] == passed[0]
    qtbot.keyClick(focused(), Qt.Key.Key_Backtab)
    assert focused().text() == "Keep draft"


def test_escape_keeps_the_draft(sheet: WarningSheet, jennifer: Jennifer, now, qtbot) -> None:
    ask(sheet, jennifer(), now)
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    with qtbot.waitSignal(sheet.kept):
        qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not sheet.is_open


def test_where_the_outcome_is_not_certain_the_button_does_not_claim_it(sheet: WarningSheet, people, now) -> None:
    first = people.customer_message("x", timedelta(hours=2), "Hi", is_first=True, event="source")
    contact = Contact("c-1", name="Jennifer", bridge_attributes={"octopods_id": "9"})
    view = people.view([people.conversation("x", [first])], contact=contact)
    ask(sheet, view, now, "x")
    assert ChannelKind.UNKNOWN in {r.channel for r in compute_forecast(view.situations["x"], Reply("Hi"), now).reaches}
    assert "Send anyway" in labels(sheet)


def test_what_is_blocked_cannot_be_sent_from_here(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    ask(sheet, jennifer(), now, text="Dear {{name}}")
    assert labels(sheet) == [
        "Connect WhatsApp to send a template…",
        "Ask to continue on WhatsApp…",
        "Reply in Intercom",
        "Keep draft",
    ]


def test_it_follows_its_window(sheet: WarningSheet, window: QWidget, jennifer: Jennifer, now, qtbot) -> None:
    ask(sheet, jennifer(), now)
    window.resize(480, 420)
    qtbot.waitUntil(lambda: sheet.size() == window.size())
    for button in sheet.choices:
        corner = button.mapTo(window, button.rect().bottomRight())
        assert window.rect().contains(corner)


# Direct routes.


def test_with_a_way_that_has_templates_one_is_offered_first(
    sheet: WarningSheet, jennifer: Jennifer, now, qtbot
) -> None:
    ask(sheet, with_direct_routes(jennifer(), octopods_route()), now)
    assert labels(sheet) == [
        "Send template…",
        "Ask to continue on WhatsApp…",
        "Reply in Intercom",
        "Send to Messenger only",
        "Keep draft",
    ]
    with qtbot.waitSignal(sheet.template_wanted), qtbot.assertNotEmitted(sheet.kept):
        press(qtbot, sheet, "Send template…")
    assert not sheet.is_open


def test_what_a_template_does_not_get_round_offers_none(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    view = with_direct_routes(jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None), octopods_route())
    ask(sheet, view, now, text="Dear {{name}}")
    assert "Send template…" not in labels(sheet)
    assert "Keep draft" in labels(sheet)


def test_without_an_account_it_leads_to_the_accounts(sheet: WarningSheet, jennifer: Jennifer, now, qtbot) -> None:
    ask(sheet, jennifer(), now)
    assert "Opens Settings." in sheet.choices[0].accessibleDescription()
    with qtbot.waitSignal(sheet.connect_wanted), qtbot.assertNotEmitted(sheet.template_wanted):
        press(qtbot, sheet, "Connect WhatsApp to send a template…")


def test_an_account_without_a_route_says_what_is_missing(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    sheet.set_has_whatsapp_account(True)
    ask(sheet, jennifer(), now)
    assert sheet.choices[0].text() == "Send template…"
    assert not sheet.choices[0].isEnabled()
    assert "Your channel account needs Jennifer's WhatsApp number." in shown(sheet)


def test_an_account_whose_templates_cannot_be_read_says_so(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    sheet.set_has_whatsapp_account(True)
    ask(sheet, with_direct_routes(jennifer(), whatsapp_route(has_templates=False)), now)
    assert sheet.choices[0].text() == "Send template…"
    assert not sheet.choices[0].isEnabled()
    assert "Your channel account has no templates." in shown(sheet)


def test_an_open_way_is_offered_and_only_chosen_not_sent(sheet: WarningSheet, jennifer: Jennifer, now, qtbot) -> None:
    direct_route = telegram_route()
    ask(sheet, with_direct_routes(jennifer(), whatsapp_route(), direct_route), now)
    assert labels(sheet) == [
        "Send template…",
        "Send on Telegram directly…",
        "Ask to continue on WhatsApp…",
        "Reply in Intercom",
        "Send to Messenger only",
        "Keep draft",
    ]
    with qtbot.waitSignal(sheet.route_wanted) as wanted, qtbot.assertNotEmitted(sheet.send_anyway):
        press(qtbot, sheet, "Send on Telegram directly…")
    assert wanted.args == [direct_route.route]


@pytest.mark.parametrize("carries_bridge", [True, False], ids=["closed", "unseen"])
def test_a_way_that_may_not_arrive_is_not_offered(
    sheet: WarningSheet, jennifer: Jennifer, now, carries_bridge: bool
) -> None:
    ask(sheet, with_direct_routes(jennifer(), whatsapp_route(carries_bridge=carries_bridge)), now)
    assert not any("directly" in text for text in labels(sheet))


def test_a_way_with_the_same_objection_is_no_way_out(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    open_view = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    ask(sheet, with_direct_routes(open_view, telegram_route()), now, text="Dear {{name}}")
    assert not any("directly" in text for text in labels(sheet))


def test_a_closed_way_is_told_in_its_own_words(sheet: WarningSheet, jennifer: Jennifer, now) -> None:
    direct_route = whatsapp_route()
    ask_direct(sheet, with_direct_routes(jennifer(), direct_route), now, direct_route)
    told = shown(sheet)
    assert "Won't arrive on WhatsApp" in told
    assert "Jennifer won't see this at all. WhatsApp closed 2 h 2 min ago" in told
    assert "Messenger" not in told
    assert "Send on WhatsApp anyway" in labels(sheet)


def test_sending_knowingly_names_the_way_it_was_asked_about(
    sheet: WarningSheet, jennifer: Jennifer, now, qtbot
) -> None:
    direct_route = whatsapp_route()
    ask_direct(sheet, with_direct_routes(jennifer(), direct_route), now, direct_route)
    reach(qtbot, "Send on WhatsApp anyway")
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert sheet.is_open
    with qtbot.waitSignal(sheet.send_anyway) as sent:
        qtbot.keyClick(focused(), Qt.Key.Key_Space)
    accepted, route = sent.args
    assert {code for code, _ in accepted} == {WarningCode.WINDOW_CLOSED}
    assert route == direct_route.route


def test_from_an_unseen_window_it_leads_back_to_intercom_where_that_arrives(
    sheet: WarningSheet, jennifer: Jennifer, now, qtbot
) -> None:
    direct_route = whatsapp_route(carries_bridge=False)
    ask_direct(
        sheet,
        with_direct_routes(jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None), direct_route),
        now,
        direct_route,
    )
    assert "We don't see what the customer writes to this number." in shown(sheet)
    with qtbot.waitSignal(sheet.route_wanted) as wanted:
        press(qtbot, sheet, "Send through Intercom…")
    assert wanted.args == [None]
