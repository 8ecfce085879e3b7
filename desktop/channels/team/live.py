"""The wire format of live facts: several in one message, each with its sequence in the stream.

A team of 1,000 desktops gets 50 facts a second: one message for each would be 50,000 deliveries.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from desktop.channels.team.replay import Stored
from desktop.channels.team.sealed import NotSealed


class LiveFact(Stored, frozen=True, array_like=True):
    """A fact of the stream. conversation_id: what it is about; "" for facts of channels' providers. updated_at: of the
    conversation in the state that the fact tells, Unix seconds; 0 where it tells none.
    """

    conversation_id: str = ""
    updated_at: int = 0


_decoder = msgspec.msgpack.Decoder(list[LiveFact])


def write_live(facts: Sequence[LiveFact]) -> bytes:
    """Numbers and ids are readable on the broker, as they are in the stream; the facts are sealed."""
    return msgspec.msgpack.encode(facts)


def read_live(data: bytes) -> list[LiveFact]:
    """As `write_live` wrote it. Raises NotSealed for what no version of ours wrote."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotSealed from None
