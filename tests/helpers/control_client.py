"""HTTP client for the sandbox's control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx


def control_client(urls: Mapping[str, Any]) -> httpx.Client:
    """urls: of a sandbox, see `Sandbox.urls`."""
    control = urls["control"]
    return httpx.Client(
        base_url=control["base_url"], headers={"Authorization": f"Bearer {control['token']}"}, trust_env=False
    )
