"""Published: the examples that the providers' own descriptions give of an answer, read in place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

# Where the sandbox serves each of them.
_SERVED_AT = {"intercom": "", "meta": "/graph", "twilio": "/twilio"}
FOLDER = Path(__file__).parents[3] / "shared" / "contracts"


class Examples:
    """Of good answers, by method and path. Slow to make: the descriptions are long."""

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
    """Read once for each process; None where the descriptions are not beside this checkout."""
    return Examples() if FOLDER.exists() else None


def _bodies(operation: Any) -> Iterator[bytes]:
    for status, answer in operation.get("responses", {}).items() if isinstance(operation, dict) else ():
        for media in answer.get("content", {}).values() if str(status).startswith("2") else ():
            values = [e.get("value") for e in media.get("examples", {}).values()]
            for value in [*values, media.get("example")]:
                if value is not None:
                    yield json.dumps(value, default=str).encode()
