"""Arabic messages in an English window and the other way round: sides, numbers, addresses, carets, what is copied."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextCursor
from timeline_rows import build_entries

from desktop.domain.model.formatting import Span, SpanKind
from desktop.text.catalog import isolate
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.thread.layout.bubble_layout import BubbleLayout
from desktop.ui.thread.layout.row_builder import build_row_layout
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.layout.text_body import TextBody, lay_out
from desktop.ui.thread.pending_reply import describe

LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
ARABIC, ENGLISH, NUMBER, SMILE = "مرحبا", "Hello", "4711", "🙂"
PHONE, ADDRESS = "+353 87 123 4567", "https://shop.example/order/"


@pytest.fixture
def style(theme) -> RowStyle:
    return RowStyle(theme, 0)


@pytest.mark.parametrize("direction", [LTR, RTL], ids=["ltr", "rtl"])
def test_a_message_stands_on_the_side_of_its_first_letter(people, now, style, direction) -> None:
    def layout_of(text: str) -> BubbleLayout:
        view = people.view([people.conversation("wa", [people.customer_message("wa", timedelta(minutes=1), text)])])
        entry = next(e for e in build_entries(view, now, describe) if e.text == text)
        return build_row_layout(entry, 700, style, direction, expanded=0)

    sides = {}
    for text in (ARABIC, f"{SMILE} {ARABIC} {ENGLISH}", ENGLISH, f"{NUMBER} {ENGLISH} {ARABIC}", NUMBER, SMILE):
        body = layout_of(text).body
        assert body is not None
        line, box = body.body.layout.lineAt(0), body.rect
        start, end = line.naturalTextRect().left(), box.width() - line.naturalTextRect().right()
        if box.width() - line.naturalTextWidth() > 8:
            sides[text] = "left" if start < end else "right"
        else:
            bubble = layout_of(text).frames[0].rect
            sides[text] = "left" if box.left() - bubble.left() < bubble.right() - box.right() else "right"
    leading = "left" if direction is LTR else "right"
    assert list(sides.values()) == ["right", "right", "left", "left", leading, leading]


def places(body: TextBody, part: str) -> list[float]:
    """Where each character of a part is, from left to right in its line."""
    start = body.layout.text().index(part)
    line = body.layout.lineForTextPosition(start)
    return [line.cursorToX(start + at)[0] for at in range(len(part))]


@pytest.mark.parametrize(
    "text", [f"رقمي {PHONE} شكرا", f"{PHONE} رقمي", f"الرابط {ADDRESS} هنا", f"{ARABIC} ({ADDRESS})."]
)
def test_numbers_and_addresses_among_arabic_letters_stay_whole(style, text: str) -> None:
    body = lay_out(text, style.body, 2000, style.color("accent"))
    part = PHONE if PHONE in text else ADDRESS
    found = places(body, part)
    assert all(a < b for a, b in pairwise(found)), part
    assert [link.address for link in body.links] == ([ADDRESS] if part is ADDRESS else [])
    assert body.is_right_to_left
    assert body.substring(0, body.end) == text


def test_what_is_formatted_and_copied_has_no_marks_in_it(style) -> None:
    text = f"{ARABIC} {PHONE} شكرا جزيلا"
    start = text.index("شكرا")
    body = lay_out(text, style.body, 2000, style.color("accent"), (Span(SpanKind.BOLD, start, start + 4),))
    [bold] = body.layout.formats()
    assert body.layout.text()[bold.start : bold.start + bold.length] == "شكرا"
    assert body.substring(bold.start, bold.start + bold.length) == "شكرا"
    edited = lay_out(f"Edited: {isolate(ARABIC)} before", style.small, 2000)
    assert edited.substring(0, edited.end) == f"Edited: {ARABIC} before"
    # The caret of a click at the right end of a right-to-left line is before its first letter.
    body.set_final_width(2000)
    assert body.position_at(QPointF(1999, 1)) == 0
    first, last = body.word_bounds(2)
    assert body.substring(first, last) == ARABIC


@pytest.mark.parametrize("direction", [LTR, RTL], ids=["ltr", "rtl"])
def test_arrow_keys_move_the_caret_to_where_they_point(qtbot, qapp, theme, direction) -> None:
    qapp.setLayoutDirection(direction)
    try:
        edit = ComposerEdit(theme)
        qtbot.addWidget(edit)
        edit.resize(500, 100)
        edit.show()
        for text in (f"{ARABIC} {ENGLISH} {ARABIC}", f"{ENGLISH} {ARABIC} {ENGLISH}"):
            edit.setPlainText(text)
            edit.moveCursor(QTextCursor.MoveOperation.Start)
            start = edit.cursorRect().left()
            assert (start > 250) is (text[0] == ARABIC[0])
            key = Qt.Key.Key_Left if text[0] == ARABIC[0] else Qt.Key.Key_Right
            seen = [start]
            for _ in range(len(text) - 2):
                qtbot.keyClick(edit, key)
                seen.append(edit.cursorRect().left())
            steps = [b - a for a, b in pairwise(seen)]
            assert all(step <= 0 for step in steps) if key is Qt.Key.Key_Left else all(step >= 0 for step in steps)
    finally:
        qapp.setLayoutDirection(LTR)
