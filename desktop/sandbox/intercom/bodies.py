"""Validation of request bodies: text, objects and attachments; raises IntercomError 400."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from desktop.sandbox.intercom.errors import IntercomError, invalid
from desktop.sandbox.intercom.records import Workspace
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.model.people import File


def text(body: Json) -> str:
    """The stripped field `body`; "" if it is absent."""
    value = body.get("body")
    if value is not None and not isinstance(value, str):
        raise IntercomError(400, "type_mismatch", "body must be a string", "body")
    return (value or "").strip()


def json_object(body: Json, name: str) -> Json:
    """The object under `name`; empty if it is absent or null."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise IntercomError(400, "type_mismatch", f"{name} must be an object", name)
    return value or {}


def files(ws: Workspace, body: Json) -> Sequence[File]:
    """The attachments. If both kinds are given the files are silently dropped, as one public client found."""
    urls, escape_entities = body.get("attachment_urls") or [], body.get("attachment_files") or []
    for name, given in (("attachment_urls", urls), ("attachment_files", escape_entities)):
        if not isinstance(given, list) or len(given) > 10:
            raise invalid(f"{name} can hold 10 items at most", name)
    return [_by_url(ws, url) for url in urls] or [_decoded(file) for file in escape_entities]


def _by_url(ws: Workspace, url: str) -> File:
    """A file of this workspace, or an empty placeholder: the sandbox downloads nothing."""
    own = str(url).removeprefix(ws.files_url + "/").partition("/")[0]
    if own in ws.files:
        return ws.files[own]
    name = unquote(urlsplit(str(url)).path.rpartition("/")[2]) or "image"
    return File(name, "image/png")


def _decoded(file: Any) -> File:
    try:
        return File(str(file["name"]), str(file["content_type"]), base64.b64decode(file["data"], validate=True))
    except (KeyError, TypeError, binascii.Error, ValueError):
        raise invalid("attachment_files needs content_type, data and name", "attachment_files") from None
