"""Files uploaded for WhatsApp messages (Meta, "Media", read November 2026)."""

from __future__ import annotations

import hashlib
from typing import Any

from desktop.sandbox.model.people import File
from desktop.sandbox.providers.graph.errors import graph_error

_MB = 1_000_000
LIMITS = {"image": 5 * _MB, "audio": 16 * _MB, "video": 16 * _MB, "document": 100 * _MB, "sticker": 500_000}
_IMAGES = ("image/jpeg", "image/png")
_DEFAULT_TYPES = {
    "image": "image/jpeg",
    "audio": "audio/ogg",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}


class Media:
    """Uploaded files by id; ids are unique."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def add(self, file: File) -> str:
        media_id = str(1_037_543_291_543_000 + len(self._files))
        self._files[media_id] = file
        return media_id

    def find(self, media_id: str) -> File | None:
        return self._files.get(media_id)

    def describe(self, media_id: str, file: File, base_url: str) -> dict[str, Any]:
        """Meta's answer to GET /{media-id}; `file_size` is a string there."""
        return {
            "messaging_product": "whatsapp",
            "url": f"{base_url}/whatsapp_business/attachments/?mid={media_id}",
            "mime_type": file.content_type,
            "sha256": hashlib.sha256(file.data).hexdigest(),
            "file_size": str(len(file.data)),
            "id": media_id,
        }

    def resolve(self, kind: str, given: Any) -> File:
        """The file of `{"id": …}` or `{"link": …}`; links are not downloaded, only their name is shown."""
        if not isinstance(given, dict):
            raise graph_error(131008, f"The {kind} object is missing.")
        if "id" in given:
            file = self.find(str(given["id"]))
            if file is None:
                raise graph_error(131009, f"Media {given['id']} does not exist.")
            if kind == "image" and file.content_type not in _IMAGES:
                raise graph_error(131053, f"{file.content_type} is no supported type of image.")
            if len(file.data) > LIMITS[kind]:
                raise graph_error(131053, f"The file is larger than an {kind} may be.")
            return File(str(given.get("filename") or file.name), file.content_type, file.data)
        link = str(given.get("link", ""))
        if not link.startswith(("https://", "http://")):
            raise graph_error(131008, f"The {kind} needs an id or a link.")
        name = str(given.get("filename") or link.partition("?")[0].rpartition("/")[2] or kind)
        return File(name, _DEFAULT_TYPES[kind], b"")
