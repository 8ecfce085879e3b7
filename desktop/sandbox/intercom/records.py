"""Records of an Intercom workspace: teammates, contacts, conversations, parts."""

from __future__ import annotations

import copy
import hashlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from desktop.sandbox.intercom.errors import IntercomError, not_found
from desktop.sandbox.model.clock import Clock
from desktop.sandbox.model.contact_data import Company, DataAttribute
from desktop.sandbox.model.people import File, Line
from desktop.sandbox.model.settings import Settings

WORKSPACE_ID = "sbx7pt3q"
OPERATOR_ID = "7900"
FILE_LINK_LIFETIME_S = 1800  # of signed attachment URLs


class App(NamedTuple):
    """An app of the workspace. package_code: on every part that it creates."""

    name: str
    token: str
    package_code: str


class Author(NamedTuple):
    """The author of a part. type: `admin`, `bot`, `team`, `user`, `lead`, or a rare one."""

    type: str
    id: str

    @property
    def is_contact(self) -> bool:
        return self.type in ("user", "lead", "contact", "visitor", "anonymous")


class AwayReason(NamedTuple):
    """A reason for away mode; deleted ones are still listed."""

    id: int
    label: str
    emoji: str
    order: int
    deleted: bool = False


AWAY_REASONS = (
    AwayReason(12301, "On a break", "☕", 1),
    AwayReason(12302, "In a meeting", "🗓", 2),
    AwayReason(12303, "On holiday", "🌴", 3, deleted=True),
)


@dataclass(slots=True)
class Admin:
    id: str
    name: str
    email: str
    job_title: str = "Support"
    team_ids: list[int] = field(default_factory=list)
    away_mode_enabled: bool = False
    away_mode_reassign: bool = False
    away_status_reason_id: int | None = None


@dataclass(slots=True)
class Team:
    id: str
    name: str
    admin_ids: list[str]


@dataclass(slots=True)
class Macro:
    id: str
    name: str
    body: str
    body_text: str
    created_at: float


@dataclass(slots=True)
class Note:
    """A note on a contact (not a note in a conversation)."""

    id: str
    contact_id: str
    admin_id: str
    body: str
    created_at: int


class Merge(NamedTuple):
    """A contact merged into another. merged_at: Unix seconds."""

    source_contact_id: str
    source_contact_role: str
    merged_at: int


@dataclass(slots=True)
class Contact:
    """A contact. customer_id: the sandbox's customer; in no answer."""

    id: str
    role: str
    created_at: int
    updated_at: int
    name: str | None = None
    email: str = ""
    phone: str | None = None
    external_id: str | None = None
    owner_id: str | None = None
    custom_attributes: dict[str, Any] = field(default_factory=dict)
    device: dict[str, Any] = field(default_factory=dict)
    last_seen_at: int | None = None
    last_replied_at: int | None = None
    last_contacted_at: int | None = None
    signed_up_at: int | None = None
    unsubscribed_from_emails: bool = False
    has_hard_bounced: bool = False
    marked_email_as_spam: bool = False
    tags: list[Tagging] = field(default_factory=list)
    note_ids: list[str] = field(default_factory=list)  # oldest first
    company_ids: list[str] = field(default_factory=list)
    language_override: str | None = None
    location: dict[str, str] = field(default_factory=dict)
    merged_into: str | None = None
    merge_history: list[Merge] = field(default_factory=list)  # oldest first
    customer_id: str | None = None
    unindexed_versions: deque[Contact | None] = field(default_factory=deque)


@dataclass(slots=True)
class Part:
    id: str
    part_type: str
    author: Author
    created_at: int
    updated_at: int
    body: str | None = None
    files: Sequence[File] = ()
    package_code: str | None = None
    state: str = "open"
    assigned_to: tuple[str, str | None] | None = None
    email: dict[str, Any] | None = None
    event: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    redacted: bool = False
    at: float = 0.0  # exact time, for the screens
    channel: str = "messenger"  # of the conversation when this was written; in no answer
    from_ai: bool = False

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.files)


@dataclass(slots=True)
class Source:
    """The first message of a conversation. It has no package code."""

    id: str
    type: str
    delivered_as: str
    author: Author
    body: str
    at: float
    subject: str = ""
    files: Sequence[File] = ()
    url: str | None = None
    redacted: bool = False
    email: dict[str, Any] | None = None


class Tagging(NamedTuple):
    tag_id: str
    applied_at: int
    applied_by: str


class Rating(NamedTuple):
    """A rating of a conversation, 1 to 5. score: None while it is only requested."""

    requested_at: int
    contact_id: str
    admin_id: str | None
    score: int | None = None
    remark: str = ""
    replied_at: int | None = None


