"""Reactions that a bridge posts as lines in the customer's name, the messages that they speak of, and which account of
ours can react to a message.

A reaction proves nothing and opens no window (reach rules, 1), whether its message is found or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from desktop.domain.contrary import address_key
from desktop.domain.direct import DirectRoute
from desktop.domain.history.provider_messages import normalize_text
from desktop.domain.history.thread import Message
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import EntryKind, MessageKey
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import Reason, make_reason
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Transport

_PICTURES = "\u203c-\u3299\U0001f000-\U0001faff"
_TONES = "\ufe0f\u20e3\U0001f3fb-\U0001f3ff"
_EMOJI = re.compile(f"[{_PICTURES}\u00a9\u00ae][{_TONES}]*(?:\u200d[{_PICTURES}][{_TONES}]*)*")
_REMOVED = re.compile(r"removed (a|the|their) reaction", re.IGNORECASE)
_CUT = ("…", "...")
_MIN_CUT = 8
"""Letters that a shortened text must have, to be told from others."""


@frozen
class BridgedReactions:
    """Reactions that a bridge posted as lines. emojis: by the message that was reacted to, the newest one of each.

    lines: the entries with these reactions, which are hidden, as the reactions show at their messages.
    """

    emojis: Mapping[MessageKey, str]
    lines: frozenset[MessageKey]


def find_reactions(messages: Iterable[Message], workspace: Workspace) -> BridgedReactions:
    """Find the messages that the lines speak of: each line holds an emoji, and after a colon the text of an earlier
    message of its conversation. A line in any other form stays a message. messages: in time order.
    """
    emojis: dict[MessageKey, str] = {}
    lines: dict[MessageKey, MessageKey] = {}
    earlier: dict[str, list[Message]] = {}
    for message in messages:
        entry = message.entry
        before = earlier.setdefault(entry.conversation_id, [])
        is_bridged = message.origin is not None and message.origin.transport is Transport.BRIDGE
        if not is_bridged or not workspace.is_non_message(entry.text):
            if entry.kind is EntryKind.MESSAGE and entry.text:
                before.append(message)
            continue
        target, emoji = _target(entry.text, before)
        if target is not None:
            emojis[target] = emoji
            lines[message.key] = target
        elif _REMOVED.search(entry.text):
            # The line doesn't say which reaction, so none of the conversation is shown any more.
            emojis = {key: e for key, e in emojis.items() if key[0] != entry.conversation_id}
    return BridgedReactions(emojis, frozenset(line for line, target in lines.items() if target in emojis))


def find_reaction_route(message: Message, routes: Iterable[DirectRoute]) -> DirectRoute | Reason:
    """The direct route on which we can react to a customer's message, or why we can't: the account must list the very
    message. Windows are not looked at. routes: to this customer.
    """
    origin, listed = message.origin, message.provider_message
    channel = origin.channel if origin is not None else None
    able = [r for r in routes if r.capabilities.reactions and r.route.channel is channel]
    if channel is None or not able:
        return make_reason(CommandReason.REACTION_NO_ACCOUNT)
    if message.is_deleted:
        return make_reason(CommandReason.MESSAGE_GONE)
    if listed is not None and listed.from_customer and listed.remote_id:
        customer = address_key(listed.customer_address)
        for route in able:
            if listed.key == route.route.key and address_key(route.route.to) == customer:
                return route
    return make_reason(CommandReason.REACTION_ID_UNKNOWN, channel=channel)


def _target(line: str, before: Sequence[Message]) -> tuple[MessageKey | None, str]:
    head, colon, quoted = line.partition(":")
    emoji = _EMOJI.search(head)
    if not colon or emoji is None:
        return None, ""
    quoted = quoted.strip(" “”\"«»'")
    found = next((m.key for m in reversed(before) if _is_text_of(quoted, m.entry.text)), None)
    return found, emoji.group()


def _is_text_of(quoted: str, text: str) -> bool:
    """Whether it is this text, or its beginning where it says that it was cut."""
    end = next((mark for mark in _CUT if quoted.endswith(mark)), "")
    begin, whole = normalize_text(quoted.removesuffix(end)), normalize_text(text)
    if not begin:
        return False
    return begin == whole or (bool(end) and len(begin) >= _MIN_CUT and whole.startswith(begin))
