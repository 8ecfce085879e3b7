"""The control API: acts as customers and colleagues, moves the clock and reads the screens over HTTP."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hmac
import json
import random
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.cable import Cable
from desktop.sandbox.intercom.automations import NoteRule, TagRule
from desktop.sandbox.intercom.errors import IntercomError
from desktop.sandbox.intercom.rate_limits import RateLimits
from desktop.sandbox.intercom.records import Author
from desktop.sandbox.model.people import File
from desktop.sandbox.model.settings import LISTS, DeliveryFault, Fault, Provoked
from desktop.sandbox.providers.http import ProviderError
from desktop.sandbox.webhooks.webhooks import Webhooks
from desktop.sandbox.world import World, background
from desktop.sandbox.world.sample_files import sample

Json = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]
WORLD_ACTIONS = (
    "react",
    "edit",
    "unsend",
    "look",
    "join",
    "change_number",
    "set_on_whatsapp",
    "bot_reply",
    "start",
    "phone_reply",
    "move_channel",
    "notice",
    "odd_part",
    "odd_conversation",
    "rename_tag",
    "edit_contact",
    "add_admin",
    "add_contact",
    "outage",
)


class Control:
    """Routes under /control. Bad requests get 400 (or Intercom's own status) with {"error": sentence}.

    Every request needs `token` as a bearer. Requests with an Origin header are refused, because any web page may send
    requests to this computer.
    """

    def __init__(
        self,
        world: World,
        lock: threading.RLock,
        cable: Cable,
        token: str,
        limits: RateLimits,
        webhooks: Webhooks,
    ) -> None:
        self._world = world
        self._lock = lock
        self._limits = limits
        self._webhooks = webhooks
        self._cable = cable
        self._bearer = f"Bearer {token}".encode()

    def routes(self) -> list[Route]:
        w = self._world
        table: list[tuple[str, str, Callable[[Json], Any]]] = [
            ("GET", "/state", lambda b: self._state()),
            ("GET", "/customers/{customer}/screens", lambda b: w.screens(b["customer"])),
            ("GET", "/customers/{customer}/texts", lambda b: w.texts(b["customer"])),
            ("GET", "/processed", lambda b: {"replies": [r._asdict() for r in w.processed_replies()]}),
            ("GET", "/deliveries/{part_id}", lambda b: w.delivery(b["part_id"])),
            ("GET", "/truth/{conversation_id}", lambda b: w.truth(b["conversation_id"])),
            ("GET", "/webhooks", lambda b: {"subscriptions": self._webhooks.describe()}),
            ("GET", "/webhooks/{id}", lambda b: {"notifications": self._webhooks.log(b["id"])}),
            ("DELETE", "/webhooks/{id}", lambda b: self._webhooks.end(b["id"])),
            ("POST", "/webhooks/{id}/ping", lambda b: self._webhooks.ping(b["id"])),
            ("GET", "/calls", lambda b: self._limits.describe(w.now)),
            ("GET", "/windows/{customer}/{line}", lambda b: {"open": w.window_open(b["customer"], b["line"])}),
            ("POST", "/customers", self._add_customer),
            ("POST", "/lines", lambda b: dataclasses.asdict(w.add_line(**b))),
            ("POST", "/write", self._write),
            ("POST", "/call", lambda b: w.call(**b)),
            ("POST", "/template", lambda b: {"refused": w.send_template(**b)}),
            ("POST", "/block", lambda b: w.block(**b)),
            ("POST", "/unblock", lambda b: w.unblock(**b)),
            ("POST", "/clock", self._clock),
            ("POST", "/teammate", self._teammate),
            ("POST", "/act", self._act),
            ("POST", "/populate", self._populate),
            ("POST", "/rules", self._rules),
            ("POST", "/settings", self._settings),
            ("POST", "/merge", lambda b: w.merge(b["lead"], b["user"])),
            ("POST", "/redact", lambda b: w.redact(b["part_id"])),
            ("POST", "/delete", lambda b: w.delete_conversation(b["conversation_id"])),
            ("POST", "/faults", self._faults),
            ("POST", "/provoke", self._provoke),
            ("POST", "/templates", self._change_template),
        ]
        routes = [Route("/control" + path, self._endpoint(answer), methods=[verb]) for verb, path, answer in table]
        return [
            *routes,
            Route("/control/network", self._guarded(self._network), methods=["POST"]),
            Route("/control/webhooks", self._guarded(self._subscribe), methods=["POST"]),
            Route("/control/webhooks/settle", self._guarded(self._settle), methods=["POST"]),
        ]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if "origin" in request.headers:
                return JSONResponse({"error": "The control API answers no web page"}, 403)
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self._bearer):
                return JSONResponse({"error": "The control API needs its token as a bearer"}, 401)
            return await endpoint(request)

        return guarded

    async def _network(self, request: Request) -> Response:
        """Connect or disconnect the network by {"plugged": bool}. Not under the lock: it opens or closes the port."""
        try:
            plugged = json.loads(await request.body())["plugged"]
        except (ValueError, TypeError, KeyError):
            plugged = None
        if not isinstance(plugged, bool):
            return JSONResponse({"error": "plugged must be true or false"}, 400)
        await self._cable.set_plugged(plugged)
        return JSONResponse({"plugged": self._cable.plugged})

    async def _subscribe(self, request: Request) -> Response:
        """Call `Webhooks.subscribe`. Not under the lock: the address is asked first, and may be one of the sandbox."""
        try:
            subscription = await self._webhooks.subscribe(**json.loads(await request.body()))
        except IntercomError as error:
            return JSONResponse({"error": error.message}, error.status)
        except ProviderError as error:
            return JSONResponse({"error": error.body["description"]}, error.status)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        with self._lock:
            return JSONResponse(subscription.describe())

    async def _settle(self, request: Request) -> Response:
        """Wait until every notification that is due has been answered, at most {"timeout_s"} of real time."""
        try:
            timeout_s = float(json.loads(await request.body() or b"{}").get("timeout_s", 10.0))
        except (AttributeError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"settled": await self._webhooks.courier.settle(timeout_s)})

    def _endpoint(self, answer: Callable[[Json], Any]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            try:
                body = json.loads(raw) if raw else {}
                with self._lock:
                    self._world.clock.run_due()
                    result = answer({**body, **request.path_params})
                return JSONResponse({} if result is None else result)
            except IntercomError as error:
                return JSONResponse({"error": error.message}, error.status)
            except KeyError as error:
                return JSONResponse({"error": f"{error} is missing"}, 400)
            except (TypeError, ValueError) as error:
                return JSONResponse({"error": str(error)}, 400)

        return self._guarded(endpoint)

    def _state(self) -> Json:
        w = self._world
        settings = dataclasses.asdict(w.settings)
        lists = {name: settings.pop(name) for name in LISTS}
        return {
            "clock": self._time(),
            "customers": [self._customer(c) for c in w.customers],
            "lines": [dataclasses.asdict(line) for line in w.lines.values()],
            "admins": [{"id": a.id, "name": a.name} for a in w.workspace.admins.values()],
            "faults": lists["fail_next"],
            "delivery_faults": lists["fail_deliveries"],
            "provoked": lists["provoked"],
            "settings": settings,
            "plugged": self._cable.plugged,
        }

    def _time(self) -> Json:
        now = self._world.now
        iso = datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")
        return {"now": now, "iso": iso, "rate": self._world.clock.rate}

    def _customer(self, customer_id: str) -> Json:
        customer = self._world.customers[customer_id]
        return {
            "id": customer.id,
            "name": customer.name,
            "phone": customer.phone,
            "email": customer.email,
            "telegram_id": customer.telegram_id,
            "bsuid": customer.bsuid,
            "blocked": sorted(customer.blocked),
            "window_opened": dict(customer.window_opened),
            "contact_ids": self._world.contact_ids(customer),
            "conversation_ids": self._world.conversation_ids(customer),
        }

    def _add_customer(self, body: Json) -> Json:
        return self._customer(self._world.add_customer(**body).id)

    def _write(self, body: Json) -> Json:
        files = _files(body.pop("attachments", ()))
        return {"conversation_id": self._world.write(**body, attachments=files)}

    def _clock(self, body: Json) -> Json:
        """Apply `advance_s`, `set` (ISO 8601 or Unix seconds; never back) and `rate`, in this order."""
        clock = self._world.clock
        if "advance_s" in body:
            clock.advance(float(body["advance_s"]))
        if "set" in body:
            clock.move_to(_instant(body["set"]))
        if "rate" in body:
            clock.run(float(body["rate"]))
        return self._time()

    def _teammate(self, body: Json) -> Json:
        """Call `World.teammate_<action>` with the rest as arguments."""
        w, action = self._world, body.pop("action", None)
        actions: dict[Any, Callable[..., str | None]] = {
            "reply": w.teammate_reply,
            "note": w.teammate_note,
            "close": w.teammate_close,
            "open": w.teammate_open,
            "snooze": w.teammate_snooze,
            "assign": w.teammate_assign,
            "tag": w.teammate_tag,
            "untag": w.teammate_untag,
        }
        if action not in actions:
            raise ValueError(f"action must be one of {', '.join(actions)}")
        if "attachments" in body:
            body["attachments"] = _files(body["attachments"])
        return {"part_id": actions[action](**body)}

    def _act(self, body: Json) -> Json:
        """Call one of `WORLD_ACTIONS`, named by `action`, with the rest as arguments; an author is [type, id]."""
        action = body.pop("action", None)
        if action not in WORLD_ACTIONS:
            raise ValueError(f"action must be one of {', '.join(WORLD_ACTIONS)}")
        if "author" in body:
            body["author"] = Author(*body["author"])
        return {"result": getattr(self._world, action)(**body)}

    def _populate(self, body: Json) -> Json:
        """Call `background.populate` with `count`, `seed` and `days`."""
        dice = random.Random(body.get("seed", 0))
        background.populate(self._world, int(body["count"]), dice, float(body.get("days", 3.0)))
        return {"conversations": len(self._world.workspace.conversations)}

    def _rules(self, body: Json) -> Json:
        """Add rules in `tags` and `notes` (see `intercom.automations`); with `clear` drop the earlier ones first."""
        rules = self._world.rules
        tags = [TagRule(**rule) for rule in body.get("tags", ())]
        notes = [NoteRule(**{**rule, "author": Author(*rule["author"])}) for rule in body.get("notes", ())]
        if body.get("clear"):
            rules.tags.clear()
            rules.notes.clear()
        rules.tags += tags
        rules.notes += notes
        return {"tags": len(rules.tags), "notes": len(rules.notes)}

    def _settings(self, body: Json) -> Json:
        self._world.settings.update(body)
        settings = dataclasses.asdict(self._world.settings)
        return {name: value for name, value in settings.items() if name not in LISTS}

    def _provoke(self, body: Json) -> Json:
        """Add `errors` (see `settings.Provoked`); with `clear` drop the earlier ones first."""
        waiting = self._world.settings.provoked
        new = [Provoked(**error) for error in body.get("errors", ())]
        if body.get("clear"):
            waiting.clear()
        waiting.extend(new)
        return {"provoked": [dataclasses.asdict(error) for error in waiting]}

    def _change_template(self, body: Json) -> Json:
        """Set status, quality, category or rejected_reason of the template with this `name` and `language`."""
        return dataclasses.asdict(self._world.templates.change(**body))

    def _faults(self, body: Json) -> Json:
        """Add `faults` (see `settings.Fault`) and `deliveries` (`settings.DeliveryFault`).

        With `clear` drop the earlier ones of both first.
        """
        settings = self._world.settings
        new = [Fault(**fault) for fault in body.get("faults", ())]
        new_deliveries = [DeliveryFault(**fault) for fault in body.get("deliveries", ())]
        if body.get("clear"):
            settings.fail_next.clear()
            settings.fail_deliveries.clear()
        settings.fail_next += new
        settings.fail_deliveries += new_deliveries
        return {
            "faults": [dataclasses.asdict(fault) for fault in settings.fail_next],
            "deliveries": [dataclasses.asdict(fault) for fault in settings.fail_deliveries],
        }


def _instant(value: Any) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    instant = datetime.fromisoformat(str(value))
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()


def _files(given: Any) -> list[File]:
    """Files of {"name", "content_type", "data" in base64}, or of {"sample": a kind of `sample_files.SAMPLES`}."""
    try:
        return [
            sample(f["sample"])
            if "sample" in f
            else File(f["name"], f["content_type"], base64.b64decode(f["data"], validate=True))
            for f in given
        ]
    except binascii.Error:
        raise ValueError("attachments need base64 data") from None
