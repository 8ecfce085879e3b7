"""Reads the words in pictures, by a program that knows nothing of fonts."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path

from machine import ROOT

LEAST_WORDS = 25
"""That a picture of both windows must hold; of pictures without letters, chance reads one or two."""
LEAST_LETTERS = 5

DRAW = """
import os, sys
os.environ.update(QT_QPA_PLATFORM="offscreen", QT_QPA_FONTDIR=sys.argv[1])
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication
import desktop.text.demo.tour as texts
application = QApplication([])
sentences = [str(text()) for text in vars(texts).values() if type(text).__name__ == "Text" and "{" not in text.message]
image = QImage(1200, 900, QImage.Format.Format_RGB32)
image.fill(QColor("white"))
painter = QPainter(image)
painter.setFont(QFont("", 11))
painter.drawText(image.rect(), Qt.TextFlag.TextWordWrap, "\\n".join(sentences))
painter.end()
image.save(sys.argv[2])
"""
"""A Windows program that draws the sentences of the tour. Arguments: folder of fonts, picture."""


@cache
def vocabulary() -> frozenset[str]:
    """Long words of the program's own sentences and of the sandbox's conversations."""
    sources = [*(ROOT / "desktop/text").rglob("*.py"), *(ROOT / "desktop/sandbox/world").rglob("*.py")]
    return frozenset(w for source in sources for w in _words(source.read_text("utf-8")))


def words_in(picture: Path) -> set[str]:
    """The program's words that can be read in a picture."""
    done = subprocess.run(
        ["tesseract", picture, "stdout", "--psm", "11"],
        # Several threads take longer than one.
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    # Fonts of icons have capital letters at most.
    return _words(" ".join(w for w in re.findall("[A-Za-z]+", done.stdout) if w[1:].islower())) & vocabulary()


def is_readable(words: set[str]) -> bool:
    return len(words) >= LEAST_WORDS


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Za-z]+", text) if len(word) >= LEAST_LETTERS}
