"""Twilio's routes: account, messages with filters and pages, media, content with approvals."""

from __future__ import annotations

import base64
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.model.templates import Template
from desktop.sandbox.model.traffic import Message, MessageIds
from desktop.sandbox.providers.http import Call, ProviderError, Table, make_routes
from desktop.sandbox.providers.twilio import content, resources
from desktop.sandbox.providers.twilio.errors import twilio_error
from desktop.sandbox.providers.twilio.resources import ACCOUNT_PATH, ACCOUNT_SID
from desktop.sandbox.providers.twilio.sending import Sending
from desktop.sandbox.world import World

Json = dict[str, Any]
ROOT = "/twilio"
AUTH_TOKEN = "sandbox-twilio-auth-token"
KEY_SID, KEY_SECRET = "SK" + "3c" * 16, "sandbox-twilio-key-secret"


class Twilio:
    """Twilio's API of the lines that it hosts."""

    def __init__(self, world: World, lock: threading.RLock) -> None:
        self._world = world
        self._lock = lock
        self._sending = Sending(world)
        self._message_ids = MessageIds(world.traffic, resources.sid)

    def routes(self) -> list[Route]:
        account = "/2010-04-01/Accounts/{account}"
        message = account + "/Messages/{sid}"
        table: Table = [
            ("GET", account + "/Messages.json", self._list),
            (
                "POST",
                account + "/Messages.json",
                lambda call: JSONResponse(resources.message_json(self._sending.send(call.form())), 201),
            ),
            ("GET", message + "/Media.json", self._media_list),
            ("GET", message + "/Media/{media}.json", lambda call: resources.media_json(*self._media_place(call))),
            ("GET", message + "/Media/{media}", self._media_bytes),
            ("GET", message + ".json", lambda call: resources.message_json(self._message(call))),
            ("GET", account + "/IncomingPhoneNumbers.json", self._phone_numbers),
            ("GET", account + ".json", self._account),
            ("GET", "/v1/Content/{sid}/ApprovalRequests", self._approval),
            ("GET", "/v1/Content/{sid}", lambda c: content.content_json(self._template(c), ACCOUNT_SID, c.base_url)),
            ("GET", "/v1/Content", self._contents),
            ("GET", "/v1/ContentAndApprovals", self._contents),
            ("GET", "/v2/ContentAndApprovals", self._contents),
            ("GET", "/files/{sid}/{media}", self._file),
            ("*", "/{rest:path}", _unknown),
        ]
        return make_routes(self._world, self._lock, "twilio", ROOT, table, self._authorize, _provoked)

    def _authorize(self, call: Call) -> None:
        if call.path.startswith("/files/"):
            return  # signed URLs of the CDN need no password
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(given).decode().partition(":")
        except ValueError:
            user = password = ""
        if scheme.lower() != "basic" or (user, password) not in ((ACCOUNT_SID, AUTH_TOKEN), (KEY_SID, KEY_SECRET)):
            raise twilio_error(20003)
        if call.path_params.get("account", ACCOUNT_SID) != ACCOUNT_SID:
            raise _no_resource(call)

    # Messages.

    def _message(self, call: Call) -> Message:
        message = self._message_ids.find(call.path_params["sid"])
        if message is None or not message.line.at_twilio:
            raise _no_resource(call)
        return message

    def _list(self, call: Call) -> Json:
        """List messages, newest first. To and From match exactly; `<` and `>` are part of the parameter's name."""
        fits = [m for m in self._world.traffic.messages if m.line.at_twilio and _fits(m, call)]
        fits.sort(key=lambda m: (resources.sent_at(m) or m.at, m.number), reverse=True)
        try:
            size = max(1, min(int(call.query.get("PageSize", 50)), 1000, self._world.settings.message_page_limit))
            page = max(0, int(call.query.get("Page", 0)))
        except ValueError:
            raise twilio_error(20001) from None
        # New messages shift the pages, as at Twilio.
        rest = fits[page * size :]
        return self._page(call, rest[:size], page, size, more=len(rest) > size)

    def _page(self, call: Call, shown: list[Message], page: int, size: int, *, more: bool) -> Json:
        filters = {k: v for k, v in call.query.items() if k not in ("Page", "PageToken", "PageSize")}

        def uri(number: int, **token: str) -> str:
            return f"{call.path}?{urlencode({**filters, 'PageSize': size, 'Page': number, **token})}"

        return {
            "messages": [resources.message_json(m) for m in shown],
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1, PageToken=f"PA{resources.sid(shown[-1])}") if more else None,
            "uri": uri(page),
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(0, len(shown) - 1),
        }

    # Media.

    def _media_list(self, call: Call) -> Json:
        message = self._message(call)
        found = [resources.media_json(message, number) for number in range(len(message.files))]
        uri = f"{call.path}?PageSize=50&Page=0"
        return {
            "media_list": found,
            "first_page_uri": uri,
            "previous_page_uri": None,
            "next_page_uri": None,
            "uri": uri,
            "page": 0,
            "page_size": 50,
            "start": 0,
            "end": max(0, len(found) - 1),
        }

    def _media_place(self, call: Call) -> tuple[Message, int]:
        message = self._message(call)
        for number in range(len(message.files)):
            if resources.media_sid(message, number) == call.path_params["media"]:
                return message, number
        raise _no_resource(call)

    def _media_bytes(self, call: Call) -> Response:
        message, number = self._media_place(call)
        address = f"{call.base_url}/files/{resources.sid(message)}/{resources.media_sid(message, number)}"
        return Response(status_code=307, headers={"Location": address})

    def _file(self, call: Call) -> Response:
        message, number = self._media_place(call)
        return Response(message.files[number].data, media_type=message.files[number].content_type)

    # The account and its templates.

    def _account(self, call: Call) -> Json:
        return {
            "sid": ACCOUNT_SID,
            "owner_account_sid": ACCOUNT_SID,
            "auth_token": "",
            "friendly_name": "Harbour Parcels",
            "status": "active",
            "type": "Full",
            "date_created": "Mon, 03 Mar 2025 09:00:00 +0000",
            "date_updated": "Mon, 03 Mar 2025 09:00:00 +0000",
            "subresource_uris": {"messages": f"{ACCOUNT_PATH}/Messages.json"},
            "uri": f"{ACCOUNT_PATH}.json",
        }

    def _phone_numbers(self, call: Call) -> Json:
        """SMS numbers only; WhatsApp senders are not included."""
        found = [
            {
                "sid": f"PN{number:032d}",
                "account_sid": ACCOUNT_SID,
                "phone_number": n.address,
                "friendly_name": n.address,
            }
            for number, n in enumerate(self._world.lines.values())
            if n.at_twilio and n.channel == "sms"
        ]
        uri = f"{call.path}?PageSize=50&Page=0"
        paging = {"first_page_uri": uri, "previous_page_uri": None, "next_page_uri": None, "uri": uri}
        counts = {"page": 0, "page_size": 50, "start": 0, "end": max(0, len(found) - 1)}
        return {"incoming_phone_numbers": found, **paging, **counts}

    def _template(self, call: Call) -> Template:
        for template in self._world.templates.all:
            if content.is_offered(template) and content.sid(template) == call.path_params["sid"]:
                return template
        raise _no_resource(call)

    def _approval(self, call: Call) -> Json:
        template = self._template(call)
        return {
            "sid": content.sid(template),
            "account_sid": ACCOUNT_SID,
            "whatsapp": {"type": "whatsapp", **content.approval_json(template)},
            "url": f"{call.base_url}{call.path}",
        }

    def _contents(self, call: Call) -> Json:
        found = [t for t in self._world.templates.all if content.is_offered(t) and _matches_filters(t, call)]
        try:
            size = max(1, min(int(call.query.get("PageSize", 50)), self._world.settings.page_limit))
            page = max(0, int(call.query.get("Page", 0)))
        except ValueError:
            raise twilio_error(20001) from None
        shown = found[page * size : (page + 1) * size]
        filters = {k: v for k, v in call.query.items() if k not in ("Page", "PageToken", "PageSize")}

        def url(number: int) -> str:
            query = {**filters, "PageSize": size, "Page": number, **({"PageToken": f"DN{number}"} if number else {})}
            return f"{call.base_url}{call.path}?{urlencode(query)}"

        contents = [content.content_json(t, ACCOUNT_SID, call.base_url) for t in shown]
        if call.path.endswith("ContentAndApprovals"):
            for template, entry in zip(shown, contents, strict=True):
                del entry["url"], entry["links"]
                entry["approval_requests"] = content.approval_json(template)
        meta = {
            "page": page,
            "page_size": size,
            "key": "contents",
            "url": url(page),
            "first_page_url": url(0),
            "previous_page_url": url(page - 1) if page else None,
            "next_page_url": url(page + 1) if (page + 1) * size < len(found) else None,
        }
        return {"contents": contents, "meta": meta}