@dataclass(slots=True)
class Conversation:
    """A conversation.

    first_reply: time of the contact's first message, and URL of the page.
    writers: ids of the customers who wrote here by phone; in no answer.
    parts_read: number of parts when a contact last had it in their Messenger; in no answer.
    awaits_reply: it is a message of ours without an answer, which no call shows as a conversation.
    """

    id: str
    created_at: int
    updated_at: int
    source: Source
    contact_ids: list[str]
    parts: list[Part] = field(default_factory=list)
    state: str = "open"
    read: bool = False
    priority: str = "none"
    title: str | None = None
    snoozed_until: int | None = None
    waiting_since: int | None = None
    closed_at: float | None = None
    rating: Rating | None = None
    admin_assignee_id: int = 0
    team_assignee_id: int = 0
    teammate_ids: list[str] = field(default_factory=list)
    tags: list[Tagging] = field(default_factory=list)
    custom_attributes: dict[str, Any] = field(default_factory=dict)
    statistics: dict[str, int | str] = field(default_factory=dict)
    channel_initial: str = "messenger"
    channel: str = "messenger"
    first_reply: tuple[int, str | None] | None = None
    writers: set[str] = field(default_factory=set)
    parts_read: int = 0
    awaits_reply: bool = False
    unindexed_versions: deque[Conversation | None] = field(default_factory=deque)


@dataclass(slots=True)
class LineChat:
    """A customer's chat on one line, with its contact and newest conversation in Intercom."""

    line: Line
    address: str
    contact_id: str
    conversation_id: str = ""


ChangeKind = Literal[
    "contact_created",
    "contact_updated",
    "contact_tagged",
    "contact_untagged",
    "conversation_tagged",
    "conversation_read",
    "conversation_deleted",
    "priority_updated",
    "part_redacted",
    "rating_added",
    "away_mode_updated",
]


class Change(NamedTuple):
    """A change that adds no part. before: earlier values of a contact's changed fields. tag_id: of a tagging."""

    kind: ChangeKind
    record: Contact | Conversation | Part | Admin
    before: Mapping[str, Any] = MappingProxyType({})
    tag_id: str = ""


