"""How we know: the evidence for a conversation's channel, its window and its messages, and a person's word."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from desktop.domain.contrary import ContraryFact, ContraryKind, has_ended
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.model.facts import ChannelKind
from desktop.domain.origin import Transport
from desktop.domain.thread import Chat, Message
from desktop.engine.commands import MarkSolved, PinMapping
from desktop.engine.views import ThreadView
from desktop.text.contrary import contrary_sentence
from desktop.text.octopods import CARRIED
from desktop.text.reasons import sentence
from desktop.ui.details.sections import label
from desktop.ui.wording import thread, words

_MOST_MESSAGES = 6
SOLVABLE = frozenset({ContraryKind.UNREACHABLE, ContraryKind.ACCOUNT, ContraryKind.UNKNOWN})
"""Kinds that a person may know to be over before anything shows it. Who sent STOP has to send START."""


class Why(QObject):
    """Makes the widgets of the panel for one conversation at a time.

    Signals:
        pin_requested: the agent says what the conversation mirrors. arg: PinMapping.
        solved_requested: the agent says that what a contrary fact speaks of is over. arg: MarkSolved.
    """

    pin_requested = Signal(object)
    solved_requested = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._window: tuple[QLabel, ThreadView, Chat] | None = None

    def widgets(self, view: ThreadView, chat: Chat, now: datetime) -> list[QWidget]:
        made: list[QWidget] = [label(mapping_words(chat))]
        window, self._window = window_words(view, chat, now), None
        if window:
            made.append(told := label(window))
            self._window = told, view, chat
        made += self._contrary(view, chat, now)
        made.append(self._pin_button(view, chat))
        newest = [m for m in chat.messages if m.origin is not None][-_MOST_MESSAGES:]
        if newest:
            made.append(label("Where the newest messages here came from", muted=True))
            made += [label(message_words(m)) for m in reversed(newest)]
        return made

    def _contrary(self, view: ThreadView, chat: Chat, now: datetime) -> list[QWidget]:
        """What speaks against this chat and the direct routes, newest first; what is over is muted."""
        made: list[QWidget] = []
        known = {fact.id: (fact, chat.recovery) for fact in chat.contrary}
        for direct_route in view.direct_routes:
            direct = find_direct_situation(view.thread, direct_route, view.situations[chat.id])
            known |= {f.id: (f, direct.recovery) for f in direct.contrary if f.id not in known}
        for fact, standing in sorted(known.values(), key=lambda k: (k[0].at, k[0].id), reverse=True):
            told, over = contrary_words(fact, view, now), has_ended(fact, standing, now)
            made.append(label(f"{told} No longer counts." if over else told, muted=over))
            if not over and fact.kind in SOLVABLE:
                solved = QPushButton("Solved")
                solved.setAccessibleName(f"Solved: {told}")
                solved.setToolTip("You know that this is over; replies are no longer warned of it")
                solved.setProperty("fact", fact.id)
                solved.clicked.connect(self._on_solved)
                made.append(_beside(solved))
        if made:
            made.insert(0, label("Reported problems", muted=True))
        return made

    def _on_solved(self) -> None:
        self.solved_requested.emit(MarkSolved(self.sender().property("fact")))

    def tell(self, now: datetime) -> None:
        """The window's sentence ages; the rest of the panel holds until there are other facts."""
        if self._window is not None:
            told, view, chat = self._window
            words_now = window_words(view, chat, now)
            if words_now != told.text():
                told.setText(words_now)

    def forget(self) -> None:
        """Nobody's panel is shown any more."""
        self._window = None

    def _pin_button(self, view: ThreadView, chat: Chat) -> QPushButton:
        button = QPushButton("Change channel…")
        button.setAccessibleName("Say which channel this conversation mirrors")
        menu = QMenu(button)
        pin = view.workspace.pins.get(chat.id)
        for channel in CARRIED:
            action = self._choice(menu, f"This is {words.channel(channel)}", PinMapping(chat.id, channel))
            action.setCheckable(True)
            action.setChecked(pin is not None and pin.channel is channel)
        none = self._choice(menu, "Not mirrored: the Messenger's own", PinMapping(chat.id, None))
        none.setCheckable(True)
        none.setChecked(pin is not None and pin.channel is None)
        menu.addSeparator()
        forget = self._choice(menu, "Forget my pin", PinMapping(chat.id, None, forget=True))
        forget.setEnabled(pin is not None)
        button.setMenu(menu)
        return button

    def _choice(self, menu: QMenu, text: str, command: PinMapping) -> QAction:
        action = menu.addAction(text)
        action.setData(command)
        action.triggered.connect(self._on_chosen)
        return action

    def _on_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.pin_requested.emit(action.data())


def mapping_words(chat: Chat) -> str:
    """Which chat the conversation mirrors, how sure that is, and the evidence."""
    mapping = chat.mapping
    if mapping is None:
        own = chat.unmapped
        if own is None:
            return ""
        named = "Not known" if own.channel is ChannelKind.UNKNOWN else words.channel(own.channel)
        return f"{named} ({own.confidence} % sure). {sentence(own.reason)}"
    if not mapping.is_known:
        return f"Channel not known ({mapping.confidence} % sure). {sentence(mapping.reason)}"
    whose = "Intercom's own " if mapping.transport is Transport.NATIVE else ""
    return f"{whose}{words.channel(mapping.channel)} ({mapping.confidence} % sure). {sentence(mapping.reason)}"


def window_words(view: ThreadView, chat: Chat, now: datetime) -> str:
    """What opened the window, where there is one; the margin is named, since the clock stops before 24 hours."""
    window = chat.window
    if not window.exists:
        return ""
    said = thread.why_window(window, view.name, now)
    opener = next((m for m in view.thread.messages if m.id == window.opened_by), None)
    if opener is not None:
        text = " ".join(opener.entry.text.split()) or "a file"
        cut = f"{text[:60].rstrip()}…" if len(text) > 60 else text
        said += f" It was opened by “{cut}” ({thread.full_time(window.opened_at or opener.entry.sent_at)})."
    if window.margin is None:
        return said
    early = f"We count {int(window.margin.total_seconds())} s less than 24 h"
    name = words.channel(window.key.channel)
    if window.opened_by is not None and (opener is None or opener.provider_message is not None):
        unseen = "" if opener is not None else " Intercom does not show that message yet."
        return f"{said}{unseen} The time is {name}'s own, from its provider's list; {early} all the same."
    return f"{said} {early}, because the bridge posts later than {name}."


def _beside(button: QPushButton) -> QWidget:
    """At the beginning of its line, no wider than it needs to be."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(button)
    line.addStretch(1)
    return row


def contrary_words(fact: ContraryFact, view: ThreadView, now: datetime) -> str:
    """`Octopods reported at 14:02 that this number blocked you.`"""
    return contrary_sentence(fact, view.thread.messages, words.first_name(view.name), now)


def message_words(message: Message) -> str:
    """`14:02 · WhatsApp: Posted by the bridge …(90 % sure)`."""
    origin = message.origin
    if origin is None:
        return ""
    at = thread.clock_time(message.entry.sent_at)
    return f"{at} · {words.origin_badge(origin)}: {thread.origin_reason(origin)}"
