"""What is said about the delivery of replies to a channel."""

from __future__ import annotations

import pytest
from conversation_factory import NOW

from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.text.forecast.forwarding import forwarding_evidence, forwarding_state
from desktop.text.formats import date_and_time


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (Relay.PROVEN, "SMS: Octopods forwards replies sent from Reachline."),
        (Relay.UNPROVEN, "SMS: delivery isn't tested yet."),
        (Relay.REFUSED, "SMS: Octopods doesn't forward replies sent from Reachline."),
    ],
)
def test_each_state_is_a_sentence_about_the_channel(state: Relay, sentence: str) -> None:
    assert forwarding_state(ChannelKind.SMS, state) == sentence


@pytest.mark.parametrize("proof", RelayProof)
def test_each_proof_says_when_it_was_seen(proof: RelayProof) -> None:
    sentence = forwarding_evidence(RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, proof, NOW))
    assert sentence.endswith(f"({date_and_time(NOW)}).")


def test_what_a_colleague_found_names_their_desktop() -> None:
    evidence = RelayEvidence(ChannelKind.WHATSAPP, Relay.PROVEN, RelayProof.TEAM, NOW, "v1", "anna-laptop")
    assert "anna-laptop" in forwarding_evidence(evidence).replace("\u2068", "").replace("\u2069", "")
