"""WhatsApp Cloud API's webhooks: messages of customers and states of sent messages, repeated for up to seven days.

Sources: Meta, "Webhooks" and "Webhooks: messages" of the WhatsApp Business Platform, and "Graph API: Webhooks, Getting
started" (read November 2026). Meta documents that the pauses grow, and not how long they are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable

from desktop.sandbox.model import numbers
from desktop.sandbox.model.people import Customer, File
from desktop.sandbox.model.traffic import Message
from desktop.sandbox.providers.graph.errors import title_and_details
from desktop.sandbox.providers.graph.http import WABA_ID, meta_lines, phone_id
from desktop.sandbox.providers.graph.sending import CALLBACK_DATA, Sending, failure_code
from desktop.sandbox.webhooks.subscriptions import Delivery, Json, Outcome, Request, Subscription
from desktop.sandbox.world import World

APP_SECRET = "sandbox-app-secret"
VERIFY_TOKEN = "sandbox-verify-token"
GIVEN_UP_AFTER_S = 7 * 86_400.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 10.0, 43_200.0
_CODES_PAGE = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
_KINDS = {"image/webp": "sticker"}


class MetaSubscription(Subscription):
    """The callback URL of an app that is subscribed to the account's field `messages`."""

    provider = "meta"

    def __init__(self, subscription_id: str, address: str, *, secret: str = APP_SECRET) -> None:
        super().__init__(subscription_id, address)
        self._secret = secret.encode()

    def request(self, delivery: Delivery) -> Request:
        change = {"value": delivery.content, "field": "messages"}
        notification = {"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": [change]}]}
        # Meta's JSON has no character beyond ASCII and escapes slashes, so that whoever signs its own JSON fails.
        body = json.dumps(notification, separators=(",", ":")).replace("/", "\\/").encode()
        headers = {
            "User-Agent": "facebookexternalua",
            "Accept": "*/*",
            "Content-Type": "application/json",
            "X-Hub-Signature": "sha1=" + hmac.new(self._secret, body, "sha1").hexdigest(),
            "X-Hub-Signature-256": "sha256=" + hmac.new(self._secret, body, "sha256").hexdigest(),
        }
        return Request(self.address, headers, body)

    def accepts(self, outcome: Outcome) -> bool:
        return outcome.status == 200

    def next_attempt(self, delivery: Delivery, outcome: Outcome, now: float) -> float | None:
        pause_s = min(_FIRST_PAUSE_S * 2.0 ** (len(delivery.attempts) - 1), _LONGEST_PAUSE_S)
        again_at = now + pause_s
        return again_at if again_at - delivery.created_at <= GIVEN_UP_AFTER_S else None


