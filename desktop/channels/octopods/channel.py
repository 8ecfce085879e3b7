"""The channel adapter for Octopods: WhatsApp by templates, SMS by free text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Unpack

from desktop.channels.octopods import mapping
from desktop.channels.octopods.api import HOST, OctopodsApi
from desktop.channels.shared.addresses import to_e164
from desktop.channels.shared.direct_channel import DirectChannel, no_templates
from desktop.channels.shared.exchange import LearningClock, Token
from desktop.channels.shared.loose_json import replace_surrogates
from desktop.channels.shared.provider_client import ClientOptions
from desktop.domain.content.template import Template
from desktop.domain.identity.customer import phone_key
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import make_reason
from desktop.ports import (
    ChannelAccount,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.ports.reasons import ProviderReason

TIME_SLACK = timedelta(seconds=2)
TEXTLESS_WITHIN = timedelta(minutes=1)
MAX_COMPARED = 20
"""Known messages that are looked up one by one to tell them from a lost one."""

MISSING_MESSAGE_ID = "0"
"""No message has this id."""

_KEY_ACCEPTED = frozenset(
    {
        ProviderErrorKind.REJECTED,
        ProviderErrorKind.GONE,
        ProviderErrorKind.UNKNOWN,
        ProviderErrorKind.MALFORMED,
        ProviderErrorKind.BAD_ADDRESS,
    }
)


class OctopodsChannel(DirectChannel[OctopodsApi]):
    """An account at Octopods. `Channel` of the ports.

    channel: WHATSAPP (key of the WhatsApp Business account) or SMS (the channel's key). sender: our number, `+E.164`.
    """

    def __init__(
        self,
        token: Token,
        clock: LearningClock,
        channel: ChannelKind,
        sender: str,
        *,
        base_url: str = HOST,
        **options: Unpack[ClientOptions],
    ) -> None:
        self._clock = clock
        self._on_whatsapp = channel is ChannelKind.WHATSAPP
        if self._on_whatsapp:
            capabilities = Capabilities(
                has_templates=True, reports_status=True, can_look_up_sent=True, opens_conversations=True
            )
        else:
            capabilities = Capabilities(
                sends_free_text=True, reports_status=True, opens_conversations=True, max_text=mapping.MAX_SMS
            )
        api = OctopodsApi(base_url, token, clock, channel, **options)
        super().__init__(ChannelKey(Provider.OCTOPODS, channel, sender), api, capabilities, mapping.accepted)

    async def check(self) -> ChannelAccount:
        """Check the key. An SMS key can list nothing, so a message is looked up that cannot exist."""
        if not self._on_whatsapp:
            return await self._check_sms()
        listed = await self._api.templates({"status": "accepted"})
        templates = self._mapped(listed, ())
        if not templates and not isinstance(listed, list):
            raise self._api.error(ProviderErrorKind.BAD_ANSWER)
        numbers = sorted({t.sender for t in templates if t.sender})
        remarks = []
        if not templates:
            remarks.append(make_reason(ProviderReason.NO_ACCEPTED_TEMPLATE))
        elif numbers and phone_key(self._key.sender) not in map(phone_key, numbers):
            remarks.append(make_reason(ProviderReason.TEMPLATES_OF_OTHER_NUMBERS, numbers=", ".join(numbers)))
        return ChannelAccount("Octopods", self._key.sender, tuple(remarks))

    async def _check_sms(self) -> ChannelAccount:
        try:
            found = await self._api.message(MISSING_MESSAGE_ID)
        except ProviderError as error:
            if error.kind not in _KEY_ACCEPTED:
                raise
        else:
            if not isinstance(found, dict) or not found:
                raise self._api.error(ProviderErrorKind.BAD_ANSWER)
        return ChannelAccount("Octopods SMS", self._key.sender, (make_reason(ProviderReason.SMS_KEY_UNCHECKED),))

    async def templates(self) -> Sequence[Template]:
        """The templates of our number. Old answers have no status: then the accepted ones are listed separately."""
        if not self._on_whatsapp:
            return []
        listed = await self._api.templates({})
        accepted: set[str] = set()
        if any(map(mapping.lacks_status, mapping.listed(listed))):
            only = mapping.listed(await self._api.templates({"status": "accepted"}))
            accepted = set(map(mapping.template_id, only))
        own = phone_key(self._key.sender)
        return [t for t in self._mapped(listed, accepted) if not own or phone_key(t.sender) in ("", own)]

    def _mapped(self, listed: object, accepted: Collection[str]) -> list[Template]:
        now = self._clock.now()
        return [t for raw in mapping.listed(listed) if (t := mapping.template(raw, accepted, now)) is not None]

    # --- sending -------------------------------------------------------------------------------------------------

    async def send_text(self, out: DirectMessage) -> SendOutcome:
        if self._on_whatsapp:
            return Refused(ProviderErrorKind.REJECTED, make_reason(ProviderReason.ONLY_TEMPLATES))
        to = to_e164(out.to)
        if not to:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        if out.file is not None:
            return self._refused(ProviderErrorKind.FILE)
        if len(out.text) > mapping.MAX_SMS:
            return self._refused(ProviderErrorKind.TOO_LARGE)
        body = {"destination_phone": to, "body": replace_surrogates(out.text), **mapping.opening(out.opens)}
        return self._outcome(await self._api.send_sms(body))

    async def send_template(self, out: DirectTemplate) -> SendOutcome:
        if not self._on_whatsapp:
            return no_templates()
        to = to_e164(out.to)
        if not to:
            return self._refused(ProviderErrorKind.BAD_ADDRESS)
        if out.filled.problems:
            return Refused(ProviderErrorKind.TEMPLATE_INVALID, out.filled.problems[0].reason)
        if out.filled.media and not out.filled.media.startswith("https://"):
            return self._refused(ProviderErrorKind.FILE)
        body = mapping.template_body(out.filled, to) | mapping.opening(out.opens)
        return self._outcome(await self._api.send_template(out.filled.template.id, body))

    # --- after sending -------------------------------------------------------------------------------------------

    async def look_up_sent(
        self, out: DirectMessage | DirectTemplate, since: datetime, known_ids: Collection[str]
    ) -> str | None:
        """The oldest message to the customer with the same text. One of the two list shapes shows no text; then the
        message must be the only one within a minute."""
        if not self._on_whatsapp or not isinstance(out, DirectTemplate):
            return None
        words = replace_surrogates(out.filled.body).split()
        candidates = [
            m
            for m in reversed(await self._sent())
            if m.phone == phone_key(out.to)
            and m.at is not None
            and m.at >= since - TIME_SLACK
            and (m.text is None or m.text.split() == words)
            and not set(m.ids) & set(known_ids)
        ]
        if candidates and not all(m.has_own_id for m in candidates):
            others = await self._whatsapp_ids(known_ids)
            candidates = [m for m in candidates if others is not None and not set(m.ids) & others]
        with_text = next((m.ids[0] for m in candidates if m.text is not None), None)
        textless = [m for m in candidates if m.text is None and m.at and m.at <= since + TEXTLESS_WITHIN]
        return with_text if with_text is not None or len(textless) != 1 else textless[0].ids[0]

    async def _whatsapp_ids(self, known_ids: Collection[str]) -> frozenset[str] | None:
        """WhatsApp's ids of known messages, by which a list without Octopods' own ids shows them; None if there are too
        many to look up."""
        own = [known for known in known_ids if known.isdecimal()]
        if len(own) > MAX_COMPARED:
            return None
        return frozenset([mapping.channel_id(await self._api.message(known)) for known in own])

    async def status(self, remote_id: str) -> DeliveryFact | None:
        """The delivery state. A message may have only WhatsApp's id; it is then looked up in the sent list again."""
        if remote_id.isdecimal():
            found = await self._api.message(remote_id)
        elif self._on_whatsapp:
            found = next((m.raw for m in await self._sent() if remote_id in m.ids), None)
        else:
            return None
        return mapping.delivery(found, remote_id, self._key.channel, self._api.describe)

    async def _sent(self) -> list[mapping.SentMessage]:
        """The sent list, newest first. An empty one can come as an error (article 14823960)."""
        try:
            return list(mapping.sent_messages(await self._api.sent()))
        except ProviderError as error:
            if error.kind not in (ProviderErrorKind.REJECTED, ProviderErrorKind.UNKNOWN):
                raise
            return []
