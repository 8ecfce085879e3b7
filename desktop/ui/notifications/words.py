"""The texts and buttons of desktop notifications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from desktop.engine.notifications.model import REPLY_KINDS, Notification, NotificationKind
from desktop.ports import DesktopNotification
from desktop.text.catalog import Text
from desktop.text.formats import clock_time, span
from desktop.text.names import channel_label, display_name, full_name
from desktop.text.screens import notifications as texts

REPLY, SNOOZE, OPEN = "reply", "snooze", "open"
"""Names of actions."""

_LABELS = {REPLY: texts.REPLY, SNOOZE: texts.SNOOZE, OPEN: texts.OPEN}
_ACTIONS: Mapping[NotificationKind, tuple[str, ...]] = {
    NotificationKind.MESSAGE: (REPLY, SNOOZE, OPEN),
    NotificationKind.WINDOW_CLOSING: (REPLY, SNOOZE, OPEN),
    NotificationKind.SNOOZE_ENDED: (REPLY, SNOOZE, OPEN),
}
_OF_REPLIES: Mapping[NotificationKind, tuple[Text, Text]] = {
    NotificationKind.REPLY_HELD: (texts.HELD_TITLE, texts.HELD_BODY),
    NotificationKind.REPLY_REFUSED: (texts.REFUSED_TITLE, texts.REFUSED_BODY),
    NotificationKind.REPLY_UNCONFIRMED: (texts.UNCONFIRMED_TITLE, texts.UNCONFIRMED_BODY),
    NotificationKind.NOT_DELIVERED: (texts.NOT_DELIVERED_TITLE, texts.NOT_DELIVERED_BODY),
}
_MINUTE = timedelta(minutes=1)
_URGENT_FROM = timedelta(minutes=10)
"""Time left of a window from which it stays on the desktop until somebody reacts."""


def describe_notification(event: Notification, now: datetime, *, shows_text: bool) -> DesktopNotification:
    """shows_text: whether customers' words and notes may be read on the desktop."""
    title, body = _title_and_body(event, now, event.text if shows_text else "")
    actions = tuple((name, _LABELS[name]()) for name in _ACTIONS.get(event.kind, (OPEN,)))
    is_urgent = event.closes_at is not None and event.closes_at - now <= _URGENT_FROM
    return DesktopNotification(event.key, title, body, actions, is_urgent or event.kind in REPLY_KINDS)


def _title_and_body(event: Notification, now: datetime, text: str) -> tuple[str, str]:
    name = full_name(event.name)
    if event.kind in _OF_REPLIES:
        of_reply, explanation = _OF_REPLIES[event.kind]
        if event.is_scheduled and event.kind is NotificationKind.REPLY_HELD:
            explanation = texts.HELD_SCHEDULED_BODY
        return of_reply(name=name), explanation()
    match event.kind:
        case NotificationKind.WINDOW_CLOSING:
            closes_at = event.closes_at or now
            channel = channel_label(event.channel)
            # It is shown moments after the threshold: "2 h left", not "1 h 59 min left".
            left = round((closes_at - now) / _MINUTE) * _MINUTE
            title = texts.WINDOW_TITLE(span=span(left), name=name)
            return title, texts.WINDOW_BODY(channel=channel, time=clock_time(closes_at), name=name)
        case NotificationKind.MENTION:
            about = texts.MENTION_BODY(name=name, text=text) if text else texts.MENTION_ABOUT(name=name)
            return texts.MENTION_TITLE(author=full_name(event.author)), about
        case NotificationKind.SNOOZE_ENDED:
            return texts.SNOOZE_TITLE(name=name), text or texts.SNOOZE_BODY()
        case NotificationKind.SUMMARY:
            return texts.SUMMARY_TITLE(), _summary(event.counts)
    return display_name(event.name), text or texts.NEW_MESSAGE()


def _summary(counts: Mapping[NotificationKind, int]) -> str:
    replies = sum(counts.get(kind, 0) for kind in REPLY_KINDS)
    sentences = (
        (texts.SUMMARY_WINDOWS, counts.get(NotificationKind.WINDOW_CLOSING, 0)),
        (texts.SUMMARY_REPLIES, replies),
        (texts.SUMMARY_MESSAGES, counts.get(NotificationKind.MESSAGE, 0)),
        (texts.SUMMARY_MENTIONS, counts.get(NotificationKind.MENTION, 0)),
        (texts.SUMMARY_SNOOZES, counts.get(NotificationKind.SNOOZE_ENDED, 0)),
    )
    return "\n".join(sentence(count) for sentence, count in sentences if count)
