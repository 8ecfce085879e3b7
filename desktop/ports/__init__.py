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
from desktop.ports.conversation_gateway import Account, Head, HeadPage, Macro, StateChange, Teammate, ConversationGateway
from desktop.ports.errors import ChannelTrouble, Trouble
from desktop.ports.machine import Notifier, Secrets
from desktop.ports.sending import Accepted, NotSent, Outcome, Outgoing, OutgoingFile, Refused, Unknown

__all__ = [
    "Accepted",
    "Account",
    "Channel",
    "ChannelAccount",
    "ChannelConfig",
    "ChannelMessage",
    "ChannelTrouble",
    "Clock",
    "ClockOffset",
    "Connector",
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
    "Received",
    "Receiver",
    "Refused",
    "RemoteFile",
    "Secrets",
    "StateChange",
    "Teammate",
    "Trouble",
    "Trunk",
    "Unknown",
    "WorkspaceConfig",
]
