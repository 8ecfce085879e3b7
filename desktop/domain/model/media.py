"""Where the file of a message is: its bytes are fetched from the provider and kept for a while."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain.model.frozen import frozen


class MediaState(StrEnum):
    """NOT_YET: nobody has asked for it. WAITING: it is being fetched, or will be. HERE: its bytes are stored.

    TOO_LARGE: it is not fetched for its size. REFUSED: nor for where its address leads. GONE: the provider has it no
    more. FAILED: several attempts have failed.
    """

    NOT_YET = "not_yet"
    WAITING = "waiting"
    HERE = "here"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    GONE = "gone"
    FAILED = "failed"


@frozen
class MediaKey:
    """A file of a message: the number counts its attachments. Addresses change, this stays."""

    conversation_id: str
    entry_id: str
    number: int
