"""Mapping: which channel chat a conversation mirrors, how sure we are and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.bridge.notice import channel_named_in, find_notices
from desktop.domain.bridge.tagging import find_tag_evidence
from desktop.domain.contrary import is_same_address
from desktop.domain.identity.customer import bridge_addresses
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry
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
    bridged_channel,
    messenger_evidence,
)


@dataclass(frozen=True, slots=True)
class ChannelMapping:
    """The channel chat a conversation mirrors, or may mirror.

    business_address: our number or bot in that chat; None when not known.
    customer_address: the customer's; None when not known.
    transport: BRIDGE, or NATIVE for a channel of Intercom's own.
    one_of_several: the business has several addresses on this channel, and nothing tells with which of them this chat
        is; then nothing that is known of another chat holds for this one.
    address_changed: the contact has another address now than when the newest message was read; whether the bridge goes
        on with the old one or the new one, nobody tells.
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
        return self.confidence >= SURE_FROM and self.channel is not ChannelKind.UNKNOWN

    @property
    def is_known(self) -> bool:
        """Sure or weak. Below that the conversation is *possibly mapped*, and its channel is shown as unknown."""
        return self.confidence >= WEAK_FROM and self.channel is not ChannelKind.UNKNOWN

    @property
    def is_weak(self) -> bool:
        return self.is_known and not self.is_sure

    @property
    def display_channel(self) -> ChannelKind:
        return self.channel if self.is_known else ChannelKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class Unmapped:
    """What a conversation that mirrors nothing is on: Messenger, e-mail, phone, or UNKNOWN where nothing is known."""

    channel: ChannelKind
    confidence: int
    reason: Reason

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE_FROM


def find_mappings(
    held: Iterable[Conversation],
    contacts: Mapping[str, Contact],
    workspace: Workspace,
    now: datetime | None = None,
) -> dict[str, ChannelMapping | Unmapped]:
    """What each conversation of one customer mirrors, by its id.

    A bridge that knows the customer has talked with them somewhere: where no other conversation shows where, an
    untagged one is not held to be the Messenger's.
    """
    conversations = list(held)
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
    """What a conversation mirrors, strongest evidence first, or the channel of Intercom's that it is on itself.

    now: None for long after; a bridge's tag is missed only two minutes after the conversation began.
    is_known_from_elsewhere: another conversation shows why the bridge knows the contact, if it does.
    """
    contact = first_known_contact(conversation, contacts)
    found = _evidence(conversation, contact, workspace, now, is_known_from_elsewhere=is_known_from_elsewhere)
    if isinstance(found, Unmapped):
        return found
    channel, confidence, reason, transport = found
    ours = _business_addresses(channel, conversation, contact, workspace) if transport is Transport.BRIDGE else set()
    return ChannelMapping(
        channel if confidence >= WEAK_FROM else ChannelKind.UNKNOWN,
        next(iter(ours)) if len(ours) == 1 else None,
        _customer_address(channel, conversation, contact),
        confidence,
        reason,
        transport,
        one_of_several=len(ours) > 1,
        address_changed=_has_changed(channel, conversation, contact),
    )


def first_known_contact(conversation: Conversation, contacts: Mapping[str, Contact]) -> Contact | None:
    """The first of the conversation's contacts that is known."""
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
    hint = _hint(conversation, contact, workspace)
    own = messenger_evidence(conversation, contact, workspace, now)
    if own is not None and (hint is None or hint.reason.code is ReasonCode.BRIDGE_KNOWS_CONTACT):
        rests_on_tags = own[1].code is ReasonCode.NO_BRIDGE_TAG
        if hint is None or is_known_from_elsewhere or not rests_on_tags:
            return Unmapped(ChannelKind.MESSENGER, *own)
    if hint is None:
        return ChannelKind.UNKNOWN, 30, make_reason(ReasonCode.BRIDGE_POSSIBLE), Transport.BRIDGE
    return hint.channel, hint.confidence, hint.reason, Transport.BRIDGE


def _bridge_evidence(conversation: Conversation, contact: Contact | None, workspace: Workspace) -> _Evidence | None:
    """What shows at least weakly that a bridge began this conversation, or that tags of two channels are on it."""
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
    """The one channel of everything the bridge posted here; two channels settle nothing."""
    found = [bridged_channel(e, context) for e in sorted(posted, key=lambda e: e.order)]
    best = max(found, key=lambda f: (f[1], f[0]))
    rivals = {channel for channel, confidence, _ in found if confidence >= SURE_FROM}
    if len(rivals) > 1:
        return ChannelKind.UNKNOWN, 40, make_reason(ReasonCode.TAGS_CONTRADICT)
    return best


@dataclass(frozen=True, slots=True)
class _Hint:
    """Something that speaks for a mirrored chat and proves nothing."""

    channel: ChannelKind
    confidence: int
    reason: Reason


