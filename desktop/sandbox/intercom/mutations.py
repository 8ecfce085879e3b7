"""Changes of conversations and contacts, for the API, the inbox and the Messenger.

The record is complete when the listeners are called. `code` is the package code of the calling app; None for what
people do in the inbox, in the Messenger or by mail.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Any

from desktop.sandbox.intercom.errors import IntercomError, invalid
from desktop.sandbox.intercom.records import (
    OPERATOR_ID,
    Author,
    Change,
    ChangeKind,
    Contact,
    Conversation,
    Merge,
    Part,
    Source,
    Tagging,
    Workspace,
)
from desktop.sandbox.model.people import File

DELETION_NOTICE = "<p><i>This message was deleted</i></p>"
OPERATOR = Author("bot", OPERATOR_ID)


def author_of(contact: Contact) -> Author:
    return Author(contact.role, contact.id)


def new_contact(ws: Workspace, role: str, **fields: Any) -> Contact:
    now = ws.now()
    contact = Contact(f"{0x6762F2341BB69F9F00000000 + ws.next_number('contact') * 0x1F3D5:024x}", role, now, now)
    for name, value in fields.items():
        setattr(contact, name, value)
    ws.contacts[contact.id] = contact
    ws.conversations_by_contact[contact.id] = []
    ws.index_phone(contact)
    ws.after_create(contact)
    ws.report(Change("contact_created", contact))
    return contact


def update_contact(ws: Workspace, contact: Contact, **fields: Any) -> None:
    ws.before_change(contact)
    before: dict[str, Any] = {}
    for name, value in fields.items():
        old = getattr(contact, name)
        if name in ("custom_attributes", "device"):
            if any(old.get(key) != new for key, new in value.items()):
                before[name] = dict(old)
            old.update(value)
        else:
            if old != value:
                before[name] = old
            setattr(contact, name, value)
    if "phone" in fields:
        ws.index_phone(contact)
    contact.updated_at = ws.now()
    if before:
        ws.report(Change("contact_updated", contact, before))


def new_conversation(
    ws: Workspace,
    contact: Contact,
    body: str,
    files: Sequence[File] = (),
    *,
    source_type: str = "conversation",
    subject: str = "",
    url: str | None = None,
    email: dict[str, Any] | None = None,
    started_by: Author | None = None,
    delivered_as: str = "admin_initiated",
    awaits_reply: bool = False,
) -> Conversation:
    """Create a conversation by the contact, or by `started_by` with `delivered_as`; `body` is HTML.

    source_type: `conversation` for Messenger and API, `email`, or a native channel.
    awaits_reply: a message of ours that is no conversation before the contact answers.
    """
    now = ws.now()
    source = Source(
        str(403918000 + ws.next_number("source")),
        source_type,
        "customer_initiated" if started_by is None else delivered_as,
        started_by or author_of(contact),
        body,
        ws.clock.now(),
        subject,
        ws.add_files(files),
        url,
        email=email,
    )
    number = 215471234500000 + ws.next_number("conversation")
    conversation = Conversation(str(number), now, now, source, [contact.id])
    if source_type != "conversation":
        conversation.channel_initial = conversation.channel = source_type
    conversation.statistics.update(count_conversation_parts=0)
    conversation.awaits_reply = awaits_reply
    if started_by is None:
        conversation.first_reply = now, url
        conversation.waiting_since = now
        conversation.statistics.update(first_contact_reply_at=now, last_contact_reply_at=now)
    ws.conversations[conversation.id] = conversation
    ws.conversations_by_contact[contact.id].append(conversation.id)
    ws.after_create(conversation)
    if started_by is None:
        update_contact(ws, contact, last_replied_at=now)
    else:
        update_contact(ws, contact, last_contacted_at=now)
    for listener in ws.on_first_message:
        listener(conversation)
    if not awaits_reply:
        for listener in ws.on_conversation:
            listener(conversation)
    return conversation


def add_part(
    ws: Workspace,
    conversation: Conversation,
    part_type: str,
    author: Author,
    body: str | None = None,
    files: Sequence[File] = (),
    *,
    code: str | None = None,
    email: dict[str, Any] | None = None,
    assigned_to: tuple[str, str | None] | None = None,
    event: dict[str, Any] | None = None,
    created_at: int | None = None,
    metadata: dict[str, Any] | None = None,
    from_ai: bool = False,
) -> Part:
    """Append a part; `created_at` backdates an import. Set the conversation's new state before."""
    ws.before_change(conversation)
    now = ws.now()
    part = Part(
        str(45763812000 + ws.next_number("part")),
        part_type,
        author,
        now if created_at is None else created_at,
        now,
        body or None,
        ws.add_files(files),
        code,
        conversation.state,
        assigned_to,
        email,
        event or {},
        metadata or {},
        at=ws.clock.now() if created_at is None else float(created_at),
        channel=conversation.channel,
        from_ai=from_ai,
    )
    if created_at is None:
        conversation.parts.append(part)
    else:
        bisect.insort(conversation.parts, part, key=lambda p: (p.created_at, int(p.id)))
    _count(conversation, "count_conversation_parts")
    conversation.updated_at = now
    ws.index_part(conversation, part)
    if author.type == "admin" and author.id not in conversation.teammate_ids:
        conversation.teammate_ids.append(author.id)
    for listener in ws.on_part:
        listener(conversation, part)
    return part


