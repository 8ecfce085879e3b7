"""Decides which channel chat a conversation mirrors, with a confidence and a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from desktop.domain.bridge.notice import channel_named_in, find_notices
from desktop.domain.bridge.tagging import find_tag_evidence
from desktop.domain.contrary import is_same_address
from desktop.domain.identity.customer import bridge_addresses
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry, in_order
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import Reason, ReasonCode, make_reason
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import (
    MESSENGER_WORDS,
    NATIVE_CHANNELS,
    OWN_CHANNEL_WORDS,
    PHONE_WORDS,
    SURE_FROM,
    WEAK_FROM,
    OriginContext,
    Transport,
    attribute_channel,
    messenger_evidence,
)


@frozen
class ChannelMapping:
    """The channel chat that a conversation mirrors, or may mirror.

    business_address: our number or bot in that chat; None if unknown.
    customer_address: the customer's; None if unknown.
    transport: BRIDGE, or NATIVE for one of Intercom's own channels.
    one_of_several: the business has several addresses on this channel, and it is unknown which one this chat uses; then
        nothing that is known of another chat applies to it.
    address_changed: the contact's address has changed since the newest message was read; whether the bridge continues
        with the old one or the new one is unknown.
    """

    channel: ChannelKind
    business_address: str | None
    customer_address: str | None
    confidence: int
    reason: Reason
    transport: Transport = Transport.BRIDGE
    one_of_several: bool = False
    address_changed: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether decisions may rely on it."""
        return self.confidence >= SURE_FROM and self.channel is not ChannelKind.UNKNOWN

    @property
    def is_known(self) -> bool:
        """Whether it is sure or weak. Below, the conversation is *possibly mapped* and its channel unknown."""
        return self.confidence >= WEAK_FROM and self.channel is not ChannelKind.UNKNOWN

    @property
    def is_weak(self) -> bool:
        """Whether it is known but not sure."""
        return self.is_known and not self.is_sure

    @property
    def display_channel(self) -> ChannelKind:
        """The channel to show: UNKNOWN where it is not known."""
        return self.channel if self.is_known else ChannelKind.UNKNOWN


@frozen
class Unmapped:
    """The channel of a conversation that mirrors nothing: Messenger, e-mail, phone, or UNKNOWN."""

    channel: ChannelKind
    confidence: int
    reason: Reason

    @property
    def is_sure(self) -> bool:
        """Whether decisions may rely on it."""
        return self.confidence >= SURE_FROM


def find_mappings(
    conversations: Iterable[Conversation],
    contacts: Mapping[str, Contact],
    workspace: Workspace,
    now: datetime | None = None,
) -> dict[str, ChannelMapping | Unmapped]:
    """What each conversation of one customer mirrors, by conversation id.

    A bridge that wrote attributes on a contact has exchanged messages with them: where no other conversation shows
    which, an untagged one is not taken for the Messenger's.
    """
    conversations = list(conversations)
    found = {c.id: find_mapping(c, contacts, workspace, now) for c in conversations}
    if any(isinstance(m, ChannelMapping) and m.is_known and m.transport is Transport.BRIDGE for m in found.values()):
        return found
    return found | {
        c.id: find_mapping(c, contacts, workspace, now, is_known_from_elsewhere=False)
        for c in conversations
        if isinstance(found[c.id], Unmapped)
    }


def find_mapping(
    conversation: Conversation,
    contacts: Mapping[str, Contact],
    workspace: Workspace,
    now: datetime | None = None,
    *,
    is_known_from_elsewhere: bool = True,
) -> ChannelMapping | Unmapped:
    """What a conversation mirrors, by the strongest evidence, or the channel of Intercom's that it is on.

    now: None for long after; a missing tag counts only two minutes after the conversation began.
    is_known_from_elsewhere: another conversation shows why the bridge knows the contact, if it does.
    """
    contact = first_known_contact(conversation, contacts)
    found = _evidence(conversation, contact, workspace, now, is_known_from_elsewhere=is_known_from_elsewhere)
    if isinstance(found, Unmapped):
        return found
    channel, confidence, reason, transport = found
    business_addresses = (
        _business_addresses(channel, conversation, contact, workspace) if transport is Transport.BRIDGE else set()
    )
    return ChannelMapping(
        channel if confidence >= WEAK_FROM else ChannelKind.UNKNOWN,
        next(iter(business_addresses)) if len(business_addresses) == 1 else None,
        _customer_address(channel, conversation, contact),
        confidence,
        reason,
        transport,
        one_of_several=len(business_addresses) > 1,
        address_changed=_address_has_changed(channel, conversation, contact),
    )


def first_known_contact(conversation: Conversation, contacts: Mapping[str, Contact]) -> Contact | None:
    """The first of the conversation's contacts that is in `contacts`."""
    return next((contacts[c] for c in conversation.contact_ids if c in contacts), None)


_Evidence = tuple[ChannelKind, int, Reason, Transport]


