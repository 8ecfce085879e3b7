"""Filling a template in: what is refused and shown, what the contact and the composer offer, and the preview."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs
from PySide6.QtCore import QPointF, Qt
from template_picker_driver import (
    NEWS,
    SHIPPED,
    SLOT_VALUES,
    can_send,
    choose,
    field,
    fill_in,
    focused,
    holds,
    paste,
)

from desktop.domain.content.template import Button, ButtonKind, Header, HeaderKind


def test_what_the_contact_says_is_filled_in_and_marked_until_it_is_changed(opened) -> None:
    choose(opened, SHIPPED)
    first = field(opened, "body.first_name")
    assert (first.edit.value, first.hint) == ("Jennifer", "From the contact")
    first.edit.setPlainText("Ms Okafor")
    assert first.hint == "Edited"
    first.edit.setPlainText("Jennifer")
    assert first.hint == "From the contact"
    assert field(opened, "body.order_id").hint == ""
    assert field(opened, "body.order_id").edit.placeholderText() == "For example: A-1042"


def test_the_fields_are_named_by_place_and_by_name(opened) -> None:
    choose(opened, SHIPPED)
    assert [f.edit.accessibleName() for f in opened.editor.fields.fields] == [
        "Picture · link that starts with https://",
        "Text · first_name",
        "Text · order_id",
        "Text · note",
        "Button “Track” · end of its link",
    ]


def test_send_says_what_is_still_missing(opened) -> None:
    choose(opened, SHIPPED)
    assert opened.bar.obstacle == "Fill in: Picture, order_id, note, and 1 more."
    assert not can_send(opened)
    assert field(opened, "body.order_id").problem == ""
    fill_in(opened, SLOT_VALUES)
    assert opened.bar.obstacle == ""
    assert can_send(opened)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("two\nlines", "doesn't accept line breaks or tabs here"),
        ("a\tb", "doesn't accept line breaks or tabs here"),
        ("a     b", "doesn't accept more than 4 spaces in a row"),
        ("", "Fill in this field."),
        ("{{name}}", "Fill in {{name}}."),
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
    assert first.join_button.isVisible()
    first.join_button.click()
    assert first.edit.value == "Ms Okafor and Co"
    assert first.problem == ""
    assert not first.join_button.isVisible()
    assert can_send(opened)


def test_the_composers_text_can_stand_in_a_value_and_says_what_it_lost(opened) -> None:
    choose(opened, SHIPPED)
    assert not field(opened, "body.first_name").use_button.isVisible(), "there is something in it"
    assert not field(opened, "header.media").use_button.isVisible()
    assert not field(opened, "button.0").use_button.isVisible()
    note = field(opened, "body.note")
    note.use_button.click()
    assert note.edit.value == "Are you at home tomorrow?"
    assert note.hint == "Your draft, put on one line"
    assert focused() is note.edit


def test_the_composers_text_can_stand_in_the_header_too_if_it_is_short_enough(picker, view, listed) -> None:
    template = replace(NEWS, name="headed", header=Header(HeaderKind.TEXT, "About {{1}}"))
    for text, fits in (("Your parcel", True), ("x" * 61, False)):
        picker.open_for(view, "wa", text)
        picker.show_templates(structs.replace(listed, templates=(template,)))
        choose(picker, template)
        assert field(picker, "header.1").use_button.isVisible() is fits


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1024, "Dear {{name}}"])
def test_a_text_that_cannot_stand_in_a_value_is_not_offered(picker, view, listed, text: str) -> None:
    picker.open_for(view, "wa", text)
    picker.show_templates(listed)
    choose(picker, SHIPPED)
    assert not field(picker, "body.note").use_button.isVisible()


def test_a_file_needs_a_public_link(opened) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, SLOT_VALUES | {"header.media": "http://files.example/x.png"})
    assert "https://" in field(opened, "header.media").problem
    assert "Picture" in opened.bar.obstacle
    assert not can_send(opened)


def test_enter_goes_from_field_to_field_and_never_sends(qtbot, opened, sent) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, SLOT_VALUES)
    fields = opened.editor.fields.fields
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
    for wanted in (opened.template_list.list, field(opened, "body.1").edit, opened.bar.cancel, opened.bar.send):
        assert wanted in passed
    assert all(opened.isAncestorOf(widget) for widget in passed)


def test_the_preview_is_what_the_customer_will_read(opened) -> None:
    choose(opened, SHIPPED)
    fill_in(opened, SLOT_VALUES | {"body.note": "*Soon* there"})
    told = opened.editor.preview.text
    for words in ("parcel.png", "Hi Jennifer, order A-1 has shipped.\nSoon there", "Harbour Parcels", "Track", "Stop"):
        assert words in told
    assert "https://parcels.example.com/t/x" in told
    assert "order A-1 has shipped" in opened.editor.preview.accessibleName()


def test_pressing_an_empty_blank_leads_to_its_field(qtbot, opened) -> None:
    choose(opened, SHIPPED)
    pressed = set()
    for words in opened.editor.preview.labels:
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
    opened.show_templates(structs.replace(listed, templates=(replace(NEWS, buttons=buttons),)))
    choose(opened, NEWS)
    told = opened.editor.preview.text
    assert told.index("Answer 1") < told.index("See all options") < told.index("Answer 2") < told.index("Answer 9")


@pytest.mark.parametrize(
    "size",
    [(1024, 700), *(pytest.param(size, marks=pytest.mark.slow) for size in ((1600, 1000), (800, 560)))],
)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_sticks_out_of_its_place(qtbot, opened, listed, window, theme, size, scale: float) -> None:
    long = replace(
        SHIPPED,
        name="quarterly_satisfaction_survey_reminder_for_customers_version_2",
        body="Dear {{first_name}}, " + "a word and " * 90,
        header=Header(HeaderKind.TEXT, "About {{1}}"),
        buttons=tuple(Button(ButtonKind.URL, f"Choice {i}", "https://x.example/{{1}}") for i in range(10)),
    )
    opened.show_templates(structs.replace(listed, templates=(long, *(replace(NEWS, name=f"n{i}") for i in range(40)))))
    choose(opened, long)
    theme.set_text_scale(scale)
    window.resize(*size)
    qtbot.waitUntil(lambda: opened.size() == window.size())
    preview, desk = opened.editor.preview, opened.editor
    parts = [opened.bar.send, opened.bar.cancel, opened.template_list.list, opened.template_list.filters.search, desk]
    qtbot.waitUntil(lambda: all(holds(window, part) for part in parts))
    qtbot.waitUntil(lambda: preview.labels != [] and all(holds(preview, words) for words in preview.labels))
    assert preview.width() <= desk.width()


def test_every_paragraph_has_its_own_direction(opened, listed) -> None:
    arabic = replace(NEWS, id="t-ar", name="arabic", language="ar", body="مرحبا {{1}}")
    opened.show_templates(structs.replace(listed, templates=(arabic,)))
    choose(opened, arabic)
    edit = field(opened, "body.1").edit
    edit.setPlainText("طلب 4711")
    assert edit.document().defaultTextOption().alignment() & Qt.AlignmentFlag.AlignRight
    edit.setPlainText("order 4711")
    assert edit.document().defaultTextOption().alignment() & Qt.AlignmentFlag.AlignLeft
    assert "مرحبا order 4711" in opened.editor.preview.text


INVOICE = replace(
    NEWS,
    id="t-invoice",
    name="your_invoice",
    body="Your invoice for {{order_id}}",
    header=Header(HeaderKind.DOCUMENT, takes_name=True),
)


def test_a_document_whose_link_tells_no_name_asks_for_one(opened, listed) -> None:
    opened.show_templates(structs.replace(listed, templates=(INVOICE,)))
    choose(opened, INVOICE)
    name = field(opened, "header.name")
    assert name.edit.accessibleName() == "File name"
    fill_in(opened, {"body.order_id": "A-1"})
    assert opened.bar.obstacle == "Fill in: Document."
    fill_in(opened, {"header.media": "https://files.example/april.pdf"})
    assert (name.problem, can_send(opened)) == ("", True)
    fill_in(opened, {"header.media": "https://files.example/42/"})
    assert "Enter one, such as invoice.pdf" in name.problem
    assert opened.bar.obstacle == "Fill in: File name."
    fill_in(opened, {"header.name": "April"})
    assert name.problem.startswith("Add a file extension")
    assert opened.bar.obstacle.startswith("File name: Add a file extension")
    fill_in(opened, {"header.name": "April.pdf"})
    assert (name.problem, can_send(opened)) == ("", True)


def test_the_room_that_is_left_is_told_shortly_before_the_limit(opened, listed) -> None:
    short = replace(NEWS, header=Header(HeaderKind.TEXT, "Order {{order_id}}"))
    opened.show_templates(structs.replace(listed, templates=(short,)))
    choose(opened, short)
    headline = field(opened, "header.order_id")
    for typed, mark, problem in (
        ("", "", "Fill in this field."),
        ("x" * 33, "", ""),
        ("x" * 34, "20 characters left", ""),
        ("x" * 54, "0 characters left", ""),
        ("x" * 56, "", "Shorten the header by 2 characters."),
    ):
        headline.edit.setPlainText(typed or "y")
        headline.edit.setPlainText(typed)
        assert (headline.hint, headline.problem) == (mark, problem)
    assert not can_send(opened)
