"""Customers, their phones, and the business lines they write to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

PhoneChannel = Literal["whatsapp", "sms", "telegram", "facebook", "instagram"]
OCTOPODS, INTERCOM = "Octopods", "Intercom"


@dataclass(slots=True)
class File:
    """An attachment; `id` is assigned by the workspace."""

    name: str
    content_type: str
    data: bytes = b""
    id: str = ""

    @property
    def size_px(self) -> tuple[int, int] | None:
        """Width and height of a PNG, GIF or JPEG as stored, before any turn; None for anything else."""
        data = self.data
        if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
            return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
            return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        return _jpeg_size_px(data) if data[:2] == b"\xff\xd8" else None


def _jpeg_size_px(data: bytes) -> tuple[int, int] | None:
    """From the first frame; the segments before it tell their lengths."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if 0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


@dataclass(frozen=True, slots=True)
class Line:
    """One business address: a WhatsApp number, an SMS number, a Telegram bot, a page.

    tag: name of the tag that the bridge applies to conversations of this line.
    carrier: name of the bridge that connects it to Intercom; `Intercom` for a native channel.
    """

    id: str
    channel: PhoneChannel
    address: str
    tag: str
    carrier: str = OCTOPODS

    @property
    def is_native(self) -> bool:
        """Whether the line is a native channel of Intercom."""
        return self.carrier == INTERCOM

    @property
    def at_twilio(self) -> bool:
        """Whether the number is hosted by Twilio, which then lists all its messages; derived from the tag."""
        return self.tag in ("twilio", "twilio_whatsapp")


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a template. opens: the URL it opens or the code it copies, "" for neither."""

    text: str
    opens: str = ""


@dataclass(slots=True)
class ScreenItem:
    """A message on the customer's screen. part_id: the Intercom part it came from; not shown to them.

    kind: `text`, `edited`, `template` or `app` for a message; `reaction`; or what the customer did: `call`, `blocked`,
        `unblocked`.
    """

    who: Literal["customer", "business"]
    text: str
    at: float
    kind: str = "text"
    files: Sequence[File] = ()
    part_id: str | None = None
    buttons: Sequence[Button] = ()

    @property
    def is_action(self) -> bool:
        """Whether it is a call or a block, which have no words."""
        return self.kind in ("call", "blocked", "unblocked")


@dataclass(slots=True)
class Customer:
    """A person with a phone. Their contacts in Intercom are in the workspace.

    chats: line id -> messages on the phone, oldest first.
    mail: messages in the mailbox, oldest first.
    window_opened: line id -> time of the last message or call that the network received, Unix seconds.
    blocked: ids of the lines they have blocked.
    stopped: ids of the SMS lines they have sent STOP to.
    bsuid: WhatsApp's business-scoped user id if it is known; the only WhatsApp address without `phone`.
    on_whatsapp: False for a phone number without WhatsApp. language: of their browser.
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
    language: str = "en"

    @property
    def whatsapp_user_id(self) -> str:
        """`bsuid`, else one of the number, as a new number has a new one; its country is always Ireland."""
        if self.bsuid:
            return self.bsuid
        digest = hashlib.sha256(f"{self.id}:{self.phone}".encode()).hexdigest()
        return f"IE.{int(digest[:16], 16):020d}"

    @property
    def page_scoped_id(self) -> str:
        """The customer's id on Facebook and Instagram pages."""
        return str(7_100_000_000_000_000 + int(self.id[1:]))

    def address_on(self, line: Line) -> str:
        """Phone number, BSUID, page-scoped id or Telegram user id. Raises ValueError without an address there."""
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
