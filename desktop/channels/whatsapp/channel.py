"""The channel adapters for WhatsApp numbers at Meta and at 360dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, Unpack

from desktop.channels.shared.direct_channel import (
    DirectChannel,
    file_error_kind,
    outcome_of_failed_preparation,
    plan_message_file,
)
from desktop.channels.shared.exchange import LearningClock, Token
from desktop.channels.shared.provider_client import ClientOptions
from desktop.channels.whatsapp import mapping
from desktop.channels.whatsapp.api import HOST, VERSION, CloudApi, WhatsAppApi
from desktop.channels.whatsapp.dialog360 import HOST as DIALOG360_HOST
from desktop.channels.whatsapp.dialog360 import Dialog360Api
from desktop.domain.content.files import FileRoute, direct_file_route, largest_bytes
from desktop.domain.content.template import Status, Template
from desktop.domain.identity.customer import phone_key
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import Reason, make_reason
from desktop.ports import (
    ChannelAccount,
    Clock,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.ports.reasons import ProviderReason

CAPABILITIES = Capabilities(
    sends_free_text=True,
    needs_window=True,
    has_templates=True,
    max_text=mapping.MAX_TEXT,
    max_caption=mapping.MAX_CAPTION,
    max_file_bytes=largest_bytes(FileRoute.WHATSAPP_CLOUD),
    reactions=("👍", "❤️", "😂", "😮", "😢", "🙏"),
)
MAX_EMPTY_HISTORIES = 3
"""After so many empty answers from `message_history` this account is taken to get none."""

_NO_HISTORY = frozenset(
    {
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.MALFORMED,
        ProviderErrorKind.GONE,
        ProviderErrorKind.UNKNOWN,
        ProviderErrorKind.REJECTED,
    }
)
_CHECK_FAILED = frozenset(
    {
        ProviderErrorKind.SIGNED_OUT,
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.OFFLINE,
        ProviderErrorKind.TIMED_OUT,
        ProviderErrorKind.BUSY,
        ProviderErrorKind.THROTTLED,
        ProviderErrorKind.BAD_ANSWER,
        ProviderErrorKind.TOO_LARGE,
    }
)


Api = TypeVar("Api", bound=WhatsAppApi)


class _WhatsAppChannel(DirectChannel[Api]):
    """What both providers have in common: the same messages, sent in Meta's form.

    Lists of what was sent do not exist here.
    """

    def __init__(self, api: Api, key: ChannelKey, clock: Clock) -> None:
        super().__init__(key, api, CAPABILITIES, mapping.accepted)
        self._clock = clock

    async def check(self) -> ChannelAccount:
        found = mapping.account(await self._api.number())
        if found is None:
            raise self._api.error(ProviderErrorKind.BAD_ANSWER)
        return found

    async def templates(self) -> Sequence[Template]:
        listed = await self._api.templates()
        # Read after the answers: before the first one the clock may not know the servers' time.
        now = self._clock.now()
        return [t for raw in listed if (t := mapping.template(raw, now)) is not None]

    async def send_text(self, out: DirectMessage) -> SendOutcome:
        recipient = mapping.recipient(out.to)
        if recipient is None:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        found = plan_message_file(direct_file_route(self._key.provider), out)
        if found is None:
            if len(out.text) > mapping.MAX_TEXT:
                return self._refused(ProviderErrorKind.TOO_LARGE)
            return self._outcome(await self._api.send_message(mapping.message_body(out, recipient)))
        plan, file = found
        if plan.refusal is not None:
            return self._refused(file_error_kind(plan.refusal))
        if len(out.text) > (plan.max_caption or 0):
            return self._refused(ProviderErrorKind.TOO_LARGE)
        try:
            file_id = await self._api.upload(file)
        except ProviderError as error:
            return outcome_of_failed_preparation(error)
        if not file_id:
            return self._refused(ProviderErrorKind.FILE)
        return self._outcome(await self._api.send_message(mapping.message_body(out, recipient, plan, file_id)))

    async def send_template(self, out: DirectTemplate) -> SendOutcome:
        recipient = mapping.recipient(out.to)
        if recipient is None:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        if out.filled.problems:
            return Refused(ProviderErrorKind.TEMPLATE_INVALID, out.filled.problems[0].reason)
        return self._outcome(await self._api.send_message(mapping.template_body(out, recipient)))

    async def react(self, to: str, remote_id: str, emoji: str) -> SendOutcome:
        recipient = mapping.recipient(to)
        if recipient is None:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        return self._outcome(await self._api.send_message(mapping.reaction_body(recipient, remote_id, emoji)))


class WhatsAppCloudChannel(_WhatsAppChannel[CloudApi]):
    """A number at Meta. `Channel` of the ports.

    phone_number_id, account_id: numeric, of the number and of its WhatsApp Business account.
    """

    def __init__(
        self,
        token: Token,
        clock: LearningClock,
        phone_number_id: str,
        account_id: str,
        *,
        base_url: str = HOST,
        version: str = VERSION,
        **options: Unpack[ClientOptions],
    ) -> None:
        api = CloudApi(base_url, token, clock, phone_number_id, account_id, version=version, **options)
        super().__init__(api, ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, phone_number_id), clock)
        self._empty_histories = 0
        self._reports_status = True

    @property
    def capabilities(self) -> Capabilities:
        """`reports_status` until Meta has refused to tell, or kept silent `MAX_EMPTY_HISTORIES` times."""
        return replace(CAPABILITIES, reports_status=self._reports_status)

    async def check(self) -> ChannelAccount:
        """Check both ids: the account's is needed for templates only, so a wrong one would be noticed late."""
        found = await super().check()
        return replace(found, remarks=(*found.remarks, *await self._remarks_on_account()))

    async def _remarks_on_account(self) -> tuple[Reason, ...]:
        try:
            ids, is_complete = await self._api.numbers()
        except ProviderError as error:
            if error.kind is ProviderErrorKind.FORBIDDEN:
                return (make_reason(ProviderReason.TEMPLATES_NOT_READABLE),)
            if error.kind is ProviderErrorKind.MALFORMED:
                # The id of another kind of object, which has no numbers.
                raise self._api.error(ProviderErrorKind.GONE) from None
            raise
        if self.key.sender in ids or not is_complete:
            return ()
        return (make_reason(ProviderReason.NUMBER_OF_OTHER_ACCOUNT),)

    async def send_template(self, out: DirectTemplate) -> SendOutcome:
        """Read the template's status first if the list is old: Meta accepts a paused template and then drops it."""
        template = out.filled.template
        if not out.filled.problems and template.id and not template.is_fresh(self._clock.now()):
            try:
                status = mapping.status_now(await self._api.template_now(template.id))
            except ProviderError as error:
                return outcome_of_failed_preparation(error)
            if status is not Status.APPROVED:
                return self._refused(ProviderErrorKind.TEMPLATE_UNAVAILABLE)
        return await super().send_template(out)

    async def status(self, remote_id: str) -> DeliveryFact | None:
        if not self._reports_status:
            return None
        try:
            content = await self._api.history(remote_id)
        except ProviderError as error:
            if error.kind not in _NO_HISTORY:
                raise
            self._reports_status = False
            return None
        found = mapping.delivery(content, remote_id, self._api.describe)
        self._empty_histories = -1 if found or self._empty_histories < 0 else self._empty_histories + 1
        self._reports_status = self._empty_histories < MAX_EMPTY_HISTORIES
        return found


class Dialog360Channel(_WhatsAppChannel[Dialog360Api]):
    """A number at 360dialog. `Channel` of the ports. sender: our number, `+E.164`, as it was entered; there the key
    alone names it."""

    def __init__(
        self,
        token: Token,
        clock: LearningClock,
        sender: str,
        *,
        base_url: str = DIALOG360_HOST,
        **options: Unpack[ClientOptions],
    ) -> None:
        api = Dialog360Api(base_url, token, clock, **options)
        super().__init__(api, ChannelKey(Provider.DIALOG360, ChannelKind.WHATSAPP, sender), clock)

    async def check(self) -> ChannelAccount:
        """Check the key. A problem of the account is a remark, since the key itself is good."""
        try:
            found = await super().check()
        except ProviderError as error:
            if error.kind in _CHECK_FAILED:
                raise
            return ChannelAccount("360dialog", self._key.sender, (error.reason,))
        if phone_key(found.address) in ("", phone_key(self._key.sender)):
            return found
        remark = make_reason(ProviderReason.KEY_SENDS_FROM, address=found.address)
        return replace(found, remarks=(*found.remarks, remark))
