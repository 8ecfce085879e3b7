"""The protocols that the engine needs from the world, in domain terms. Adapters: `channels`, `store` and `system`."""

from desktop.ports.accounts import ChannelConfig, Connector, Permission, Profile, ProfileStore, WorkspaceConfig
from desktop.ports.channel import (
    Channel,
    ChannelAccount,
    ChannelMessage,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    MessageList,
)
from desktop.ports.clock import Clock, ClockOffset
from desktop.ports.conversation_gateway import (
    Account,
    ConversationGateway,
    DownloadedFile,
    Macro,
    SearchHit,
    SearchPage,
    StateChange,
    StoredAnswer,
    Teammate,
)
from desktop.ports.errors import InvalidValue, ProviderError, ProviderErrorKind
from desktop.ports.machine import DISMISSED, OPENED, DesktopNotification, LoginItem, Notifier, Secrets
from desktop.ports.sending import (
    Accepted,
    ConversationReply,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    Refused,
    SendOutcome,
)

__all__ = [
    "DISMISSED",
    "OPENED",
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
    "ConversationReply",
    "DeliveryFact",
    "DesktopNotification",
    "DirectMessage",
    "DirectTemplate",
    "DownloadedFile",
    "InvalidValue",
    "LoginItem",
    "Macro",
    "MessageList",
    "NotSent",
    "Notifier",
    "OutcomeUnknown",
    "OutgoingFile",
    "Permission",
    "Profile",
    "ProfileStore",
    "ProviderError",
    "ProviderErrorKind",
    "Refused",
    "SearchHit",
    "SearchPage",
    "Secrets",
    "SendOutcome",
    "StateChange",
    "StoredAnswer",
    "Teammate",
    "WorkspaceConfig",
]
