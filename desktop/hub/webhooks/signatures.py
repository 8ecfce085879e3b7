"""Whether a webhook comes from its provider. A comparison takes as long for a wrong signature as for the right one."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable


def is_intercoms(secret: str, body: bytes, header: str) -> bool:
    """header: `X-Hub-Signature`, `sha1=` and the hex HMAC-SHA1 of the raw body with the app's client secret (Intercom
    developer docs, "Setting up webhooks", read 2026-11-28).
    """
    return _are_equal(f"sha1={hmac.new(secret.encode(), body, 'sha1').hexdigest()}", header)


def is_metas(secret: str, body: bytes, header: str) -> bool:
    """header: `X-Hub-Signature-256`, `sha256=` and the hex HMAC-SHA256 of the raw body with the app secret (Meta,
    "Webhooks, validating payloads").
    """
    return _are_equal(f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}", header)


def is_twilios(token: str, url: str, parameters: Iterable[tuple[str, str]], header: str) -> bool:
    """url: the whole address as Twilio has it, query included. header: `X-Twilio-Signature`, in Base64 the HMAC-SHA1 of
    the address and of every parameter's name and value, sorted, each pair once (Twilio, "Webhooks security").
    """
    signed = url + "".join(name + value for name, value in sorted(set(parameters)))
    mac = hmac.new(token.encode(), signed.encode("utf-8", "surrogatepass"), "sha1").digest()
    return _are_equal(base64.b64encode(mac).decode(), header)


def is_telegrams(secret: str, header: str) -> bool:
    """header: `X-Telegram-Bot-Api-Secret-Token`, which repeats what `setWebhook` was told (Bot API 10.1)."""
    return _are_equal(secret, header)


def is_verify_token(token: str, given: str) -> bool:
    """given: `hub.verify_token` of Meta's question, which repeats what the app's owner typed in there."""
    return _are_equal(token, given)


def _are_equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))
