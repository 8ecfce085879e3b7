"""A message on its way out, and every way its sending can end."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.model.facts import Conversation
from desktop.ports.errors import ProviderErrorKind


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ConversationReply:
    """A reply or note on its way. draft_id: ours, minted with the draft; the outbox's key.

    text: plain text as the agent typed it; the adapter escapes it for its provider.
    """

    draft_id: str
    conversation_id: str
    author_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A provider took it: not *sent*, not *delivered*. entry_id: its name there, "" when the answer does not tell.

    conversation: the provider's answer where it holds the whole conversation, else None.
    address: the customer's as this provider writes it, "" where it does not tell. WhatsApp knows some numbers under an
        older form (Brazil, Mexico): the pair is worth keeping.
    remark: what the agent should know although it was taken, "" for nothing.
    """

    entry_id: str
    conversation: Conversation | None = None
    address: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider surely did not take it and will not. sentence: why, for the agent."""

    kind: ProviderErrorKind
    sentence: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely never left, or was surely not processed: safe to try again after `retry_after_s`."""

    sentence: str
    retry_after_s: float


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """It may have left. Never repeated by the program. reason: technical, one line, no contents."""

    reason: str


SendOutcome = Accepted | Refused | NotSent | OutcomeUnknown
