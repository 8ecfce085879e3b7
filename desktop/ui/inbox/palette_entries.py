"""Entries of palettes: the shown customer's conversations, customers, and commands with their keys."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.domain.model.facts import ChannelKind
from desktop.engine.views import FoundCustomer, ThreadView
from desktop.text.names import channel_label, display_name
from desktop.text.screens import palette as texts
from desktop.text.thread.pane import conversation_label
from desktop.ui.commands.palette import PaletteEntry
from desktop.ui.commands.shortcuts import SHORTCUTS, shown_keys
from desktop.ui.look.theme import CHANNEL_STYLES


def conversation_entries(view: ThreadView | None) -> Iterator[PaletteEntry]:
    """Yield the conversations on the screen."""
    for chat in view.thread.chats if view is not None else ():
        own = chat.unmapped.channel if chat.unmapped is not None else ChannelKind.UNKNOWN
        channel = chat.mapping.display_channel if chat.mapping is not None else own
        title = conversation_label(chat)
        detail = texts.CONVERSATION(channel=channel_label(channel))
        yield PaletteEntry("conversation", chat.id, title, detail, CHANNEL_STYLES[channel].icon)


def customer_entry(found: FoundCustomer, query: str, detail: str) -> PaletteEntry:
    """Return the entry of a customer who was found by `query`. detail: shown behind the name, unless a field of the
    customer shows why they were found.
    """
    row = found.row
    icon = CHANNEL_STYLES[row.last_channel].icon
    detail = found.field.value if found.field is not None else detail
    return PaletteEntry("customer", row.customer_id, display_name(row.name), detail, icon, found_by=query)


def command_entries() -> Iterator[PaletteEntry]:
    """Yield the commands with their keys."""
    for shortcut in SHORTCUTS:
        if shortcut.command != "palette":
            label = texts.COMMANDS[shortcut.command]()
            yield PaletteEntry("command", shortcut.command, label, shown_keys(shortcut.keys[0]), shortcut.icon)
