"""Judging and sending a template: the forecast, what is asked once more, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import NOW, WORKSPACE, conversation, on_channel
from conversation_factory import jennifer as jennifer_contact
from direct_routes import octopods_route
from examples import examples
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from reasons import said
from template_picker_driver import (
    ABLE,
    CLOUD,
    CLOUD_ROUTE,
    NEWS,
    OCTOPODS,
    OCTOPODS_ROUTE,
    SALE,
    SHIPPED,
    SLOT_VALUES,
    can_send,
    choose,
    field,
    fill_in,
    focused,
)

from desktop.domain.content.template import fill
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.outgoing import Schedule
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.reach import Certainty, Reach, find_situation
from desktop.engine.commands import Done, Failed, NeedsConsent, SendDirect
from desktop.engine.views import ConnectionState, ConnectionView, ThreadView
from desktop.text.reasons.describe import describe
from desktop.ui.templates.form.sentences import forecast_text

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_the_forecast_never_calls_it_free_and_tells_of_the_window(opened) -> None:
    choose(opened, NEWS)
    assert opened.bar.forecast.startswith("Should arrive on WhatsApp.")
    assert "Only a reply from the customer opens the WhatsApp window." in opened.bar.forecast
    assert "may charge" in opened.bar.forecast
    assert "free" not in opened.bar.forecast.lower()


def test_a_template_whose_channel_refused_lately_might_not_arrive() -> None:
    thread = assemble_thread([conversation("1", on_channel(26), tags=("whatsapp",))], [jennifer_contact()], WORKSPACE)
    situation = find_direct_situation(thread, octopods_route(), find_situation(thread, "1", WORKSPACE))
    forecast = compute_forecast(situation, Reply("", template="news"), NOW)
    uncertain = replace(forecast, reaches=(Reach(ChannelKind.WHATSAPP, Certainty.UNCERTAIN),))
    assert forecast_text(situation, forecast, NOW).startswith("Should arrive on WhatsApp.")
    assert forecast_text(situation, uncertain, NOW).startswith("Might not arrive on WhatsApp.")
    assert forecast_text(situation, replace(forecast, reaches=()), NOW) == "Won't arrive on WhatsApp."


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(hours=26), "The WhatsApp window stays closed until the customer replies."),
        (timedelta(hours=20), "The WhatsApp window closes in 3 h 58 min. A template doesn't extend it."),
    ],
)
def test_on_the_bridges_own_number_the_window_is_known(
    picker, jennifer: Callable[..., ThreadView], listed, age: timedelta, said: str
) -> None:
    direct_route = replace(OCTOPODS_ROUTE, route=replace(OCTOPODS_ROUTE.route, carries_bridge=True))
    picker.open_for(replace(jennifer(whatsapp_age=age, messenger_age=None), direct_routes=(direct_route,)), "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    assert said in picker.bar.forecast


def test_marketing_may_not_be_delivered(opened) -> None:
    choose(opened, SALE)
    assert "131049" in opened.bar.remark
    choose(opened, NEWS)
    assert opened.bar.remark == ""


def test_what_is_sent_is_what_was_seen(qtbot, opened, sent, view) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, SLOT_VALUES)
    qtbot.mouseClick(opened.bar.send, Qt.MouseButton.LeftButton)
    expected = fill(SHIPPED, SLOT_VALUES | {"body.first_name": "Jennifer"})
    [command] = sent
    assert command == SendDirect(
        opened.draft_id, "c-1", "wa", OCTOPODS_ROUTE.route, expected.text, template=expected, seen_upto=0
    )
    assert command.template is not None
    assert command.template.can_be_sent
    assert len(command.draft_id) == 32
    assert opened.bar.send.text() == "Sending…"
    qtbot.mouseClick(opened.bar.send, Qt.MouseButton.LeftButton)
    opened.editor.fields.send_pressed.emit()
    assert len(sent) == 1
    opened.show_answer(Done(), command.draft_id)
    assert not opened.is_open


@pytest.mark.parametrize("where", ["search", "list", "field", "button"])
def test_control_enter_sends_from_everywhere_when_nothing_is_in_the_way(qtbot, opened, sent, where: str) -> None:
    choose(opened, NEWS)
    {
        "search": opened.template_list.filters.search,
        "list": opened.template_list.list,
        "field": field(opened, "body.1").edit,
        "button": opened.bar.send,
    }[where].setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    assert len(sent) == 1


def test_control_enter_with_something_in_the_way_leads_to_it(qtbot, opened, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, SLOT_VALUES | {"body.note": "two\nlines"})
    qtbot.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    assert sent == []
    assert focused() is field(opened, "body.note").edit


def test_the_same_template_within_a_day_asks_once_more(qtbot, picker, view, listed, now, sent) -> None:
    picker.open_for(replace(view, templates_used={NEWS.id: now - timedelta(hours=3)}), "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    assert picker.bar.question == ""
    qtbot.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    assert sent == []
    assert "It was last sent to Jennifer 3 h ago." in picker.bar.question
    assert picker.bar.send.text() == "Send again"
    assert focused() is picker.bar.send
    qtbot.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    assert sent == [], "accepting a warning takes the button"
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert [c.acknowledged for c in sent] == [frozenset({(WarningCode.SAME_TEMPLATE_JUST_SENT, "")})]


def test_after_a_day_the_same_template_asks_nothing(qtbot, picker, view, listed, now, sent) -> None:
    picker.open_for(replace(view, templates_used={NEWS.id: now - timedelta(hours=24)}), "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    qtbot.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    assert [c.acknowledged for c in sent] == [frozenset()]


def test_another_template_is_asked_about_anew(qtbot, picker, view, listed, now) -> None:
    used = {NEWS.id: now - timedelta(hours=3), SALE.id: now - timedelta(hours=3)}
    picker.open_for(replace(view, templates_used=used), "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    picker.bar.send.click()
    choose(picker, SALE)
    assert picker.bar.question == ""
    assert picker.bar.send.text() == "Send template"


def test_a_newer_message_is_asked_about_before_sending(qtbot, opened, people, view, clock, sent) -> None:
    choose(opened, NEWS)
    clock.advance(timedelta(minutes=1))
    newer = people.customer_message("wa", timedelta(seconds=-30), "Hello?", app_code="octopods-vv1", arrival=1)
    after = people.jennifer(more=(newer,))
    opened.show_view(replace(after, direct_routes=view.direct_routes))
    opened.bar.send.click()
    assert sent == []
    assert "New message from Jennifer" in opened.bar.question
    assert opened.bar.send.text() == "Send anyway"
    opened.bar.send.click()
    assert (WarningCode.NEWER_CUSTOMER_MESSAGE, newer.id) in sent[0].acknowledged


def test_a_failure_is_told_here_and_nothing_is_lost(opened, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, SLOT_VALUES)
    opened.bar.send.click()
    opened.show_answer(Failed(said("The account is not connected any more.")), sent[0].draft_id)
    assert opened.is_open
    assert opened.bar.error_text == "The account is not connected any more."
    assert {f.slot.key: f.edit.value for f in opened.editor.fields.fields} == SLOT_VALUES | {
        "body.first_name": "Jennifer"
    }
    assert can_send(opened)
    opened.bar.send.click()
    assert [c.draft_id for c in sent] == [opened.draft_id] * 2
    assert opened.bar.error_text == ""


def test_a_demand_of_the_engine_is_asked_in_place(opened, sent) -> None:
    choose(opened, NEWS)
    opened.bar.send.click()
    new = (ForecastWarning(WarningCode.TEAMMATE_ANSWERED, frozenset({"m-9"})),)
    opened.show_answer(NeedsConsent(Forecast((), new), new), sent[0].draft_id)
    assert "has also replied" in opened.bar.question
    assert opened.bar.send.text() == "Send anyway"
    opened.bar.send.click()
    assert sent[1].acknowledged == frozenset({(WarningCode.TEAMMATE_ANSWERED, "m-9")})


def test_a_template_is_sent_later(qtbot, opened, sent, now) -> None:
    asked: list[object] = []
    opened.later_requested.connect(asked.append)
    assert opened.bar.later.isEnabled() is can_send(opened)
    choose(opened, NEWS)
    opened.bar.later.click()
    qtbot.keyClick(opened, Qt.Key.Key_S, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert len(asked) == 2
    tomorrow = Schedule(now + timedelta(days=1))
    opened.schedule(tomorrow)
    assert (sent[0].schedule, sent[0].template.text, can_send(opened)) == (tomorrow, sent[0].text, False)
    # What speaks against that time is asked in place, and the button still means it.
    new = (ForecastWarning(WarningCode.TEAMMATE_ANSWERED, frozenset({"m-9"})),)
    opened.show_answer(NeedsConsent(Forecast((), new), new), sent[0].draft_id)
    assert opened.bar.send.text() == "Schedule anyway"
    opened.bar.send.click()
    assert (sent[1].schedule, {code for code, _ in sent[1].acknowledged}) == (tomorrow, {WarningCode.TEAMMATE_ANSWERED})
    # Refused for another reason, and changed: then Send means now.
    opened.show_answer(Failed(said("No.")), sent[1].draft_id)
    fill_in(opened, {"body.1": "Jen"})
    opened.bar.send.click()
    assert sent[2].schedule is None


def test_an_answer_to_an_earlier_opening_changes_nothing(opened, view, sent) -> None:
    choose(opened, NEWS)
    opened.bar.send.click()
    opened.dismiss()
    opened.open_for(view, "wa")
    assert opened.draft_id != sent[0].draft_id
    opened.show_answer(Done(), sent[0].draft_id)
    assert opened.is_open
    opened.show_answer(Failed(said("Late.")), sent[0].draft_id)
    assert opened.bar.error_text == ""


def test_escape_keeps_the_values_of_this_customer_and_template(qtbot, opened, view, people) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, {"body.order_id": "A-77"})
    field(opened, "body.order_id").edit.setFocus()
    with qtbot.waitSignal(opened.dismissed):
        qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not opened.is_open
    opened.open_for(view, "wa")
    assert opened.template_list.template == SHIPPED
    assert field(opened, "body.order_id").edit.value == "A-77"
    opened.dismiss()
    tom = people.view([people.whatsapp(timedelta(hours=30), None)], customer_id="c-2", name="Tom Baker")
    opened.open_for(replace(tom, direct_routes=view.direct_routes), "wa")
    choose(opened, SHIPPED)
    assert field(opened, "body.order_id").edit.value == ""
    assert field(opened, "body.first_name").edit.value == "Tom"


def test_what_was_sent_is_not_filled_in_again(opened, view, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, SLOT_VALUES)
    opened.bar.send.click()
    opened.sent()
    opened.open_for(view, "wa")
    choose(opened, SHIPPED)
    assert field(opened, "body.order_id").edit.value == ""


def test_signed_out_forbids_it_and_offline_only_remarks_it(opened, view) -> None:
    choose(opened, NEWS)
    opened.set_connection(ConnectionView(ConnectionState.OFFLINE, said("No network")))
    assert "offline" in opened.bar.remark
    assert can_send(opened)
    out = {id: replace(s, signed_in=False) for id, s in view.situations.items()}
    opened.show_view(replace(view, situations=out))
    assert opened.bar.obstacle == "You're signed out of Intercom, so nothing can be sent."
    assert not can_send(opened)


def test_a_newer_view_of_somebody_else_changes_nothing(opened, view) -> None:
    opened.show_view(replace(view, customer_id="c-9", direct_routes=()))
    assert opened.key == OCTOPODS


def test_a_number_that_goes_away_is_told_and_its_templates_go_with_it(opened, view) -> None:
    choose(opened, NEWS)
    changed = replace(OCTOPODS_ROUTE, capabilities=replace(ABLE, reports_status=True))
    opened.show_view(replace(view, direct_routes=(changed, CLOUD_ROUTE)))
    assert opened.template_list.template == NEWS, "an account that can do something else is still the same"
    opened.show_view(replace(view, direct_routes=(CLOUD_ROUTE,)))
    assert opened.key == CLOUD
    assert opened.template_list.names == []
    assert opened.bar.error_text == "The number you chose is no longer connected. Choose another one."
    assert not can_send(opened)


def test_the_next_customer_begins_with_the_same_number(qtbot, picker, view, people) -> None:
    picker.open_for(replace(view, direct_routes=(OCTOPODS_ROUTE, CLOUD_ROUTE)), "wa")
    picker.sender_menu.box.setCurrentIndex(1)
    picker.sender_menu.box.activated.emit(1)
    picker.dismiss()
    tom = people.view([people.whatsapp(timedelta(hours=30), None)], customer_id="c-2", name="Tom Baker")
    tom_routes = tuple(
        replace(direct_route, route=replace(direct_route.route, to="+353877654321"))
        for direct_route in (OCTOPODS_ROUTE, CLOUD_ROUTE)
    )
    picker.open_for(replace(tom, direct_routes=tom_routes), "wa")
    assert picker.key == CLOUD
    assert "+353877654321" in picker.title


def test_a_conversation_of_another_customer_opens_nothing(picker, view) -> None:
    picker.open_for(view, "nowhere")
    assert not picker.is_open


# Qt itself makes ordinary line ends of these, and drops the byte order mark.
VALUES = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\u2029\ufeff\ufdd0\ufdd1"), max_size=40)


@examples(30)
@given(value=VALUES)
@example(value="no\u00a0break")
@example(value="a\u2028b\0")
@example(value="a\nb\tc      d")
@example(value="*bold* {{1}} <b>&amp;</b>")
def test_any_value_stands_in_the_command_as_it_was_typed_or_is_refused_with_a_sentence(
    picker, view, listed, value: str
) -> None:
    commands: list[SendDirect] = []
    picker.send_requested.connect(commands.append)
    picker.open_for(view, "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    first = field(picker, "body.1")
    first.edit.setPlainText("")
    first.edit.insertPlainText(value)
    assert first.edit.value == value
    wrong = [describe(p.reason) for p in fill(NEWS, {"body.1": value}).problems]
    assert ([first.problem] if first.problem else []) == [w for w in wrong if w == first.problem]
    assert can_send(picker) == (not wrong)
    picker.bar.send.click()
    assert [c.template.values["body.1"] for c in commands if c.template] == ([] if wrong else [value])
    picker.send_requested.disconnect(commands.append)
    picker.sent()
    picker.dismiss()


def test_a_contact_without_a_name_leaves_the_blank_to_the_agent(picker, people, view, listed) -> None:
    nameless = people.view([people.whatsapp(timedelta(hours=26), None)], contact=Contact("c-1"), name="")
    picker.open_for(replace(nameless, direct_routes=view.direct_routes), "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    assert field(picker, "body.1").edit.value == ""
    assert picker.bar.obstacle == "Fill in: Text 1."
    assert picker.title.startswith("Send a template\n")
