"""Entries of palettes: commands with their keys, customers, the shown customer's conversations, pages of settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from desktop.domain.model.facts import ChannelKind
from desktop.engine.views import FoundCustomer, ThreadView
from desktop.text.names import channel_label, display_name
from desktop.text.screens import palette as texts
from desktop.text.thread.pane import conversation_label
from desktop.ui.commands.palette import PaletteEntry
from desktop.ui.commands.table import COMMANDS, shown_keys
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


def command_entries(recent: Sequence[str], why_not: Callable[[str], str]) -> list[PaletteEntry]:
    """Return all commands with their keys. recent: names of those that come first, the last one used before all.

    why_not: says why a command can't be run now; "" where it can.
    """
    entries = [
        PaletteEntry("command", c.name, c.label, shown_keys(c.keys[0]) if c.keys else "", c.icon, why_not(c.name))
        for c in COMMANDS
        if c.name != "palette"
    ]
    places = {name: place for place, name in enumerate(recent)}
    return sorted(entries, key=lambda e: (bool(e.why_not), places.get(e.key, len(places))))


def settings_entries(titles: Iterable[str]) -> Iterator[PaletteEntry]:
    """Yield the pages of the settings."""
    for title in titles:
        yield PaletteEntry("settings", title, title, texts.SETTING(), "fa6s.gear")
