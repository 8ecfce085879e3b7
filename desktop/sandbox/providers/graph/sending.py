"""POST /messages: Meta's immediate checks, and failures after acceptance.

Sources: Meta, "Send messages", "Error codes", "Business-scoped user IDs" (read November 2026). Text outside the
window is accepted with a wamid and fails with 131047 later; see `settings.graph_window` for variants.
"""

from __future__ import annotations

from typing import Any, Literal

from desktop.sandbox.model import numbers
from desktop.sandbox.model.networks import window_open
from desktop.sandbox.model.people import File, Line
from desktop.sandbox.model.templates import RenderedMessage, Template, render
from desktop.sandbox.model.traffic import Message, MessageIds, Reason
from desktop.sandbox.providers.graph.errors import graph_error
from desktop.sandbox.providers.graph.media import LIMITS, Media
from desktop.sandbox.providers.graph.template_values import parse_values
from desktop.sandbox.world import World

Json = dict[str, Any]
PAIR_REFILL_S = 6.0
_MAX_TEXT_CHARS = 4096
_MAX_EMOJI_CHARS = 40
_REACTION_AGE_S = 30 * 86_400.0
CALLBACK_DATA = "biz_opaque_callback_data"
"""The label of what the sender wants back; only the webhooks of states have it (Meta, "Send messages")."""


