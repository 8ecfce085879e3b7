"""The customers, their phones, and the business addresses they write to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

PhoneChannel = Literal["whatsapp", "sms", "telegram", "facebook", "instagram"]
OCTOPODS, INTERCOM = "Octopods", "Intercom"


@dataclass(slots=True)
class File:
    """An attachment's bytes, wherever it travels; `id` is given by the workspace that holds it."""

    name: str
    content_type: str
    data: bytes = b""
    id: str = ""

    @property
    def size_px(self) -> tuple[int, int] | None:
        """Width and height of a PNG; None for anything else."""
        if self.data[:8] != b"\x89PNG\r\n\x1a\n" or len(self.data) < 24:
            return None
        return int.from_bytes(self.data[16:20], "big"), int.from_bytes(self.data[20:24], "big")


@dataclass(frozen=True, slots=True)
class Line:
    """One business address: a WhatsApp number, an SMS number, a Telegram bot, a page.

    tag: the name the bridge tags conversations of this line with.
    carrier: the name of the bridge that carries it into Intercom; `Intercom` for a channel of Intercom's own.
    """

    id: str
    channel: PhoneChannel
    address: str
    tag: str
    carrier: str = OCTOPODS

    @property
    def is_native(self) -> bool:
        """Whether the line is a channel of Intercom's own."""
        return self.carrier == INTERCOM

    @property
    def at_twilio(self) -> bool:
        """Whether the number lives at Twilio, which then lists all its messages; the bridge's tag tells."""
        return self.tag in ("twilio", "twilio_whatsapp")


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a template. opens: the address it leads to, or the code it copies, "" for neither."""

    text: str
    opens: str = ""


@dataclass(slots=True)
class ScreenItem:
    """One thing the customer sees. `part_id` is the sandbox's own book-keeping for a relayed reply."""

    who: Literal["customer", "business"]
    text: str
    at: float
    kind: str = "text"
    files: Sequence[File] = ()
    part_id: str | None = None
    buttons: Sequence[Button] = ()


@dataclass(slots=True)
class Customer:
    """A person with a phone; what Intercom knows of them lies in the workspace, not here.

    chats: line id -> what their phone shows in the chat with that line, oldest first.
    mail: what their mailbox shows.
    window_opened: line id -> when the network last received a message or call of theirs to that line.
    blocked: ids of the lines they have blocked.
    stopped: ids of the SMS lines they have sent STOP to.
    bsuid: WhatsApp's business-scoped id of a user who hides the number; the only address there without `phone`.
    on_whatsapp: False for a telephone without WhatsApp.
    """

    id: str
    name: str
    phone: str | None = None
    email: str | None = None
    telegram_id: int | None = None
    chats: dict[str, list[ScreenItem]] = field(default_factory=dict)
    mail: list[ScreenItem] = field(default_factory=list)
    window_opened: dict[str, float] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    bsuid: str | None = None
    on_whatsapp: bool = True

    @property
    def page_scoped_id(self) -> str:
        """How Facebook and Instagram name the person to the business."""
        return str(7_100_000_000_000_000 + int(self.id[1:]))

    def address_on(self, line: Line) -> str:
        """What the channel calls them: a telephone number, a BSUID, a page-scoped id or the Telegram user id."""
        if line.channel in ("facebook", "instagram"):
            return self.page_scoped_id
        address = str(self.telegram_id) if line.channel == "telegram" and self.telegram_id else self.phone
        if line.channel == "telegram" and not self.telegram_id:
            address = None
        if line.channel == "whatsapp":
            address = (self.phone or self.bsuid) if self.on_whatsapp else None
        if not address:
            raise ValueError(f"{self.name} has no {line.channel}")
        return address

    def chat(self, line: Line) -> list[ScreenItem]:
        return self.chats.setdefault(line.id, [])
