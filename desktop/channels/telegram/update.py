"""Maps an update of the Bot API (10.1, 2026-06-11). Pure functions."""

from __future__ import annotations

from desktop.channels.shared.loose_json import as_id, as_list, as_struct, as_text, as_time, as_word, get_field
from desktop.channels.telegram import wire
from desktop.channels.telegram.mapping import chat_id
from desktop.ports import ChannelMessage, MessageChange, ReactionFact

_MAX_EMOJI = 40


def message(update: object) -> ChannelMessage | None:
    """What a customer wrote to the bot in a private chat; None for anything else. It does not name the bot."""
    raw = get_field(update, "message")
    chat, name = _of_customer(raw)
    at = as_time(get_field(raw, "date"))
    return ChannelMessage(name, True, "", chat, at, _text(raw)) if name and at is not None else None


def change(update: object) -> MessageChange | None:
    """How a customer edited a message in their private chat with the bot; None for anything else.

    Telegram also tells of changes that a bot can't see, with the text as it was. Of deletions it tells nothing.
    """
    raw = get_field(update, "edited_message")
    _, name = _of_customer(raw)
    at = as_time(get_field(raw, "edit_date"))
    return MessageChange(name, _text(raw), at) if name and at is not None else None


def _of_customer(raw: object) -> tuple[str, str]:
    """The private chat of a message, and the message's name within ours: "" twice for any other message."""
    found = as_struct(raw, wire.Message)
    chat, number = as_id(get_field(found.chat, "id")), as_id(found.message_id)
    is_private = as_text(get_field(found.chat, "type")) == "private" and chat_id(chat) is not None
    if not is_private or not number or get_field(raw, "from", "is_bot") is True:
        return "", ""
    return chat, f"{chat}:{number}"


def _text(raw: object) -> str:
    return as_text(get_field(raw, "text")) or as_text(get_field(raw, "caption"))


def reaction(update: object) -> ReactionFact | None:
    """How a customer reacted to a message in their private chat with the bot; None for anything else.

    The documentation promises that only for chats in which the bot is an administrator.
    """
    raw = get_field(update, "message_reaction")
    chat, number = as_id(get_field(raw, "chat", "id")), as_id(get_field(raw, "message_id"))
    at, is_private = as_time(get_field(raw, "date")), as_text(get_field(raw, "chat", "type")) == "private"
    if not is_private or chat_id(chat) is None or not number or at is None or get_field(raw, "user", "is_bot") is True:
        return None
    # Of pictures that only Telegram has, nothing can be shown.
    shown = (
        as_text(get_field(r, "emoji")) for r in as_list(raw, "new_reaction") if as_word(get_field(r, "type")) == "emoji"
    )
    return ReactionFact(f"{chat}:{number}", next(shown, "").strip()[:_MAX_EMOJI], at)
