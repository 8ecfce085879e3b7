"""The searchable fields of conversations and contacts with their types and getters.

The tables are those of Intercom's published description 2.16, `POST /conversations/search` and `/contacts/search`.
Fields of features that the sandbox does not have (AI agent, segments, locations) exist and are empty.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Literal

from desktop.sandbox.intercom.records import Contact, Conversation, Workspace

Kind = Literal["text", "full_text", "number", "time", "day", "flag", "ids", "tag"]
Fields = dict[str, tuple[Kind, Callable[[Any], Any]]]

_STATISTIC_TIMES = (
    "first_contact_reply_at",
    "first_assignment_at",
    "first_admin_reply_at",
    "first_close_at",
    "last_assignment_at",
    "last_assignment_admin_reply_at",
    "last_contact_reply_at",
    "last_admin_reply_at",
    "last_close_at",
)
_STATISTIC_NUMBERS = (
    "time_to_assignment",
    "time_to_admin_reply",
    "time_to_first_close",
    "time_to_last_close",
    "median_time_to_reply",
    "count_reopens",
    "count_assignments",
    "count_conversation_parts",
)
_AI_TEXTS = ("resolution_state", "last_answer_type", "rating_remark", "source_type", "source_title")
_CONTACT_DATES = ("created_at", "updated_at", "signed_up_at", "last_seen_at", "last_contacted_at", "last_replied_at")
_DEVICE_TEXTS = (
    "browser",
    "browser_language",
    "os",
    "ios_app_version",
    "ios_device",
    "ios_app_device",
    "ios_os_version",
    "ios_app_name",
    "ios_sdk_version",
    "android_app_version",
    "android_device",
    "android_app_name",
    "andoid_sdk_version",  # spelled so in the description
)


def conversation_fields(ws: Workspace) -> Fields:
    def author(name: str) -> Callable[[Conversation], Any]:
        def get(c: Conversation) -> Any:
            known = ws.contacts.get(c.source.author.id)
            return getattr(known, name, None)

        return get

    return {
        "id": ("text", attrgetter("id")),
        "created_at": ("time", attrgetter("created_at")),
        "updated_at": ("time", attrgetter("updated_at")),
        "waiting_since": ("time", attrgetter("waiting_since")),
        "snoozed_until": ("time", attrgetter("snoozed_until")),
        "source.type": ("text", attrgetter("source.type")),
        "source.id": ("text", attrgetter("source.id")),
        "source.delivered_as": ("text", attrgetter("source.delivered_as")),
        "source.subject": ("full_text", attrgetter("source.subject")),
        "source.body": ("full_text", attrgetter("source.body")),
        "source.url": ("text", attrgetter("source.url")),
        "source.author.id": ("text", attrgetter("source.author.id")),
        "source.author.type": ("text", attrgetter("source.author.type")),
        "source.author.name": ("text", author("name")),
        "source.author.email": ("text", author("email")),
        "contact_ids": ("ids", attrgetter("contact_ids")),
        "teammate_ids": ("ids", attrgetter("teammate_ids")),
        "tag_ids": ("ids", _tag_ids),
        "admin_assignee_id": ("number", attrgetter("admin_assignee_id")),
        "team_assignee_id": ("number", attrgetter("team_assignee_id")),
        # The values are not documented; assumed to be those of `channel.initial`.
        "channel_initiated": ("text", attrgetter("channel_initial")),
        "open": ("flag", lambda c: c.state != "closed"),
        "read": ("flag", attrgetter("read")),
        "state": ("text", attrgetter("state")),
        "priority": ("text", attrgetter("priority")),
        "statistics.last_closed_by_id": ("text", _statistic("last_closed_by_id")),
        **{f"statistics.{name}": ("time", _statistic(name)) for name in _STATISTIC_TIMES},
        **{f"statistics.{name}": ("number", _statistic(name)) for name in _STATISTIC_NUMBERS},
        "conversation_rating.requested_at": ("time", _rating("requested_at")),
        "conversation_rating.replied_at": ("time", _rating("replied_at")),
        "conversation_rating.score": ("number", _rating("score")),
        "conversation_rating.remark": ("text", _rating("remark")),
        "conversation_rating.contact_id": ("text", _rating("contact_id")),
        "conversation_rating.admin_d": ("text", _rating("admin_id")),  # spelled so in the description
        "ai_agent_participated": ("flag", lambda c: False),
        "ai_agent.rating": ("number", _no_value),
        **{f"ai_agent.{name}": ("text", _no_value) for name in _AI_TEXTS},
    }


def contact_fields() -> Fields:
    return {
        **{name: ("day", attrgetter(name)) for name in _CONTACT_DATES},
        "last_email_opened_at": ("day", _no_value),
        "last_email_clicked_at": ("day", _no_value),
        "ios_last_seen_at": ("day", _device("ios_last_seen_at")),
        "android_last_seen_at": ("day", _device("android_last_seen_at")),
        **{
            name: ("text", attrgetter(name))
            for name in ("id", "role", "name", "email", "phone", "external_id", "owner_id")
        },
        "email_domain": ("text", lambda c: c.email.partition("@")[2]),
        "formatted_phone": ("text", attrgetter("phone")),
        **{name: ("text", _device(name)) for name in _DEVICE_TEXTS},
        "avatar": ("text", _no_value),
        "language_override": ("text", _no_value),
        **{f"location.{name}": ("text", _no_value) for name in ("country", "region", "city")},
        "segment_id": ("text", _no_value),
        "unsubscribed_from_emails": ("flag", attrgetter("unsubscribed_from_emails")),
        "marked_email_as_spam": ("flag", lambda c: False),
        "has_hard_bounced": ("flag", attrgetter("has_hard_bounced")),
        "tag_id": ("tag", _tag_ids),
    }


def _tag_ids(record: Conversation | Contact) -> list[str]:
    return [t.tag_id for t in record.tags]


def _statistic(name: str) -> Callable[[Conversation], Any]:
    return lambda conversation: conversation.statistics.get(name)


def _rating(name: str) -> Callable[[Conversation], Any]:
    return lambda conversation: getattr(conversation.rating, name, None)


def _device(name: str) -> Callable[[Contact], Any]:
    return lambda contact: contact.device.get(name)


def _no_value(record: Any) -> None:
    return None