def _evidence(
    conversation: Conversation,
    contact: Contact | None,
    workspace: Workspace,
    now: datetime | None,
    *,
    is_known_from_elsewhere: bool,
) -> _Evidence | Unmapped:
    pin = workspace.pins.get(conversation.id)
    if pin is not None:
        channel = pin.channel or ChannelKind.MESSENGER
        reason = make_reason(ReasonCode.PERSON_SAID_CONVERSATION, channel=channel)
        return Unmapped(channel, 100, reason) if pin.channel is None else (channel, 100, reason, Transport.BRIDGE)
    born, current = conversation.born_on, conversation.current_channel
    native = NATIVE_CHANNELS.get(born) or NATIVE_CHANNELS.get(current or "")
    if native is not None:
        return native, 90, make_reason(ReasonCode.NATIVE_CONVERSATION, channel=native), Transport.NATIVE
    if born in PHONE_WORDS:
        return Unmapped(ChannelKind.PHONE, 90, make_reason(ReasonCode.PHONE_CALL))
    if born == "email":
        return Unmapped(ChannelKind.EMAIL, 90, make_reason(ReasonCode.EMAIL_CONVERSATION))
    mirrored = _bridge_evidence(conversation, contact, workspace)
    if mirrored is not None:
        return mirrored
    if born not in MESSENGER_WORDS or (current is not None and current not in OWN_CHANNEL_WORDS):
        return Unmapped(ChannelKind.UNKNOWN, 0, make_reason(ReasonCode.NOTHING_KNOWN))
    hint = _find_hint(conversation, contact, workspace)
    messenger = messenger_evidence(conversation, contact, workspace, now)
    if messenger is not None and (hint is None or hint.reason.code is ReasonCode.BRIDGE_KNOWS_CONTACT):
        rests_on_tags = messenger[1].code is ReasonCode.NO_BRIDGE_TAG
        if hint is None or is_known_from_elsewhere or not rests_on_tags:
            return Unmapped(ChannelKind.MESSENGER, *messenger)
    if hint is None:
        return ChannelKind.UNKNOWN, 30, make_reason(ReasonCode.BRIDGE_POSSIBLE), Transport.BRIDGE
    return hint.channel, hint.confidence, hint.reason, Transport.BRIDGE


def _bridge_evidence(conversation: Conversation, contact: Contact | None, workspace: Workspace) -> _Evidence | None:
    """Evidence that a bridge began this conversation, at least weakly, or that tags of two channels are on it."""
    posted = [e for e in conversation.entries if e.is_customer_message and e.app_code in workspace.bridge_codes]
    if posted:
        return (*_channel_of_all(posted, OriginContext(conversation, contact, workspace)), Transport.BRIDGE)
    tagged = find_tag_evidence(conversation, contact, workspace)
    if tagged is not None and tagged.channel is None:
        return ChannelKind.UNKNOWN, tagged.confidence, make_reason(tagged.reason), Transport.BRIDGE
    if tagged is not None and tagged.channel is not None and tagged.confidence >= WEAK_FROM:
        return tagged.channel, tagged.confidence, make_reason(tagged.reason, channel=tagged.channel), Transport.BRIDGE
    notices = find_notices(conversation, workspace)
    if notices:
        named = {channel for n in notices if (channel := channel_named_in(n.text)) is not None}
        channel = attribute_channel(contact, workspace) or workspace.only_bridge_channel
        if channel is None and len(named) == 1:
            channel = named.pop()
        if channel is not None:
            return channel, 70, make_reason(ReasonCode.BRIDGE_NOTICE, channel=channel), Transport.BRIDGE
        return (
            ChannelKind.UNKNOWN,
            50,
            make_reason(ReasonCode.BRIDGE_NOTICE, channel=ChannelKind.UNKNOWN),
            Transport.BRIDGE,
        )
    return None


def _channel_of_all(posted: list[Entry], context: OriginContext) -> tuple[ChannelKind, int, Reason]:
    """The one channel of all messages that the bridge posted here; with two sure channels it is unknown."""
    found = [context.bridged_channel(e) for e in in_order(posted)]
    best = max(found, key=lambda f: (f[1], f[0]))
    rivals = {channel for channel, confidence, _ in found if confidence >= SURE_FROM}
    if len(rivals) > 1:
        return ChannelKind.UNKNOWN, 40, make_reason(ReasonCode.TAGS_CONTRADICT)
    return best


@frozen
class _Hint:
    """Something that suggests a mirrored chat and proves nothing."""

    channel: ChannelKind
    confidence: int
    reason: Reason


def _find_hint(conversation: Conversation, contact: Contact | None, workspace: Workspace) -> _Hint | None:
    unknown_code = min(_unknown_app_codes(conversation.entries, workspace), default=None)
    if unknown_code is not None:
        return _Hint(ChannelKind.UNKNOWN, 50, make_reason(ReasonCode.UNKNOWN_APP, code=unknown_code))
    tagged = find_tag_evidence(conversation, contact, workspace)
    if tagged is not None and tagged.channel is not None:
        reason = make_reason(tagged.reason, channel=tagged.channel)
        return _Hint(ChannelKind.UNKNOWN, tagged.confidence, reason)
    if contact is not None and contact.bridge_attributes and conversation.page_url is None and workspace.has_bridge:
        return _Hint(ChannelKind.UNKNOWN, 40, make_reason(ReasonCode.BRIDGE_KNOWS_CONTACT))
    return None


