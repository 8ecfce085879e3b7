"""Files: types by ending, pixels by the first bytes, and what each route takes in which form."""

from __future__ import annotations

import mimetypes
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.file_types import TYPES, ending_of, normal_type, type_of, with_ending
from desktop.domain.content.files import (
    MAX_FILES,
    FileFacts,
    FileForm,
    FileProblem,
    FileRefusal,
    FileRoute,
    bridge_file_route,
    direct_file_route,
    inspect_file,
    largest_bytes,
    plan_file,
    size_limit,
)
from desktop.domain.content.picture_size import is_progressive_jpeg, picture_size
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind

R, F, P = FileRoute, FileForm, FileProblem
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


# --- types -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("offer.docx", WORD),
        ("prices.xlsx", SHEET),
        ("talk.pptx", SLIDES),
        ("a.webp", "image/webp"),
        ("a.ogg", "audio/ogg"),
        ("a.opus", "audio/ogg"),
        ("a.m4a", "audio/mp4"),
        ("a.jfif", "image/jpeg"),
        ("a.amr", "audio/amr"),
        ("a.3gp", "video/3gpp"),
        ("a.heic", "image/heic"),
        ("a.csv", "text/csv"),
        ("a.mov", "video/quicktime"),
        ("a.mkv", "video/x-matroska"),
        ("a.exe", "application/vnd.microsoft.portable-executable"),
        ("A.B.PDF", "application/pdf"),
        (r"C:\scans\letter.JPEG", "image/jpeg"),
        ("letter.pdf ", "application/pdf"),
        ("README", "application/octet-stream"),
        (".profile", "application/octet-stream"),
        ("a.qqq", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_file_has_the_type_of_its_ending(name, content_type):
    assert type_of(name) == content_type


def test_the_machine_has_no_say(monkeypatch):
    wrong = mimetypes.MimeTypes()
    wrong.add_type("text/wrong", ".docx")
    monkeypatch.setattr(mimetypes, "guess_type", wrong.guess_type)
    assert type_of("a.docx") == WORD
    assert type_of("a.csv", "application/vnd.ms-excel") == "text/csv"


@pytest.mark.parametrize(
    ("given", "content_type"),
    [
        ("application/pdf", "application/pdf"),
        ("Image/JPG; charset=x", "image/jpeg"),
        ("audio/x-m4a", "audio/mp4"),
        ("application/octet-stream", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
        ("text/ plain", "application/octet-stream"),
    ],
)
def test_without_an_ending_the_given_type_counts(given, content_type):
    assert type_of("scan", given) == content_type


def test_the_table_is_wide_and_in_normal_form():
    assert len(TYPES) >= 80
    assert all(ending == ending.lower() and ending_of(f"a.{ending}") == ending for ending in TYPES)
    assert all(normal_type(content_type) == content_type for content_type in TYPES.values())


@pytest.mark.parametrize(
    ("name", "content_type", "named"),
    [
        ("scan", "application/pdf", "scan.pdf"),
        ("scan", "image/jpeg", "scan.jpg"),
        ("offer.v2", WORD, "offer.v2.docx"),
        ("a.jpeg", "image/png", "a.jpeg"),
        ("scan", "application/octet-stream", "scan"),
        ("scan", "application/x-unheard-of", "scan"),
    ],
)
def test_a_name_gets_the_ending_of_its_type(name, content_type, named):
    assert with_ending(name, content_type) == named


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_name_has_a_type_and_keeps_it_under_its_own_ending(name, given_type):
    found = type_of(name, given_type)
    assert "/" in found
    assert type_of(with_ending(name or "x", found), found) == found


# --- pixels ----------------------------------------------------------------------------------------------------------


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)


def jpeg(width: int, height: int, marker: int = 0xC0) -> bytes:
    segment = b"\xff\xe1" + struct.pack(">H", 2 + 300) + b"\xff\xc0" * 150
    return b"\xff\xd8" + segment + b"\xff\xff" + struct.pack(">BHBHHB", marker, 17, 8, height, width, 3)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height)


