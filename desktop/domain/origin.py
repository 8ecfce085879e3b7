"""Decides which channel, client and transport a customer's message came from, with a confidence and a reason.

The evidence is a ranked table (reach rules, section 1); the first match wins. An origin follows from stored facts
alone: what the contact and the conversation said when a message was first read is stored with the message, so that
withdrawn evidence changes only the origins that rested on it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cached_property

from desktop.domain.bridge.tagging import (
    AUTOMATED_DELIVERY,
    LATE_AFTER,
    SIGHTING_SLACK,
    TagEvidence,
    find_tag_evidence,
    is_seen_near,
    seen_in_messenger,
)
from desktop.domain.model.facts import ChannelKind, Client, Contact, Conversation, Entry
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import Reason, ReasonCode, make_reason
from desktop.domain.model.workspace import Tagging, Workspace

SURE_FROM, WEAK_FROM = 80, 60
"""From this confidence on an origin or mapping is sure, or weak. Below, it is not known."""

# Intercom's words for its own channels (`source.type`, `channel.current`).
NATIVE_CHANNELS = {
    "whatsapp": ChannelKind.WHATSAPP,
    "sms": ChannelKind.SMS,
    "facebook": ChannelKind.FACEBOOK,
    "instagram": ChannelKind.INSTAGRAM,
    "twitter": ChannelKind.TWITTER,
}
PHONE_WORDS = frozenset({"phone_call", "phone_switch"})
MESSENGER_WORDS = frozenset({"conversation", "push"})
"""`source.type` of conversations shown in the Messenger: begun there, or through the API, as a bridge does."""
OWN_CHANNEL_WORDS = frozenset({*MESSENGER_WORDS, "messenger", "email"})
"""`channel.current` of conversations that Intercom itself keeps in the Messenger or by e-mail (API 2.16)."""


class Transport(StrEnum):
    """How the message got into Intercom."""

    BRIDGE = "bridge"
    NATIVE = "native"
    MESSENGER = "messenger"
    EMAIL = "email"
    API = "api"
    UNKNOWN = "unknown"


@frozen
class Origin:
    """Where a message came from. confidence: 0-100. rank: row of the evidence table, 0 is strongest."""

    channel: ChannelKind
    client: Client
    transport: Transport
    confidence: int
    reason: Reason
    rank: int

    @property
    def is_sure(self) -> bool:
        """Whether decisions may rely on it."""
        return self.channel is not ChannelKind.UNKNOWN and self.confidence >= SURE_FROM

    @property
    def is_known(self) -> bool:
        """Whether it is sure or weak; below that it is shown and treated as unknown."""
        return self.channel is not ChannelKind.UNKNOWN and self.confidence >= WEAK_FROM


class OriginContext:
    """What the origins of all messages of one author in one conversation depend on, computed once.

    contact: the author, None if unknown. now: None for an instant long after all messages.
    """

    def __init__(
        self,
        conversation: Conversation,
        contact: Contact | None,
        workspace: Workspace,
        now: datetime | None = None,
    ) -> None:
        self.conversation = conversation
        self.contact = contact
        self.workspace = workspace
        self.now = now
        # Most messages of a conversation show the same, and each is asked for twice.
        self._bridged: dict[object, tuple[ChannelKind, int, Reason]] = {}
        self._by_app: dict[object, Origin] = {}

    def bridged_channel(self, entry: Entry) -> tuple[ChannelKind, int, Reason]:
        """The channel of a customer's message that the bridge posted, with confidence and reason."""
        shown = _shown_by(entry)
        found = self._bridged.get(shown)
        if found is None:
            found = self._bridged[shown] = _bridged_channel(entry, self)
        return found

    def origin_by_app(self, entry: Entry, code: str) -> Origin:
        """The origin of a customer's message that an app made, by its code."""
        shown = _shown_by(entry)
        found = self._by_app.get(shown)
        if found is None:
            found = self._by_app[shown] = _origin_by_app(code, entry, self)
        return found

    @cached_property
    def tag_evidence(self) -> TagEvidence | None:
        """What the conversation's tags show."""
        return find_tag_evidence(self.conversation, self.contact, self.workspace)

    @cached_property
    def attribute_channel(self) -> ChannelKind | None:
        """The channel that the bridge's contact attributes name today."""
        return attribute_channel(self.contact, self.workspace)


def _shown_by(entry: Entry) -> object:
    """All that a message itself shows of where an app took it from."""
    return (entry.app_code, entry.tags, entry.attribute_hint)


