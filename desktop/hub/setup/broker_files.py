"""Writes the broker's configuration (nats-server 2.9 or later), and tells a running broker to read it again."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from desktop.channels.team import permissions

BROKER_FILE, DESKS_FILE, PID_FILE = "broker.conf", "agents.conf", "nats.pid"
SERVER_CERTIFICATE, SERVER_KEY, CA = "server.pem", "server-key.pem", "ca.pem"
STORE_FOLDER = "jetstream"
PROGRAM = "nats-server"
CLUSTER_PORT = 6222

MAX_PAYLOAD_BYTES = 262_144
"""A sealed fact has 64 KB at most; the answer that lists what is learnt is the longest."""

SYNC_FROM = (2, 10)
"""Older servers refuse the option, and write to the disk every two minutes."""


def broker_conf(folder: Path, port: int, websocket_port: int, *, syncs_always: bool) -> str:
    """The configuration of one server. websocket_port: 0 for none."""
    tls = (
        f"tls {{ cert_file: {_path(folder / SERVER_CERTIFICATE)}, key_file: {_path(folder / SERVER_KEY)}, timeout: 5 }}"
    )
    websocket = f'\nwebsocket {{ listen: "0.0.0.0:{websocket_port}", {tls} }}' if websocket_port else ""
    sync = ", sync_interval: always" if syncs_always else ""
    return f"""\
# Written by `reachline hub init`. The desktops are in {DESKS_FILE}, which `reachline hub invite` and `revoke` write.
server_name: "reachline"
listen: "0.0.0.0:{port}"
pid_file: {_path(folder / PID_FILE)}
max_payload: {MAX_PAYLOAD_BYTES}
{tls}{websocket}
jetstream {{ store_dir: {_path(folder / STORE_FOLDER)}{sync} }}
accounts {{
  REACHLINE {{
    jetstream: enabled
    include "{DESKS_FILE}"
  }}
}}
"""


def cluster_conf(folder: Path, host: str, hosts: Iterable[str]) -> str:
    """What one server of a cluster adds to `broker_conf`: its name, and where the others are."""
    routes = [f"nats-route://{other}:{CLUSTER_PORT}" for other in hosts]
    return f"""\
include "{BROKER_FILE}"
server_name: {json.dumps(host)}
pid_file: {_path(folder / f"nats-{host}.pid")}
cluster {{
  name: "reachline"
  listen: "0.0.0.0:{CLUSTER_PORT}"
  routes: {json.dumps(routes)}
  tls {{
    cert_file: {_path(folder / SERVER_CERTIFICATE)}
    key_file: {_path(folder / SERVER_KEY)}
    ca_file: {_path(folder / CA)}
    verify: true
    timeout: 5
  }}
}}
"""


def desks_conf(workspace_id: str, hub: str, desks: Mapping[str, str]) -> str:
    """Who may connect, and what each may say and hear. hub: its public key; it may do everything in this account."""
    users = [f"  {{ nkey: {hub} }}"]
    for name, public in desks.items():
        allowed = permissions.of_desk(workspace_id, name)
        users.append(
            f"  # {name}\n  {{ nkey: {public}, permissions: {{\n"
            f"    publish: {{ allow: {json.dumps(allowed.publish)} }}\n"
            f"    subscribe: {{ allow: {json.dumps(allowed.subscribe)} }}\n  }} }}"
        )
    return "# Written by `reachline hub`.\nusers: [\n" + "\n".join(users) + "\n]\n"


def installed_program() -> str:
    """By what the server on this machine is started: its path where it is not on the user's; "" where there is none."""
    return PROGRAM if shutil.which(PROGRAM) else shutil.which(PROGRAM, path="/usr/sbin:/usr/local/sbin") or ""


def installed_version() -> tuple[int, ...]:
    """The version of the server on this machine; empty where there is none."""
    program = installed_program()
    if not program:
        return ()
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


def reload(folder: Path) -> bool:
    """Let what runs on this machine read its configuration again; False where nothing does."""
    is_told = False
    for file in folder.glob("nats*.pid"):
        try:
            pid = int(file.read_text(encoding="utf-8"))
            # The number may be another program's by now, which a signal would end.
            is_broker = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == PROGRAM
            if sys.platform != "win32" and is_broker:
                os.kill(pid, signal.SIGHUP)
                is_told = True
        except (OSError, ValueError):
            continue
    return is_told


def _path(path: Path) -> str:
    return json.dumps(path.as_posix())
