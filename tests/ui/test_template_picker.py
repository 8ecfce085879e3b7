"""The template picker: chosen, filled in, judged and sent by real keys, with nothing lost when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.domain.channel import Abilities, ChannelKey, Provider
from desktop.domain.direct import DirectWay, Route
from desktop.domain.facts import ChannelKind, Contact
from desktop.domain.forecast import Forecast
from desktop.domain.template import Button, ButtonKind, Category, Header, HeaderKind, Status, Template, fill
from desktop.domain.warning import WarningCode
from desktop.engine.commands import Done, Failed, NeedsConsent, SendDirect
from desktop.engine.views import ConnectionState, ConnectionView, TemplatesView, ThreadView
from desktop.ui.template_picker import TemplatePicker
from desktop.ui.template_picker.fields import SlotField

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

ABLE = Abilities(has_templates=True, needs_window=True)
OCTOPODS = ChannelKey(Provider.OCTOPODS, ChannelKind.WHATSAPP, "1066")
CLOUD = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "2077")
HERS = "+353871234567"
WAY = DirectWay(Route(OCTOPODS, HERS, "+35312345678"), ABLE, "Harbour Parcels")
OTHER = DirectWay(Route(CLOUD, HERS, "+35319998888"), ABLE, "Second shop")
BARE = DirectWay(Route(ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "9"), "77"), Abilities(True))
CONTROL = Qt.KeyboardModifier.ControlModifier

NEWS = Template(
    "t-news", "we_have_news", "en", "Hi {{1}}, we have *news*. Please answer.", Status.APPROVED, Category.UTILITY
)
SHIPPED = Template(
    "t-ship",
    "order_shipped",
    "en",
    "Hi {{first_name}}, order {{order_id}} has shipped.\n{{note}}",
    Status.APPROVED,
    Category.UTILITY,
    Header(HeaderKind.IMAGE),
    "Harbour Parcels",
    (Button(ButtonKind.URL, "Track", "https://parcels.example.com/t/{{1}}"), Button(ButtonKind.QUICK_REPLY, "Stop")),
    named=True,
    examples={"body.order_id": "A-1042"},
)
SALE = Template("t-sale", "autumn_sale", "en", "Everything is cheaper.", Status.APPROVED, Category.MARKETING)
PAUSED = Template("t-rest", "winter_sale", "en", "Cheaper still.", Status.PAUSED, Category.MARKETING)
ALL = (NEWS, SHIPPED, SALE, PAUSED)
FULL = {
    "header.media": "https://files.example/parcel.png",
    "body.order_id": "A-1",
    "body.note": "Soon",
    "button.0": "x",
}


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


@pytest.fixture
def picker(window: QWidget, theme, ticker) -> TemplatePicker:
    return TemplatePicker(theme, ticker, window)


@pytest.fixture
def view(jennifer: Callable[..., ThreadView]) -> ThreadView:
    return replace(jennifer(), ways=(BARE, WAY))


@pytest.fixture
def listed(now) -> TemplatesView:
    return TemplatesView(OCTOPODS, ALL, now - timedelta(minutes=6))


@pytest.fixture
def opened(picker: TemplatePicker, view: ThreadView, listed: TemplatesView) -> TemplatePicker:
    picker.open_for(view, "wa", "Are you at home\ntomorrow?")
    picker.show_templates(listed)
    return picker


@pytest.fixture
def sent(picker: TemplatePicker) -> list[SendDirect]:
    commands: list[SendDirect] = []
    picker.send_requested.connect(commands.append)
    return commands


def focused() -> QWidget:
    return QApplication.focusWidget()


def choose(picker: TemplatePicker, template: Template) -> None:
    picker.choice.list.setCurrentRow(picker.choice.names.index(template.name))


def field(picker: TemplatePicker, key: str) -> SlotField:
    found = picker.desk.fields.field(key)
    assert found is not None
    return found


def fill_in(picker: TemplatePicker, values: dict[str, str]) -> None:
    for key, value in values.items():
        field(picker, key).edit.setPlainText(value)


def paste(widget: QWidget, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)
    widget.paste()


def holds(outer: QWidget, inner: QWidget) -> bool:
    corners = inner.rect().topLeft(), inner.rect().bottomRight()
    return all(outer.rect().contains(inner.mapTo(outer, corner)) for corner in corners)


def can_send(picker: TemplatePicker) -> bool:
    return picker.bar.send.isEnabled()


# --- the list ----------------------------------------------------------------------------------------------------


def test_opening_asks_for_the_list_of_the_only_account_that_has_templates(qtbot, picker, view) -> None:
    with qtbot.waitSignal(picker.templates_wanted) as asked:
        picker.open_for(view, "wa")
    assert asked.args == [OCTOPODS]
    assert picker.key == OCTOPODS
    assert picker.number.said == ["Harbour Parcels · \u2066+35312345678\u2069 · Octopods"]
    assert picker.number.isVisible()
    assert not picker.number.box.isVisible()
    assert "Jennifer Okafor" in picker.title
    assert HERS in picker.title
    assert focused() is picker.choice.filters.search


def test_a_second_number_can_be_chosen_and_has_its_own_list(qtbot, picker, view, listed) -> None:
    picker.open_for(replace(view, ways=(WAY, OTHER)), "wa")
    picker.show_templates(listed)
    with qtbot.waitSignal(picker.templates_wanted) as asked:
        picker.number.box.setCurrentIndex(1)
        picker.number.box.activated.emit(1)
    assert asked.args == [CLOUD]
    assert picker.choice.names == []
    picker.show_templates(TemplatesView(CLOUD, (SALE,), listed.known_at))
    assert picker.choice.names == ["autumn_sale"]


def test_only_what_can_be_sent_is_listed_and_the_rest_is_explained_on_demand(opened: TemplatePicker) -> None:
    assert opened.choice.names == ["autumn_sale", "order_shipped", "we_have_news"]
    assert "1 is not shown: 1 paused" in opened.choice.said
    assert "List from 13:54, 6 min ago." in opened.choice.said
    assert not opened.choice._reasons.isVisible()
    opened.choice.why.click()
    assert opened.choice._reasons.isVisible()
    assert "winter_sale" in opened.choice._reasons.toPlainText()


def test_arrows_in_the_search_move_in_the_list_and_enter_leads_to_what_is_to_be_filled_in(qtbot, opened) -> None:
    qtbot.keyClicks(focused(), "order")
    assert opened.choice.names == ["order_shipped"]
    focused().clear()
    assert opened.choice.template == SHIPPED, "what is chosen stays so"
    qtbot.keyClick(focused(), Qt.Key.Key_Down)
    assert opened.choice.template == NEWS
    qtbot.keyClick(focused(), Qt.Key.Key_Up)
    assert opened.choice.template == SHIPPED
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert focused() is field(opened, "header.media").edit


def test_nothing_found_can_be_undone(qtbot, opened) -> None:
    qtbot.keyClicks(focused(), "zzz")
    assert "Nothing found for “zzz”." in opened.choice.said
    assert not can_send(opened)
    opened.choice._show_all.click()
    assert len(opened.choice.names) == 3


def test_chips_and_languages_narrow_the_list(opened, listed) -> None:
    german = replace(NEWS, id="t-de", language="de")
    opened.show_templates(replace(listed, templates=(*ALL, german)))
    chips = {chip.text(): chip for chip in opened.choice.filters.chips}
    assert list(chips) == ["All 4", "Marketing 1", "Utility 3"]
    chips["Utility 3"].click()
    assert opened.choice.names == ["order_shipped", "we_have_news", "we_have_news"]
    box = opened.choice.filters.languages
    box.setCurrentIndex(box.findText("German"))
    assert opened.choice.names == ["we_have_news"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"known_at": None, "templates": ()}, "has not been asked for its templates yet"),
        ({"known_at": None, "templates": (), "refreshing": True}, "Asking Octopods for its templates…"),
        ({"known_at": None, "templates": (), "trouble": "The key is not accepted."}, "The key is not accepted."),
        ({"templates": ()}, "lists no templates for this account"),
        ({"templates": (PAUSED,)}, "None of this account's templates can be sent"),
    ],
)
def test_an_empty_list_says_why(picker, view, listed, facts: dict[str, object], said: str) -> None:
    picker.open_for(view, "wa")
    picker.show_templates(replace(listed, **facts))
    assert said in picker.choice.said
    assert picker.choice.said.count("The key is not accepted.") <= 1
    assert not can_send(picker)


def test_without_an_account_it_leads_to_connecting_one(qtbot, picker, view) -> None:
    picker.open_for(replace(view, ways=(BARE,)), "wa")
    assert picker.key is None
    assert "No connected account can send Jennifer a template" in picker.placeholder
    assert not picker.choice.isVisible()
    connect = next(b for b in picker.findChildren(QPushButton) if b.text() == "Connect an account…")
    assert focused() is connect
    with qtbot.waitSignal(picker.accounts_wanted):
        qtbot.keyClick(connect, Qt.Key.Key_Space)
    assert not picker.is_open


def test_trouble_stands_beside_an_older_list(opened, listed) -> None:
    opened.show_templates(replace(listed, trouble="Octopods does not answer."))
    assert "Octopods does not answer." in opened.choice.said
    assert len(opened.choice.names) == 3


def test_refresh_asks_again_even_for_a_fresh_list(qtbot, opened, listed) -> None:
    with qtbot.waitSignal(opened.refresh_requested) as asked:
        opened.choice.refresh.click()
    assert asked.args == [OCTOPODS]
    opened.show_templates(replace(listed, refreshing=True))
    assert not opened.choice.refresh.isEnabled()
    assert "Asking Octopods" in opened.choice.said


def test_the_age_of_the_list_goes_on_counting(opened, clock, ticker) -> None:
    clock.advance(timedelta(minutes=5))
    ticker.tick()
    assert "11 min ago" in opened.choice.said


def test_a_newer_list_that_lost_the_chosen_one_chooses_no_other_for_her(opened, listed) -> None:
    choose(opened, NEWS)
    assert can_send(opened)
    opened.show_templates(replace(listed, templates=(replace(NEWS, status=Status.PAUSED), SHIPPED, SALE)))
    assert opened.choice.template is None
    assert "we_have_news cannot be sent any more." in opened.placeholder
    assert "paused" in opened.placeholder
    assert not can_send(opened)
    opened.show_templates(listed)
    choose(opened, NEWS)
    assert can_send(opened)
    opened.show_templates(replace(listed, templates=()))
    assert "we_have_news is not in the list any more." in opened.placeholder


def test_a_list_of_another_account_changes_nothing_here(opened, listed) -> None:
    opened.show_templates(replace(listed, key=CLOUD, templates=()))
    assert len(opened.choice.names) == 3


# --- filling in --------------------------------------------------------------------------------------------------


def test_what_the_contact_says_is_filled_in_and_marked_until_it_is_changed(opened) -> None:
    choose(opened, SHIPPED)
    first = field(opened, "body.first_name")
    assert (first.edit.value, first.mark) == ("Jennifer", "from the contact")
    first.edit.setPlainText("Ms Okafor")
    assert first.mark == "changed by hand"
    first.edit.setPlainText("Jennifer")
    assert first.mark == "from the contact"
    assert field(opened, "body.order_id").mark == ""
    assert field(opened, "body.order_id").edit.placeholderText() == "For example A-1042"


def test_the_fields_are_named_by_place_and_by_name(opened) -> None:
    choose(opened, SHIPPED)
    assert [f.edit.accessibleName() for f in opened.desk.fields.fields] == [
        "Picture · link beginning with https://",
        "Text · first_name",
        "Text · order_id",
        "Text · note",
        "Button “Track” · end of its link",
    ]


def test_send_says_what_is_still_missing(opened) -> None:
    choose(opened, SHIPPED)
    assert opened.bar.hindrance == "Still to fill in: Picture, order_id, note and 1 more."
    assert not can_send(opened)
    assert field(opened, "body.order_id").problem == ""
    fill_in(opened, FULL)
    assert opened.bar.hindrance == ""
    assert can_send(opened)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("two\nlines", "No line breaks or tabs here"),
        ("a\tb", "No line breaks or tabs here"),
        ("a     b", "No more than 4 spaces in a row"),
        ("", "Fill this in."),
        ("{{name}}", "{{name}} was not filled in."),
    ],
)
def test_what_whatsapp_refuses_is_shown_as_it_was_pasted(opened, value: str, said: str) -> None:
    choose(opened, NEWS)
    first = field(opened, "body.1")
    first.edit.selectAll()
    paste(first.edit, value) if value else first.edit.clear()
    assert first.edit.value == value
    assert said in first.problem
    assert not can_send(opened)
    assert first.problem.rstrip(".") in first.edit.accessibleDescription()


def test_line_breaks_go_away_only_on_demand(opened) -> None:
    choose(opened, NEWS)
    first = field(opened, "body.1")
    first.edit.setPlainText("Ms\nOkafor\tand     Co")
    assert first.mend.isVisible()
    first.mend.click()
    assert first.edit.value == "Ms Okafor and Co"
    assert first.problem == ""
    assert not first.mend.isVisible()
    assert can_send(opened)


def test_the_composers_text_can_stand_in_a_value_and_says_what_it_lost(opened) -> None:
    choose(opened, SHIPPED)
    assert not field(opened, "body.first_name").use.isVisible(), "there is something in it"
    assert not field(opened, "header.media").use.isVisible()
    assert not field(opened, "button.0").use.isVisible()
    note = field(opened, "body.note")
    note.use.click()
    assert note.edit.value == "Are you at home tomorrow?"
    assert note.mark == "your text; its line breaks became spaces"
    assert focused() is note.edit


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1024, "Dear {{name}}"])
def test_a_text_that_cannot_stand_in_a_value_is_not_offered(picker, view, listed, text: str) -> None:
    picker.open_for(view, "wa", text)
    picker.show_templates(listed)
    choose(picker, SHIPPED)
    assert not field(picker, "body.note").use.isVisible()


def test_a_file_needs_a_public_link(opened) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, FULL | {"header.media": "http://files.example/x.png"})
    assert "https://" in field(opened, "header.media").problem
    assert "Picture" in opened.bar.hindrance
    assert not can_send(opened)


def test_enter_goes_from_field_to_field_and_never_sends(qtbot, opened, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, FULL)
    fields = opened.desk.fields.fields
    fields[0].edit.setFocus()
    for after in fields[1:]:
        qtbot.keyClick(focused(), Qt.Key.Key_Return)
        assert focused() is after.edit
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert focused() is opened.bar.send
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    qtbot.keyClick(focused(), Qt.Key.Key_Enter)
    assert sent == []
    assert opened.is_open
    assert all("\n" not in f.edit.value for f in fields)


def test_tab_passes_everything_and_stays_inside(qtbot, opened) -> None:
    choose(opened, NEWS)
    passed = [focused()]
    while len(passed) < 40:
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        if focused() is passed[0]:
            break
        passed.append(focused())
    assert len(passed) < 40
    for wanted in (opened.choice.list, field(opened, "body.1").edit, opened.bar.cancel, opened.bar.send):
        assert wanted in passed
    assert all(opened.isAncestorOf(widget) for widget in passed)


# --- the preview -------------------------------------------------------------------------------------------------


def test_the_preview_is_what_she_will_read(opened) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, FULL | {"body.note": "*Soon* there"})
    told = opened.desk.preview.text
    for words in ("parcel.png", "Hi Jennifer, order A-1 has shipped.\nSoon there", "Harbour Parcels", "Track", "Stop"):
        assert words in told
    assert "https://parcels.example.com/t/x" in told
    assert "order A-1 has shipped" in opened.desk.preview.accessibleName()


def test_pressing_an_empty_blank_leads_to_its_field(qtbot, opened) -> None:
    choose(opened, SHIPPED)
    pressed = set()
    for words in opened.desk.preview.words:
        for x in range(0, words.width(), 4):
            for y in range(2, words.height(), 4):
                key = words.blank_at(QPointF(x, y))
                if key and key not in pressed:
                    pressed.add(key)
                    qtbot.mouseClick(words, Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())
                    assert focused() is field(opened, key).edit
    assert pressed == {"body.order_id", "body.note", "button.0"}


def test_of_many_buttons_whatsapp_shows_two_and_the_way_to_the_others(opened, listed) -> None:
    buttons = tuple(Button(ButtonKind.QUICK_REPLY, f"Answer {i}") for i in range(10))
    opened.show_templates(replace(listed, templates=(replace(NEWS, buttons=buttons),)))
    choose(opened, NEWS)
    told = opened.desk.preview.text
    assert told.index("Answer 1") < told.index("See all options") < told.index("Answer 2") < told.index("Answer 9")


@pytest.mark.parametrize("size", [(1024, 700), (1600, 1000), (800, 560)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_sticks_out_of_its_place(qtbot, opened, listed, window, theme, size, scale: float) -> None:
    long = replace(
        SHIPPED,
        name="quarterly_satisfaction_survey_reminder_for_customers_version_2",
        body="Dear {{first_name}}, " + "a word and " * 90,
        header=Header(HeaderKind.TEXT, "About {{1}}"),
        buttons=tuple(Button(ButtonKind.URL, f"Choice {i}", "https://x.example/{{1}}") for i in range(10)),
    )
    opened.show_templates(replace(listed, templates=(long, *(replace(NEWS, name=f"n{i}") for i in range(40)))))
    choose(opened, long)
    theme.scale_text(scale)
    window.resize(*size)
    qtbot.waitUntil(lambda: opened.size() == window.size())
    preview, desk = opened.desk.preview, opened.desk
    parts = [opened.bar.send, opened.bar.cancel, opened.choice.list, opened.choice.filters.search, desk]
    qtbot.waitUntil(lambda: all(holds(window, part) for part in parts))
    qtbot.waitUntil(lambda: preview.words != [] and all(holds(preview, words) for words in preview.words))
    assert preview.width() <= desk.width()


def test_every_paragraph_has_its_own_direction(opened, listed) -> None:
    arabic = replace(NEWS, id="t-ar", name="arabic", language="ar", body="مرحبا {{1}}")
    opened.show_templates(replace(listed, templates=(arabic,)))
    choose(opened, arabic)
    edit = field(opened, "body.1").edit
    edit.setPlainText("طلب 4711")
    assert edit.document().defaultTextOption().alignment() & Qt.AlignmentFlag.AlignRight
    edit.setPlainText("order 4711")
    assert edit.document().defaultTextOption().alignment() & Qt.AlignmentFlag.AlignLeft
    assert "مرحبا order 4711" in opened.desk.preview.text


# --- judging and sending -----------------------------------------------------------------------------------------


def test_the_forecast_never_calls_it_free_and_tells_of_the_window(opened) -> None:
    choose(opened, NEWS)
    assert opened.bar.forecast.startswith("Arrives on WhatsApp.")
    assert "only her answer does" in opened.bar.forecast
    assert "may charge" in opened.bar.forecast
    assert "free" not in opened.bar.forecast.lower()


def test_on_the_bridges_own_number_the_closed_window_stays_closed(picker, view, listed) -> None:
    way = replace(WAY, route=replace(WAY.route, carries_bridge=True))
    mapping = view.situations["wa"].mapping
    assert mapping is not None
    hers = mapping.customer_address or ""
    picker.open_for(replace(view, ways=(replace(way, route=replace(way.route, to=hers)),)), "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    assert ("The window stays closed until she answers." in picker.bar.forecast) == bool(hers)


def test_marketing_may_not_be_delivered(opened) -> None:
    choose(opened, SALE)
    assert "131049" in opened.bar.remark
    choose(opened, NEWS)
    assert opened.bar.remark == ""


def test_what_is_sent_is_what_was_seen(qtbot, opened, sent, view) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, FULL)
    qtbot.mouseClick(opened.bar.send, Qt.MouseButton.LeftButton)
    expected = fill(SHIPPED, FULL | {"body.first_name": "Jennifer"})
    [command] = sent
    assert command == SendDirect(opened.draft_id, "c-1", "wa", WAY.route, expected.text, template=expected)
    assert command.template is not None
    assert command.template.can_be_sent
    assert len(command.draft_id) == 32
    assert opened.bar.send.text() == "Sending…"
    qtbot.mouseClick(opened.bar.send, Qt.MouseButton.LeftButton)
    opened.desk.fields.send_pressed.emit()
    assert len(sent) == 1
    opened.answered(Done(), command.draft_id)
    assert not opened.is_open


@pytest.mark.parametrize("where", ["search", "list", "field", "button"])
def test_control_enter_sends_from_everywhere_when_nothing_is_in_the_way(qtbot, opened, sent, where: str) -> None:
    choose(opened, NEWS)
    {
        "search": opened.choice.filters.search,
        "list": opened.choice.list,
        "field": field(opened, "body.1").edit,
        "button": opened.bar.send,
    }[where].setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    assert len(sent) == 1


def test_control_enter_with_something_in_the_way_leads_to_it(qtbot, opened, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, FULL | {"body.note": "two\nlines"})
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
    assert "It last went to Jennifer 3 h ago." in picker.bar.question
    assert picker.bar.send.text() == "Send it again"
    assert focused() is picker.bar.send
    qtbot.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    assert sent == [], "accepting a warning takes the button"
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert [c.acknowledged for c in sent] == [frozenset({WarningCode.SAME_TEMPLATE_JUST_SENT})]


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


def test_her_newer_message_is_asked_about_before_it_goes(qtbot, opened, people, view, clock, sent) -> None:
    choose(opened, NEWS)
    clock.advance(timedelta(minutes=1))
    newer = people.hers("wa", timedelta(seconds=-30), "Hello?", app_code="octopods-vv1")
    after = people.jennifer(more=(newer,))
    opened.show_view(replace(after, ways=view.ways))
    opened.bar.send.click()
    assert sent == []
    assert "Jennifer has written since you began" in opened.bar.question
    assert opened.bar.send.text() == "Send anyway"
    opened.bar.send.click()
    assert WarningCode.NEWER_CUSTOMER_MESSAGE in sent[0].acknowledged


def test_a_failure_is_told_here_and_nothing_is_lost(opened, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, FULL)
    opened.bar.send.click()
    opened.answered(Failed("The account is not connected any more."), sent[0].draft_id)
    assert opened.is_open
    assert opened.bar.complaint == "The account is not connected any more."
    assert {f.slot.key: f.edit.value for f in opened.desk.fields.fields} == FULL | {"body.first_name": "Jennifer"}
    assert can_send(opened)
    opened.bar.send.click()
    assert [c.draft_id for c in sent] == [opened.draft_id] * 2
    assert opened.bar.complaint == ""


def test_a_demand_of_the_engine_is_asked_in_place(opened, sent) -> None:
    choose(opened, NEWS)
    opened.bar.send.click()
    code = WarningCode.TEAMMATE_ANSWERED
    opened.answered(NeedsConsent(Forecast((), (code,)), (code,)), sent[0].draft_id)
    assert "has answered meanwhile" in opened.bar.question
    assert opened.bar.send.text() == "Send anyway"
    opened.bar.send.click()
    assert sent[1].acknowledged == frozenset({code})


def test_an_answer_to_an_earlier_opening_changes_nothing(opened, view, sent) -> None:
    choose(opened, NEWS)
    opened.bar.send.click()
    opened.dismiss()
    opened.open_for(view, "wa")
    assert opened.draft_id != sent[0].draft_id
    opened.answered(Done(), sent[0].draft_id)
    assert opened.is_open
    opened.answered(Failed("Late."), sent[0].draft_id)
    assert opened.bar.complaint == ""


def test_escape_keeps_what_was_filled_in_for_her_and_this_template(qtbot, opened, view, people) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, {"body.order_id": "A-77"})
    field(opened, "body.order_id").edit.setFocus()
    with qtbot.waitSignal(opened.dismissed):
        qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not opened.is_open
    opened.open_for(view, "wa")
    assert opened.choice.template == SHIPPED
    assert field(opened, "body.order_id").edit.value == "A-77"
    opened.dismiss()
    tom = people.view([people.whatsapp(timedelta(hours=30), None)], customer_id="c-2", name="Tom Baker")
    opened.open_for(replace(tom, ways=view.ways), "wa")
    choose(opened, SHIPPED)
    assert field(opened, "body.order_id").edit.value == ""
    assert field(opened, "body.first_name").edit.value == "Tom"


def test_what_was_sent_is_not_filled_in_again(opened, view, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, FULL)
    opened.bar.send.click()
    opened.sent()
    opened.open_for(view, "wa")
    choose(opened, SHIPPED)
    assert field(opened, "body.order_id").edit.value == ""


def test_signed_out_forbids_it_and_offline_only_remarks_it(opened, view) -> None:
    choose(opened, NEWS)
    opened.set_connection(ConnectionView(ConnectionState.OFFLINE, "No network"))
    assert "offline" in opened.bar.remark
    assert can_send(opened)
    out = {id: replace(s, signed_in=False) for id, s in view.situations.items()}
    opened.show_view(replace(view, situations=out))
    assert opened.bar.hindrance == "Signed out of Intercom: nothing can be sent."
    assert not can_send(opened)


def test_a_newer_view_of_somebody_else_changes_nothing(opened, view) -> None:
    opened.show_view(replace(view, customer_id="c-9", ways=()))
    assert opened.key == OCTOPODS


def test_a_number_that_goes_away_is_told_and_its_templates_go_with_it(opened, view) -> None:
    choose(opened, NEWS)
    changed = replace(WAY, abilities=replace(ABLE, reports_status=True))
    opened.show_view(replace(view, ways=(changed, OTHER)))
    assert opened.choice.template == NEWS, "an account that can do something else is still the same"
    opened.show_view(replace(view, ways=(OTHER,)))
    assert opened.key == CLOUD
    assert opened.choice.names == []
    assert opened.bar.complaint == "The number that was chosen is not connected any more."
    assert not can_send(opened)


def test_the_next_customer_begins_with_the_same_number(qtbot, picker, view, people) -> None:
    picker.open_for(replace(view, ways=(WAY, OTHER)), "wa")
    picker.number.box.setCurrentIndex(1)
    picker.number.box.activated.emit(1)
    picker.dismiss()
    tom = people.view([people.whatsapp(timedelta(hours=30), None)], customer_id="c-2", name="Tom Baker")
    his = tuple(replace(way, route=replace(way.route, to="+353877654321")) for way in (WAY, OTHER))
    picker.open_for(replace(tom, ways=his), "wa")
    assert picker.key == CLOUD
    assert "+353877654321" in picker.title


def test_a_conversation_that_is_not_hers_opens_nothing(picker, view) -> None:
    picker.open_for(view, "nowhere")
    assert not picker.is_open


VALUES = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0\u2028\u2029"), max_size=40)


@settings(max_examples=30)
@given(value=VALUES)
@example(value="no\u00a0break")
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
    wrong = [p.sentence for p in fill(NEWS, {"body.1": value}).problems]
    assert ([first.problem] if first.problem else []) == [w for w in wrong if w == first.problem]
    assert can_send(picker) == (not wrong)
    picker.bar.send.click()
    assert [c.template.values["body.1"] for c in commands if c.template] == ([] if wrong else [value])
    picker.send_requested.disconnect(commands.append)
    picker.sent()
    picker.dismiss()


def test_a_contact_without_a_name_leaves_the_blank_to_the_agent(picker, people, view, listed) -> None:
    nameless = people.view([people.whatsapp(timedelta(hours=26), None)], contact=Contact("c-1"), name="")
    picker.open_for(replace(nameless, ways=view.ways), "wa")
    picker.show_templates(listed)
    choose(picker, NEWS)
    assert field(picker, "body.1").edit.value == ""
    assert picker.bar.hindrance == "Still to fill in: Text 1."
    assert "The customer" in picker.title