def contact_reply(
    ws: Workspace,
    conversation: Conversation,
    contact: Contact,
    body: str,
    files: Sequence[File] = (),
    *,
    code: str | None = None,
    email: dict[str, Any] | None = None,
    created_at: int | None = None,
    url: str | None = None,
) -> Part:
    """Add a customer's message; opens a snoozed or closed conversation, then the part's type is `open`.

    Unassigns an assignee who is away and has replies reassigned. url: of the page it was typed on.
    """
    now = ws.now()
    part_type = "open" if conversation.state == "closed" else "comment"
    ws.before_change(conversation)
    if conversation.awaits_reply:
        conversation.awaits_reply = False
        for listener in ws.on_conversation:
            listener(conversation)
    if part_type == "open":
        _count(conversation, "count_reopens")
    _reopen(conversation)
    conversation.read = False
    conversation.first_reply = conversation.first_reply or (now, url)
    conversation.waiting_since = conversation.waiting_since or now
    conversation.statistics["last_contact_reply_at"] = now
    update_contact(ws, contact, last_replied_at=now)
    author = author_of(contact)
    part = add_part(ws, conversation, part_type, author, body, files, code=code, email=email, created_at=created_at)
    assignee = ws.admins.get(str(conversation.admin_assignee_id))
    if assignee is not None and assignee.away_mode_enabled and assignee.away_mode_reassign:
        ws.before_change(conversation)
        conversation.admin_assignee_id = 0
        add_part(ws, conversation, "away_mode_assignment", OPERATOR, assigned_to=("nobody_admin", None))
    return part


def reply(
    ws: Workspace,
    conversation: Conversation,
    author: Author,
    body: str,
    files: Sequence[File] = (),
    *,
    code: str | None = None,
    created_at: int | None = None,
    metadata: dict[str, Any] | None = None,
    from_ai: bool = False,
) -> Part:
    """Add a reply of a teammate or bot. metadata: the buttons of a quick reply. from_ai: by Fin."""
    now = ws.now()
    ws.before_change(conversation)
    _reopen(conversation)
    conversation.waiting_since = None
    conversation.statistics.setdefault("first_admin_reply_at", now)
    conversation.statistics["last_admin_reply_at"] = now
    for contact_id in conversation.contact_ids:
        ws.contacts[contact_id].last_contacted_at = now
    kind = "quick_reply" if metadata else "comment"
    return add_part(
        ws,
        conversation,
        kind,
        author,
        body,
        files,
        code=code,
        created_at=created_at,
        metadata=metadata,
        from_ai=from_ai,
    )


def note(
    ws: Workspace,
    conversation: Conversation,
    author: Author,
    body: str,
    files: Sequence[File] = (),
    *,
    code: str | None = None,
    created_at: int | None = None,
    part_type: str = "note",
) -> Part:
    """Add a note. part_type: `note`, or `note_and_reopen` to open the conversation too."""
    if part_type == "note_and_reopen":
        ws.before_change(conversation)
        _reopen(conversation)
    return add_part(ws, conversation, part_type, author, body, files, code=code, created_at=created_at)


def close(
    ws: Workspace, conversation: Conversation, author: Author, body: str = "", *, code: str | None = None
) -> Part:
    """Close the conversation. body: shown to the customer."""
    now = ws.now()
    ws.before_change(conversation)
    conversation.state = "closed"
    conversation.closed_at = ws.clock.now()
    conversation.snoozed_until = conversation.waiting_since = None
    conversation.statistics.setdefault("first_close_at", now)
    conversation.statistics.update(last_close_at=now, last_closed_by_id=author.id)
    return add_part(ws, conversation, "close", author, body, code=code)


def reopen(ws: Workspace, conversation: Conversation, author: Author, *, code: str | None = None) -> Part:
    ws.before_change(conversation)
    if conversation.state == "closed":
        _count(conversation, "count_reopens")
    _reopen(conversation)
    return add_part(ws, conversation, "open", author, code=code)


def snooze(ws: Workspace, conversation: Conversation, author: Author, until: int, *, code: str | None = None) -> Part:
    """Snooze until that Unix second, then open by a timer. 400 for a time that is not in the future."""
    if until <= ws.now():
        raise invalid("snoozed_until must be in the future", "snoozed_until")
    ws.before_change(conversation)
    conversation.state, conversation.snoozed_until = "snoozed", until
    part = add_part(ws, conversation, "snoozed", author, code=code)

    def wake() -> None:
        if conversation.state == "snoozed" and conversation.snoozed_until == until:
            ws.before_change(conversation)
            _reopen(conversation)
            add_part(ws, conversation, "timer_unsnooze", OPERATOR)

    ws.clock.call_later(until - ws.clock.now(), wake)
    return part


