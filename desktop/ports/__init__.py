"""Ports: the few places where the world differs, in domain words. Adapters live in `channels`, `store` and `system`."""

from desktop.ports.accounts import ChannelConfig, Connector, Permission, Profile, ProfileBook, WorkspaceConfig
from desktop.ports.channel import (
    Channel,
    ChannelAccount,
    ChannelMessage,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    MessageList,
    Received,
    Receiver,
    RemoteFile,
)
from desktop.ports.clock import Clock, ClockOffset
from desktop.ports.conversation_gateway import (
    Account,
    ConversationGateway,
    Head,
    HeadPage,
    Macro,
    StateChange,
    Teammate,
)
from desktop.ports.errors import ProviderError, ProviderErrorKind
from desktop.ports.machine import Notifier, Secrets
from desktop.ports.sending import Accepted, NotSent, Outcome, Outgoing, OutgoingFile, Refused, Unknown

__all__ = [
    "Accepted",
    "Account",
    "Channel",
    "ChannelAccount",
    "ChannelConfig",
    "ChannelMessage",
    "Clock",
    "ClockOffset",
    "Connector",
    "ConversationGateway",
    "DeliveryFact",
    "DirectMessage",
    "DirectTemplate",
    "Head",
    "HeadPage",
    "Macro",
    "MessageList",
    "NotSent",
    "Notifier",
    "Outcome",
    "Outgoing",
    "OutgoingFile",
    "Permission",
    "Profile",
    "ProfileBook",
    "ProviderError",
    "ProviderErrorKind",
    "Received",
    "Receiver",
    "Refused",
    "RemoteFile",
    "Secrets",
    "StateChange",
    "Teammate",
    "Unknown",
    "WorkspaceConfig",
]
