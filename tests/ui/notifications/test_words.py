"""The words of each notification, its buttons, and what stays until somebody reacts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtGui import QGuiApplication

from desktop.domain.model.facts import ChannelKind
from desktop.engine.notifications.model import Notification, NotificationKind
from desktop.ui.look.app_icon import app_icon
from desktop.ui.notifications.words import describe_notification

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ANSWER = ("Reply", "Snooze 1 h", "Open")
OPEN = ("Open",)


def event(kind: NotificationKind, **more: object) -> Notification:
    given = {"key": "k", "kind": kind, "at": NOW, "name": "Jennifer Okafor", "text": "Where is it?"}
    return Notification(**(given | more))  # type: ignore[arg-type]


def closing(minutes: int) -> Notification:
    closes_at = NOW + timedelta(minutes=minutes)
    return event(NotificationKind.WINDOW_CLOSING, closes_at=closes_at, channel=ChannelKind.WHATSAPP)


@pytest.mark.parametrize(
    ("shown", "title", "body", "buttons"),
    [
        (event(NotificationKind.MESSAGE), "Jennifer Okafor", "Where is it?", ANSWER),
        (
            closing(30),
            "30 min left to reply to Jennifer Okafor",
            "WhatsApp closes at 14:30. Jennifer Okafor is waiting for a reply.",
            ANSWER,
        ),
        (
            event(NotificationKind.MENTION, author="Bob"),
            "Bob mentioned you",
            "About Jennifer Okafor: Where is it?",
            OPEN,
        ),
        (event(NotificationKind.SNOOZE_ENDED), "Snooze ended: Jennifer Okafor", "Where is it?", ANSWER),
        (
            event(NotificationKind.REPLY_HELD),
            "Your reply to Jennifer Okafor is waiting for you",
            "Something changed after you pressed Send. Check where your reply arrives, then send it.",
            OPEN,
        ),
        (
            event(NotificationKind.SUMMARY, counts={NotificationKind.MESSAGE: 12, NotificationKind.REPLY_HELD: 1}),
            "New in your inbox",
            "1 reply needs your attention.\n12 customers wrote.",
            OPEN,
        ),
    ],
)
def test_a_notification_has_this_title_text_and_buttons(
    shown: Notification, title: str, body: str, buttons: tuple[str, ...]
) -> None:
    described = describe_notification(shown, NOW, shows_text=True)
    assert (described.title, described.body) == (title, body)
    assert tuple(label for _, label in described.actions) == buttons


@pytest.mark.parametrize("kind", list(NotificationKind))
def test_no_words_of_customers_or_notes_where_they_stay_hidden(kind: NotificationKind) -> None:
    described = describe_notification(event(kind, text="My secret"), NOW, shows_text=False)
    assert "secret" not in f"{described.title} {described.body}"
    assert described.title


def test_only_the_last_minutes_and_ones_own_replies_stay() -> None:
    assert [describe_notification(closing(left), NOW, shows_text=True).is_urgent for left in (120, 30, 10)] == [
        False,
        False,
        True,
    ]
    assert describe_notification(event(NotificationKind.REPLY_REFUSED), NOW, shows_text=True).is_urgent


def test_the_count_is_on_the_icon_in_every_size(qapp: QGuiApplication) -> None:
    plain, counted, many = app_icon(), app_icon(3), app_icon(240)
    assert plain.availableSizes() == counted.availableSizes()
    for size in plain.availableSizes():
        images = [icon.pixmap(size).toImage() for icon in (plain, counted, many)]
        assert not images[0].isNull()
        assert images[0] != images[1]


def test_the_time_left_is_told_to_the_nearest_minute() -> None:
    moments_later = NOW + timedelta(seconds=2)
    assert describe_notification(closing(120), moments_later, shows_text=True).title.startswith("2 h left")
    assert describe_notification(closing(10), moments_later, shows_text=True).title.startswith("10 min left")
    assert describe_notification(closing(10), NOW + timedelta(seconds=40), shows_text=True).title.startswith("9 min")
