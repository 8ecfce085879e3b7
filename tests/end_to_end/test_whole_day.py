"""A day's work on the whole program, once with the keyboard alone and once with the mouse alone; with `--whole`, the
keyboard's day in German and in Arabic too.

Only what the customer, the network and the teammates do happens at the sandbox.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_keyrings import FakeKeyring
from first_start import ProgramDriver, create_context
from hands import Hands
from keyboard_hands import KeyboardHands
from mouse_hands import MouseHands
from PySide6.QtWidgets import QApplication
from screen_fixtures import speak_english_again

from desktop.app.connect import Hosts, sandbox_channels
from desktop.app.language import follow
from desktop.domain.model.channel import Provider
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import TriedIntercom
from desktop.engine.commands import ChooseTeammate
from desktop.ports import WorkspaceConfig
from desktop.sandbox.intercom.records import Conversation
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT
from desktop.text import catalog
from desktop.text.catalog import Text, strip_isolates
from desktop.text.forecast import reasons
from desktop.text.screens import composer as composer_texts
from desktop.text.screens import customers as customer_texts
from desktop.text.screens import inbox as texts
from desktop.text.screens import settings as settings_texts
from desktop.text.screens import widgets as widget_texts
from desktop.text.thread import actions

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]

JENNIFER, INGRID, LERATO = "Jennifer Okafor", "Ingrid Sørensen", "Lerato Mokoena"
Play = Callable[..., list[str]]


class Outside:
    """What the sandbox has of a customer: conversations at Intercom, and the screens."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def conversation(self, customer: str) -> Conversation:
        """The newest one."""
        with self.sandbox.lock:
            world = self.sandbox.world
            return world.workspace.conversations[world.conversation_ids(self.sandbox.cast[customer])[-1]]

    def tags(self, customer: str) -> set[str]:
        with self.sandbox.lock:
            tags = self.sandbox.world.workspace.tags
            return {tags[tagging.tag_id] for tagging in self.conversation(customer).tags}

    def notes(self, customer: str) -> list[str]:
        with self.sandbox.lock:
            parts = self.sandbox.world.intercom.parts(self.conversation(customer).id)
            return [part["body"] for part in parts if part["part_type"] == "note"]

    def on_phone(self, customer: str) -> list[str]:
        """What the business wrote on WhatsApp, as the phone shows it."""
        with self.sandbox.lock:
            chat = self.sandbox.cast[customer].chats["whatsapp"]
            return [item.text for item in chat if item.who == "business"]

    def check_nothing_twice(self) -> None:
        for customer in self.sandbox.cast:
            with self.sandbox.lock:
                chats = self.sandbox.cast[customer].chats.values()
                shown = Counter(item.text for chat in chats for item in chat if item.who == "business")
            assert all(count == 1 for count in shown.values()), shown
        replies = Counter(reply.text for reply in self.sandbox.processed_replies())
        assert all(count == 1 for count in replies.values()), replies


@pytest.fixture
def outside(sandbox: Sandbox, ring: FakeKeyring, tmp_path: Path) -> Outside:
    """The workspace is connected, with an account for WhatsApp; Lerato's WhatsApp is closed, and they have just written
    in the Messenger.
    """

    async def connect() -> None:
        context = create_context(tmp_path, Hosts.of_sandbox(sandbox.urls))
        accounts = Accounts(context.book, context.secrets, context.connector)
        await accounts.load()
        token = sandbox.urls["intercom"]["token"]
        tried = await accounts.try_intercom(token)
        assert isinstance(tried, TriedIntercom)
        workspace = await accounts.add_workspace(token, tried)
        assert isinstance(workspace, WorkspaceConfig)
        for config, secret in await sandbox_channels(context.connector, sandbox.urls):
            if config.provider is Provider.OCTOPODS:
                await accounts.add_channel(workspace.workspace_id, config, secret)
        await accounts.aclose()
        context.secrets.close()

    asyncio.run(connect())
    outside = Outside(sandbox)
    lerato = sandbox.cast["lerato"]
    with sandbox.lock:
        conversation_id = outside.conversation("lerato").id
        sandbox.world.write(lerato, "messenger", "Hello? Anybody there?", conversation_id=conversation_id, client="web")
    return outside


@pytest.fixture
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    code: str = request.param
    if code != catalog.ENGLISH and not request.config.getoption("whole"):
        pytest.skip("only with --whole: in every run it is English")
    follow(qapp, code)
    yield code
    speak_english_again(qapp)


