"""Pictures without readable words are noticed, whichever fonts this system has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.demo.tour.legibility import are_all_different, shows_text
from desktop.text.demo.tour import NO_FONT

ROOT = Path(__file__).parents[3]
NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig></fontconfig>'


@pytest.mark.slow
@pytest.mark.posix("takes the fonts away with fontconfig")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="takes the fonts away with fontconfig")
def test_without_a_font_the_tour_is_not_played_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text(NO_FONTS)
    env = os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "desktop", "demo", "--tour", str(tmp_path / "tour")]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert NO_FONT() in done.stderr
    assert not (tmp_path / "tour").exists()


@pytest.mark.parametrize(("drawn", "differs"), [("letters", True), ("boxes", False), ("nothing", False)])
def test_letters_that_look_alike_are_none(qapp, drawn: str, differs: bool) -> None:
    """Drawn here as Qt would with a font and without one, since this system's fonts are unknown."""
    pictures = []
    for number in range(10):
        picture = QImage(64, 64, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        if drawn != "nothing":
            painter = QPainter(picture)
            painter.drawRect(10, 10, 20 + (number if drawn == "letters" else 0), 30)
            painter.end()
        pictures.append(picture)
    assert are_all_different(pictures) is differs


class Drawn(QLabel):
    """A label that draws a line for its text, whatever fonts there are."""

    is_drawn = True

    def paintEvent(self, event) -> None:
        if self.is_drawn:
            painter = QPainter(self)
            painter.setPen(Qt.GlobalColor.black)
            painter.drawLine(2, 2, self.width() - 4, 2)


@pytest.mark.parametrize(("is_drawn", "text"), [(True, "Jennifer"), (False, "Jennifer"), (True, " ")])
def test_a_picture_has_words_if_a_label_left_a_trace_in_it(qtbot, is_drawn: bool, text: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label, other = Drawn(text), QLabel("")
    label.is_drawn = is_drawn
    box = QVBoxLayout(window)
    box.addWidget(label)
    box.addWidget(other)
    window.resize(200, 100)
    window.show()
    taken = window.grab()
    assert shows_text(taken, window, QPoint(0, 0)) == (is_drawn and bool(text.strip()))
    # The same window, somewhere else in a larger picture.
    larger = QPixmap(400, 100)
    larger.fill(Qt.GlobalColor.gray)
    painter = QPainter(larger)
    painter.drawPixmap(200, 0, taken)
    painter.end()
    assert shows_text(larger, window, QPoint(200, 0)) == (is_drawn and bool(text.strip()))
