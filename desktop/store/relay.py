"""Relay evidence: how we know whether a bridge forwards replies made through the API, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.facts import ChannelKind
from desktop.domain.workspace import Relay


class RelayProof(StrEnum):
    """`PERSON`: somebody said so. `GUIDED_TEST`: a reply to the agent's own phone did or did not arrive there.
    `FAILURE_NOTICE`: the bridge reported on a reply of ours. `OUTBOUND_ROW`: the channel's provider lists one."""

    PERSON = "person"
    GUIDED_TEST = "guided_test"
    FAILURE_NOTICE = "failure_notice"
    OUTBOUND_ROW = "outbound_row"


@dataclass(frozen=True, slots=True)
class RelayEvidence:
    """at: when it was said or seen. about: the conversation it was seen in, "" where there is none; never words."""

    channel: ChannelKind
    relay: Relay
    proof: RelayProof
    at: datetime
    about: str = ""
