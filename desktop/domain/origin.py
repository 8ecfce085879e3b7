"""Origin: which channel, client and transport a customer's message came from, how sure we are and why.

The ranked table is first match wins; the rank is kept so that a stored origin is only ever raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from desktop.domain.facts import ChannelKind, Client, Contact, Conversation, Entry
from desktop.domain.workspace import Workspace

# Intercom's words for channels of its own (`source.type`, `channel.current`).
NATIVE_CHANNELS = {
    "whatsapp": ChannelKind.WHATSAPP,
    "sms": ChannelKind.SMS,
    "facebook": ChannelKind.FACEBOOK,
    "instagram": ChannelKind.INSTAGRAM,
    "twitter": ChannelKind.TWITTER,
}
PHONE_WORDS = frozenset({"phone_call", "phone_switch"})
# Client sightings on a contact are overwritten, so they speak only for messages that arrived close to them.
SIGHTING_SLACK = timedelta(minutes=2)


class Transport(StrEnum):
    """How the message got into Intercom."""

    BRIDGE = "bridge"
    NATIVE = "native"
    MESSENGER = "messenger"
    EMAIL = "email"
    API = "api"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message came from. confidence: 0-100. rank: position in the evidence table, 0 is strongest."""

    channel: ChannelKind
    client: Client
    transport: Transport
    confidence: int
    reason: str
    rank: int

    @property
    def is_known(self) -> bool:
        """Sure enough to act on: below 60 we show what we think and treat it as not known."""
        return self.channel is not ChannelKind.UNKNOWN and self.confidence >= 60


def raised(stored: Origin | None, fresh: Origin) -> Origin:
    """The stronger of two findings about the same message: facts about a contact come and go, and must not lower what
    was once seen. The order in which findings arrive does not matter."""
    if stored is None:
        return fresh
    return min(
        stored,
        fresh,
        key=lambda o: (o.rank, -o.confidence, o.client is Client.UNKNOWN, o.channel, o.client, o.reason),
    )


def find_origin(entry: Entry, conversation: Conversation, contact: Contact | None, workspace: Workspace) -> Origin:
    """Origin of a customer's message; `contact` is its author where known.

    Source of the table: Intercom API 2.16 (`app_package_code`, `source`, `channel`; 2026-08-21) and the bridge's tags.
    """
    if entry.app_code is not None:
        return _made_by_app(entry.app_code, entry, conversation, contact, workspace)
    if entry.by_email:
        return _found(4, 95, ChannelKind.EMAIL, Transport.EMAIL, "It carries e-mail headers.")
    native = _native(entry, conversation, contact)
    if native is not None:
        return native
    if conversation.born_on == "email":
        reason = "The conversation is e-mail; this message has no headers and may have been typed in the Messenger."
        return _found(7, 60, ChannelKind.EMAIL, Transport.EMAIL, reason)
    if conversation.born_on != "conversation":
        return _found(13, 0, ChannelKind.UNKNOWN, Transport.UNKNOWN, "Nothing in the answer says where it came from.")
    if entry.is_first:
        return _first_message(entry, conversation, contact, workspace)
    return _typed_in_messenger(entry, contact)


def _found(
    rank: int,
    confidence: int,
    channel: ChannelKind,
    transport: Transport,
    reason: str,
    client: Client = Client.UNKNOWN,
) -> Origin:
    return Origin(channel, client, transport, confidence, reason, rank)