class Notifications:
    """Turns traffic of Meta's lines into the values of the field `messages`."""

    def __init__(self, world: World, sending: Sending, post: Callable[[str, str, Json], None]) -> None:
        """post(id, topic, value): topic is `messages` or `statuses`. Nothing is called before `listen`."""
        self._world = world
        self._sending = sending
        self._post = post
        self._reactions = self._changes = 0

    def listen(self) -> None:
        self._world.traffic.on_inbound.append(self._on_inbound)
        self._world.traffic.on_state.append(self._on_state)
        self._world.traffic.on_reaction.append(self._on_reaction)
        self._world.traffic.on_change.append(self._on_change)

    def _on_inbound(self, message: Message) -> None:
        customer = message.customer
        if message.line not in meta_lines(self._world) or customer is None:
            return
        wamid = self._sending.message_ids.id_of(message)
        sender = _address(message.to, customer, "from", "from_user_id")
        base = {**sender, "timestamp": str(int(message.at))}
        if message.text and not message.files:
            self._tell_message(message, base | {"id": wamid, "type": "text", "text": {"body": message.text}})
        for number, file in enumerate(message.files):
            # WhatsApp has one file in a message; the first one has the words.
            own = {"id": wamid if number == 0 else f"{wamid}{number:02d}"}
            kind, content = self._media(file, message.text if number == 0 else "")
            self._tell_message(message, base | own | {"type": kind, kind: content})

    def _media(self, file: File, caption: str) -> tuple[str, Json]:
        main = file.content_type.partition("/")[0]
        kind = _KINDS.get(file.content_type) or (main if main in ("image", "audio", "video") else "document")
        content: Json = {
            "mime_type": file.content_type,
            "sha256": hashlib.sha256(file.data).hexdigest(),
            "id": self._sending.media.add(file),
        }
        if kind == "audio":
            content["voice"] = file.content_type.startswith("audio/ogg")
        if kind == "document":
            content["filename"] = file.name
        if caption and kind in ("image", "video", "document"):
            content["caption"] = caption
        return kind, content

    def _tell_message(self, message: Message, entry: Json) -> None:
        self._post(entry["id"], "messages", self._value(message) | {"messages": [entry]})

    def _on_reaction(self, message: Message, emoji: str) -> None:
        """Meta tells of reactions to the business's messages; of one that was taken back without an emoji."""
        customer = message.customer
        if message.line not in meta_lines(self._world) or customer is None or message.is_inbound:
            return
        self._reactions += 1
        content = {"message_id": self._sending.message_ids.id_of(message)} | ({"emoji": emoji} if emoji else {})
        sender = _address(message.to, customer, "from", "from_user_id")
        entry = {
            **sender,
            "id": f"wamid.reaction{self._reactions:06d}",
            "timestamp": str(int(self._world.now)),
            "type": "reaction",
            "reaction": content,
        }
        self._tell_message(message, entry)

    def _on_change(self, message: Message, text: str | None) -> None:
        """Meta tells of customers' edits and deletions for numbers in the WhatsApp Business app alone."""
        customer = message.customer
        is_told = message.line in meta_lines(self._world) and self._world.settings.whatsapp_business_app
        if customer is None or not is_told:
            return
        self._changes += 1
        original: Json = {"original_message_id": self._sending.message_ids.id_of(message)}
        kind, content = "revoke", original
        if text is not None:
            kind, content = "edit", original | {"message": {"type": "text", "text": {"body": text}}}
        entry = {
            **_address(message.to, customer, "from", "from_user_id"),
            "id": f"wamid.change{self._changes:06d}",
            "timestamp": str(int(self._world.now)),
            "type": kind,
            kind: content,
        }
        self._tell_message(message, entry)

    def _on_state(self, message: Message) -> None:
        # What a teammate types in the phone's WhatsApp Business App has no states for the API.
        if message.line not in meta_lines(self._world) or message.route == "app":
            return
        wamid, state = self._sending.message_ids.id_of(message), message.state
        status: Json = {
            "id": wamid,
            "status": state,
            "timestamp": str(int(message.states[-1][1])),
            **_address(message.to, message.customer, "recipient_id", "recipient_user_id"),
        }
        if CALLBACK_DATA in message.labels:
            status[CALLBACK_DATA] = message.labels[CALLBACK_DATA]
        if state in ("sent", "delivered"):
            category = "utility" if message.kind == "template" else "service"
            status["pricing"] = {"billable": True, "pricing_model": "PMP", "category": category, "type": "regular"}
        if state == "failed":
            code = failure_code(message)
            title, details = title_and_details(code)
            error = {"code": code, "title": title, "message": title, "error_data": {"details": details}}
            status["errors"] = [{**error, "href": _CODES_PAGE}]
        self._post(f"{wamid}:{state}", "statuses", self._value(message) | {"statuses": [status]})

    def _value(self, message: Message) -> Json:
        line, customer = message.line, message.customer
        number = {
            "display_phone_number": line.address.lstrip("+"),
            "phone_number_id": phone_id(self._world, line),
        }
        value: Json = {"messaging_product": "whatsapp", "metadata": number}
        if customer is not None:
            profile = {"name": customer.name}
            value["contacts"] = [{"profile": profile, **_address(message.to, customer, "wa_id", "user_id")}]
        return value


def _address(to: str, customer: Customer | None, number: str, user_id: str) -> Json:
    """The person's number and WhatsApp user id under these names; of whoever shows no number it is left out."""
    found: Json = {}
    if not numbers.is_bsuid(to):
        found[number] = numbers.wa_id(to)
    if numbers.is_bsuid(to):
        found[user_id] = to
    elif customer is not None:
        found[user_id] = customer.whatsapp_user_id
    return found