def webp(kind: bytes, body: bytes) -> bytes:
    return b"RIFF\x00\x00\x00\x00WEBP" + kind + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(300, 12000), (300, 12000)),
        (jpeg(300, 12000), (300, 12000)),
        (jpeg(4032, 3024, 0xC2), (4032, 3024)),
        (gif(480, 270), (480, 270)),
        (webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 550 | 0x4000, 368)), (550, 368)),
        (webp(b"VP8L", b"\x2f" + struct.pack("<I", (386 - 1) | (395 - 1) << 14)), (386, 395)),
        (webp(b"VP8X", b"\x10\x00\x00\x00" + b"\x8f\x01\x00" + b"\x2b\x01\x00"), (400, 300)),
        (b"", None),
        (b"%PDF-1.7", None),
        (png(0, 5), None),
        (png(300, 12000)[:20], None),
        (jpeg(300, 12000)[:-4], None),
        (b"\xff\xd8\xff\xe0\x00\x00" + b"\x00" * 20, None),
        (b"\xff\xd8\xff\xd9", None),
        (b"\xff\xd8\xff\x01" + jpeg(8, 9)[2:], (8, 9)),
        *(
            (jpeg(8, 9, marker), (8, 9))
            for marker in (0xC1, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
        ),
        # Tables, and a frame behind one.
        *((jpeg(8, 9, marker), None) for marker in (0xC4, 0xC8, 0xCC, 0xDA, 0xDB, 0xFE, 0x02)),
        (b"\xff\xd8\xff\xc4\x00\x03\x00" + jpeg(8, 9)[2:], (8, 9)),
        # Markers without a length.
        *((b"\xff\xd8\xff" + bytes([marker]) + jpeg(8, 9)[2:], (8, 9)) for marker in range(0xD0, 0xD9)),
        (b"\xff\xd8\xff\xd9" + jpeg(8, 9)[2:], None),
        (b"\xff\xd8\xff\xe0\x00\x02" + jpeg(8, 9)[2:], (8, 9)),
        (b"\xff\xd8\xff\xe0\x00\x01" + jpeg(8, 9)[2:], None),
        (b"\xff\xd8\x00" + jpeg(8, 9)[2:], None),
        (jpeg(8, 0), None),
        (b"GIF87a" + gif(7, 5)[6:], (7, 5)),
        (b"GIF88a" + gif(7, 5)[6:], None),
        (gif(1, 1)[:9], None),
        (gif(258, 772) + b"more", (258, 772)),
        (png(66051, 197637) + b"more", (66051, 197637)),
        (png(3, 4).replace(b"IHDR", b"IDAT"), None),
        (webp(b"VP8X", b"\x10\x00\x00\x00" + b"\x8f\x01\x02" + b"\x2b\x01\x03" + b"more"), (131_472, 196_908)),
        (webp(b"VP8X", b"\x10\x00\x00\x00" + b"\x8f\x01\x00" + b"\x2b\x01"), None),
        (webp(b"VP8L", b"\x2f" + struct.pack("<I", 0x3FFF | 0x3FFF << 14 | 1 << 28) + b"more"), (16_384, 16_384)),
        (webp(b"VP8L", b"\x2f\x01\x02\x03"), None),
        (webp(b"VP8L", b"\x2e" + struct.pack("<I", 5 | 5 << 14)), None),
        (webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 0xFFFF, 0xC001) + b"more"), (16_383, 1)),
        (webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2b" + struct.pack("<HH", 550, 368)), None),
        (webp(b"ALPH", b"\x10\x00\x00\x00" + b"\x8f\x01\x00" + b"\x2b\x01\x00"), None),
        (webp(b"VP8X", b"\x10\x00\x00\x00" + b"\x8f\x01\x00" + b"\x2b\x01\x00").replace(b"WEBP", b"WAVE"), None),
        (webp(b"VP8X", b"\x10\x00\x00\x00" + b"\x8f\x01\x00" + b"\x2b\x01\x00").replace(b"RIFF", b"RIFX"), None),
        (webp(b"VP8X", b"\x10\x00"), None),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_first_bytes(data, size):
    assert picture_size(data) == size


heads = st.sampled_from(
    [b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x00\x00\x00\x00WEBPVP8 ", jpeg(9, 9)]
)


@given(heads, st.binary(max_size=200))
def test_any_bytes_are_a_picture_or_none(head, rest):
    size = picture_size(head + rest)
    assert size is None or min(size) > 0


@given(st.integers(1, 0x3FFF), st.integers(1, 0x3FFF), st.integers(0, 40))
def test_a_file_that_is_cut_off_is_never_another_size(width, height, cut):
    for made in (png(width, height), jpeg(width, height), gif(width, height)):
        assert picture_size(made) == (width, height)
        assert picture_size(made[: len(made) - cut]) in (None, (width, height))


# --- routes ----------------------------------------------------------------------------------------------------------


def told(route, name, size=1000, width=None, height=None, **more):
    return plan_file(route, FileFacts(name, "", size, width, height), **more)


CLOUD, D360, TELEGRAM = R.WHATSAPP_CLOUD, R.DIALOG360, R.TELEGRAM


@pytest.mark.parametrize(
    ("route", "name", "size", "form", "content_type"),
    [
        (CLOUD, "a.jpg", 5_000_000, F.IMAGE, "image/jpeg"),
        (CLOUD, "a.jpg", 5_000_001, F.DOCUMENT, "image/jpeg"),
        (CLOUD, "a.jfif", 6_000_000, F.DOCUMENT, "image/jpeg"),
        (CLOUD, "a.png", 1, F.IMAGE, "image/png"),
        (CLOUD, "a.mp4", 16_000_000, F.VIDEO, "video/mp4"),
        (CLOUD, "a.mp4", 17_000_000, F.DOCUMENT, "video/mp4"),
        (CLOUD, "a.3gp", 1, F.VIDEO, "video/3gpp"),
        (CLOUD, "a.ogg", 16_000_000, F.AUDIO, "audio/ogg"),
        (CLOUD, "a.opus", 1, F.AUDIO, "audio/ogg"),
        (CLOUD, "a.m4a", 1, F.AUDIO, "audio/mp4"),
        (CLOUD, "a.amr", 1, F.AUDIO, "audio/amr"),
        (CLOUD, "a.mp3", 16_000_001, F.DOCUMENT, "audio/mpeg"),
        (CLOUD, "a.docx", 100_000_000, F.DOCUMENT, WORD),
        (CLOUD, "a.csv", 1, F.DOCUMENT, "text/plain"),
        (CLOUD, "a.webp", 1, F.DOCUMENT, "image/webp"),
        (CLOUD, "a.jpg", None, F.IMAGE, "image/jpeg"),
        (D360, "a.jpg", 6_000_000, F.DOCUMENT, "image/jpeg"),
        (R.BRIDGE_WHATSAPP, "a.jpg", 5_000_000, F.IMAGE, "image/jpeg"),
        (R.BRIDGE_WHATSAPP, "a.pdf", 100_000_000, F.DOCUMENT, "application/pdf"),
        (R.BRIDGE_TELEGRAM, "a.exe", 50_000_000, F.DOCUMENT, "application/vnd.microsoft.portable-executable"),
        (R.BRIDGE_TELEGRAM, "a.jpg", 10_000_000, F.PHOTO, "image/jpeg"),
        (R.BRIDGE_SMS, "a.gif", 5_000_000, F.FILE, "image/gif"),
        (TELEGRAM, "a.gif", 50_000_000, F.DOCUMENT, "image/gif"),
        (TELEGRAM, "a.ogg", 50_000_000, F.VOICE, "audio/ogg"),
        (TELEGRAM, "a.mp3", 50_000_000, F.DOCUMENT, "audio/mpeg"),
        (TELEGRAM, "README", 1, F.DOCUMENT, "application/octet-stream"),
        (R.INTERCOM, "a.exe", 14_000_000, F.FILE, "application/vnd.microsoft.portable-executable"),
        (R.INTERCOM, "README", 0, F.FILE, "application/octet-stream"),
    ],
)
def test_a_file_goes_in_the_form_that_the_route_takes(route, name, size, form, content_type):
    plan = told(route, name, size)
    assert (plan.form, plan.content_type, plan.refusal, plan.is_taken) == (form, content_type, None, True)


def test_how_large_a_file_of_a_type_may_be():
    limits = {route: size_limit(route, "audio/ogg") for route in R}
    assert limits[CLOUD] == limits[R.BRIDGE_WHATSAPP] == 16_000_000
    assert (limits[R.BRIDGE_SMS], limits[TELEGRAM]) == (5_000_000, 50_000_000)
    assert (limits[R.INTERCOM], limits[R.NO_FILES]) == (None, 0)
    assert size_limit(CLOUD, "image/gif") == 0


@pytest.mark.parametrize(
    ("route", "name", "size", "problem", "limit"),
    [
        (CLOUD, "a.pdf", 100_000_001, P.TOO_MANY_BYTES, 100_000_000),
        (CLOUD, "a.jpg", 100_000_001, P.TOO_MANY_BYTES, 100_000_000),
        (CLOUD, "a.exe", 1, P.KIND_NOT_TAKEN, 0),
        (CLOUD, "a.gif", 1, P.KIND_NOT_TAKEN, 0),
        (CLOUD, "a.heic", 1, P.KIND_NOT_TAKEN, 0),
        (CLOUD, "a.zip", 1, P.KIND_NOT_TAKEN, 0),
        (CLOUD, "a.mov", 1, P.KIND_NOT_TAKEN, 0),
        (CLOUD, "README", 1, P.NO_ENDING, 0),
        (CLOUD, "a.jpg", 0, P.EMPTY, 0),
        (D360, "a.heic", 1, P.KIND_NOT_TAKEN, 0),
        (R.BRIDGE_WHATSAPP, "a.jpg", 6_000_000, P.TOO_MANY_BYTES, 5_000_000),
        (R.BRIDGE_WHATSAPP, "a.mp4", 17_000_000, P.TOO_MANY_BYTES, 16_000_000),
        (R.BRIDGE_WHATSAPP, "a.mp3", 16_000_001, P.TOO_MANY_BYTES, 16_000_000),
        (R.BRIDGE_WHATSAPP, "a.exe", 1, P.KIND_NOT_TAKEN, 0),
        (R.BRIDGE_WHATSAPP, "a.gif", 1, P.KIND_NOT_TAKEN, 0),
        (R.BRIDGE_WHATSAPP, "a.csv", 1, P.KIND_NOT_TAKEN, 0),
        (R.BRIDGE_WHATSAPP, "a.heic", 1, P.KIND_NOT_TAKEN, 0),
        (R.BRIDGE_TELEGRAM, "a.jpg", 10_000_001, P.TOO_MANY_BYTES, 10_000_000),
        (R.BRIDGE_TELEGRAM, "a.zip", 50_000_001, P.TOO_MANY_BYTES, 50_000_000),
        (R.BRIDGE_SMS, "a.gif", 5_000_001, P.TOO_MANY_BYTES, 5_000_000),
        (TELEGRAM, "a.zip", 50_000_001, P.TOO_MANY_BYTES, 50_000_000),
        (TELEGRAM, "a.zip", 0, P.EMPTY, 0),
        (R.NO_FILES, "a.jpg", 1, P.NO_FILES, 0),
    ],
)
def test_a_file_that_no_form_takes_is_refused_with_the_reason(route, name, size, problem, limit):
    plan = told(route, name, size)
    assert (plan.form, plan.is_taken) == (None, False)
    assert (plan.refusal.problem, plan.refusal.limit) == (problem, limit)
    assert plan.refusal.found == (size if limit else 0)


@pytest.mark.parametrize(
    ("width", "height", "form"),
    [
        (300, 12000, F.DOCUMENT),
        (5000, 5000, F.PHOTO),
        (5001, 5000, F.DOCUMENT),
        (100, 2000, F.PHOTO),
        (100, 2001, F.DOCUMENT),
        (2000, 100, F.PHOTO),
        (2001, 100, F.DOCUMENT),
        (None, None, F.DOCUMENT),
        (0, 0, F.PHOTO),
    ],
)
def test_a_picture_that_is_no_photo_for_telegram_goes_as_a_document(width, height, form):
    assert told(TELEGRAM, "a.jpg", 1000, width, height).form is form
    assert told(TELEGRAM, "a.png", 10_000_001, 100, 100).form is F.DOCUMENT


@pytest.mark.parametrize(
    ("width", "height", "refusal"),
    [
        (300, 12000, FileRefusal(P.TOO_MANY_PIXELS, "image/jpeg", 10_000, 12_300, F.PHOTO)),
        (100, 2001, FileRefusal(P.TOO_LONG_AND_NARROW, "image/jpeg", 20, 21, F.PHOTO)),
        (100, 2000, None),
        (None, None, None),
    ],
)
def test_through_a_bridge_a_picture_goes_as_a_photo_or_not_at_all(width, height, refusal):
    assert told(R.BRIDGE_TELEGRAM, "a.jpg", 1000, width, height).refusal == refusal


@pytest.mark.parametrize(("width", "height"), [(None, 100), (100, None)])
def test_a_picture_with_one_known_side_is_of_unknown_size(width, height):
    assert told(TELEGRAM, "a.jpg", 1000, width, height).form is F.DOCUMENT
    assert told(R.BRIDGE_TELEGRAM, "a.jpg", 1000, width, height).form is F.PHOTO


@pytest.mark.parametrize(
    ("route", "name", "most"),
    [
        (CLOUD, "a.jpg", 1024),
        (CLOUD, "a.mp4", 1024),
        (CLOUD, "a.mp3", 0),
        (CLOUD, "a.pdf", 1024),
        (CLOUD, "a.csv", 1024),
        (D360, "a.mp4", 1024),
        (TELEGRAM, "a.zip", 1024),
        (R.INTERCOM, "a.pdf", None),
        (R.BRIDGE_WHATSAPP, "a.jpg", None),
        (R.BRIDGE_WHATSAPP, "a.mp3", None),
        (R.BRIDGE_WHATSAPP, "a.pdf", None),
        (R.BRIDGE_TELEGRAM, "a.zip", None),
        (R.BRIDGE_SMS, "a.gif", None),
    ],
)
def test_how_much_text_goes_beside_a_file(route, name, most):
    assert told(route, name).max_caption == most


@pytest.mark.parametrize(
    ("types", "form"),
    [
        ("jpg png", F.IMAGE),
        ("mp4 3gp", F.VIDEO),
        ("aac amr mp3 m4a ogg", F.AUDIO),
        ("pdf txt doc xls ppt docx xlsx pptx", F.DOCUMENT),
    ],
)
def test_what_whatsapp_takes_in_which_form(types, form):
    for ending in types.split():
        assert told(CLOUD, f"a.{ending}").form is told(R.BRIDGE_WHATSAPP, f"a.{ending}").form is form
        largest = told(CLOUD, f"a.{ending}", 100_000_000)
        assert (largest.form, largest.content_type) == (F.DOCUMENT, told(CLOUD, f"a.{ending}").content_type)


@pytest.mark.parametrize("ending", ["csv", "tsv", "md", "ics", "vcf"])
def test_whatsapp_is_told_that_these_are_plain_text(ending):
    plan = told(CLOUD, f"a.{ending}", 100_000_000)
    assert (plan.form, plan.content_type, plan.name) == (F.DOCUMENT, "text/plain", f"a.{ending}")
    assert told(CLOUD, f"a.{ending}", 100_000_001).refusal.limit == 100_000_000
    assert told(R.BRIDGE_WHATSAPP, f"a.{ending}").refusal.problem is P.KIND_NOT_TAKEN


def test_sound_takes_no_text_beside_it_and_goes_as_a_document_then():
    alone, beside = told(CLOUD, "a.mp3"), told(CLOUD, "a.mp3", has_text=True)
    assert (alone.form, alone.max_caption) == (F.AUDIO, 0)
    assert (beside.form, beside.max_caption) == (F.DOCUMENT, 1024)
    assert told(CLOUD, "a.jpg", has_text=True).max_caption == 1024
    assert told(TELEGRAM, "a.jpg", 10, 10, 10, has_text=True).max_caption == 1024
    assert told(R.BRIDGE_WHATSAPP, "a.mp3", has_text=True).is_taken, "what the bridge does with the text is not known"


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("x" * 240, "x" * 240),
        ("x" * 241, "x" * 240),
        ("x" * 236 + ".pdf", "x" * 236 + ".pdf"),
        ("x" * 237 + ".pdf", "x" * 236 + ".pdf"),
        ("x" * 234 + ". . xx.pdf", "x" * 234 + ".pdf"),
    ],
)
def test_a_long_name_is_cut_before_its_ending(name, named):
    assert told(TELEGRAM, name).name == named


