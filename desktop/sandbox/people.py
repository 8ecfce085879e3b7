"""The customers, their phones, and the business addresses they write to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

PhoneChannel = Literal["whatsapp", "sms", "telegram"]
PHONE_CHANNELS: tuple[PhoneChannel, ...] = ("whatsapp", "sms", "telegram")


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
    """One business address: a WhatsApp number, an SMS number, a Telegram bot.

    tag: the name the bridge tags conversations of this line with.
    """

    id: str
    channel: PhoneChannel
    address: str
    tag: str

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
    """One thing she sees. `part_id` is the sandbox's own book-keeping for a relayed reply."""

    who: Literal["customer", "business"]
    text: str
    at: float
    kind: str = "text"
    files: Sequence[File] = ()
    part_id: str | None = None
    buttons: Sequence[Button] = ()


@dataclass(slots=True)
class Customer:
    """A person with a phone; what Intercom knows of her lies in the workspace, not here.

    chats: line id -> what her phone shows in the chat with that line, oldest first.
    mail: what her mailbox shows.
    window_opened: line id -> when WhatsApp last received a message or call of hers to that line.
    blocked: ids of the lines she has blocked.
    stopped: ids of the SMS lines she has sent STOP to.
    bsuid: WhatsApp's business-scoped id of a user who hides her number; her only address there without `phone`.
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

    def address_on(self, line: Line) -> str:
        """What the channel calls her: a telephone number, a BSUID, or the Telegram user id."""
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
