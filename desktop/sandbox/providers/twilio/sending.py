"""POST Messages: Twilio's immediate checks, failures after queueing, and its magic test numbers."""

from __future__ import annotations

import json
import re
from typing import Any

from desktop.sandbox.model import numbers
from desktop.sandbox.model.people import File, Line
from desktop.sandbox.model.templates import RenderedMessage, Template, fill_placeholders, render
from desktop.sandbox.model.traffic import Message, Reason
from desktop.sandbox.providers.twilio import content
from desktop.sandbox.providers.twilio.errors import twilio_error
from desktop.sandbox.world import World

STATUS_CALLBACK = "status_callback"
"""Label of a message: where its states are told, as its sender asked."""
_CALLBACK_PARAMETER = "StatusCallback"
SERVICE_SID = "MG" + "7b" * 16
_MAX_BODY_CHARS = 1600
_MAX_MEDIA = 10
_MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_OK = "+15005550006"


class Sending:
    """Validates and sends messages of the lines at Twilio."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, form: list[tuple[str, str]]) -> Message:
        """Send a message. Raises ProviderError with Twilio's codes."""
        given = dict(form)
        to = given.get("To", "")
        if not to:
            raise twilio_error(21604)
        line, service = self._sender(given, is_whatsapp=to.startswith("whatsapp:"))
        number = self._recipient(line, to)
        shown, template = self._render(given, [value for name, value in form if name == "MediaUrl"], line)
        customer = self._world.traffic.directory.find(line.channel, number)
        if customer is not None and line.id in customer.stopped:
            raise twilio_error(21610)
        labels = {"messaging_service_sid": service} if service else {}
        if given.get(_CALLBACK_PARAMETER):
            labels[STATUS_CALLBACK] = given[_CALLBACK_PARAMETER]
        return self._world.traffic.send(
            line,
            number,
            shown.text,
            shown.files,
            route="twilio",
            kind="template" if template else "text",
            buttons=shown.buttons,
            fail=self._forced_failure(template),
            labels=labels,
        )

    def _forced_failure(self, template: Template | None) -> tuple[Reason, int | None] | None:
        doomed = self._world.settings.take_later_failure("twilio", "/Messages.json")
        if doomed is not None or template is None or template.status == "APPROVED":
            return doomed
        codes = {"REJECTED": 63040, "PAUSED": 63041, "DISABLED": 63042}
        return "provoked", codes.get(template.status, 63016)

    def _sender(self, given: dict[str, str], *, is_whatsapp: bool) -> tuple[Line, str | None]:
        """The sending line, and the Messaging Service if the request names one."""
        channel = "whatsapp" if is_whatsapp else "sms"
        lines = [n for n in self._world.lines.values() if n.at_twilio and n.channel == channel]
        service, sender = given.get("MessagingServiceSid"), given.get("From", "")
        if service and not sender:
            if service != SERVICE_SID or not lines:
                raise twilio_error(21703)
            return lines[0], service
        if not sender:
            raise twilio_error(21603)
        if sender in _MAGIC_FROM:
            raise twilio_error(_MAGIC_FROM[sender])
        if sender == MAGIC_OK and lines:
            return lines[0], None
        for line in lines:
            if sender.removeprefix("whatsapp:") == line.address and sender.startswith("whatsapp:") == is_whatsapp:
                return line, None
        if is_whatsapp:
            raise twilio_error(63007)
        raise twilio_error(21606 if re.fullmatch(r"\+\d{7,15}", sender) else 21212)

    def _recipient(self, line: Line, to: str) -> str:
        number = to.removeprefix("whatsapp:")
        if number in _MAGIC_TO:
            raise twilio_error(_MAGIC_TO[number], f"{number} is the magic number of this error")
        if line.channel == "whatsapp" and numbers.is_bsuid(number):
            return number
        if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
            raise twilio_error(21211, f"Invalid 'To' Phone Number: {number}")
        return number

    def _render(self, given: dict[str, str], media: list[str], line: Line) -> tuple[RenderedMessage, Template | None]:
        if "ContentSid" in given:
            template = self._template(given["ContentSid"])
            values = _variables(given.get("ContentVariables"))
            template_values = content.parse_values(template, values)
            if line.channel == "sms":
                return RenderedMessage(fill_placeholders(template.text("BODY"), template_values.body), (), ()), template
            return render(template, template_values), template
        body = given.get("Body", "")
        if not body.strip() and not media:
            raise twilio_error(21602)
        if len(body) > _MAX_BODY_CHARS:
            raise twilio_error(21617)
        if len(media) > _MAX_MEDIA:
            raise twilio_error(21623)
        return RenderedMessage(body, tuple(_file_from_url(address) for address in media), ()), None

    def _template(self, sid: str) -> Template:
        for template in self._world.templates.all:
            if content.is_offered(template) and content.sid(template) == sid:
                return template
        raise twilio_error(21655)


def _variables(given: str | None) -> dict[str, str]:
    try:
        values: Any = json.loads(given or "{}")
    except ValueError:
        raise twilio_error(21656) from None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise twilio_error(21656)
    return values


def _file_from_url(address: str) -> File:
    """The file at a public URL; only its name is shown, it is not downloaded."""
    if not address.startswith(("https://", "http://")):
        raise twilio_error(21620)
    name = address.partition("?")[0].rpartition("/")[2] or "file"
    kind = "application/pdf" if name.endswith(".pdf") else "image/jpeg"
    return File(name, kind)
