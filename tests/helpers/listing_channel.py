"""A channel account with prepared templates, messages and errors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.content.template import Template
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.ports import ChannelConfig, ChannelMessage, MessageList

ALL = Capabilities(sends_free_text=True, needs_window=True, has_templates=True, lists_messages=True)


@dataclass
class FakeChannel:
    """A fake `Channel`.

    asked: `since` of each call of `messages`. gate: calls of `templates` wait until it is set.
    complete: whether its list of messages is reported as complete.
    """

    key: ChannelKey
    capabilities: Capabilities = ALL
    listed: list[Template] = field(default_factory=list)
    rows: list[ChannelMessage] = field(default_factory=list)
    complete: bool = True
    error: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    template_calls: int = 0
    asked: list[datetime] = field(default_factory=list)
    closed: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def config(self) -> ChannelConfig:
        return ChannelConfig(self.key.provider, self.key.channel, self.key.sender, "Support", self.key.sender)

    async def templates(self) -> Sequence[Template]:
        self.template_calls += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return list(self.listed)

    async def messages(self, since: datetime, customer: str = "") -> MessageList:
        self.asked.append(since)
        if self.error is not None:
            raise self.error
        found = sorted((r for r in self.rows if r.sent_at >= since), key=lambda r: r.sent_at, reverse=True)
        return MessageList(tuple(found), self.complete)

    async def aclose(self) -> None:
        self.closed += 1