def _matches_filters(template: Template, call: Call) -> bool:
    """Whether the template matches the filters of v2's ContentAndApprovals."""
    eligibility = call.query.get("ChannelEligibility", "").removeprefix("whatsapp:")
    if eligibility and eligibility != content.approval_json(template)["status"]:
        return False
    if call.query.get("Language") not in (None, template.language):
        return False
    name = call.query.get("ContentName")
    return name is None or re.search(re.escape(name), template.name) is not None


def _fits(message: Message, call: Call) -> bool:
    sender, to = resources.addresses(message)
    if call.query.get("To") not in (None, to) or call.query.get("From") not in (None, sender):
        return False
    sent = resources.sent_at(message)
    for name, is_day in (("DateSent", True), ("DateSent>", False), ("DateSent<", False)):
        if name not in call.query:
            continue
        if sent is None:
            return False
        start, whole_day = _instant(call.query[name])
        at = datetime.fromtimestamp(int(sent), UTC)
        if is_day and not start <= at < start + timedelta(days=1):
            return False
        if name == "DateSent>" and at < start:
            return False
        if name == "DateSent<" and at >= start + timedelta(days=1 if whole_day else 0):
            return False
    return True


def _instant(text: str) -> tuple[datetime, bool]:
    """Parse a GMT day or an ISO time. Returns the start, and whether it was a day."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise twilio_error(20001, f"Invalid date {text}") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)), len(text) <= 10


def _no_resource(call: Call) -> ProviderError:
    return twilio_error(20404, f"The requested resource {call.path} was not found")


def _unknown(call: Call) -> Json:
    raise _no_resource(call)


def _provoked(error: Provoked) -> ProviderError:
    return twilio_error(error.code, error.text or None, error.status)
