"""A reply to send, and every way its sending can end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from desktop.domain.model.facts import Conversation
from desktop.domain.model.formatting import Spans
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.ports.errors import ProviderErrorKind


@frozen
class OutgoingFile:
    """A file to send, with its contents."""

    name: str
    content_type: str
    data: bytes


@frozen
class ConversationReply:
    """A reply or note to send to a conversation. draft_id: our own id of the draft, the outbox's key.

    text, spans: as the agent typed it, with its formatting; the adapter escapes it for its provider.
    is_forwarded: it may also go to a channel that the conversation stands for. Nobody knows what becomes of markup on
        the way, so nothing of the text may be in the markup alone: links and lists are written out.
    """

    draft_id: str
    conversation_id: str
    author_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False
    spans: Spans = ()
    is_forwarded: bool = False


@frozen
class NewConversation:
    """A message that begins a conversation at Intercom, in the Messenger or by email.

    contact_id, role: Intercom's contact it goes to. subject: of the email; "" with the Messenger.
    """

    draft_id: str
    contact_id: str
    role: str
    author_id: str
    text: str
    by_email: bool = False
    subject: str = ""


@frozen
class Accepted:
    """A provider accepted it, which is neither *sent* nor *delivered*. entry_id: its id there, "" if not reported.

    conversation: the whole conversation if the provider's answer holds it, else None.
    conversation_id: of the conversation that it began; "" for one that is there already, or that nobody has named yet.
    address: the customer's as this provider writes it, "" if not reported. WhatsApp knows some numbers under an older
        form (Brazil, Mexico), so the pair is worth storing.
    remark: what people should know although it was accepted.
    """

    entry_id: str
    conversation: Conversation | None = None
    address: str = ""
    remark: Reason = NO_REASON
    conversation_id: str = ""


@frozen
class Refused:
    """The provider surely did not and will not accept it. reason: why, for people.

    existing_id: of the record that is there already, where that is why; else "".
    """

    kind: ProviderErrorKind
    reason: Reason
    existing_id: str = ""


@frozen
class NotSent:
    """It surely was not sent or not processed: safe to try again after `retry_after_s`."""

    reason: Reason
    retry_after_s: float


@frozen
class OutcomeUnknown:
    """It may have been sent; the program never repeats it. detail: technical, one line, no contents."""

    detail: str


class Upload(Protocol):
    """Follows the request of a send on its way out, and may stop it: one whose last piece has not left cannot have been
    processed.
    """

    def begin(self, total_bytes: int, stop: Callable[[], None]) -> None:
        """Called before the first piece. stop: ends the request at once, as one that was not sent."""
        ...

    def take(self, upto_bytes: int) -> bool:
        """Called before each piece. upto_bytes: what will have left with it. False ends the request before it."""
        ...


SendOutcome = Accepted | Refused | NotSent | OutcomeUnknown
