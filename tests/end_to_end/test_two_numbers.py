"""Two WhatsApp numbers of one business: two correct countdowns after every step of a week.

The sandbox knows when each number last received a message; our windows are compared with that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.mapping import find_business_address_hint, was_posted_by_bridge
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.window.window import Window, WindowState
from desktop.sandbox.model.settings import Settings
from desktop.sandbox.world import AGENT, World

FIRST, SECOND = "+35315550100", "+35315550101"
HOUR = 3600.0
MARGIN = timedelta(seconds=120)
RELAY = dict.fromkeys(ChannelKind, Relay.PROVEN)

# Daylight saving ends in Europe on 2026-10-25; 2016-12-31 ended with a leap second.
STARTS = [
    pytest.param(datetime(2026, 10, 22, 9, 0, 0, tzinfo=UTC), id="daylight saving ends"),
    pytest.param(datetime(2016, 12, 30, 0, 0, 5, tzinfo=UTC), id="a leap second"),
]


class Week:
    """A world with two lines; `check_windows` compares all windows with it.

    same_tag: both lines have the same tag, and the contact attribute holds the line that the customer used last.
    """

    def __init__(self, start: datetime, *, same_tag: bool) -> None:
        self.world = World(now=start.timestamp(), settings=Settings(new_conversation_after_s=0.0))
        self.second = self.world.add_line("whatsapp", SECOND, tag="whatsapp" if same_tag else "twilio_whatsapp")
        self.jennifer = self.world.add_customer("Jennifer Okafor", phone="+353871234567", known_as="user")
        self.same_tag = same_tag
        self.conversations: dict[str, Conversation] = {}
        self.hints: dict[tuple[str, str], str] = {}
        self.steps = 0

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.now, UTC)

    def customer_writes(self, line: str, text: str) -> str:
        conversation = self.world.write(self.jennifer, on="whatsapp", line=line, text=text)
        assert conversation is not None
        self.read()
        return conversation

    def customer_writes_in_messenger(self, conversation: str) -> None:
        self.world.write(self.jennifer, on="messenger", text="And here?", conversation_id=conversation)
        self.read()

    def pass_hours(self, hours: float) -> None:
        """Advance the clock in steps and check the windows after each."""
        whole, remainder = divmod(hours * HOUR, 6 * HOUR)
        for seconds in [6 * HOUR] * int(whole) + ([remainder] if remainder else []):
            self.world.advance(seconds)
            self.check_windows()

    def read(self) -> None:
        """Read all conversations, and keep with each new message the evidence of the contact at that time."""
        intercom, workspace = self.world.intercom, self.workspace
        person = self.person
        for conversation_id in self.world.conversation_ids(self.jennifer):
            answer = map_conversation(_over_the_wire(intercom.get_conversation(conversation_id)))
            stored = self.conversations.get(conversation_id)
            known = {e.id for e in stored.entries} if stored is not None else set()
            for entry in answer.entries:
                if entry.id not in known and was_posted_by_bridge(entry, answer, workspace):
                    self.hints[conversation_id, entry.id] = find_business_address_hint(answer, person, workspace)
            entries = tuple(replace(e, line_hint=self.hints.get((conversation_id, e.id), "")) for e in answer.entries)
            self.conversations[conversation_id] = replace(answer, entries=entries)
        self.check_windows()

    @property
    def person(self) -> Contact:
        [contact] = self.world.contact_ids(self.jennifer)
        return map_contact(_over_the_wire(self.world.intercom.get_contact(contact)))

    @property
    def workspace(self) -> Workspace:
        numbers = {"octopods_whatsapp_account_phone": frozenset({FIRST, SECOND})} if self.same_tag else {}
        codes = frozenset({self.world.bridge_app.package_code})
        return Workspace(bridge_codes=codes, relay=RELAY, margin=MARGIN, numbers=numbers)

    @property
    def thread(self) -> Thread:
        return assemble_thread(self.conversations.values(), [self.person], self.workspace)

    def window(self, number: str) -> Window | None:
        return next((w for w in self.thread.windows if w.key.business_address == number), None)

    def check_windows(self) -> None:
        self.steps += 1
        assert all(w.key.business_address in (FIRST, SECOND) for w in self.thread.windows)
        for number, line in ((FIRST, "whatsapp"), (SECOND, self.second.id)):
            received_at, window = self.jennifer.window_opened.get(line), self.window(number)
            if received_at is None:
                assert window is None or window.state(self.now) is WindowState.NEVER
                continue
            assert window is not None, f"no countdown for {number}"
            closes = datetime.fromtimestamp(received_at, UTC) + timedelta(hours=24) - MARGIN
            assert window.closes_at == closes, number
            left = closes - self.now
            expected = (
                WindowState.CLOSED
                if left <= timedelta(0)
                else WindowState.CLOSING
                if left < timedelta(hours=1)
                else WindowState.OPEN
            )
            assert window.state(self.now) is expected, (number, self.now)
            assert window.left(self.now) == max(left, timedelta(0))


@pytest.mark.parametrize("same_tag", [False, True], ids=["a tag each", "one tag for both"])
@pytest.mark.parametrize("start", STARTS)
def test_a_week_with_two_numbers(start: datetime, same_tag: bool) -> None:
    week = Week(start, same_tag=same_tag)
    first = week.customer_writes("whatsapp", "Where is my parcel?")
    week.pass_hours(3)
    second = week.customer_writes(week.second.id, "Is this your other number?")
    week.pass_hours(20.5)
    week.customer_writes_in_messenger(first)
    week.pass_hours(0.6)
    week.customer_writes("whatsapp", "Hello again")
    week.world.teammate_close(first, AGENT)
    week.pass_hours(2)
    third = week.customer_writes("whatsapp", "A new question")
    assert third not in (first, second)
    week.pass_hours(26)
    week.world.teammate_close(second, AGENT)
    week.pass_hours(11)
    fourth = week.customer_writes(week.second.id, "And a new one here")
    assert len({first, second, third, fourth}) == 4
    for _ in range(4):
        week.pass_hours(23.98)
        week.customer_writes(week.second.id, "Still here")
    week.pass_hours(24.02)
    windows = {w.key.business_address for w in week.thread.windows}
    assert windows == {FIRST, SECOND}
    assert week.now - start > timedelta(days=7)
    assert week.steps > 40


def test_conversations_read_later_have_separate_windows() -> None:
    """The contact names only the last used number, so it is no evidence for the other conversation."""
    week = Week(STARTS[0].values[0], same_tag=True)
    first = week.world.write(week.jennifer, on="whatsapp", text="Where is my parcel?")
    week.world.advance(30 * HOUR)
    second = week.world.write(week.jennifer, on="whatsapp", line=week.second, text="Is this your other number?")
    intercom = week.world.intercom
    conversations = [map_conversation(_over_the_wire(intercom.get_conversation(c))) for c in (first, second)]
    thread = assemble_thread(conversations, [week.person], week.workspace)
    now = week.now
    assert thread.chat(first).window.state(now) is WindowState.CLOSED
    assert thread.chat(second).window.state(now) is WindowState.OPEN
    assert thread.chat(first).window.key.business_address == ""
    assert len(thread.windows) == 2


def _over_the_wire(answer: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(answer))
