"""What `explain` says of a played history is what the customer's screens then show."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from desktop.app.explain import main
from desktop.sandbox.world import AGENT, World, sample_data
from desktop.sandbox.world.story import story

HOUR_S = 3600.0


@pytest.fixture(scope="module")
def played():
    world = World(1)
    sample_data.add_tags_and_macros(world)
    return world, story(world)


@pytest.mark.parametrize("later_h", [0, 5, 30], ids=["at the end of the story", "five hours later", "a day later"])
def test_a_teammates_reply_arrives_where_explain_says(played, later_h, tmp_path, capsys):
    world, cast = played
    world.advance(later_h * HOUR_S)
    told = set()
    for customer in cast.values():
        for conversation_id in world.conversation_ids(customer):
            forecast = explained(world, customer, tmp_path, capsys)[conversation_id]["forecast"]
            part_id = world.teammate_reply(conversation_id, AGENT, "We are looking into it.")
            arrived = {channel for channel, shown in world.delivery(part_id).items() if shown}
            assert arrived - set(forecast["uncertain"]) == set(forecast["reaches"]), (conversation_id, forecast)
            told.add(tuple(forecast["reaches"]))
    # Otherwise it would prove little.
    assert {("telegram", "messenger"), ("messenger",)} <= told
    assert (("whatsapp", "messenger") in told) == (later_h < 24)


def explained(world, customer, folder, capsys):
    """By conversation id, as the command prints it from files."""
    api = world.intercom
    value = {
        "conversations": [api.get_conversation(i) for i in world.conversation_ids(customer)],
        "contacts": [api.get_contact(i) for i in world.contact_ids(customer)],
    }
    file = folder / f"{customer.id}.json"
    file.write_text(json.dumps(value))
    now = datetime.fromtimestamp(world.now, UTC).isoformat()
    code = world.bridge_app.package_code
    assert main([str(file), "--now", now, "--bridge-code", code, "--relay", "proven"]) == 0
    return {c["id"]: c for c in json.loads(capsys.readouterr().out)["conversations"]}
