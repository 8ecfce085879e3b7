"""The manifest of the newest release: JSON, signed with Ed25519 by a key that only the program's makers have."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec

from desktop.domain.model.reason import make_reason
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.reasons import UpdateReason
from desktop.ports.updates import Download, Release

SIGNED_PREFIX = b"Reachline release 1\n"
"""Stands before the signed bytes, so that a signature made for anything else fits no manifest."""

_Address = Annotated[str, msgspec.Meta(pattern=r"^https://[!-~]{1,2000}$")]


class _Download(msgspec.Struct):
    url: _Address
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, msgspec.Meta(gt=0, lt=2**40)]


class _Manifest(msgspec.Struct):
    version: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}){1,3}$")]
    valid_until: Annotated[datetime, msgspec.Meta(tz=True)]
    page: _Address
    downloads: dict[str, _Download]


class _Envelope(msgspec.Struct):
    """signed: the manifest, byte for byte as it was signed. signature: in base64."""

    signed: str
    signature: str


def read_manifest(raw: bytes, public_keys: Iterable[bytes], host: str) -> Release:
    """Return the release that the manifest describes. Contents that none of the keys has signed are never parsed.

    Raises ProviderError. Imports the library of signatures, which takes 60 ms: call it on a thread.
    """
    try:
        envelope = msgspec.json.decode(raw, type=_Envelope)
        signed, signature = envelope.signed.encode(), b64decode(envelope.signature, validate=True)
    except (ValueError, RecursionError):
        raise _unreadable(host) from None
    if not _is_signed(SIGNED_PREFIX + signed, signature, public_keys):
        raise ProviderError(ProviderErrorKind.BAD_ANSWER, make_reason(UpdateReason.UNSIGNED, provider=host))
    try:
        manifest = msgspec.json.decode(signed, type=_Manifest)
    except (ValueError, RecursionError):
        # Signed, so it is not damaged: a later version of the program has changed the format.
        raise _unreadable(host) from None
    downloads = {kind: Download(file.url, file.sha256, file.size) for kind, file in manifest.downloads.items()}
    return Release(manifest.version, manifest.valid_until, manifest.page, downloads)


def _is_signed(message: bytes, signature: bytes, public_keys: Iterable[bytes]) -> bool:
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey

    for key in public_keys:
        try:
            VerifyKey(key).verify(message, signature)
        except (CryptoError, ValueError):
            continue
        return True
    return False


def _unreadable(host: str) -> ProviderError:
    return ProviderError(ProviderErrorKind.BAD_ANSWER, make_reason(str(ProviderErrorKind.BAD_ANSWER), provider=host))
