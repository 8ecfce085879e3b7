"""What a bridge's failure notice proves about replies made through the API, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talk import BRIDGE, NOW, WORKSPACE, ago, conversation, entry, failure_note, first, jennifer, reply

from desktop.domain.facts import ChannelKind, Conversation, Role
from desktop.domain.relay import RelayEvidence, RelayProof, proven
from desktop.domain.thread import assemble
from desktop.domain.workspace import Relay, Workspace

UNPROVEN = replace(WORKSPACE, relay={})
TAGS = ("whatsapp",)
NOTE = failure_note(0.99)


def evidence(held: Conversation, workspace: Workspace = UNPROVEN) -> tuple[RelayEvidence, ...]:
    return proven(assemble([held], [jennifer()], workspace), workspace)


def test_the_bridge_reports_on_our_reply_so_it_looks_at_our_replies() -> None:
    held = conversation("1", first(40), reply(1), NOTE, tags=TAGS)
    assert evidence(held) == (
        RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.FAILURE_NOTICE, ago(0.99), "1"),
    )


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(conversation("1", first(40), reply(1), tags=TAGS), id="no notice"),
        pytest.param(
            conversation("1", first(40), reply(1, app_code=None), NOTE, tags=TAGS), id="a reply from the inbox"
        ),
        pytest.param(
            conversation("1", first(40), reply(1), reply(0.995, app_code=None), NOTE, tags=TAGS),
            id="it may speak of a colleague's reply",
        ),
        pytest.param(
            conversation("1", first(40), reply(1), failure_note(0.99, "Octopods: number disconnected"), tags=TAGS),
            id="about other trouble",
        ),
        pytest.param(
            conversation(
                "1", first(40), reply(1), entry(0.99, role=Role.BOT, text="24 h are over", app_code="x"), tags=TAGS
            ),
            id="not the bridge's words",
        ),
        pytest.param(
            conversation("1", first(40), reply(1), replace(NOTE, app_code="not-learnt"), tags=TAGS),
            id="an app that may or may not be the bridge",
        ),
        pytest.param(conversation("1", first(40), reply(1), NOTE, born_on="whatsapp"), id="Intercom's own channel"),
        pytest.param(
            conversation("1", first(40), reply(1), NOTE, page_url="https://shop.example"), id="a channel nobody knows"
        ),
    ],
)
def test_nothing_else_proves_anything(held: Conversation) -> None:
    assert evidence(held) == ()


@pytest.mark.parametrize("said", [Relay.PROVEN, Relay.REFUSED])
def test_a_persons_word_is_never_overruled(said: Relay) -> None:
    held = conversation("1", first(40), reply(1), NOTE, tags=TAGS)
    assert evidence(held, replace(UNPROVEN, relay={ChannelKind.WHATSAPP: said})) == ()


def test_one_channel_is_proven_once() -> None:
    talks = [conversation(name, first(40), reply(1), NOTE, tags=TAGS) for name in ("1", "2")]
    found = proven(assemble(talks, [jennifer()], UNPROVEN), UNPROVEN)
    assert [e.channel for e in found] == [ChannelKind.WHATSAPP]
    assert found[0].at < NOW
    assert BRIDGE in UNPROVEN.bridge_codes
