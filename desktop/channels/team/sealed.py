"""Seals what passes the broker, so that nothing readable lies there.

XSalsa20-Poly1305 (PyNaCl's SecretBox) with the workspace's key, which only the hub and the invited desktops have. A
sealed text begins with the id of its key, so that the key can be changed when a desktop leaves.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

KEY_BYTES = SecretBox.KEY_SIZE
_ID_BYTES = 4
_ADDRESS_BYTES = 16


class NotSealed(Exception):
    """What came is not sealed with any key of this workspace."""


def new_key() -> bytes:
    """A new random key of `KEY_BYTES`."""
    return random(KEY_BYTES)


def key_id(key: bytes) -> str:
    """What names a key without giving it away: 8 hex digits."""
    return hashlib.sha256(b"reachline key id" + key).digest()[:_ID_BYTES].hex()


class KeyRing:
    """The workspace's keys: the newest seals, all open.

    root: the first key, which hashes addresses as long as the workspace exists. newer: keys that came after it, oldest
    first.
    """

    def __init__(self, root: bytes, *newer: bytes) -> None:
        self._root = root
        self._newest = (root, *newer)[-1]
        self._boxes: Mapping[bytes, SecretBox] = {bytes.fromhex(key_id(key)): SecretBox(key) for key in (root, *newer)}

    def seal(self, plain: bytes) -> bytes:
        """Seal with the newest key; every call gives another text."""
        return bytes.fromhex(key_id(self._newest)) + bytes(SecretBox(self._newest).encrypt(plain))

    def open(self, sealed: bytes) -> bytes:
        """Raises NotSealed."""
        box = self._boxes.get(sealed[:_ID_BYTES])
        if box is None:
            raise NotSealed
        try:
            return box.decrypt(sealed[_ID_BYTES:])
        except (CryptoError, ValueError):
            raise NotSealed from None

    def knows(self, sealed: bytes) -> bool:
        """Whether it is sealed with one of these keys, as far as its beginning says."""
        return sealed[:_ID_BYTES] in self._boxes

    def digest(self, address: str) -> str:
        """What stands for an address, a phone number or another word in subjects and keys: 32 hex digits, the same for
        all who have the first key, and nothing to anybody else.
        """
        return hmac.digest(self._root, b"reachline address" + address.encode(), "sha256")[:_ADDRESS_BYTES].hex()