def _unknown_app_codes(entries: Iterable[Entry], workspace: Workspace) -> set[str]:
    """Unclassified app codes on customers' messages: each may be a bridge that is not known yet."""
    known = workspace.bridge_codes | workspace.own_codes | workspace.other_codes
    return {e.app_code for e in entries if e.is_customer_message and e.app_code is not None} - known


# --- addresses -----------------------------------------------------------------------------------------------------


def _business_addresses(
    channel: ChannelKind, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> set[str]:
    """Our address in this chat, or those it may be; empty if unknown.

    The bridge writes `octopods_<tag>_account_phone` on the contact, one for each kind of line, and overwrites it when
    the customer writes to another number of that kind. So the conversation's own tag names the attribute; and where one
    kind has had several numbers, only the value at the arrival of a message of this conversation decides.
    """
    newest = max((e for e in conversation.entries if e.line_hint), key=lambda e: e.order, default=None)
    if newest is not None:
        return {newest.line_hint}
    attributes = _business_attributes(channel, conversation, contact, workspace)
    return set(attributes.values()).union(*(workspace.numbers.get(n, frozenset()) for n in attributes))


def was_posted_by_bridge(entry: Entry, conversation: Conversation, workspace: Workspace) -> bool:
    """Whether a bridge posted this customer's message: by its code, or by the tag for a first message without one."""
    if not entry.is_customer_message:
        return False
    if entry.is_first and entry.app_code is None:
        return _tagged_channel(conversation, workspace) is not None
    return entry.app_code in workspace.bridge_codes


def find_business_address_hint(conversation: Conversation, contact: Contact, workspace: Workspace) -> str:
    """Our address in the chat of a message that has just arrived, as the bridge wrote it on the contact; "" if
    ambiguous."""
    channel = _tagged_channel(conversation, workspace) or attribute_channel(contact, workspace)
    found = (
        set(_business_attributes(channel, conversation, contact, workspace).values()) if channel is not None else set()
    )
    return found.pop() if len(found) == 1 else ""


def find_customer_address_hint(conversation: Conversation, contact: Contact, workspace: Workspace) -> str:
    """The customer's address in the chat of a message that has just arrived; "" if unknown."""
    channel = _tagged_channel(conversation, workspace) or attribute_channel(contact, workspace)
    return (address_today(channel, contact) or "") if channel is not None else ""


def _tagged_channel(conversation: Conversation, workspace: Workspace) -> ChannelKind | None:
    named = {workspace.bridge_tags[tag] for tag in _tag_keys_of(conversation) if tag in workspace.bridge_tags}
    return named.pop() if len(named) == 1 else workspace.only_bridge_channel


def _business_attributes(
    channel: ChannelKind, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> dict[str, str]:
    """Our numbers on the contact, by attribute: of the kind that the conversation's tag names, else of the channel."""
    prefix = workspace.bridge_attribute_prefix
    attributes = contact.bridge_attributes if contact is not None else {}
    phones = {n: v for n, v in attributes.items() if v and n.startswith(prefix) and n.endswith("account_phone")}
    tags = (tag for tag in _tag_keys_of(conversation) if workspace.bridge_tags.get(tag) is channel)
    named = {f"{prefix}{tag}_account_phone" for tag in tags}
    return {n: v for n, v in phones.items() if n in named} or {n: v for n, v in phones.items() if channel.value in n}


def _tag_keys_of(conversation: Conversation) -> set[str]:
    on_entries = {tag.strip().casefold() for e in conversation.entries for tag in e.tags}
    return {tag.key for tag in conversation.tags} | on_entries


def _customer_address(channel: ChannelKind, conversation: Conversation, contact: Contact | None) -> str | None:
    """The address stored with the newest message that has one, else the contact's address of today."""
    newest = max((e for e in conversation.entries if e.customer_hint), key=lambda e: e.order, default=None)
    return newest.customer_hint if newest is not None else address_today(channel, contact)


def _address_has_changed(channel: ChannelKind, conversation: Conversation, contact: Contact | None) -> bool:
    """Whether the contact's address differs from the newest stored one. Not after a merge: then both may be theirs."""
    newest = max((e for e in conversation.entries if e.customer_hint), key=lambda e: e.order, default=None)
    today = address_today(channel, contact)
    if newest is None or contact is None or today is None or newest.author_id != contact.id:
        return False
    return not is_same_address(newest.customer_hint, today)


def address_today(channel: ChannelKind, contact: Contact | None) -> str | None:
    """The customer's address on the channel, as the contact has it now; None if unknown."""
    if contact is None:
        return None
    if channel is ChannelKind.SMS or (channel is ChannelKind.WHATSAPP and contact.phone):
        return contact.phone or None
    found = {address for on, address in bridge_addresses(contact) if on is channel}
    return found.pop() if len(found) == 1 else None