@pytest.mark.parametrize(
    ("hands_of", "language"),
    [(KeyboardHands, "en"), (MouseHands, "en"), (KeyboardHands, "de"), (KeyboardHands, "ar")],
    indirect=["language"],
)
def test_a_day_of_work(hands_of: type[Hands], language: str, play: Play, outside: Outside) -> None:
    async def day(driver: ProgramDriver) -> None:
        hands = await sit_down(driver, hands_of)
        await driver.program.session.engine.command_handler.do(ChooseTeammate(AGENT))
        await answer(hands, outside)
        await organize(hands, outside)
        await send_a_template(hands, outside)
        await close(hands, outside)
        await change_a_setting(hands)
        await quit_with_a_waiting_reply(hands, outside)
        await driver.wait_until_ended()

    async def next_morning(driver: ProgramDriver) -> None:
        hands = await sit_down(driver, hands_of)
        assert hands.window.settings.preferences.compact_rows
        await hands.see(lambda: LATE in outside.on_phone("jennifer"), "the reply that waited overnight")

    assert play(day) == []
    outside.sandbox.plug_in()
    assert play(next_morning) == []
    outside.check_nothing_twice()
    assert outside.on_phone("jennifer")[-2:] == [ANSWER, LATE]


async def sit_down(driver: ProgramDriver, hands_of: type[Hands]) -> Hands:
    await driver.wait_until(lambda: driver.program.session and driver.program.session.window, "the inbox")
    driver.inbox.resize(1240, 780)
    engine = driver.program.session.engine
    await driver.wait_until(lambda: engine.queries.progress() is None and engine.poller.rounds, "the first sync")
    await driver.wait_until(driver.inbox.isActiveWindow, "the inbox in front")
    return hands_of(driver)


ANSWER, LATE = "It left our hub this morning.", "And it arrives by five."


async def answer(hands: Hands, outside: Outside) -> None:
    """The phone is spelled otherwise than it is stored."""
    await open_customer(hands, "00353 87 123-4567", JENNIFER, JENNIFER)
    assert "Thanks! It still says pending." in shown_messages(hands)
    await hands.see(lambda: not is_unread(customer_row(hands, JENNIFER)), "the mark that it is read")
    await hands.write(ANSWER)
    await hands.see(lambda: ANSWER in outside.on_phone("jennifer"), "the reply on the phone")
    await hands.see(lambda: shown_messages(hands).count(ANSWER) == 1, "the reply in the thread")
    hands.driver.save_picture("answered")


async def organize(hands: Hands, outside: Outside) -> None:
    """Find a message by its words; note, team, tags, snooze and unread mark of its conversation."""
    await open_customer(hands, "glass crack", "crack", INGRID)
    timeline = hands.window.thread_pane.timeline
    await hands.see(lambda: "crack from top to bottom" in current_message(hands), "the message")
    assert timeline.viewport().rect().intersects(timeline.visualRect(timeline.currentIndex()))

    await hands.write("Lamp in the hall, ask the courier.", note=True)
    await hands.see(lambda: "<p>Lamp in the hall, ask the courier.</p>" in outside.notes("ingrid"), "the note")

    await hands.run("assign")
    await hands.pick("Refunds", "ref")
    await hands.see(lambda: outside.conversation("ingrid").team_assignee_id == 502, "the team")
    await hands.see(lambda: "Refunds" in state_shown(hands), "the team in the header")

    await hands.run("tag")
    await hands.pick("refund")
    await hands.see(lambda: outside.tags("ingrid") == {"urgent", "refund"}, "a tag that existed")
    await hands.run("tag")
    await hands.pick(texts.CREATE_TAG(tag="two boxes"), "two boxes")
    await hands.see(lambda: outside.tags("ingrid") == {"urgent", "refund", "two boxes"}, "a new tag")
    await hands.see(lambda: "two boxes" in state_shown(hands), "the tags in the header")

    day = datetime.now(UTC).date() + timedelta(days=3)
    await hands.run("snooze")
    await hands.pick_menu(texts.PICK_TIME())
    await hands.pick_day(day)
    await hands.see(lambda: outside.conversation("ingrid").state == "snoozed", "the snooze")
    until = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    assert outside.conversation("ingrid").snoozed_until == until.timestamp()
    await hands.see(lambda: says(actions.SNOOZED_TOOLTIP, state_shown(hands)), "the snooze in the header")
    await hands.run("snooze")
    await hands.pick_menu(texts.END_SNOOZE())
    await hands.see(lambda: outside.conversation("ingrid").state == "open", "the end of the snooze")

    hands.driver.save_picture("organized")
    await hands.mark_unread(INGRID)
    await hands.see(lambda: is_unread(customer_row(hands, INGRID)), "the unread mark")


