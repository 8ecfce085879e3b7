"""Routes and credentials of the channel providers."""

from __future__ import annotations

import threading
from typing import Any

from starlette.routing import Route

from desktop.sandbox.cable import Cable
from desktop.sandbox.providers import dialog360
from desktop.sandbox.providers.dialog360 import Dialog360
from desktop.sandbox.providers.graph import http as graph
from desktop.sandbox.providers.graph.http import Graph
from desktop.sandbox.providers.graph.sending import Sending
from desktop.sandbox.providers.octopods import http as octopods
from desktop.sandbox.providers.octopods.http import Octopods
from desktop.sandbox.providers.telegram import bot as telegram_bot
from desktop.sandbox.providers.telegram import http as telegram
from desktop.sandbox.providers.telegram.bot import Bot
from desktop.sandbox.providers.telegram.http import Telegram
from desktop.sandbox.providers.translation import deepl, libretranslate
from desktop.sandbox.providers.translation.deepl import DeepL
from desktop.sandbox.providers.translation.libretranslate import LibreTranslate
from desktop.sandbox.providers.twilio import http as twilio
from desktop.sandbox.providers.twilio import resources, sending
from desktop.sandbox.providers.twilio.http import Twilio
from desktop.sandbox.webhooks import meta
from desktop.sandbox.world import World


class Providers:
    """The channel providers of one world. They see messages that are sent from now on.

    sending: of WhatsApp Cloud API and 360dialog. bot: of Telegram.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.sending = Sending(world)
        self.bot = Bot(world)

    def routes(self, lock: threading.RLock, cable: Cable) -> list[Route]:
        world = self._world
        return [
            *Graph(world, lock, self.sending).routes(),
            *Dialog360(world, lock, self.sending).routes(),
            *Octopods(world, lock).routes(),
            *Twilio(world, lock).routes(),
            *Telegram(world, lock, cable, self.bot).routes(),
            *DeepL(world, lock).routes(),
            *LibreTranslate(world, lock).routes(),
        ]


def urls(world: World, root: str) -> dict[str, dict[str, Any]]:
    """Base URL and credentials of each provider by name; Twilio's `senders` maps line ids to addresses."""
    whatsapp = graph.meta_lines(world)[0]
    at_twilio = [line for line in world.lines.values() if line.at_twilio]
    return {
        "octopods": {
            "base_url": root + octopods.ROOT,
            "waba_key": octopods.WABA_KEY,
            "channel_key": octopods.CHANNEL_KEY,
            "workspace_key": octopods.WORKSPACE_KEY,
        },
        "graph": {
            "base_url": root + graph.ROOT,
            "version": "v26.0",
            "token": graph.TOKEN,
            "phone_number_id": graph.phone_id(world, whatsapp),
            "waba_id": graph.WABA_ID,
            "app_secret": meta.APP_SECRET,
            "verify_token": meta.VERIFY_TOKEN,
        },
        "dialog360": {"base_url": root + dialog360.ROOT, "api_key": dialog360.KEY},
        "twilio": {
            "base_url": root + twilio.ROOT,
            "content_base_url": root + twilio.ROOT,
            "account_sid": resources.ACCOUNT_SID,
            "auth_token": twilio.AUTH_TOKEN,
            "key_sid": twilio.KEY_SID,
            "key_secret": twilio.KEY_SECRET,
            "messaging_service_sid": sending.SERVICE_SID,
            "senders": {line.id: resources.address(line, line.address) for line in at_twilio},
        },
        "telegram": {"base_url": root + telegram.ROOT, "token": telegram_bot.TOKEN},
        "deepl": {
            "base_url": root + deepl.ROOT,
            "free_base_url": root + deepl.FREE_ROOT,
            "key": deepl.KEY,
            "free_key": deepl.FREE_KEY,
        },
        "libretranslate": {"base_url": root + libretranslate.ROOT},
    }


def failure(path: str, status: int, text: str) -> dict[str, Any] | None:
    """Error body of the provider that serves `path`; None for Intercom's paths."""
    shapes: dict[str, dict[str, Any]] = {
        graph.ROOT: {"error": {"message": text, "type": "OAuthException", "code": 2, "fbtrace_id": "A2z8or2yhqkZ"}},
        dialog360.ROOT: {"meta": {"success": False, "httpCode": status, "developerMessage": text}},
        octopods.ROOT: {"request_id": None, "error": text},
        twilio.ROOT: {"code": 20500, "message": text, "more_info": "", "status": status},
        telegram.ROOT: {"ok": False, "error_code": status, "description": text},
        deepl.ROOT: {"message": text},
        deepl.FREE_ROOT: {"message": text},
        libretranslate.ROOT: {"error": text},
    }
    return next((body for root, body in shapes.items() if path.startswith(root + "/")), None)
