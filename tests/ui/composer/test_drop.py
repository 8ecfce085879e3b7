"""A file dropped anywhere on the thread goes with the draft."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fake_engine import CONTROL, FakeEngine, go_to
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from desktop.ui.composer.attachments import AttachmentRow
from desktop.ui.inbox.main_window import MainWindow


def drop(window: MainWindow, over: QWidget, source: QMimeData) -> bool:
    """As the system does: on whatever is under the mouse, or the nearest thing around it that wants drops."""
    place = over.mapTo(window, over.rect().center())
    target = window.childAt(place)
    while target is not None and not target.acceptDrops():
        target = target.parentWidget()
    if target is None:
        return False
    at = QPointF(target.mapFrom(window, place))
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    about = both, source, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), *about)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    dropped = QDropEvent(at, *about)
    QApplication.sendEvent(target, dropped)
    assert dropped.dropAction() is not Qt.DropAction.MoveAction, "the file stays where it is"
    return dropped.isAccepted()


def files(*paths: Path) -> QMimeData:
    source = QMimeData()
    source.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return source


@pytest.fixture
def shown(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> MainWindow:
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    go_to(qtbot, window)
    return window


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def test_it_is_taken_by_the_whole_thread(shown: MainWindow, tmp_path: Path) -> None:
    composer, pane = shown.composer, shown.thread_pane
    text = composer.findChild(QPlainTextEdit)
    places = (pane.timeline.viewport(), pane.header, composer, text.viewport(), composer._tools, composer._line)
    names = [f"{number}.pdf" for number in range(len(places))]
    for place, name in zip(places, names, strict=True):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
        shown.list.setFocus()
        assert drop(shown, place, files(tmp_path / name)), place
    assert [f.name for f in composer.findChild(AttachmentRow).files] == names


def test_a_refused_one_beside_a_good_one_keeps_its_sentence(shown: MainWindow, invoice: Path) -> None:
    assert drop(shown, shown.thread_pane.timeline.viewport(), files(invoice.with_name("gone.txt"), invoice))
    assert [f.name for f in shown.composer.findChild(AttachmentRow).files] == ["invoice.pdf"]
    assert "gone.txt can't be read" in shown.composer.error_text


def test_words_are_not_taken_by_the_thread(shown: MainWindow) -> None:
    source = QMimeData()
    source.setText("only words")
    assert not drop(shown, shown.thread_pane.timeline.viewport(), source)


def test_nothing_is_added_to_a_draft_that_a_sheet_asks_about(qtbot, window: MainWindow, invoice: Path) -> None:
    go_to(qtbot, window)
    edit = window.composer.findChild(QPlainTextEdit)
    qtbot.keyClicks(edit, "Are you at home?")
    qtbot.keyClick(edit, Qt.Key.Key_Return, CONTROL)
    assert window.warning_sheet.is_open
    assert not drop(window, window.thread_pane.timeline.viewport(), files(invoice))
    assert window.composer.findChild(AttachmentRow).files == ()


def test_without_a_customer_it_is_not_taken(window: MainWindow, invoice: Path) -> None:
    assert not drop(window, window.thread_pane, files(invoice))
