"""Several numbers, several bridges, attributes, slow bridges and outages, importers."""

from __future__ import annotations

import httpx
import pytest

from desktop.sandbox.intercom.records import App
from desktop.sandbox.model.people import INTERCOM, Customer
from desktop.sandbox.providers.graph.sending import failure_code
from desktop.sandbox.providers.twilio.resources import error_code
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, World

HOUR, DAY = 3600, 86_400


def places(world: World, part_id: str) -> set[str]:
    return {place for place, seen in world.delivery(part_id).items() if seen}


def attributes(world: World, customer: Customer) -> dict[str, object]:
    (contact,) = world.contact_ids(customer)
    found: dict[str, object] = world.intercom.get_contact(contact)["custom_attributes"]
    return found


def test_two_numbers_may_have_the_same_tag(world: World, jennifer: Customer) -> None:
    second = world.add_line("whatsapp", "+35315550200", tag="whatsapp")
    ids = [str(world.write(jennifer, text="a")), str(world.write(jennifer, text="b", line=second))]
    assert ids[0] != ids[1]
    tags = [world.intercom.get_conversation(i)["tags"]["tags"][0]["name"] for i in ids]
    assert tags == ["whatsapp", "whatsapp"]
    assert attributes(world, jennifer)["octopods_whatsapp_account_phone"] == "+35315550200"
    world.write(jennifer, text="c")
    assert attributes(world, jennifer)["octopods_whatsapp_account_phone"] == "+35315550100"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("all", {"octopods_channel": "whatsapp", "octopods_whatsapp_account_phone": "+35315550100"}),
        ("channel", {"octopods_channel": "whatsapp"}),
        ("none", {}),
    ],
)
def test_the_bridge_may_omit_addresses(
    world: World, jennifer: Customer, setting: str, expected: dict[str, str]
) -> None:
    world.settings.update({"bridge_attributes": setting})
    world.write(jennifer, text="Hi")
    assert attributes(world, jennifer) == expected


def test_a_hidden_number_is_matched_by_an_attribute(world: World) -> None:
    line = world.add_line("whatsapp", "+35315550200", tag="twilio_whatsapp")
    mei = world.add_customer("Mei Lin Chen", bsuid="US.13491208655302741918")
    world.write(mei, text="Hi", line=line)
    assert attributes(world, mei)["octopods_twilio_whatsapp_user_id"] == "US.13491208655302741918"
    (contact,) = world.contact_ids(mei)
    assert world.intercom.get_contact(contact)["phone"] is None


def test_a_number_of_the_bridge_and_of_the_cloud_api_is_one_chat_and_one_window(
    sandbox: Sandbox, stage: World, customer: Customer
) -> None:
    graph, d360 = sandbox.urls["graph"], sandbox.urls["dialog360"]
    body = {"messaging_product": "whatsapp", "to": "+353871234567", "type": "text"}
    stage.add_line("whatsapp", "+35315550300", carrier=INTERCOM)
    stage.write(customer, text="Hi")
    for text in ("Cloud API", "Cloud API, late"):
        httpx.post(
            f"{graph['base_url']}/{graph['version']}/{graph['phone_number_id']}/messages",
            json={**body, "text": {"body": text}},
            headers={"Authorization": f"Bearer {graph['token']}"},
        )
        httpx.post(
            f"{d360['base_url']}/messages",
            json={**body, "text": {"body": text.replace("Cloud API", "360dialog")}},
            headers={"D360-API-KEY": d360["api_key"]},
        )
        stage.advance(DAY)
    chat = stage.screens(customer)["whatsapp"]["whatsapp"]
    assert [i["text"] for i in chat] == ["Hi", "Cloud API", "360dialog"]
    assert not stage.window_open(customer, "whatsapp")


@pytest.mark.parametrize(("keeps_order", "expected"), [(True, ["one", "two"]), (False, ["two", "one"])])
def test_delays_can_be_a_schedule_and_keep_or_lose_the_order(
    world: World, jennifer: Customer, keeps_order: bool, expected: list[str]
) -> None:
    world.settings.update({"bridge_delays_s": [0, 300, 1], "bridge_keeps_order": keeps_order})
    conversation = str(world.write(jennifer, text="zero"))
    assert world.write(jennifer, text="one") is None
    assert world.write(jennifer, text="two") is None
    world.advance(300)
    assert [p["body"] for p in world.intercom.parts(conversation)] == [f"<p>{text}</p>" for text in expected]
    assert world.settings.bridge_delays_s == []
    assert world.write(jennifer, text="three") == conversation


def test_delays_in_a_range_are_deterministic() -> None:
    def created(seed: int) -> int:
        world = World(seed)
        world.settings.update({"bridge_delay_s": 10, "bridge_delay_max_s": 600})
        who = world.add_customer("Jennifer", phone="+353871234567")
        assert world.write(who, text="Hi") is None
        world.advance(9)
        assert world.conversation_ids(who) == []
        world.advance(600)
        (conversation,) = world.conversation_ids(who)
        return int(world.intercom.get_conversation(conversation)["created_at"])

    assert created(1) == created(1)
    assert len({created(seed) for seed in range(5)}) > 1


