"""Corrections by the agent with Undo (channel, identity), merging customers, and forgetting a customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.bridge.carried_channels import CARRIED
from desktop.domain.history.thread import Chat
from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import (
    Answer,
    DecideIdentity,
    Failed,
    ForgetCustomer,
    MarkSolved,
    PinMapping,
    SetMessageChannel,
)
from desktop.engine.protocols import Submit
from desktop.engine.views import FoundCustomer, ThreadView
from desktop.text.names import channel_label, full_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import inbox as texts
from desktop.text.thread.pane import SET_AUTOMATICALLY
from desktop.ui.commands.palette import CommandPalette, PaletteEntry
from desktop.ui.inbox.actions.undo import UndoableCommands
from desktop.ui.inbox.customer_finder import CustomerFinder
from desktop.ui.inbox.palette_entries import customer_entry
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.choice_popup import Choice, ChoicePopup
from desktop.ui.widgets.confirm_sheet import ConfirmSheet
from desktop.ui.widgets.toast import Toast


class IdentityActions(QObject):
    """Submits what the agent says about customers, conversations and messages.

    chooser: the palette in which the other customer of a merge is chosen.

    Signals:
        forgotten: this customer's data has been removed. arg: the customer's id.
    """

    forgotten = Signal(str)

    def __init__(
        self,
        submit: Submit,
        commands: UndoableCommands,
        finder: CustomerFinder,
        theme: Theme,
        question: ConfirmSheet,
        toast: Toast,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._submit, self._commands, self._question, self._toast = submit, commands, question, toast
        self._finder, self._theme, self._window = finder, theme, window
        self._view: ThreadView | None = None
        self._contact_id = ""

    @cached_property
    def chooser(self) -> CommandPalette:
        chooser = CommandPalette(self._theme, self._window, texts.MERGE_WITH())
        chooser.chosen.connect(self._on_chosen)
        return chooser

    def show(self, view: ThreadView | None) -> None:
        """Set the customer on the screen."""
        self._view = view

    def pin(self, command: PinMapping) -> None:
        """Set which channel a conversation mirrors; Undo restores the earlier pin, or none."""
        previous = self._view.workspace.pins.get(command.conversation_id) if self._view is not None else None
        undo = PinMapping(command.conversation_id, previous.channel if previous else None, forget=previous is None)
        if command.forget:
            done_text = texts.CONVERSATION_CHANNEL_RESET()
        else:
            channel = channel_label(command.channel or ChannelKind.MESSENGER)
            done_text = texts.CONVERSATION_CHANNEL_SET(channel=channel)
        self._commands.submit(command, undo, done_text)

    def choose_channel(self, view: ThreadView, chat: Chat, popup: ChoicePopup, at: QPoint) -> None:
        """Open the list of channels that the conversation may mirror. at: global position."""
        pin = view.workspace.pins.get(chat.id)
        channels = (*CARRIED, ChannelKind.MESSENGER)
        pinned = (pin.channel or ChannelKind.MESSENGER) if pin is not None else None
        choices = [Choice(channel.value, channel_label(channel), channel is pinned) for channel in channels]
        choices.append(Choice("", SET_AUTOMATICALLY(), pin is None))

        def on_chosen(key: str) -> None:
            channel = ChannelKind(key) if key and key != ChannelKind.MESSENGER else None
            self.pin(PinMapping(chat.id, channel, forget=not key))

        popup.open_at(at, texts.CHANGE_CHANNEL(), choices, on_chosen)

    def mark_solved(self, command: MarkSolved) -> None:
        """Mark a reported problem as solved."""
        undo = MarkSolved(command.fact_id, solved=False)
        self._commands.submit(command, undo, texts.SOLVED())

    def set_message_channel(self, command: SetMessageChannel) -> None:
        """Set the channel a message came from; Undo restores the earlier setting, or none."""
        message_channels = self._view.workspace.message_channels if self._view is not None else {}
        previous = message_channels.get((command.conversation_id, command.entry_id))
        undo = SetMessageChannel(command.conversation_id, command.entry_id, previous)
        if command.channel is None:
            done_text = texts.MESSAGE_CHANNEL_RESET()
        else:
            done_text = texts.MESSAGE_CHANNEL_SET(channel=channel_label(command.channel))
        self._commands.submit(command, undo, done_text)

    def choose_duplicate(self, contact_id: str = "") -> None:
        """Open the palette to choose a customer to merge with the shown one. contact_id: one of the shown customer's
        contacts, "" for the first."""
        view = self._view
        if view is None or not view.thread.contacts:
            return
        self._contact_id = contact_id or view.thread.contacts[0].id
        self.chooser.open_with(find=partial(self._find_others, view.customer_id))

    def _find_others(self, customer_id: str, query: str, then: Callable[[Iterable[PaletteEntry]], None]) -> None:
        """Find customers other than this one."""

        def on_found(found: tuple[FoundCustomer, ...]) -> None:
            others = (f for f in found if f.row.customer_id != customer_id)
            then(customer_entry(f, query, f.row.last_text or channel_label(f.row.last_channel)) for f in others)

        self._finder.find(query, on_found)

    def ask_to_forget(self, customer_id: str = "") -> None:
        """Ask before this customer's data is removed. customer_id: "" for the shown customer."""
        view = self._view
        if view is None:
            return
        name, customer_id = full_name(view.name), customer_id or view.customer_id
        self._question.ask(
            texts.DELETE_DATA_TITLE(name=name),
            texts.DELETE_DATA_TEXT(name=name),
            texts.DELETE_DATA(),
            partial(self._submit, ForgetCustomer(customer_id), partial(self._on_forgotten, customer_id)),
        )

    def _on_chosen(self, entry: PaletteEntry) -> None:
        decision = IdentityDecision(self._contact_id, entry.key, same=True)
        name = full_name(self._view.name if self._view is not None else "")
        done_text = texts.MERGED(name=name, other=entry.title)
        self._commands.submit(DecideIdentity((decision,)), DecideIdentity(revoked=(decision,)), done_text)

    def _on_forgotten(self, customer_id: str, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._toast.show_message(describe(answer.reason))
            return
        self.forgotten.emit(customer_id)
        self._toast.show_message(texts.DATA_DELETED())
