"""Random sends by all providers: the phone follows the networks' rules, and all lists agree with it."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from typing import Any

import httpx
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from desktop.sandbox.model.numbers import dialled_number, wa_id
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.providers.twilio import content
from desktop.sandbox.server import providers
from desktop.sandbox.world import AGENT, World

pytestmark = pytest.mark.slow

DAY = 86_400
PHONE = "+353871234567"
LINES = ("whatsapp", "whatsapp-2", "sms", "telegram")

ACTIONS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(LINES)),
    st.tuples(st.just("call"), st.sampled_from(["whatsapp", "whatsapp-2"])),
    st.tuples(st.just("reply"), st.integers(0, 9)),
    st.tuples(st.just("graph"), st.sampled_from(["text", "template"])),
    st.tuples(st.just("dialog360"), st.sampled_from(["text", "template"])),
    st.tuples(st.just("twilio"), st.sampled_from(["text", "template", "sms"])),
    st.tuples(st.just("octopods"), st.sampled_from(["template", "sms"])),
    st.tuples(st.just("telegram"), st.just("text")),
    st.tuples(st.sampled_from(["block", "unblock"]), st.sampled_from(LINES)),
    st.tuples(st.just("stop"), st.sampled_from(["STOP", "START"])),
    st.tuples(st.just("window"), st.sampled_from(["later", "at_once", "known_issue"])),
    st.tuples(st.just("doom"), st.sampled_from(["graph", "dialog360", "twilio", "octopods"])),
    st.tuples(st.just("pause"), st.sampled_from([1, 2, 59, 3600, DAY - 1, DAY, DAY + 1])),
)


class Play:
    """Plays actions over HTTP, and records what must be on the screens."""

    def __init__(self) -> None:
        self.world = World()
        self.world.settings.update({"page_limit": 50, "message_page_limit": 1000, "replies_per_10s": 1000})
        self.world.add_line("whatsapp", "+35315550101", tag="twilio_whatsapp")
        self.customer = self.world.add_customer("Jennifer", phone=PHONE, telegram_id=9001, known_as="user")
        app = Starlette(routes=providers.Providers(self.world).routes(threading.RLock(), cable=None))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox")
        self.urls = providers.urls(self.world, "http://sandbox")
        self.opened: dict[str, list[float]] = {"whatsapp": [], "whatsapp-2": []}
        self.accepted: set[str] = set()
        self.count = 0

    async def act(self, action: str, detail: Any) -> None:
        self.count += 1
        world, words = self.world, f"{action} {self.count}"
        match action:
            case "write":
                if detail in self.opened:
                    self.opened[detail].append(world.now)
                world.write(self.customer, world.lines[detail].channel, words, line=detail)
            case "stop":
                world.write(self.customer, "sms", detail)
            case "call":
                self.opened[detail].append(world.now)
                world.call(self.customer, detail)
            case "reply":
                conversations = sorted(world.workspace.conversations)
                if conversations:
                    world.teammate_reply(conversations[detail % len(conversations)], AGENT, words)
            case "block" | "unblock":
                getattr(world, action)(self.customer, detail)
            case "window":
                world.settings.graph_window = detail
            case "doom":
                world.settings.provoked = [Provoked(detail, 131049 if detail != "twilio" else 63032, later=True)]
            case "pause":
                world.advance(detail)
            case _:
                response = await self.send(action, detail, words)
                if response.status_code < 300:
                    self.accepted.add(words)

    async def send(self, provider: str, kind: str, words: str) -> httpx.Response:
        urls = self.urls[provider]
        root = urls["base_url"]
        if provider in ("graph", "dialog360"):
            value = [{"type": "text", "text": words}]
            inner = {
                "name": "we_have_news",
                "language": {"code": "en"},
                "components": [{"type": "body", "parameters": value}],
            }
            body = {
                "messaging_product": "whatsapp",
                "to": PHONE,
                "type": kind,
                "text": {"body": words},
                "template": inner,
            }
            if provider == "dialog360":
                return await self.http.post(f"{root}/messages", json=body, headers={"D360-API-KEY": urls["api_key"]})
            bearer = {"Authorization": f"Bearer {urls['token']}"}
            return await self.http.post(f"{root}/v26.0/{urls['phone_number_id']}/messages", json=body, headers=bearer)
        if provider == "twilio":
            sender = urls["senders"]["sms" if kind == "sms" else "whatsapp-2"]
            form = {"To": PHONE if kind == "sms" else f"whatsapp:{PHONE}", "From": sender, "Body": words}
            if kind == "template":
                sid = content.sid(self.world.templates.find("we_have_news", "en"))
                form = {**form, "ContentSid": sid, "ContentVariables": f'{{"1": "{words}"}}'}
            account = f"{root}/2010-04-01/Accounts/{urls['account_sid']}"
            login = (urls["account_sid"], urls["auth_token"])
            return await self.http.post(f"{account}/Messages.json", data=form, auth=login)
        if provider == "octopods":
            key = {"X-Octopods-Auth": urls["waba_key" if kind == "template" else "channel_key"]}
            if kind == "sms":
                sms = {"destination_phone": PHONE, "body": words}
                return await self.http.post(f"{root}/sms/messages", json=sms, headers=key)
            template = {"destination_phone": PHONE, "message_variables": [words]}
            return await self.http.post(f"{root}/whatsapp/templates/84503/messages", json=template, headers=key)
        given = {"chat_id": 9001, "text": words}
        return await self.http.post(f"{root}/bot{urls['token']}/sendMessage", json=given)

    def check(self) -> None:
        screens = self.world.screens(self.customer)
        chats = {line: items for c in ("whatsapp", "sms", "telegram") for line, items in screens[c].items()}
        for line, opened in self.opened.items():
            for item in chats[line]:
                if item["who"] == "business" and item["kind"] == "text":
                    before = [t for t in opened if t <= item["at"]]
                    assert before, "free-form text without a message of the customer"
                    assert item["at"] - before[-1] < DAY, "free-form text outside the window"
        shown = Counter(
            # Calls and blocks have no words.
            item["text"]
            for items in chats.values()
            for item in items
            if item["text"] not in ("STOP", "START", "")
        )
        assert all(times == 1 for times in shown.values()), "shown twice"
        taken = Counter(m.text for m in self.world.traffic.messages if m.route not in (None, "bridge"))
        assert sum(taken.values()) == len(taken) == len(self.accepted), "taken twice, or taken and refused"
        business = " ".join(i["text"] + ";" for items in chats.values() for i in items if i["who"] == "business")
        for message in self.world.traffic.messages:
            states = [state for state, _ in message.states]
            assert states in (
                ["received"],
                ["accepted", "sent", "delivered", "read"][: len(states)],
                ["accepted", "failed"],
            )
            if states[-1] == "failed":
                assert message.text + ";" not in business
            if states[-1] in ("delivered", "read"):
                assert message.text + ";" in business

    async def check_twilio(self) -> None:
        """Check that Twilio lists all messages of its lines exactly once, in both directions, and no others."""
        urls = self.urls["twilio"]
        account = f"{urls['base_url']}/2010-04-01/Accounts/{urls['account_sid']}"
        login = (urls["key_sid"], urls["key_secret"])
        rows = (await self.http.get(f"{account}/Messages.json?PageSize=1000", auth=login)).json()["messages"]
        assert len({row["sid"] for row in rows}) == len(rows)
        screens = self.world.screens(self.customer)
        items = screens["whatsapp"]["whatsapp-2"] + screens["sms"]["sms"]
        customer_texts = Counter(item["text"] for item in items if item["who"] == "customer" and item["text"])
        assert Counter(row["body"] for row in rows if row["direction"] == "inbound") == customer_texts
        sent = Counter(row["body"] for row in rows if row["direction"] == "outbound-api")
        assert sent >= Counter(item["text"] for item in items if item["who"] == "business")
        own = {line.address for line in self.world.lines.values() if line.at_twilio}
        assert all({row["from"], row["to"]} & (own | {f"whatsapp:{a}" for a in own}) for row in rows)


@examples(120)
@given(actions=st.lists(ACTIONS, min_size=3, max_size=25))
def test_the_phone_follows_the_rules_whoever_sends(actions: list[tuple[str, Any]]) -> None:
    async def play() -> None:
        stage = Play()
        async with stage.http:
            for action, detail in actions:
                await stage.act(action, detail)
                stage.check()
            stage.world.advance(600)
            stage.check()
            await stage.check_twilio()

    asyncio.run(play())


@given(
    digits=st.text("0123456789", min_size=7, max_size=12),
    code=st.sampled_from(["1", "353", "52", "521", "55", "54", "49"]),
)
def test_whatsapp_ids_are_equal_for_all_spellings(digits: str, code: str) -> None:
    """All spellings of a number have one WhatsApp id, which is its own id."""
    number = f"+{code}{digits}"
    assert wa_id(wa_id(number)) == wa_id(number)
    assert wa_id(number[:4] + " (" + number[4:6] + ") " + number[6:]) == wa_id(number)
    assert dialled_number(number, "+35315550100") == number
    assert dialled_number(number[1:], "+35315550100") == "+353" + number[1:]
