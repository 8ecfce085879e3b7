"""The hub's web server: the providers' webhooks, and what watches over the hub.

Each webhook is read within bounds, then its signature is checked, then it is parsed, and it is answered with 200 only
once the broker has acknowledged everything that it says. The answers to those that are refused say why in one word.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import as_number, as_text, get_field
from desktop.hub.broker import Broker, BrokerUnavailable
from desktop.hub.facts import (
    Fact,
    Unreadable,
    changed_fact,
    conversation_facts,
    read_fact,
    telegram_fact,
    twilio_fact,
    whatsapp_facts,
)
from desktop.hub.metrics import CONTENT_TYPE, Metrics
from desktop.hub.webhooks import signatures
from desktop.hub.webhooks.bodies import Bodies, BodyRefused
from desktop.ports import Clock

log = logging.getLogger(__name__)

SOURCE = "webhook"
MAX_FACTS = 1_000
"""In one webhook: Meta batches up to 1,000 changes ("Webhooks", Graph API)."""

MAX_CHALLENGE = 200
MAX_PARAMETERS = 200
_FORM = "application/x-www-form-urlencoded"
_TWIML = "<Response/>"
_PORTS = {"https": 443, "http": 80}


class WebhookSecrets(msgspec.Struct, frozen=True):
    """By which the providers' webhooks are known; those of an empty one are answered with 404.

    bots: of Telegram, by the bot's id. public_url: of this server as the providers call it, without a path.
    """

    intercom_client_secret: str = ""
    meta_app_secret: str = ""
    meta_verify_token: str = ""
    twilio_auth_token: str = ""
    bots: Mapping[str, str] = {}
    public_url: str = ""

    def __repr__(self) -> str:
        """Without the secrets."""
        return "WebhookSecrets(…)"


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Receiver:
    """Takes webhooks for one workspace.

    on_intercom: called with the time of each good webhook of Intercom.
    """

    def __init__(
        self,
        workspace_id: str,
        secrets: WebhookSecrets,
        broker: Broker,
        clock: Clock,
        metrics: Metrics,
        bodies: Bodies,
        *,
        are_plain: bool = True,
        on_intercom: Callable[[datetime], None] = lambda at: None,
    ) -> None:
        self._workspace_id = workspace_id
        self._secrets = secrets
        self._broker = broker
        self._clock = clock
        self._metrics = metrics
        self._bodies = bodies
        self._are_plain = are_plain
        self._on_intercom = on_intercom

    def app(self) -> Starlette:
        """The application, without anything that starts or ends with it."""
        return Starlette(
            routes=[
                Route("/webhooks/intercom", self._handler("intercom", self._intercom), methods=["HEAD", "POST"]),
                Route("/webhooks/meta", self._handler("meta", self._meta), methods=["GET", "POST"]),
                Route("/webhooks/twilio", self._handler("twilio", self._twilio), methods=["POST"]),
                Route("/webhooks/telegram/{bot}", self._handler("telegram", self._telegram), methods=["POST"]),
                Route("/healthz", self._healthy, methods=["GET"]),
                Route("/readyz", self._ready, methods=["GET"]),
                Route("/metrics", self._counts, methods=["GET"]),
            ]
        )

    # --- what watches over the hub -----------------------------------------------------------------------------------

    async def _healthy(self, request: Request) -> Response:
        return PlainTextResponse("ok")

    async def _ready(self, request: Request) -> Response:
        is_ready = self._broker.is_ready
        return PlainTextResponse("ready" if is_ready else "no broker", 200 if is_ready else 503)

    async def _counts(self, request: Request) -> Response:
        self._metrics.held_bytes.set(self._bodies.held_bytes)
        self._metrics.broker_connected.set(self._broker.is_ready)
        return Response(self._metrics.text(), media_type=CONTENT_TYPE)

    # --- webhooks ----------------------------------------------------------------------------------------------------

    def _handler(
        self, provider: str, handle: Callable[[Request, bytes], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """A handler whose refusals are counted and become answers."""

        async def answer(request: Request) -> Response:
            self._metrics.received.labels(provider).inc()
            try:
                async with self._bodies.read(request) as body:
                    return await handle(request, body)
            except (BodyRefused, _Refused) as refusal:
                status, reason = refusal.status, refusal.reason
            except Unreadable:
                status, reason = 400, "unreadable"
            except BrokerUnavailable:
                status, reason = 503, "no_broker"
            self._metrics.refused.labels(provider, reason).inc()
            log.info("webhook refused", extra={"provider": provider, "status": status, "reason": reason})
            # What is left of a body that was refused is not read.
            return PlainTextResponse(reason, status, {"Connection": "close"} if status in (408, 413) else None)

        return answer

    async def _intercom(self, request: Request, body: bytes) -> Response:
        secret = self._secrets.intercom_client_secret
        _require(secret)
        if request.method == "HEAD":
            # Intercom asks whether the address answers.
            return Response()
        if not signatures.is_intercoms(secret, body, request.headers.get("X-Hub-Signature", "")):
            raise _Refused(401, "signature")
        payload = _parsed(body)
        topic = as_text(get_field(payload, "topic"))
        if not topic:
            raise _Refused(400, "unreadable")
        if as_text(get_field(payload, "app_id")) not in ("", self._workspace_id):
            # One app may be installed in several workspaces.
            return self._ignore("intercom", "another workspace")
        self._on_intercom(self._clock.now())
        facts = self._conversation_facts(topic, payload)
        if not facts:
            return self._ignore("intercom", topic)
        return await self._publish(facts)

    def _conversation_facts(self, topic: str, payload: object) -> list[Fact]:
        """What a notification says of a conversation; contacts and the rest are not in the feed."""
        item, at = get_field(payload, "data", "item"), as_number(get_field(payload, "created_at")) or 0
        if topic == "conversation.read":
            return [read_fact(self._workspace_id, item, at)]
        if get_field(item, "type") == "conversation" and topic != "conversation.deleted":
            return conversation_facts(self._workspace_id, item, is_plain=self._are_plain)
        for item_id in (get_field(item, "conversation_id"), get_field(item, "conversation", "id")):
            # A part, or a conversation by its id alone.
            if item_id is not None:
                return [changed_fact(self._workspace_id, {"id": item_id}, at)]
        if topic.startswith("conversation."):
            return [changed_fact(self._workspace_id, item, at)]
        return []

    async def _meta(self, request: Request, body: bytes) -> Response:
        if request.method == "GET":
            _require(self._secrets.meta_verify_token)
            asked = request.query_params
            given = asked.get("hub.verify_token", "")
            if asked.get("hub.mode") != "subscribe" or not signatures.is_verify_token(
                self._secrets.meta_verify_token, given
            ):
                raise _Refused(401, "verify_token")
            return PlainTextResponse(asked.get("hub.challenge", "")[:MAX_CHALLENGE])
        _require(self._secrets.meta_app_secret)
        header = request.headers.get("X-Hub-Signature-256", "")
        if not signatures.is_metas(self._secrets.meta_app_secret, body, header):
            raise _Refused(401, "signature")
        facts = list(whatsapp_facts(self._workspace_id, _parsed(body)))
        return await self._publish(facts) if facts else self._ignore("meta", "no message")

    async def _twilio(self, request: Request, body: bytes) -> Response:
        token = self._secrets.twilio_auth_token
        _require(token)
        is_form = request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == _FORM
        try:
            parameters = (
                parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_PARAMETERS) if is_form else []
            )
        except ValueError:
            parameters, is_form = [], False
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        header = request.headers.get("X-Twilio-Signature", "")
        urls = _with_and_without_port(self._secrets.public_url.rstrip("/") + path)
        if not any(signatures.is_twilios(token, url, parameters, header) for url in urls):
            raise _Refused(401, "signature")
        if not is_form:
            raise _Refused(400, "unreadable")
        await self._publish([twilio_fact(self._workspace_id, dict(parameters), self._broker.keys)])
        return Response(_TWIML, media_type="text/xml")

    async def _telegram(self, request: Request, body: bytes) -> Response:
        bot = request.path_params["bot"]
        secret = self._secrets.bots.get(bot, "")
        _require(secret)
        if not signatures.is_telegrams(secret, request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")):
            raise _Refused(401, "signature")
        return await self._publish([telegram_fact(self._workspace_id, bot, _parsed(body))])

    async def _publish(self, facts: Iterable[Fact]) -> Response:
        """Publish all of it, or answer so that the provider comes again."""
        listed = list(facts)
        if len(listed) > MAX_FACTS:
            raise _Refused(413, "too_many")
        results = await asyncio.gather(*(self._broker.publish(fact, SOURCE) for fact in listed), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return PlainTextResponse("ok")

    def _ignore(self, provider: str, what: str) -> Response:
        self._metrics.ignored.labels(provider).inc()
        log.debug("webhook without a fact", extra={"provider": provider, "what": what[:100]})
        return PlainTextResponse("ok")


def _require(secret: str) -> None:
    """The webhook of a provider that is not set up is not there."""
    if not secret:
        raise _Refused(404, "not_set_up")


def _parsed(body: bytes) -> Any:
    try:
        found = loose_json.parse(body)
    except (ValueError, RecursionError):
        raise _Refused(400, "unreadable") from None
    if not isinstance(found, dict):
        raise _Refused(400, "unreadable")
    return found


def _with_and_without_port(url: str) -> tuple[str, ...]:
    """Twilio signs its address at times with the scheme's own port and at times without."""
    parts = urlsplit(url)
    port = _PORTS.get(parts.scheme)
    host = parts.netloc.removesuffix(f":{port}")
    bare = parts._replace(netloc=host).geturl()
    return (url,) if port is None or ":" in host else (bare, parts._replace(netloc=f"{host}:{port}").geturl())