def _hint(conversation: Conversation, contact: Contact | None, workspace: Workspace) -> _Hint | None:
    stranger = min(_codes_of_strangers(conversation.entries, workspace), default=None)
    if stranger is not None:
        return _Hint(ChannelKind.UNKNOWN, 50, make_reason(ReasonCode.UNKNOWN_APP, code=stranger))
    tagged = find_tag_evidence(conversation, contact, workspace)
    if tagged is not None and tagged.channel is not None:
        reason = make_reason(tagged.reason, channel=tagged.channel)
        return _Hint(ChannelKind.UNKNOWN, tagged.confidence, reason)
    if contact is not None and contact.bridge_attributes and conversation.page_url is None and workspace.has_bridge:
        return _Hint(ChannelKind.UNKNOWN, 40, make_reason(ReasonCode.BRIDGE_KNOWS_CONTACT))
    return None


def _codes_of_strangers(entries: Iterable[Entry], workspace: Workspace) -> set[str]:
    """Codes on customers' messages of which nobody has said what they are: perhaps a bridge that we do not know."""
    known = workspace.bridge_codes | workspace.own_codes | workspace.other_codes
    return {e.app_code for e in entries if e.is_customer_message and e.app_code is not None} - known


# --- addresses -----------------------------------------------------------------------------------------------------


def _business_addresses(
    channel: ChannelKind, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> set[str]:
    """Our address in this chat, or those among which it is; none where nobody tells.

    The bridge keeps `octopods_<tag>_account_phone` on the contact, one for each kind of line, and overwrites it when
    the customer writes to another number of that kind. So the conversation's own tag names the attribute; and where one
    kind has had several numbers, only what stood there while a message of this conversation arrived tells.
    """
    hints = [e.line_hint for e in sorted(conversation.entries, key=lambda e: e.order) if e.line_hint]
    if hints:
        return {hints[-1]}
    own = _on_contact(channel, conversation, contact, workspace)
    return set(own.values()).union(*(workspace.numbers.get(n, frozenset()) for n in own))


def was_posted_by_bridge(entry: Entry, conversation: Conversation, workspace: Workspace) -> bool:
    """Whether a bridge made this customer's message: by its code, or by the tag where the first message has none."""
    if not entry.is_customer_message:
        return False
    if entry.is_first and entry.app_code is None:
        return _tagged_channel(conversation, workspace) is not None
    return entry.app_code in workspace.bridge_codes


def find_business_address_hint(conversation: Conversation, contact: Contact, workspace: Workspace) -> str:
    """Our address in the chat that a message has just come from, as the bridge wrote it on the contact with that very
    message; "" where that cannot be told."""
    channel = _tagged_channel(conversation, workspace) or attribute_channel(contact, workspace)
    found = set(_on_contact(channel, conversation, contact, workspace).values()) if channel is not None else set()
    return found.pop() if len(found) == 1 else ""


def find_customer_address_hint(conversation: Conversation, contact: Contact, workspace: Workspace) -> str:
    """The customer's address in the chat that a message has just come from; "" where that cannot be told."""
    channel = _tagged_channel(conversation, workspace) or attribute_channel(contact, workspace)
    return (address_today(channel, contact) or "") if channel is not None else ""


def _tagged_channel(conversation: Conversation, workspace: Workspace) -> ChannelKind | None:
    named = {workspace.bridge_tags[tag] for tag in _tags(conversation) if tag in workspace.bridge_tags}
    return named.pop() if len(named) == 1 else workspace.only_bridge_channel


def _on_contact(
    channel: ChannelKind, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> dict[str, str]:
    """Our numbers on the contact, by attribute: of the kind that the conversation's tag names, else of the channel."""
    prefix, held = workspace.bridge_attribute_prefix, contact.bridge_attributes if contact is not None else {}
    phones = {n: v for n, v in held.items() if v and n.startswith(prefix) and n.endswith("account_phone")}
    tags = (tag for tag in _tags(conversation) if workspace.bridge_tags.get(tag) is channel)
    named = {f"{prefix}{tag}_account_phone" for tag in tags}
    return {n: v for n, v in phones.items() if n in named} or {n: v for n, v in phones.items() if channel.value in n}


def _tags(conversation: Conversation) -> set[str]:
    on_entries = {tag.strip().casefold() for e in conversation.entries for tag in e.tags}
    return {tag.key for tag in conversation.tags} | on_entries


def _customer_address(channel: ChannelKind, conversation: Conversation, contact: Contact | None) -> str | None:
    """What was stored when the newest message with an address was read, else the contact's address of today."""
    stored = [e.customer_hint for e in sorted(conversation.entries, key=lambda e: e.order) if e.customer_hint]
    return stored[-1] if stored else address_today(channel, contact)


def _has_changed(channel: ChannelKind, conversation: Conversation, contact: Contact | None) -> bool:
    """Not where the conversation came to this contact by a merge: then both addresses may be theirs."""
    newest = max((e for e in conversation.entries if e.customer_hint), key=lambda e: e.order, default=None)
    today = address_today(channel, contact)
    if newest is None or contact is None or today is None or newest.author_id != contact.id:
        return False
    return not is_same_address(newest.customer_hint, today)


def address_today(channel: ChannelKind, contact: Contact | None) -> str | None:
    """The customer's address on the channel as the contact has it now; None when not known."""
    if contact is None:
        return None
    if channel is ChannelKind.SMS or (channel is ChannelKind.WHATSAPP and contact.phone):
        return contact.phone or None
    found = {address for on, address in bridge_addresses(contact) if on is channel}
    return found.pop() if len(found) == 1 else None
