"""An Intercom of any size without a network: it makes its answers, as bytes, when they are asked for."""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.channels.intercom.answers import read_conversation
from desktop.domain.model.facts import Contact, Conversation, Tag
from desktop.ports import Account, SearchHit, SearchPage, StoredAnswer, Team, Teammate, WorkspaceTag
from tests.bench.worlds.people import NOW

Json = dict[str, Any]

PAGE = 50
OWN_EVERY = 10
PARTS = 9
_NOW_S = int(NOW.timestamp())
_FIRST_ID = 215_471_000_000_000
AGENT = Teammate("7001", "Ada Agent")


class AnsweringGateway:
    """Implements what a sync asks of `ConversationGateway`.

    conversations: of the last `days` days, newest first, with ten messages each, every tenth the agent's own; contacts
        have them in turn. requests: how many were made.
    """

    def __init__(self, conversations: int, contacts: int, days: int = 80) -> None:
        self._count, self._contacts = conversations, contacts
        self._began_s = [_NOW_S - int(n * days * 86_400 / conversations) for n in range(conversations)]
        self._added: dict[int, list[Json]] = {}
        self.requests = 0

    def say(self, number: int, part_id: int, text: str, at: datetime) -> None:
        """The customer of conversation `number` writes in it."""
        part = _part(part_id, text, int(at.timestamp()), self._contact_id(number), "lead")
        self._added.setdefault(number, []).append(part)

    def _contact_id(self, number: int) -> str:
        return f"c{number % self._contacts:06}"

    def _changed_s(self, number: int) -> int:
        added = self._added.get(number)
        return added[-1]["created_at"] if added else self._began_s[number]

    def _hit(self, number: int) -> SearchHit:
        at = datetime.fromtimestamp(self._changed_s(number), UTC)
        began = datetime.fromtimestamp(self._began_s[number] - 700, UTC)
        listed = Conversation(
            str(_FIRST_ID + number),
            began,
            at,
            tags=(Tag("whatsapp", began + timedelta(seconds=1), "814"),),
            contact_ids=(self._contact_id(number),),
            assignee_id=AGENT.id if number % OWN_EVERY == 0 else None,
            read=False,
            unseen_before=at,
        )
        return SearchHit(listed, PARTS + len(self._added.get(number, ())))

    def _page(self, numbers: Sequence[int], cursor: str | None) -> SearchPage:
        self.requests += 1
        start = int(cursor or 0)
        more = str(start + PAGE) if start + PAGE < len(numbers) else None
        return SearchPage(tuple(map(self._hit, numbers[start : start + PAGE])), more, len(numbers))

    def answer(self, number: int) -> bytes:
        """Conversation `number` as Intercom tells it."""
        began_s, contact_id = self._began_s[number], self._contact_id(number)
        parts = [
            _part(number * 100 + n, f"Message {n} about order {number}", began_s - 600 + n * 60, *author)
            for n in range(PARTS)
            for author in [(contact_id, "lead") if n % 2 else (AGENT.id, "admin")]
        ]
        return json.dumps(
            conversation(number, began_s, self._changed_s(number), contact_id, parts + self._added.get(number, []))
        ).encode()

    # --- what the engine asks ---

    async def account(self) -> Account:
        self.requests += 1
        return Account("bench", "Bench", AGENT)

    async def teammates(self) -> Sequence[Teammate]:
        self.requests += 1
        return (AGENT,)

    async def teams(self) -> Sequence[Team]:
        self.requests += 1
        return ()

    async def tags(self) -> Sequence[WorkspaceTag]:
        self.requests += 1
        return ()

    async def macros(self) -> Sequence[Any]:
        self.requests += 1
        return ()

    async def changed_since(self, since: datetime, cursor: str | None = None) -> SearchPage:
        changed = [n for n in self._added if self._changed_s(n) >= since.timestamp()]
        return self._page(sorted(changed, key=self._changed_s), cursor)

    async def newest(
        self, since: datetime, upto: datetime | None, cursor: str | None = None, *, assignee_id: str = ""
    ) -> SearchPage:
        upto_s = _NOW_S if upto is None else int(upto.timestamp())
        first = bisect_left(self._began_s, -upto_s, key=lambda s: -s)
        end = bisect_right(self._began_s, -int(since.timestamp()), key=lambda s: -s)
        step = OWN_EVERY if assignee_id else 1
        return self._page(range(first + -first % step, end, step), cursor)

    async def conversations_of(
        self, contact_ids: Sequence[str], cursor: str | None = None, *, background: bool = True
    ) -> SearchPage:
        theirs = [n for c in contact_ids for n in range(int(c[1:]), self._count, self._contacts)]
        return self._page(sorted(theirs), cursor)

    async def conversation_if_changed(
        self, conversation_id: str, stored: StoredAnswer, *, background: bool = True
    ) -> Conversation | None:
        self.requests += 1
        await asyncio.sleep(0)
        return read_conversation(self.answer(int(conversation_id) - _FIRST_ID), stored)

    async def contact(self, contact_id: str, *, background: bool = True) -> Contact:
        self.requests += 1
        return _person(contact_id)

    async def contacts_by_id(self, contact_ids: Sequence[str]) -> Sequence[Contact]:
        self.requests += 1
        return [_person(contact_id) for contact_id in contact_ids]

    async def contacts_with(self, *, phones: Sequence[str] = (), emails: Sequence[str] = ()) -> Sequence[Contact]:
        self.requests += 1
        return [_person(f"c{phone[-6:]}") for phone in phones]

    async def aclose(self) -> None:
        pass


