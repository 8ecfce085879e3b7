"""Between the Bot API's JSON and our words. Pure functions."""

from __future__ import annotations

import json
import re
from typing import Any

from desktop.channels.shared.loose_json import field, ident, number, read, text, whole
from desktop.channels.telegram import wire
from desktop.ports import Accepted, ChannelAccount, DirectMessage

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
WEBHOOK_REMARK = "Another program receives this bot's messages; from here it only sends."
# Private chats; their id is the user's, up to 52 bits.
_CHAT_ID = re.compile(r"[1-9][0-9]{0,15}")


# --- what is read --------------------------------------------------------------------------------------------------


def result(content: object) -> Any:
    """What a good answer holds, None for any other."""
    return field(content, "result") if field(content, "ok") is True else None


def account(me: object, webhook: object) -> ChannelAccount | None:
    """None for what is no bot."""
    found = read(me, wire.User)
    if not ident(found.id):
        return None
    username = ident(found.username)
    remarks = (WEBHOOK_REMARK,) if ident(field(webhook, "url")) else ()
    return ChannelAccount(text(found.first_name).strip(), f"@{username}" if username else "", remarks)


def accepted(content: object) -> Accepted | None:
    """None for an answer that names no message. Number 0 is one that Telegram sends a little later, under a number that
    it does not tell."""
    found = read(result(content), wire.Message)
    chat = read(found.chat, wire.Chat)
    if not ident(found.message_id) or not ident(chat.id):
        return None
    entry_id = "" if number(found.message_id) == 0 else f"{ident(chat.id)}:{ident(found.message_id)}"
    return Accepted(entry_id, address=ident(chat.id))


# --- what is sent --------------------------------------------------------------------------------------------------


def chat_id(to: str) -> int | None:
    """None for what is no private chat."""
    return int(to) if _CHAT_ID.fullmatch(to.strip()) else None


def text_fields(out: DirectMessage, chat: int) -> Json:
    """Plain text, without a parse mode: unescaped marks would be refused."""
    return {"chat_id": chat, "text": whole(out.text)} | _quoted(out)


def file_fields(out: DirectMessage, chat: int) -> dict[str, str]:
    """Of a form, where everything is text."""
    caption = {"caption": whole(out.text)} if out.text else {}
    return {"chat_id": str(chat)} | caption | {k: json.dumps(v) for k, v in _quoted(out).items()}


def _quoted(out: DirectMessage) -> Json:
    quoted = number(out.reply_to.rpartition(":")[2])
    return {"reply_parameters": {"message_id": quoted, "allow_sending_without_reply": True}} if quoted else {}