def find_origin(entry: Entry, context: OriginContext) -> Origin:
    """The origin of a customer's message.

    Sources of the table: Intercom API 2.16 (`app_package_code`, `source`, `channel`; 2026-08-21) and the bridge's tags.
    """
    conversation, contact, workspace = context.conversation, context.contact, context.workspace
    stated = workspace.message_channels.get(entry.key)
    if stated is not None:
        return _stated_by_person(stated, conversation, entry)
    if entry.app_code is not None:
        return context.origin_by_app(entry, entry.app_code)
    if entry.by_email:
        return _origin(4, 95, ChannelKind.EMAIL, Transport.EMAIL, make_reason(ReasonCode.EMAIL_HEADERS))
    if not entry.is_first and not entry.app_code_reported:
        return _unknown(12, 0, ReasonCode.CODE_NOT_REPORTED)
    native = _native(entry, conversation, contact)
    if native is not None:
        return native
    if conversation.born_on == "email":
        if entry.is_first:
            return _origin(7, 90, ChannelKind.EMAIL, Transport.EMAIL, make_reason(ReasonCode.EMAIL_CONVERSATION))
        return _origin(7, 55, ChannelKind.EMAIL, Transport.EMAIL, make_reason(ReasonCode.EMAIL_WITHOUT_HEADERS))
    if conversation.born_on not in MESSENGER_WORDS:
        return _pinned_origin(conversation, workspace) or _unknown(13, 0, ReasonCode.NOTHING_KNOWN)
    if entry.is_first:
        return _first_message(entry, context)
    client = _client(entry, contact)
    reason = make_reason(ReasonCode.TYPED_IN_MESSENGER, client=client)
    return _origin(12, 85, ChannelKind.MESSENGER, Transport.MESSENGER, reason, client)


def _origin(
    rank: int,
    confidence: int,
    channel: ChannelKind,
    transport: Transport,
    reason: Reason,
    client: Client = Client.UNKNOWN,
) -> Origin:
    return Origin(channel, client, transport, confidence, reason, rank)


def _unknown(rank: int, confidence: int, code: ReasonCode) -> Origin:
    return _origin(rank, confidence, ChannelKind.UNKNOWN, Transport.UNKNOWN, make_reason(code))


def _stated_by_person(channel: ChannelKind, conversation: Conversation, entry: Entry) -> Origin:
    own = {ChannelKind.MESSENGER: Transport.MESSENGER, ChannelKind.EMAIL: Transport.EMAIL}
    transport = own.get(channel, Transport.BRIDGE)
    if transport is Transport.BRIDGE and _native_channel(conversation, entry) is channel:
        transport = Transport.NATIVE
    return _origin(0, 100, channel, transport, make_reason(ReasonCode.PERSON_SAID_MESSAGE, channel=channel))


def _pinned_origin(conversation: Conversation, workspace: Workspace) -> Origin | None:
    """The origin by a person's pin on the conversation, for messages without evidence of their own."""
    pin = workspace.pins.get(conversation.id)
    if pin is None:
        return None
    channel = pin.channel or ChannelKind.MESSENGER
    transport = Transport.MESSENGER if pin.channel is None else Transport.BRIDGE
    return _origin(0, 100, channel, transport, make_reason(ReasonCode.PERSON_SAID_CONVERSATION, channel=channel))


def _origin_by_app(code: str, entry: Entry, context: OriginContext) -> Origin:
    workspace = context.workspace
    if code in workspace.own_codes:
        return _origin(1, 95, ChannelKind.UNKNOWN, Transport.API, make_reason(ReasonCode.OWN_APP))
    if code not in workspace.bridge_codes:
        return _origin(3, 90, ChannelKind.UNKNOWN, Transport.API, make_reason(ReasonCode.OTHER_APP, code=code))
    channel, confidence, reason = context.bridged_channel(entry)
    if channel is ChannelKind.UNKNOWN:
        pinned = _pinned_origin(context.conversation, workspace)
        if pinned is not None and pinned.transport is Transport.BRIDGE:
            return pinned
    return _origin(2, confidence, channel, Transport.BRIDGE, reason)


def _bridged_channel(entry: Entry, context: OriginContext) -> tuple[ChannelKind, int, Reason]:
    channel, confidence, code = _bridged_channel_evidence(entry, context)
    if entry.app_code in context.workspace.unconfirmed_codes:
        confidence = min(confidence, SURE_FROM)
    if channel is ChannelKind.UNKNOWN:
        return channel, confidence, make_reason(code, code=entry.app_code or "")
    return channel, confidence, make_reason(code, code=entry.app_code or "", channel=channel)


