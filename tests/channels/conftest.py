"""Shared ground of the channel tests: answers as Intercom gives them."""

from __future__ import annotations

from typing import Any

import pytest

Json = dict[str, Any]
BEGAN = 1_790_000_000
BRIDGE = "bridge-app-x1y2"


class Answers:
    """Builds answers of API 2.16; keyword arguments replace or add fields."""

    bridge = BRIDGE
    began = BEGAN

    def author(self, kind: str = "lead", **more: Any) -> Json:
        who = {"admin": ("7001", "Sam Byrne"), "bot": ("9", "Operator")}.get(kind, ("c1", "Jennifer Okafor"))
        return {"type": kind, "id": who[0], "name": who[1], "email": None} | more

    def part(self, number: int = 1, body: str | None = "<p>Hello</p>", by: str = "lead", **more: Any) -> Json:
        return {
            "type": "conversation_part",
            "id": str(45763812690 + number),
            "part_type": "comment",
            "body": body,
            "created_at": BEGAN + 60 * number,
            "author": self.author(by),
            "attachments": [],
            "redacted": False,
            "tags": [],
            "metadata": {},
            "email_message_metadata": None,
            "app_package_code": None,
        } | more

    def conversation(self, *parts: Any, id: str = "215471234500001", **more: Any) -> Json:
        return {
            "type": "conversation",
            "id": id,
            "title": None,
            "created_at": BEGAN,
            "updated_at": BEGAN + 60 * len(parts),
            "snoozed_until": None,
            "open": True,
            "state": "open",
            "read": False,
            "admin_assignee_id": 7001,
            "team_assignee_id": 0,
            "channel": {"initial": "messenger", "current": "messenger"},
            "source": self.source(),
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c1"}]},
            "tags": {"type": "tag.list", "tags": []},
            "statistics": {"count_conversation_parts": len(parts)},
            "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)},
        } | more

    def source(self, **more: Any) -> Json:
        return {
            "type": "conversation",
            "id": "403918350",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": "<p>Hi, where is my parcel?</p>",
            "url": None,
            "redacted": False,
            "attachments": [],
            "author": self.author(),
        } | more

    def tags(self, *names: str) -> Json:
        return {"type": "tag.list", "tags": [{"type": "tag", "id": n, "name": n} for n in names]}

    def contact(self, **more: Any) -> Json:
        return {
            "type": "contact",
            "id": "c1",
            "role": "lead",
            "name": "Jennifer O&#39;Kafor",
            "email": "jennifer@example.com",
            "phone": "+353871234567",
            "unsubscribed_from_emails": False,
            "has_hard_bounced": False,
            "marked_email_as_spam": False,
            "custom_attributes": {},
        } | more


@pytest.fixture
def answers() -> Answers:
    return Answers()
