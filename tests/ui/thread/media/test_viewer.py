"""The picture viewer: mouse and keys, zoom and dragging, copy and save, and what it tells a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from sample_pictures import picture

from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.reason import make_reason
from desktop.engine.views import MediaFile
from desktop.ports.reasons import MediaReason
from desktop.ui.look.theme import Theme
from desktop.ui.thread.media.pictures import Pictures
from desktop.ui.thread.media.saving import FileSaver
from desktop.ui.thread.media.viewer import PictureViewer, ViewedPicture

KEYS = [MediaKey("900", "1", n) for n in range(3)]
SHOWN = [ViewedPicture(key, f"photo-{key.number}.jpg") for key in KEYS]


@pytest.fixture
def parent(qtbot) -> Iterator[QWidget]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 500)
    window.show()
    # Held here: `qtbot` alone would let it go.
    yield window
    window.close()


@pytest.fixture
def viewer(qtbot, theme: Theme, engine: FakeEngine, parent: QWidget) -> PictureViewer:
    for key in KEYS[:2]:
        engine.media.files[key] = MediaFile(key, MediaState.HERE, picture(800, 600, "JPEG"))
    engine.media.files[KEYS[2]] = MediaFile(KEYS[2], MediaState.GONE, reason=make_reason(MediaReason.EXPIRED))
    pictures = Pictures(engine, parent)
    viewer = PictureViewer(theme, pictures, FileSaver(engine, parent), parent)
    with qtbot.waitSignal(pictures.changed):
        viewer.show_pictures(SHOWN, 0)
    return viewer


def button(viewer: PictureViewer, name: str) -> QPushButton:
    return next(b for b in viewer.findChildren(QPushButton) if (b.accessibleName() or b.text()) == name)


def test_it_shows_the_whole_picture_and_says_which(viewer: PictureViewer) -> None:
    rect = viewer.view.picture_rect()
    assert QRectF(viewer.view.rect()).adjusted(-1, -1, 1, 1).contains(rect)
    assert rect.width() / rect.height() == pytest.approx(800 / 600, abs=0.01)
    assert viewer.accessibleName() == "Picture: photo-0.jpg Picture 1 of 3"
    assert not button(viewer, "Previous picture").isEnabled()


def test_keys_go_through_the_pictures_and_escape_closes(qtbot, viewer: PictureViewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    assert viewer.current is SHOWN[0]
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.current is SHOWN[1]
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.current is SHOWN[2]
    assert not button(viewer, "Next picture").isEnabled()
    assert not button(viewer, "Copy the picture").isEnabled()
    assert not button(viewer, "Save the picture").isEnabled()
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.is_open


def test_zoom_by_key_button_and_wheel_stays_within_bounds(qtbot, viewer: PictureViewer) -> None:
    whole = viewer.view.picture_rect().width()
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.view.picture_rect().width() == pytest.approx(whole * 1.25)
    button(viewer, "Zoom in").click()
    button(viewer, "Zoom out").click()
    for _ in range(30):
        qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.view.zoom == 8.0
    qtbot.keyClick(viewer, Qt.Key.Key_0)
    assert viewer.view.picture_rect().width() == pytest.approx(whole)
    qtbot.keyClick(viewer, Qt.Key.Key_Minus)
    assert viewer.view.zoom == 1.0


def test_a_zoomed_picture_is_dragged_as_far_as_there_is_more(qtbot, viewer: PictureViewer) -> None:
    viewer.view.set_zoom(3.0)
    view, rect = viewer.view, viewer.view.picture_rect()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(130, 110))
    assert view.picture_rect().topLeft() - rect.topLeft() == QPoint(30, 10)
    qtbot.mouseMove(view, QPoint(5000, 5000))
    assert view.picture_rect().left() == pytest.approx(0)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton)
    assert view.picture_rect().top() == pytest.approx(0)


def test_another_picture_starts_unzoomed(qtbot, viewer: PictureViewer) -> None:
    viewer.view.set_zoom(3.0)
    viewer.show_next()
    assert viewer.view.zoom == 1.0


def test_it_is_copied(viewer: PictureViewer) -> None:
    told: list[str] = []
    viewer.message.connect(told.append)
    button(viewer, "Copy the picture").click()
    assert (QApplication.clipboard().pixmap().width(), told) == (800, ["Picture copied."])


def test_the_button_asks_where_to_save_it(viewer: PictureViewer, parent: QWidget) -> None:
    button(viewer, "Save the picture").click()
    (dialog,) = parent.findChildren(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "photo-0.jpg"
    dialog.close()


def test_tab_goes_round_its_own_buttons(qtbot, viewer: PictureViewer) -> None:
    first = viewer.tab_order()[0]
    qtbot.keyClick(viewer, Qt.Key.Key_Tab)
    assert first.hasFocus() or QApplication.focusWidget() is None