async def send_a_template(hands: Hands, outside: Outside) -> None:
    """WhatsApp is closed, and the last message came from the Messenger: instead of the reply a template is sent."""
    await open_customer(hands, "vase arrived", "vase", LERATO)
    assert not hands.window.composer.internal, "the note was for another customer"
    before = len(outside.sandbox.processed_replies())
    await hands.write("We send a new one.")
    await hands.see(lambda: hands.window.warning_sheet.is_open, "the warning")
    assert "Lerato" in hands.driver.visible_text()
    assert says(reasons.LATEST_FROM_MESSENGER, hands.driver.visible_text())
    hands.driver.save_picture("warned")
    await hands.choose(composer_texts.TEMPLATE())
    await hands.see(lambda: hands.window.template_picker.is_open, "the picker")
    await hands.send_template("order_shipped", ["A-77", "A-77", "Friday"])
    await hands.see(lambda: any("A-77" in text for text in outside.on_phone("lerato")), "the template on the phone")
    [template] = outside.on_phone("lerato")
    assert "Hi Lerato, your order A-77 has shipped and should arrive by Friday." in template
    assert len(outside.sandbox.processed_replies()) == before
    await hands.see(lambda: not hands.window.template_picker.is_open, "the picker to close")


async def close(hands: Hands, outside: Outside) -> None:
    """Close, take it back, then close and go on with the next customer of the list."""
    await hands.leave_search()
    await hands.see(hands.customers.isVisible, "the list")
    await hands.run("close")
    await hands.see(lambda: outside.conversation("lerato").state == "closed", "the conversation closed")
    await hands.see(lambda: says(texts.CLOSED, hands.window.toast.text), "a word that it is closed")
    await hands.undo()
    await hands.see(lambda: outside.conversation("lerato").state == "open", "the conversation open again")
    await hands.see(lambda: hands.window.thread_pane.header.action_bar.close_button.command == "close", "it open again")
    following = next_customer(hands)
    await hands.run("close_next")
    await hands.see(lambda: outside.conversation("lerato").state == "closed", "the conversation closed again")
    await hands.see(lambda: hands.window.view and hands.window.view.name == following, "the next customer")


async def change_a_setting(hands: Hands) -> None:
    before = hands.customers.row_height
    await hands.change_setting(
        settings_texts.APPEARANCE(), settings_texts.DENSITY(), settings_texts.ROW_HEIGHTS[True]()
    )
    await hands.see(lambda: hands.customers.row_height < before, "compact rows")


async def quit_with_a_waiting_reply(hands: Hands, outside: Outside) -> None:
    await open_customer(hands, "jennif", JENNIFER, JENNIFER)
    outside.sandbox.unplug()
    await hands.write(LATE)
    quitting = hands.window.quitting
    await hands.see(lambda: quitting.waiting_count == 1, "the reply to wait")
    await hands.quit()
    await hands.see(lambda: quitting.question.is_open, "the question")
    assert texts.QUIT_TITLE(1) in quitting.question.text
    await hands.choose(widget_texts.CANCEL())
    assert not quitting.question.is_open
    assert hands.window.isVisible()
    await hands.see(lambda: LATE in shown_messages(hands), "the waiting reply in the thread")
    await hands.quit()
    await hands.see(lambda: quitting.question.is_open, "the question again")
    await hands.choose(texts.QUIT())


async def open_customer(hands: Hands, query: str, words: str, name: str) -> None:
    await hands.find(query, words)
    await hands.see(lambda: hands.window.view and hands.window.view.name == name, f"{name}'s thread")


def shown_messages(hands: Hands) -> list[str]:
    timeline = hands.window.thread_pane.timeline.timeline
    return [timeline.entry(row).text for row in range(timeline.rowCount())]


def current_message(hands: Hands) -> str:
    view = hands.window.thread_pane.timeline
    index = view.currentIndex()
    return view.timeline.entry(index.row()).text if index.isValid() else ""


def customer_row(hands: Hands, name: str) -> str:
    return next((text for _, text in hands.rows(hands.customers) if name in text), "")


def next_customer(hands: Hands) -> str:
    """The name in the row below the chosen one."""
    rows = [text for _, text in hands.rows(hands.customers)]
    chosen = next(number for number, text in enumerate(rows) if LERATO in text)
    return re.split(r"[.,،] ", rows[chosen + 1])[0]


def state_shown(hands: Hands) -> str:
    """What a screen reader says of the buttons in the thread's header."""
    bar = hands.window.thread_pane.header.action_bar
    return "\n".join(button.accessibleName() for button in (bar.assign, bar.tags, bar.snooze))


def says(sentence: Text, shown: str) -> bool:
    """Whether what is shown has the sentence, whatever stands at its placeholders."""
    words = strip_isolates(sentence(**dict.fromkeys(sentence.placeholders, "\0"))).split("\0")
    return all(part in strip_isolates(shown) for part in words)


def is_unread(row: str) -> bool:
    """row: as a screen reader speaks it."""
    before_place = customer_texts.ACCESSIBLE_UNREAD_ROW(name="", last="\0", line="").partition("\0")[0]
    return strip_isolates(before_place) in row
