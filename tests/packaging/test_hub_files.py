"""The files with which an administrator runs the hub: compose files, units and the README name what is there."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from desktop.hub import config
from desktop.hub.setup import broker_files

ROOT = Path(__file__).parents[2]
FILES = ROOT / "resources/hub"
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README[README.index("## For a team: the hub") : README.index("## Build and install")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def compose(name: str) -> dict[str, Any]:
    found = yaml.safe_load((FILES / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def merged() -> dict[str, Any]:
    """Services as `docker compose -f … -f …` takes both files together: the later replaces what both have."""
    first, second = compose("compose.yaml")["services"], compose("compose.cluster.yaml")["services"]
    return {name: first.get(name, {}) | second.get(name, {}) for name in first | second}


@pytest.mark.parametrize("name", ["compose.yaml", "compose.cluster.yaml"])
def test_compose_files_have_what_compose_knows(name: str) -> None:
    found = compose(name)
    assert found.keys() <= {"name", "services", "volumes", "configs"} | {key for key in found if key.startswith("x-")}
    known = {
        *("image", "build", "command", "user", "volumes", "ports", "restart", "stop_grace_period", "depends_on"),
        *("deploy", "read_only", "cap_drop", "security_opt", "healthcheck", "environment", "configs", "networks"),
    }
    for service in found["services"].values():
        assert service.keys() <= known
        assert "image" in service
        assert all(isinstance(each, str) for each in (*service.get("command", ()), *service.get("ports", ())))
        assert set(service.get("depends_on", ())) <= found["services"].keys()
        for volume in service.get("volumes", ()):
            source = re.sub(r"\$\{[^}]*\}", "/dir", volume).partition(":")[0]
            assert source.startswith("/dir") or source in found["volumes"]


def test_the_brokers_start_from_what_init_writes() -> None:
    one = " ".join(compose("compose.yaml")["services"]["broker"]["command"])
    assert one.endswith(f"/{broker_files.BROKER_FILE}")
    three = [service["command"] for name, service in merged().items() if name.startswith("broker")]
    assert len(three) == 3
    assert all(re.search(r"/broker-\$\{BROKER_\d:[^}]+\}\.conf$", command[-1]) for command in three)


def test_hubs_and_brokers_share_the_folder_under_one_path() -> None:
    for service in (compose("compose.yaml")["services"][name] for name in ("broker", "hub")):
        [volume] = service["volumes"]
        outside, inside, *_ = re.findall(r"\$\{HUB_DIR[^}]*\}", volume)
        assert outside == inside


def test_only_webhooks_are_open_to_the_world() -> None:
    found = compose("compose.yaml")
    assert "ports" not in found["services"]["hub"]
    web = found["configs"]["caddyfile"]["content"]
    assert re.findall(r"path (\S+)", web) == ["/webhooks/*"]
    assert web.count("reverse_proxy") == 1


@pytest.mark.parametrize("name", ["reachline-hub.service", "reachline-broker.service"])
def test_units_start_what_the_readme_describes(name: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(FILES / name, encoding="utf-8")
    assert unit.sections() == ["Unit", "Service", "Install"]
    started = unit["Service"]["ExecStart"]
    assert "/var/lib/reachline-hub" in started
    assert unit["Service"]["Restart"] == "always"
    assert name in SECTION


def test_the_container_installs_what_the_hub_imports() -> None:
    text = (FILES / "Containerfile").read_text(encoding="utf-8")
    wanted = {*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["hub"]}
    pinned = set(re.findall(r'"([a-z0-9-]+[<>=][^"]+)"', text))
    assert pinned <= wanted
    assert {re.split("[<>=]", each)[0] for each in pinned} >= {
        *("starlette", "uvicorn", "httpx", "truststore", "msgspec", "nh3", "phonenumbers", "platformdirs"),
        *("nats-py", "pynacl", "wsproto", "prometheus-client", "cryptography"),
    }


def test_the_readme_names_every_secret_and_setting_that_it_speaks_of() -> None:
    assert [name for name in config.PROVIDER_SECRETS if f"`{name}`" not in SECTION and name not in SECTION] == []
    fields = set(config.Config.__struct_fields__)
    assert {"public_url", "keep_days", "keep_bytes", "webhooks_are_plain"} <= fields
    assert all(f"`{name}" in SECTION for name in ("public_url", "keep_days", "keep_bytes", "webhooks_are_plain"))


def test_the_readme_s_commands_are_the_command_line_s() -> None:
    from desktop.hub.command import _parser

    # Without what the shell takes: where the output goes, and that it goes on beside.
    commands = re.findall(r"^hub-env/bin/reachline hub (.+?)(?: > .+)?(?: &)?$", SECTION, re.MULTILINE)
    assert len(commands) >= 5
    for command in commands:
        _parser().parse_args(command.split())
