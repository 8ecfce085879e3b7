"""Two people who are one customer: the template picker writes to the one whose conversation it was opened from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QToolButton
from template_picker_driver import CLOUD, NEWS, OCTOPODS, OCTOPODS_ROUTE, choose, field

from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import find_addresses
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.reach import find_situation
from desktop.engine.views import TemplatesView, ThreadView
from desktop.text.screens import composer as texts
from desktop.ui.composer.alternatives import routes_from, text_routes
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.route_menu import RouteButton

ANNA = Contact("a", name="Anna", email="family@example.com", phone="+353871111111")
BEN = Contact("b", name="Ben", email="family@example.com", phone="+353872222222")


@pytest.fixture
def family(people):
    """Of one customer: Anna's conversation in the Messenger, Ben's newer one on WhatsApp."""

    def make(*contacts: Contact, only: str = "") -> ThreadView:
        held = contacts or (ANNA, BEN)

        def conversation(id: str, contact: str, age: timedelta, **more: object) -> Conversation:
            entry = people.customer_message(id, age, "Hello", "", is_first=True, event="source")
            return replace(people.conversation(id, [entry], **more), contact_ids=(contact,))

        talks = [
            conversation("annas", "a", timedelta(hours=5), page_url="https://shop.example/"),
            conversation("bens", "b", timedelta(hours=1), tags=("whatsapp",)),
        ]
        thread = assemble_thread(talks, held, people.workspace)
        situations = {c.id: find_situation(thread, c.id, people.workspace) for c in thread.chats}
        direct_routes = tuple(
            DirectRoute(
                replace(base.route, to=address.to), base.capabilities, base.name, address.contact_ids, address.owner
            )
            for base in (
                OCTOPODS_ROUTE,
                replace(OCTOPODS_ROUTE, route=replace(OCTOPODS_ROUTE.route, key=CLOUD), name="Second shop"),
            )
            for address in find_addresses(thread, ChannelKind.WHATSAPP)
            if only in ("", address.owner)
        )
        return ThreadView("a", "Ben", thread, people.workspace, situations, direct_routes=direct_routes)

    return make


@pytest.fixture
def listed(now) -> TemplatesView:
    return TemplatesView(OCTOPODS, (NEWS,), now - timedelta(minutes=6))


def test_annas_conversation_writes_to_annas_number_and_greets_anna(picker, family, listed) -> None:
    picker.open_for(family(), "annas")
    picker.show_templates(listed)
    choose(picker, NEWS)
    assert picker.sender_menu.direct_route.route.to == ANNA.phone
    assert field(picker, "body.1").edit.value == "Anna"
    assert "Anna" in picker.title
    assert "Ben" not in picker.title
    told = picker.sender_menu.labels
    assert [ANNA.phone in t for t in told] == [True, True, False, False]
    assert [f"Ben, {BEN.phone}" in t for t in told] == [False, False, True, True]


def test_bens_number_is_taken_only_when_it_is_chosen_and_greets_ben_then(picker, family, listed) -> None:
    picker.open_for(family(), "annas")
    picker.show_templates(listed)
    at = next(i for i, t in enumerate(picker.sender_menu.labels) if "Ben" in t)
    picker.sender_menu.box.setCurrentIndex(at)
    picker.sender_menu.box.activated.emit(at)
    picker.show_templates(listed)
    choose(picker, NEWS)
    assert picker.sender_menu.direct_route.route.to == BEN.phone
    assert field(picker, "body.1").edit.value == "Ben"
    assert "Ben" in picker.title
    picker.show_view(family())
    assert picker.sender_menu.direct_route.route.to == BEN.phone, "the agent chose it"
    picker.dismiss()
    picker.open_for(family(), "annas")
    assert picker.sender_menu.direct_route.route.to == ANNA.phone, "never chosen beforehand"
    picker.dismiss()
    picker.open_for(family(), "bens")
    assert picker.sender_menu.direct_route.route.to == BEN.phone


def test_where_only_bens_number_is_known_nothing_is_chosen_for_the_agent(picker, family, listed) -> None:
    picker.open_for(family(replace(ANNA, phone=""), BEN), "annas")
    assert picker.sender_menu.direct_route is None
    assert picker.sender_menu.box.isVisible()
    assert picker.placeholder == "Anna has no known WhatsApp number. Choose another number above."
    assert all("Ben" in t for t in picker.sender_menu.labels)


@pytest.mark.parametrize("name", ["Anna", "", "  anna "])
def test_a_second_contact_of_the_same_person_is_no_other_person(family, name: str) -> None:
    lead = Contact("b", name=name, email=ANNA.email, phone=BEN.phone)
    assert {w.owner for w in routes_from(family(ANNA, lead), "annas")} == {""}


def test_a_nameless_contact_beside_two_names_is_another_contact(family) -> None:
    view = family(ANNA, replace(BEN, name=""), Contact("c", name="Ciara"))
    assert {w.owner for w in routes_from(view, "annas")} == {"", texts.OTHER_CONTACT()}


def test_the_composers_switch_names_whose_address_it_is(qtbot, theme, ticker, family) -> None:
    view = family()
    able = tuple(replace(w, capabilities=replace(w.capabilities, sends_free_text=True)) for w in view.direct_routes)
    view = replace(view, direct_routes=able)
    composer = Composer(theme, ticker)
    qtbot.addWidget(composer)
    composer.show_conversation(view, "annas", "91")
    switch = composer.findChild(RouteButton)
    assert isinstance(switch, QToolButton)
    told = [action.text() for action in switch.route_menu.actions()][1:]
    assert [f"to {ANNA.phone}" in t for t in told] == [True, True, False, False]
    assert [f"to Ben, {BEN.phone}" in t for t in told] == [False, False, True, True]
    bens = next(w for w in text_routes(view, "annas") if w.owner)
    composer.choose_route(bens.route)
    assert "Ben" in switch.accessibleName()
