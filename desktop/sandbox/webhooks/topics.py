"""Intercom's webhook topics: which ones a change of the workspace has, and the object that each one tells.

Sources: Intercom's developer documentation, "Webhook Topics" and "Webhook notification object" of 2.16 (read November
2026). What it leaves open follows payloads that were published: a conversation has the new part alone, the reply of a
bot is told as an admin's too, bodies are plain text from 2.15 on and name pictures and files, and a tag's topic tells
the conversation with `tags_added`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from desktop.sandbox.intercom.records import Admin, Change, Contact, Conversation, Part, Source, Workspace
from desktop.sandbox.intercom.responses import versions, view
from desktop.sandbox.intercom.responses.versions import Version
from desktop.sandbox.model import html_text
from desktop.sandbox.webhooks.subscriptions import Json

PLAIN_TEXT_SINCE: Version = (2, 15)
OPERATOR_SINCE: Version = (2, 14)  # conversation.operator.replied
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
# Fields that change with each visit or message, of which no topic tells.
_QUIET_FIELDS = {"last_seen_at", "last_replied_at", "last_contacted_at", "device"}

CONVERSATION_TOPICS = (
    "conversation.user.created",
    "conversation.user.replied",
    "conversation.admin.replied",
    "conversation.operator.replied",
    "conversation.admin.single.created",
    "conversation.admin.noted",
    "conversation.admin.assigned",
    "conversation.admin.open.assigned",
    "conversation.admin.closed",
    "conversation.admin.opened",
    "conversation.admin.snoozed",
    "conversation.admin.unsnoozed",
    "conversation.read",
    "conversation.deleted",
    "conversation.priority.updated",
    "conversation.rating.added",
    "conversation.contact.attached",
    "conversation_part.tag.created",
    "conversation_part.redacted",
)
CONTACT_TOPICS = (
    "contact.user.created",
    "contact.lead.created",
    "contact.user.updated",
    "contact.lead.updated",
    "contact.email.updated",
    "contact.lead.added_email",
    "contact.lead.signed_up",
    "contact.user.tag.created",
    "contact.lead.tag.created",
    "contact.user.tag.deleted",
    "contact.lead.tag.deleted",
    "contact.merged",
)
TOPICS = (*CONVERSATION_TOPICS, *CONTACT_TOPICS, "admin.away_mode_updated")

_OF_PARTS: dict[str, tuple[str, ...]] = {
    "note": ("conversation.admin.noted",),
    "note_and_reopen": ("conversation.admin.noted", "conversation.admin.opened"),
    "assignment": ("conversation.admin.assigned", "conversation.admin.open.assigned"),
    "assign_and_reopen": (
        "conversation.admin.assigned",
        "conversation.admin.open.assigned",
        "conversation.admin.opened",
    ),
    "away_mode_assignment": ("conversation.admin.assigned", "conversation.admin.open.assigned"),
    "close": ("conversation.admin.closed",),
    "open": ("conversation.admin.opened",),
    "snoozed": ("conversation.admin.snoozed",),
    "timer_unsnooze": ("conversation.admin.unsnoozed",),
    "participant_added": ("conversation.contact.attached",),
}


class Event(NamedTuple):
    """One notification of a topic. item: gives its object for an API version; called at once."""

    topic: str
    item: Callable[[Version], Json]


class Topics:
    """Turns changes of the workspace into events."""

    def __init__(self, ws: Workspace, post: Callable[[Sequence[Event]], None]) -> None:
        """post: called after each change that has topics. Nothing is called before `listen`."""
        self._ws = ws
        self._post = post

    def listen(self) -> None:
        """Register for all changes, before the bridges, whose answers to a change are told after it."""
        self._ws.on_conversation.insert(0, self._on_conversation)
        self._ws.on_part.insert(0, self._on_part)
        self._ws.on_merge.insert(0, self._on_merge)
        self._ws.on_change.insert(0, self._on_change)

    def _on_conversation(self, record: Conversation) -> None:
        if record.source.author.is_contact:
            topic = "conversation.user.created"
        elif record.source.author.type == "admin":
            topic = "conversation.admin.single.created"
        else:
            return
        self._post([Event(topic, lambda version: self._conversation(record, version))])

    def _on_part(self, record: Conversation, part: Part) -> None:
        def item(version: Version) -> Json:
            return self._conversation(record, version, part)

        self._post([Event(topic, item) for topic in _topics_of(part)])

    def _on_merge(self, lead: Contact, into: Contact) -> None:
        source = {"type": "contact", "id": lead.id}
        self._post([Event("contact.merged", lambda version: self._contact(into, version) | {"merged_from": source})])

    def _on_change(self, change: Change) -> None:
        match change.record:
            case Contact():
                self._post(self._contact_events(change, change.record))
            case Conversation():
                self._post(self._conversation_events(change, change.record))
            case Part() as part:
                item = view.part(self._ws, part)
                self._post([Event("conversation_part.redacted", lambda version: versions.downgrade(item, version))])
            case Admin() as admin:
                item = view.admin(admin)
                self._post([Event("admin.away_mode_updated", lambda version: versions.downgrade(dict(item), version))])

    def _contact_events(self, change: Change, contact: Contact) -> list[Event]:
        def item(version: Version) -> Json:
            return self._contact(contact, version)

        role = "user" if contact.role == "user" else "lead"
        match change.kind:
            case "contact_created":
                return [Event(f"contact.{role}.created", item)]
            case "contact_updated":
                return [Event(topic, item) for topic in _update_topics(contact, change.before)]
        tagging = {
            "type": "contact_tag",
            "created_at": self._ws.now(),
            "tag": view.tag(self._ws, change.tag_id),
        }
        done = "created" if change.kind == "contact_tagged" else "deleted"
        return [Event(f"contact.{role}.tag.{done}", lambda version: tagging | {"contact": item(version)})]

    def _conversation_events(self, change: Change, record: Conversation) -> list[Event]:
        topics = {
            "conversation_read": "conversation.read",
            "priority_updated": "conversation.priority.updated",
            "rating_added": "conversation.rating.added",
        }
        if change.kind == "conversation_deleted":
            return [Event("conversation.deleted", lambda version: {"type": "conversation", "id": record.id})]
        if change.kind == "conversation_tagged":
            added = {"type": "tag.list", "tags": [view.tag(self._ws, change.tag_id)]}
            return [
                Event(
                    "conversation_part.tag.created",
                    lambda version: self._conversation(record, version, *record.parts[-1:]) | {"tags_added": added},
                )
            ]
        return [Event(topics[change.kind], lambda version: self._conversation(record, version))]

    # Objects.

    def _conversation(self, record: Conversation, version: Version, *parts: Part) -> Json:
        plain = version >= PLAIN_TEXT_SINCE
        item = view.conversation_item(self._ws, record, plaintext=plain)
        shown = [view.part(self._ws, part, plaintext=plain) for part in parts]
        if plain:
            item["source"]["body"] = _plain_text(record.source)
            for answer, part in zip(shown, parts, strict=True):
                answer["body"] = _plain_text(part) or None
        item["conversation_parts"] = {
            "type": "conversation_part.list",
            "conversation_parts": shown,
            "total_count": len(shown),
        }
        return _in_version(item, version)

    def _contact(self, record: Contact, version: Version) -> Json:
        return _in_version(view.contact(self._ws, record), version)


def _in_version(item: Json, version: Version) -> Json:
    versions.downgrade(item, version)
    return item


def _topics_of(part: Part) -> tuple[str, ...]:
    if part.author.is_contact and part.has_content:
        return ("conversation.user.replied",)
    if part.part_type in ("comment", "quick_reply"):
        by_bot = ("conversation.admin.replied", "conversation.operator.replied")
        return {"admin": by_bot[:1], "bot": by_bot}.get(part.author.type, ())
    return _OF_PARTS.get(part.part_type, ())


def _update_topics(contact: Contact, before: Mapping[str, Any]) -> list[str]:
    if before.keys() <= _QUIET_FIELDS:
        return []
    if before.get("role") == "lead":
        return ["contact.lead.signed_up"]
    topics = [f"contact.{'user' if contact.role == 'user' else 'lead'}.updated"]
    if "email" in before and contact.email:
        is_first = contact.role == "lead" and not before["email"]
        topics.append("contact.lead.added_email" if is_first else "contact.email.updated")
    return topics


def _plain_text(message: Part | Source) -> str:
    """The body as of 2.15, with a line for each file."""
    lines = [html_text.to_text(_PICTURE.sub("[Image]", message.body or ""), labelled_links=True)]
    lines += ["[Image]" if f.content_type.startswith("image/") else "[Attachment]" for f in message.files]
    return "\n".join(line for line in lines if line)
