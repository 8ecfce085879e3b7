"""The evidence section: why a conversation has its channel, window and origins, and reported problems."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.domain.bridge.carried_channels import CARRIED
from desktop.domain.contrary import ContraryFact, ContraryKind, has_ended
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.history.thread import Chat, Message
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Pin
from desktop.domain.window.window import Window
from desktop.engine.commands import MarkSolved, PinMapping
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.formats import full_time, whole_words
from desktop.text.names import channel_label, channel_name, first_name
from desktop.text.reasons.contrary import contrary_sentence
from desktop.text.screens import details as texts
from desktop.text.thread.window import margin_text, window_explanation
from desktop.ui.details.sections import Part, paragraph, part
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Paragraph

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

    def parts(self, view: ThreadView, chat: Chat, ticker: Ticker) -> list[Part]:
        parts = [part(paragraph, texts.mapping_sentences(chat.mapping, chat.unmapped))]
        if chat.window.exists:
            parts.append(part(WindowSentences, chat.window, view.name, find_opener(view, chat.window), ticker))
        parts += self._contrary(view, chat, ticker.now())
        parts.append(part(self._pin_button, chat.id, view.workspace.pins.get(chat.id)))
        newest = islice((m for m in reversed(chat.messages) if m.origin is not None), _MAX_MESSAGES)
        latest = [part(paragraph, texts.origin_sentences(m.origin, m.entry.sent_at)) for m in newest if m.origin]
        return [*parts, part(paragraph, texts.LATEST_MESSAGES(), muted=True), *latest] if latest else parts

    def _contrary(self, view: ThreadView, chat: Chat, now: datetime) -> list[Part]:
        """Return the reported problems of the conversation and the direct routes, newest first."""
        parts: list[Part] = []
        known = {fact.id: (fact, chat.recovery) for fact in chat.contrary}
        for direct_route in view.direct_routes:
            direct = find_direct_situation(view.thread, direct_route, view.situations[chat.id])
            known |= {f.id: (f, direct.recovery) for f in direct.contrary if f.id not in known}
        for fact, recovery in sorted(known.values(), key=lambda k: (k[0].at, k[0].id), reverse=True):
            text, over = contrary_text(fact, view, now), has_ended(fact, recovery, now)
            parts.append(part(paragraph, f"{text} {texts.NO_LONGER_APPLIES()}" if over else text, muted=over))
            if not over and fact.kind in SOLVABLE:
                parts.append(part(self._solved_button, fact.id, text))
        return [part(paragraph, texts.REPORTED_PROBLEMS(), muted=True), *parts] if parts else []

    def _solved_button(self, fact_id: str, problem: str) -> QWidget:
        solved = QPushButton(texts.SOLVED())
        solved.setAccessibleName(strip_isolates(texts.ACCESSIBLE_SOLVED(problem=problem)))
        solved.setToolTip(texts.SOLVED_TIP())
        solved.setProperty("fact", fact_id)
        solved.clicked.connect(self._on_solved)
        return _left_aligned(solved)

    def _on_solved(self) -> None:
        self.solved_requested.emit(MarkSolved(self.sender().property("fact")))

    def _pin_button(self, conversation_id: str, pin: Pin | None) -> QPushButton:
        button = QPushButton(texts.CHANGE_CHANNEL())
        button.setAccessibleName(texts.ACCESSIBLE_CHANGE_CHANNEL())
        menu = QMenu(button)
        for channel in CARRIED:
            action = self._add_pin_action(menu, channel_label(channel), PinMapping(conversation_id, channel))
            action.setCheckable(True)
            action.setChecked(pin is not None and pin.channel is channel)
        none = self._add_pin_action(menu, channel_label(ChannelKind.MESSENGER), PinMapping(conversation_id, None))
        none.setCheckable(True)
        none.setChecked(pin is not None and pin.channel is None)
        menu.addSeparator()
        forget = self._add_pin_action(menu, texts.SET_AUTOMATICALLY(), PinMapping(conversation_id, None, forget=True))
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


class WindowSentences(Paragraph):
    """What opened a window and how much earlier than 24 hours we close it; the first sentence changes with time."""

    def __init__(self, window: Window, customer_name: str, opener: Message | None, ticker: Ticker) -> None:
        super().__init__(can_shrink=True)
        self._window, self._customer_name, self._opener, self._ticker = window, customer_name, opener, ticker
        self._show(ticker.now())
        ticker.ticked.connect(self._on_tick)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_tick(self._ticker.now())

    def _on_tick(self, now: datetime) -> None:
        if self.isVisible():
            self._show(now)

    def _show(self, now: datetime) -> None:
        text = window_sentences(self._window, self._customer_name, self._opener, now)
        if text != self.text():
            with whole_words():
                spoken = window_sentences(self._window, self._customer_name, self._opener, now)
            self.setText(text, spoken)


def find_opener(view: ThreadView, window: Window) -> Message | None:
    """Return the message that opened the window; None where it is not loaded, or only the provider lists it."""
    return next((m for m in reversed(view.thread.loaded) if m.id == window.opened_by), None)


def window_sentences(window: Window, customer_name: str, opener: Message | None, now: datetime) -> str:
    """Return what opened a window and how much earlier than 24 hours we close it. opener: as `find_opener` has it."""
    sentences = [window_explanation(window, customer_name, now)]
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