def _made_by_app(
    code: str, entry: Entry, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> Origin:
    if code in workspace.own_codes:
        reason = "Made through the API by Reachline's own app, under the customer's name: unexpected."
        return _found(1, 95, ChannelKind.UNKNOWN, Transport.API, reason)
    if code in workspace.bridge_codes:
        channel, confidence, why = bridged_channel(entry, conversation, contact, workspace)
        return _found(2, confidence, channel, Transport.BRIDGE, f"Posted by the bridge (app code {code}); {why}.")
    reason = f"Made through the API by the app {code}, which we do not know as a bridge."
    return _found(3, 90, ChannelKind.UNKNOWN, Transport.API, reason)


def bridged_channel(
    entry: Entry | None, conversation: Conversation, contact: Contact | None, workspace: Workspace
) -> tuple[ChannelKind, int, str]:
    """Channel of something the bridge posted: (channel, confidence, reason). `entry` None: of the conversation."""
    if entry is not None and (by_part := workspace.channel_of_tag(entry.tags)) is not None:
        return by_part, 95, f"its tag says {by_part}"
    if (by_conversation := workspace.channel_of_tag(conversation.tags)) is not None:
        return by_conversation, 90, f"the conversation's tag says {by_conversation}"
    if (by_contact := attribute_channel(contact, workspace)) is not None:
        return by_contact, 60, f"only the contact's attributes say {by_contact}"
    return ChannelKind.UNKNOWN, 40, "nothing says which channel"


def attribute_channel(contact: Contact | None, workspace: Workspace) -> ChannelKind | None:
    """Channel that a bridge's contact attributes name; None if they name none or more than one."""
    if contact is None:
        return None
    words = [contact.bridge_attributes.get(f"{workspace.bridge_attribute_prefix}channel", "")]
    words += [name.removeprefix(workspace.bridge_attribute_prefix) for name in contact.bridge_attributes]
    named = {channel for word in words for channel in _channels_in(word.casefold(), workspace)}
    return named.pop() if len(named) == 1 else None


def _channels_in(word: str, workspace: Workspace) -> set[ChannelKind]:
    """`messagebird_whatsapp_account_phone` names WhatsApp; a provider's name (`twilio`) only as the whole word."""
    if word in workspace.bridge_tags:
        return {workspace.bridge_tags[word]}
    pieces = set(word.split("_"))
    clear = (
        ChannelKind.WHATSAPP,
        ChannelKind.TELEGRAM,
        ChannelKind.SMS,
        ChannelKind.INSTAGRAM,
        ChannelKind.VIBER,
    )
    return {channel for channel in clear if channel.value in pieces}


def _native(entry: Entry, conversation: Conversation, contact: Contact | None) -> Origin | None:
    born, current = conversation.born_on, conversation.current_channel or conversation.born_on
    if born in PHONE_WORDS:
        return _found(6, 90, ChannelKind.PHONE, Transport.NATIVE, "The conversation began as a phone call.")
    if entry.is_first:
        if born in NATIVE_CHANNELS:
            return _found(5, 90, NATIVE_CHANNELS[born], Transport.NATIVE, f"Intercom says it began on {born}.")
        return None
    if current in NATIVE_CHANNELS:
        channel = NATIVE_CHANNELS[current]
        used_messenger = contact is not None and contact.messenger_seen_at is not None
        if used_messenger and contact.messenger_seen_at > conversation.created_at:  # type: ignore[union-attr, operator]
            reason = f"Intercom says the conversation is on {current}, but she used the Messenger since it began."
            return _found(5, 55, channel, Transport.NATIVE, reason)
        return _found(5, 75, channel, Transport.NATIVE, f"Intercom says the conversation is on {current}.")
    if born in NATIVE_CHANNELS:
        reason = f"The conversation began on {born} and has since moved to {current}."
        return _found(13, 0, ChannelKind.UNKNOWN, Transport.UNKNOWN, reason)
    return None


def _first_message(entry: Entry, conversation: Conversation, contact: Contact | None, workspace: Workspace) -> Origin:
    if conversation.page_url is not None:
        reason = "Its first message was typed on a web page."
        return _found(8, 90, ChannelKind.MESSENGER, Transport.MESSENGER, reason, Client.WEB)
    tagged = workspace.channel_of_tag(conversation.tags)
    if tagged is not None:
        reason = f"The first message has no web page, and the conversation bears the bridge's tag for {tagged}."
        return _found(9, 85, tagged, Transport.BRIDGE, reason)
    following = min(
        (e for e in conversation.entries if e.is_customer_message and not e.is_first),
        key=lambda e: e.order,
        default=None,
    )
    if following is not None and following.app_code in workspace.bridge_codes:
        channel, confidence, why = bridged_channel(following, conversation, contact, workspace)
        reason = f"The bridge posted her next message here; {why}."
        return _found(10, min(70, confidence), channel, Transport.BRIDGE, reason)
    reason = (
        "The first message has no web page: typed in a mobile Messenger, or posted by a bridge. Nothing tells which."
    )
    return _found(11, 30, ChannelKind.UNKNOWN, Transport.UNKNOWN, reason)


def _typed_in_messenger(entry: Entry, contact: Contact | None) -> Origin:
    client = entry.client_hint
    if client is Client.UNKNOWN:
        client = sighted_client(entry, contact)
    where = {Client.IOS: " on an iPhone", Client.ANDROID: " on Android", Client.WEB: " in a browser"}.get(client, "")
    reason = f"It was not made through the API, so it was typed in the Messenger{where and ', probably' + where}."
    if not entry.app_code_reported:
        reason = "The answer does not say whether an app made it; most likely typed in the Messenger."
        return _found(12, 60, ChannelKind.MESSENGER, Transport.MESSENGER, reason, client)
    return _found(12, 85, ChannelKind.MESSENGER, Transport.MESSENGER, reason, client)


def sighted_client(entry: Entry, contact: Contact | None) -> Client:
    """The one client the contact was seen in around the time of the message; UNKNOWN when none or several."""
    if contact is None:
        return Client.UNKNOWN
    sightings = (
        (Client.IOS, contact.ios_seen_at),
        (Client.ANDROID, contact.android_seen_at),
        (Client.WEB, contact.web_seen_at),
    )
    near = [client for client, at in sightings if at is not None and abs(at - entry.sent_at) <= SIGHTING_SLACK]
    return near[0] if len(near) == 1 else Client.UNKNOWN
