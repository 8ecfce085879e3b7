"""Mapping: which channel chat a conversation mirrors, how sure we are and why."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from desktop.domain.facts import ChannelKind, Contact, Conversation, Entry
from desktop.domain.notice import recognise
from desktop.domain.origin import NATIVE_CHANNELS, Transport, attribute_channel, bridged_channel
from desktop.domain.workspace import Workspace

KNOWN_FROM = 60
"""Below this confidence the channel is shown as unknown and the conversation is *possibly mapped*."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The channel chat a conversation mirrors.

    business_address: our number or bot in that chat; None when not known.
    customer_address: hers, as the contact has it; None when not known.
    transport: BRIDGE, or NATIVE for a channel of Intercom's own.
    one_of_several: the business has several addresses on this channel, and nothing tells with which of them this chat
        is; then nothing that is known of another chat holds for this one.
    """

    channel: ChannelKind
    business_address: str | None
    customer_address: str | None
    confidence: int
    reason: str
    transport: Transport = Transport.BRIDGE
    one_of_several: bool = False

    @property
    def is_known(self) -> bool:
        return self.confidence >= KNOWN_FROM and self.channel is not ChannelKind.UNKNOWN

    @property
    def is_certain(self) -> bool:
        """Not resting on contact-level hints alone: such hints speak of the person, not of this conversation."""
        return self.is_known and self.confidence > KNOWN_FROM

    @property
    def shown_channel(self) -> ChannelKind:
        return self.channel if self.is_known else ChannelKind.UNKNOWN


def find_mapping(conversation: Conversation, contacts: MappingOf[str, Contact], workspace: Workspace) -> Mapping | None:
    """The mapping of a conversation, strongest evidence first; None where nothing speaks for one."""
    contact = next((contacts[c] for c in conversation.contact_ids if c in contacts), None)
    found = _evidence(conversation, contact, workspace)
    if found is None:
        return None
    channel, confidence, reason, transport = found
    ours = _business_addresses(channel, conversation, contact, workspace) if transport is Transport.BRIDGE else set()
    return Mapping(
        channel if confidence >= KNOWN_FROM else ChannelKind.UNKNOWN,
        next(iter(ours)) if len(ours) == 1 else None,
        _customer_address(channel, contact, workspace),
        confidence,
        reason,
        transport,
        one_of_several=len(ours) > 1,
    )


def _evidence(
    conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> tuple[ChannelKind, int, str, Transport] | None:
    pin = workspace.pins.get(conversation.id)
    if pin is not None:
        if pin.channel is None:
            return None
        return pin.channel, 100, f"A teammate said this conversation is {pin.channel}.", Transport.BRIDGE
    if conversation.born_on in NATIVE_CHANNELS or conversation.current_channel in NATIVE_CHANNELS:
        word = conversation.current_channel if conversation.current_channel in NATIVE_CHANNELS else conversation.born_on
        reason = f"Intercom says the conversation is on its own {word} channel."
        return NATIVE_CHANNELS[word], 90, reason, Transport.NATIVE
    return _bridge_evidence(conversation, contact, workspace)


def _bridge_evidence(
    conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> tuple[ChannelKind, int, str, Transport] | None:
    posted = [e for e in conversation.entries if e.is_customer_message and e.app_code in workspace.bridge_codes]
    if posted:
        tagged = next((e for e in posted if workspace.channel_of_tag(e.tags) is not None), None)
        channel, confidence, why = bridged_channel(tagged, conversation, contact, workspace)
        reason = f"The bridge posted her messages here (app code {posted[0].app_code}); {why}."
        return channel, confidence, reason, Transport.BRIDGE
    tag = workspace.channel_of_tag(conversation.tags)
    if tag is not None:
        confidence = 85 if conversation.page_url is None else 80
        return tag, confidence, f"The conversation bears the bridge's tag for {tag}.", Transport.BRIDGE
    notice = next((n for n in (recognise(e, workspace) for e in conversation.entries) if n is not None), None)
    by_contact = attribute_channel(contact, workspace)
    if notice is not None:
        named = by_contact or (ChannelKind.WHATSAPP if re.search("whatsapp", notice.text, re.IGNORECASE) else None)
        if named is not None:
            return named, 70, "A bridge reported a failed delivery in this conversation.", Transport.BRIDGE
        reason = "A bridge reported a failed delivery here, but not on which channel."
        return ChannelKind.UNKNOWN, 50, reason, Transport.BRIDGE
    has_bridge_attributes = contact is not None and bool(contact.bridge_attributes)
    if has_bridge_attributes and conversation.page_url is None and conversation.born_on == "conversation":
        reason = (
            "A bridge knows this contact and the conversation did not begin on a web page: possibly a mirrored chat."
        )
        return by_contact or ChannelKind.UNKNOWN, 40, reason, Transport.BRIDGE
    return None


def _business_addresses(
    channel: ChannelKind, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> set[str]:
    """Our address in this chat, or those among which it is; none where nobody tells.

    The bridge keeps `octopods_<tag>_account_phone` on the contact, one for each kind of line, and overwrites it when
    she writes to another number of that kind. So the conversation's own tag names the attribute; and where one kind has
    had several numbers, only what stood there while a message of this conversation arrived tells.
    """
    hints = [e.line_hint for e in sorted(conversation.entries, key=lambda e: e.order) if e.line_hint]
    if hints:
        return {hints[-1]}
    own = _on_contact(channel, conversation, contact, workspace)
    return set(own.values()).union(*(workspace.numbers.get(n, frozenset()) for n in own))


def was_posted(entry: Entry, conversation: Conversation, workspace: Workspace) -> bool:
    """Whether a bridge made this customer's message: by its code, or by the tag where the first message has none."""
    if not entry.is_customer_message:
        return False
    if entry.is_first and entry.app_code is None:
        return workspace.channel_of_tag(_tags(conversation)) is not None
    return entry.app_code in workspace.bridge_codes


def line_hint(conversation: Conversation, contact: Contact, workspace: Workspace) -> str:
    """Our address in the chat that a message has just come from, as the bridge wrote it on the contact with that very
    message; "" where that cannot be told."""
    channel = workspace.channel_of_tag(_tags(conversation)) or attribute_channel(contact, workspace)
    found = set(_on_contact(channel, conversation, contact, workspace).values()) if channel is not None else set()
    return found.pop() if len(found) == 1 else ""


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
    sources = (conversation.tags, *(e.tags for e in conversation.entries))
    return {tag.strip().casefold() for tags in sources for tag in tags}


def _customer_address(channel: ChannelKind, contact: Contact | None, workspace: Workspace) -> str | None:
    if contact is None:
        return None
    if channel is ChannelKind.SMS or (channel is ChannelKind.WHATSAPP and contact.phone):
        return contact.phone or None
    wanted = f"{workspace.bridge_attribute_prefix}{channel.value}_"
    found = {
        v for name, v in contact.bridge_attributes.items() if v and name.startswith(wanted) and name.endswith("id")
    }
    return found.pop() if len(found) == 1 else None