def test_a_plan_names_the_file_with_its_ending():
    assert plan_file(CLOUD, FileFacts("scan", "application/pdf", 1)).name == "scan.pdf"
    assert told(CLOUD, "list.csv").name == "list.csv"
    assert told(CLOUD, "a\n\u202eb.pdf").name == "ab.pdf"
    long = told(CLOUD, "x" * 500 + ".pdf").name
    assert (len(long), long[-5:]) == (240, "x.pdf")
    assert told(TELEGRAM, "\n").name == "file"


@pytest.mark.parametrize(
    ("route", "most"),
    [
        (CLOUD, 100_000_000),
        (D360, 100_000_000),
        (TELEGRAM, 50_000_000),
        (R.BRIDGE_WHATSAPP, 100_000_000),
        (R.BRIDGE_TELEGRAM, 50_000_000),
        (R.BRIDGE_SMS, 5_000_000),
        (R.NO_FILES, 0),
        (R.INTERCOM, 0),
    ],
)
def test_the_largest_file_that_a_route_takes_in_any_form(route, most):
    assert largest_bytes(route) == most


@pytest.mark.parametrize(
    ("route", "most"),
    [
        (R.INTERCOM, 10),
        (R.BRIDGE_WHATSAPP, 10),
        (R.BRIDGE_TELEGRAM, 10),
        (R.BRIDGE_SMS, 10),
        (CLOUD, 1),
        (D360, 1),
        (TELEGRAM, 1),
        (R.NO_FILES, 0),
    ],
)
def test_how_many_files_one_message_takes(route, most):
    assert MAX_FILES[route] == most


