"""A keyring for processes that the bench starts: it holds what an environment variable says."""

from __future__ import annotations

import json
import os

from keyring.backend import KeyringBackend

VARIABLE = "REACHLINE_BENCH_SECRETS"


class BenchKeyring(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        found: str | None = json.loads(os.environ[VARIABLE]).get(username)
        return found

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError
