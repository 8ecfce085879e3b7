"""Base class of the adapters for channels that are written to directly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from desktop.channels.shared.provider_client import OFFLINE_PAUSE_S, ProviderClient, SendResponse, SendResult
from desktop.domain.content.files import FilePlan, FileProblem, FileRefusal, FileRoute, inspect_file, plan_file
from desktop.domain.content.template import Template
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.reason import make_reason
from desktop.ports import (
    Accepted,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    MessageList,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.ports.reasons import ProviderReason

_TRANSIENT = frozenset(
    {
        ProviderErrorKind.OFFLINE,
        ProviderErrorKind.TIMED_OUT,
        ProviderErrorKind.BUSY,
        ProviderErrorKind.THROTTLED,
        ProviderErrorKind.PAIR_THROTTLED,
    }
)


Api = TypeVar("Api", bound=ProviderClient)


class DirectChannel(Generic[Api]):
    """What every `Channel` of the ports has in common. A subclass overrides what its account can do.

    read_accepted: reads the provider's good answer to a send; None for one that names no message.
    """

    def __init__(
        self,
        key: ChannelKey,
        api: Api,
        capabilities: Capabilities,
        read_accepted: Callable[[object], Accepted | None],
    ) -> None:
        self._key = key
        self._api = api
        self._capabilities = capabilities
        self._read_accepted = read_accepted

    @property
    def key(self) -> ChannelKey:
        return self._key

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def aclose(self) -> None:
        await self._api.aclose()

    async def templates(self) -> Sequence[Template]:
        return []

    async def react(self, to: str, remote_id: str, emoji: str) -> SendOutcome:
        return self._refused(ProviderErrorKind.REJECTED)

    async def look_up_sent(
        self, out: DirectMessage | DirectTemplate, since: datetime, known_ids: Collection[str]
    ) -> str | None:
        return None

    async def status(self, remote_id: str) -> DeliveryFact | None:
        return None

    async def messages(self, since: datetime, customer: str = "") -> MessageList:
        return MessageList((), complete=False)

    # --- outcomes of a send --------------------------------------------------------------------------------------

    def _outcome(self, result: SendResult) -> SendOutcome:
        if not isinstance(result, SendResponse):
            return result
        return self._read_accepted(result.content) or OutcomeUnknown("a good answer without a message's id")

    def _refused(self, kind: ProviderErrorKind) -> Refused:
        return Refused(kind, self._api.describe(kind))


def no_templates() -> Refused:
    """The refusal of a template on a channel that has none."""
    return Refused(ProviderErrorKind.TEMPLATE_UNAVAILABLE, make_reason(ProviderReason.NO_TEMPLATES))


def outcome_of_failed_preparation(error: ProviderError) -> Refused | NotSent:
    """How a send ends when what had to be done before it failed: an upload, a look at the template."""
    if error.kind in _TRANSIENT:
        return NotSent(error.reason, error.retry_after_s or OFFLINE_PAUSE_S)
    return Refused(error.kind, error.reason)


def plan_message_file(route: FileRoute, out: DirectMessage) -> tuple[FilePlan, OutgoingFile] | None:
    """How the file of a message goes on a route, and the file as the provider is told of it; None without a file."""
    if out.file is None:
        return None
    plan = plan_file(route, inspect_file(out.file.name, out.file.content_type, out.file.data), has_text=bool(out.text))
    return plan, replace(out.file, name=plan.name, content_type=plan.content_type)


def file_error_kind(refusal: FileRefusal) -> ProviderErrorKind:
    """The kind of error that a refused file is."""
    return ProviderErrorKind.TOO_LARGE if refusal.problem is FileProblem.TOO_MANY_BYTES else ProviderErrorKind.FILE


def form_part(file: OutgoingFile) -> tuple[str, bytes, str]:
    """A planned file as one part of a multipart form: name, bytes, type."""
    return file.name, file.data, file.content_type
