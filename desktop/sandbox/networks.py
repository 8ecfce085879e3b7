"""What WhatsApp, SMS and Telegram themselves do: who may write freely, and what lands on the phone.

The rules are the providers' own, not the bridge's: WhatsApp's customer service window (Meta, "Send messages":
24 hours, restarted by a message or call of the user, per business number and user), Telegram's 403 for users
who blocked the bot, and SMS without a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .clock import DAY_S
from .people import Button, Customer, File, Line, ScreenItem

Refusal = Literal["window", "blocked", "ignored"]


def receive(customer: Customer, line: Line, text: str, files: Sequence[File], now: float) -> None:
    """Her own message: shown at once on her phone, and opening WhatsApp's window."""
    customer.chat(line).append(ScreenItem("customer", text, now, "text", files))
    open_window(customer, line, now)


def open_window(customer: Customer, line: Line, now: float) -> None:
    if line.channel == "whatsapp":
        customer.window_opened[line.id] = now


def window_open(customer: Customer, line: Line, now: float) -> bool:
    """Whether a free-form message may go out now; exactly 24 hours after is too late."""
    if line.channel != "whatsapp":
        return True
    opened = customer.window_opened.get(line.id)
    return opened is not None and now - opened < DAY_S


def deliver(
    customer: Customer,
    line: Line,
    text: str,
    files: Sequence[File],
    now: float,
    *,
    kind: str = "text",
    part_id: str | None = None,
    buttons: Sequence[Button] = (),
) -> Refusal | None:
    """Put a business message on her phone; None when it arrived, else why not.

    `ignored`: WhatsApp says nothing to the sender about a user who has blocked the number.
    """
    if kind != "template" and not window_open(customer, line, now):
        return "window"
    if line.id in customer.blocked:
        return "blocked" if line.channel == "telegram" else "ignored"
    customer.chat(line).append(ScreenItem("business", text, now, kind, files, part_id, buttons))
    return None
