"""Between the Bot API's JSON and our words. Pure functions."""

from __future__ import annotations

import json
import re
from typing import Any

from desktop.channels.shared.loose_json import field, ident, items, number, read, text, when, whole, word
from desktop.channels.telegram import wire
from desktop.ports import Accepted, ChannelAccount, ChannelMessage, DirectMessage, Received, RemoteFile

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
WEBHOOK_REMARK = "Another program receives this bot's messages; from here it only sends."
# Private chats; their id is the user's, up to 52 bits.
_CHAT_ID = re.compile(r"[1-9][0-9]{0,15}")
_FILES = ("document", "video", "audio", "voice", "video_note", "animation", "sticker", "live_photo")
# Kinds that hold neither words nor a file; a venue and a game bring a second one along.
_ODD = ("venue", "location", "contact", "poll", "dice", "game", "story", "paid_media", "invoice", "gift", "checklist")


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
    remarks = (WEBHOOK_REMARK,) if has_webhook(webhook) else ()
    return ChannelAccount(text(found.first_name).strip(), f"@{username}" if username else "", remarks)


def has_webhook(raw: object) -> bool:
    return bool(ident(field(raw, "url")))


def accepted(content: object) -> Accepted | None:
    """None for an answer that names no message. Number 0 is one that Telegram sends a little later, under a number that
    it does not tell."""
    found = read(result(content), wire.Message)
    chat = read(found.chat, wire.Chat)
    if not ident(found.message_id) or not ident(chat.id):
        return None
    entry_id = "" if number(found.message_id) == 0 else _remote_id(chat, found)
    return Accepted(entry_id, address=ident(chat.id))


def received(updates: object, bot: str, cursor: str) -> Received:
    """Messages of private chats. Updates of other kinds are passed over, and never seen again."""
    messages: list[ChannelMessage] = []
    reachable: dict[str, bool] = {}
    newest = max((number(field(u, "update_id")) or 0 for u in items(updates)), default=0)
    for update in items(updates):
        for kind in ("message", "edited_message"):
            found = message(field(update, kind), bot, edited=kind == "edited_message")
            if found is not None:
                messages.append(found)
        _note_membership(field(update, "my_chat_member"), reachable)
    return Received(tuple(messages), str(newest + 1) if newest else cursor, reachable)


def message(raw: object, bot: str, *, edited: bool) -> ChannelMessage | None:
    """None for what was not said to the bot in private, or has no time."""
    found = read(raw, wire.Message)
    chat = read(found.chat, wire.Chat)
    sent_at = when(found.date)
    if not isinstance(raw, dict) or word(chat.type) != "private" or not ident(found.message_id) or sent_at is None:
        return None
    files = _files(raw)
    words = text(found.text) or text(found.caption)
    return ChannelMessage(
        remote_id=_remote_id(chat, found),
        from_customer=not field(raw, "from", "is_bot"),
        business_address=bot,
        customer_address=ident(chat.id),
        sent_at=sent_at,
        text=words,
        file_count=len(files),
        files=files,
        edited=edited,
        unsupported="" if words or files else _odd_kind(raw),
    )


def file_path(raw: object) -> str:
    return text(read(raw, wire.File).file_path)


def _remote_id(chat: wire.Chat, found: wire.Message) -> str:
    return f"{ident(chat.id)}:{ident(found.message_id)}"


def _files(raw: Json) -> tuple[RemoteFile, ...]:
    """A photo comes in several sizes, the largest last; an animation comes as a document too."""
    photo = items(raw.get("photo"))[-1:]
    listed = [("image/jpeg", p) for p in photo] + [("", raw[kind]) for kind in _FILES if kind in raw]
    files: dict[str, RemoteFile] = {}
    for content_type, one in listed:
        found = read(one, wire.File)
        if file_id := ident(found.file_id):
            kind = text(found.mime_type) or content_type
            files.setdefault(file_id, RemoteFile(file_id, kind, text(found.file_name), number(found.file_size)))
    return tuple(files.values())


def _odd_kind(raw: Json) -> str:
    return next((kind for kind in _ODD if kind in raw), "unknown")


def _note_membership(raw: object, reachable: dict[str, bool]) -> None:
    """Blocking a bot makes it `kicked`, starting it again a `member`."""
    chat = read(field(raw, "chat"), wire.Chat)
    state = word(field(raw, "new_chat_member", "status"))
    if word(chat.type) == "private" and ident(chat.id) and state in ("kicked", "member"):
        reachable[ident(chat.id)] = state == "member"


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
