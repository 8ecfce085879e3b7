"""The evidence section: why a conversation has its channel, window and origins, and reported problems."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget

from desktop.domain.contrary import ContraryFact, ContraryKind, has_ended
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.history.thread import Chat, Message
from desktop.domain.model.facts import ChannelKind
from desktop.domain.origin import Transport
from desktop.engine.commands import MarkSolved, PinMapping
from desktop.engine.views import ThreadView
from desktop.text.octopods import CARRIED
from desktop.text.reasons.contrary import contrary_sentence
from desktop.text.reasons.describe import describe
from desktop.ui.details.sections import paragraph
from desktop.ui.widgets import layouts
from desktop.ui.wording import thread, words

_MAX_MESSAGES = 6
SOLVABLE = frozenset({ContraryKind.UNREACHABLE, ContraryKind.ACCOUNT, ContraryKind.UNKNOWN})
"""Kinds that the agent may know to be solved. Not a STOP: the customer has to send START."""


class EvidenceSection(QObject):
    """Creates the widgets of the section for one conversation at a time.

    Signals:
        pin_requested: the agent set the channel of the conversation. arg: PinMapping.
        solved_requested: the agent marked a reported problem as solved. arg: MarkSolved.
    """

    pin_requested = Signal(object)
    solved_requested = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._window: tuple[QLabel, ThreadView, Chat] | None = None

    def widgets(self, view: ThreadView, chat: Chat, now: datetime) -> list[QWidget]:
        """Create the widgets; those of an earlier call must be deleted."""
        widgets: list[QWidget] = [paragraph(mapping_text(chat))]
        window, self._window = window_text(view, chat, now), None
        if window:
            window_label = paragraph(window)
            widgets.append(window_label)
            self._window = window_label, view, chat
        widgets += self._contrary(view, chat, now)
        widgets.append(self._pin_button(view, chat))
        newest = [m for m in chat.messages if m.origin is not None][-_MAX_MESSAGES:]
        if newest:
            widgets.append(paragraph("Where the newest messages here came from", muted=True))
            widgets += [paragraph(message_text(m)) for m in reversed(newest)]
        return widgets

    def _contrary(self, view: ThreadView, chat: Chat, now: datetime) -> list[QWidget]:
        """Create the reported problems of the conversation and the direct routes, newest first."""
        widgets: list[QWidget] = []
        known = {fact.id: (fact, chat.recovery) for fact in chat.contrary}
        for direct_route in view.direct_routes:
            direct = find_direct_situation(view.thread, direct_route, view.situations[chat.id])
            known |= {f.id: (f, direct.recovery) for f in direct.contrary if f.id not in known}
        for fact, recovery in sorted(known.values(), key=lambda k: (k[0].at, k[0].id), reverse=True):
            text, over = contrary_text(fact, view, now), has_ended(fact, recovery, now)
            widgets.append(paragraph(f"{text} No longer counts." if over else text, muted=over))
            if not over and fact.kind in SOLVABLE:
                solved = QPushButton("Solved")
                solved.setAccessibleName(f"Solved: {text}")
                solved.setToolTip("You know that this is over; replies are no longer warned of it")
                solved.setProperty("fact", fact.id)
                solved.clicked.connect(self._on_solved)
                widgets.append(_left_aligned(solved))
        if widgets:
            widgets.insert(0, paragraph("Reported problems", muted=True))
        return widgets

    def _on_solved(self) -> None:
        self.solved_requested.emit(MarkSolved(self.sender().property("fact")))

    def update_window_text(self, now: datetime) -> None:
        """Update the sentence about the window, the only one that changes with time."""
        if self._window is not None:
            window_label, view, chat = self._window
            text = window_text(view, chat, now)
            if text != window_label.text():
                window_label.setText(text)

    def clear(self) -> None:
        """Call before the widgets are deleted."""
        self._window = None

    def _pin_button(self, view: ThreadView, chat: Chat) -> QPushButton:
        button = QPushButton("Change channel…")
        button.setAccessibleName("Say which channel this conversation mirrors")
        menu = QMenu(button)
        pin = view.workspace.pins.get(chat.id)
        for channel in CARRIED:
            action = self._add_pin_action(menu, f"This is {words.channel(channel)}", PinMapping(chat.id, channel))
            action.setCheckable(True)
            action.setChecked(pin is not None and pin.channel is channel)
        none = self._add_pin_action(menu, "Not mirrored: the Messenger's own", PinMapping(chat.id, None))
        none.setCheckable(True)
        none.setChecked(pin is not None and pin.channel is None)
        menu.addSeparator()
        forget = self._add_pin_action(menu, "Forget my pin", PinMapping(chat.id, None, forget=True))
        forget.setEnabled(pin is not None)
        button.setMenu(menu)
        return button

    def _add_pin_action(self, menu: QMenu, text: str, command: PinMapping) -> QAction:
        action = menu.addAction(text)
        action.setData(command)
        action.triggered.connect(self._on_chosen)
        return action

    def _on_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.pin_requested.emit(action.data())


def mapping_text(chat: Chat) -> str:
    """Return which channel the conversation mirrors, with confidence and reason."""
    mapping = chat.mapping
    if mapping is None:
        own = chat.unmapped
        if own is None:
            return ""
        named = "Not known" if own.channel is ChannelKind.UNKNOWN else words.channel(own.channel)
        return f"{named} ({own.confidence} % sure). {describe(own.reason)}"
    if not mapping.is_known:
        return f"Channel not known ({mapping.confidence} % sure). {describe(mapping.reason)}"
    owner = "Intercom's own " if mapping.transport is Transport.NATIVE else ""
    return f"{owner}{words.channel(mapping.channel)} ({mapping.confidence} % sure). {describe(mapping.reason)}"


def window_text(view: ThreadView, chat: Chat, now: datetime) -> str:
    """Return what opened the window and how much earlier than 24 hours we close it; "" without a window."""
    window = chat.window
    if not window.exists:
        return ""
    text = thread.window_explanation(window, view.name, now)
    opener = next((m for m in view.thread.messages if m.id == window.opened_by), None)
    if opener is not None:
        quote = " ".join(opener.entry.text.split()) or "a file"
        quote = f"{quote[:60].rstrip()}…" if len(quote) > 60 else quote
        text += f" It was opened by “{quote}” ({thread.full_time(window.opened_at or opener.entry.sent_at)})."
    if window.margin is None:
        return text
    early = f"We count {int(window.margin.total_seconds())} s less than 24 h"
    name = words.channel(window.key.channel)
    if window.opened_by is not None and (opener is None or opener.provider_message is not None):
        unseen = "" if opener is not None else " Intercom does not show that message yet."
        return f"{text}{unseen} The time is {name}'s own, from its provider's list; {early} all the same."
    return f"{text} {early}, because the bridge posts later than {name}."


def _left_aligned(button: QPushButton) -> QWidget:
    """Return the button in a row, as wide as its text."""
    row = QWidget()
    layouts.row(button, "stretch", parent=row)
    return row


def contrary_text(fact: ContraryFact, view: ThreadView, now: datetime) -> str:
    """Return for example `Octopods reported at 14:02 that this number blocked you.`"""
    return contrary_sentence(fact, view.thread.messages, words.first_name(view.name), now)


def message_text(message: Message) -> str:
    """Return for example `14:02 · WhatsApp: Posted by the bridge … (90 % sure)`."""
    origin = message.origin
    if origin is None:
        return ""
    at = thread.clock_time(message.entry.sent_at)
    return f"{at} · {words.origin_badge(origin)}: {thread.origin_tooltip(origin)}"
