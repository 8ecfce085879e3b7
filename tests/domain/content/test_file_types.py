"""Every ending with its type, and what else a type is called, as they are written in the registries."""

from __future__ import annotations

import pytest

from desktop.domain.content.file_types import TYPES, normal_type, type_of, with_ending

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
ENDINGS = [
    ("image/jpeg", "jpg jpeg jpe jfif pjpeg pjp"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/heic", "heic"),
    ("image/heif", "heif"),
    ("image/avif", "avif"),
    ("image/bmp", "bmp dib"),
    ("image/tiff", "tiff tif"),
    ("image/svg+xml", "svg"),
    ("image/vnd.microsoft.icon", "ico"),
    ("image/vnd.adobe.photoshop", "psd"),
    ("image/x-adobe-dng", "dng"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a m4b"),
    ("audio/aac", "aac"),
    ("audio/amr", "amr"),
    ("audio/ogg", "ogg oga opus"),
    ("audio/wav", "wav"),
    ("audio/flac", "flac"),
    ("audio/x-ms-wma", "wma"),
    ("audio/aiff", "aiff aif"),
    ("audio/midi", "mid midi"),
    ("audio/x-caf", "caf"),
    ("video/mp4", "mp4 m4v"),
    ("video/3gpp", "3gp 3gpp"),
    ("video/3gpp2", "3g2"),
    ("video/quicktime", "mov qt"),
    ("video/x-matroska", "mkv"),
    ("video/webm", "webm"),
    ("video/x-msvideo", "avi"),
    ("video/x-ms-wmv", "wmv"),
    ("video/mpeg", "mpg mpeg"),
    ("video/ogg", "ogv"),
    ("video/x-flv", "flv"),
    ("application/pdf", "pdf"),
    ("application/msword", "doc dot"),
    (f"{OFFICE}.wordprocessingml.document", "docx"),
    (f"{OFFICE}.wordprocessingml.template", "dotx"),
    ("application/vnd.ms-excel", "xls xlt"),
    (f"{OFFICE}.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.ms-excel.sheet.macroenabled.12", "xlsm"),
    ("application/vnd.ms-powerpoint", "ppt pps"),
    (f"{OFFICE}.presentationml.presentation", "pptx"),
    (f"{OFFICE}.presentationml.slideshow", "ppsx"),
    (f"{OPEN_DOCUMENT}.text", "odt"),
    (f"{OPEN_DOCUMENT}.spreadsheet", "ods"),
    (f"{OPEN_DOCUMENT}.presentation", "odp"),
    ("application/rtf", "rtf"),
    ("application/epub+zip", "epub"),
    ("application/postscript", "ps eps ai"),
    ("application/vnd.visio", "vsd"),
    ("application/vnd.apple.pages", "pages"),
    ("application/vnd.apple.numbers", "numbers"),
    ("application/vnd.apple.keynote", "key"),
    ("application/vnd.ms-outlook", "msg"),
    ("message/rfc822", "eml"),
    ("text/plain", "txt text log"),
    ("text/csv", "csv"),
    ("text/tab-separated-values", "tsv"),
    ("text/markdown", "md markdown"),
    ("text/html", "html htm"),
    ("text/css", "css"),
    ("text/calendar", "ics"),
    ("text/vcard", "vcf"),
    ("text/xml", "xml"),
    ("application/json", "json"),
    ("application/yaml", "yaml yml"),
    ("application/zip", "zip"),
    ("application/vnd.rar", "rar"),
    ("application/x-7z-compressed", "7z"),
    ("application/gzip", "gz tgz"),
    ("application/x-bzip2", "bz2"),
    ("application/x-xz", "xz"),
    ("application/x-tar", "tar"),
    ("application/vnd.microsoft.portable-executable", "exe dll"),
    ("application/x-msi", "msi"),
    ("application/x-msdos-program", "bat cmd com"),
    ("application/vnd.android.package-archive", "apk"),
    ("application/java-archive", "jar"),
    ("application/x-apple-diskimage", "dmg"),
    ("application/x-iso9660-image", "iso"),
    ("application/x-sh", "sh"),
    ("application/vnd.apple.pkpass", "pkpass"),
    ("text/javascript", "js mjs"),
]
OTHER_NAMES = [
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("image/x-png", "image/png"),
    ("image/x-ms-bmp", "image/bmp"),
    ("image/x-icon", "image/vnd.microsoft.icon"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/x-m4a", "audio/mp4"),
    ("audio/m4a", "audio/mp4"),
    ("audio/opus", "audio/ogg"),
    ("audio/x-aac", "audio/aac"),
    ("audio/x-wav", "audio/wav"),
    ("audio/wave", "audio/wav"),
    ("audio/vnd.wave", "audio/wav"),
    ("audio/3gpp", "video/3gpp"),
    ("video/x-m4v", "video/mp4"),
    ("application/x-pdf", "application/pdf"),
    ("application/x-zip-compressed", "application/zip"),
    ("application/x-rar-compressed", "application/vnd.rar"),
    ("application/x-msdownload", "application/vnd.microsoft.portable-executable"),
    ("application/x-gzip", "application/gzip"),
    ("application/csv", "text/csv"),
    ("text/x-markdown", "text/markdown"),
    ("text/x-vcard", "text/vcard"),
    ("text/rtf", "application/rtf"),
    ("application/xml", "text/xml"),
    ("application/javascript", "text/javascript"),
]


@pytest.mark.parametrize(("content_type", "endings"), ENDINGS)
def test_every_ending_has_its_type_and_a_file_without_one_gets_the_first(content_type: str, endings: str) -> None:
    for ending in endings.split():
        assert type_of(f"a.{ending}") == content_type
        assert with_ending(f"a.{ending}", "application/pdf") == f"a.{ending}"
    assert with_ending("a", content_type) == f"a.{endings.split()[0]}"


def test_no_other_ending_is_known() -> None:
    assert sorted(TYPES) == sorted(ending for _, endings in ENDINGS for ending in endings.split())


@pytest.mark.parametrize(("other", "content_type"), OTHER_NAMES)
def test_other_names_of_a_type(other: str, content_type: str) -> None:
    assert normal_type(other) == content_type


@pytest.mark.parametrize(
    ("given", "content_type"),
    [
        ("TEXT/Plain; charset=utf-8", "text/plain"),
        ("  text/plain  ", "text/plain"),
        ("application/octet-stream", ""),
        ("a" + "b" * 100 + "/" + "c" + "d" * 100, "a" + "b" * 100 + "/" + "c" + "d" * 100),
        ("a" + "b" * 101 + "/c", ""),
        ("text", ""),
        ("text/a/b", ""),
        ("", ""),
    ],
)
def test_a_type_as_given_is_brought_into_one_form(given: str, content_type: str) -> None:
    assert normal_type(given) == content_type
