"""File endings and MIME types in one table, so that a file has the same type on every machine.

The system's own table (`/etc/mime.types`, the Windows registry) differs between machines and is not used.
Types: IANA media types registry; for what is not registered, the name that browsers and Meta use (read 2026-11-22).
"""

from __future__ import annotations

import re

UNKNOWN_TYPE = "application/octet-stream"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
# Of several endings of one type, a file without an ending gets the first.
_ENDINGS: dict[str, str] = {
    # Pictures
    "image/jpeg": "jpg jpeg jpe jfif pjpeg pjp",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "image/bmp": "bmp dib",
    "image/tiff": "tiff tif",
    "image/svg+xml": "svg",
    "image/vnd.microsoft.icon": "ico",
    "image/vnd.adobe.photoshop": "psd",
    "image/x-adobe-dng": "dng",
    # Sound
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a m4b",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/ogg": "ogg oga opus",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/x-ms-wma": "wma",
    "audio/aiff": "aiff aif",
    "audio/midi": "mid midi",
    "audio/x-caf": "caf",
    # Films
    "video/mp4": "mp4 m4v",
    "video/3gpp": "3gp 3gpp",
    "video/3gpp2": "3g2",
    "video/quicktime": "mov qt",
    "video/x-matroska": "mkv",
    "video/webm": "webm",
    "video/x-msvideo": "avi",
    "video/x-ms-wmv": "wmv",
    "video/mpeg": "mpg mpeg",
    "video/ogg": "ogv",
    "video/x-flv": "flv",
    # Documents
    "application/pdf": "pdf",
    "application/msword": "doc dot",
    f"{_OFFICE}.wordprocessingml.document": "docx",
    f"{_OFFICE}.wordprocessingml.template": "dotx",
    "application/vnd.ms-excel": "xls xlt",
    f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsm",
    "application/vnd.ms-powerpoint": "ppt pps",
    f"{_OFFICE}.presentationml.presentation": "pptx",
    f"{_OFFICE}.presentationml.slideshow": "ppsx",
    f"{_OPEN_DOCUMENT}.text": "odt",
    f"{_OPEN_DOCUMENT}.spreadsheet": "ods",
    f"{_OPEN_DOCUMENT}.presentation": "odp",
    "application/rtf": "rtf",
    "application/epub+zip": "epub",
    "application/postscript": "ps eps ai",
    "application/vnd.visio": "vsd",
    "application/vnd.apple.pages": "pages",
    "application/vnd.apple.numbers": "numbers",
    "application/vnd.apple.keynote": "key",
    "application/vnd.ms-outlook": "msg",
    "message/rfc822": "eml",
    "text/plain": "txt text log",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/markdown": "md markdown",
    "text/html": "html htm",
    "text/css": "css",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "text/xml": "xml",
    "application/json": "json",
    "application/yaml": "yaml yml",
    # Archives and programs
    "application/zip": "zip",
    "application/vnd.rar": "rar",
    "application/x-7z-compressed": "7z",
    "application/gzip": "gz tgz",
    "application/x-bzip2": "bz2",
    "application/x-xz": "xz",
    "application/x-tar": "tar",
    "application/vnd.microsoft.portable-executable": "exe dll",
    "application/x-msi": "msi",
    "application/x-msdos-program": "bat cmd com",
    "application/vnd.android.package-archive": "apk",
    "application/java-archive": "jar",
    "application/x-apple-diskimage": "dmg",
    "application/x-iso9660-image": "iso",
    "application/x-sh": "sh",
    "application/vnd.apple.pkpass": "pkpass",
    "text/javascript": "js mjs",
}
TYPES = {ending: content_type for content_type, endings in _ENDINGS.items() for ending in endings.split()}
"""MIME type by ending, lower-case and without the dot."""

# What machines and programs call the same thing.
_OTHER_NAMES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "image/x-icon": "image/vnd.microsoft.icon",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/opus": "audio/ogg",
    "audio/x-aac": "audio/aac",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/3gpp": "video/3gpp",
    "video/x-m4v": "video/mp4",
    "application/x-pdf": "application/pdf",
    "application/x-zip-compressed": "application/zip",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-msdownload": "application/vnd.microsoft.portable-executable",
    "application/x-gzip": "application/gzip",
    "application/csv": "text/csv",
    "text/x-markdown": "text/markdown",
    "text/x-vcard": "text/vcard",
    "text/rtf": "application/rtf",
    "application/xml": "text/xml",
    "application/javascript": "text/javascript",
}
_ENDING = re.compile(r"[^.\s/\\].*\.([A-Za-z0-9]{1,10})$", re.DOTALL)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,100}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")


def ending_of(name: str) -> str:
    """The ending in lower case without the dot; "" for a name without one (`README`, `.profile`)."""
    found = _ENDING.match(re.split(r"[/\\]", name)[-1].strip().rstrip("."))
    return found[1].lower() if found else ""


def normal_type(given: str) -> str:
    """A MIME type in lower case without parameters, by its usual name; "" for an invalid or generic one."""
    plain = given.partition(";")[0].strip().lower()
    plain = _OTHER_NAMES.get(plain, plain)
    return plain if _TYPE.fullmatch(plain) and plain != UNKNOWN_TYPE else ""


def type_of(name: str, given: str = "") -> str:
    """The MIME type of a file: by its ending, else as given by its source, else `application/octet-stream`.

    The ending comes first because the given type is often a guess from a machine's own table.
    """
    return TYPES.get(ending_of(name)) or normal_type(given) or UNKNOWN_TYPE


def with_ending(name: str, content_type: str) -> str:
    """The name with an ending of its type, unless it has a known one or the type has none."""
    if ending_of(name) in TYPES:
        return name
    endings = _ENDINGS.get(normal_type(content_type), "").split()
    return f"{name.rstrip('. ')}.{endings[0]}" if endings else name
