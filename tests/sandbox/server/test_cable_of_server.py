"""Interrupted network, and callers that disconnect at any time."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from control_client import control_client

from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox

ROOT = Path(__file__).parents[3]


def test_unplugging_refuses_connections_until_plugged_in(
    sandbox: Sandbox, api: httpx.Client, control: httpx.Client
) -> None:
    assert api.get("/me").status_code == 200
    sandbox.unplug()
    # The kept connection is reset, new ones are refused.
    with pytest.raises(httpx.TransportError):
        api.get("/me")
    with pytest.raises(httpx.ConnectError):
        api.get("/me")
    state = control.get("/state").json()
    assert state["plugged"] is False
    assert control.post("/clock", json={"advance_s": 3600}).json()["now"] >= state["clock"]["now"] + 3600
    sandbox.unplug()
    sandbox.plug_in()
    sandbox.plug_in()
    assert api.get("/me").status_code == 200
    assert control.get("/state").json()["plugged"] is True


def test_connections_are_counted(sandbox: Sandbox, api: httpx.Client, control: httpx.Client) -> None:
    """Only those to the providers count."""
    assert control.get("/state").status_code == 200
    assert sandbox.connections == 0
    assert api.get("/me").status_code == 200
    assert sandbox.connections == 1
    sandbox.unplug()
    deadline = time.monotonic() + 20
    while sandbox.connections and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sandbox.connections == 0


def test_the_network_is_interrupted_from_outside(api: httpx.Client, control: httpx.Client) -> None:
    for _ in range(3):
        assert control.post("/network", json={"plugged": False}).json() == {"plugged": False}
        # New connections are refused, one kept from the previous iteration is reset.
        with pytest.raises(httpx.TransportError):
            api.get("/me")
        assert control.post("/network", json={"plugged": True}).json() == {"plugged": True}
        assert api.get("/me").status_code == 200


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"plugged": "no"}', b"{"])
def test_plugged_must_be_a_boolean(control: httpx.Client, body: bytes) -> None:
    answer = control.post("/network", content=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "plugged must be true or false"})


def test_unplugging_resets_running_requests(sandbox: Sandbox, api: httpx.Client) -> None:
    """The waiting request gets no answer, and neither do later ones."""
    sandbox.world.settings.fail_next.append(Fault("GET", "/me$", "delay_after", seconds=600))
    broken: list[Exception] = []

    def ask() -> None:
        try:
            api.get("/me", timeout=30)
        except httpx.TransportError as error:
            broken.append(error)

    with socket.create_connection(("127.0.0.1", sandbox.port)) as idle:
        asking = threading.Thread(target=ask)
        asking.start()
        while sandbox.world.settings.fail_next:
            time.sleep(0.01)
        sandbox.unplug()
        asking.join(20)
        idle.settimeout(20)
        with contextlib.suppress(ConnectionResetError):
            assert idle.recv(1) == b""
    (error,) = broken
    assert isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)


def test_a_sandbox_that_is_unplugged_can_be_stopped() -> None:
    before = set(threading.enumerate())
    sandbox = Sandbox.start()
    sandbox.unplug()
    sandbox.stop()
    # Threads of other tests may end meanwhile.
    assert set(threading.enumerate()) <= before
    with socket.create_server(("127.0.0.1", sandbox.port)):
        pass


# Callers that disconnect.


@pytest.fixture
def child() -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """`reachline sandbox` as a child process."""
    script = "import sys; from desktop.sandbox.server import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", script, "--customers", "0", "--messages", "0"]
    command.append("--story")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.posix("Ctrl+C cannot be sent to one process alone there")
def test_callers_may_disconnect_at_any_byte(child: tuple[subprocess.Popen[str], dict[str, Any]]) -> None:
    """Connections are reset or closed anywhere in a request, with any fault, as by killed programs."""
    process, urls = child
    address = httpx.URL(urls["intercom"]["base_url"])
    with control_client(urls) as control:
        customers = control.get("/state").json()["customers"]
        jennifer = next(c for c in customers if c["id"] == urls["cast"]["jennifer"])
        request = _request(jennifer["conversation_ids"][0], urls["intercom"]["token"])
        control.post("/settings", json={"replies_per_10s": 10_000, "replies_per_conversation_per_10s": 10_000})
        actions = ["delay", "delay_after", "drop_before", "drop_after", "close_mid_answer", "truncate", "empty"]
        cuts = [0, 1, 20, *range(40, len(request), 37), len(request) - 1, len(request)]
        for action in [None, *actions]:
            faults = [{"method": "*", "path": ".", "action": action, "seconds": 0.01, "times": None}]
            control.post("/faults", json={"clear": True, "faults": faults if action else []})
            for cut in cuts:
                for abrupt in (True, False):
                    _disconnect(str(address.host), int(address.port or 0), request[:cut], abrupt=abrupt)
        control.post("/network", json={"plugged": False})
        control.post("/network", json={"plugged": True})
        control.post("/faults", json={"clear": True})
        assert control.get("/state").status_code == 200
        replies = control.get("/processed").json()["replies"]
        assert {reply["text"] for reply in replies} == {"Hello"}
        shown = control.get(f"/customers/{jennifer['id']}/texts").json()
        assert shown["messenger"]["Hello"] == len(replies)
    headers = {"Authorization": f"Bearer {urls['intercom']['token']}"}
    assert httpx.get(address.join("/me"), headers=headers).status_code == 200
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def _request(conversation: str, token: str) -> bytes:
    body = json.dumps({"type": "admin", "message_type": "comment", "admin_id": "7001", "body": "Hello"}).encode()
    head = (
        f"POST /conversations/{conversation}/reply HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _disconnect(host: str, port: int, sent: bytes, *, abrupt: bool) -> None:
    with socket.create_connection((host, port)) as connection:
        if abrupt:
            # SO_LINGER 0: closing resets the connection.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(sent)