def _bridged_channel_evidence(entry: Entry, context: OriginContext) -> tuple[ChannelKind, int, ReasonCode]:
    workspace, tagged = context.workspace, context.tag_evidence
    own_tags = {workspace.bridge_tags[t] for t in _tag_keys(entry.tags) if t in workspace.bridge_tags}
    if len(own_tags) == 1:
        return own_tags.pop(), 95, ReasonCode.BRIDGE_TAGGED_MESSAGE
    if own_tags or (tagged is not None and tagged.channel is None):
        return ChannelKind.UNKNOWN, 40, ReasonCode.TAGS_CONTRADICT
    if tagged is not None and tagged.counts and tagged.channel is not None:
        if entry.attribute_hint not in (ChannelKind.UNKNOWN, tagged.channel):
            return ChannelKind.UNKNOWN, 40, ReasonCode.TAGS_CONTRADICT
        return tagged.channel, 90, ReasonCode.BRIDGE_TAGGED
    if workspace.only_bridge_channel is not None:
        return workspace.only_bridge_channel, 90, ReasonCode.BRIDGE_ONLY_CHANNEL
    if entry.attribute_hint is not ChannelKind.UNKNOWN:
        return entry.attribute_hint, 80, ReasonCode.BRIDGE_ATTRIBUTE_THEN
    if tagged is not None and tagged.channel is not None and tagged.confidence >= WEAK_FROM:
        return tagged.channel, tagged.confidence, ReasonCode.BRIDGE_TAGGED_WEAKLY
    by_contact = context.attribute_channel
    if by_contact is not None:
        return by_contact, 60, ReasonCode.BRIDGE_ATTRIBUTE_NOW
    return ChannelKind.UNKNOWN, 40, ReasonCode.BRIDGE_CHANNEL_UNKNOWN


def _tag_keys(tags: tuple[str, ...]) -> set[str]:
    return {tag.strip().casefold() for tag in tags}


def attribute_channel(contact: Contact | None, workspace: Workspace) -> ChannelKind | None:
    """The one channel that a bridge's contact attributes name; None for none or several."""
    if contact is None:
        return None
    channel_words = [contact.bridge_attributes.get(f"{workspace.bridge_attribute_prefix}channel", "")]
    channel_words += [name.removeprefix(workspace.bridge_attribute_prefix) for name in contact.bridge_attributes]
    named = {channel for word in channel_words for channel in _channels_in(word.casefold(), workspace)}
    return named.pop() if len(named) == 1 else None


def _channels_in(word: str, workspace: Workspace) -> set[ChannelKind]:
    """The channels that an attribute names: `messagebird_whatsapp_account_phone` names WhatsApp. A provider's name
    (`twilio`) counts only as the whole word."""
    if word in workspace.bridge_tags:
        return {workspace.bridge_tags[word]}
    pieces = set(word.split("_"))
    unambiguous = (
        ChannelKind.WHATSAPP,
        ChannelKind.TELEGRAM,
        ChannelKind.SMS,
        ChannelKind.INSTAGRAM,
        ChannelKind.VIBER,
    )
    return {channel for channel in unambiguous if channel.value in pieces}


def _native_channel(conversation: Conversation, entry: Entry) -> ChannelKind | None:
    channel_words = (entry.channel_hint or conversation.current_channel or "", conversation.born_on)
    return next((NATIVE_CHANNELS[w] for w in channel_words if w in NATIVE_CHANNELS), None)


def _native(entry: Entry, conversation: Conversation, contact: Contact | None) -> Origin | None:
    """The origin in a conversation on one of Intercom's own channels.

    Parts are sure while all that Intercom says of the channel agrees and the customer was not seen in the Messenger at
    that time.
    """
    born = conversation.born_on
    if born in PHONE_WORDS:
        # Messages added to a call later may be typed in the Messenger.
        confidence = 90 if entry.is_first else 55
        return _origin(6, confidence, ChannelKind.PHONE, Transport.NATIVE, make_reason(ReasonCode.PHONE_CALL))
    if entry.is_first:
        if born not in NATIVE_CHANNELS:
            return None
        reason = make_reason(ReasonCode.NATIVE_FIRST, channel=NATIVE_CHANNELS[born])
        return _origin(5, 90, NATIVE_CHANNELS[born], Transport.NATIVE, reason)
    current = entry.channel_hint or conversation.current_channel or born
    channel = _native_channel(conversation, entry)
    if channel is None:
        return None
    if born == current == (conversation.initial_channel or born):
        if entry.client_hint is not Client.UNKNOWN or is_seen_near(entry.sent_at, contact):
            reason = make_reason(ReasonCode.NATIVE_DESPITE_MESSENGER, channel=channel)
            return _origin(5, 55, channel, Transport.NATIVE, reason)
        return _origin(5, 80, channel, Transport.NATIVE, make_reason(ReasonCode.NATIVE, channel=channel))
    return _origin(
        5, 55, channel, Transport.NATIVE, make_reason(ReasonCode.NATIVE_MOVED, born_on=born, current=current)
    )


