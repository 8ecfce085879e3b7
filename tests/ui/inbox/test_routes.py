"""The main window past Intercom: the route of a reply, its warnings and ways out, and the template picker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from direct_routes import account_view, octopods_route, telegram_route, whatsapp_route, with_direct_routes
from fake_engine import CONTROL, FakeEngine, go_to, news, press, press_send, write
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from reasons import said

from desktop.domain.content.template import Category, Status, Template, fill
from desktop.domain.forecast import Forecast
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.engine.changes import Changes
from desktop.engine.commands import NeedsConsent, RefreshTemplates, SaveDraft, SendDirect, SendReply
from desktop.engine.views import ConnectionState, ConnectionView, Draft, PendingReply, TemplatesView, ThreadView
from desktop.ui.composer.route_menu import RouteButton
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.settings.accounts import AccountsPage
from desktop.ui.templates.picker import TemplatePicker

pytestmark = pytest.mark.slow
Jennifer = Callable[..., ThreadView]
SHIFT = Qt.KeyboardModifier.ShiftModifier
PARCEL = Template("t-1", "parcel", "en", "Your parcel is at our depot.", Status.APPROVED, Category.UTILITY)


def button(window: MainWindow, text: str) -> QPushButton:
    return next(b for b in window.warning_sheet.choices if b.text() == text)


def click(qtbot, window: MainWindow, text: str) -> None:
    qtbot.mouseClick(button(window, text), Qt.MouseButton.LeftButton)


# The route.


def test_a_shortcut_opens_the_ways_and_the_keyboard_takes_one(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    direct_route = telegram_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    go_to(qtbot, window)
    write(qtbot, window, "It left our hub")
    press(qtbot, window, Qt.Key.Key_R, CONTROL | SHIFT)
    menu = window.composer.findChild(RouteButton).route_menu
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert window.composer.route == direct_route.route
    assert window.composer.text == "It left our hub"
    press_send(qtbot, window)
    assert [(c.route, c.text) for c in engine.command_handler.of(SendDirect)] == [
        (direct_route.route, "It left our hub")
    ]
    assert engine.command_handler.of(SendReply) == []
    assert (window.composer.text, window.composer.route) == ("", None)


def test_where_no_account_reaches_the_customer_the_shortcut_says_so(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_R, CONTROL | SHIFT)
    assert window.toast.text == "None of your channel accounts can reach Jennifer. Reply through Intercom."


def test_a_closed_way_asks_and_enter_does_not_send(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    direct_route = whatsapp_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    go_to(qtbot, window)
    window.composer.choose_route(direct_route.route)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    assert window.warning_sheet.is_open
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        press(qtbot, window, key)
    assert len(engine.command_handler.of(SendDirect)) == 1
    click(qtbot, window, "Send on WhatsApp anyway")
    first, second = engine.command_handler.of(SendDirect)
    assert first.draft_id == second.draft_id
    assert {c.value for c, _ in second.acknowledged} == {"window_closed"}
    assert window.composer.text == ""


def test_what_was_accepted_for_one_way_is_not_accepted_for_another(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    """The account goes while the sheet is open: the very same code would now speak of the Messenger."""
    direct_route = whatsapp_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    go_to(qtbot, window)
    window.composer.choose_route(direct_route.route)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    engine.queries.threads["c-1"] = with_direct_routes(jennifer())
    news(qtbot, engine, accounts=True)
    assert window.composer.route is None
    assert "no longer connected" in window.composer.error_text
    click(qtbot, window, "Send on WhatsApp anyway")
    assert [c.acknowledged for c in engine.command_handler.of(SendReply)] == [frozenset()]
    assert window.warning_sheet.is_open
    assert window.composer.text == "Are you at home?"


def test_the_way_out_switches_the_route_and_leaves_the_sending(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    direct_route = telegram_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    click(qtbot, window, "Send on Telegram directly…")
    assert engine.command_handler.of(SendDirect) == []
    assert (window.composer.route, window.composer.text) == (direct_route.route, "Are you at home?")
    press_send(qtbot, window)
    assert [c.route for c in engine.command_handler.of(SendDirect)] == [direct_route.route]


def test_offline_it_is_queued_like_any_other(qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer) -> None:
    direct_route = telegram_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    engine.queries.state = ConnectionView(ConnectionState.OFFLINE, said("Intercom cannot be reached"))
    go_to(qtbot, window)
    news(qtbot, engine, connection=True, customers=frozenset({"c-1"}))
    window.composer.choose_route(direct_route.route)
    write(qtbot, window, "On its way")
    assert "You're offline. When you're back, we'll check this reply again" in window.composer._line.text
    press_send(qtbot, window)
    assert len(engine.command_handler.of(SendDirect)) == 1
    assert not window.warning_sheet.is_open


def test_a_refusal_that_comes_late_names_the_customer(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    direct_route = telegram_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    go_to(qtbot, window)
    window.composer.choose_route(direct_route.route)
    write(qtbot, window, "On its way")
    late = engine.command_handler.held = []
    press_send(qtbot, window)
    go_to(qtbot, window, "c-2")
    engine.command_handler.refuse = "Telegram does not know this chat."
    late.pop()()
    assert window.toast.text == "Your reply to Jennifer wasn't sent. Telegram does not know this chat."
    engine.command_handler.refuse = ""
    window.toast.press()
    qtbot.waitUntil(lambda: window.customer_id == "c-1" and window.composer.text == "On its way")


# Templates.


@pytest.fixture
def with_templates(engine: FakeEngine, jennifer: Jennifer) -> FakeEngine:
    direct_route = octopods_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    engine.queries.connected = (account_view(direct_route),)
    engine.queries.lists[direct_route.route.key] = TemplatesView(direct_route.route.key, (PARCEL,), engine.clock.now())
    return engine


def test_t_opens_the_templates_of_the_customers_channel(qtbot, window: MainWindow, with_templates: FakeEngine) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    assert window.template_picker.is_open
    key = octopods_route().route.key
    assert window.template_picker.key == key
    assert with_templates.command_handler.of(RefreshTemplates) == [RefreshTemplates(key)]
    assert f"templates {key.sender}" in with_templates.queries.asked


def test_the_palette_offers_templates_and_routes(qtbot, window: MainWindow, with_templates: FakeEngine) -> None:
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(QApplication.focusWidget(), "Send a template")
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.template_picker.is_open
    assert not window.command_palette.is_open


def test_the_warning_leads_to_the_templates_with_the_failed_words(
    qtbot, window: MainWindow, with_templates: FakeEngine, monkeypatch
) -> None:
    opened: list[tuple[str, str]] = []
    rise = TemplatePicker.open_for
    monkeypatch.setattr(
        TemplatePicker,
        "open_for",
        lambda self, view, conversation_id, text="", me_id="": (
            opened.append((conversation_id, text)),
            rise(self, view, conversation_id, text, me_id),
        ),
    )
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    click(qtbot, window, "Send template…")
    assert opened == [("wa", "Are you at home?")]
    assert window.template_picker.is_open
    assert not window.warning_sheet.is_open


def send_template(window: MainWindow, **values: str) -> None:
    """As the picker does, opened with what stands in the composer."""
    window.warning_sheet.template_wanted.emit()
    picker, template = window.template_picker, replace(PARCEL, body="About your parcel: {{note}}")
    filled = fill(template, {f"body.{name}": value for name, value in values.items()})
    route = octopods_route().route
    picker.send_requested.emit(SendDirect(picker.draft_id, "c-1", "wa", route, filled.text, template=filled))


def test_words_that_went_out_in_a_template_do_not_stay_in_the_composer(
    qtbot, window: MainWindow, with_templates: FakeEngine
) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you  at home?")
    draft_id = window.composer.draft_id
    send_template(window, note="Are you at home?")
    assert window.composer.text == ""
    assert [d.text for d in with_templates.command_handler.of(SaveDraft) if d.draft_id == draft_id][-1] == ""
    window.toast.press()
    assert window.composer.text == "Are you  at home?"
    assert with_templates.command_handler.of(SaveDraft)[-1].text == "Are you  at home?"


@pytest.mark.parametrize("refuse", ["", "No."])
def test_a_draft_stays_unless_its_words_went_out(
    qtbot, window: MainWindow, with_templates: FakeEngine, refuse: str
) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    with_templates.command_handler.refuse = refuse
    send_template(window, note="Are you at home?" if refuse else "At the depot")
    assert window.composer.text == "Are you at home?"


def test_a_template_goes_through_the_door_and_closes_the_picker(
    qtbot, window: MainWindow, with_templates: FakeEngine
) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    command = SendDirect(
        window.template_picker.draft_id,
        "c-1",
        "wa",
        octopods_route().route,
        PARCEL.body,
        template=fill(PARCEL, {}),
    )
    window.template_picker.send_requested.emit(command)
    assert with_templates.command_handler.of(SendDirect) == [command]
    assert not window.template_picker.is_open
    assert window.toast.text == ""


def test_a_template_refused_after_the_picker_closed_is_told_in_the_bar(
    qtbot, window: MainWindow, with_templates: FakeEngine
) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    late = with_templates.command_handler.held = []
    picker = window.template_picker
    route = octopods_route().route
    picker.send_requested.emit(SendDirect(picker.draft_id, "c-1", "wa", route, PARCEL.body, template=fill(PARCEL, {})))
    picker.dismiss()
    with_templates.command_handler.refuse = "Octopods does not let this template go."
    late.pop()()
    assert window.toast.text == "Your template to Jennifer wasn't sent. Octopods does not let this template go."


def test_newer_lists_reach_the_open_picker(qtbot, window: MainWindow, with_templates: FakeEngine) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    key = octopods_route().route.key
    later = replace(PARCEL, id="t-2", name="depot")
    with_templates.queries.lists[key] = TemplatesView(key, (PARCEL, later), with_templates.clock.now())
    news(qtbot, with_templates, templates=True)
    assert set(window.template_picker.template_list.names) == {"parcel", "depot"}


def test_nothing_else_opens_over_the_picker(qtbot, window: MainWindow, with_templates: FakeEngine) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    press(qtbot, window, Qt.Key.Key_Slash, CONTROL)
    assert not window.command_palette.is_open
    assert not window.shortcut_sheet.is_open


def test_another_customer_closes_the_picker(qtbot, window: MainWindow, with_templates: FakeEngine) -> None:
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    go_to(qtbot, window, "c-2")
    assert not window.template_picker.is_open


def test_the_route_is_kept_for_its_own_conversation_only(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    direct_route = telegram_route()
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    go_to(qtbot, window)
    window.composer.choose_route(direct_route.route)
    window.thread_pane.choose_conversation("web")
    assert window.composer.route is None
    window.thread_pane.choose_conversation("wa")
    assert window.composer.route == direct_route.route
    go_to(qtbot, window, "c-2")
    go_to(qtbot, window)
    assert window.composer.route is None
    assert engine.command_handler.of(SaveDraft) == []


def test_a_window_that_opens_while_a_template_is_chosen_is_known_there(
    qtbot, window: MainWindow, with_templates: FakeEngine, jennifer: Jennifer
) -> None:
    """Newer facts about the customer reach the picker without closing it."""
    go_to(qtbot, window)
    window.thread_pane.timeline.setFocus()
    press(qtbot, window, Qt.Key.Key_T)
    newer = jennifer(whatsapp_age=timedelta(minutes=1), messenger_age=None)
    with_templates.queries.threads["c-1"] = with_direct_routes(newer, octopods_route())
    news(qtbot, with_templates, threads=frozenset({"c-1"}))
    assert window.template_picker.is_open


# Messages on their way.


@pytest.fixture
def held_direct_reply(qtbot, window: MainWindow, engine: FakeEngine, people) -> PendingReply:
    """A message past Intercom that needs the agent, with the keyboard on its row."""
    direct_route = telegram_route()
    pending = people.pending(State.HELD, route=direct_route.route, codes=(WarningCode.TEAMMATE_ANSWERED,))
    engine.queries.threads["c-1"] = with_direct_routes(people.jennifer(pending_replies=(pending,)), direct_route)
    go_to(qtbot, window)
    window.thread_pane.timeline.go_to_pending(pending.draft_id)
    return pending


def comes_back_as_draft(qtbot, engine: FakeEngine, pending: PendingReply) -> None:
    """What the engine does: the message is gone, and its words are a draft with a new id."""
    draft = Draft("again", "c1", pending.conversation_id, pending.text, (), False)
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=(), drafts=(draft,))
    news(qtbot, engine, threads=frozenset({"c-1"}))


def test_what_is_edited_goes_the_same_way_again(
    qtbot, window: MainWindow, engine: FakeEngine, held_direct_reply: PendingReply
) -> None:
    press(qtbot, window, Qt.Key.Key_F2)
    comes_back_as_draft(qtbot, engine, held_direct_reply)
    qtbot.waitUntil(lambda: window.composer.route == held_direct_reply.route)
    assert window.composer.text == held_direct_reply.text


def test_what_is_edited_after_its_account_is_gone_says_so(
    qtbot, window: MainWindow, engine: FakeEngine, held_direct_reply: PendingReply
) -> None:
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], direct_routes=())
    press(qtbot, window, Qt.Key.Key_F2)
    comes_back_as_draft(qtbot, engine, held_direct_reply)
    qtbot.waitUntil(lambda: "channel account for Telegram is no longer connected" in window.composer.error_text)
    assert (window.composer.route, window.composer.text) == (None, held_direct_reply.text)


def test_new_objections_to_a_held_message_speak_of_its_way(
    qtbot, window: MainWindow, engine: FakeEngine, people, monkeypatch
) -> None:
    direct_route = whatsapp_route()
    pending = people.pending(State.HELD, route=direct_route.route, codes=(WarningCode.TEAMMATE_ANSWERED,))
    engine.queries.threads["c-1"] = with_direct_routes(people.jennifer(pending_replies=(pending,)), direct_route)
    go_to(qtbot, window)
    window.thread_pane.timeline.go_to_pending(pending.draft_id)
    new = (ForecastWarning(WarningCode.WINDOW_CLOSED),)
    monkeypatch.setattr(engine.command_handler, "_answer", lambda command: NeedsConsent(Forecast((), new), new))
    press(qtbot, window, Qt.Key.Key_Return, CONTROL)
    assert window.question.text.startswith("Won't arrive on WhatsApp")


# Accounts.


def test_without_an_account_warning_and_picker_lead_to_the_accounts(qtbot, window: MainWindow) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    click(qtbot, window, "Connect WhatsApp to send a template…")
    assert isinstance(window.settings.sheet.page, AccountsPage)
    assert window.settings.sheet.is_open
    window.settings.sheet.dismiss()
    window.template_picker.accounts_wanted.emit()
    assert window.settings.sheet.is_open
    assert window.composer.text == "Are you at home?"


def test_an_account_that_is_connected_meanwhile_opens_its_ways(
    qtbot, window: MainWindow, engine: FakeEngine, jennifer: Jennifer
) -> None:
    go_to(qtbot, window)
    write(qtbot, window, "Are you at home?")
    direct_route = whatsapp_route()
    engine.queries.connected = (account_view(direct_route),)
    engine.queries.threads["c-1"] = with_direct_routes(jennifer(), direct_route)
    news(qtbot, engine, accounts=True)
    qtbot.waitUntil(lambda: not window.composer.findChild(RouteButton).isHidden())
    press_send(qtbot, window)
    assert window.warning_sheet.choices[0].text() == "Send template…"


def test_an_account_without_a_number_of_the_customer_does_not_ask_to_be_connected_again(
    qtbot, window: MainWindow, engine: FakeEngine
) -> None:
    engine.queries.connected = (account_view(whatsapp_route()),)
    go_to(qtbot, window)
    engine.feed.publish(Changes(accounts=True))
    write(qtbot, window, "Are you at home?")
    press_send(qtbot, window)
    template = window.warning_sheet.choices[0]
    assert template.accessibleDescription() == "Your channel account needs Jennifer's WhatsApp number."
    assert not template.isEnabled()


# The shortcuts.


def test_the_sheet_of_shortcuts_names_them_and_cuts_no_words_off(qtbot, window: MainWindow, theme) -> None:
    theme.set_text_scale(2.0)
    window.resize(1024, 700)
    press(qtbot, window, Qt.Key.Key_Slash, CONTROL)
    labels = window.shortcut_sheet.findChildren(QLabel)
    texts = {label.text() for label in labels}
    assert {"Ctrl+Shift+R", "Choose how to send: through Intercom or directly", "T", "Send a template"} <= texts
    for label in labels:
        assert label.width() >= label.minimumSizeHint().width(), label.text()
        assert label.height() >= label.heightForWidth(label.width()), label.text()
