"""Makes and reads NKeys, the Ed25519 keys by which NATS knows its users.

PyNaCl does the work; the library `nkeys` would do no more than call it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from nacl.bindings import crypto_sign_SEEDBYTES
from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from desktop.channels.team.sealed import KEY_BYTES, NotSealed

_USER = 20 << 3
_SEED = 18 << 3


class NotAnNKey(ValueError):
    """The text is no user's seed or public key."""


class NKey:
    """The key of one desktop, or of the hub, from its seed. Raises NotAnNKey."""

    def __init__(self, seed: str) -> None:
        raw = _decode(seed)
        if raw[:2] != _SEED_PREFIX or len(raw) != len(_SEED_PREFIX) + crypto_sign_SEEDBYTES:
            raise NotAnNKey("not a user's seed")
        self._key = SigningKey(raw[2:])
        self.public = _encode(bytes((_USER,)) + bytes(self._key.verify_key))

    def sign(self, nonce: str) -> bytes:
        """What NATS asks for when it connects: the signature of its nonce, in base64."""
        return base64.b64encode(self._key.sign(nonce.encode()).signature)

    def open_keys(self, sealed: bytes) -> tuple[bytes, ...]:
        """The workspace's newer keys, oldest first, as `seal_keys` sealed them for this desktop. Raises NotSealed."""
        try:
            plain = SealedBox(self._key.to_curve25519_private_key()).decrypt(sealed)
        except (CryptoError, ValueError):
            raise NotSealed from None
        if len(plain) % KEY_BYTES:
            raise NotSealed
        return tuple(plain[at : at + KEY_BYTES] for at in range(0, len(plain), KEY_BYTES))


def new_seed() -> str:
    """The seed of a new user."""
    return _encode(_SEED_PREFIX + bytes(SigningKey.generate()))


def seal_keys(newer: Sequence[bytes], public: str) -> bytes:
    """Seal the workspace's keys that came after the first, oldest first, so that one desktop alone opens them: the
    value in `subjects.keys_bucket` under the desktop's name. public: of its NKey. Raises NotAnNKey.
    """
    raw = _decode(public)
    if raw[:1] != bytes((_USER,)):
        raise NotAnNKey("not a user's public key")
    try:
        box = SealedBox(VerifyKey(raw[1:]).to_curve25519_public_key())
    except (CryptoError, ValueError, RuntimeError):
        raise NotAnNKey("not a public key") from None
    return box.encrypt(b"".join(newer))


_SEED_PREFIX = bytes((_SEED | _USER >> 5, (_USER & 31) << 3))


def _encode(raw: bytes) -> str:
    """Base32 with NATS's checksum: CRC-16/XMODEM, the low byte first."""
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise NotAnNKey("not in base 32") from None
    if len(raw) < 3 or binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") != raw[-2:]:
        raise NotAnNKey("wrong checksum")
    return raw[:-2]
