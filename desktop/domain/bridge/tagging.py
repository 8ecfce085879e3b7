"""Decides which tags of a conversation are the bridge's, by when and by whom they were put on."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.domain.model.facts import ChannelKind, Client, Contact, Conversation, Tag, TagSighting
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import ReasonCode
from desktop.domain.model.workspace import Tagging, Workspace

SIGHTING_SLACK = timedelta(minutes=2)
"""Client sightings on a contact are overwritten, so they count only for messages close to them."""

LATE_AFTER = timedelta(minutes=2)
"""A tag put on later than this after the conversation's creation is only a hint."""

IN_TIME, UNDATED_AT_FIRST, UNDATED, LATE, DESPITE_MESSENGER, HINT = 85, 80, 75, 65, 65, 50

# Intercom's `source.delivered_as` (API 2.16): a bridge begins conversations only in the customer's or an admin's name.
AUTOMATED_DELIVERY = frozenset({"operator_initiated", "automated", "campaigns_initiated"})


@frozen
class TagEvidence:
    """What the tags show. channel: None where they contradict each other. counts: the tag is taken for the bridge's."""

    channel: ChannelKind | None
    confidence: int
    reason: ReasonCode
    counts: bool


def find_tag_evidence(conversation: Conversation, contact: Contact | None, workspace: Workspace) -> TagEvidence | None:
    """The strongest evidence of the conversation's tags; None where none names a channel.

    A page URL on the first message outranks any tag. Only tags that count as the bridge's can contradict each other.
    """
    if conversation.page_url is not None:
        return None
    ratings = [
        _rate_tag(tag, workspace.bridge_tags[tag.key], conversation, contact, workspace)
        for tag in conversation.tags
        if tag.key in workspace.bridge_tags
    ]
    counted = [g for g in ratings if g.counts]
    if len({g.channel for g in counted}) > 1:
        return TagEvidence(None, 40, ReasonCode.TAGS_CONTRADICT, counts=True)
    best = counted or ratings
    return max(best, key=lambda g: (g.confidence, g.channel or "", g.reason), default=None)


def is_posted_by_bridge(conversation: Conversation, workspace: Workspace) -> bool:
    """Whether any customer's message here carries the bridge's code."""
    return any(e.is_customer_message and e.app_code in workspace.bridge_codes for e in conversation.entries)


def _rate_tag(
    tag: Tag, channel: ChannelKind, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> TagEvidence:
    carried = workspace.bridge_channels
    if is_ruled_out(tag, workspace) or (carried is not None and channel not in carried):
        return TagEvidence(channel, HINT, ReasonCode.TAG_BY_HAND, counts=False)
    if tag.applied_at is not None:
        after = tag.applied_at - conversation.created_at
        if after > LATE_AFTER:
            return TagEvidence(channel, HINT, ReasonCode.TAG_BY_HAND, counts=False)
        if after > workspace.tag_delay:
            return TagEvidence(channel, LATE, ReasonCode.TAG_LATE, counts=False)
        found = TagEvidence(channel, IN_TIME, ReasonCode.TAG, counts=True)
        if _contradicts(channel, conversation, workspace):
            found = TagEvidence(channel, LATE, ReasonCode.TAG_BY_HAND, counts=False)
    elif tag.sighting is TagSighting.LATER:
        return TagEvidence(channel, HINT, ReasonCode.TAG_BY_HAND, counts=False)
    elif tag.sighting is TagSighting.AT_FIRST:
        found = TagEvidence(channel, UNDATED_AT_FIRST, ReasonCode.TAG, counts=True)
    else:
        # Unless the bridge is known to tag only some conversations, its tag beside its message counts.
        counts = is_posted_by_bridge(conversation, workspace) and workspace.tagging is not Tagging.PARTIAL
        found = TagEvidence(channel, UNDATED, ReasonCode.TAG_UNDATED, counts=counts)
    if not is_posted_by_bridge(conversation, workspace) and seen_in_messenger(conversation, contact):
        weak = min(found.confidence, DESPITE_MESSENGER)
        return TagEvidence(channel, weak, ReasonCode.TAG_DESPITE_MESSENGER, counts=False)
    return found


def _contradicts(channel: ChannelKind, conversation: Conversation, workspace: Workspace) -> bool:
    """Whether a tag of another channel was removed, or the contact named another one when the first message was new."""
    removed_channels = {workspace.bridge_tags.get(name.strip().casefold()) for name in conversation.removed_tags} - {
        None
    }
    first = next((e for e in conversation.entries if e.is_first), None)
    named = first.attribute_hint if first is not None else ChannelKind.UNKNOWN
    return bool(removed_channels - {channel}) or named not in (ChannelKind.UNKNOWN, channel)


def is_ruled_out(tag: Tag, workspace: Workspace) -> bool:
    """Whether somebody other than the bridge put this tag on."""
    if not tag.applied_by:
        return False
    if workspace.bridge_taggers:
        return tag.applied_by not in workspace.bridge_taggers
    return tag.applied_by in workspace.other_taggers


def is_in_time(tag: Tag, conversation: Conversation, workspace: Workspace) -> bool:
    """Whether it was put on as early as the bridge does; a tag without any time may have been."""
    if tag.applied_at is not None:
        return tag.applied_at - conversation.created_at <= workspace.tag_delay
    return tag.sighting is not TagSighting.LATER


def mirrors_surely_nothing(conversation: Conversation) -> bool:
    """Whether the conversation itself shows that no bridge began it."""
    first = next((e for e in conversation.entries if e.is_first), None)
    by_mail = conversation.born_on == "email" or (first is not None and first.by_email)
    return conversation.page_url is not None or by_mail or conversation.delivered_as in AUTOMATED_DELIVERY


def seen_in_messenger(conversation: Conversation, contact: Contact | None) -> bool:
    """Whether a Messenger client of the contact was seen within two minutes of the conversation's first message."""
    first = next((e for e in conversation.entries if e.is_first), None)
    if first is not None and first.client_hint is not Client.UNKNOWN:
        return True
    return is_seen_near(conversation.created_at, contact)


def is_seen_near(then: datetime, contact: Contact | None) -> bool:
    """Whether a Messenger client of the contact was seen within two minutes of an instant."""
    if contact is None:
        return False
    sightings = (contact.messenger_seen_at, contact.ios_seen_at, contact.android_seen_at, contact.web_seen_at)
    return any(at is not None and abs(at - then) <= SIGHTING_SLACK for at in sightings)