class Workspace:
    """All records, their ids and indexes.

    on_conversation(conversation), on_part(conversation, part), on_merge(old, into) and on_change(change) are called
    after the change in order of registration, as Intercom's webhooks are. on_first_message(conversation) is called also
    for a message of ours that is no conversation yet.
    """

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.settings = settings
        self.admins: dict[str, Admin] = {}
        self.teams: dict[str, Team] = {}
        self.tags: dict[str, str] = {}
        self.macros: dict[str, Macro] = {}
        self.notes: dict[str, Note] = {}
        self.data_attributes: dict[str, DataAttribute] = {}
        self.companies: dict[str, Company] = {}
        self.contacts: dict[str, Contact] = {}
        self.conversations: dict[str, Conversation] = {}
        self.conversations_by_contact: dict[str, list[str]] = {}
        self.contacts_by_customer: dict[str, list[str]] = {}
        self.contacts_by_phone: dict[str, list[str]] = {}
        self._parts: dict[str, tuple[Conversation, Part]] = {}
        self.files: dict[str, File] = {}
        self.files_url = "https://downloads.example.com"
        self.on_conversation: list[Callable[[Conversation], None]] = []
        self.on_first_message: list[Callable[[Conversation], None]] = []
        self.on_part: list[Callable[[Conversation, Part], None]] = []
        self.on_merge: list[Callable[[Contact, Contact], None]] = []
        self.on_change: list[Callable[[Change], None]] = []
        kinds = ("contact", "conversation", "part", "source", "tag", "note", "company", "message")
        self._numbers = dict.fromkeys(kinds, 0)

    def now(self) -> int:
        return int(self.clock.now())

    def next_number(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    def conversation(self, conversation_id: str) -> Conversation:
        conversation = self.conversations.get(conversation_id)
        if conversation is None or conversation.awaits_reply:
            raise not_found()
        return conversation

    def contact(self, contact_id: str) -> Contact:
        """The contact; 410 with the canonical URL if it was merged into another."""
        contact = self.contacts.get(contact_id)
        if contact is None:
            raise IntercomError(404, "not_found", "User Not Found")
        if contact.merged_into is not None:
            link = {"Link": f'</contacts/{self.merge_target(contact).id}>; rel="canonical"'}
            raise IntercomError(
                410,
                "contact_merged",
                "This contact has been merged. See the 'Link' header for the canonical contact.",
                headers=link,
            )
        return contact

    def unmerged_contact(self, contact_id: str) -> Contact:
        """The contact; 404 also if it was merged: only calls on the contact itself name the target."""
        contact = self.contacts.get(contact_id)
        if contact is None or contact.merged_into is not None:
            raise IntercomError(404, "not_found", "User Not Found")
        return contact

    def merge_target(self, contact: Contact) -> Contact:
        while contact.merged_into is not None:
            contact = self.contacts[contact.merged_into]
        return contact

    def assign_customer(self, contact: Contact, customer_id: str) -> None:
        """Set the contact's customer, if it has none."""
        if contact.customer_id is None:
            contact.customer_id = customer_id
            self.contacts_by_customer.setdefault(customer_id, []).append(contact.id)

    def index_phone(self, contact: Contact) -> None:
        if contact.phone:
            ids = self.contacts_by_phone.setdefault(phone_digits(contact.phone), [])
            if contact.id not in ids:
                ids.append(contact.id)

    def contacts_with_phone(self, phone: str) -> list[Contact]:
        """Unmerged contacts with this number in any spelling, in order of creation."""
        wanted = phone_digits(phone)
        known = [self.contacts[c] for c in self.contacts_by_phone.get(wanted, ())]
        return [c for c in known if c.merged_into is None and phone_digits(c.phone or "") == wanted]

    def part(self, part_id: str) -> tuple[Conversation, Part]:
        conversation, part = self._parts.get(part_id, (None, None))
        if conversation is not None and part is not None and conversation.id in self.conversations:
            return conversation, part
        raise IntercomError(404, "conversation_part_or_message_not_found", "Part not found")

    def index_part(self, conversation: Conversation, part: Part) -> None:
        """Make a new part available by its id."""
        self._parts[part.id] = conversation, part

    def admin(self, admin_id: object) -> Admin:
        try:
            return self.admins[str(admin_id)]
        except KeyError:
            raise IntercomError(404, "admin_not_found", "Admin not found", "admin_id") from None

    def ensure_tag(self, name: str) -> str:
        """The id of the tag; it is created if it does not exist."""
        for tag_id, known in self.tags.items():
            if known.lower() == name.lower():
                return tag_id
        tag_id = str(85 + self.next_number("tag"))
        self.tags[tag_id] = name
        return tag_id

    def add_files(self, files: Sequence[File]) -> Sequence[File]:
        for file in files:
            if not file.id:
                file.id = f"f{len(self.files) + 1:06d}"
                self.files[file.id] = file
        return files

    def file_url(self, file: File) -> str:
        """A signed URL for `open_file`, valid for `FILE_LINK_LIFETIME_S`."""
        expires = self.now() + FILE_LINK_LIFETIME_S
        return f"{self.files_url}/{file.id}/{_signature(file.id, expires)}?expires={expires}"

    def open_file(self, file_id: str, signature: str, expires: int) -> File | None:
        """The file of a signed URL; None if it is forged or has expired."""
        if signature != _signature(file_id, expires) or expires <= self.now():
            return None
        return self.files.get(file_id)

    def report(self, change: Change) -> None:
        """Call the listeners of `on_change`."""
        for listener in self.on_change:
            listener(change)

    def before_change(self, record: Conversation | Contact) -> None:
        """Call before every change: keeps the version that search sees until its index is updated."""
        lag_s = self.settings.search_lag_s
        if lag_s > 0:
            self._delay_indexing(record, _snapshot(record), lag_s)

    def after_create(self, record: Conversation | Contact) -> None:
        """Call for every new record: search does not find it until its index is updated."""
        lag_s = self.settings.search_lag_s
        if lag_s > 0:
            self._delay_indexing(record, None, lag_s)

    def _delay_indexing(self, record: Any, seen: Any, lag_s: float) -> None:
        record.unindexed_versions.append(seen)
        self.clock.call_later(lag_s, record.unindexed_versions.popleft)


def phone_digits(phone: str) -> str:
    """The digits of a number without a leading international `00`."""
    return "".join(c for c in phone if c.isdigit()).removeprefix("00")


def indexed_version(record: Any) -> Any:
    """The record as search sees it now; None while it is not indexed."""
    return record.unindexed_versions[0] if record.unindexed_versions else record


def _snapshot(record: Any) -> Any:
    seen = copy.copy(record)
    for name in seen.__slots__:
        value = getattr(seen, name)
        # Search does not use the parts, and a copy of a long thread for each change would fill the memory.
        if isinstance(value, (list, dict)) and name != "parts":
            setattr(seen, name, value.copy())
    return seen


def _signature(file_id: str, expires: int) -> str:
    return hashlib.sha256(f"sandbox:{file_id}:{expires}".encode()).hexdigest()[:24]