def _first_message(entry: Entry, context: OriginContext) -> Origin:
    conversation, contact, workspace = context.conversation, context.contact, context.workspace
    if conversation.page_url is not None:
        reason = make_reason(ReasonCode.WEB_PAGE)
        return _origin(8, 90, ChannelKind.MESSENGER, Transport.MESSENGER, reason, Client.WEB)
    pinned = _pinned_origin(conversation, workspace)
    if pinned is not None:
        return pinned
    tagged = context.tag_evidence
    if tagged is not None and tagged.channel is not None and tagged.confidence >= WEAK_FROM:
        reason = make_reason(tagged.reason, channel=tagged.channel)
        return _origin(9, tagged.confidence, tagged.channel, Transport.BRIDGE, reason)
    posted = [e for e in conversation.entries if e.is_customer_message and e.app_code in workspace.bridge_codes]
    if posted:
        # A bridge begins its conversations itself, so the message before its first one is its own as well.
        channel, confidence, _ = context.bridged_channel(min(posted, key=lambda e: e.order))
        most = SURE_FROM if channel is workspace.only_bridge_channel else 70
        reason = make_reason(ReasonCode.BRIDGE_FOLLOWS, channel=channel)
        return _origin(10, min(most, confidence), channel, Transport.BRIDGE, reason)
    own = messenger_evidence(conversation, contact, workspace, context.now) if tagged is None else None
    if own is not None:
        confidence, reason = own
        client = _client(entry, contact)
        return _origin(11, confidence, ChannelKind.MESSENGER, Transport.MESSENGER, reason, client)
    return _unknown(11, 30, ReasonCode.FIRST_UNKNOWN)


def messenger_evidence(
    conversation: Conversation, contact: Contact | None, workspace: Workspace, now: datetime | None
) -> tuple[int, Reason] | None:
    """Evidence that a conversation is the Messenger's although a bridge exists: (confidence, reason), or None.

    It never outweighs a bridge's message or tag; call this only where there is none. now: None for long after.
    """
    if conversation.page_url is not None:
        return 90, make_reason(ReasonCode.WEB_PAGE)
    if conversation.delivered_as in AUTOMATED_DELIVERY:
        return 80, make_reason(ReasonCode.NOT_BY_CUSTOMER)
    if not workspace.has_bridge:
        return 80, make_reason(ReasonCode.NO_BRIDGE)
    is_old_enough = now is None or now - conversation.created_at > LATE_AFTER
    lost_tag = any(tag.strip().casefold() in workspace.bridge_tags for tag in conversation.removed_tags)
    if any(e.app_code in workspace.bridge_codes for e in conversation.entries):
        # Notes and echoes too: a bridge writes only where it mirrors a chat.
        return None
    if workspace.tagging is Tagging.ESTABLISHED and is_old_enough and not lost_tag:
        return 80, make_reason(ReasonCode.NO_BRIDGE_TAG)
    if seen_in_messenger(conversation, contact):
        return 70, make_reason(ReasonCode.MESSENGER_SIGHTING)
    return None


def _client(entry: Entry, contact: Contact | None) -> Client:
    return sighted_client(entry, contact) if entry.client_hint is Client.UNKNOWN else entry.client_hint


def sighted_client(entry: Entry, contact: Contact | None) -> Client:
    """The one client that the contact was seen in around the time of the message; UNKNOWN for none or several."""
    if contact is None:
        return Client.UNKNOWN
    sightings = (
        (Client.IOS, contact.ios_seen_at),
        (Client.ANDROID, contact.android_seen_at),
        (Client.WEB, contact.web_seen_at),
    )
    near = [client for client, at in sightings if at is not None and abs(at - entry.sent_at) <= SIGHTING_SLACK]
    return near[0] if len(near) == 1 else Client.UNKNOWN