def test_facts_are_read_from_the_bytes():
    assert inspect_file("a.png", "image/png", png(3, 4)) == FileFacts("a.png", "image/png", len(png(3, 4)), 3, 4)
    assert inspect_file("a.pdf", "", b"%PDF") == FileFacts("a.pdf", "", 4)


@pytest.mark.parametrize(
    ("provider", "route"),
    [
        (Provider.WHATSAPP, R.WHATSAPP_CLOUD),
        (Provider.DIALOG360, R.DIALOG360),
        (Provider.TWILIO, R.NO_FILES),
        (Provider.OCTOPODS, R.NO_FILES),
        (Provider.TELEGRAM, R.TELEGRAM),
    ],
)
def test_each_account_has_its_route(provider, route):
    assert direct_file_route(provider) is route


def test_of_most_bridged_channels_nothing_is_known():
    assert bridge_file_route(ChannelKind.WHATSAPP) is R.BRIDGE_WHATSAPP
    assert bridge_file_route(ChannelKind.TELEGRAM) is R.BRIDGE_TELEGRAM
    assert bridge_file_route(ChannelKind.SMS) is R.BRIDGE_SMS
    assert bridge_file_route(ChannelKind.LINE) is None


@given(
    st.sampled_from(list(R)),
    st.text(max_size=20),
    st.integers(0, 200_000_000) | st.none(),
    st.integers(0, 20_000) | st.none(),
    st.integers(0, 20_000) | st.none(),
    st.booleans(),
)
def test_any_file_is_taken_in_a_form_or_refused_with_a_reason(route, name, size, width, height, has_text):
    plan = told(route, name, size, width, height, has_text=has_text)
    assert (plan.form is None) is (plan.refusal is not None)
    assert plan.name
    assert plan.name == "".join(c for c in plan.name if c.isprintable())


@pytest.mark.parametrize(
    ("head", "is_progressive"),
    [
        (b"\xff\xd8\xff\xc0\0\x11\x08\0\x10\0\x20", False),
        (b"\xff\xd8\xff\xe0\0\x02\xff\xc2\0\x11\x08\0\x10\0\x20", True),
        (b"\xff\xd8\xff\xe0\0\x02", False),
        (b"GIF89a\x10\0\x20\0", False),
    ],
    ids=["baseline", "progressive", "no frame", "no JPEG"],
)
def test_only_progressive_jpegs_are_called_so(head: bytes, is_progressive: bool) -> None:
    assert is_progressive_jpeg(head) is is_progressive
