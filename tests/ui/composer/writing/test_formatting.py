"""Formatting in the text field: keys and tools, pasted pages, lists, links, and the preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from direct_routes import sms_route, with_direct_routes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QToolButton

from desktop.domain.model.formatting import Span, SpanKind, normalize
from desktop.engine.commands import SaveDraft, SendReply
from desktop.engine.views import ThreadView
from desktop.ports import Teammate
from desktop.text.screens import composer as texts
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.writing.format_bar import FormatBar, LinkPopup
from desktop.ui.composer.writing.preview import FormatPreview
from desktop.ui.writing.suggestions import SuggestionList

BOLD, ITALIC, CODE, LINK, BULLETS, NUMBERS = SpanKind
OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}
ADDRESS = "https://x.example/a"


@pytest.fixture
def composer(qtbot, theme, ticker, jennifer: Callable[..., ThreadView]) -> Composer:
    composer = Composer(theme, ticker)
    qtbot.addWidget(composer)
    composer.resize(700, 400)
    composer.show()
    composer.show_conversation(with_direct_routes(jennifer(**OPEN), sms_route()), "wa", "91")
    composer.focus_text()
    return composer


@pytest.fixture
def edit(composer: Composer) -> ComposerEdit:
    return composer.findChild(ComposerEdit)


def select(edit: ComposerEdit, start: int, end: int) -> None:
    cursor = edit.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)


def paste(edit: ComposerEdit, text: str, html: str = "") -> None:
    source = QMimeData()
    source.setText(text)
    if html:
        source.setHtml(html)
    edit.insertFromMimeData(source)


def shown(edit: ComposerEdit) -> tuple[str, list[tuple[SpanKind, str]]]:
    text, spans = edit.formatter.content()
    return text, [(s.kind, text[s.start : s.end]) for s in spans]


def test_styles_by_tool_and_command_are_saved_sent_and_cleared(composer: Composer, edit: ComposerEdit, qtbot) -> None:
    saved: list[SaveDraft] = []
    asked: list[SendReply] = []
    composer.draft_changed.connect(saved.append)
    composer.send_requested.connect(asked.append)
    composer.format(BOLD)
    qtbot.keyClicks(edit, "Hi")
    composer.format(BOLD)
    qtbot.keyClicks(edit, " Sam ")
    edit.insertPlainText("😀 ok")
    select(edit, 3, 6)
    composer.format(ITALIC)
    expected = ("Hi Sam 😀 ok", [(BOLD, "Hi"), (ITALIC, "Sam")])
    assert shown(edit) == expected
    # The tools show what is on, and a second press turns it off.
    next(b for b in composer.findChildren(QToolButton) if b.toolTip() == texts.SHOW_FORMATTING()).click()
    bar = composer.findChild(FormatBar)
    assert bar.anchor(ITALIC).isChecked()
    assert not bar.anchor(BOLD).isChecked()
    qtbot.mouseClick(bar.anchor(CODE), Qt.MouseButton.LeftButton)
    assert shown(edit)[1] == [(BOLD, "Hi"), (CODE, "Sam"), (ITALIC, "Sam")]
    qtbot.mouseClick(bar.anchor(CODE), Qt.MouseButton.LeftButton)
    assert shown(edit) == expected
    assert edit.hasFocus()
    edit.undo()
    edit.undo()
    edit.undo()
    assert shown(edit)[1] == [(BOLD, "Hi")]
    select(edit, 3, 6)
    composer.format(ITALIC)
    composer.flush()
    assert saved[-1].spans == (Span(BOLD, 0, 2), Span(ITALIC, 3, 6))
    composer.send()
    assert asked[-1].spans == saved[-1].spans
    composer.sent(asked[-1].draft_id)
    qtbot.keyClicks(edit, "plain")
    assert shown(edit) == ("plain", [])


def test_links(composer: Composer, edit: ComposerEdit, qtbot) -> None:
    qtbot.keyClicks(edit, "see our page now")
    select(edit, 4, 12)
    composer.format(LINK)
    popup = composer.findChild(LinkPopup)
    qtbot.keyClicks(popup.field, "not an address")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert popup.isVisible()
    popup.field.setText("x.example/a")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert not popup.isVisible()
    text = f"see our page ({ADDRESS}) now"
    assert shown(edit) == (text, [(LINK, f"our page ({ADDRESS})")])
    # The field shows the label alone; what is typed behind it is no part of it.
    assert edit.toPlainText() == "see our page now"
    select(edit, 12, 12)
    qtbot.keyClicks(edit, "s")
    assert shown(edit)[0] == f"see our page ({ADDRESS})s now"
    # Nor what is typed before it, at the beginning of a line.
    select(edit, 0, 4)
    edit.textCursor().removeSelectedText()
    select(edit, 3, 3)
    select(edit, 0, 0)
    qtbot.keyClicks(edit, "see ")
    assert shown(edit)[1] == [(LINK, f"our page ({ADDRESS})")]
    # Changing and removing: the cursor in it is enough.
    select(edit, 7, 7)
    composer.format(LINK)
    assert popup.field.text() == ADDRESS
    popup._on_removed()
    assert shown(edit) == ("see our pages now", [])
    # An address that is pasted over a selection.
    select(edit, 0, 3)
    paste(edit, "https://x.example/b")
    assert shown(edit)[0] == "see (https://x.example/b) our pages now"
    assert composer.text == shown(edit)[0]


def test_lists_go_on_count_and_end(composer: Composer, edit: ComposerEdit, qtbot) -> None:
    qtbot.keyClicks(edit, "one")
    composer.format(NUMBERS)
    for typed in ("two", "three"):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
        qtbot.keyClicks(edit, typed)
    assert shown(edit) == ("1. one\n2. two\n3. three", [(NUMBERS, "1. one\n2. two\n3. three")])
    # A new item in the middle, and one that goes.
    select(edit, 6, 6)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "1. one\n2. \n3. two\n4. three"
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.toPlainText() == "1. one\n2. two\n3. three"
    edit.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClicks(edit, "after")
    assert shown(edit)[0] == "1. one\n2. two\n3. three\nafter"
    edit.selectAll()
    composer.format(BULLETS)
    assert shown(edit)[1] == [(BULLETS, "- one\n- two\n- three\n- after")]
    composer.format(BULLETS)
    assert shown(edit) == ("one\ntwo\nthree\nafter", [])
    # Typed markers are text.
    edit.clear()
    qtbot.keyClicks(edit, "- a")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert shown(edit) == ("- a\n", [])


def test_of_a_pasted_page_only_this_formatting_is_kept(edit: ComposerEdit, tmp_path: Path) -> None:
    page = (
        "<h1 style='color:red'>Big</h1><p>a <b>bold</b> <i>it</i> <code>x()</code> "
        f"<a href='{ADDRESS}'>page</a> <a href='javascript:x'>bad</a></p>"
        "<ul><li>one</li><li>two</li></ul><ol><li>first</li></ol><img src='file:///x.png'>"
    )
    paste(edit, "plain", page)
    text, spans = shown(edit)
    assert text == f"Big\na bold it x() page ({ADDRESS}) bad\n- one\n- two\n1. first"
    assert spans == [
        (BOLD, "Big"),
        (BOLD, "bold"),
        (ITALIC, "it"),
        (CODE, "x()"),
        (LINK, f"page ({ADDRESS})"),
        (BULLETS, "- one\n- two"),
        (NUMBERS, "1. first"),
    ]
    # Nothing that it names is read.
    (tmp_path / "style.css").write_text("p { font-weight: bold }")
    edit.clear()
    style = f"<head><link rel='stylesheet' href='{(tmp_path / 'style.css').as_uri()}'/></head>"
    paste(edit, "x", f"<html>{style}<body><p>a <i>b</i></p></body></html>")
    assert shown(edit) == ("a b", [(ITALIC, "b")])
    edit.clear()
    paste(edit, "a  b\n    c", "<span style='color:red'>a b c</span>")
    assert shown(edit) == ("a  b\n    c", [])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(alphabet="ab -1.\n\U0001f600", max_size=25).map(lambda t: f"{t} page ({ADDRESS}) end"),
    st.lists(st.builds(Span, st.sampled_from(SpanKind), st.integers(0, 40), st.integers(0, 40)), max_size=5),
)
def test_a_draft_comes_back_as_it_was(edit: ComposerEdit, text: str, spans: list[Span]) -> None:
    at = text.index("page (")
    # A style that ends inside of an address cannot be seen.
    outside = [s for s in spans if s.kind in (BULLETS, NUMBERS) or s.end <= at]
    normal = normalize(text, [*outside, Span(LINK, at, len(text) - 4, ADDRESS)])
    edit.formatter.set_content(text, normal)
    assert edit.formatter.content() == (text, normal)


def test_the_preview_says_how_it_looks_on_each_channel(composer: Composer, edit: ComposerEdit, qtbot) -> None:
    composer.toggle_preview()
    preview = composer.findChild(FormatPreview)
    assert preview.isVisible()
    assert preview.headings == []
    composer.format(BOLD)
    qtbot.keyClicks(edit, "Hello")
    assert preview.headings == [texts.LOOK_ON_MAY_DROP(channel="WhatsApp"), texts.LOOK_ON(channel="Messenger")]
    composer.choose_route(sms_route().route)
    assert preview.headings == [texts.LOOK_ON_WITHOUT(channel="SMS")]
    composer.set_internal(True)
    assert preview.headings == []
    composer.append_text("See above")
    assert preview.headings == [texts.LOOK_IN_NOTE()]
    composer.toggle_preview()
    assert not preview.isVisible()


def test_a_teammate_is_mentioned_in_a_note_alone(composer: Composer, edit: ComposerEdit, qtbot) -> None:
    composer.set_teammates((Teammate("1", "Priya Nair"), Teammate("2", "Lukas Brandt"), Teammate("3", "Lena Nair")))
    qtbot.keyClicks(edit, "@pri")
    assert composer.window().findChild(SuggestionList) is None
    edit.clear()
    composer.set_internal(True)
    edit.insertPlainText("😀 ask ")
    qtbot.keyClicks(edit, "@na")
    found = composer.window().findChild(SuggestionList)
    assert found.labels == ["Lena Nair", "Priya Nair"]
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert composer.text == "😀 ask @Priya Nair "
    assert not found.isVisible()
    assert composer._box._mentioned.text() == texts.MENTIONED(names="Priya Nair")
    qtbot.keyClicks(edit, "or a@b")
    assert not found.isVisible()
    qtbot.keyClicks(edit, " @")
    assert len(found.labels) == 3
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    qtbot.keyClicks(edit, "l")
    assert not found.isVisible()
    QApplication.processEvents()
