"""Whatever anybody does in whatever order, the screens obey the providers' rules."""

from __future__ import annotations

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, World

pytestmark = pytest.mark.slow

DAY = 86_400

PAUSES = st.sampled_from([0, 1, 59, 3600, DAY - 1, DAY, DAY + 1, 3 * DAY])
ACTIONS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(["whatsapp", "whatsapp-2", "sms", "telegram", "messenger", "email"])),
    st.tuples(st.just("reply"), st.integers(0, 9)),
    st.tuples(st.just("api reply"), st.integers(0, 9)),
    st.tuples(st.just("note"), st.integers(0, 9)),
    st.tuples(st.just("close"), st.integers(0, 9)),
    st.tuples(st.just("template"), st.just(0)),
    st.tuples(st.just("call"), st.just(0)),
    st.tuples(st.just("block"), st.sampled_from(["whatsapp", "telegram"])),
    st.tuples(st.just("unblock"), st.sampled_from(["whatsapp", "telegram"])),
    st.tuples(st.just("pause"), PAUSES),
)


class Play:
    """Plays actions and keeps its own diary, from which the screens are judged."""

    def __init__(self, delay_s: float, relay: bool, buffer_s: float | None, note_type: str) -> None:
        self.world = World()
        self.world.settings.update(
            {
                "bridge_delay_s": delay_s,
                "relay_api_replies": relay,
                "new_conversation_after_s": buffer_s,
                "note_part_type": note_type,
            }
        )
        self.world.add_line("whatsapp", "+35315550200")
        self.who: Customer = self.world.add_customer(
            "Jennifer", phone="+353871234567", email="j@example.com", telegram_id=4711, known_as="user"
        )
        self.opened: dict[str, list[float]] = {"whatsapp": [], "whatsapp-2": []}
        self.notes: list[str] = []
        self.count = 0

    def act(self, action: str, detail: object) -> None:
        self.count += 1
        world, text = self.world, f"{action} {self.count}"
        conversations = sorted(world.workspace.conversations)
        target = conversations[detail % len(conversations)] if isinstance(detail, int) and conversations else None
        if action == "pause":
            world.advance(detail)
        elif action == "write" and detail in self.opened:
            self.opened[str(detail)].append(world.now)
            world.write(self.who, on="whatsapp", text=text, line=detail)
        elif action == "write":
            world.write(self.who, on=detail, text=text)
        elif action == "template":
            world.send_template(self.who, text)
        elif action == "call":
            self.opened["whatsapp"].append(world.now)
            world.call(self.who)
        elif action in ("block", "unblock"):
            getattr(world, action)(self.who, detail)
        elif target is None:
            return
        elif action == "reply":
            world.teammate_reply(target, AGENT, text)
        elif action == "api reply":
            body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": text}
            world.settings.replies_per_conversation_per_10s = 1000
            world.intercom.reply(target, body, world.reachline)
        elif action == "note":
            self.notes.append(text)
            world.teammate_note(target, AGENT, text)
        elif action == "close":
            world.teammate_close(target, AGENT)

    def judge(self) -> None:
        screens = self.world.screens(self.who)
        for line_id, items in screens["whatsapp"].items():
            for item in items:
                if item["who"] == "business" and item["kind"] == "text":
                    opened = [t for t in self.opened[line_id] if t <= item["at"]]
                    assert opened, "free-form text without a message of the customer"
                    assert item["at"] - opened[-1] < DAY, "free-form text outside the window"
        shown = [screens["email"], *(c["items"] for c in screens["messenger"])]
        for channel in ("whatsapp", "sms", "telegram"):
            shown += screens[channel].values()
        for items in shown:
            words = [i["text"] for i in items]
            assert not set(words) & set(self.notes), "a note on a screen"
            ids = [i["part_id"] for i in items if i["part_id"]]
            assert len(ids) == len(set(ids)), "shown twice"
            assert [i["at"] for i in items] == sorted(i["at"] for i in items)
        phones = [i["part_id"] for items in shown[1 + len(screens["messenger"]) :] for i in items if i["part_id"]]
        assert len(phones) == len(set(phones)), "relayed to two chats"


@examples(300)
@given(
    actions=st.lists(ACTIONS, max_size=25),
    delay_s=st.sampled_from([0, 2, 90]),
    relay=st.booleans(),
    buffer_s=st.sampled_from([None, 3600]),
    note_type=st.sampled_from(["note", "comment"]),
)
def test_screens_obey_the_rules(
    actions: list[tuple[str, object]], delay_s: float, relay: bool, buffer_s: float | None, note_type: str
) -> None:
    play = Play(delay_s, relay, buffer_s, note_type)
    for action, detail in actions:
        play.act(action, detail)
        play.judge()
    play.world.advance(600)
    play.judge()


@examples(50)
@given(actions=st.lists(ACTIONS, max_size=25))
def test_the_same_actions_give_the_same_world(actions: list[tuple[str, object]]) -> None:
    answers = []
    for _ in range(2):
        play = Play(2, True, 3600, "note")
        for action, detail in actions:
            play.act(action, detail)
        listed = play.world.intercom.list_conversations({"per_page": 150})["conversations"]
        full = [play.world.intercom.get_conversation(c["id"]) for c in listed]
        answers.append((full, play.world.screens(play.who)))
    assert answers[0] == answers[1]
