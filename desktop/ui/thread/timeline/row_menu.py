"""Menu of a timeline row: copy, quote, and the answers an echo waits for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import ReasonCode
from desktop.text.octopods import CARRIED
from desktop.ui.thread.entries import TimelineEntry
from desktop.ui.wording import pending_reply, thread, words

_NUMBER = re.compile(r"#?\d(?:[\d\-]*\d)?")
_LEAST_DIGITS = 4


def row_menu(
    parent: QWidget,
    entry: TimelineEntry,
    *,
    selected: str,
    link: str | None,
    word: str,
    quote: Callable[[str], None],
    answer: Callable[[str], None],
    say_channel: Callable[[ChannelKind | None], None],
) -> QMenu:
    """selected: what is marked in the whole timeline. link, word: under the mouse. answer: takes an echo's action.
    say_channel: takes a person's word on where the message came from, None for taking it back."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if selected:
        menu.addAction(thread.COPY_SELECTION, partial(copy, selected))
    if entry.text:
        menu.addAction(thread.COPY_MESSAGE, partial(copy, entry.text))
    if link:
        menu.addAction(thread.COPY_LINK, partial(copy, link))
    number = order_number(word)
    if number:
        menu.addAction(thread.COPY_NUMBER.format(number=number), partial(copy, number))
    if selected or entry.text:
        menu.addSeparator()
        menu.addAction(thread.QUOTE, partial(quote, selected or entry.text))
    if has_channel(entry):
        menu.addSeparator()
        menu.addMenu(channel_menu(menu, entry, say_channel))
    if entry.pending is not None:
        menu.addSeparator()
        for action, word in entry.told.actions if entry.told is not None else ():
            menu.addAction(f"{word}\t{_key(action)}", partial(answer, action))
    return menu


def has_channel(entry: TimelineEntry) -> bool:
    """Whether a person can say where it came from: a customer's message."""
    return entry.message is not None and entry.message.origin is not None


def channel_menu(parent: QWidget, entry: TimelineEntry, say: Callable[[ChannelKind | None], None]) -> QMenu:
    """The channels a customer's message can come from; the one that a person named is checked."""
    menu = QMenu(thread.CHANGE_CHANNEL, parent)
    origin = entry.message.origin if entry.message is not None else None
    said = origin.channel if origin is not None and origin.reason.code is ReasonCode.PERSON_SAID_MESSAGE else None
    for channel in (*CARRIED, ChannelKind.MESSENGER, ChannelKind.EMAIL):
        action = menu.addAction(words.channel(channel), partial(say, channel))
        action.setCheckable(True)
        action.setChecked(channel is said)
    menu.addSeparator()
    back = menu.addAction(thread.CHANNEL_BACK, partial(say, None))
    back.setEnabled(said is not None)
    return menu


def _key(action: str) -> str:
    return QKeySequence(pending_reply.KEYS[action]).toString(QKeySequence.SequenceFormat.NativeText)


def order_number(word: str) -> str:
    """`#4711` out of `(#4711),`; "" for a word that holds no number of four digits or more."""
    found = _NUMBER.search(word)
    return found.group() if found and sum(c.isdigit() for c in found.group()) >= _LEAST_DIGITS else ""


def copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
