"""The evidence section: why a conversation has its channel, window and origins, and reported problems."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget

from desktop.domain.bridge.carried_channels import CARRIED
from desktop.domain.contrary import ContraryFact, ContraryKind, has_ended
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.history.thread import Chat
from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import MarkSolved, PinMapping
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.formats import full_time
from desktop.text.names import channel_label, channel_name, first_name
from desktop.text.reasons.contrary import contrary_sentence
from desktop.text.screens import details as texts
from desktop.text.thread.window import margin_text, window_explanation
from desktop.ui.details.sections import paragraph
from desktop.ui.widgets import layouts

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
        widgets: list[QWidget] = [paragraph(texts.mapping_sentences(chat.mapping, chat.unmapped))]
        window, self._window = window_text(view, chat, now), None
        if window:
            window_label = paragraph(window)
            widgets.append(window_label)
            self._window = window_label, view, chat
        widgets += self._contrary(view, chat, now)
        widgets.append(self._pin_button(view, chat))
        newest = [(m.origin, m.entry.sent_at) for m in chat.messages if m.origin is not None][-_MAX_MESSAGES:]
        if newest:
            widgets.append(paragraph(texts.LATEST_MESSAGES(), muted=True))
            widgets += [paragraph(texts.origin_sentences(origin, at)) for origin, at in reversed(newest)]
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
            widgets.append(paragraph(f"{text} {texts.NO_LONGER_APPLIES()}" if over else text, muted=over))
            if not over and fact.kind in SOLVABLE:
                solved = QPushButton(texts.SOLVED())
                solved.setAccessibleName(strip_isolates(texts.ACCESSIBLE_SOLVED(problem=text)))
                solved.setToolTip(texts.SOLVED_TIP())
                solved.setProperty("fact", fact.id)
                solved.clicked.connect(self._on_solved)
                widgets.append(_left_aligned(solved))
        if widgets:
            widgets.insert(0, paragraph(texts.REPORTED_PROBLEMS(), muted=True))
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
        button = QPushButton(texts.CHANGE_CHANNEL())
        button.setAccessibleName(texts.ACCESSIBLE_CHANGE_CHANNEL())
        menu = QMenu(button)
        pin = view.workspace.pins.get(chat.id)
        for channel in CARRIED:
            action = self._add_pin_action(menu, channel_label(channel), PinMapping(chat.id, channel))
            action.setCheckable(True)
            action.setChecked(pin is not None and pin.channel is channel)
        none = self._add_pin_action(menu, channel_label(ChannelKind.MESSENGER), PinMapping(chat.id, None))
        none.setCheckable(True)
        none.setChecked(pin is not None and pin.channel is None)
        menu.addSeparator()
        forget = self._add_pin_action(menu, texts.SET_AUTOMATICALLY(), PinMapping(chat.id, None, forget=True))
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


def window_text(view: ThreadView, chat: Chat, now: datetime) -> str:
    """Return what opened the window and how much earlier than 24 hours we close it; "" without a window."""
    window = chat.window
    if not window.exists:
        return ""
    sentences = [window_explanation(window, view.name, now)]
    opener = next((m for m in view.thread.loaded if m.id == window.opened_by), None)
    if opener is not None:
        quote, time = " ".join(opener.entry.text.split()), full_time(window.opened_at or opener.entry.sent_at)
        quote = f"{quote[:60].rstrip()}…" if len(quote) > 60 else quote
        sentences.append((texts.OPENED_BY if quote else texts.OPENED_BY_FILE)(message=quote, time=time))
    if window.margin is None:
        return " ".join(sentences)
    entry = texts.MARGIN_FOR_OCTOPODS
    if window.opened_by is not None and (opener is None or opener.provider_message is not None):
        entry = texts.MARGIN
        if opener is None:
            sentences.append(texts.NOT_IN_INTERCOM())
    sentences.append(entry(channel=channel_name(window.key.channel), margin=margin_text(window.margin)))
    return " ".join(sentences)


def _left_aligned(button: QPushButton) -> QWidget:
    """Return the button in a row, as wide as its text."""
    row = QWidget()
    layouts.row(button, "stretch", parent=row)
    return row


def contrary_text(fact: ContraryFact, view: ThreadView, now: datetime) -> str:
    """Return for example `Octopods reported at 14:02 that this number blocked you.`"""
    return contrary_sentence(fact, view.thread.loaded, first_name(view.name), now)
