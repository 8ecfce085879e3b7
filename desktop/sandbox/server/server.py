"""The sandbox as a server on loopback: in a thread for tests, or as `reachline sandbox`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, NoReturn, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from desktop.sandbox.cable import HOST, Cable, Server, protocol_class
from desktop.sandbox.intercom.api import ProcessedReply
from desktop.sandbox.intercom.http import IntercomHttp
from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import WebhookProvider
from desktop.sandbox.server import providers
from desktop.sandbox.server.control import Control
from desktop.sandbox.server.faults import FaultMiddleware
from desktop.sandbox.server.providers import Providers
from desktop.sandbox.webhooks.intercom import CLIENT_SECRET
from desktop.sandbox.webhooks.webhooks import Webhooks
from desktop.sandbox.world import OWNER, World, sample_data

T = TypeVar("T")
SWITCH_TIMEOUT_S = 30.0  # the server's thread waits while anybody holds the lock
TICK_INTERVAL_S = 0.05  # between two checks of a running clock for due entries
DEFAULT_CUSTOMERS, DEFAULT_MESSAGES = 20, 200


def build(
    world: World, lock: threading.RLock, cable: Cable, control_token: str, channels: Providers, webhooks: Webhooks
) -> ASGIApp:
    """Create the ASGI application with all providers; Intercom is at the root.

    Requests for other host names are refused, against web pages whose name resolves to this computer (DNS rebinding).
    """
    intercom = IntercomHttp(world.intercom, [world.reachline, world.bridge_app], OWNER, lock)

    async def attachment(request: Request) -> Response:
        path, expires = request.path_params, request.query_params.get("expires", "")
        with lock:
            number = int(expires) if expires.isdecimal() else 0
            file = world.workspace.open_file(path["file_id"], path["signature"], number)
        if file is None:
            return PlainTextResponse("This link has expired or is invalid", 403)
        return Response(file.data, media_type=file.content_type)

    async def not_found(request: Request, error: Exception) -> Response:
        return intercom.unknown()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_run_due_entries(world, lock)), asyncio.create_task(webhooks.courier.run())]
        yield
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    routes = [
        *Control(world, lock, cable, control_token, intercom.limits, webhooks).routes(),
        *channels.routes(lock, cable),
        Route("/attachments/{file_id}/{signature}", attachment, methods=["GET"]),
        *intercom.routes(),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: not_found, 405: not_found})
    app.router.redirect_slashes = False
    return TrustedHostMiddleware(FaultMiddleware(app, world, lock, cable), [HOST, "localhost"], www_redirect=False)


async def _run_due_entries(world: World, lock: threading.RLock) -> None:
    while True:
        with lock:
            world.clock.run_due()
        await asyncio.sleep(TICK_INTERVAL_S)


class Sandbox:
    """A world served over HTTP by a thread of its own.

    urls: what `reachline sandbox` prints.
    world: access it only while holding `lock`, and send no request meanwhile. webhooks: as `world`.
    cast: the story's people by short name; empty without the story.
    """

    def __init__(self, world: World, port: int, cast: dict[str, Customer]) -> None:
        """port: 0 takes a free one. Raises OSError when the port is not available."""
        self.world = world
        self.cast = cast
        self.lock = threading.RLock()
        self._cable = Cable(port)
        self.port = self._cable.port
        # A port of its own, so that the control API stays reachable while the network is interrupted.
        self._control = socket.create_server((HOST, 0))
        root = f"http://{HOST}:{self.port}"
        world.workspace.files_url = f"{root}/attachments"
        self.urls: dict[str, Any] = {
            "intercom": {
                "base_url": root,
                "token": world.reachline.token,
                "package_code": world.reachline.package_code,
                "client_secret": CLIENT_SECRET,
            },
            "bridge": {"token": world.bridge_app.token, "package_code": world.bridge_app.package_code},
            "control": {
                "base_url": f"http://{HOST}:{self._control.getsockname()[1]}/control",
                "token": secrets.token_hex(16),
            },
            "attachments": f"{root}/attachments",
            **providers.urls(world, root),
            "cast": {name: customer.id for name, customer in cast.items()},
        }
        channels = Providers(world)
        twilio_url = self.urls["twilio"]["base_url"]
        self.webhooks = Webhooks(world, self.lock, channels.sending, channels.bot, twilio_url)
        control_token = self.urls["control"]["token"]
        self._server = Server(
            uvicorn.Config(
                build(world, self.lock, self._cable, control_token, channels, self.webhooks),
                http=protocol_class(self._cable),
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                log_level="warning",
                access_log=False,
                date_header=False,
                server_header=False,
            ),
            self._cable,
        )
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)

    @classmethod
    def start(
        cls,
        port: int = 0,
        seed: int = 0,
        customers: int = 0,
        messages: int = 0,
        demo_story: bool = False,
        language: str = "en",
        translate: Callable[[str], str] = str,
    ) -> Self:
        """Serve a new world whose clock starts at the real time and runs at the real rate.

        The story and the random customers lie before now. language, translate: see `World`; random customers write
        English. Returns when the server accepts requests.
        """
        past_s = sample_data.duration_s(customers, demo_story=demo_story)
        world = World(seed, now=float(int(time.time())) - past_s, language=language, translate=translate)
        sample_data.add_tags_and_macros(world)
        if customers:
            sample_data.add_random_customers(world, customers, messages)
        cast = sample_data.story(world) if demo_story else {}
        world.clock.run(1.0)
        sandbox = cls(world, port, cast)
        sandbox._thread.start()
        while not sandbox._server.serving.wait(0.1):
            if not sandbox._thread.is_alive():
                raise RuntimeError("the sandbox did not start")
        return sandbox

    def stop(self) -> None:
        """Stop the server and join its thread; safe to call twice."""
        self._server.stop()
        self._thread.join()

    def unplug(self) -> None:
        """Interrupt the network: providers refuse connections and open ones are reset. Do not call under `lock`."""
        self._set_plugged(False)

    def plug_in(self) -> None:
        """Restore the network at the same addresses. Do not call under `lock`."""
        self._set_plugged(True)

    def _set_plugged(self, plugged: bool) -> None:
        self._on_loop(self._cable.set_plugged(plugged))

    def subscribe(self, provider: WebhookProvider, address: str, **options: Any) -> str:
        """Subscribe an address on this computer to a provider's webhooks; see `Webhooks.subscribe`. Returns the id.

        Raises ValueError with what is wrong. Do not call under `lock`: the provider asks the address first.
        """
        return self._on_loop(self.webhooks.subscribe(provider, address, **options)).id

    def settle_webhooks(self, timeout_s: float = SWITCH_TIMEOUT_S) -> bool:
        """Wait until every notification that is due has been answered. Returns False after so much real time.

        Do not call under `lock`.
        """
        return self._on_loop(self.webhooks.courier.settle(timeout_s))

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._server.loop).result(timeout=2 * SWITCH_TIMEOUT_S)

    @property
    def connections(self) -> int:
        """Number of open connections to the providers' port."""
        return self._cable.connection_count

    def processed_replies(self) -> list[ProcessedReply]:
        """Call `World.processed_replies` under the lock."""
        with self.lock:
            return self.world.processed_replies()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.run(sockets=[self._cable.listener, self._control])


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def main(argv: list[str]) -> int:
    """Run `reachline sandbox`: print one JSON line of addresses and tokens, then serve until Ctrl+C."""
    try:
        options = _options(argv)
        sandbox = Sandbox.start(
            options.port, options.seed, options.customers, options.messages, demo_story=options.story
        )
    except (ValueError, OSError) as error:
        sys.stderr.write(f"reachline sandbox: {error}\n")
        return 2
    stop = threading.Event()
    # SIGINT is set too: a shell that starts this in the background hands it down as ignored.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with sandbox:
        sys.stdout.write(json.dumps(sandbox.urls) + "\n")
        sys.stdout.flush()
        # Short waits, because Ctrl+C does not interrupt an endless one on Windows.
        while not stop.wait(0.5):
            pass
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    about = "Run a simulated Intercom, Octopods, channels and customers' phones, on this computer only."
    parser = _Arguments(prog="reachline sandbox", description=about)
    parser.add_argument("--port", type=int, default=0, help="port to serve on; 0 for any free one")
    parser.add_argument("--seed", type=int, default=0, help="the same number makes the same people")
    parser.add_argument("--customers", type=int, default=DEFAULT_CUSTOMERS, help="how many made-up people")
    parser.add_argument("--messages", type=int, default=DEFAULT_MESSAGES, help="how many messages they have")
    parser.add_argument("--story", action="store_true", help="add the people and conversations of the sample workspace")
    options = parser.parse_args(argv)
    for name in ("port", "customers", "messages"):
        if getattr(options, name) < 0:
            raise ValueError(f"--{name} cannot be negative")
    if options.port > 65_535:
        raise ValueError("--port must be at most 65535")
    if options.messages and not options.customers:
        raise ValueError("--messages needs at least one customer")
    return options
