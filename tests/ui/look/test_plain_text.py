"""Nothing that somebody else wrote is ever a page: not in a label, not in a tooltip of a widget, an action or a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine, go_to
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMessageBox, QToolTip, QWidget
from source_code import MODULES, text_of

from desktop.ports import Macro, Teammate
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.widgets.labels import Label

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    """Words that are 400 pixels wide as a page: a picture on this computer."""
    picture = tmp_path / "picture.png"
    QImage(400, 300, QImage.Format.Format_RGB32).save(str(picture))
    return f"<img src='{picture}'><b>x</b>"


@pytest.fixture(autouse=True)
def _no_tooltip_stays(theme) -> Iterator[None]:
    yield
    QToolTip.hideText()


def tooltip() -> QLabel:
    shown = [w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible()]
    assert len(shown) == 1
    return shown[0]


def is_plain(label: QLabel) -> bool:
    return label.textFormat() is Qt.TextFormat.PlainText


def hover(widget: QWidget, at: QPoint) -> None:
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))


@pytest.fixture
def window_of_hostiles(qtbot, window: MainWindow, engine: FakeEngine, hostile: str) -> MainWindow:
    """Everything that others can write says it: customer, subject, tag, teammate, workspace, macro, last line."""
    view = engine.queries.threads["c-1"]
    chats = tuple(
        replace(chat, conversation=replace(chat.conversation, title=hostile, assignee_id="91"))
        for chat in view.thread.chats
    )
    engine.queries.threads["c-1"] = replace(view, name=hostile, thread=replace(view.thread, chats=chats))
    engine.queries.rows = tuple(replace(row, name=hostile, last_text=hostile) for row in engine.queries.rows)
    me = Teammate("91", hostile)
    macros = (Macro("m-1", hostile, hostile),)
    engine.queries.about = replace(engine.queries.about, workspace_name=hostile, me=me, teammates=(me,), macros=macros)
    window.hide()
    window.show()
    go_to(qtbot, window)
    qtbot.waitUntil(lambda: window.list._model.rowCount() == 2)
    qtbot.keyClicks(window.composer.findChild(ComposerEdit), "#")
    return window


def test_every_label_and_tooltip_of_the_window_is_plain(window_of_hostiles: MainWindow, hostile: str) -> None:
    window = window_of_hostiles
    window.settings.open()
    window.command_palette.open_with(())
    labels = window.findChildren(QLabel)
    assert any(hostile in label.text() for label in labels)
    assert all(map(is_plain, labels))
    tooltips = 0
    for widget in window.findChildren(QWidget):
        if widget.toolTip() and widget.isVisible():
            hover(widget, widget.rect().center())
            assert is_plain(tooltip()), widget.toolTip()
            tooltips += 1
            QToolTip.hideText()
    assert tooltips > 10


def test_every_row_tells_its_tooltip_plainly(window_of_hostiles: MainWindow, hostile: str) -> None:
    """The customer list asks its delegate, macros hold theirs as a role."""
    tooltips: list[str] = []
    for rows in window_of_hostiles.findChildren(QAbstractItemView):
        model = rows.model()
        if not rows.isVisible() or model is None or not model.rowCount():
            continue
        hover(rows.viewport(), rows.visualRect(model.index(0, 0)).center())
        shown = [w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible()]
        assert all(map(is_plain, shown))
        tooltips += [label.text() for label in shown]
        QToolTip.hideText()
    assert sum(hostile in text for text in tooltips) >= 2


def test_a_tooltip_reads_no_picture(qtbot, hostile: str) -> None:
    plain = QWidget()
    qtbot.addWidget(plain)
    plain.setToolTip(hostile)
    plain.show()
    hover(plain, QPoint(1, 1))
    assert tooltip().text() == hostile
    assert tooltip().height() < 100
    QToolTip.hideText()
    QToolTip.showText(QPoint(1, 1), hostile, plain)
    assert tooltip().height() < 100


def test_a_label_is_plain_before_it_is_shown(hostile: str) -> None:
    label = Label(hostile)
    label.setWordWrap(True)
    assert label.heightForWidth(2000) < 100


def test_a_box_of_qts_own_is_plain(qtbot, hostile: str) -> None:
    box = QMessageBox(QMessageBox.Icon.Warning, "Title", hostile)
    qtbot.addWidget(box)
    box.setInformativeText(hostile)
    box.open()
    assert all(map(is_plain, box.findChildren(QLabel)))
    box.close()


def test_nothing_goes_round_the_guard() -> None:
    """`QLabel` is measured as a page before it is polished, so it is made in one place."""
    page = re.compile(r"QLabel\(|class \w+\(QLabel|setHtml|insertHtml|RichText|MarkdownText|QTextBrowser|setStyle\(")
    used = {(module.name, name) for module in MODULES for name in page.findall(text_of(module))}
    # What is pasted is read as a page that loads nothing, and never shown as one.
    # So is what is printed.
    allowed = {("theme.py", "setStyle("), ("formats.py", "setHtml"), ("printing.py", "setHtml")}
    assert {place for place in used if place[0] != "labels.py"} == allowed
