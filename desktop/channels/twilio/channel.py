"""The channel adapter for a sender at Twilio, on WhatsApp or SMS."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Unpack

from desktop.channels.shared.direct_channel import DirectChannel, no_templates
from desktop.channels.shared.exchange import LearningClock, Token
from desktop.channels.shared.loose_json import as_struct, as_text, as_word, replace_surrogates
from desktop.channels.shared.provider_client import ClientOptions
from desktop.channels.twilio import mapping, wire
from desktop.channels.twilio.api import CONTENT_HOST, HOST, TwilioApi
from desktop.domain.content.template import Template
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import make_reason
from desktop.ports import (
    ChannelAccount,
    ChannelMessage,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    MessageList,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.ports.reasons import ProviderReason

TIME_SLACK = timedelta(seconds=2)
"""Twilio's times are whole seconds."""

LOOK_UP_PAGES = 1
_STOPPED_ACCOUNTS = {
    "suspended": ProviderReason.TWILIO_SUSPENDED,
    "closed": ProviderReason.TWILIO_CLOSED,
}


class TwilioChannel(DirectChannel[TwilioApi]):
    """A sender at Twilio. `Channel` of the ports.

    channel: WHATSAPP or SMS. sender: `+E.164`, an SMS short code or name, or a Messaging Service (`MG…`).
    user: SID of an API key when `token` is its secret; "" when it is the account's auth token.
    """

    def __init__(
        self,
        token: Token,
        clock: LearningClock,
        channel: ChannelKind,
        account_sid: str,
        sender: str,
        *,
        user: str = "",
        base_url: str = HOST,
        content_base_url: str = CONTENT_HOST,
        **options: Unpack[ClientOptions],
    ) -> None:
        self._clock = clock
        self._channel = channel
        self._account_sid = account_sid
        self._sender = sender.strip()
        self._is_service = self._sender.startswith("MG")
        self._on_whatsapp = channel is ChannelKind.WHATSAPP
        capabilities = Capabilities(
            sends_free_text=True,
            needs_window=self._on_whatsapp,
            has_templates=self._on_whatsapp,
            # A service's messages come from any of its numbers.
            lists_messages=not self._is_service,
            reports_status=True,
            can_look_up_sent=True,
            max_text=mapping.MAX_TEXT,
        )
        api = TwilioApi(base_url, content_base_url, account_sid, user or account_sid, token, clock, **options)
        super().__init__(ChannelKey(Provider.TWILIO, channel, self._sender), api, capabilities, mapping.accepted)

    async def check(self) -> ChannelAccount:
        """Check the key and the sender. The account's name is read where the key may."""
        page = await self._api.newest_message({} if self._is_service else {"From": self._sender_address()})
        if not isinstance(page, dict) or not isinstance(page.get("messages"), list):
            raise self._api.error(ProviderErrorKind.BAD_ANSWER)
        try:
            account = as_struct(await self._api.account(), wire.Account)
        except ProviderError:
            account = wire.Account()
        remarks = (
            [make_reason(_STOPPED_ACCOUNTS[state])] if (state := as_word(account.status)) in _STOPPED_ACCOUNTS else []
        )
        name = as_text(account.friendly_name).strip() or self._account_sid
        # Which of a service's numbers customers see is not reported.
        address = "" if self._is_service else self._sender
        if address and not page["messages"]:
            remarks.append(make_reason(ProviderReason.NOTHING_SENT_FROM, address=address))
        return ChannelAccount(name, address, tuple(remarks))

    async def templates(self) -> Sequence[Template]:
        if not self._on_whatsapp:
            return []
        listed = await self._api.contents()
        # Read after the answers: before the first one the clock may not know the servers' time.
        now = self._clock.now()
        return [t for raw in listed if (t := mapping.template(raw, now)) is not None]

    # --- sending -------------------------------------------------------------------------------------------------

    async def send_text(self, out: DirectMessage) -> SendOutcome:
        """Send a text. Files are refused: Twilio takes them only as public links. Quotes are left out."""
        if out.file is not None:
            return self._refused(ProviderErrorKind.FILE)
        if len(out.text) > mapping.MAX_TEXT:
            return self._refused(ProviderErrorKind.TOO_LARGE)
        return await self._send(out.to, {"Body": replace_surrogates(out.text)})

    async def send_template(self, out: DirectTemplate) -> SendOutcome:
        if not self._on_whatsapp:
            return no_templates()
        if out.filled.problems:
            return Refused(ProviderErrorKind.TEMPLATE_INVALID, out.filled.problems[0].reason)
        values = mapping.template_values(out)
        return await self._send(
            out.to, {"ContentSid": out.filled.template.id} | ({"ContentVariables": values} if values else {})
        )

    async def _send(self, to: str, content: Mapping[str, str]) -> SendOutcome:
        address = mapping.address(self._channel, to)
        if not address:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        form = {"To": address, **self._sender_field(), "ValidityPeriod": str(mapping.VALIDITY_S), **content}
        return self._outcome(await self._api.send_message(form))

    def _sender_field(self) -> dict[str, str]:
        return {"MessagingServiceSid": self._sender} if self._is_service else {"From": self._sender_address()}

    def _sender_address(self) -> str:
        """Our address in Twilio's form; short codes and names are no phone numbers and go as they are."""
        return mapping.address(self._channel, self._sender) or self._sender

    # --- after sending -------------------------------------------------------------------------------------------

    async def look_up_sent(
        self, out: DirectMessage | DirectTemplate, since: datetime, known_ids: Collection[str]
    ) -> str | None:
        """The oldest message to the customer with the same text, searched without a date: a queued one has none."""
        address = mapping.address(self._channel, out.to)
        if not address:
            return None
        filters = {"To": address} | ({} if self._is_service else {"From": self._sender_address()})
        listed, _ = await self._api.messages(filters, LOOK_UP_PAGES)
        text = out.text if isinstance(out, DirectMessage) else out.filled.body
        for raw in reversed(listed):
            found = mapping.message(raw, self._api.describe)
            created_at = mapping.created_at(raw)
            if found is None or created_at is None or created_at < since - TIME_SLACK or found.remote_id in known_ids:
                continue
            if found.made_by_api and found.text.split() == replace_surrogates(text).split():
                return found.remote_id
        return None

    async def status(self, remote_id: str) -> DeliveryFact | None:
        return mapping.delivery(await self._api.message(remote_id), self._api.describe)

    async def messages(self, since: datetime, customer: str = "") -> MessageList:
        """The messages in both directions. Addresses match exactly: a customer who may be known under an older form of
        their number must be asked for under each form."""
        customer_address = mapping.address(self._channel, customer)
        if self._is_service or (customer and not customer_address):
            return MessageList((), complete=False)
        sender, since = self._sender_address(), since.replace(microsecond=0)
        # Twilio compares the day only, in GMT.
        after = {"DateSent>": since.astimezone(UTC).date().isoformat()}
        inbound, has_all_inbound = await self._api.messages(
            {"To": sender, **({"From": customer_address} if customer_address else {}), **after}
        )
        # Without a date: a queued message has none.
        outbound, has_all_outbound = await self._api.messages(
            {"From": sender, **({"To": customer_address} if customer_address else {})},
            is_enough=lambda page: all((mapping.created_at(raw) or since) < since for raw in page),
        )
        found: dict[str, ChannelMessage] = {}
        for raw in (*inbound, *outbound):
            message = mapping.message(raw, self._api.describe)
            if message is not None and message.sent_at >= since:
                # New messages shift the pages while they are read, so one can come twice.
                found.setdefault(message.remote_id, message)
        # Within one second the order stays Twilio's.
        newest_first = sorted(found.values(), key=lambda m: m.sent_at, reverse=True)
        return MessageList(tuple(newest_first), has_all_inbound and has_all_outbound)