class Sending:
    """Sends messages for Cloud API and 360dialog. message_ids: the wamids."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.media = Media()
        self.message_ids = MessageIds(world.traffic, lambda m: "wamid.HBgL" + m.hash(f"wamid of {world.seed}").upper())
        self._reactions = 0
        self._pairs: dict[tuple[str, str], tuple[float, float]] = {}

    def send(self, line: Line, body: Any, route: Literal["graph", "dialog360"]) -> Json:
        """Send a message. Returns Meta's answer. Raises ProviderError with Meta's errors."""
        if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
            raise graph_error(100, message="(#100) The parameter messaging_product is required.")
        if body.get("status") == "read":
            return self._read(body)
        to = self._recipient(line, body)
        if body.get("type") == "reaction":
            return self._react(line, to, body)
        kind = str(body.get("type", "text"))
        template = self._template(body) if kind == "template" else None
        if template is not None and template.category == "AUTHENTICATION" and numbers.is_bsuid(to):
            raise graph_error(131062)
        shown = self._render_template(template, body) if template else self._render_free_form(kind, body)
        self._limit_rate(line, to)
        fail = self._forced_failure(line, to, template, route)
        message = self._world.traffic.send(
            line,
            to,
            shown.text,
            shown.files,
            route=route,
            kind="template" if template else "text",
            buttons=shown.buttons,
            fail=fail,
            labels=_callback_data(body),
        )
        return self._accepted(message, body, template)

    def _read(self, body: Json) -> Json:
        message = self.message_ids.find(str(body.get("message_id", "")))
        if message is None or not message.is_inbound:
            raise graph_error(100, message="(#100) Invalid parameter: message_id")
        return {"success": True}

    def _react(self, line: Line, to: str, body: Json) -> Json:
        """Accept a reaction. One to a message that is not the recipient's, or is over 30 days old, is not shown (Meta,
        "Reaction messages"), and neither is one outside the window.
        """
        given = body.get("reaction")
        if not isinstance(given, dict) or not given.get("message_id"):
            raise graph_error(131008, "The reaction needs a message_id.")
        emoji = given.get("emoji")
        if not isinstance(emoji, str) or len(emoji) > _MAX_EMOJI_CHARS or emoji.isalnum():
            raise graph_error(131009, "The parameter emoji is no emoji.")
        self._limit_rate(line, to)
        message, now = self.message_ids.find(str(given["message_id"])), self._world.now
        customer = self._world.traffic.directory.find("whatsapp", to)
        if message is not None and message.is_inbound and message.line is line and message.customer is customer:
            is_open = customer is not None and window_open(customer, line, now)
            if is_open and now - message.at <= _REACTION_AGE_S:
                self._world.traffic.show_reaction(message, emoji)
        self._reactions += 1
        contact = {"input": body.get("to") or body.get("recipient")}
        name = f"wamid.own_reaction{self._reactions:06d}"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": name}]}

    def _recipient(self, line: Line, body: Json) -> str:
        """The recipient as `+E.164` or BSUID; a phone number takes precedence."""
        to, recipient = str(body.get("to") or ""), str(body.get("recipient") or "")
        if to:
            dialled_number = numbers.dialled_number(to, line.address)
            if not 7 <= len(dialled_number) - 1 <= 20:
                raise graph_error(131009, "The parameter to is not a phone number.")
            if numbers.wa_id(dialled_number) == numbers.wa_id(line.address):
                raise graph_error(131021)
            return dialled_number
        if not recipient:
            raise graph_error(100, message="(#100) The parameter to is required.")
        if not numbers.is_bsuid(recipient):
            raise graph_error(131009, "The parameter recipient is not a business-scoped user id.")
        return recipient

    def _template(self, body: Json) -> Template:
        given = body.get("template")
        if not isinstance(given, dict):
            raise graph_error(131008, "The template object is missing.")
        language = given.get("language")
        code = language.get("code") if isinstance(language, dict) else None
        name = str(given.get("name") or "")
        if not name or not code:
            raise graph_error(131008, "The template needs a name and a language code.")
        template = self._world.templates.find(name, str(code))
        if template is None:
            raise graph_error(132001, f"template name ({name}) does not exist in {code}")
        if template.status in ("PAUSED", "DISABLED"):
            raise graph_error(132015 if template.status == "PAUSED" else 132016)
        if template.status != "APPROVED":
            raise graph_error(132001, f"template name ({name}) is not approved in {code}")
        return template

    def _render_template(self, template: Template, body: Json) -> RenderedMessage:
        return render(template, parse_values(template, body["template"].get("components"), self.media))

    def _render_free_form(self, kind: str, body: Json) -> RenderedMessage:
        if kind == "text":
            given = body.get("text")
            text = given.get("body") if isinstance(given, dict) else None
            if not isinstance(text, str) or not text.strip():
                raise graph_error(100, message="(#100) The parameter text['body'] is required.")
            if len(text) > _MAX_TEXT_CHARS:
                raise graph_error(100, message="(#100) Param text['body'] must be at most 4096 characters long.")
            return RenderedMessage(text, (), ())
        if kind not in LIMITS:
            raise graph_error(131051)
        file: File = self.media.resolve(kind, body.get(kind))
        return RenderedMessage(str(body[kind].get("caption") or ""), (file,), ())

    def _limit_rate(self, line: Line, to: str) -> None:
        """Raise 131056 above one message per six seconds to one user, with bursts (Meta, "Throughput")."""
        limit, now = float(self._world.settings.pair_limit), self._world.now
        left, at = self._pairs.get((line.id, to), (limit, now))
        left = min(limit, left + (now - at) / PAIR_REFILL_S)
        if left < 1:
            raise graph_error(131056)
        self._pairs[line.id, to] = left - 1, now

    def _forced_failure(
        self, line: Line, to: str, template: Template | None, route: Literal["graph", "dialog360"]
    ) -> tuple[Reason, int | None] | None:
        """Reason and code of a failure that does not follow from the network's rules."""
        settings = self._world.settings
        doomed = settings.take_later_failure(route, "/messages")
        if doomed is not None:
            return doomed
        customer = self._world.traffic.directory.find("whatsapp", to)
        if template is not None or customer is None:
            return None
        if settings.graph_window == "known_issue":
            return "window", None
        if settings.graph_window == "at_once" and not window_open(customer, line, self._world.now):
            raise graph_error(131047)
        return None

    def _accepted(self, message: Message, body: Json, template: Template | None) -> Json:
        to, recipient = body.get("to"), body.get("recipient")
        contact: Json = {"input": to or recipient}
        if to:
            contact["wa_id"] = numbers.wa_id(message.to)
        if recipient:
            contact["user_id"] = recipient
        sent: Json = {"id": self.message_ids.id_of(message)}
        if template is not None:
            sent["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}


def _callback_data(body: Json) -> Json:
    data = body.get("biz_opaque_callback_data")
    return {CALLBACK_DATA: data} if isinstance(data, str) and data else {}


_REASONS: dict[Reason, int] = {"window": 131047, "nobody": 131026, "blocked": 131026, "stopped": 131050}


def failure_code(message: Message) -> int:
    """Meta's error code of a failed message."""
    if message.code is not None:
        return message.code
    return _REASONS.get(message.failure_reason or "nobody", 131000)
