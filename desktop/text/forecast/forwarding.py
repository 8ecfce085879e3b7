"""Whether Octopods forwards replies to a channel, and how that is known."""

from __future__ import annotations

from desktop.domain.learning.relay import RelayEvidence, RelayProof
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.text.catalog import Text
from desktop.text.formats import date_and_time
from desktop.text.names import channel_label

# Translators: lines of a list. {channel}: "WhatsApp".
_STATES = {
    Relay.PROVEN: Text("{channel}: Octopods forwards replies sent from Reachline."),
    Relay.UNPROVEN: Text("{channel}: delivery isn't tested yet."),
    Relay.REFUSED: Text("{channel}: Octopods doesn't forward replies sent from Reachline."),
}
# Translators: {when} is "20 November 2026, 14:00"; {desk} is the name of a colleague's computer in the team.
_PROOFS = {
    RelayProof.PERSON: Text("Set manually ({when})."),
    RelayProof.GUIDED_TEST: Text("Tested with your own phone ({when})."),
    RelayProof.FAILURE_NOTICE: Text("Octopods reported a problem with a reply sent from Reachline ({when})."),
    RelayProof.OUTBOUND_ROW: Text("The {channel} provider lists a reply sent from Reachline ({when})."),
    RelayProof.TEAM: Text("Confirmed by your team, on {desk} ({when})."),
}


def forwarding_state(channel: ChannelKind, relay: Relay) -> str:
    """Return for example `WhatsApp: delivery isn't tested yet.`"""
    return _STATES[relay](channel=channel_label(channel))


def forwarding_evidence(evidence: RelayEvidence) -> str:
    """Return for example `Tested with your own phone (20 November 2026, 14:00).`"""
    sentence, when = _PROOFS[evidence.proof], date_and_time(evidence.at)
    return sentence(channel=channel_label(evidence.channel), when=when, desk=evidence.desk)
