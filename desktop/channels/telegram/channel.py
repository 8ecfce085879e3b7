"""A Telegram bot that writes to the people who started it."""

from __future__ import annotations

import re
from typing import Unpack

from desktop.channels.shared.direct_channel import DirectChannel, no_templates, plan_message_file
from desktop.channels.shared.exchange import LearningClock, Token
from desktop.channels.shared.provider_client import ClientOptions, SendResponse
from desktop.channels.telegram import mapping
from desktop.channels.telegram.api import HOST, TelegramApi
from desktop.domain.content.files import FileRoute, largest_bytes
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import make_reason
from desktop.ports import (
    Accepted,
    ChannelAccount,
    DirectMessage,
    DirectTemplate,
    InvalidValue,
    OutcomeUnknown,
    ProviderErrorKind,
    SendOutcome,
)
from desktop.ports.reasons import AccountReason

CAPABILITIES = Capabilities(
    sends_free_text=True,
    max_text=mapping.MAX_TEXT,
    max_caption=mapping.MAX_CAPTION,
    max_file_bytes=largest_bytes(FileRoute.TELEGRAM),
    # Of the row that WhatsApp has, or the nearest in the list of those that bots may send (Bot API, ReactionTypeEmoji).
    reactions=("👍", "❤️", "🤣", "😱", "😢", "🙏"),
)


class TelegramChannel(DirectChannel[TelegramApi]):
    """A bot. `Channel` of the ports. Raises InvalidValue for what cannot be a bot's token.

    A bot never sees its own messages, and Telegram tells it neither delivery nor reading.
    """

    def __init__(
        self, token: Token, clock: LearningClock, *, base_url: str = HOST, **options: Unpack[ClientOptions]
    ) -> None:
        found = re.fullmatch(r"([0-9]{1,20}):[A-Za-z0-9_-]+", token.reveal())
        if found is None:
            raise InvalidValue(make_reason(AccountReason.BOT_TOKEN_FORM))
        # The number before the colon is public: it is the bot's id.
        key = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, found[1])
        super().__init__(key, TelegramApi(base_url, token, clock, **options), CAPABILITIES, mapping.accepted)

    async def check(self) -> ChannelAccount:
        me = mapping.result(await self._api.me())
        webhook = mapping.result(await self._api.webhook())
        found = mapping.account(me, webhook)
        if found is None:
            raise self._api.error(ProviderErrorKind.BAD_ANSWER)
        return found

    async def send_text(self, out: DirectMessage) -> SendOutcome:
        chat = mapping.chat_id(out.to)
        if chat is None:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        found = plan_message_file(FileRoute.TELEGRAM, out)
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

    async def react(self, to: str, remote_id: str, emoji: str) -> SendOutcome:
        fields = mapping.reaction_fields(to, remote_id, emoji)
        if fields is None:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        answer = await self._api.set_reaction(fields)
        if not isinstance(answer, SendResponse):
            return answer
        is_set = mapping.result(answer.content) is True
        return Accepted("") if is_set else OutcomeUnknown("a good answer that doesn't say true")

    async def send_template(self, out: DirectTemplate) -> SendOutcome:
        return no_templates()
