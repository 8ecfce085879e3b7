"""What a screen reader speaks from the first start to the trap and the way out of it, on a real accessibility bus.

`transcripts/LANGUAGE.txt` was read by somebody as a blind agent would hear it. Where other words are meant now, the
test writes the new transcript beside its profile and names it: read it, and put it in the place of the former.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from spoken_desk import SpokenDesk, missing, spoken_desk

from desktop.text import catalog
from desktop.text.screens import composer, palette, settings, widgets, wizard

pytestmark = [pytest.mark.slow, pytest.mark.posix("the accessibility bus is Linux's")]
TRANSCRIPTS = Path(__file__).parent / "transcripts"
IN_EVERY_RUN = catalog.ENGLISH
MOST_CHANGES = 120
"""Of other parts while a customer is opened. A reader asks each of them how it is now, and cannot speak meanwhile."""


@pytest.fixture
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    code: str = request.param
    if code != IN_EVERY_RUN and not request.config.getoption("whole"):
        pytest.skip("only with --whole: in every run it is English")
    if lacking := missing():
        pytest.skip(f"not on this machine: {', '.join(lacking)}")
    catalog.use_language(code)
    yield code
    catalog.use_language(catalog.ENGLISH)


@pytest.mark.parametrize("language", sorted(catalog.LANGUAGES), indirect=True)
def test_the_trap_is_spoken_as_reviewed(
    language: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    file = TRANSCRIPTS / f"{language}.txt"
    reviewed = file.read_text("utf-8") if file.exists() else ""
    before_s = cpu_s_of_children()
    with spoken_desk(language, reviewed) as desk:
        first_start(desk)
        changes = open_customer(desk)
        read_and_be_written_to(desk)
        be_warned(desk)
        choose_template(desk)
        change_settings(desk)
    record_property("CPU ms to hear what is spoken", round(1000 * (cpu_s_of_children() - before_s)))
    record_property("changes of other parts for one customer", changes)
    transcript = "\n".join(desk.transcript) + "\n"
    (tmp_path / file.name).write_text(transcript, "utf-8")
    assert transcript == reviewed, f"read {tmp_path / file.name}; if it is as it should be, it is the new {file}"
    assert changes <= MOST_CHANGES


def cpu_s_of_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def first_start(desk: SpokenDesk) -> None:
    desk.title("The first start")
    desk.listen("(the wizard opens)", wizard.CONNECT_INTERCOM())
    desk.press_until("Tab", wizard.CONNECT_INTERCOM())
    desk.press("Return", hears=wizard.REQUEST_HEADING())
    desk.press_until("Tab", wizard.BACK())
    desk.press("space", hears=wizard.WELCOME_HEADING())
    desk.press_until("Tab", wizard.SAMPLE())
    # Until everything is known of the customers.
    up_to_date = max(catalog.strip_isolates(widgets.UPDATED(ago="\0")).split("\0"), key=len)
    desk.press("space", hears="list item", sees=up_to_date, is_long=True)


def open_customer(desk: SpokenDesk) -> int:
    """Returns how many other parts have changed."""
    desk.title("The list of customers")
    desk.press_until("Down", "Jennifer")
    desk.press("Return", hears=composer.REPLY_FIELD(), is_long=True)
    return desk.changes


def read_and_be_written_to(desk: SpokenDesk) -> None:
    desk.title("The messages")
    desk.press("F6", "F6", "Up", "Up", "Down")
    desk.title("Find in the conversation")
    desk.press("ctrl+g", hears=palette.COMMANDS["find_in_thread"]())
    desk.type("4711")
    desk.press("Tab", "Tab", "Tab", "Escape")
    desk.title("Assign the conversation")
    desk.press("a", "Down", "Down", "Escape")
    desk.press("r", hears=composer.REPLY_FIELD())
    desk.title("Jennifer writes in the Messenger")
    desk.at_sandbox(write="Is anybody there?")
    desk.listen("(the message)", "Is anybody there?")
    desk.title("A day goes by")
    desk.at_sandbox(advance_s=24 * 3600)
    desk.listen("(a day)", composer.ONLY_MESSENGER_NOW())


def be_warned(desk: SpokenDesk) -> None:
    desk.title("The warning")
    desk.type("Yes")
    desk.press("ctrl+Return", hears=", dialog")
    desk.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
    desk.press("Escape", hears=composer.REPLY_FIELD())


def choose_template(desk: SpokenDesk) -> None:
    desk.title("The template picker")
    desk.press("ctrl+Return", hears=", dialog")
    desk.press_until("Tab", composer.TEMPLATE())
    desk.press("space", hears=", dialog")
    desk.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
    desk.press("Escape", hears=composer.REPLY_FIELD())


def change_settings(desk: SpokenDesk) -> None:
    desk.title("The command palette")
    desk.press("ctrl+k", "Down", "Down", "Escape")
    desk.title("Settings")
    desk.press("ctrl+comma", hears="list item")
    desk.press("Down", "End")
    desk.press_until("Up", settings.APPEARANCE())
    desk.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
    desk.press("Escape", hears=composer.REPLY_FIELD())