def assign(
    ws: Workspace,
    conversation: Conversation,
    author: Author,
    assignee: tuple[str, str | None],
    body: str = "",
    *,
    code: str | None = None,
) -> Part:
    """Assign to ("admin", id), ("team", id) or ("nobody_admin", None). body: shown to the customer."""
    kind, assignee_id = assignee
    ws.before_change(conversation)
    was_closed = conversation.state == "closed"
    _reopen(conversation)
    if kind == "team":
        conversation.team_assignee_id = int(assignee_id or 0)
    else:
        conversation.admin_assignee_id = int(assignee_id or 0)
    _count(conversation, "count_assignments")
    conversation.statistics["last_assignment_at"] = ws.now()
    part_type = "assign_and_reopen" if was_closed else "assignment"
    return add_part(ws, conversation, part_type, author, body, code=code, assigned_to=assignee)


def tag(ws: Workspace, record: Conversation | Contact, tag_id: str, admin_id: str) -> Tagging:
    """Tag the record; returns the existing tagging if it has the tag."""
    for known in record.tags:
        if known.tag_id == tag_id:
            return known
    ws.before_change(record)
    tagging = Tagging(tag_id, ws.now(), admin_id)
    record.tags.append(tagging)
    record.updated_at = ws.now()
    kind: ChangeKind = "contact_tagged" if isinstance(record, Contact) else "conversation_tagged"
    ws.report(Change(kind, record, tag_id=tag_id))
    return tagging


def untag(ws: Workspace, record: Conversation | Contact, tag_id: str) -> None:
    ws.before_change(record)
    had_tag = any(t.tag_id == tag_id for t in record.tags)
    record.tags = [t for t in record.tags if t.tag_id != tag_id]
    record.updated_at = ws.now()
    if had_tag and isinstance(record, Contact):
        ws.report(Change("contact_untagged", record, tag_id=tag_id))


def set_attribute(ws: Workspace, conversation: Conversation, name: str, value: Any, code: str | None) -> None:
    """Set a custom attribute; adds a `conversation_attribute_updated_by_admin` part by the bot, as Intercom does."""
    previous = conversation.custom_attributes.get(name)
    ws.before_change(conversation)
    conversation.custom_attributes[name] = value
    event = {"attribute": {"name": name}, "value": {"name": str(value), "previous": previous}}
    kind = "conversation_attribute_updated_by_admin"
    add_part(ws, conversation, kind, OPERATOR, event=event, code=code)


def redact(ws: Workspace, conversation: Conversation, message: Part | Source) -> None:
    """Remove text and files from Intercom; phones keep what they show."""
    ws.before_change(conversation)
    message.redacted = True
    message.body = DELETION_NOTICE
    message.files = ()
    conversation.updated_at = ws.now()
    if isinstance(message, Part):
        message.updated_at = ws.now()
        ws.report(Change("part_redacted", message))


def merge(ws: Workspace, lead: Contact, into: Contact) -> None:
    """Move the lead's conversations, tags and notes to the user; 400 `invalid_merge` for any other pair of roles."""
    if lead.role != "lead" or into.role != "user" or lead.id == into.id:
        raise IntercomError(400, "invalid_merge", "A lead can be merged into a user only", "from")
    ws.before_change(lead)
    ws.before_change(into)
    lead.merged_into = into.id
    into.merge_history.append(Merge(lead.id, lead.role, ws.now()))
    if lead.customer_id is not None:
        ws.assign_customer(into, lead.customer_id)
    for conversation_id in ws.conversations_by_contact[lead.id]:
        conversation = ws.conversations[conversation_id]
        ws.before_change(conversation)
        conversation.contact_ids = [into.id if c == lead.id else c for c in conversation.contact_ids]
        conversation.updated_at = ws.now()
    ws.conversations_by_contact[into.id] += ws.conversations_by_contact[lead.id]
    ws.conversations_by_contact[lead.id] = []
    known = {t.tag_id for t in into.tags}
    into.tags += [t for t in lead.tags if t.tag_id not in known]
    into.note_ids = sorted(into.note_ids + lead.note_ids, key=int)
    for note_id in lead.note_ids:
        ws.notes[note_id].contact_id = into.id
    into.company_ids += [c for c in lead.company_ids if c not in into.company_ids]
    attributes = {**lead.custom_attributes, **into.custom_attributes}
    update_contact(ws, into, phone=into.phone or lead.phone, custom_attributes=attributes)
    for listener in ws.on_merge:
        listener(lead, into)


def delete_conversation(ws: Workspace, conversation: Conversation) -> None:
    del ws.conversations[conversation.id]
    for contact_id in conversation.contact_ids:
        ws.conversations_by_contact[contact_id].remove(conversation.id)
    ws.report(Change("conversation_deleted", conversation))


def _reopen(conversation: Conversation) -> None:
    conversation.state = "open"
    conversation.snoozed_until = None
    conversation.closed_at = None


def _count(conversation: Conversation, name: str) -> None:
    conversation.statistics[name] = int(conversation.statistics.get(name, 0)) + 1
