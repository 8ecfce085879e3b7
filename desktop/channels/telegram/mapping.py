"""Maps the Bot API's JSON: the account, and the fields of a send. Pure functions."""

from __future__ import annotations

import json
import re
from typing import Any

from desktop.channels.shared.loose_json import as_id, as_number, as_struct, as_text, get_field, replace_surrogates
from desktop.channels.telegram import wire
from desktop.domain.model.formatting import SpanKind, styles_without_code
from desktop.domain.model.reason import make_reason
from desktop.ports import Accepted, ChannelAccount, DirectMessage
from desktop.ports.reasons import ProviderReason

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
# Private chats; their id is the user's, up to 52 bits.
_CHAT_ID = re.compile(r"[1-9][0-9]{0,15}")
_ENTITY_TYPES = {SpanKind.BOLD: "bold", SpanKind.ITALIC: "italic", SpanKind.CODE: "code"}


# --- what is read --------------------------------------------------------------------------------------------------


def result(content: object) -> Any:
    """The result in a good answer; None for any other."""
    return get_field(content, "result") if get_field(content, "ok") is True else None


def account(me: object, webhook: object) -> ChannelAccount | None:
    """Map a bot; None for an answer that is none."""
    found = as_struct(me, wire.User)
    if not as_id(found.id):
        return None
    username = as_id(found.username)
    remarks = (make_reason(ProviderReason.BOT_READ_ELSEWHERE),) if as_id(get_field(webhook, "url")) else ()
    return ChannelAccount(as_text(found.first_name).strip(), f"@{username}" if username else "", remarks)


def accepted(content: object) -> Accepted | None:
    """Read the answer to a send; None if it names no message. Number 0 is a message that Telegram sends a little later,
    under a number that it does not report."""
    found = as_struct(result(content), wire.Message)
    chat = as_struct(found.chat, wire.Chat)
    if not as_id(found.message_id) or not as_id(chat.id):
        return None
    entry_id = "" if as_number(found.message_id) == 0 else f"{as_id(chat.id)}:{as_id(found.message_id)}"
    return Accepted(entry_id, address=as_id(chat.id))


# --- what is sent --------------------------------------------------------------------------------------------------


def chat_id(to: str) -> int | None:
    """The id of a private chat; None for any other address."""
    return int(to) if _CHAT_ID.fullmatch(to.strip()) else None


def text_fields(out: DirectMessage, chat: int) -> Json:
    """The fields of a text message, without a parse mode: with one, unescaped markup would be refused."""
    return {"chat_id": chat, "text": replace_surrogates(out.text)} | _reply_fields(out) | _entities(out, "entities")


def reaction_fields(to: str, remote_id: str, emoji: str) -> Json | None:
    """The fields of a reaction; None for what is no message of this chat. remote_id: as in `update.message`."""
    chat, (named_chat, _, number) = chat_id(to), remote_id.partition(":")
    if chat is None or named_chat != str(chat) or not (number.isdecimal() and number.isascii()):
        return None
    # Telegram's list has its emoji without the mark that asks for a picture.
    reaction = [{"type": "emoji", "emoji": emoji.replace("\ufe0f", "")}] if emoji else []
    return {"chat_id": chat, "message_id": int(number), "reaction": reaction}


def file_fields(out: DirectMessage, chat: int) -> dict[str, str]:
    """The fields of a form beside a file; every value is text."""
    caption = {"caption": replace_surrogates(out.text)} if out.text else {}
    fields = _reply_fields(out) | _entities(out, "caption_entities")
    return {"chat_id": str(chat)} | caption | {k: json.dumps(v) for k, v in fields.items()}


def _entities(out: DirectMessage, field: str) -> Json:
    """The styles of the text. Offsets count UTF-16 units (Bot API, MessageEntity)."""
    text = replace_surrogates(out.text)
    if text != out.text:
        return {}
    found = [
        {
            "type": _ENTITY_TYPES[span.kind],
            "offset": _units(text[: span.start]),
            "length": _units(text[span.start : span.end]),
        }
        for span in styles_without_code(out.spans)
    ]
    return {field: found} if found else {}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _reply_fields(out: DirectMessage) -> Json:
    quoted = as_number(out.reply_to.rpartition(":")[2])
    return {"reply_parameters": {"message_id": quoted, "allow_sending_without_reply": True}} if quoted else {}
