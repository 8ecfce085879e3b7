"""Collects events that the agent may be notified of, each once, and finds those that are over. Store's thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.history.mention import is_mentioned
from desktop.domain.model.facts import Conversation, ConversationState, EntryKind, Role
from desktop.domain.model.outgoing import State
from desktop.engine.notifications.decide import FRESH, audience, tightest_threshold
from desktop.engine.notifications.model import (
    WINDOW_THRESHOLDS,
    Audience,
    Notification,
    NotificationKind,
)
from desktop.ports import Teammate
from desktop.store import conversations, customer_rows, notified, settings
from desktop.store.core.database import Database
from desktop.store.notified import ConversationNews, NewEntry
from desktop.store.outgoing import outbox

_REPLY_KINDS = {
    State.HELD: NotificationKind.REPLY_HELD,
    State.REFUSED: NotificationKind.REPLY_REFUSED,
    State.UNCONFIRMED: NotificationKind.REPLY_UNCONFIRMED,
}
# Of several conversations, the one that concerns the agent most.
_NEAREST = (Audience.MINE, Audience.TEAM, Audience.UNASSIGNED, Audience.OTHERS)


class Collected(msgspec.Struct, frozen=True):
    """events: new ones. over: keys of earlier ones that need no notification any more. unread: of the customers that
    were asked about, those with unread messages. next_at: when the next window reaches a threshold; None if none does.
    """

    events: tuple[Notification, ...]
    over: frozenset[str]
    unread: frozenset[str]
    next_at: datetime | None


def collect(
    db: Database,
    customer_ids: frozenset[str],
    active: tuple[Notification, ...],
    audiences: frozenset[Audience],
    windows_since: datetime | None,
    now: datetime,
) -> Collected:
    """Take what is new about these customers, about windows, and about replies that wait for the agent.

    active: what is on the screen. windows_since: when thresholds were looked at last; None to look at all windows.
    """
    account = settings.account(db)
    if account is None:
        return Collected((), frozenset(), frozenset(), None)
    me = account.teammate
    news = notified.take_news(db, customer_ids, now) if customer_ids else []
    closing = customer_ids | _reaching_a_threshold(db, windows_since, now)
    asked = closing | {event.customer_id for event in active} | {each.customer_id for each in news}
    rows = customer_rows.load(db, asked)
    events = [
        *(event for each in news for event in _of_conversation(each, rows.get(each.customer_id), me, audiences, now)),
        *_of_windows(db, [rows[c] for c in sorted(closing & rows.keys())], me, audiences, now),
        *_of_replies(db, now),
    ]
    over = frozenset(event.key for event in active if _is_over(db, event, rows.get(event.customer_id), now))
    unread = _with_unread_messages(db, customer_ids, me, audiences)
    return Collected(tuple(events), over, unread, _next_threshold(db, now))


# --- unread messages -------------------------------------------------------------------------------------------------


def unread_customers(db: Database, audiences: frozenset[Audience]) -> frozenset[str]:
    """Customers who wrote last, whose message nobody has read, in an open conversation of these audiences."""
    account = settings.account(db)
    if account is None:
        return frozenset()
    asked = notified.with_open_conversations(db, account.teammate.id)
    return _with_unread_messages(db, asked, account.teammate, audiences)


def _with_unread_messages(
    db: Database, customer_ids: frozenset[str], me: Teammate, audiences: frozenset[Audience]
) -> frozenset[str]:
    return frozenset(
        each.customer_id
        for each in notified.unread_conversations(db, customer_ids)
        if audience(each.assignee_id, each.team_id, me.id, me.team_ids) in audiences
    )


# --- conversations -------------------------------------------------------------------------------------------------


def _of_conversation(
    news: ConversationNews, row: CustomerRow | None, me: Teammate, audiences: frozenset[Audience], now: datetime
) -> Iterator[Notification]:
    conversation, name = news.conversation, row.name if row is not None else ""
    is_read = row is not None and not row.unread
    is_ours = _audience(conversation, me) in audiences

    def event(kind: NotificationKind, at: datetime, text: str = "", author: str = "") -> Notification:
        return Notification(
            key=f"{kind}:{conversation.id}",
            kind=kind,
            at=at,
            customer_id=news.customer_id,
            conversation_id=conversation.id,
            name=name,
            text=text,
            author=author,
        )

    for entry in news.entries:
        text = " ".join(entry.text.split()) or ", ".join(entry.file_names)
        if _is_message(entry):
            is_answered = news.answered_at is not None and news.answered_at > entry.sent_at
            is_dealt_with = is_answered or (is_read and now - entry.sent_at > FRESH)
            if is_ours and not is_dealt_with and conversation.state is not ConversationState.CLOSED:
                yield event(NotificationKind.MESSAGE, entry.sent_at, text)
        elif entry.kind is EntryKind.NOTE:
            if entry.author_id != me.id and is_mentioned(entry.text, me.name):
                yield event(NotificationKind.MENTION, entry.sent_at, text, entry.author_name)
        elif entry.event == "timer_unsnooze" and is_ours and conversation.state is ConversationState.OPEN:
            # Our own reply would read as the customer's words.
            last_text = "" if row is None or row.last_from_us else row.last_text
            yield event(NotificationKind.SNOOZE_ENDED, entry.sent_at, last_text)
    if news.has_failures and is_ours:
        # Reports come late; what they name is when the reply was sent.
        yield event(NotificationKind.NOT_DELIVERED, now)


def _is_message(entry: NewEntry) -> bool:
    may_be_customer = entry.role in (Role.CUSTOMER, Role.UNKNOWN)
    return may_be_customer and entry.kind in (EntryKind.MESSAGE, EntryKind.UNKNOWN)


def _audience(conversation: Conversation, me: Teammate) -> Audience:
    return audience(conversation.assignee_id, conversation.team_id, me.id, me.team_ids)


# --- windows ---------------------------------------------------------------------------------------------------------


def _reaching_a_threshold(db: Database, since: datetime | None, now: datetime) -> frozenset[str]:
    if since is None or since > now:
        return notified.closing_between(db, now, now + max(WINDOW_THRESHOLDS), now)
    return frozenset().union(*(notified.closing_between(db, since + t, now + t, now) for t in WINDOW_THRESHOLDS))


def _of_windows(
    db: Database, rows: Iterable[CustomerRow], me: Teammate, audiences: frozenset[Audience], now: datetime
) -> Iterator[Notification]:
    for row in rows:
        window = row.window
        if not row.waits or window is None or window.closes_at is None:
            continue
        if window.known_from is not None and window.known_from > now:
            continue
        threshold = tightest_threshold(window.closes_at - now)
        conversation = _nearest(db, row.customer_id, me) if threshold is not None else None
        if threshold is None or conversation is None or _audience(conversation, me) not in audiences:
            continue
        if notified.take_window(db, window, threshold, now):
            yield Notification(
                key=f"{NotificationKind.WINDOW_CLOSING}:{row.customer_id}",
                kind=NotificationKind.WINDOW_CLOSING,
                at=now,
                customer_id=row.customer_id,
                conversation_id=conversation.id,
                name=row.name,
                text=row.last_text,
                closes_at=window.closes_at,
                channel=window.key.channel,
            )


def _nearest(db: Database, customer_id: str, me: Teammate) -> Conversation | None:
    """The open conversation that concerns the agent most, the newest of several."""
    of_customer = conversations.of_customer_without_entries(db, customer_id)
    opened = [c for c in of_customer if c.state is ConversationState.OPEN]
    opened.sort(key=lambda c: c.updated_at, reverse=True)
    return min(opened, key=lambda c: _NEAREST.index(_audience(c, me)), default=None)


def _next_threshold(db: Database, now: datetime) -> datetime | None:
    closings = [(notified.next_closing(db, now + threshold), threshold) for threshold in WINDOW_THRESHOLDS]
    return min((at - threshold for at, threshold in closings if at is not None), default=None)


# --- replies ---------------------------------------------------------------------------------------------------------


def _of_replies(db: Database, now: datetime) -> Iterator[Notification]:
    for customer_id, reply in notified.take_replies(db, outbox.in_states(db, notified.STATES), now):
        yield Notification(
            key=f"reply:{reply.draft_id}",
            kind=_REPLY_KINDS[reply.state],
            at=now,
            customer_id=customer_id,
            conversation_id=reply.conversation_id,
            name=customer_rows.name_of(db, customer_id),
            text=reply.text,
            draft_id=reply.draft_id,
            is_scheduled=reply.schedule is not None,
        )


# --- what is over ----------------------------------------------------------------------------------------------------


def _is_over(db: Database, event: Notification, row: CustomerRow | None, now: datetime) -> bool:
    """Whether what the agent was notified of is done, here or elsewhere."""
    if event.draft_id:
        reply = outbox.load(db, event.draft_id)
        return reply is None or reply.is_done or _REPLY_KINDS.get(reply.state) is not event.kind
    if event.kind is NotificationKind.SUMMARY:
        return False
    if row is None:
        return True
    if event.kind is NotificationKind.MESSAGE:
        return not row.unread or row.last_from_us
    if event.kind is NotificationKind.WINDOW_CLOSING:
        closes_at = row.window.closes_at if row.window is not None else None
        return not row.waits or closes_at != event.closes_at or event.closes_at is None or event.closes_at <= now
    return False
