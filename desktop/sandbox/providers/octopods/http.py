"""Octopods' routes: keys with scopes, templates, sending, statuses and the sent list in both documented formats."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.intercom.records import Author
from desktop.sandbox.model.html_text import from_text
from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.model.templates import CREATED_AT, Template, render
from desktop.sandbox.model.traffic import Message, MessageIds
from desktop.sandbox.providers.graph.errors import title_and_details
from desktop.sandbox.providers.graph.http import meta_lines
from desktop.sandbox.providers.graph.sending import failure_code
from desktop.sandbox.providers.http import Call, ProviderError, Table, make_routes
from desktop.sandbox.providers.octopods.errors import Errors, Family, usual_text
from desktop.sandbox.providers.octopods.template_values import parse_values
from desktop.sandbox.providers.twilio import resources
from desktop.sandbox.world import OWNER, World

Json = dict[str, Any]
ROOT = "/octopods/api/v1"
WABA_KEY, CHANNEL_KEY, WORKSPACE_KEY = "sandbox-octopods-waba", "sandbox-octopods-sms", "sandbox-octopods-workspace"
_KEYS: dict[str, tuple[str, ...]] = {
    WABA_KEY: ("/whatsapp/",),
    CHANNEL_KEY: ("/sms/",),
    WORKSPACE_KEY: ("/sms/", "/telegram/", "/vbm/"),
}
_STATUS = {"APPROVED": "Accepted", "PENDING": "Under review", "REJECTED": "Rejected", "DELETED": "Deleted"}
# Octopods reads the templates from Meta only every three hours, so a paused one is still listed as accepted.
_STALE_STATUSES = {"PAUSED": "Accepted", "DISABLED": "Accepted"}
_QUERY_STATUS = {"pending", "under_review", "needs_modification", "rejected", "accepted", "deleted"}
_LANGUAGE_GROUPS = {
    "en": {"en", "en_GB", "en_US"},
    "zh": {"zh_CN", "zh_HK", "zh_TW"},
    "pt": {"pt_BR", "pt_PT"},
    "es": {"es", "es_AR", "es_ES", "es_MX"},
}
_TRUE, _FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off", ""}


class Octopods:
    """Octopods' API of the first WhatsApp line at Meta and of the SMS line."""

    def __init__(self, world: World, lock: threading.RLock) -> None:
        self._world = world
        self._lock = lock
        self._errors = Errors()
        self._message_ids = MessageIds(world.traffic, lambda m: str(840_000 + m.number))
        self._spent: dict[str, tuple[int, int]] = {}

    def routes(self) -> list[Route]:
        table: Table = [
            ("GET", "/whatsapp/templates", self._templates),
            ("GET", "/whatsapp/templates/{id}", lambda c: _template(self._find(c), meta_lines(self._world)[0].address)),
            ("POST", "/whatsapp/templates/{id}/messages", self._send_template),
            ("POST", "/whatsapp/interactive", self._interactive),
            ("GET", "/whatsapp/messages", self._sent_list),
            ("GET", "/whatsapp/messages/{id}", self._status),
            ("POST", "/sms/messages", self._send_sms),
            ("GET", "/sms/messages/{id}", self._status),
            ("POST", "/telegram/interactive", self._interactive),
            ("*", "/{rest:path}", self._unknown),
        ]
        return make_routes(self._world, self._lock, "octopods", ROOT, table, self._authorize, self._provoked)

    # Authentication and rate limit.

    def _authorize(self, call: Call) -> None:
        key = call.headers.get("x-octopods-auth", "")
        if key not in _KEYS:
            raise self._errors.make(401, None, "Unauthorized")
        if self._world.settings.octopods_key_revoked:
            raise self._errors.by_name(_family(call), "DEPRECATED_API_KEY")
        if not call.path.startswith(_KEYS[key]):
            raise self._errors.make(401, None, "Unauthorized")
        window = int(self._world.now) // 10
        start, spent = self._spent.get(key, (window, 0))
        self._spent[key] = window, spent + 1 if start == window else 1
        if self._spent[key][1] > self._world.settings.octopods_calls_per_10s:
            raise self._errors.make(429, None, "Too many requests")

    def _provoked(self, error: Provoked) -> ProviderError:
        """Codes below 100 belong to the family that `path` names; others are HTTP statuses."""
        if error.code >= 100:
            return self._errors.make(error.code, None, error.text or "Something went wrong")
        family: Family = "SMS" if "sms" in error.path else "WA"
        return self._errors.make(error.status or 400, error.code, error.text or usual_text(family, error.code))

    def _unknown(self, call: Call) -> Json:
        raise self._errors.make(404, None, "Not found")

    def _interactive(self, call: Call) -> Json:
        raise self._errors.make(403, None, "This feature is not enabled for your account.")

    # Templates.

    def _templates(self, call: Call) -> Response:
        status, active, lang = (call.query.get(name) for name in ("status", "active", "lang"))
        if status is not None and status not in _QUERY_STATUS:
            raise self._errors.by_name("WA", "INVALID_STATUS")
        found = self._world.templates.all
        if status is not None:
            found = [t for t in found if _status_name(t).lower().replace(" ", "_") == status]
        if active is not None:
            found = [t for t in found if (t.status == "APPROVED") == (active == "true")]
        if lang is not None:
            found = [t for t in found if t.language in _LANGUAGE_GROUPS.get(lang, {lang})]
        return JSONResponse([_template(t, meta_lines(self._world)[0].address) for t in found])

    def _find(self, call: Call) -> Template:
        for template in self._world.templates.all:
            if str(_template_id(template)) == call.path_params["id"]:
                return template
        raise self._errors.by_name("WA", "TEMPLATE_NOT_EXIST")

    # Sending.

    def _body(self, call: Call, family: Family) -> Json:
        try:
            body = call.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise self._errors.by_name(family, "ARGUMENT_MISSING")
        return body

    def _phone(self, body: Json, family: Family) -> str:
        if "destination_phone" not in body:
            raise self._errors.by_name(family, "ARGUMENT_MISSING", "Phone number is missing.")
        phone = body["destination_phone"]
        if not isinstance(phone, str) or not re.fullmatch(r"\+[1-9]\d{6,14}", phone):
            raise self._errors.by_name(family, "PHONE_INVALID")
        return phone

    def _send_template(self, call: Call) -> Response:
        body = self._body(call, "WA")
        template, phone = self._find(call), self._phone(body, "WA")
        if _status_name(template) != "Accepted":
            raise self._errors.by_name("WA", "TEMPLATE_NOT_EXIST")
        shown = render(template, parse_values(template, body, self._errors))
        opens = self._flag(body)
        fail = self._world.settings.take_later_failure("octopods", call.path)
        if fail is None and template.status != "APPROVED":
            fail = ("provoked", 132015 if template.status == "PAUSED" else 132016)
        message = self._world.traffic.send(
            meta_lines(self._world)[0],
            phone,
            shown.text,
            shown.files,
            route="octopods",
            kind="template",
            buttons=shown.buttons,
            fail=fail,
        )
        if opens:
            self._open_conversation(message, body)
        return self._accepted(call, message, "whatsapp")

    def _send_sms(self, call: Call) -> Response:
        body = self._body(call, "SMS")
        phone, text = self._phone(body, "SMS"), body.get("body")
        if not isinstance(text, str) or not text.strip():
            raise self._errors.by_name("SMS", "EMPTY_BODY")
        opens = self._flag(body)
        fail = self._world.settings.take_later_failure("octopods", call.path)
        message = self._world.traffic.send(self._world.lines["sms"], phone, text, route="octopods", fail=fail)
        if opens:
            self._open_conversation(message, body)
        return self._accepted(call, message, "sms")

    def _flag(self, body: Json) -> bool:
        given = str(body.get("open_intercom_conversation", "")).lower()
        if given not in _TRUE | _FALSE:
            raise self._errors.by_name("WA", "TYPE_MISMATCH")
        return given in _TRUE

    def _accepted(self, call: Call, message: Message, family: str) -> Response:
        name = self._message_ids.id_of(message)
        answer = {
            "request_id": self._errors.request_id(),
            "message_id": int(name),
            "message_status_url": f"{call.base_url}/{family}/messages/{name}",
        }
        return JSONResponse(answer, 201)

    def _open_conversation(self, message: Message, body: Json) -> None:
        """Create a conversation in Intercom that starts with the sent message and belongs to the chat."""
        customer: Customer | None = message.customer
        if customer is None:
            return
        admin = str(body.get("intercom_teammate_id") or OWNER)
        author = Author("admin", admin if admin in self._world.workspace.admins else OWNER)
        conversation = self._world.bridge.open_conversation(
            message.line,
            customer,
            author,
            from_text(message.text),
            called=message.to,
            name=str(body.get("destination_user_name") or ""),
        )
        message.labels["conversation"] = conversation.id

    # Delivery status.

    def _status(self, call: Call) -> Json:
        message = self._message_ids.find(call.path_params["id"])
        channel = "sms" if call.path.startswith("/sms/") else "whatsapp"
        if message is None or message.route != "octopods" or message.line.channel != channel:
            raise self._errors.by_name("WA", "ARGUMENT_MISSING", "Message does not exist.")
        request_id = self._errors.request_id()
        if self._world.settings.octopods_shape == "newer":
            return {"request_id": request_id, "channel_message_id": _channel_id(message), **self._newer_json(message)}
        reason = _failure_reason(message)
        return {
            "request_id": request_id,
            "message_id": int(self._message_ids.id_of(message)),
            "status": _state(message).upper(),
            "status_message": f"The message was {_state(message)}.",
            "channel_message_id": _channel_id(message),
            "intercom_conversation_id": message.labels.get("conversation", ""),
            "intercom_conversation_part_id": "",
            "last_updated": _iso(message.states[-1][1]),
            "failure_reason": reason["title"] if reason else "",
        }

    def _newer_json(self, message: Message) -> Json:
        at = {state: _iso(instant) for state, instant in message.states}
        reason = _failure_reason(message)
        return {
            "message_id": int(self._message_ids.id_of(message)),
            "status": _state(message),
            "phone_number": message.to,
            "sent_at": at.get("sent") or at["accepted"],
            "delivered_at": at.get("delivered"),
            "read_at": at.get("read"),
            "failure_reason": reason["title"] if reason else None,
        }

    def _sent_list(self, call: Call) -> Response:
        try:
            limit = max(1, min(int(call.query.get("limit", 100)), 100))
        except ValueError:
            raise self._errors.by_name("WA", "TYPE_MISMATCH") from None
        mine = [m for m in self._world.traffic.messages if m.route == "octopods" and m.line.channel == "whatsapp"]
        newest = mine[::-1][:limit]
        if not newest:
            raise self._errors.make(400, 1, "There are no messages.")
        if self._world.settings.octopods_shape == "newer":
            keys = ("message_id", "status", "phone_number", "sent_at", "failure_reason")
            rows = [{key: self._newer_json(m)[key] for key in keys} for m in newest]
            return JSONResponse({"request_id": self._errors.request_id(), "messages": rows})
        return JSONResponse([_older_json(m) for m in newest])


