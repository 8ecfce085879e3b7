"""The composer as an agent uses it: real key and paste events, drafts out, a send asked for once."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton
from sample_pictures import png_header, turned_jpeg

from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.engine.commands import SaveDraft, SendReply
from desktop.engine.views import ConnectionState, ConnectionView, Draft, ThreadView
from desktop.ui.composer.attachments import MAX_FILES, AttachmentRow
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.editor import ComposerEdit

# Said by the platform without a display whenever a window has a least size.
Jennifer = Callable[..., ThreadView]
OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}


@pytest.fixture
def composer(qtbot, theme, ticker) -> Composer:
    composer = Composer(theme, ticker)
    qtbot.addWidget(composer)
    composer.resize(700, 300)
    composer.show()
    return composer


@pytest.fixture
def saved(composer: Composer) -> list[SaveDraft]:
    commands: list[SaveDraft] = []
    composer.draft_changed.connect(commands.append)
    return commands


@pytest.fixture
def asked(composer: Composer) -> list[SendReply]:
    commands: list[SendReply] = []
    composer.send_requested.connect(commands.append)
    return commands


def edit_of(composer: Composer) -> ComposerEdit:
    return composer.findChild(ComposerEdit)


def press(qtbot, composer: Composer, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(edit_of(composer), key, modifier)


def type_in(qtbot, composer: Composer, text: str) -> None:
    qtbot.keyClicks(edit_of(composer), text)


def test_ctrl_enter_asks_for_one_send_however_long_it_is_held(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "On its way")
    control, down = Qt.KeyboardModifier.ControlModifier, QEvent.Type.KeyPress
    for repeated in (False, True, True):
        QApplication.sendEvent(edit_of(composer), QKeyEvent(down, Qt.Key.Key_Return, control, "", repeated))
    press(qtbot, composer, Qt.Key.Key_Return, control)
    assert [(c.text, c.conversation_id, c.customer_id, c.internal) for c in asked] == [
        ("On its way", "wa", "c-1", False)
    ]


def test_a_held_key_does_not_try_again_after_a_refusal(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    composer.send_requested.connect(lambda command: composer.refused("No.", command.draft_id))
    type_in(qtbot, composer, "On its way")
    down, control = QEvent.Type.KeyPress, Qt.KeyboardModifier.ControlModifier
    for repeated in (False, True, True):
        QApplication.sendEvent(edit_of(composer), QKeyEvent(down, Qt.Key.Key_Return, control, "", repeated))
    assert len(asked) == 1


def test_enter_alone_is_a_new_line(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "One")
    press(qtbot, composer, Qt.Key.Key_Return)
    type_in(qtbot, composer, "two")
    assert composer.text == "One\ntwo"
    assert asked == []


def test_after_sending_the_composer_is_empty_and_has_a_new_id(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "First")
    composer.send()
    composer.sent(asked[0].draft_id)
    assert composer.text == ""
    type_in(qtbot, composer, "Second")
    composer.send()
    assert [c.text for c in asked] == ["First", "Second"]
    assert asked[0].draft_id != asked[1].draft_id


def test_while_a_send_is_asked_for_the_text_cannot_change(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "Hello")
    composer.send()
    type_in(qtbot, composer, " there")
    assert composer.text == "Hello"
    composer.refused("Intercom said no.", asked[0].draft_id)
    assert composer.error_text == "Intercom said no."
    type_in(qtbot, composer, " there")
    assert composer.text == "Hello there"
    assert composer.error_text == ""


def test_consent_travels_with_the_reply(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(), "wa", "91")
    type_in(qtbot, composer, "Hello")
    accepted = frozenset({(WarningCode.WINDOW_CLOSED, "m-1")})
    composer.send(accepted)
    assert asked[0].acknowledged == accepted


def test_what_is_blocked_is_not_asked_for(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "Dear {{user.name}}")
    assert composer.forecast.verdict is Verdict.BLOCKED
    press(qtbot, composer, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == []
    assert composer.error_text


def test_typing_is_kept_within_a_second_and_not_key_by_key(composer, saved, jennifer: Jennifer, qtbot, ticker) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "Hello")
    assert saved == []
    ticker.tick()
    ticker.tick()
    assert [c.text for c in saved] == ["Hello"]


def test_switching_keeps_each_text_with_its_conversation(composer, saved, jennifer: Jennifer, qtbot) -> None:
    view = jennifer(**OPEN)
    composer.show_conversation(view, "wa", "91")
    type_in(qtbot, composer, "For WhatsApp")
    composer.show_conversation(view, "web", "91")
    assert composer.text == ""
    assert [(c.conversation_id, c.text) for c in saved] == [("wa", "For WhatsApp")]
    type_in(qtbot, composer, "For the web")
    composer.show_conversation(view, "wa", "91")
    assert composer.text == "For WhatsApp"


def test_a_newer_view_of_the_same_thread_leaves_the_cursor_alone(composer, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "Hello")
    press(qtbot, composer, Qt.Key.Key_Left)
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "X")
    assert composer.text == "HellXo"


def test_hiding_the_window_keeps_the_draft(composer, saved, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    type_in(qtbot, composer, "Hello")
    composer.hide()
    assert [c.text for c in saved] == ["Hello"]


def test_a_kept_draft_is_there_again(composer, jennifer: Jennifer, now) -> None:
    view = replace(jennifer(**OPEN), drafts=(Draft("d1", "c1", "wa", "Half", (), False),))
    composer.show_conversation(view, "wa", "91")
    assert (composer.text, composer.draft_id) == ("Half", "d1")


def test_a_note_has_its_own_text_and_its_own_forecast(composer, asked, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(), "wa", "91")
    type_in(qtbot, composer, "For them")
    composer.set_internal(True)
    assert composer.text == ""
    type_in(qtbot, composer, "For us")
    assert composer.forecast.reaches == ()
    assert composer.forecast.verdict is Verdict.CLEAR
    composer.send()
    assert (asked[0].text, asked[0].internal) == ("For us", True)


def test_what_is_written_to_the_next_customer_is_a_reply(composer, jennifer: Jennifer, qtbot) -> None:
    view = jennifer(**OPEN)
    composer.show_conversation(view, "wa", "91")
    composer.set_internal(True)
    type_in(qtbot, composer, "For us")
    composer.show_conversation(view, "web", "91")
    assert composer.internal
    composer.show_conversation(replace(view, customer_id="c-other"), "wa", "91")
    assert not composer.internal
    assert composer.text == ""


def test_a_message_that_arrives_while_typing_is_told(composer, jennifer: Jennifer, people, qtbot, clock) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    composer.mark_end_seen()
    type_in(qtbot, composer, "Hello")
    clock.advance(timedelta(minutes=1))
    newer = people.customer_message("wa", -timedelta(seconds=30), "Forget it!", app_code="octopods-vv1", arrival=1)
    composer.show_conversation(jennifer(**OPEN, more=(newer,)), "wa", "91")
    assert WarningCode.NEWER_CUSTOMER_MESSAGE in composer.forecast.warnings
    type_in(qtbot, composer, "!")
    assert WarningCode.NEWER_CUSTOMER_MESSAGE in composer.forecast.warnings, "nobody saw the end of the thread"
    composer.mark_end_seen()
    assert WarningCode.NEWER_CUSTOMER_MESSAGE in composer.forecast.warnings, "the draft was not touched since"
    type_in(qtbot, composer, "!")
    assert WarningCode.NEWER_CUSTOMER_MESSAGE not in composer.forecast.warnings
    composer.flush()
    composer.send()


def test_what_was_seen_goes_with_draft_and_reply(composer, jennifer: Jennifer, people, qtbot, asked, saved) -> None:
    newest = people.customer_message("wa", timedelta(seconds=30), "Hello?", app_code="octopods-vv1", arrival=41)
    composer.show_conversation(jennifer(**OPEN, more=(newest,)), "wa", "91")
    composer.mark_end_seen()
    type_in(qtbot, composer, "Hi")
    composer.flush()
    composer.send()
    assert [d.seen_upto for d in saved] == [41]
    assert [r.seen_upto for r in asked] == [41]


def test_offline_and_unconfirmed_are_told(composer, jennifer: Jennifer, people, qtbot) -> None:
    view = jennifer(**OPEN, pending_replies=(people.pending(State.UNCONFIRMED),))
    composer.show_conversation(view, "wa", "91")
    composer.set_connection(ConnectionView(ConnectionState.OFFLINE, "No network"))
    assert {WarningCode.EARLIER_REPLY_UNCONFIRMED, WarningCode.QUEUED_OFFLINE} <= set(composer.forecast.warnings)


def test_files_come_by_paste_and_go_by_chip(composer, asked, jennifer: Jennifer, qtbot, tmp_path: Path) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    note = tmp_path / "invoice.pdf"
    note.write_bytes(b"%PDF-1.7")
    pasted = QMimeData()
    pasted.setUrls([QUrl.fromLocalFile(str(note))])
    edit_of(composer).insertFromMimeData(pasted)
    picture = QMimeData()
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    picture.setImageData(image)
    edit_of(composer).insertFromMimeData(picture)
    row = composer.findChild(AttachmentRow)
    assert [f.name for f in row.files] == ["invoice.pdf", "picture-2.png"]
    row._row.itemAt(0).widget().click()
    composer.send()
    assert [(f.name, f.content_type, f.data[:4]) for f in asked[0].files] == [
        ("picture-2.png", "image/png", b"\x89PNG")
    ]


def test_pictures_have_a_thumbnail_and_what_only_claims_to_be_one_has_none(
    composer, jennifer: Jennifer, tmp_path: Path
) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    row = composer.findChild(AttachmentRow)
    (tmp_path / "photo.jpg").write_bytes(turned_jpeg(400, 200))
    (tmp_path / "broken.png").write_bytes(png_header(100_000, 100_000))
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF-1.7")
    row.add_paths([str(tmp_path / name) for name in ("photo.jpg", "broken.png", "invoice.pdf")])
    chips = [row._row.itemAt(number).widget() for number in range(3)]
    size = chips[0].icon().actualSize(chips[0].iconSize())
    assert (size.width(), size.height()) == (20, 40)
    assert chips[0].icon().pixmap(chips[0].iconSize()).toImage().pixelColor(15, 10).red() > 200
    assert [chip.iconSize().height() < 40 for chip in chips] == [False, True, True]
    chips[0].click()
    assert [file.name for file in row.files] == ["broken.png", "invoice.pdf"]
    assert row._row.itemAt(0).widget().iconSize().height() < 40


def test_a_file_has_the_type_of_its_ending_whatever_the_machine_knows(composer, tmp_path: Path) -> None:
    row = composer.findChild(AttachmentRow)
    for name in ("offer.docx", "voice.opus", "photo.heic", "list.csv", "notes"):
        (tmp_path / name).write_bytes(b"x")
        row.add_paths([str(tmp_path / name)])
    assert [f.content_type for f in row.files] == [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "audio/ogg",
        "image/heic",
        "text/csv",
        "application/octet-stream",
    ]


def test_a_file_too_many_or_not_readable_is_said(composer, jennifer: Jennifer, tmp_path: Path) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    row = composer.findChild(AttachmentRow)
    row.add_paths([str(tmp_path / "gone.txt")])
    assert "gone.txt can't be read" in composer.error_text
    small = tmp_path / "a.txt"
    small.write_text("x")
    row.add_paths([str(small)] * (MAX_FILES + 1))
    assert len(row.files) == MAX_FILES
    assert "can have up to 10 files" in composer.error_text


def test_the_field_grows_with_its_text_up_to_eight_lines(composer, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    heights = []
    for lines in (1, 4, 8, 30):
        edit_of(composer).setPlainText("\n".join("x" * lines))
        heights.append(edit_of(composer).height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_a_quotation_stands_before_what_is_written(composer, jennifer: Jennifer, qtbot) -> None:
    composer.show_conversation(jennifer(), "wa", "91")
    type_in(qtbot, composer, "Tomorrow.")
    composer.quote("Any news?\nPlease")
    assert composer.text == "> Any news?\n> Please\nTomorrow."


def test_the_hint_names_who_is_shown_now_on_the_screen_too(qtbot, composer: Composer, jennifer: Jennifer) -> None:
    """Qt does not paint a new hint in the place of an older one by itself."""
    composer.show_conversation(jennifer(), "wa", "7")
    field = edit_of(composer)
    settled = field.viewport().grab().toImage()
    painted: list[QEvent] = []

    class Eye(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append(event)
            return False

    eye = Eye()
    QApplication.processEvents()
    field.viewport().installEventFilter(eye)
    composer.show_conversation(replace(jennifer(), customer_id="c-2", name="Mei Lin Chen"), "wa", "7")
    qtbot.waitUntil(lambda: bool(painted))
    assert "Mei" in field.placeholderText()
    assert field.viewport().grab().toImage() != settled


def read_refusals(composer: Composer, qtbot) -> None:
    button = next(b for b in composer.findChildren(QPushButton) if b.text() == "OK" and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_refused_file_takes_no_other_with_it_and_says_so_until_it_is_read(
    composer, jennifer: Jennifer, qtbot, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("desktop.ui.composer.attachments.MAX_TOTAL_BYTES", 1000)
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    for name, size in {"a.txt": 1, "film.mp4": 2000, "b.txt": 1}.items():
        (tmp_path / name).write_bytes(b"x" * size)
    row = composer.findChild(AttachmentRow)
    row.add_paths([str(tmp_path / name) for name in ("a.txt", "film.mp4", "gone.txt", "b.txt", "no\0name.txt")])
    assert [f.name for f in row.files] == ["a.txt", "b.txt"]
    for name in ("film.mp4", "gone.txt", "no\0name.txt"):
        assert f"{name} " in composer.error_text
    type_in(qtbot, composer, "Here they are")
    composer.send()
    composer.sent(composer.draft_id)
    assert "film.mp4 is too large" in composer.error_text, "nobody has said that it was read"
    composer.set_internal(True)
    assert composer.error_text == "", "it was about the reply"
    composer.set_internal(False)
    assert "film.mp4 is too large" in composer.error_text
    read_refusals(composer, qtbot)
    assert composer.error_text == ""


@pytest.mark.posix("this system has no pipes with names")
def test_what_is_no_file_is_refused_and_not_read(composer, jennifer: Jennifer, tmp_path: Path) -> None:
    composer.show_conversation(jennifer(**OPEN), "wa", "91")
    os.mkfifo(tmp_path / "pipe")
    row = composer.findChild(AttachmentRow)
    row.add_paths([str(tmp_path / "pipe"), str(tmp_path)])
    assert row.files == ()
    assert "pipe isn't a file." in composer.error_text
