"""The context menu of a timeline row: copy, quote, change the channel, and what can be done about a reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.bridge.carried_channels import CARRIED
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import ReasonCode
from desktop.text.names import channel_label
from desktop.text.thread import pane as texts
from desktop.text.thread import translation as translation_texts
from desktop.ui.commands.table import shown_keys
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout.translation import TOGGLE, TRANSLATE
from desktop.ui.thread.pending_reply import KEYS

_NUMBER = re.compile(r"#?\d(?:[\d\-]*\d)?")
_MIN_DIGITS = 4


def row_menu(
    parent: QWidget,
    entry: TimelineEntry,
    *,
    selected: str,
    link: str | None,
    word: str,
    on_quote: Callable[[str], None],
    on_action: Callable[[str], None],
    on_channel: Callable[[ChannelKind | None], None],
    on_translate: Callable[[str], None] | None = None,
    files: Sequence[tuple[str, Callable[[], object]]] = (),
    add_reactions: Callable[[QMenu], None] | None = None,
) -> QMenu:
    """Build the menu. selected: the selected text of the whole timeline. link, word: under the mouse. files: label and
    action for each picture and voice note.

    on_channel: called with the channel a message came from, None to remove an earlier choice.
    add_reactions: adds how to react to the message.
    on_translate: called with what to do about a message's other language; None where no service is set up.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for label, on_file in files:
        menu.addAction(label, on_file)
    if files:
        menu.addSeparator()
    if selected:
        menu.addAction(texts.COPY_SELECTION(), partial(copy, selected))
    if entry.text:
        menu.addAction(texts.COPY_MESSAGE(), partial(copy, entry.text))
    if link:
        menu.addAction(texts.COPY_LINK(), partial(copy, link))
    number = order_number(word)
    if number:
        menu.addAction(texts.COPY_NUMBER(number=number), partial(copy, number))
    if selected or entry.text:
        menu.addSeparator()
        menu.addAction(texts.QUOTE(), partial(on_quote, selected or entry.text))
    if add_reactions is not None:
        add_reactions(menu)
    _add_translation(menu, entry, on_translate)
    if has_channel(entry):
        menu.addSeparator()
        menu.addMenu(channel_menu(menu, entry, on_channel))
    if entry.description is not None:
        menu.addSeparator()
        for action, label in entry.description.actions:
            menu.addAction(f"{label}\t{_key(action)}", partial(on_action, action))
    return menu


def _add_translation(menu: QMenu, entry: TimelineEntry, on_translate: Callable[[str], None] | None) -> None:
    message = entry.message
    if on_translate is None or message is None or entry.type is not EntryType.MESSAGE or not entry.text.strip():
        return
    menu.addSeparator()
    if message.translation is not None:
        menu.addAction(translation_texts.toggle(message.translation), partial(on_translate, TOGGLE))
    if message.translation is None or not message.translation.is_ours:
        again = message.translation is not None
        label = (translation_texts.TRANSLATE_AGAIN if again else translation_texts.TRANSLATE)()
        menu.addAction(label, partial(on_translate, TRANSLATE))


def has_channel(entry: TimelineEntry) -> bool:
    """Return whether the agent can set the channel: for a customer's message."""
    return entry.message is not None and entry.message.origin is not None


def channel_menu(parent: QWidget, entry: TimelineEntry, on_channel: Callable[[ChannelKind | None], None]) -> QMenu:
    """Build the menu of channels; the one set by a person is checked."""
    menu = QMenu(texts.CHANGE_CHANNEL(), parent)
    origin = entry.message.origin if entry.message is not None else None
    chosen = origin.channel if origin is not None and origin.reason.code is ReasonCode.PERSON_SAID_MESSAGE else None
    for channel in (*CARRIED, ChannelKind.MESSENGER, ChannelKind.EMAIL):
        action = menu.addAction(channel_label(channel), partial(on_channel, channel))
        action.setCheckable(True)
        action.setChecked(channel is chosen)
    menu.addSeparator()
    reset = menu.addAction(texts.SET_AUTOMATICALLY(), partial(on_channel, None))
    reset.setEnabled(chosen is not None)
    return menu


def _key(action: str) -> str:
    return shown_keys(KEYS[action])


def order_number(word: str) -> str:
    """Return `#4711` for `(#4711),`; "" for a word without a number of four or more digits."""
    match = _NUMBER.search(word)
    return match.group() if match and sum(c.isdigit() for c in match.group()) >= _MIN_DIGITS else ""


def copy(text: str) -> None:
    """Copy text to the clipboard."""
    QGuiApplication.clipboard().setText(text)
