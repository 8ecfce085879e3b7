"""Twilio's webhooks: incoming messages and status callbacks as signed forms.

Sources: Twilio's documentation, "Twilio's request to your incoming message webhook URL", "Track outbound message
status", "Webhooks security" and "Webhook connection overrides" (read November 2026). By default a request is repeated
once, at once, if no connection came about; the fragment of the address changes that (`#rc=2&rp=5xx,ct`). A fallback
address is for incoming messages alone and is told of the error.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl, urldefrag, urlencode

from desktop.sandbox.model import numbers
from desktop.sandbox.model.traffic import Message
from desktop.sandbox.providers.twilio import resources
from desktop.sandbox.providers.twilio.http import AUTH_TOKEN
from desktop.sandbox.providers.twilio.sending import STATUS_CALLBACK
from desktop.sandbox.webhooks.subscriptions import Delivery, Json, Outcome, Request, Subscription, check_address
from desktop.sandbox.world import World

Form = list[tuple[str, str]]
Kind = Literal["incoming", "status"]
KINDS: tuple[Kind, ...] = ("incoming", "status")
_MOST_RETRIES = 5
_INSTALL_SID = "XE" + "6e" * 16
_RETRIEVAL_FAILURE = "11200"  # Twilio's code for an answer that could not be had


class TwilioSubscription(Subscription):
    """The webhook address of the numbers at Twilio.

    public_url: what Twilio believes the address to be, and signs, if a proxy stands before it.
    """

    provider = "twilio"

    def __init__(
        self,
        subscription_id: str,
        address: str,
        *,
        public_url: str = "",
        fallback: str = "",
        fallback_public_url: str = "",
        kinds: Sequence[str] = KINDS,
        secret: str = AUTH_TOKEN,
    ) -> None:
        super().__init__(subscription_id, urldefrag(address).url)
        if fallback:
            check_address(fallback)
            if urldefrag(fallback).url == self.address:
                raise ValueError("the fallback must be another address")
        unknown = set(kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"kinds must be of {', '.join(KINDS)}")
        self.kinds = frozenset(kinds)
        self._retries, self._policy = _overrides(urldefrag(public_url or address).fragment)
        self._public_url = urldefrag(public_url or address).url
        self._fallback = urldefrag(fallback).url
        self._fallback_public_url = urldefrag(fallback_public_url or fallback).url
        self._secret = secret

    def request(self, delivery: Delivery) -> Request:
        parameters: list[tuple[str, str]] = list(delivery.content)
        url, signed = self._next_address(delivery), self._public_url
        if url == self._fallback:
            signed = self._fallback_public_url
            parameters += [("ErrorCode", _RETRIEVAL_FAILURE), ("ErrorUrl", self._public_url)]
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": delivery.id,
            "X-Twilio-Signature": signature(self._secret, signed, parameters),
        }
        return Request(url, headers, urlencode(parameters).encode())

    def _next_address(self, delivery: Delivery) -> str:
        """Where the next attempt goes after those that have ended; "" for nowhere."""
        failures = [attempt.outcome for attempt in delivery.attempts if attempt.outcome is not None]
        if not failures:
            return self.address
        if len(failures) <= self._retries and _is_repeated(self._policy, failures[-1]):
            return self.address
        went_to_fallback = any(attempt.url == self._fallback for attempt in delivery.attempts)
        return self._fallback if delivery.topic == "incoming" and not went_to_fallback else ""

    def next_attempt(self, delivery: Delivery, outcome: Outcome, now: float) -> float | None:
        return now if self._next_address(delivery) else None

    def settings(self) -> Json:
        return {"kinds": sorted(self.kinds), "public_url": self._public_url, "fallback": self._fallback}


def signature(auth_token: str, url: str, parameters: Sequence[tuple[str, str]]) -> str:
    """X-Twilio-Signature: the address, then each name and value in the order of the names."""
    text = url + "".join(name + value for name, value in sorted(parameters))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), "sha1").digest()).decode()


def _overrides(fragment: str) -> tuple[int, frozenset[str]]:
    """Number of retries (`rc`) and the failures that are repeated (`rp`: `4xx`, `5xx`, `ct`, `rt`, `all`)."""
    given = dict(parse_qsl(fragment))
    try:
        retries = int(given.get("rc", "1"))
    except ValueError:
        retries = 1
    return max(0, min(retries, _MOST_RETRIES)), frozenset(given.get("rp", "ct").split(","))


def _is_repeated(policy: frozenset[str], outcome: Outcome) -> bool:
    if outcome.status is not None:
        return bool(policy & {f"{outcome.status // 100}xx", "all"})
    return bool(policy & {"ct" if outcome.error == "connect" else "rt", "all"})


class Callbacks:
    """Turns traffic of the lines at Twilio into forms."""

    def __init__(
        self,
        world: World,
        base_url: str,
        receivers: Callable[[Kind, str], list[TwilioSubscription]],
        post: Callable[[TwilioSubscription, str, Kind, Form], None],
    ) -> None:
        """receivers(kind, address): address is the message's own callback, "" for none. post: with an id."""
        self._base_url = base_url
        self._receivers = receivers
        self._post = post
        world.traffic.on_inbound.append(self._on_inbound)
        world.traffic.on_state.append(self._on_state)

    def _on_inbound(self, message: Message) -> None:
        receivers = self._receivers("incoming", "") if message.line.at_twilio else []
        if not receivers:
            return
        sender, to = resources.addresses(message)
        own = resources.sid(message)
        parameters = {
            "MessageSid": own,
            "SmsSid": own,
            "SmsMessageSid": own,
            "AccountSid": resources.ACCOUNT_SID,
            "From": sender,
            "To": to,
            "Body": message.text,
            "NumMedia": str(len(message.files)),
            "NumSegments": str(resources.segments(message.text)) if message.line.channel == "sms" else "1",
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }
        for number, file in enumerate(message.files):
            path = f"{resources.ACCOUNT_PATH}/Messages/{own}/Media/{resources.media_sid(message, number)}"
            parameters[f"MediaUrl{number}"] = self._base_url + path
            parameters[f"MediaContentType{number}"] = file.content_type
        if message.line.channel == "whatsapp":
            parameters |= {"MessageType": _message_type(message), "ProfileName": _name(message)}
            if not numbers.is_bsuid(message.to):
                parameters["WaId"] = numbers.wa_id(message.to)
        else:
            # Of a number whose place Twilio does not know these are there and empty.
            places = ("City", "State", "Zip", "Country")
            parameters |= {f"{who}{place}": "" for who in ("From", "To") for place in places}
        for receiver in receivers:
            self._post(receiver, f"{own}:received", "incoming", list(parameters.items()))

    def _on_state(self, message: Message) -> None:
        # What a teammate types on the phone is nothing that Twilio sent.
        if not message.line.at_twilio or message.route == "app":
            return
        receivers = self._receivers("status", message.labels.get(STATUS_CALLBACK, ""))
        if not receivers:
            return
        sender, to = resources.addresses(message)
        own, status = resources.sid(message), resources.status(message)
        parameters = {
            "MessageSid": own,
            "SmsSid": own,
            "AccountSid": resources.ACCOUNT_SID,
            "MessageStatus": status,
            "SmsStatus": status,
            "From": sender,
            "To": to,
            "ApiVersion": "2010-04-01",
        }
        code = resources.error_code(message)
        if code is not None:
            parameters["ErrorCode"] = str(code)
        if "messaging_service_sid" in message.labels:
            parameters["MessagingServiceSid"] = message.labels["messaging_service_sid"]
        at = datetime.fromtimestamp(int(message.states[-1][1]), UTC)
        if message.line.channel == "whatsapp":
            parameters |= {"ChannelPrefix": "whatsapp", "ChannelToAddress": message.to, "StructuredMessage": "false"}
            parameters |= {"ChannelInstallSid": _INSTALL_SID} | (
                {"EventType": status.upper()} if status != "sent" else {}
            )
        elif status in ("delivered", "undelivered"):
            parameters["RawDlrDoneDate"] = f"{at:%y%m%d%H%M}"
        for receiver in receivers:
            self._post(receiver, f"{own}:{status}", "status", list(parameters.items()))


def _message_type(message: Message) -> str:
    if not message.files:
        return "text"
    kind = message.files[0].content_type.partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "document"


def _name(message: Message) -> str:
    return message.customer.name if message.customer is not None else ""
