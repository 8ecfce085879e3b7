"""LinkOpener and files of a thread: where they lead is told, what must not open does not, and doubt is asked about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QWidget

from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.views import MediaFile
from desktop.ui.inbox.actions.links import LinkOpener
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.layout.text_body import lay_out
from desktop.ui.thread.media import file_names, link_targets
from desktop.ui.thread.media.link_targets import LinkTarget
from desktop.ui.widgets.confirm_sheet import ConfirmSheet
from desktop.ui.widgets.toast import Toast


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def page(qtbot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    return page


@pytest.fixture
def links(page: QWidget, theme, ticker: Ticker, opened, engine) -> LinkOpener:
    question, toast = ConfirmSheet(theme, page), Toast(theme, ticker, page)
    made = LinkOpener(lambda url: opened.append(url.toString()), question, toast, engine)
    page.resize(800, 600)
    page.show()
    return made


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "file://server/share/x.exe", "\\\\server\\share\\x.exe", "//server/share",
        "https:\\\\server\\x", "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\tscript:alert(1)",
        "data:text/html,<script>", "vbscript:x", "ms-msdt:/id", "search-ms:query=x", "smb://server/share", "ftp://x/y",
        "about:blank", "http:///nohost", "https://", "http:x", "", "   ", "shop.example", "/path", "../x",
        "https://x.example/\u202egnp.exe", "https://x.example/a b", "https://x.example/\x00", "https://x.example/\na",
        "https://good.example\u200b.evil.example/", "https://x.example:99999/", "https://x..y/",
        "https://x.example/" + "a" * 9000,
    ],
)  # fmt: skip
def test_these_addresses_are_never_opened(address, links, opened):
    links.open_link(LinkTarget(address))
    assert opened == []
    assert not links._question.is_open
    assert "wasn't opened" in links._toast.text
    assert "can't be opened" in link_targets.tooltip(LinkTarget(address))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://shop.example/o/4711?a=b#c", "shop.example"),
        ("HTTP://Shop.Example/", "shop.example"),
        ("mailto:sam@shop.example", "sam@shop.example"),
        ("tel:+35315550100", "+35315550100"),
        ("https://müller.example/", "xn--mller-kva.example"),
        (" https://shop.example/ ", "shop.example"),
    ],
)
def test_opened_at_once(address, place, links, opened):
    links.open_link(LinkTarget(address))
    assert len(opened) == 1
    assert link_targets.tooltip(LinkTarget(address)).startswith(f"Leads to {place}\n")


@pytest.mark.parametrize(
    ("target", "says", "place"),
    [
        (LinkTarget("https://evil.example/x", "bank.example"), "bank.example", "evil.example"),
        (
            LinkTarget("https://bank.example.evil.example/x", "bank.example"),
            "bank.example",
            "bank.example.evil.example",
        ),
        (LinkTarget("https://bank.example@evil.example/"), "bank.example", "evil.example"),
        (LinkTarget("https://bank.example:443@evil.example/"), "bank.example", "evil.example"),
        (LinkTarget("https://аpple.example/"), "аpple.example", "xn--pple-43d.example"),
        (LinkTarget("mailto:x@evil.example", "bank.example"), "bank.example", "x@evil.example"),
    ],
)
def test_asked_about_first(target, says, place, links, opened):
    links.open_link(target)
    assert opened == []
    assert says in links._question.text
    assert place in links._question.text
    assert f"Says {says}, but leads to {place}" in link_targets.tooltip(target)
    links._question.confirm()
    assert len(opened) == 1


def test_saying_no_opens_nothing(links, opened):
    links.open_link(LinkTarget("https://evil.example/x", "bank.example"))
    links._question.dismiss()
    assert opened == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("https://bank.example/login (https://evil.example/x)", "bank.example"),
        ("Visit bank.example now (https://evil.example/x)", "bank.example"),
        ("bank.ex\u200bample (https://evil.example/x)", "bank.example"),
        ("this page (https://evil.example/x)", ""),
        ("invoice.pdf (https://shop.example/x)", ""),
        ("bank.example\nthis page (https://evil.example/x)", ""),
        ("bank.example https://evil.example/x", ""),
        ("that (https://bank.example/x) and this (https://evil.example/x)", ""),
    ],
)
def test_the_words_before_a_link_are_heard(text, named, theme):
    style = RowStyle(theme, 0)
    body = lay_out(text, style.body, 500, style.color("accent"))
    assert body.links[-1].target == LinkTarget(
        "https://evil.example/x" if "evil" in text else "https://shop.example/x", named
    )


def test_what_goes_on_below_the_named_host_is_no_doubt(links, opened):
    links.open_link(LinkTarget("https://www.shop.example/o", "shop.example"))
    links.open_link(LinkTarget("https://track.shop.example/o", "www.shop.example"))
    assert len(opened) == 2


@given(st.text(max_size=60))
def test_any_address_is_judged(text):
    for address in (text, f"https://{text}", f"mailto:{text}", f"https://x.example/{text}"):
        target = LinkTarget(address, text)
        link_targets.tooltip(target)
        url = link_targets.openable_url(address)
        if url is not None:
            assert url.scheme() in ("http", "https", "mailto", "tel")
            assert link_targets.destination(url).isascii() or url.scheme() in ("mailto", "tel")
        link_targets.host_in_text(text)


def test_five_thousand_links_keep_their_places(theme):
    style = RowStyle(theme, 0)
    text = "".join(f"😀 https://x{n}.example/ " for n in range(5000))
    body = lay_out(text, style.body, 500, style.color("accent"))
    last = body.links[-1]
    assert (len(body.links), body.substring(last.start, last.end)) == (5000, "https://x4999.example/")


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\x.exe", "C__Users_x.exe"),
        (".bashrc", "bashrc"),
        ("...", "file"),
        ("", "file"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1.pdf", "_COM1.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("invoice.pdf                      .exe", "invoice.pdf .exe"),
        ("x.exe. . .", "x.exe"),
        ('who? <me>|*".txt', "who_ _me____.txt"),
        ("line\nbreak.txt", "line break.txt"),
    ],
)
def test_names_are_safe_to_save(name, safe):
    assert file_names.safe_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_is_safe(name):
    safe = file_names.safe_name(name)
    assert 0 < len(safe) <= file_names.MAX_LENGTH
    assert not set(safe) & set('/\\:*?"<>|\n\r\t\x00\u202e')
    assert not safe.startswith(".")
    assert safe.strip(" .") == safe
    assert file_names.safe_name(safe) == safe


def test_a_long_name_keeps_its_ending():
    assert file_names.safe_name("a" * 500 + ".exe").endswith("….exe")


@pytest.mark.parametrize(
    "ending",
    ["exe", "js", "vbs", "lnk", "scr", "docm", "html", "svg", "bat", "ps1", "msi", "hta", "jar", "iso", "sh", "zip"],
)
def test_risky_kinds_are_asked_about(ending, links, opened):
    name = f"invoice.pdf.{ending.upper()}"
    links.open_link(LinkTarget("https://files.example/1", file_name=name))
    assert links._question.is_open
    assert name in links._question.text
    assert "files.example" in links._question.text
    assert opened == []


@pytest.mark.parametrize("name", ["invoice.pdf", "photo.JPG", "voice.ogg", "table.xlsx", "letter.docx", "no ending"])
def test_ordinary_files_open_in_the_browser_at_once(name, links, opened):
    links.open_link(LinkTarget("https://files.example/1?x=a.exe", file_name=name))
    assert opened == ["https://files.example/1?x=a.exe"]


@pytest.mark.parametrize("name", ["invoice.pdf", "note.amr", "../film.mp4"])
def test_an_ordinary_file_that_is_here_is_opened_from_a_folder_of_its_own(name, links, opened, engine):
    key = MediaKey("900", "1", 0)
    engine.media.files[key] = MediaFile(key, MediaState.HERE, b"bytes")
    for _ in range(2):
        links.open_link(LinkTarget("https://x.example/a", file_name=name, key=key))
    paths = [Path(QUrl(address).toLocalFile()) for address in opened]
    assert [path.name for path in paths] == [file_names.safe_name(name)] * 2
    assert [path.read_bytes() for path in paths] == [b"bytes"] * 2
    assert len(set(paths)) == 2
    assert os.name != "posix" or paths[0].parent.stat().st_mode & 0o077 == 0
    folder = paths[0].parent.parent
    links._folder = None
    assert not folder.exists()


@pytest.mark.parametrize("name", ["setup.exe", "macro.xlsm", "page.html", "bundle.zip", "README", "script.weird"])
def test_a_file_that_could_run_is_left_to_the_browser(name, links, opened, engine):
    key = MediaKey("900", "1", 0)
    engine.media.files[key] = MediaFile(key, MediaState.HERE, b"bytes")
    links.open_link(LinkTarget("https://x.example/a", file_name=name, key=key))
    if links._question.is_open:
        links._question.confirm()
    assert opened == ["https://x.example/a"]


def test_a_file_that_is_not_here_opens_in_the_browser(links, opened):
    links.open_link(LinkTarget("https://x.example/a", file_name="a.pdf", key=MediaKey("900", "1", 0)))
    assert opened == ["https://x.example/a"]


def test_the_address_of_a_file_counts_as_well(links, opened):
    links.open_link(LinkTarget("https://files.example/a/setup%2Eexe?sig=1", file_name="photo.jpg"))
    assert opened == []
    assert "program (.exe)" in links._question.text


def test_a_file_without_an_address_is_told(links, opened):
    links.open_link(LinkTarget("", file_name="photo.jpg"))
    assert opened == []
    assert "wasn't opened" in links._toast.text


def test_the_window_asks_in_its_own_sheet(window, opened):
    window.thread_pane.link_activated.emit(LinkTarget("https://evil.example/", "bank.example"))
    assert window.question.is_open
    window.question.dismiss()
    window.thread_pane.link_activated.emit(LinkTarget("https://shop.example/o"))
    assert opened == ["https://shop.example/o"]
