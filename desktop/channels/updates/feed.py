"""Reads the manifest of the newest release from the address that this copy of the program was built with."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64decode
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec

from desktop import RESOURCES
from desktop.channels.updates.manifest import read_manifest
from desktop.domain.model.reason import make_reason
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import UpdateReason
from desktop.ports.updates import Release

log = logging.getLogger(__name__)

SOURCE_FILE = RESOURCES / "updates" / "source.json"
MOST_BYTES = 65_536
READ_TIMEOUT_S = 15.0


class _Source(msgspec.Struct):
    """manifest: its address. public_keys: in base64; a new one joins the old one before that is given up."""

    manifest: str
    public_keys: list[str]


class ReleaseFeed:
    """Implements `ports.ReleaseSource`. Asks one address, and goes nowhere else."""

    def __init__(self, address: str, public_keys: tuple[bytes, ...], read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self._address, self._public_keys, self._read_timeout_s = address, public_keys, read_timeout_s

    @classmethod
    def of_file(cls, file: Path = SOURCE_FILE) -> Self | None:
        """None where the file is missing or unreadable, or names no address or key, as in an unreleased copy."""
        try:
            source = msgspec.json.decode(file.read_bytes(), type=_Source)
            keys = tuple(b64decode(key, validate=True) for key in source.public_keys)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("where new versions are published can't be read: %s", type(error).__name__)
            return None
        return cls(source.manifest, keys) if source.manifest and keys else None

    @property
    def host(self) -> str:
        return urlsplit(self._address).hostname or ""

    async def newest(self) -> Release:
        # Imported here: many copies never look for new versions, and the HTTP library takes long to import.
        from desktop.channels.shared import http

        client = http.make_download_client(self._address, self._read_timeout_s)
        try:
            answer = await http.download(client, self._address, MOST_BYTES)
        except http.NO_RESPONSE_ERRORS as error:
            raise http.no_response_error(self.host, error) from None
        finally:
            await client.aclose()
        if 300 <= answer.status < 400:
            raise ProviderError(ProviderErrorKind.BAD_ANSWER, make_reason(UpdateReason.REDIRECTED, provider=self.host))
        if not answer.is_success:
            raise ProviderError(ProviderErrorKind.BUSY, make_reason(str(ProviderErrorKind.BUSY), provider=self.host))
        return await asyncio.to_thread(read_manifest, answer.body, self._public_keys, self.host)
