"""Intercom's API calls in process, used by the HTTP layer and by tests.

Bodies are the JSON bodies of the requests. Each call returns the JSON of the answer or raises IntercomError.
"""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from desktop.sandbox.intercom import bodies, mutations
from desktop.sandbox.intercom.contacts import requests
from desktop.sandbox.intercom.errors import IntercomError, invalid, not_found
from desktop.sandbox.intercom.records import App, Author, Change, Conversation, Source, Workspace
from desktop.sandbox.intercom.responses import view
from desktop.sandbox.intercom.responses.versions import LATEST, PREVIEW, Version
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.intercom.searching import fields as search_fields
from desktop.sandbox.intercom.searching import search
from desktop.sandbox.model import html_text

ASSIGNEES = {"admin", "team"}
PRIORITIES = {"none", "low", "medium", "high", "urgent"}


class ProcessedReply(NamedTuple):
    """An admin's comment that the API accepted."""

    conversation_id: str
    text: str
    part_id: str


class Intercom:
    """The API of one workspace.

    processed: every comment of an admin made through the API, in order, including redacted and deleted ones.
    """

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self._conversation_fields = search_fields.conversation_fields(ws)
        self._contact_fields = search_fields.contact_fields()
        self._replies: dict[str, deque[float]] = {}
        self.processed: list[ProcessedReply] = []

    # Reading.

    def get_conversation(self, conversation_id: str, display_as: str | None = None) -> Json:
        record = self.ws.conversation(conversation_id)
        return view.conversation(self.ws, record, plaintext=display_as == "plaintext")

    def parts(self, conversation_id: str) -> list[Json]:
        """Every part, oldest first, without the cap of 500."""
        return [view.part(self.ws, p) for p in self.ws.conversation(conversation_id).parts]

    def list_conversations(self, pagination: Json) -> Json:
        return self._conversations(None, None, pagination)

    def search_conversations(self, body: Json, flaw: search.Flaw | None = None) -> Json:
        query = self._query(self._conversation_fields, body)
        return self._conversations(query, body.get("sort"), body.get("pagination"), flaw)

    def _conversations(
        self, query: search.Query | None, sort: Any, pagination: Any, flaw: search.Flaw | None = None
    ) -> Json:
        begun = (c for c in self.ws.conversations.values() if not c.awaits_reply)
        hits = search.find_records(begun, query)
        shown, pages = search.paginate(hits, self._conversation_fields, sort, pagination, 20, flaw)
        return {
            "type": "conversation.list",
            "pages": pages,
            "total_count": len(hits),
            "conversations": [view.conversation_item(self.ws, c) for c in shown],
        }

    def get_contact(self, contact_id: str, *, merge_history: bool = False) -> Json:
        contact = view.contact(self.ws, self.ws.contact(contact_id), merge_history=merge_history)
        return contact | {"enabled_push_messaging": None}

    def list_contacts(self, pagination: Json, *, merge_history: bool = False) -> Json:
        return self._contacts(None, None, pagination, 10, merge_history=merge_history)

    def search_contacts(self, body: Json, flaw: search.Flaw | None = None, *, merge_history: bool = False) -> Json:
        query = self._query(self._contact_fields, body)
        return self._contacts(query, body.get("sort"), body.get("pagination"), 50, flaw, merge_history=merge_history)

    def _contacts(
        self,
        query: search.Query | None,
        sort: Any,
        pagination: Any,
        default: int,
        flaw: search.Flaw | None = None,
        *,
        merge_history: bool,
    ) -> Json:
        alive = (c for c in self.ws.contacts.values() if c.merged_into is None)
        hits = search.find_records(alive, query)
        shown, pages = search.paginate(hits, self._contact_fields, sort, pagination, default, flaw)
        data = [view.contact(self.ws, c, merge_history=merge_history) for c in shown]
        return {"type": "list", "data": data, "total_count": len(hits), "pages": pages}

    def _query(self, fields: search_fields.Fields, body: Json) -> search.Query:
        settings = self.ws.settings
        return search.Query(
            fields,
            body.get("query"),
            gt_inclusive=settings.search_gt_inclusive,
            timezone=settings.timezone,
        )

    # Replies and state changes.

    def reply(self, conversation_id: str, body: Json, app: App) -> Json:
        """POST /conversations/{id}/reply: comment or note of an admin, or a contact's reply.

        The id `last` is the most recently updated conversation of the contact that the body names by
        `intercom_user_id`, `email` or `user_id`; 404 if it names none, or one without a conversation.
        """
        if conversation_id == "last":
            conversation = self._last_conversation(body)
        else:
            conversation = self.ws.conversation(conversation_id)
        if body.get("type") == "admin":
            self._throttle(conversation.id)
            self._admin_reply(conversation, body, app)
        elif body.get("type") == "user":
            self.contact_reply(conversation, body, app)
        else:
            raise invalid("type must be admin or user", "type")
        return view.conversation(self.ws, conversation)

    def _last_conversation(self, body: Json) -> Conversation:
        contact = requests.find_contact(self.ws, body)
        known = [self.ws.conversations[c] for c in self.ws.conversations_by_contact[contact.id]]
        conversations = [c for c in known if not c.awaits_reply]
        if not conversations:
            raise not_found()
        return max(conversations, key=lambda c: (c.updated_at, c.id))

    def _admin_reply(self, conversation: Conversation, body: Json, app: App) -> None:
        admin = self.ws.admin(body.get("admin_id"))
        kind = body.get("message_type")
        if kind not in ("comment", "note", "quick_reply"):
            raise invalid("message_type must be comment, note or quick_reply", "message_type")
        files = bodies.files(self.ws, body)
        html = html_text.from_api(bodies.text(body))
        if not html and not files and kind != "quick_reply":
            raise invalid("Body is required", "body")
        author, created_at = Author("admin", admin.id), self._created_at(body)
        if kind == "note":
            mutations.note(self.ws, conversation, author, html, files, code=app.package_code, created_at=created_at)
            return
        options = body.get("reply_options")
        if kind == "quick_reply" and not options:
            raise invalid("reply_options are required", "reply_options")
        metadata = {"quick_reply_options": options} if kind == "quick_reply" else None
        part = mutations.reply(
            self.ws,
            conversation,
            author,
            html,
            files,
            code=app.package_code,
            created_at=created_at,
            metadata=metadata,
        )
        self.processed.append(ProcessedReply(conversation.id, html_text.to_text(html), part.id))

    def contact_reply(self, conversation: Conversation, body: Json, app: App) -> None:
        """Add a contact's reply. The body is plain text, never HTML."""
        if body.get("message_type") != "comment":
            raise invalid("User can only create comments", "message_type")
        contact = requests.find_contact(self.ws, body)
        files = bodies.files(self.ws, body)
        html = html_text.from_text(bodies.text(body))
        if not html and not files:
            raise invalid("Body is required", "body")
        mutations.contact_reply(
            self.ws,
            conversation,
            contact,
            html,
            files,
            code=app.package_code,
            created_at=self._created_at(body),
        )

    def change(self, conversation_id: str, body: Json, app: App) -> Json:
        """POST /conversations/{id}/parts: close, open, snooze, assign."""
        conversation = self.ws.conversation(conversation_id)
        author = Author("admin", self.ws.admin(body.get("admin_id")).id)
        html, code = html_text.from_api(bodies.text(body)), app.package_code
        match body.get("message_type"):
            case "close":
                mutations.close(self.ws, conversation, author, html, code=code)
            case "open":
                mutations.reopen(self.ws, conversation, author, code=code)
            case "snoozed":
                until = body.get("snoozed_until")
                if not isinstance(until, int):
                    raise invalid("snoozed_until is required", "snoozed_until")
                mutations.snooze(self.ws, conversation, author, until, code=code)
            case "assignment":
                mutations.assign(self.ws, conversation, author, self._assignee(body), html, code=code)
            case _:
                raise invalid("message_type is invalid", "message_type")
        return view.conversation(self.ws, conversation)

    def _assignee(self, body: Json) -> tuple[str, str | None]:
        kind, assignee = body.get("type") or "admin", str(body.get("assignee_id", ""))
        if kind not in ASSIGNEES:
            raise invalid("type must be admin or team", "type")
        if assignee == "0":
            return ("nobody_admin", None) if kind == "admin" else ("team", None)
        known = self.ws.teams if kind == "team" else self.ws.admins
        if assignee not in known:
            raise IntercomError(404, "assignee_not_found", "Assignee not found", "assignee_id")
        return kind, assignee

    def update_conversation(self, conversation_id: str, body: Json, app: App, version: Version = LATEST) -> Json:
        """PUT /conversations/{id}: `read` (true), `title`, `custom_attributes`; in the Preview also `priority`, which
        needs an `admin_id`. Other versions ignore it, as they do unknown fields.
        """
        conversation = self.ws.conversation(conversation_id)
        if "priority" in body and version >= PREVIEW:
            self._set_priority(conversation, body)
        self.ws.before_change(conversation)
        if body.get("read") is True:
            conversation.read = True
        if "title" in body:
            conversation.title = body["title"]
        for name, value in bodies.json_object(body, "custom_attributes").items():
            mutations.set_attribute(self.ws, conversation, name, value, app.package_code)
        conversation.updated_at = self.ws.now()
        return view.conversation(self.ws, conversation)

    def _set_priority(self, conversation: Conversation, body: Json) -> None:
        self.ws.admin(body.get("admin_id"))
        if not self.ws.settings.accepts_priority:
            raise invalid("priority is not available for this workspace", "priority")
        if body["priority"] not in PRIORITIES:
            raise invalid("priority must be one of none, low, medium, high, urgent", "priority")
        self.ws.before_change(conversation)
        changed = conversation.priority != body["priority"]
        conversation.priority = body["priority"]
        if changed:
            self.ws.report(Change("priority_updated", conversation))

    def redact(self, body: Json) -> Json:
        conversation = self.ws.conversation(str(body.get("conversation_id")))
        message: Any = None
        if body.get("type") == "source" and body.get("source_id") == conversation.source.id:
            message = conversation.source
        elif body.get("type") == "conversation_part":
            message = self.ws.part(str(body.get("conversation_part_id")))[1]
        if message is None:
            raise IntercomError(404, "conversation_part_or_message_not_found", "Part not found")
        if not message.body or (isinstance(message, Source) and not message.author.is_contact):
            raise IntercomError(400, "conversation_part_not_redactable", "This part cannot be redacted")
        mutations.redact(self.ws, conversation, message)
        return view.conversation(self.ws, conversation)

    # Contacts, and conversations in their name.

    def create_conversation(self, body: Json, app: App) -> Json:
        """POST /conversations as a contact. The first message has no package code."""
        contact = self.ws.contact(str(bodies.json_object(body, "from").get("id")))
        files, text = bodies.files(self.ws, body), bodies.text(body)
        if not text and not files:
            raise invalid("Body is required", "body")
        conversation = mutations.new_conversation(self.ws, contact, html_text.from_text(text), files)
        return {
            "type": "user_message",
            "id": conversation.source.id,
            "created_at": conversation.created_at,
            "body": text,
            "message_type": "inapp",
            "conversation_id": conversation.id,
        }

    def create_contact(self, body: Json) -> Json:
        if not any(body.get(k) for k in ("email", "external_id", "role")):
            raise invalid("email, external_id or role is required")
        fields = {k: v for k, v in requests.parse_fields(self.ws, body).items() if v is not None}
        contact = mutations.new_contact(self.ws, fields.pop("role", "user"), **fields)
        return self.get_contact(contact.id)

    def update_contact(self, contact_id: str, body: Json, *, merge_history: bool = False) -> Json:
        contact = self.ws.contact(contact_id)
        mutations.update_contact(self.ws, contact, **requests.parse_fields(self.ws, body, contact))
        return self.get_contact(contact_id, merge_history=merge_history)

    # Macros.

    def macros(self, pagination: Json) -> Json:
        """GET /macros, newest first."""
        fields: search_fields.Fields = {"updated_at": ("time", lambda m: m.created_at)}
        shown, pages = search.paginate(list(self.ws.macros.values()), fields, None, pagination, 50)
        after = pages.get("next")
        slim = {
            "type": "pages",
            "per_page": pages["per_page"],
            "next": after and {"starting_after": after["starting_after"]},
        }
        return {"type": "list", "data": [view.macro(m) for m in shown], "pages": slim}

    # Reading of bodies.

    def _throttle(self, conversation_id: str) -> None:
        """Apply the undocumented limit of replies: a 400, not a 429 (reported by a migration connector)."""
        now, settings = self.ws.clock.now(), self.ws.settings
        limits = {conversation_id: settings.replies_per_conversation_per_10s, "": settings.replies_per_10s}
        for key, limit in limits.items():
            recent = self._replies.setdefault(key, deque())
            while recent and now - recent[0] >= 10:
                recent.popleft()
            if len(recent) >= limit:
                raise invalid("Too many recent replies to this conversation")
        for key in limits:
            self._replies[key].append(now)

    def _created_at(self, body: Json) -> int | None:
        created_at = body.get("created_at")
        if created_at is None:
            return None
        if not isinstance(created_at, int) or created_at > self.ws.now():
            raise invalid(f"{created_at} is an invalid value for created_at", "created_at")
        return created_at
