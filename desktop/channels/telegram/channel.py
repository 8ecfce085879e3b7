"""A Telegram bot: sends at any time, receives only where no other program does."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from desktop.channels.shared.caller import Sent, Taken, planned
from desktop.channels.shared.http import READ_TIMEOUT_S, LearningClock, Token
from desktop.channels.telegram import mapping
from desktop.channels.telegram.api import HOST, TelegramApi
from desktop.domain.content.files import FileRoute, largest_bytes
from desktop.domain.content.template import Template
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import (
    ChannelAccount,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    MessageList,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
    Received,
    Refused,
    SendOutcome,
)

ABILITIES = Capabilities(
    sends_free_text=True,
    receives=True,
    max_text=mapping.MAX_TEXT,
    max_caption=mapping.MAX_CAPTION,
    max_file_bytes=largest_bytes(FileRoute.TELEGRAM),
)
LONGEST_WAIT = timedelta(seconds=50)


class TelegramChannel:
    """`Channel` and `Receiver` of the ports. Raises ValueError for what cannot be a bot's token."""

    def __init__(
        self,
        token: Token,
        clock: LearningClock,
        *,
        base_url: str = HOST,
        read_timeout_s: float = READ_TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        found = re.fullmatch(r"([0-9]{1,20}):[A-Za-z0-9_-]+", token.reveal())
        if found is None:
            raise ValueError("a bot's token is a number, a colon, and letters")
        # The number before the colon is public: it is the bot's id.
        self._key = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, found[1])
        self._api = TelegramApi(base_url, token, clock, read_timeout_s=read_timeout_s, jitter=jitter)
        self._nobody_else_receives = False

    @property
    def key(self) -> ChannelKey:
        return self._key

    @property
    def capabilities(self) -> Capabilities:
        return ABILITIES

    async def aclose(self) -> None:
        await self._api.caller.aclose()

    async def check(self) -> ChannelAccount:
        me = mapping.result(await self._api.me())
        webhook = mapping.result(await self._api.webhook())
        found = mapping.account(me, webhook)
        if found is None:
            raise self._api.caller.error(ProviderErrorKind.BAD_ANSWER)
        return found

    async def templates(self) -> Sequence[Template]:
        return []

    async def send_text(self, out: DirectMessage) -> SendOutcome:
        chat = mapping.chat_id(out.to)
        if chat is None:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        found = planned(FileRoute.TELEGRAM, out)
        if found is None:
            if len(out.text) > mapping.MAX_TEXT:
                return self._refused(ProviderErrorKind.TOO_LARGE)
            return self._outcome(await self._api.send_message(mapping.text_fields(out, chat)))
        plan, file = found
        if plan.form is None or plan.refusal is not None:
            return self._refused(ProviderErrorKind.FILE)
        if len(out.text) > (plan.max_caption or 0):
            return self._refused(ProviderErrorKind.TOO_LARGE)
        return self._outcome(await self._api.send_file(plan.form.value, mapping.file_fields(out, chat), file))

    async def send_template(self, out: DirectTemplate) -> SendOutcome:
        return Refused(ProviderErrorKind.TEMPLATE_UNAVAILABLE, "Telegram has no templates. Write free text instead.")

    async def look_up_sent(
        self, out: DirectMessage | DirectTemplate, since: datetime, known_ids: Collection[str]
    ) -> str | None:
        """Nobody can be asked: a bot never sees its own messages."""
        return None

    async def status(self, remote_id: str) -> DeliveryFact | None:
        """Telegram tells bots neither delivery nor reading."""
        return None

    async def messages(self, since: datetime, customer: str = "") -> MessageList:
        return MessageList((), complete=False)

    async def receive(self, cursor: str, wait: timedelta) -> Received:
        """Waits at most 50 s. Telegram keeps what nobody fetched for 24 hours."""
        await self._make_sure_nobody_else_receives()
        wait_s = int(min(wait, LONGEST_WAIT).total_seconds())
        try:
            content = await self._api.updates(int(cursor) if cursor else None, wait_s)
        except ProviderError as error:
            if error.kind is ProviderErrorKind.TAKEN:
                self._nobody_else_receives = False
            raise
        updates = mapping.result(content)
        if not isinstance(updates, list):
            raise self._api.caller.error(ProviderErrorKind.BAD_ANSWER)
        return mapping.received(updates, self._key.sender, cursor)

    async def file_content(self, file_id: str) -> bytes:
        """At most 20 MB. Raises ProviderError."""
        path = mapping.file_path(mapping.result(await self._api.file(file_id)))
        if not path:
            raise self._api.caller.error(ProviderErrorKind.BAD_ANSWER)
        return await self._api.content(path)

    async def _make_sure_nobody_else_receives(self) -> None:
        """A webhook is a connector's: it is left alone, and so are the updates."""
        if self._nobody_else_receives:
            return
        webhook = mapping.result(await self._api.webhook())
        if not isinstance(webhook, dict):
            raise self._api.caller.error(ProviderErrorKind.BAD_ANSWER)
        if mapping.has_webhook(webhook):
            raise self._api.caller.error(ProviderErrorKind.TAKEN)
        self._nobody_else_receives = True

    def _refused(self, kind: ProviderErrorKind) -> Refused:
        return Refused(kind, self._api.caller.words(kind))

    def _outcome(self, sent: Sent) -> SendOutcome:
        if not isinstance(sent, Taken):
            return sent
        return mapping.accepted(sent.content) or OutcomeUnknown("a good answer without a message's id")
