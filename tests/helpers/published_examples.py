"""Example answers from the providers' published API descriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

# File name prefix -> path at which the sandbox serves the API.
_SERVED_AT = {"intercom": "", "meta": "/graph", "twilio": "/twilio"}
FOLDER = Path(__file__).parents[3] / "shared" / "contracts"


class Examples:
    """Examples of successful answers. Slow to create, because the descriptions are long."""

    def __init__(self) -> None:
        self._known: list[tuple[str, re.Pattern[str], bytes]] = []
        for file in sorted(FOLDER.glob("*.yaml")):
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            served_at = next(at for word, at in _SERVED_AT.items() if file.name.startswith(word))
            paths = yaml.load(file.read_text("utf-8"), Loader=loader)["paths"]
            for path, operations in paths.items():
                pattern = re.compile(served_at + re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(path)))
                for method, operation in operations.items():
                    for body in _bodies(operation):
                        self._known.append((method.upper(), pattern, body))

    def of(self, method: str, path: str) -> list[bytes]:
        return [body for known, pattern, body in self._known if known == method and pattern.fullmatch(path)]


@cache
def examples() -> Examples | None:
    """The examples, read once per process; None if the descriptions are not beside this checkout."""
    return Examples() if FOLDER.exists() else None


def _bodies(operation: Any) -> Iterator[bytes]:
    for status, answer in operation.get("responses", {}).items() if isinstance(operation, dict) else ():
        for media in answer.get("content", {}).values() if str(status).startswith("2") else ():
            values = [e.get("value") for e in media.get("examples", {}).values()]
            for value in [*values, media.get("example")]:
                if value is not None:
                    yield json.dumps(value, default=str).encode()
