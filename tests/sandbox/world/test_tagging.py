"""Tags by hand, by rule and late; renamed and removed ones; answers that do not tell when or by whom."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.sandbox.intercom.automations import TagRule
from desktop.sandbox.intercom.records import OPERATOR_ID
from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, COLLEAGUE, OWNER, World


def tags(world: World, conversation_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.intercom.get_conversation(conversation_id)["tags"]["tags"]
    return found


def names(world: World, conversation_id: str) -> list[str]:
    return [tag["name"] for tag in tags(world, conversation_id)]


def test_a_colleague_tags_and_untags_at_any_time(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, "messenger", "In the browser"))
    world.advance(600)
    world.teammate_tag(conversation, COLLEAGUE, "whatsapp")
    (tag,) = tags(world, conversation)
    assert tag["applied_by"] == {"type": "admin", "id": COLLEAGUE}
    assert tag["applied_at"] == int(world.now)
    world.teammate_untag(conversation, AGENT, "whatsapp")
    assert tags(world, conversation) == []


@pytest.mark.parametrize("by", [OPERATOR_ID, OWNER])
def test_a_tag_rule_tags_every_conversation_with_its_word(world: World, jennifer: Customer, by: str) -> None:
    world.rules.tags.append(TagRule("WhatsApp", "whatsapp", by, delay_s=2))
    world.settings.tags = False
    web = str(world.write(jennifer, "messenger", "My whatsapp is broken", new_conversation=True))
    other = str(world.write(jennifer, "messenger", "My parcel is broken", new_conversation=True))
    bridged = str(world.write(jennifer, text="Is this your WhatsApp?"))
    world.advance(2)
    assert [names(world, c) for c in (web, other, bridged)] == [["whatsapp"], [], ["whatsapp"]]
    (tag,) = tags(world, web)
    kind = "bot" if by == OPERATOR_ID else "admin"
    assert tag["applied_by"] == {"type": kind, "id": by}
    assert tag["applied_at"] - world.intercom.get_conversation(web)["created_at"] == 2


def test_a_rule_may_look_at_later_messages_as_well(world: World, jennifer: Customer) -> None:
    world.rules.tags += [TagRule("sms", "first only"), TagRule("sms", "always", parts=True)]
    conversation = str(world.write(jennifer, "messenger", "Hi"))
    world.write(jennifer, "messenger", "Or by SMS", conversation_id=conversation)
    assert names(world, conversation) == ["always"]


def test_the_bridge_may_tag_late(world: World, jennifer: Customer) -> None:
    world.settings.tag_delay_s = 40
    conversation = str(world.write(jennifer, text="Hi"))
    world.advance(39)
    assert tags(world, conversation) == []
    world.advance(1)
    (tag,) = tags(world, conversation)
    assert tag["applied_at"] - world.intercom.get_conversation(conversation)["created_at"] == 40
    gone = str(world.write(jennifer, "sms", "Hi"))
    world.delete_conversation(gone)
    world.advance(40)
    assert gone not in world.workspace.conversations


@pytest.mark.parametrize(("follows", "expected"), [(True, "WA"), (False, "whatsapp")])
def test_a_renamed_tag_is_renamed_everywhere(world: World, jennifer: Customer, follows: bool, expected: str) -> None:
    before = str(world.write(jennifer, text="Hi"))
    world.rename_tag("whatsapp", "WA", bridge_follows=follows)
    other = world.add_customer("Mei", phone="+6591234567")
    after = str(world.write(other, text="Hi"))
    assert (names(world, before), names(world, after)) == (["WA"], [expected])


@pytest.mark.parametrize(
    ("omit", "missing"),
    [
        (["tag.applied_at"], {"applied_at"}),
        (["tag.applied_by"], {"applied_by"}),
        (["tag.applied_at", "tag.applied_by"], {"applied_at", "applied_by"}),
    ],
)
def test_answers_may_not_tell_when_or_by_whom(
    world: World, jennifer: Customer, omit: list[str], missing: set[str]
) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    complete = set(tags(world, conversation)[0])
    world.settings.update({"omit": omit})
    assert set(tags(world, conversation)[0]) == complete - missing


def test_the_bridge_may_act_as_an_admin_of_its_own(world: World, jennifer: Customer) -> None:
    world.bridge.acts_as = own = world.add_admin("Octopods")
    conversation = str(world.write(jennifer, text="Hi"))
    assert own not in {AGENT, COLLEAGUE, OWNER}
    assert tags(world, conversation)[0]["applied_by"] == {"type": "admin", "id": own}
    world.teammate_tag(conversation, own, "urgent")
    assert names(world, conversation) == ["whatsapp", "urgent"]
