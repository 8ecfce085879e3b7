"""Carries out what follows from where the agent looks: what is read next, and what the team is told of it."""

from __future__ import annotations

from typing import assert_never

from desktop.engine.commands import (
    Answer,
    CancelFirstSync,
    Done,
    Failed,
    FocusCustomer,
    RefreshTemplates,
    ScreenCommand,
    SetTyping,
    SetVisibleCustomers,
    SyncNow,
)
from desktop.engine.outbox.worker import Outbox
from desktop.engine.sync.older_conversations import OlderConversations
from desktop.engine.sync.open_conversation import OpenConversation
from desktop.engine.sync.poller import Poller
from desktop.engine.sync.team.team_sync import TeamSync
from desktop.engine.templates import Templates
from desktop.store import contacts, conversations, settings, sync_queue
from desktop.store.core.database import Database, Store

OPENED_AT_ONCE = 20
"""Older conversations that are read when their customer is opened."""


class ScreenHandler:
    """Loop's thread. team: None for a desktop that is in none."""

    def __init__(
        self,
        store: Store,
        poller: Poller,
        older_conversations: OlderConversations,
        open_conversation: OpenConversation,
        outbox: Outbox,
        templates: Templates,
        team: TeamSync | None,
    ) -> None:
        self._store = store
        self._poller = poller
        self._older_conversations = older_conversations
        self._open_conversation = open_conversation
        self._outbox = outbox
        self._templates = templates
        self._team = team

    async def carry_out(self, command: ScreenCommand) -> Answer:
        match command:
            case FocusCustomer():
                await self._focus(command)
            case SetTyping(conversation_id, is_typing):
                if self._team is not None:
                    self._team.presence.set_typing(conversation_id, is_typing=is_typing)
            case SetVisibleCustomers(customer_ids):
                if self._team is not None:
                    self._team.presence.watch_customers(customer_ids)
            case RefreshTemplates(key, again):
                error = await self._templates.refresh(key, again=again)
                if error:
                    return Failed(error)
            case SyncNow():
                self._poller.wake()
                self._outbox.wake()
                if self._team is not None:
                    self._team.wake()
            case CancelFirstSync():
                self._poller.cancel_first_sync()
                await self._older_conversations.cancel()
            case _:
                assert_never(command)
        return Done()

    async def _focus(self, command: FocusCustomer) -> None:
        if command.customer_id is not None:
            await self._store.write(settings.save_last_customer, command.customer_id)
        conversation_id = command.conversation_id
        if conversation_id is None and command.customer_id is not None:
            conversation_id = await self._store.read(_conversation_to_watch, command.customer_id)
        self._open_conversation.watch(conversation_id, command.visible)
        if self._team is not None:
            self._team.presence.open(conversation_id, command.visible)
        if conversation_id is not None and await self._store.write(
            sync_queue.add_unread_of_customer, conversation_id, OPENED_AT_ONCE
        ):
            self._poller.wake()


def _conversation_to_watch(db: Database, customer_id: str) -> str | None:
    return conversations.newest_open(db, contacts.resolve_customer(db, customer_id))
