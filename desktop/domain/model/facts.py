"""What the providers told us, in our own words and before any decision: entries, conversations, contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ChannelKind(StrEnum):
    """Where words are exchanged. `UNKNOWN` is an honest answer, never a default for the likeliest."""

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
    """The program a customer typed in, where that is known."""

    WEB = "web"
    IOS = "ios"
    ANDROID = "android"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Who the provider names as author. A bridge writes under a customer's or a teammate's name.

    `UNKNOWN`: an author type that is not documented and none of the conversation's contacts; it may be the customer.
    """

    CUSTOMER = "customer"
    TEAMMATE = "teammate"
    BOT = "bot"
    UNKNOWN = "unknown"


class EntryKind(StrEnum):
    """`MESSAGE` has words or files for the other side, `NOTE` is internal, `EVENT` is a grey line.

    `UNKNOWN`: a part type that is not documented, with words or files; it may be a message.
    """

    MESSAGE = "message"
    NOTE = "note"
    EVENT = "event"
    UNKNOWN = "unknown"


class ConversationState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    SNOOZED = "snoozed"


MessageKey = tuple[str, str]
"""(conversation id, entry id): entry ids alone are not unique."""


class TagSighting(StrEnum):
    """What our reads tell of a tag whose time the provider does not report.

    `AT_FIRST`: it stood there when we first read the conversation, at most two minutes after its creation.
    `LATER`: an earlier read did not have it. `UNKNOWN`: neither.
    """

    AT_FIRST = "at_first"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a conversation. applied_at, applied_by (id of an admin): None and "" where the answer does not say."""

    name: str
    applied_at: datetime | None = None
    applied_by: str = ""
    sighting: TagSighting = TagSighting.UNKNOWN

    @property
    def key(self) -> str:
        """For comparing: tag names are matched whole and in any case."""
        return self.name.strip().casefold()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or inline image.

    url: signed by the provider and short-lived (Intercom: 30 minutes), so never a stable key.
    size_bytes, width_px, height_px: None where the provider does not say.
    """

    name: str
    url: str
    content_type: str = ""
    size_bytes: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a conversation as the provider reported it.

    id: the provider's part id; `source:<conversation id>` for the first message. Unique with the conversation id.
    event: the provider's word for what happened (Intercom's `part_type`; "source" for the first message).
    text: plain text; "" where there is none.
    app_code: package code of the app that made it through the API; None when it was not made through the API.
    app_code_reported: False where the answer does not speak of app codes at all, so that None proves little.
    client_hint: sampled from the contact when the message arrived, else UNKNOWN.
    line_hint: our address in the chat it came from, as the bridge had it on the contact when the message arrived; ""
        where that was not looked at.
    customer_hint: the customer's address then, likewise.
    attribute_hint: the one channel that the bridge's contact attributes named within two minutes of the message.
    channel_hint: `Conversation.current_channel` of the answer in which it was first read; "" where not kept.
    arrival: counts every entry stored on this computer in the order it became known; 0 outside the store.
    wiped: its words and files were here, and are kept no longer.
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

    @property
    def is_customer_message(self) -> bool:
        return self.role is Role.CUSTOMER and self.kind is EntryKind.MESSAGE

    @property
    def may_be_customer_message(self) -> bool:
        """Words of an unknown author or kind that may be the customer's: they open nothing and prove nothing."""
        if self.role not in (Role.CUSTOMER, Role.UNKNOWN) or self.is_customer_message:
            return False
        return self.kind in (EntryKind.MESSAGE, EntryKind.UNKNOWN)

    @property
    def key(self) -> MessageKey:
        return (self.conversation_id, self.id)

    @property
    def order(self) -> tuple[datetime, str, int, str]:
        """Sort key over all conversations. Seconds tie often, so the numeric part id decides; a first message
        comes before every part of its conversation."""
        digits = self.id if self.id.isdecimal() else ""
        number = -1 if self.is_first else int(digits or 0)
        return (self.sent_at, self.conversation_id, number, self.id)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Intercom's conversation with the entries we hold.

    born_on: channel word of the first message in the provider's vocabulary ("conversation" = Messenger or made
        through the API); "" when the answer has none.
    initial_channel, current_channel: the provider's conversation-level channels at birth and now; None when not given.
    delivered_as: who began it, in the provider's word (`source.delivered_as`); "" when the answer has none.
    page_url: web page the customer's first message was typed on; None for the API, mobile apps and mail.
    removed_tags: names of tags that an earlier answer had and the newest one has not.
    unseen_before: messages older than this instant may exist that we do not hold (part cap, not fetched yet);
        None when we hold all.
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
    entries: tuple[Entry, ...] = ()
    unseen_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """An Intercom contact. Several may be one customer.

    bridge_attributes: custom attributes that a bridge wrote (lower-case names, text values).
    takes_email: has an address, is subscribed, has not bounced.
    email_fails: its address has hard-bounced or marked our mail as spam.
    messenger_seen_at: newest sign of life in any Messenger client; None when never seen.
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
