"""What the providers reported, before any decision: entries, conversations, contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from operator import eq, le

from desktop.domain.model.formatting import Spans
from desktop.domain.model.frozen import frozen


class ChannelKind(StrEnum):
    """Where messages are exchanged. `UNKNOWN` is a result, never a default for the likeliest."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    SMS = "sms"
    MESSENGER = "messenger"
    EMAIL = "email"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    VIBER = "viber"
    LINE = "line"
    WECHAT = "wechat"
    TWITTER = "twitter"
    PHONE = "phone"
    UNKNOWN = "unknown"


class Client(StrEnum):
    """The program a customer typed in, if known."""

    WEB = "web"
    IOS = "ios"
    ANDROID = "android"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Whom the provider names as author. A bridge writes under a customer's or a teammate's name.

    `UNKNOWN`: an undocumented author type, and none of the conversation's contacts; it may be the customer.
    """

    CUSTOMER = "customer"
    TEAMMATE = "teammate"
    BOT = "bot"
    UNKNOWN = "unknown"


class EntryKind(StrEnum):
    """`MESSAGE` has text or files for the other side, `NOTE` is internal, `EVENT` is a grey line.

    `UNKNOWN`: an undocumented part type with text or files; it may be a message.
    """

    MESSAGE = "message"
    NOTE = "note"
    EVENT = "event"
    UNKNOWN = "unknown"


class ConversationState(StrEnum):
    """Intercom's state of a conversation."""

    OPEN = "open"
    CLOSED = "closed"
    SNOOZED = "snoozed"


class Priority(StrEnum):
    """Intercom's priority of a conversation, lowest first."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for none, 4 for urgent."""
        return [*Priority].index(self)


MessageKey = tuple[str, str]
"""(conversation id, entry id): entry ids alone are not unique."""


class TagSighting(StrEnum):
    """When a tag was seen whose time the provider does not report.

    `AT_FIRST`: at the first read of the conversation, at most two minutes after its creation.
    `LATER`: not at an earlier read. `UNKNOWN`: neither.
    """

    AT_FIRST = "at_first"
    LATER = "later"
    UNKNOWN = "unknown"


@frozen
class Tag:
    """A tag on a conversation. applied_at, applied_by (id of an admin): None and "" if not reported."""

    name: str
    applied_at: datetime | None = None
    applied_by: str = ""
    sighting: TagSighting = TagSighting.UNKNOWN

    @property
    def key(self) -> str:
        """For comparing: tag names match as a whole, in any case."""
        return self.name.strip().casefold()


@frozen
class Attachment:
    """A file or inline image.

    url: signed by the provider and short-lived (Intercom: 30 minutes), so never a stable key.
    size_bytes, width_px, height_px: None if not reported.
    """

    name: str
    url: str
    content_type: str = ""
    size_bytes: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    inline: bool = False


ASSIGNED_TO_NOBODY = "nobody"


@frozen
class Entry:
    """One entry of a conversation as the provider reported it.

    id: the provider's part id; `source:<conversation id>` for the first message. Unique with the conversation id.
    event: the provider's word for what happened (Intercom's `part_type`; "source" for the first message).
    text: plain text; "" for none.
    app_code: package code of the app that made it through the API; None if it was not made through the API.
    app_code_reported: False if the answer has no app codes at all, so that None means little.
    client_hint: the contact's client when the message arrived, else UNKNOWN.
    line_hint: our address in the chat it came from, as the bridge had written it on the contact when the message
        arrived; "" if not looked up.
    customer_hint: the customer's address at that time, likewise.
    attribute_hint: the one channel that the bridge's contact attributes named within two minutes of the message.
    channel_hint: `Conversation.current_channel` of the answer in which it was first read; "" if not stored.
    arrival: counts the entries stored on this computer in the order they became known; 0 outside the store.
    wiped: its text and files were stored here and have been deleted.
    fingerprint: of the provider's own form of it; 0 if unknown.
    assigned_to: whom an event assigned the conversation to: `teammate:` or `team:` and an id, or `ASSIGNED_TO_NOBODY`;
        "" if it isn't said.
    formatting: styles and links of the text.
    """

    id: str
    conversation_id: str
    sent_at: datetime
    role: Role
    kind: EntryKind
    event: str = "comment"
    author_id: str = ""
    author_name: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    app_code: str | None = None
    app_code_reported: bool = True
    by_email: bool = False
    tags: tuple[str, ...] = ()
    is_first: bool = False
    redacted: bool = False
    client_hint: Client = Client.UNKNOWN
    line_hint: str = ""
    customer_hint: str = ""
    attribute_hint: ChannelKind = ChannelKind.UNKNOWN
    channel_hint: str = ""
    arrival: int = 0
    wiped: bool = False
    fingerprint: int = field(default=0, compare=False)
    assigned_to: str = ""
    formatting: Spans = ()

    @property
    def is_customer_message(self) -> bool:
        """Whether the customer surely wrote it to us."""
        return self.role is Role.CUSTOMER and self.kind is EntryKind.MESSAGE

    @property
    def may_be_customer_message(self) -> bool:
        """Whether it may be the customer's, by an unknown author or of an unknown kind. It opens no window."""
        if self.role not in (Role.CUSTOMER, Role.UNKNOWN) or self.is_customer_message:
            return False
        return self.kind in (EntryKind.MESSAGE, EntryKind.UNKNOWN)

    @property
    def key(self) -> MessageKey:
        """Unique over all conversations."""
        return (self.conversation_id, self.id)

    @property
    def order(self) -> tuple[datetime, str, int, str]:
        """Sort key over all conversations. Times in seconds tie often, so the numeric part id decides; a first message
        comes before every part of its conversation."""
        digits = self.id if self.id.isdecimal() else ""
        number = -1 if self.is_first else int(digits or 0)
        return (self.sent_at, self.conversation_id, number, self.id)


