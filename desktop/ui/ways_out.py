"""Ways out: where else a reply could go, and what sending it here would come to. No widgets."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.facts import ChannelKind
from desktop.domain.forecast import Forecast
from desktop.domain.thread import Chat
from desktop.domain.warning import WarningCode
from desktop.engine.views import ThreadView
from desktop.ui import words


def better_conversation(view: ThreadView, conversation_id: str, judged: Forecast, now: datetime) -> Chat | None:
    """Where a reply would surely be let through: the one she wrote in last, else her newest mirrored chat with an open
    window. None where there is no such conversation."""
    others = [c for c in view.thread.chats if c.id != conversation_id]
    newest = view.situations[conversation_id].newest_anywhere
    if WarningCode.CUSTOMER_IS_ELSEWHERE in judged.warnings and newest is not None:
        return next((c for c in others if c.id == newest.entry.conversation_id), None)
    mirrored = (c for c in others if c.mapping is not None and c.mapping.is_known)
    return next((c for c in mirrored if c.window.state(now).lets_replies_through), None)


def go_words(chat: Chat) -> str:
    return f"Go to her {words.channel(_channel_of(chat))} conversation"


def send_words(judged: Forecast) -> str:
    """Says what would come of it, where that is certain."""
    if judged.reached == {ChannelKind.MESSENGER} and not any(r.channel is ChannelKind.UNKNOWN for r in judged.reaches):
        return "Send to Messenger only"
    return "Send by e-mail only" if judged.reached == {ChannelKind.EMAIL} else "Send anyway"


def _channel_of(chat: Chat) -> ChannelKind:
    if chat.mapping is not None and chat.mapping.is_known:
        return chat.mapping.channel
    return ChannelKind.EMAIL if chat.conversation.born_on == "email" else ChannelKind.MESSENGER
