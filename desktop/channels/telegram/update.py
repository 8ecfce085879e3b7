"""Maps an update of the Bot API (10.1, 2026-06-11). Pure functions."""

from __future__ import annotations

from desktop.channels.shared.loose_json import as_id, as_struct, as_text, as_time, get_field
from desktop.channels.telegram import wire
from desktop.channels.telegram.mapping import chat_id
from desktop.ports import ChannelMessage


def message(update: object) -> ChannelMessage | None:
    """What a customer wrote to the bot in a private chat; None for anything else. It does not name the bot."""
    raw = get_field(update, "message")
    found = as_struct(raw, wire.Message)
    chat, number, at = as_id(get_field(found.chat, "id")), as_id(found.message_id), as_time(get_field(raw, "date"))
    is_private = as_text(get_field(found.chat, "type")) == "private" and chat_id(chat) is not None
    if not is_private or not number or at is None or get_field(raw, "from", "is_bot") is True:
        return None
    text = as_text(get_field(raw, "text")) or as_text(get_field(raw, "caption"))
    return ChannelMessage(f"{chat}:{number}", True, "", chat, at, text)