def in_order(entries: Sequence[Entry]) -> Sequence[Entry]:
    """A conversation's entries by `Entry.order`. Mostly they are, and their times show it, but for the few that tie."""
    times = [entry.sent_at for entry in entries]
    if all(map(le, times, times[1:])):
        ties = (n for n, is_tie in enumerate(map(eq, times, times[1:])) if is_tie)
        if all(entries[n].order < entries[n + 1].order for n in ties):
            return entries
    return sorted(entries, key=lambda e: e.order)


@frozen
class Conversation:
    """Intercom's conversation with the entries that are stored.

    born_on: channel word of the first message in the provider's vocabulary ("conversation" = Messenger or made
        through the API); "" if not reported.
    initial_channel, current_channel: the provider's conversation-level channels at first and now; None if not reported.
    delivered_as: who began it, in the provider's word (`source.delivered_as`); "" if not reported.
    page_url: web page that the customer's first message was typed on; None for the API, mobile apps and e-mail.
    removed_tags: names of tags that an earlier answer had and the newest one has not.
    unseen_before: messages older than this instant may exist that are not stored (part limit, not fetched yet);
        None if all are stored.
    priority: NONE also where it is not reported.
    fingerprint: of the answer it is from, without what is new in every answer; 0 if unknown.
    is_partial: entries that were stored already when it was asked for are left out of this answer.
    """

    id: str
    created_at: datetime
    updated_at: datetime
    state: ConversationState = ConversationState.OPEN
    title: str = ""
    born_on: str = "conversation"
    initial_channel: str | None = None
    current_channel: str | None = None
    delivered_as: str = ""
    page_url: str | None = None
    tags: tuple[Tag, ...] = ()
    removed_tags: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    assignee_id: str | None = None
    team_id: str | None = None
    snoozed_until: datetime | None = None
    read: bool = True
    priority: Priority = Priority.NONE
    entries: tuple[Entry, ...] = ()
    unseen_before: datetime | None = None
    fingerprint: int = field(default=0, compare=False)
    is_partial: bool = field(default=False, compare=False)


@frozen
class Contact:
    """An Intercom contact. Several may be one customer.

    bridge_attributes: custom attributes that a bridge wrote (lower-case names, text values).
    takes_email: has an address, is subscribed, has not bounced.
    email_fails: its address has hard-bounced or marked our mail as spam.
    messenger_seen_at: the last activity in any Messenger client; None if never seen.
    language: code of the language that their Messenger is set to, or else their browser; "" if unknown.
    """

    id: str
    role: str = "user"
    name: str = ""
    email: str = ""
    phone: str = ""
    takes_email: bool = False
    email_fails: bool = False
    bridge_attributes: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    messenger_seen_at: datetime | None = None
    ios_seen_at: datetime | None = None
    android_seen_at: datetime | None = None
    web_seen_at: datetime | None = None
    location: str = ""
    updated_at: datetime | None = None
    merged_ids: tuple[str, ...] = ()
    language: str = ""
