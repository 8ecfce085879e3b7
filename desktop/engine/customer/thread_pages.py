"""A customer's whole thread in pages, newest first, at a cost in memory that depends on the page. Runs on the store's
thread.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from desktop.domain.history.older_messages import without_messages
from desktop.domain.history.thread import Message, Thread
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace
from desktop.engine.sync.thread_loader import load_older, load_with_conversations
from desktop.store import contacts, settings
from desktop.store.core.database import Database

PAGE = 200


@frozen
class ThreadPage:
    """Messages that follow each other, oldest first.

    thread: everything of the customer besides messages; of these the page's alone.
    older_count: how many more are stored. assignees: as in `ThreadView`.
    """

    thread: Thread
    older_count: int
    assignees: dict[str, str]

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.thread.messages


def load_page(
    db: Database, customer_id: str, now: datetime, signed_in: bool, before: ThreadPage | None, size: int = PAGE
) -> ThreadPage | None:
    """The newest page, or the one before another; None for an unknown customer, and where nothing is older.

    Where something has changed since the page before, all that is older is one page: pages must not repeat or miss
    a message.
    """
    customer_id = contacts.resolve_customer(db, customer_id)
    if not contacts.of_customer(db, customer_id) or (before is not None and not before.older_count):
        return None
    workspace = replace(settings.load(db), signed_in=signed_in)
    if before is None:
        thread = load_with_conversations(db, customer_id, workspace, now, size, None).thread
        return _page(db, thread, thread.messages, thread.older_count)
    return _before(db, customer_id, workspace, now, before, size)


def _before(
    db: Database, customer_id: str, workspace: Workspace, now: datetime, page: ThreadPage, size: int
) -> ThreadPage:
    # Those of the page's first instant, so that what is loaded before it can be told from them.
    first_at = page.messages[0].entry.sent_at
    kept = tuple(m for m in page.messages if m.entry.sent_at == first_at)
    newer = page.thread.older_count - page.older_count + len(page.messages) - len(kept)
    pruned = replace(page.thread, messages=kept, older_count=page.older_count + newer)
    loaded = load_older(db, customer_id, workspace, now, pruned, len(kept) + size, None)
    if loaded is not None:
        return _page(db, loaded, loaded.messages[: -len(kept)], loaded.older_count - newer)
    whole = load_with_conversations(db, customer_id, workspace, now, None).thread
    first = page.messages[0].entry.order
    return _page(db, whole, tuple(m for m in whole.messages if m.entry.order < first), 0)


def _page(db: Database, thread: Thread, messages: tuple[Message, ...], older_count: int) -> ThreadPage:
    chats = tuple(map(without_messages, thread.chats))
    # Of all the customer's messages, so many are not in this page.
    missing = thread.older_count + len(thread.messages) - len(messages)
    kept = replace(thread, chats=chats, messages=messages, earlier=(), older_count=missing)
    names = {
        **{f"teammate:{t.id}": t.name for t in settings.teammates(db)},
        **{f"team:{t.id}": t.name for t in settings.teams(db)},
    }
    return ThreadPage(kept, older_count, names)