def _family(call: Call) -> Family:
    return "SMS" if call.path.startswith("/sms/") else "WA"


def _status_name(template: Template) -> str:
    return _STATUS.get(template.status) or _STALE_STATUSES.get(template.status, "Pending")


def _template_id(template: Template) -> int:
    return 84_500 + template.number


def _template(template: Template, address: str) -> Json:
    parts = [{k: v for k, v in c.items() if k != "example"} for c in template.components]
    return {
        "created_at": _iso(CREATED_AT),
        "template_id": _template_id(template),
        "template_name": template.name,
        "template_body": template.text("BODY"),
        "template_components": parts,
        "account_phone_number": address,
        "template_status": _status_name(template),
    }


def _older_json(message: Message) -> Json:
    return {
        "user_phone_number": message.to,
        "created_at": _iso(message.at),
        "message_content": message.text,
        "message_status": {
            "channel_message_id": _channel_id(message),
            "message_status": _state(message).upper(),
            "failure_reason": _failure_reason(message) or "",
        },
    }


def _state(message: Message) -> str:
    """The status; accepted messages are already `sent` at Octopods."""
    return "sent" if message.state == "accepted" else message.state


def _failure_reason(message: Message) -> Json | None:
    if message.state != "failed":
        return None
    if message.line.channel == "sms":
        # Twilio's codes, which sends for Octopods; the messages that go with them are not published.
        return {
            "code": resources.error_code(message),
            "title": f"The message failed with error {resources.error_code(message)}.",
        }
    if message.failure_reason == "window":
        return {"code": 470, "title": "Re-engagement window expired"}
    if message.failure_reason == "nobody":
        return {"code": 1013, "title": "Recipient is not a WhatsApp user."}
    return {"code": failure_code(message), "title": title_and_details(failure_code(message))[0]}


def _channel_id(message: Message) -> str:
    return "gBGG" + message.hash("channel")[:20]


def _iso(instant: float) -> str:
    return datetime.fromtimestamp(int(instant), UTC).isoformat().replace("+00:00", "Z")
