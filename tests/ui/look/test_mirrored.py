"""Laid out from right to left, every screen is the mirror of what it is from left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from every_screen import PARTS, Part, every_screen, open_stage
from mirror_images import Snapshot, differences, mirrorable_looks, take_snapshot
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget
from screen_fixtures import speak_english_again

from desktop.app.language import follow
from desktop.text.catalog import ENGLISH
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.layouts import widgets_in

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
IN_EVERY_RUN = "_lists"
LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
PLACELESS = {"menu of a misspelt word", "address of a link", "emoji", "emoji, nothing found", "skin tone"}
"""At a letter of a text, or at the edge of the screen from one side."""
LookAt = Callable[[Qt.LayoutDirection, Sequence[Part]], dict[str, Snapshot]]


@pytest.fixture
def look_at(qtbot, qapp, theme, block_font, clock, people, tmp_path: Path, monkeypatch) -> Iterator[LookAt]:
    """Opens parts of the program from one side, in a window of their own."""

    def snapshots(direction: Qt.LayoutDirection, parts: Sequence[Part]) -> dict[str, Snapshot]:
        qapp.setLayoutDirection(direction)
        taken = {}
        with open_stage(qtbot, theme, type(clock)(clock.now()), people, tmp_path) as stage:
            # In the middle of the screen, at whose edges pop-ups end.
            place = stage.window.screen().availableGeometry()
            size = stage.window.size()
            stage.window.setGeometry((place.width() - size.width()) // 2, 0, size.width(), size.height())
            for name, screen in every_screen(stage, parts):
                for _ in range(4):
                    QCoreApplication.processEvents()
                if screen.isVisible():
                    taken[name] = take_snapshot(screen, stage.window if _has_place(name, screen) else screen.window())
        return taken

    with mirrorable_looks(monkeypatch):
        yield snapshots
        qapp.setLayoutDirection(LTR)


def _has_place(name: str, screen: QWidget) -> bool:
    """Whether it stands at a place in the inbox: neither at a letter of a text, nor where the screen ends."""
    box, edges = screen.window().geometry(), screen.screen().availableGeometry().adjusted(4, 0, -4, 0)
    is_popup = screen.window().windowType() is Qt.WindowType.Popup
    return is_popup and name not in PLACELESS and box.left() > edges.left() and box.right() < edges.right()


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 2.0], ids=["100%", "200%"])
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.strip("_"))
def test_right_to_left_is_the_mirror_of_left_to_right(
    part: Part, scale: float, theme: Theme, look_at: LookAt, pytestconfig
) -> None:
    is_in_every_run = part.__name__ == IN_EVERY_RUN and scale == 1.0
    if not is_in_every_run and not any(map(pytestconfig.getoption, ("whole", "pictures"))):
        pytest.skip("only with --whole")
    theme.set_text_scale(scale)
    one, other = look_at(LTR, [part]), look_at(RTL, [part])
    assert one.keys() == other.keys()
    wrong = {name: found for name in one if (found := differences(one[name], other[name], scale))}
    if folder := pytestconfig.getoption("pictures"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name in wrong:
            for side, taken in (("ltr", one), ("rtl", other)):
                taken[name].image.save(str(Path(folder, f"{name} {side}.png")))
    assert not wrong, chr(10).join(f"{n}: {w}" for n, w in wrong.items())


def test_in_arabic_panes_and_controls_stand_in_the_opposite_order(qtbot, qapp, theme, clock, people, tmp_path) -> None:
    orders = []
    for language in (ENGLISH, "ar"):
        follow(qapp, language)
        try:
            with open_stage(qtbot, theme, clock, people, tmp_path, QSize(1600, 900)) as stage:
                stage.show("c-1")
                QCoreApplication.processEvents()
                orders.append([order_of(row) for row in rows_of(stage.window)])
        finally:
            speak_english_again(qapp)
    pairs = [(one, other) for one, other in zip(*orders, strict=False) if len(one) == len(other) > 1]
    assert len(pairs) > 12
    assert all(other == list(reversed(one)) for one, other in pairs)


def rows_of(window: QWidget) -> list[list[QWidget]]:
    """What stands side by side: the panes, and all that one row of a layout holds."""
    found = [[splitter.widget(n) for n in range(splitter.count())] for splitter in window.findChildren(QSplitter)]
    found += [widgets_in(row) for row in window.findChildren(QHBoxLayout)]
    return [[widget for widget in row if widget.isVisible() and widget.width()] for row in found]


def order_of(row: Sequence[QWidget]) -> list[int]:
    return sorted(range(len(row)), key=lambda n: row[n].x())
