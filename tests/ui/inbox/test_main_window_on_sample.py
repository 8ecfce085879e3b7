"""The window on the real engine and the sandbox: direct replies arrive on the phone and in the thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from screen_fixtures import speak_english_again

from desktop.app import loop
from desktop.app.language import follow
from desktop.demo.sample import SampleWorkspace
from desktop.demo.tour.tour import Tour
from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.domain.model.list_view import ListView
from desktop.text.catalog import ENGLISH, strip_isolates
from desktop.text.screens.customers import row_line
from desktop.ui.composer.writing.sms_counter import SmsCounter
from desktop.ui.customers.list_model import ROW
from desktop.ui.look.theme import Theme

Scenario = Callable[[Tour], Coroutine[Any, Any, None]]
Play = Callable[..., None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("whole app"),
]


@pytest.fixture
def running_tour(qapp: QApplication, tmp_path: Path) -> Iterator[Play]:
    """Plays a scenario, in another language if it is given, with Jennifer's thread on the screen."""

    def play(scenario: Scenario, language: str = ENGLISH) -> None:
        async def main() -> int:
            workspace = await SampleWorkspace.open(Theme(qapp))
            tour = Tour(workspace, tmp_path)
            try:
                await tour.choose("jennifer", "Jennifer Okafor")
                await tour.wait_until(lambda: tour.view.direct_routes != (), "the ways past Intercom")
                await scenario(tour)
            finally:
                await workspace.close()
            return 0

        follow(qapp, language)
        assert loop.run(qapp, main) == 0

    yield play
    speak_english_again(qapp)


def on_the_phone(tour: Tour, text: str) -> bool:
    with tour.workspace.sandbox.lock:
        customer = tour.workspace.sandbox.world.customers[tour.workspace.customer.customer_id]
        return any(item.text == text for chat in customer.chats.values() for item in chat if item.who == "business")


def test_an_sms_on_a_direct_route_is_on_the_phone_in_the_thread_and_in_a_note(
    running_tour: Play,
) -> None:
    async def scenario(tour: Tour) -> None:
        composer, text = tour.window.composer, "Past Intercom, by SMS."
        direct_route = next(w for w in tour.view.direct_routes if w.route.key.channel is ChannelKind.SMS)
        composer.choose_route(direct_route.route)
        assert composer._line.text.startswith("Arrives by text message (SMS) only")
        await tour.write(text)
        # The draft, its route and both windows outlive a change of the language.
        tour.window.settings.preferences.set_language("ar")
        window, screens = tour.workspace.window, tour.workspace.screens
        assert (window.composer.text, window.composer.route) == (text, direct_route.route)
        assert window.customer_id == tour.workspace.customer.customer_id or window.view.name == "Jennifer Okafor"
        assert window.layoutDirection() is screens.layoutDirection() is Qt.LayoutDirection.RightToLeft
        assert window.isVisible()
        assert screens.isVisible()
        assert window.composer._line.text != composer._line.text
        window.settings.preferences.set_language("")
        composer = tour.window.composer
        assert "22 characters · 1 SMS" in composer.findChild(SmsCounter).text()
        composer.send()
        await tour.wait_until(lambda: composer.text == "", "the engine to take it")
        assert composer.route is None
        await tour.wait_until(lambda: on_the_phone(tour, text), "her phone to show it")
        await tour.wait_until(
            lambda: any(m.direct is not None and m.entry.text == text for m in tour.view.thread.messages),
            "the thread to show it as sent past Intercom",
        )
        await tour.wait_until(
            lambda: any(text in m.entry.text for m in tour.view.thread.messages if m.entry.kind is EntryKind.NOTE),
            "the note for colleagues",
        )

    running_tour(scenario)


def test_from_a_closed_window_the_warning_leads_to_the_providers_own_templates(
    running_tour: Play,
) -> None:
    async def scenario(tour: Tour) -> None:
        window = tour.window
        await tour.advance_clock(25)
        await tour.wait_until(lambda: "Messenger only" in window.composer._line.text, "the window to be seen as closed")
        await tour.write("Are you at home?")
        window.composer.send()
        await tour.wait_until(lambda: window.warning_sheet.is_open, "the warning")
        window.warning_sheet.choices[0].click()
        assert window.template_picker.is_open
        await tour.wait_until(lambda: window.template_picker.template_list.names, "the list of templates")
        window.template_picker.dismiss()
        assert window.composer.text == "Are you at home?"

    running_tour(scenario)


def test_a_german_sample_speaks_german_in_its_views_of_teams_and_searches(running_tour: Play) -> None:
    """A view of a search is stored, and the snoozed say until when."""

    async def scenario(tour: Tour) -> None:
        pane = tour.window.list
        assert tour.window.thread_pane.timeline.timeline.reads == "DE"
        await tour.wait_for_message("Hallo Jennifer, ich frage beim Zustelldienst nach.")
        views = pane.picker.list.rows
        pane.picker.set_has_teams_open(True)
        pane.picker.set_has_more(True)
        await tour.wait_until(lambda: "Lieferungen" in [row.name for row in views.rows], "the teams")
        pane.search.bar.field.setText("Paket")
        await tour.wait_until(pane.own_views.save_button.isVisible, "what was found")
        pane.own_views.save_button.click()
        pane.own_views.popup.accept()
        await tour.wait_until(lambda: pane.own_views.text == "Paket", "the view to be stored")
        assert (views.rows[-1].name, pane.own_view is not None) == ("Paket", True)
        pane.choose_view(ListView.SNOOZED)
        await tour.wait_until(lambda: pane._shown_query is not None and pane._shown_query.view is pane.view, "the list")
        row = pane._list.model().index(0, 0).data(ROW)
        assert strip_isolates(row_line(row, tour.now)).startswith("Zurückgestellt bis ")

    running_tour(scenario, "de")