def test_an_outage_posts_and_sends_at_its_end(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    world.advance(DAY - 600)
    world.outage(1200)
    assert world.write(jennifer, text="Still there?", on="sms") is None
    assert world.truth(conversation)["delivery"]["whatsapp"] is False
    part = world.teammate_reply(conversation, AGENT, "Yes")
    assert places(world, part) == {"messenger"}
    world.advance(1200)
    assert places(world, part) == {"messenger"}
    assert len(world.conversation_ids(jennifer)) == 2
    world.write(jennifer, text="Again")
    world.outage(60)
    late = world.teammate_reply(conversation, AGENT, "Sent late")
    assert places(world, late) == {"messenger"}
    world.advance(60)
    assert places(world, late) == {"messenger", "whatsapp"}


def test_another_bridge_has_lines_and_a_code_of_its_own(world: World, jennifer: Customer) -> None:
    world.add_bridge("Courier", "courier-app-77", acts_as=AGENT)
    line = world.add_line("whatsapp", "+35315550400", tag="wa-courier", carrier="Courier")
    conversation = str(world.write(jennifer, text="Hi", line=line))
    world.write(jennifer, text="More", line=line)
    answer = world.intercom.get_conversation(conversation)
    assert answer["conversation_parts"]["conversation_parts"][0]["app_package_code"] == "courier-app-77"
    tag = answer["tags"]["tags"][0]
    assert (tag["name"], tag["applied_by"]) == ("wa-courier", {"type": "admin", "id": AGENT})
    assert places(world, world.teammate_reply(conversation, AGENT, "Hello")) == {"whatsapp", "messenger"}


def test_the_bridges_package_code_is_configurable() -> None:
    world = World(bridge_code="zz-unheard-of")
    who = world.add_customer("Jennifer", phone="+353871234567")
    conversation = str(world.write(who, text="Hi"))
    world.write(who, text="More")
    assert world.intercom.parts(conversation)[0]["app_package_code"] == "zz-unheard-of"
    assert world.bridge_app.package_code == "zz-unheard-of"


def test_an_importer_writes_under_the_contacts_name_in_web_conversations(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, "messenger", "In the browser"))
    part_id = world.import_message(App("CRM", "t", "crm-import-1"), conversation, "From the old system", 1_780_000_000)
    (part,) = world.intercom.parts(conversation)
    assert (part["id"], part["app_package_code"], part["created_at"]) == (part_id, "crm-import-1", 1_780_000_000)
    assert part["author"]["type"] == "user"
    assert world.truth(conversation)["lines"] == []


def test_the_order_may_be_lost_in_an_outage(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="first of all"))
    world.settings.bridge_keeps_order = False
    world.outage(600)
    for number in range(8):
        assert world.write(jennifer, text=f"{number}") is None
    world.advance(599)
    assert world.intercom.parts(conversation) == []
    world.advance(61)
    bodies = [p["body"] for p in world.intercom.parts(conversation)]
    assert sorted(bodies) == [f"<p>{number}</p>" for number in range(8)]
    assert bodies != sorted(bodies)


def test_a_late_bridge_may_backdate_what_it_posts(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    world.settings.update({"bridge_delay_s": 300, "bridge_backdates": True})
    begun = int(world.now)
    world.write(jennifer, text="Written first")
    world.advance(10)
    world.teammate_reply(conversation, AGENT, "Written second")
    world.advance(300)
    parts = world.intercom.parts(conversation)
    assert [(p["body"], p["created_at"] - begun) for p in parts] == [
        ("<p>Written first</p>", 0),
        ("<p>Written second</p>", 10),
    ]


@pytest.mark.parametrize(
    ("setting", "state", "meta", "twilio"),
    [("ignored", "sent", None, None), ("131026", "failed", 131026, 63033), ("131050", "failed", 131050, 63032)],
)
def test_direct_sends_report_blocks_as_configured(
    world: World, jennifer: Customer, setting: str, state: str, meta: int | None, twilio: int | None
) -> None:
    line = world.add_line("whatsapp", "+35315550200", tag="twilio_whatsapp")
    world.settings.update({"whatsapp_block": setting})
    for number in ("whatsapp", line.id):
        world.write(jennifer, text="Hi", line=number)
        world.block(jennifer, number)
    over_meta = world.traffic.send(world.lines["whatsapp"], "+353871234567", "Hello", route="graph")
    over_twilio = world.traffic.send(line, "+353871234567", "Hello", route="twilio")
    world.advance(60)
    assert (over_meta.state, over_twilio.state) == (state, state)
    assert (failure_code(over_meta) if meta else None, error_code(over_twilio)) == (meta, twilio)
