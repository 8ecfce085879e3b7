"""The served sandbox: starting, stopping, clock, faults, and the command."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
from control_client import control_client

from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox, server

ROOT = Path(__file__).parents[3]


def test_two_sandboxes_run_at_the_same_time_and_stop_cleanly() -> None:
    before = set(threading.enumerate())
    with Sandbox.start() as one, Sandbox.start() as two:
        assert one.urls["intercom"]["base_url"] != two.urls["intercom"]["base_url"]
        for sandbox in (one, two):
            with control_client(sandbox.urls) as control:
                assert control.get("/state").json()["customers"] == []
    # Threads of other tests may end meanwhile.
    assert set(threading.enumerate()) <= before
    with control_client(one.urls) as control, pytest.raises(httpx.ConnectError):
        control.get("/state")
    one.stop()


def test_open_connections_do_not_delay_stopping() -> None:
    sandbox = Sandbox.start()
    with control_client(sandbox.urls) as client:
        assert client.get("/state").status_code == 200
        sandbox.stop()
        with pytest.raises(httpx.TransportError):
            client.get("/state")


def test_the_past_ends_at_the_present_and_repeats_by_seed() -> None:
    with (
        Sandbox.start(seed=7, customers=12, messages=80, demo_story=True) as one,
        Sandbox.start(seed=7, customers=12, messages=80, demo_story=True) as two,
    ):
        screens = []
        for sandbox in (one, two):
            with sandbox.lock:
                names = [c.name for c in sandbox.world.customers.values()]
                texts = [
                    [item["text"] for chat in sandbox.world.screens(c)["whatsapp"].values() for item in chat]
                    for c in sandbox.world.customers
                ]
                newest = max(c.updated_at for c in sandbox.world.workspace.conversations.values())
                assert newest <= sandbox.world.now
            screens.append((names, texts))
        assert screens[0] == screens[1]
        assert "Jennifer Okafor" in screens[0][0]
        assert one.cast["jennifer"].name == "Jennifer Okafor"


def test_date_follows_the_movable_clock(sandbox: Sandbox, api: httpx.Client, control: httpx.Client) -> None:
    first = parsedate_to_datetime(api.get("/me").headers["Date"])
    control.post("/clock", json={"advance_s": 25 * 3600})
    response = api.get("/me")
    assert len(response.headers.get_list("Date")) == 1
    assert "server" not in response.headers
    moved = (parsedate_to_datetime(response.headers["Date"]) - first).total_seconds()
    assert 25 * 3600 - 1 <= moved <= 25 * 3600 + 30


def test_due_entries_run_without_requests(sandbox: Sandbox) -> None:
    noted = threading.Event()
    with sandbox.lock:
        world = sandbox.world
        jennifer = world.add_customer("Jennifer", phone="+353871234567")
        conversation = world.write(jennifer, text="Hi")
        world.advance(86_400)
        world.settings.note_delay_s = 0.2
        world.workspace.on_part.append(lambda c, p: noted.set() if p.part_type == "note" else None)
        world.teammate_reply(conversation, "7001", "Too late")
        assert not noted.is_set()
    assert noted.wait(10)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (Fault("GET", "/me$", "status", status=503), 503, "application/json"),
        (Fault("*", "/", "status", status=502, html=True), 502, "text/html"),
    ],
)
def test_a_status_fault_answers_once(sandbox: Sandbox, api: httpx.Client, fault: Fault, status: int, kind: str) -> None:
    sandbox.world.settings.fail_next.append(fault)
    response = api.get("/me")
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (status, kind)
    assert api.get("/me").status_code == 200


def test_truncated_json_is_no_json(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.world.settings.fail_next.append(Fault("GET", "/admins", "truncate", times=2))
    assert api.get("/me").status_code == 200
    for _ in range(2):
        response = api.get("/admins")
        assert response.status_code == 200
        with pytest.raises(ValueError, match=r".+"):
            response.json()
    assert len(api.get("/admins").json()["admins"]) == 3


@pytest.mark.parametrize(("action", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_is_processed_or_not(sandbox: Sandbox, api: httpx.Client, action: str, made: int) -> None:
    with sandbox.lock:
        jennifer = sandbox.world.add_customer("Jennifer", phone="+353871234567")
        conversation = sandbox.world.write(jennifer, text="Hi")
        sandbox.world.settings.fail_next.append(Fault("POST", "/reply$", action))
    body = {"type": "admin", "message_type": "comment", "admin_id": "7001", "body": "Hello"}
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(f"/conversations/{conversation}/reply", json=body)
    assert len(api.get(f"/conversations/{conversation}").json()["conversation_parts"]["conversation_parts"]) == made


def test_a_delayed_request_times_out_and_is_processed(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.world.settings.fail_next.append(Fault("GET", "/me", "delay", seconds=0.3))
    with pytest.raises(httpx.ReadTimeout):
        api.get("/me", timeout=0.05)
    assert api.get("/me").status_code == 200


def test_faults_do_not_affect_the_control_api(control: httpx.Client) -> None:
    faults = [{"method": "*", "path": ".", "action": "status", "status": 500, "times": 99}]
    assert len(control.post("/faults", json={"faults": faults}).json()["faults"]) == 1
    assert control.get("/state").json()["faults"][0]["times"] == 99
    assert control.post("/faults", json={"clear": True}).json() == {"faults": [], "deliveries": []}


@pytest.mark.posix("Ctrl+C cannot be sent to one process alone there")
def test_the_command_prints_one_line_and_stops_with_ctrl_c() -> None:
    script = "import sys; from desktop.sandbox.server import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-W", "error", "-c", script, "--customers", "3", "--messages", "9", "--seed", "2"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        urls = json.loads(process.stdout.readline())
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", urls["intercom"]["base_url"])
        headers = {"Authorization": f"Bearer {urls['intercom']['token']}", "Intercom-Version": "2.16"}
        assert httpx.get(urls["intercom"]["base_url"] + "/me", headers=headers).status_code == 200
        with control_client(urls) as control:
            assert len(control.get("/state").json()["customers"]) == 3
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "many"], "invalid int value: 'many'"),
        (["--port", "70000"], "--port must be at most 65535"),
        (["--customers", "-1"], "--customers cannot be negative"),
        (["--customers", "0", "--messages", "5"], "--messages needs at least one customer"),
        (["--colour", "red"], "unrecognized arguments"),
    ],
)
def test_invalid_arguments_are_reported(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert server.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1


def test_a_used_port_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert server.main(["--port", str(port)]) == 2
    assert "reachline sandbox: " in capsys.readouterr().err
