"""Choosing a template: numbers, search, filters, what is not on offer, and how new the list is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from reasons import said
from template_picker_driver import (
    ALL,
    CLOUD,
    CLOUD_ROUTE,
    CUSTOMER_PHONE,
    NEWS,
    OCTOPODS,
    OCTOPODS_ROUTE,
    PAUSED,
    SALE,
    SHIPPED,
    TELEGRAM_ROUTE,
    can_send,
    choose,
    field,
    focused,
)

from desktop.domain.content.template import Status
from desktop.engine.views import TemplatesView


def test_opening_asks_for_the_list_of_the_only_account_that_has_templates(qtbot, picker, view) -> None:
    with qtbot.waitSignal(picker.templates_wanted) as asked:
        picker.open_for(view, "wa")
    assert asked.args == [OCTOPODS]
    assert picker.key == OCTOPODS
    assert picker.sender_menu.labels == ["Harbour Parcels · +35312345678 · Octopods"]
    assert picker.sender_menu.isVisible()
    assert not picker.sender_menu.box.isVisible()
    assert "Jennifer Okafor" in picker.title
    assert CUSTOMER_PHONE in picker.title
    assert focused() is picker.template_list.filters.search


def test_a_second_number_can_be_chosen_and_has_its_own_list(qtbot, picker, view, listed) -> None:
    picker.open_for(replace(view, direct_routes=(OCTOPODS_ROUTE, CLOUD_ROUTE)), "wa")
    picker.show_templates(listed)
    with qtbot.waitSignal(picker.templates_wanted) as asked:
        picker.sender_menu.box.setCurrentIndex(1)
        picker.sender_menu.box.activated.emit(1)
    assert asked.args == [CLOUD]
    assert picker.template_list.names == []
    picker.show_templates(TemplatesView(CLOUD, (SALE,), listed.known_at))
    assert picker.template_list.names == ["autumn_sale"]


def test_only_what_can_be_sent_is_listed_and_the_rest_is_explained_on_demand(opened) -> None:
    assert opened.template_list.names == ["autumn_sale", "order_shipped", "we_have_news"]
    assert "1 template isn't listed: 1 paused" in opened.template_list.text
    assert "Updated 6 min ago." in opened.template_list.text
    assert not opened.template_list.reasons.isVisible()
    opened.template_list.reasons_button.click()
    assert opened.template_list.reasons.isVisible()
    assert "winter_sale" in opened.template_list.reasons.toPlainText()


def test_arrows_in_the_search_move_in_the_list_and_enter_leads_to_what_is_to_be_filled_in(qtbot, opened) -> None:
    qtbot.keyClicks(focused(), "order")
    assert opened.template_list.names == ["order_shipped"]
    focused().clear()
    assert opened.template_list.template == SHIPPED, "what is chosen stays so"
    qtbot.keyClick(focused(), Qt.Key.Key_Down)
    assert opened.template_list.template == NEWS
    qtbot.keyClick(focused(), Qt.Key.Key_Up)
    assert opened.template_list.template == SHIPPED
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert focused() is field(opened, "header.media").edit


def test_nothing_found_can_be_undone(qtbot, opened) -> None:
    qtbot.keyClicks(focused(), "zzz")
    assert "No templates match “zzz”." in opened.template_list.text
    assert not can_send(opened)
    opened.template_list.show_all.click()
    assert len(opened.template_list.names) == 3


def test_chips_and_languages_narrow_the_list(opened, listed) -> None:
    german = replace(NEWS, id="t-de", language="de")
    opened.show_templates(structs.replace(listed, templates=(*ALL, german)))
    chips = {chip.text(): chip for chip in opened.template_list.filters.chips}
    assert list(chips) == ["All (4)", "Marketing (1)", "Utility (3)"]
    chips["Utility (3)"].click()
    assert opened.template_list.names == ["order_shipped", "we_have_news", "we_have_news"]
    box = opened.template_list.filters.languages
    box.setCurrentIndex(box.findText("German"))
    assert opened.template_list.names == ["we_have_news"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"known_at": None, "templates": ()}, "Templates from Octopods aren't loaded yet."),
        ({"known_at": None, "templates": (), "refreshing": True}, "Loading templates from Octopods…"),
        ({"known_at": None, "templates": (), "error": said("The key is not accepted.")}, "The key is not accepted."),
        ({"templates": ()}, "This channel account has no templates."),
        ({"templates": (PAUSED,)}, "None of this channel account's templates can be sent"),
    ],
)
def test_an_empty_list_says_why(picker, view, listed, facts: dict[str, object], said: str) -> None:
    picker.open_for(view, "wa")
    picker.show_templates(structs.replace(listed, **facts))
    assert said in picker.template_list.text
    assert picker.template_list.text.count("The key is not accepted.") <= 1
    assert not can_send(picker)


def test_without_an_account_it_leads_to_connecting_one(qtbot, picker, view) -> None:
    picker.open_for(replace(view, direct_routes=(TELEGRAM_ROUTE,)), "wa")
    assert picker.key is None
    assert "You can't send Jennifer a template yet." in picker.placeholder
    assert not picker.template_list.isVisible()
    connect = next(b for b in picker.findChildren(QPushButton) if b.text() == "Connect channel account…")
    assert focused() is connect
    with qtbot.waitSignal(picker.accounts_wanted):
        qtbot.keyClick(connect, Qt.Key.Key_Space)
    assert not picker.is_open


def test_trouble_stands_beside_an_older_list(opened, listed) -> None:
    opened.show_templates(structs.replace(listed, error=said("Octopods does not answer.")))
    assert "Octopods does not answer." in opened.template_list.text
    assert len(opened.template_list.names) == 3


def test_refresh_asks_again_even_for_a_fresh_list(qtbot, opened, listed) -> None:
    with qtbot.waitSignal(opened.refresh_requested) as asked:
        opened.template_list.refresh.click()
    assert asked.args == [OCTOPODS]
    opened.show_templates(structs.replace(listed, refreshing=True))
    assert not opened.template_list.refresh.isEnabled()
    assert "Loading templates from Octopods…" in opened.template_list.text


def test_the_age_of_the_list_goes_on_counting(opened, clock, ticker) -> None:
    clock.advance(timedelta(minutes=5))
    ticker.tick()
    assert "11 min ago" in opened.template_list.text


def test_a_newer_list_without_the_chosen_template_chooses_no_other(opened, listed) -> None:
    choose(opened, NEWS)
    assert can_send(opened)
    opened.show_templates(structs.replace(listed, templates=(replace(NEWS, status=Status.PAUSED), SHIPPED, SALE)))
    assert opened.template_list.template is None
    assert "we_have_news can no longer be sent." in opened.placeholder
    assert "paused" in opened.placeholder
    assert not can_send(opened)
    opened.show_templates(listed)
    choose(opened, NEWS)
    assert can_send(opened)
    opened.show_templates(structs.replace(listed, templates=()))
    assert "we_have_news is no longer in the list." in opened.placeholder


def test_a_list_of_another_account_changes_nothing_here(opened, listed) -> None:
    opened.show_templates(structs.replace(listed, key=CLOUD, templates=()))
    assert len(opened.template_list.names) == 3
