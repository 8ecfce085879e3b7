"""Carries out what the agent does with replies, from the draft to one that was sent."""

from __future__ import annotations

import uuid
from dataclasses import replace

from desktop.domain.model.command_reason import CommandReason
from desktop.engine.changes import Feed
from desktop.engine.commands import (
    Answer,
    CarryOutActions,
    Done,
    EditPending,
    ReplyCommand,
    Reschedule,
    ResolvePending,
    SaveDraft,
    SendDirect,
    SendReaction,
    SendReply,
    StartConversation,
    failed,
)
from desktop.engine.outbox import schedule_steps, steps
from desktop.engine.outbox.beginning import Beginnings
from desktop.engine.outbox.conversation.after_sending import AfterSending
from desktop.engine.outbox.reacting import Reacting
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.outbox.worker import Outbox
from desktop.engine.sync.connection_monitor import ConnectionMonitor
from desktop.engine.sync.team.team_sync import TeamSync
from desktop.ports import Clock
from desktop.store.core.database import Store


class ReplyHandler:
    """Each command is one transaction; the outbox is woken when there may be something to send. Loop's thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        feed: Feed,
        connection: ConnectionMonitor,
        outbox: Outbox,
        reacting: Reacting,
        beginnings: Beginnings,
        after_sending: AfterSending,
        team: TeamSync | None,
    ) -> None:
        """team: None for a desktop that is in none."""
        self._store = store
        self._clock = clock
        self._feed = feed
        self._connection = connection
        self._outbox = outbox
        self._reacting = reacting
        self._beginnings = beginnings
        self._after_sending = after_sending
        self._team = team

    async def carry_out(self, command: ReplyCommand) -> Answer:
        write = self._store.write
        match command:
            case SaveDraft():
                return self._answer(await write(steps.save_draft, command))
            case SendReply() | SendDirect():
                if self._team is not None:
                    self._team.presence.set_typing(command.conversation_id, is_typing=False)
                return self._answer_and_send(await write(steps.queue_reply, command, self._runtime_state()))
            case SendReaction():
                return await self._reacting.react(command, self._runtime_state())
            case CarryOutActions(draft_id):
                return await self._after_sending.carry_out(draft_id)
            case StartConversation():
                return self._answer_and_send(await self._beginnings.start(command, self._runtime_state()))
            case ResolvePending(draft_id):
                if command.cancel and not await self._outbox.stop_upload(draft_id):
                    return failed(CommandReason.NOT_CANCELLABLE)
                return self._answer_and_send(await write(steps.resolve_pending, command, self._runtime_state()))
            case Reschedule():
                return self._answer_and_send(await write(schedule_steps.reschedule, command, self._runtime_state()))
            case EditPending():
                return self._answer(await write(steps.edit_pending, command, self._clock.now(), uuid.uuid4().hex))

    def _runtime_state(self) -> RuntimeState:
        return replace(self._outbox.runtime_state(), is_offline=self._connection.is_offline)

    def _answer(self, step: steps.Step) -> Answer:
        self._feed.publish(step.changes)
        return step.answer

    def _answer_and_send(self, step: steps.Step) -> Answer:
        if isinstance(step.answer, Done):
            self._outbox.wake()
        return self._answer(step)