def _person(contact_id: str) -> Contact:
    number = contact_id[1:]
    return Contact(
        contact_id,
        "lead",
        f"Person {number}",
        phone=f"+353870{number}",
        email=f"person{number}@example.com",
        updated_at=NOW - timedelta(days=2),
    )


def conversation(number: int, began_s: int, changed_s: int, contact_id: str, parts: list[Json]) -> Json:
    """A conversation tagged by the bridge, as API 2.16 answers for it."""
    return {
        "type": "conversation",
        "id": str(_FIRST_ID + number),
        "title": None,
        "created_at": began_s - 700,
        "updated_at": changed_s,
        "waiting_since": None,
        "snoozed_until": None,
        "open": True,
        "state": "open",
        "read": False,
        "priority": "none",
        "admin_assignee_id": int(AGENT.id) if number % OWN_EVERY == 0 else 0,
        "team_assignee_id": 0,
        "channel": {"initial": "messenger", "current": "messenger"},
        "source": {
            "type": "conversation",
            "id": "403918350",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": "<p>Hi</p>",
            "attachments": [],
            "author": {"type": "lead", "id": contact_id, "name": "Jennifer", "email": None},
        },
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": contact_id}]},
        "tags": {
            "type": "tag.list",
            "tags": [{"id": "86", "name": "whatsapp", "applied_at": began_s - 699, "applied_by": {"id": "814"}}],
        },
        "statistics": {"type": "conversation_statistics", "count_conversation_parts": len(parts)},
        "conversation_parts": {
            "type": "conversation_part.list",
            "total_count": len(parts),
            "conversation_parts": parts,
        },
    }


def _part(number: int, text: str, at_s: int, author_id: str, author_type: str) -> Json:
    return {
        "type": "conversation_part",
        "id": str(45_763_812_690 + number),
        "part_type": "comment",
        "body": f'<p class="no-margin">{text}</p>',
        "created_at": at_s,
        "updated_at": at_s,
        "notified_at": at_s,
        "assigned_to": None,
        "author": {
            "type": author_type,
            "id": author_id,
            "name": "Jennifer Okafor" if author_type == "lead" else AGENT.name,
            "email": "jennifer@example.com",
            "from_ai_agent": False,
            "is_ai_answer": False,
        },
        "attachments": [],
        "external_id": None,
        "redacted": False,
        "email_message_metadata": None,
        "metadata": None,
        "state": "open",
        "tags": {"type": "tag.list", "tags": []},
        "event_details": {},
        "app_package_code": "bridge-app" if author_type == "lead" else "reachline-app",
    }


def long_answer(number: int, parts: int) -> bytes:
    """A conversation of many parts, every twentieth with a file behind a signed address."""
    contact_id, began_s = f"c{number:06}", _NOW_S - 86_400
    made = []
    for n in range(parts):
        author = (contact_id, "lead") if n % 2 else (AGENT.id, "admin")
        made.append(_part(n, f"Where is parcel {n}? I wrote {number} times.", began_s + n * 60, *author))
        if n % 20 == 0:
            url = f"https://downloads.example.com/i/{n}?expires={_NOW_S}&signature={number}abcdef{n}"
            file = {"type": "upload", "name": "photo.jpg", "url": url, "content_type": "image/jpeg", "filesize": 12_345}
            made[-1]["attachments"] = [file]
    return json.dumps(conversation(number, began_s, made[-1]["created_at"], contact_id, made)).encode()
