"""Rules of WhatsApp, SMS, Telegram, Facebook and Instagram: messaging windows, blocks and delivery to the phone.

The rules are the providers' own, not the bridge's: WhatsApp's customer service window (Meta, "Send messages":
24 hours, restarted by a message or call of the user, per business number and user), the standard messaging window of
Facebook and Instagram (24 hours; 7 days for people with Meta's human-agent permission), Telegram's 403 for users
who blocked the bot, and SMS without a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from desktop.sandbox.model.clock import DAY_S
from desktop.sandbox.model.people import Button, Customer, File, Line, ScreenItem

Refusal = Literal["window", "blocked", "ignored"]
WINDOWED_CHANNELS = ("whatsapp", "facebook", "instagram")
HUMAN_AGENT_S = 7 * DAY_S
# Templates need no window, nor do messages typed in the WhatsApp Business App (`app`).
_WINDOWLESS_KINDS = ("template", "app")


def receive(customer: Customer, line: Line, text: str, files: Sequence[File], now: float) -> None:
    """Show the customer's message on their phone and open the channel's window."""
    customer.chat(line).append(ScreenItem("customer", text, now, "text", files))
    open_window(customer, line, now)


def open_window(customer: Customer, line: Line, now: float) -> None:
    if line.channel in WINDOWED_CHANNELS:
        customer.window_opened[line.id] = now


def window_open(customer: Customer, line: Line, now: float, *, human_agent: bool = False) -> bool:
    """Whether a free-form message may be sent at `now`; exactly 24 hours after the last message is too late.

    human_agent: whether the business holds Meta's permission for Facebook and Instagram.
    """
    if line.channel not in WINDOWED_CHANNELS:
        return True
    opened = customer.window_opened.get(line.id)
    length_s = HUMAN_AGENT_S if human_agent and line.channel != "whatsapp" else DAY_S
    return opened is not None and now - opened < length_s


def refusal(
    customer: Customer, line: Line, now: float, *, kind: str = "text", human_agent: bool = False
) -> Refusal | None:
    """Why a business message would not arrive at `now`; None if it would.

    `ignored`: the user has blocked the number, which WhatsApp does not tell the sender.
    """
    if kind not in _WINDOWLESS_KINDS and not window_open(customer, line, now, human_agent=human_agent):
        return "window"
    if line.id in customer.blocked:
        return "blocked" if line.channel == "telegram" else "ignored"
    return None


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
) -> None:
    """Show a business message on the customer's phone."""
    customer.chat(line).append(ScreenItem("business", text, now, kind, files, part_id, buttons))
