"""Carries out commands and answers each of them. The agent's actions reach store and providers only through here."""

from __future__ import annotations

import logging
from collections.abc import Callable

from desktop.domain.model.command_reason import CommandReason
from desktop.engine.commands import (
    Answer,
    ChangeSeveral,
    Command,
    ContactChange,
    ConversationChange,
    CustomerCommand,
    Failed,
    ReplyCommand,
    SettingsCommand,
    UndoChanges,
    failed,
)
from desktop.engine.customer.contact_changes import ContactChanges
from desktop.engine.handlers.customers import CustomerHandler
from desktop.engine.handlers.replies import ReplyHandler
from desktop.engine.handlers.screen import ScreenHandler
from desktop.engine.handlers.settings import SettingsHandler
from desktop.engine.outbox.conversation.changes import ConversationChanges
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.tasks import Tasks
from desktop.ports import ProviderError
from desktop.store.core.errors import KnownError

log = logging.getLogger(__name__)


class CommandHandler:
    """Passes each command to the handler of its kind. Loop's thread; each store step is one transaction."""

    def __init__(
        self,
        tasks: Tasks,
        connection: ConnectionMonitor,
        replies: ReplyHandler,
        conversation_changes: ConversationChanges,
        contact_changes: ContactChanges,
        customers: CustomerHandler,
        settings: SettingsHandler,
        screen: ScreenHandler,
    ) -> None:
        self._tasks = tasks
        self._connection = connection
        self._replies = replies
        self._conversation_changes = conversation_changes
        self._contact_changes = contact_changes
        self._customers = customers
        self._settings = settings
        self._screen = screen
        self._closed = False

    def submit(self, command: Command, then: Callable[[Answer], None] | None = None) -> None:
        """Carry out a command in a task; `then` gets the answer, unless the engine is closing."""
        self._tasks.start(self.do(command), type(command).__name__, then)

    def close(self) -> None:
        """Refuse every further command."""
        self._closed = True

    async def do(self, command: Command) -> Answer:
        """The command boundary: raises only CancelledError. With `Failed`, nothing was changed."""
        if self._closed:
            return failed(CommandReason.CLOSING)
        try:
            return await self._carry_out(command)
        except ProviderError as error:
            self._connection.check_signed_out(error)
            return Failed(error.reason)
        except KnownError as cause:
            return Failed(cause.reason)
        except Exception:
            log.exception("command %s broke", type(command).__name__)
            return failed(CommandReason.COMMAND_BROKE)

    async def _carry_out(self, command: Command) -> Answer:
        if isinstance(command, ReplyCommand):
            return await self._replies.carry_out(command)
        if isinstance(command, ConversationChange):
            return await self._conversation_changes.make(command)
        if isinstance(command, ChangeSeveral):
            return await self._conversation_changes.make_all(command.changes)
        if isinstance(command, UndoChanges):
            return await self._conversation_changes.undo(command.made, command.undo)
        if isinstance(command, ContactChange):
            return await self._contact_changes.make(command)
        if isinstance(command, CustomerCommand):
            return await self._customers.carry_out(command)
        if isinstance(command, SettingsCommand):
            return await self._settings.carry_out(command)
        return await self._screen.carry_out(command)
